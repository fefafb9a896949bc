// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "core/dose.h"
#include "core/source_model.h"

namespace seedaudit {

/// dose_rate_around and dose_rate_1d of tg43.h with everything that depends only on the source worked out beforehand: logarithms and slopes
/// of g_L, slopes of F, the reference geometry. The same formulae in the same double precision (tests/dosimetry compares at 1e-12).
class SourceEvaluator {
 public:
  SourceEvaluator(const SourceModel& source, InterpolationRules rules);

  /// cGy h^-1 U^-1 at a point beside the seed, cm, capsule rule applied.
  double rate_2d(double along_cm, double away_cm) const;
  /// cGy h^-1 U^-1, orientation-averaged, capsule rule applied.
  double rate_1d(double r_cm) const;

 private:
  double geometry_and_radial(double r_cm, double r2, double away_cm) const;
  double radial(double r_cm) const;
  double anisotropy(double r_cm, double theta_deg) const;

  InterpolationRules rules_;
  double length_cm_;
  double half_capsule_cm_, capsule_radius_cm_;
  double scale_;  ///< Lambda / G_L(1 cm, 90)
  std::vector<double> g_r_, g_value_, g_slope_, g_log_, g_log_slope_;
  std::vector<double> f_r_, f_theta_, f_;
  std::vector<double> phi_r_, phi_;
};

}  // namespace seedaudit
