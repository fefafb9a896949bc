// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "dosimetry/dvh_calculator.h"
#include "tests/dosimetry/linear_dose.h"
#include "tests/dosimetry/slab_truth.h"

/// Our histograms of contoured bodies against closed forms; for the tests and for bench/dosimetry/analytic_dvh.
namespace seedaudit::analytic {

/// Largest over D95, D90, D50, D10, D5 and the volumes at their true doses.
struct CoarseErrors {
  double slabs_d_pct = 0.0, slabs_v_points = 0.0;  ///< against the slabs that the contours state
  double body_d90_pct = 0.0;                       ///< signed, against the body that was contoured
  double body_volume_pct = 0.0;                    ///< signed
};

inline constexpr std::array<double, 5> kVolumesPct{95.0, 90.0, 50.0, 10.0, 5.0};

/// \param true_dose dose that q percent of the slabs receive, and of the body
template <class SlabDose, class BodyDose>
CoarseErrors errors_of(const Dvh& dvh, const SlabDose& slab_dose, const BodyDose& body_dose, double body_volume_mm3) {
  CoarseErrors e;
  for (const double q : kVolumesPct) {
    const double truth = slab_dose(q);
    e.slabs_d_pct = std::max(e.slabs_d_pct, std::abs(100.0 * (dvh.dose_at_volume_pct(q).value / truth - 1.0)));
    e.slabs_v_points = std::max(e.slabs_v_points, std::abs(dvh.volume_pct_at(Gy{truth}) - q));
  }
  e.body_d90_pct = 100.0 * (dvh.dose_at_volume_pct(90.0).value / body_dose(90.0) - 1.0);
  e.body_volume_pct = 100.0 * (1000.0 * dvh.volume_cc() / body_volume_mm3 - 1.0);
  return e;
}

/// Contours on planes `thickness` apart, none in the body's middle.
inline Slabs slabs_of(const Body& body, double thickness) { return {contoured(body, thickness, 0.3 * thickness), thickness}; }

inline Result<StructureVolume<CtFrame>> volume_of(const Slabs& slabs) {
  StructureOptions options;
  options.single_plane_thickness_mm = slabs.thickness;
  return StructureVolume<CtFrame>::make(slabs.contours, options);
}

/// In a dose that rises along `direction`, by some 30 to 90 Gy over the body. Nothing where the slices miss the body.
inline std::optional<CoarseErrors> in_gradient(const Body& body, double thickness, const Eigen::Vector3d& direction) {
  const Slabs slabs = slabs_of(body, thickness);
  // No corner of a slab lies farther out than this, and there the dose is 10 or 110 Gy.
  const double reach = 1.45 * body.half + 0.5 * thickness, gy_per_mm = 50.0 / reach;
  const auto volume = volume_of(slabs);
  if (!volume) return std::nullopt;
  const auto sampled = sample_dose(
      *volume, linear_dose(kBaseGy, gy_per_mm * direction, 1.5 * reach * Eigen::Vector3d(0.1, 0.12, 0.16), 1.5 * reach), Gy{kBaseGy});
  if (!sampled) return std::nullopt;
  const auto dose_of = [&](const auto& shape, double q) {
    const auto share = [&](double t) { return shape.share_beyond(direction, t); };
    return kBaseGy + gy_per_mm * place_of_share(share, q, -reach, reach);
  };
  return errors_of(
      sampled->dvh, [&](double q) { return dose_of(slabs, q); }, [&](double q) { return dose_of(body, q); }, body.volume_mm3());
}

/// Share of a sphere of radius R within r of a point at distance d of its middle: the lens of two spheres.
inline double sphere_share_within(double big_r, double d, double r) {
  if (r + d <= big_r) return std::pow(r / big_r, 3.0);
  if (r >= big_r + d) return 1.0;
  if (d >= big_r + r) return 0.0;
  const double sum = big_r + r - d;
  return sum * sum * (d * d + 2.0 * d * (big_r + r) - 3.0 * (big_r - r) * (big_r - r)) / (12.0 * d) / (4.0 / 3.0 * big_r * big_r * big_r);
}

/// Of a sphere around an inverse-square source of 1 U that lies off its middle by this share of its radius, along (1, 2, 2).
inline std::optional<CoarseErrors> around_source(const Body& sphere, double thickness, double off_middle) {
  const Slabs slabs = slabs_of(sphere, thickness);
  const SourceModel source = point_source();
  const double off_mm = off_middle * sphere.half;
  const Point<CtFrame> at{off_mm * Eigen::Vector3d(1.0, 2.0, 2.0) / 3.0};
  const std::vector<DoseSeed<CtFrame>> seeds{{at, std::nullopt, AirKermaU{1.0}}};
  const auto volume = volume_of(slabs);
  if (!volume) return std::nullopt;
  const double at_one_cm = source.dose_rate_constant * 0.01 * mean_life(source.half_life).value;
  const auto sampled = sample_dose(*volume, seeds, source, Gy{at_one_cm});
  if (!sampled) return std::nullopt;
  const auto dose_of = [&](const auto& share_within, double q) {
    // The volume within r rises with r: its complement falls.
    const double r = place_of_share([&](double x) { return 1.0 - share_within(x); }, 100.0 - q, 0.05, 3.0 * sphere.half);
    return at_one_cm * 100.0 / (r * r);
  };
  const auto of_slabs = [&](double r) { return slabs.share_within(at.mm, r); };
  const auto of_body = [&](double r) { return sphere_share_within(sphere.half, off_mm, r); };
  return errors_of(
      sampled->dvh, [&](double q) { return dose_of(of_slabs, q); }, [&](double q) { return dose_of(of_body, q); }, sphere.volume_mm3());
}

struct NamedBody {
  const char* name;
  Body body;
};

/// The seven bodies, each of about 7 to 11 cc at half = 12 mm.
inline std::vector<NamedBody> bodies(double half) {
  using K = Body::Kind;
  const Eigen::Vector3d x = Eigen::Vector3d::UnitX(), z = Eigen::Vector3d::UnitZ(), aslant = Eigen::Vector3d(1.0, 0.0, 1.0).normalized();
  return {{"sphere", {K::sphere, half, z}},
          {"cylinder, standing", {K::cylinder, half, z}},
          {"cylinder, lying", {K::cylinder, half, x}},
          {"cylinder, aslant", {K::cylinder, half, aslant}},
          {"cone, standing", {K::cone, half, z}},
          {"cone, lying", {K::cone, half, x}},
          {"cone, aslant", {K::cone, half, aslant}}};
}

/// Half length at which a body holds this many cc.
inline double half_of(const Body& body, double cc) { return body.half * std::cbrt(1000.0 * cc / body.volume_mm3()); }

inline std::vector<Eigen::Vector3d> directions() {
  return {Eigen::Vector3d::UnitX(), Eigen::Vector3d::UnitZ(), Eigen::Vector3d(1.0, 2.0, 2.0) / 3.0};
}

}  // namespace seedaudit::analytic
