// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/detection/random_case.h"
#include "core/result.h"
#include "core/seed.h"

namespace seedaudit::bench {

/// What one method said of one case.
struct Finding {
  Detection detection;  ///< the reference fills poses alone
  bool tells_confidence = false;
  double seconds = 0.0;
};

Finding run_detector(const CtVolume& ct);
Finding run_reference(const CtVolume& ct);

/// One JSON line: what was drawn, what is true, what was found, seed by seed; every figure of the table can be made of it.
nlohmann::json case_record(const RandomCase& c, const Finding& ours, const Finding& reference);

/// The records in these files, or in the cases.jsonl of these folders, by number; of one that is there twice the last.
Result<std::map<int, nlohmann::json>> read_records(const std::vector<std::string>& files);

}  // namespace seedaudit::bench
