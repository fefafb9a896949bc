// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "core/ct_volume.h"
#include "core/implant_case.h"

/// Small implants in memory: a body of water with a spherical target and needles of seeds, known to the last figure.
namespace seedaudit::test {

struct SmallCaseOptions {
  double spacing_mm = 1.0;
  int size = 110;                     ///< voxels along L and P
  int slices = 110;                   ///< and along S
  double target_radius_mm = 14.0;     ///< 11.5 cc
  Eigen::Vector3d shift_mm{0, 0, 0};  ///< of the found seeds and the post-op target against the plan
  bool given_seeds = true;            ///< else rods are rendered into the CT
};

template <class F = CtFrame>
Volume<F> water_body(double spacing_mm, int size, int slices) {
  Volume<F> ct;
  const double half = 0.5 * spacing_mm * (size - 1);
  ct.grid = GridGeometry<F>::make({size, size, slices}, Eigen::Vector3d::Constant(spacing_mm),
                                  {{-half, -half, -0.5 * spacing_mm * (slices - 1)}}, Eigen::Matrix3d::Identity())
                .value();
  ct.hu.assign(ct.grid.voxel_count(), std::int16_t{-1000});
  const double radius = 0.45 * spacing_mm * size;
  std::uint32_t state = 12345;
  for (int k = 0; k < slices; ++k)
    for (int j = 0; j < size; ++j)
      for (int i = 0; i < size; ++i) {
        if (std::hypot(spacing_mm * i - half, spacing_mm * j - half) > radius) continue;
        state = state * 1664525U + 1013904223U;  // a little noise, the same everywhere
        ct.hu[ct.grid.offset(i, j, k)] = static_cast<std::int16_t>(40 + static_cast<int>(state >> 28) - 8);
      }
  ct.series.modality = "CT";
  ct.series.frame_of_reference_uid = "1.2.3";
  return ct;
}

inline CtVolume empty_ct() { return water_body(4.0, 12, 8); }

/// A sphere as contours on planes 2 mm apart.
template <class F>
Structure<F> sphere(const std::string& name, const std::string& type, const Eigen::Vector3d& center, double radius_mm) {
  Structure<F> s;
  s.name = name;
  s.interpreted_type = type;
  for (double z = -radius_mm + 1.0; z < radius_mm; z += 2.0) {
    const double r = std::sqrt(radius_mm * radius_mm - z * z);
    Contour<F> c;
    for (int n = 0; n < 72; ++n) {
      const double a = 2.0 * 3.14159265358979323846 * n / 72.0;
      c.points.push_back({center + Eigen::Vector3d(r * std::cos(a), r * std::sin(a), z)});
    }
    s.contours.push_back(std::move(c));
  }
  return s;
}

/// Adds the silver rod of a seed (3.0 x 0.5 mm) to the CT as a scanner of 2 mm resolution shows it: so bright that it clips at 3071 HU.
/// Another mass (HU mm^3) makes it another object of the same shape.
inline void render_rod(CtVolume& ct, const Eigen::Vector3d& center, const Eigen::Vector3d& axis, double mass = 60000.0) {
  constexpr double kSigmaMm = 0.85, kHalfMm = 1.5;
  constexpr int kSteps = 25;
  constexpr double kReachMm = 6.0;
  const Eigen::Vector3d middle = ct.grid.index_of({center});
  Index3 low, high;
  for (std::size_t a = 0; a < 3; ++a) {
    const auto axis_a = static_cast<Eigen::Index>(a);
    const double reach = kReachMm / ct.grid.spacing_mm()[axis_a];
    low[a] = std::max(0, static_cast<int>(std::floor(middle[axis_a] - reach)));
    high[a] = std::min(ct.grid.size()[a] - 1, static_cast<int>(std::ceil(middle[axis_a] + reach)));
  }
  for (int k = low[2]; k <= high[2]; ++k)
    for (int j = low[1]; j <= high[1]; ++j)
      for (int i = low[0]; i <= high[0]; ++i) {
        const Eigen::Vector3d p = ct.grid.center_of({i, j, k}).mm;
        if ((p - center).squaredNorm() > kReachMm * kReachMm) continue;
        const double along = (p - center).dot(axis), across2 = (p - center).squaredNorm() - along * along;
        double sum = 0.0;
        for (int n = 0; n < kSteps; ++n) {
          const double t = kHalfMm * (2.0 * n / (kSteps - 1) - 1.0);
          sum += std::exp(-(across2 + (along - t) * (along - t)) / (2.0 * kSigmaMm * kSigmaMm)) / kSteps;
        }
        const double norm = std::pow(2.0 * 3.14159265358979323846, 1.5) * kSigmaMm * kSigmaMm * kSigmaMm;
        const double hu = ct.at(i, j, k) + mass * sum / norm;
        ct.hu[ct.grid.offset(i, j, k)] = static_cast<std::int16_t>(std::min(3071.0, hu));
      }
}

/// Nine needles along S, 10 mm apart, with three seeds each 10 mm apart, at the places given by the options. 27 seeds of 1.016 U in a
/// target of 14 mm radius, prescribed 120 Gy.
inline ImplantCase small_case(const SmallCaseOptions& o = {}) {
  ImplantCase c;
  c.case_id = "small";
  ImplantPlan plan;
  plan.path = "plan.dcm";
  plan.isotope = "I-125";
  plan.half_life = to_hours(Days{59.40});
  plan.prescription = Gy{120.0};
  plan.strength_reference_date = DateTime{*parse_date("2026-01-31"), {}};
  for (int needle = 0; needle < 9; ++needle) {
    plan.needle_names.push_back("N" + std::to_string(needle + 1));
    for (int n = 0; n < 3; ++n) {
      PlannedSeed s;
      s.index = static_cast<int>(plan.seeds.size());
      s.center = {{10.0 * (needle % 3 - 1), 10.0 * (needle / 3 - 1), 10.0 * (n - 1)}};
      s.axis = Axis<PlanFrame>{Eigen::Vector3d::UnitZ()};
      s.strength = AirKermaU{1.016};
      s.needle = needle;
      plan.seeds.push_back(s);
    }
  }
  CtVolume ct = water_body(o.spacing_mm, o.size, o.slices);
  ct.acquisition.acquisition_date = DateTime{*parse_date("2026-03-02"), {}};
  ct.acquisition.slice_thickness_mm = o.spacing_mm;
  if (o.given_seeds) {
    c.given_seeds.emplace();
    for (const PlannedSeed& s : plan.seeds) {
      GivenSeed g;
      g.center = {s.center.mm + o.shift_mm};
      g.axis = Axis<CtFrame>{Eigen::Vector3d::UnitZ()};
      c.given_seeds->push_back(g);
    }
  } else {
    for (const PlannedSeed& s : plan.seeds) render_rod(ct, s.center.mm + o.shift_mm, Eigen::Vector3d::UnitZ());
  }
  c.plan = plan;
  c.postop.push_back(std::move(ct));
  StructureSet<PlanFrame> structures;
  structures.structures.push_back(sphere<PlanFrame>("CTV", "CTV", Eigen::Vector3d::Zero(), o.target_radius_mm));
  c.structures = structures;
  c.targets = {"CTV"};
  c.plan_in_postop_frame = true;
  c.strength.isotope = "I-125";
  c.strength.strength_reference_date = plan.strength_reference_date;
  return c;
}

}  // namespace seedaudit::test
