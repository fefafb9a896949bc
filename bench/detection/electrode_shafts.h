// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "core/frames.h"
#include "core/result.h"

namespace seedaudit::bench {

/// True contact centres of a simulated set of DEETO's test bench, in LPS of its CT. Errors: path_not_found, bad_json.
Result<std::vector<Point<CtFrame>>> read_contacts(const std::filesystem::path& electrodes_infos);

/// Contacts of one shaft, in order.
struct Shaft {
  std::vector<std::size_t> contacts;
  double pitch_mm = 0.0;     ///< median distance of neighbours
  double residual_mm = 0.0;  ///< rms distance of the contacts from evenly spaced places on the straight line that fits best
};

/// Straight rows of at least `least` points whose neighbours lie 2 to 6 mm apart, longest first; a point is in one row.
std::vector<Shaft> find_shafts(const std::vector<Point<CtFrame>>& points, std::size_t least);

}  // namespace seedaudit::bench
