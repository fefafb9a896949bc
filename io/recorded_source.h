// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/date.h"
#include "core/result.h"
#include "core/units.h"

namespace seedaudit {

/// What the Recorded Source Sequence of an RT Brachy Treatment Record says, where all sources of it say the same.
struct RecordedSource {
  std::string isotope;                    ///< as normalised_isotope(); empty: not stated, or several
  std::optional<AirKermaU> strength;      ///< of each seed, from the Reference Air Kerma Rate
  std::optional<DateTime> strength_date;  ///< Source Strength Reference Date
};

/// Errors: path_not_found, unreadable_file, truncated_file.
Result<RecordedSource> read_recorded_source(const std::filesystem::path& record);

}  // namespace seedaudit
