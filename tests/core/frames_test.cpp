// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/frames.h"

#include <catch2/catch.hpp>

using namespace seedaudit;

namespace {

Rigid<CtFrame, PlanFrame> sample_transform() {
  Rigid<CtFrame, PlanFrame> t;
  t.iso = Eigen::Translation3d(10.0, -20.0, 300.0) * Eigen::AngleAxisd(0.4, Eigen::Vector3d(1.0, 2.0, 3.0).normalized());
  return t;
}

}  // namespace

TEST_CASE("a rigid transform undoes itself and keeps lengths") {
  const auto ct_from_plan = sample_transform();
  const Point<PlanFrame> a{{1.0, 2.0, 3.0}};
  const Point<PlanFrame> b{{-40.0, 5.0, 60.0}};
  // Double precision over coordinates of a few hundred mm.
  CHECK(distance_mm(ct_from_plan.inverse() * (ct_from_plan * a), a) < 1e-12 * 1e3);
  CHECK(std::abs(distance_mm(ct_from_plan * a, ct_from_plan * b) - distance_mm(a, b)) < 1e-10);
}

TEST_CASE("composition applies the right factor first") {
  const auto ct_from_plan = sample_transform();
  const Rigid<PlanFrame, CtFrame> plan_from_ct{Eigen::Isometry3d(Eigen::Translation3d(1.0, 0.0, 0.0))};
  const Point<CtFrame> p{{4.0, 5.0, 6.0}};
  CHECK(distance_mm((ct_from_plan * plan_from_ct) * p, ct_from_plan * (plan_from_ct * p)) < 1e-10);
}

TEST_CASE("C5-51: a seed's axis has no sign") {
  const Axis<CtFrame> a{Eigen::Vector3d::UnitX()};
  const Axis<CtFrame> b{-Eigen::Vector3d::UnitX()};
  CHECK(angle_deg(a, b) == 0.0);
  CHECK(angle_deg(a, Axis<CtFrame>{Eigen::Vector3d::UnitY()}) == Approx(90.0).epsilon(1e-12));
}

TEST_CASE("axes turn with a transform but do not shift") {
  const auto ct_from_plan = sample_transform();
  const Axis<PlanFrame> z;
  CHECK((ct_from_plan * z).unit.norm() == Approx(1.0).epsilon(1e-14));
  CHECK(((ct_from_plan * z).unit - ct_from_plan.iso.linear().col(2)).norm() < 1e-14);
}
