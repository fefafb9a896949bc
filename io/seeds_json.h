// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/seed.h"
#include "core/strength.h"

namespace seedaudit {

/// What seeds.json holds (written by `detect`); source and strength are absent until somebody fills them in.
struct SeedsFile {
  std::string path;
  std::string frame_of_reference_uid;
  std::string source_model;                         ///< empty: not stated
  std::optional<AirKermaU> strength_u;              ///< of every seed that states none
  std::vector<DetectedSeed> seeds;                  ///< in the post-op frame
  std::vector<std::optional<AirKermaU>> strengths;  ///< one a seed
  std::optional<CountEstimate> count_interval;
};

/// Errors: path_not_found, unreadable_file, bad_json (schema version other than 1.x, missing or wrongly typed keys, naming the key).
Result<SeedsFile> read_seeds_json(const std::filesystem::path& path);

}  // namespace seedaudit
