// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace seedaudit {

/// How this scan shows the radio-opaque core of a seed (docs/algorithms/detection.md, "Forward model").
struct AppearanceParameters {
  double core_length_mm = 3.0;
  double core_diameter_mm = 0.5;
  double blur_mm = 0.7;   ///< in-plane point spread, standard deviation of the Gaussian whose transfer is halved at the same frequency
  double roll_off = 2.0;  ///< p of the transfer function 2^-(f / f_half)^p; 2: a Gaussian. Kernels that end at a frequency have more
  /// Frequency above which nothing is left, 1/mm: of a kernel that passes more than its detector samples (half a wave an element). It shows
  /// as rings about what is small.
  double band_limit_per_mm = std::numeric_limits<double>::infinity();
  double end_mm = 0.0;            ///< from the centre of a seed to that of a welded end of its capsule
  double end_share = 0.0;         ///< of each such end in the mass of a seed
  double slice_mm = 1.0;          ///< width of the slice profile (box)
  double slice_blur_mm = 0.25;    ///< its softness, standard deviation
  double hardening_per_mm = 0.8;  ///< beta: a path t through the core is seen as t / (1 + beta t)
};

/// What others that lie in the rays through a seed take from it (cast_shadows), by the angle of the detector line to the projected axis:
/// 0 (rays across the axis) to 177 degrees in steps of 3. No units: weights are the seen fraction of the core, 1 without hardening.
struct Shade {
  static constexpr int kAngles = 60, kDegrees = 3;
  using Cores = std::array<float, kAngles>;
  Cores loss{};            ///< of the weight of each angle; below zero where two darken what they share more than each would alone
  double mean_loss = 0.0;  ///< over all angles
  bool any = false;        ///< none is the seed alone
};

/// Frequency at which the transfer function of that blur is halved, 1/mm.
double half_frequency_per_mm(double blur_mm);

/// Image of one seed of mass 1 HU mm^3: the core is a line of points; each point is the back-projection of a signal whose strength depends
/// on the angle of the rays to the axis, because rays along the core are hardened and starved more. So the dark lobes at the ends and the
/// bright halo across come out of the model. Tabulated once per scan, then read by many fits.
class SeedAppearance {
 public:
  explicit SeedAppearance(const AppearanceParameters& p);

  const AppearanceParameters& parameters() const { return p_; }
  /// Beyond this distance in the plane the model is zero.
  static constexpr double kReachMm = 7.0;
  double reach_z_mm(const Eigen::Vector3d& axis) const {
    const double half = p_.end_share > 0.0 ? p_.end_mm : 0.5 * p_.core_length_mm;
    return half * std::abs(axis[2]) + 0.5 * p_.slice_mm + 3.0 * p_.slice_blur_mm;
  }
  /// Mean over ray angles of the seen fraction of the core: how the mass of a seed depends on its tilt, relative to a seed along z.
  double relative_mass(double axis_z, const Shade& shade = {}) const;
  /// Slice profile at distance z, 1/mm; integrates to 1.
  double slice_profile(double z_mm) const;

  static constexpr int kRadii = 71;    ///< 0.1 mm apart
  static constexpr int kCosines = 33;  ///< squared cosine of the angle to the projected axis, 0..1
  static constexpr int kTilts = 9;     ///< |axis_z|, 0..1
  /// kCosines * kRadii, radius fastest. In the shade of others a second one follows, for the quadrants in which the angle to the
  /// projected axis is above 90 degrees.
  using Plane = std::vector<float>;
  static constexpr int kPlane = kCosines * kRadii;
  /// Kernel in the slice plane for one tilt, 1/mm^2.
  Plane plane_for(double axis_z, const Shade& shade = {}) const;
  /// Turns such a kernel to a tilt nearby, in the same shade.
  void turn(Plane& plane, double from_axis_z, double to_axis_z, const Shade& shade) const;
  /// Puts such a kernel into a shade nearby. Every second angle alone is asked: for derivatives.
  void reshade(Plane& plane, double axis_z, const Shade& from, const Shade& to) const;
  /// What is lost to `cores`: for each angle the path of its rays in others over that in the seed itself.
  Shade shade_of(double axis_z, const Shade::Cores& cores) const;

 private:
  double path_mm(double axis_z, double along_axis) const;
  double unshaded_mean(double axis_z) const;
  double shaded_mean(double axis_z, const Shade& shade) const;

  AppearanceParameters p_;
  std::vector<Plane> tilt_;      ///< alone, one a tilt
  std::vector<double> mean_;     ///< mean weight of the angles, one a tilt
  std::vector<Plane> by_angle_;  ///< what each angle of a Shade adds, at weight 1
};

}  // namespace seedaudit
