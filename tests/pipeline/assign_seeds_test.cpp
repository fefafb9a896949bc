// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/assign_seeds.h"

#include <catch2/catch.hpp>

#include "tests/pipeline/small_case.h"

namespace seedaudit {
namespace {

/// Four needles along S at x = 0, 10, 20, 30 with four seeds 5 mm apart; no target drawn, so that tracks alone hold a seed back.
struct Bench {
  ImplantPlan plan;
  Detection detection;
  std::vector<CtVolume> ct{test::water_body(3.0, 80, 60)};
  KnownContours contours;

  Bench() {
    for (int needle = 0; needle < 4; ++needle) {
      plan.needle_names.push_back(std::to_string(needle));
      for (int n = 0; n < 4; ++n) {
        PlannedSeed s;
        s.index = static_cast<int>(plan.seeds.size());
        s.center = {{10.0 * needle, 0.0, 5.0 * n}};
        s.needle = needle;
        plan.seeds.push_back(s);
        DetectedSeed d;
        d.id = s.index + 1;
        d.pose.center = {s.center.mm};
        detection.seeds.push_back(d);
      }
    }
  }

  Assignment assign() const {
    AssignmentInput in;
    in.detection = &detection;
    in.postop = &ct;
    in.contours = &contours;
    in.plan = &plan;
    in.ct_from_plan = Warp<CtFrame, PlanFrame>{};
    in.frame_trusted = true;
    in.registration_tre_mm = 1.5;
    return assign_seeds(in, {}, {});
  }
};

}  // namespace

TEST_CASE("A needle that missed by 14 mm is a track: none of its seeds has migrated", "[pipeline]") {
  Bench b;
  for (std::size_t n = 12; n < 16; ++n) b.detection.seeds[n].pose.center.mm += Eigen::Vector3d(14.0, 0.0, n % 2 == 0 ? 1.5 : -1.5);
  const Assignment a = b.assign();
  for (std::size_t n = 12; n < 16; ++n) {
    REQUIRE(a.seeds[n].plan_seed == static_cast<int>(n));
    CHECK(a.seeds[n].status == SeedStatus::displaced);
  }
  CHECK(a.seeds[0].status == SeedStatus::placed);
}

TEST_CASE("One seed of a needle 14 mm off draws no track, nor do two that left each their own way, nor a whole needle 25 mm off",
          "[pipeline]") {
  Bench one;
  one.detection.seeds[13].pose.center.mm.x() += 14.0;
  CHECK(one.assign().seeds[13].status == SeedStatus::migrated);

  Bench two;
  two.detection.seeds[12].pose.center.mm += Eigen::Vector3d(14.0, 0.0, 0.0);
  two.detection.seeds[15].pose.center.mm += Eigen::Vector3d(8.0, 14.0, 0.0);
  const Assignment a = two.assign();
  CHECK(a.seeds[12].status == SeedStatus::migrated);
  CHECK(a.seeds[15].status == SeedStatus::migrated);

  Bench far;
  for (std::size_t n = 12; n < 16; ++n) far.detection.seeds[n].pose.center.mm.x() += 25.0;
  const Assignment gone = far.assign();
  for (std::size_t n = 12; n < 16; ++n) CHECK(gone.seeds[n].status == SeedStatus::migrated);
}

}  // namespace seedaudit
