// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/date.h"
#include "core/result.h"

namespace seedaudit {

/// What an RT Brachy Treatment Record says of a permanent implant.
struct TreatmentRecord {
  std::string patient_id;
  std::string sop_instance_uid;
  std::string referenced_plan_uid;
  std::optional<DateTime> treatment_date;
  std::optional<int> implanted;  ///< distinct positions recorded as delivered, where the record holds positions
  std::string path;
};

/// Errors: path_not_found, unreadable_file, truncated_file, wrong_modality.
Result<TreatmentRecord> read_treatment_record(const std::filesystem::path& path);

}  // namespace seedaudit
