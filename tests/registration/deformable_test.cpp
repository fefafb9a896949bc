// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <algorithm>

#include "registration/register_volumes.h"
#include "tests/registration/synthetic_anatomy.h"

namespace seedaudit {
namespace {

// Near the wall of the body, where the organs' movement fades: no rigid motion explains the neighbourhood.
const Eigen::Vector3d kBreathingTarget(-80.0, -5.0, 0.0);
constexpr double kBreathingRadius = 18.0;

testing::Scan breathed() {
  testing::Scan post;
  post.scan_from_plan = testing::pose(4.0, 2.0, {9.0, -6.0, 20.0});
  post.organ_shift_mm = {1.0, 3.0, -13.0};
  post.random_seed = 21;
  return post;
}

PlanRegistration run_deformable(const testing::Scan& post, DeformableUse use) {
  RegistrationOptions options;
  options.deformable = use;
  static const PreopVolume pre = testing::render<PlanFrame>(testing::Scan{});
  return register_preop_to_postop(pre, testing::render<CtFrame>(post), TargetRegion{{kBreathingTarget}, kBreathingRadius}, options);
}

/// Mean distance between mapped and true places within 45 mm of the target and inside the moving organs' reach.
double error_around(const PlanRegistration& r, const testing::Scan& post) {
  double sum = 0.0, count = 0.0;
  for (double x = -30.0; x <= 45.0; x += 15.0)
    for (double y = -30.0; y <= 30.0; y += 15.0)
      for (double z = -30.0; z <= 30.0; z += 15.0) {
        const Point<PlanFrame> p{kBreathingTarget + Eigen::Vector3d(x, y, z)};
        sum += ((r.warp() * p).mm - testing::moved(post, p.mm)).norm();
        count += 1.0;
      }
  return sum / count;
}

}  // namespace

TEST_CASE("A deformation follows what no rigid motion explains, without folding", "[registration][heavy]") {
  const testing::Scan post = breathed();
  const PlanRegistration rigid = run_deformable(post, DeformableUse::never), deformed = run_deformable(post, DeformableUse::always);
  INFO(deformed.outcome.why);
  REQUIRE(deformed.outcome.usable());
  REQUIRE(deformed.deformation);
  CHECK(deformed.method == "rigid+local+deformable");
  CHECK(rigid.deformation == nullptr);
  CHECK_FALSE(rigid.qa.jacobian_min);
  // The rigid step is the same with and without.
  CHECK(rigid.ct_from_plan.iso.matrix() == deformed.ct_from_plan.iso.matrix());
  CHECK(error_around(deformed, post) < 0.7 * error_around(rigid, post));
  CHECK(*deformed.qa.jacobian_min > 0.2);
  CHECK(*deformed.qa.jacobian_max < 3.0);
  CHECK(*deformed.qa.deformable_similarity_after > *deformed.qa.deformable_similarity_before);
  CHECK(*deformed.qa.deformable_inverse_mm < 3.0);
  CHECK(*deformed.qa.rigid_deformable_mm > 0.0);
}

TEST_CASE("Where one rigid motion explains the neighbourhood, automatic leaves it at that", "[registration][heavy]") {
  testing::Scan post = breathed();
  post.organ_shift_mm = {0.0, 0.0, 0.0};
  CHECK(run_deformable(post, DeformableUse::automatic).deformation == nullptr);
  CHECK(run_deformable(breathed(), DeformableUse::automatic).deformation != nullptr);
}

TEST_CASE("A deformation is bit-identical for any number of threads", "[registration][heavy]") {
  const testing::Scan post = breathed();
  set_thread_count(1);
  const PlanRegistration one = run_deformable(post, DeformableUse::always);
  set_thread_count(3);
  const PlanRegistration three = run_deformable(post, DeformableUse::always);
  set_thread_count(0);
  REQUIRE(one.deformation);
  REQUIRE(three.deformation);
  CHECK(one.deformation->vectors_mm() == three.deformation->vectors_mm());
}

}  // namespace seedaudit
