// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/needle_audit.h"

#include <catch2/catch.hpp>

#include <cmath>
#include <numbers>

#include "tests/pipeline/small_case.h"

namespace seedaudit {
namespace {

/// One needle along x that comes in from +x, three seeds 10 mm apart; a second of one seed.
ImplantPlan plan() {
  ImplantPlan p;
  p.needle_names = {"N1", "N2"};
  for (int n = 0; n < 4; ++n) {
    PlannedSeed s;
    s.index = n;
    s.needle = n < 3 ? 0 : 1;
    s.center = n < 3 ? Point<PlanFrame>{{10.0 + 10.0 * n, 0.0, 0.0}} : Point<PlanFrame>{{20.0, 12.0, 0.0}};
    if (n == 3) s.axis = Axis<PlanFrame>{Eigen::Vector3d::UnitX()};
    p.seeds.push_back(s);
  }
  return p;
}

SeedAudit found(int id, int planned, const Eigen::Vector3d& center, SeedStatus status = SeedStatus::placed) {
  SeedAudit s;
  s.seed.id = id;
  s.seed.pose.center = {center};
  s.plan_seed = planned;
  s.plan_center = Point<CtFrame>{plan().seeds[static_cast<std::size_t>(planned)].center.mm};
  s.status = status;
  return s;
}

}  // namespace

TEST_CASE("A needle that went 3 mm too deep and 5 degrees off is told from its seeds", "[pipeline]") {
  const std::vector<CtVolume> ct{test::water_body(2.0, 60, 30)};  // a cylinder of 54 mm radius
  const double t = 5.0 * std::numbers::pi / 180.0;
  std::vector<SeedAudit> seeds;
  for (int n = 0; n < 3; ++n) {
    const double along = 10.0 * (n - 1);
    seeds.push_back(found(n + 1, n, {17.0 + along * std::cos(t), along * std::sin(t), 0.0}));
  }
  seeds.push_back(found(4, 3, {18.0, 12.0, 0.0}));
  const auto needles = audit_needles(plan(), {}, seeds, ct);
  REQUIRE(needles.size() == 2);
  const NeedleAudit& n = needles[0];
  CHECK(n.id == "N1");
  CHECK(n.seeds == std::vector<int>{1, 2, 3});  // the tip is the end away from the nearer skin
  REQUIRE(n.tip);
  CHECK(n.tip->mm.x() < 8.0);
  REQUIRE(n.depth_error_mm);
  CHECK(std::abs(*n.depth_error_mm - 3.0) < 0.1);  // cos 5 degrees on 10 mm
  REQUIRE(n.angle_error_deg);
  CHECK(std::abs(*n.angle_error_deg - 5.0) < 0.01);
  REQUIRE(n.entry);
  CHECK(std::abs(n.entry->mm.norm() - 54.0) < 10.0);  // places are told air from tissue by a shell of 8 mm
  REQUIRE(n.entry_error_mm);
  CHECK(std::abs(*n.entry_error_mm - (n.entry->mm.x() - 17.0) * std::tan(t)) < 0.1);
  // One seed draws no line: depth along the planned one, no angle, no entry.
  CHECK(needles[1].seeds == std::vector<int>{4});
  CHECK_FALSE(needles[1].angle_error_deg);
  CHECK_FALSE(needles[1].entry);
  REQUIRE(needles[1].depth_error_mm);
  CHECK(std::abs(*needles[1].depth_error_mm - 2.0) < 1e-9);
  // And what is not known of it is said, of it alone.
  const auto said = needles_partly_known(needles);
  REQUIRE(said);
  CHECK(said->code == "NEEDLES_PARTLY_KNOWN");
  CHECK(said->message.find("no angle of needle " + needles[1].id) != std::string::npos);
  CHECK(said->message.find("no entry of needle " + needles[1].id) != std::string::npos);
  CHECK(said->message.find("N1,") == std::string::npos);
  CHECK(said->message.find("depth") == std::string::npos);
  CHECK_FALSE(needles_partly_known({needles[0]}));
}

TEST_CASE("A seed that left its needle does not draw it", "[pipeline]") {
  const std::vector<CtVolume> ct{test::water_body(2.0, 60, 30)};
  const auto needles = audit_needles(
      plan(), {}, {found(1, 0, {10.0, 0.0, 0.0}), found(2, 1, {20.0, 0.0, 0.0}), found(3, 2, {30.0, 25.0, 0.0}, SeedStatus::migrated)}, ct);
  REQUIRE(needles.size() == 1);
  CHECK(needles[0].seeds.size() == 2);
  REQUIRE(needles[0].angle_error_deg);
  CHECK(*needles[0].angle_error_deg < 1e-6);
}

}  // namespace seedaudit
