// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/grid.h"
#include "core/units.h"

namespace seedaudit {

enum class DoseFormalism { line_2d, point_1d };  ///< TG-43U1 2-D (Eq. 1) or 1-D with the anisotropy function
enum class DoseBasis { to_infinity, to_date };
enum class InterpolationRules { s1, linear };  ///< TG-43U1S1 log-linear g_L (default), or linear

/// Every dose says how it was made.
struct DoseDescription {
  DoseFormalism formalism = DoseFormalism::line_2d;
  DoseBasis basis = DoseBasis::to_infinity;
  std::string source_id;
  std::string origin;  ///< "seedaudit" or the planning system's manufacturer
};

/// Absorbed dose to water on a regular grid, Gy, i fastest.
template <class F>
struct DoseGrid {
  GridGeometry<F> grid;
  std::vector<float> dose_gy;
  DoseDescription description;
  std::string frame_of_reference_uid;
  std::string patient_id;
  std::string sop_instance_uid;
  std::string path;
  std::string summation_type;  ///< RTDOSE only
  Warnings warnings;
};

}  // namespace seedaudit
