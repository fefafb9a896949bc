// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/audit_dose.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/pipeline/audited.h"

using namespace seedaudit;
using namespace seedaudit::test;

TEST_CASE("D90 reaches the prescription exactly where V100 reaches 90 %", "[heavy]") {
  // The identity of the definitions (docs/algorithms/dvh.md), over prescriptions on both sides.
  for (const double rx : {100.0, 160.0, 300.0}) {
    ImplantCase c = small_case();
    c.prescription = Gy{rx};
    const CaseAudit a = audited(std::move(c));
    const DoseMetrics& m = *a.dose->structures.front().postop;
    INFO("prescription " << rx << " Gy, D90 " << *m.d90_gy << " Gy, V100 " << *m.v100_pct << " %");
    CHECK((*m.d90_gy >= rx) == (*m.v100_pct >= 90.0));
  }
}

TEST_CASE("lipiodol in the target and lung beside it question dose in water") {
  ImplantCase c = small_case();
  CtVolume& ct = c.postop.front();
  for (int k = 0; k < 110; ++k)
    for (int j = 0; j < 110; ++j)
      for (int i = 0; i < 110; ++i) {
        const Eigen::Vector3d p = ct.grid.center_of({i, j, k}).mm;
        if (p.norm() < 13.0) ct.hu[ct.grid.offset(i, j, k)] = 600;
        if (p[2] > 18.0 && p.head<2>().norm() < 30.0) ct.hu[ct.grid.offset(i, j, k)] = -800;
      }
  // Voxels within 6 mm of a seed do not count: metal would. Most of this small target lies that near to one.
  c.given_seeds->erase(c.given_seeds->begin() + 1, c.given_seeds->end());
  const CaseAudit a = audited(std::move(c));
  CHECK(std::count_if(a.flags.begin(), a.flags.end(), [](const Flag& f) { return f.code == "HETEROGENEITY"; }) == 2);
}

TEST_CASE("an organ at risk has figures and no verdict") {
  ImplantCase c = small_case();
  c.structures->structures.push_back(test::sphere<PlanFrame>("STOMACH", "ORGAN", Eigen::Vector3d(0, 0, 25), 8.0));
  const CaseAudit a = audited(std::move(c));
  REQUIRE(a.dose->structures.size() == 2);
  const StructureAudit& s = a.dose->structures[1];
  CHECK(s.role == StructureRole::oar);
  CHECK(s.postop->d2cc_gy);
  CHECK(s.verdict == Verdict::not_assessed);
  CHECK(a.verdict == a.dose->structures[0].verdict);
}

TEST_CASE("an organ smaller than 2 cc says that its D2cc is its least dose", "[heavy]") {
  for (const double radius_mm : {7.0, 9.0}) {  // 1.4 and 3.1 cc
    ImplantCase c = small_case();
    c.structures->structures.push_back(test::sphere<PlanFrame>("DUODENUM", "ORGAN", Eigen::Vector3d(0, 0, 25), radius_mm));
    const CaseAudit a = audited(std::move(c));
    CHECK((flag(a, "OAR_SMALL") != nullptr) == (radius_mm < 8.0));
  }
}

TEST_CASE("an organ that holds the target is not flagged for the dose that the target was given", "[heavy]") {
  for (const bool around : {true, false}) {
    ImplantCase c = small_case();
    const Eigen::Vector3d center = around ? Eigen::Vector3d::Zero() : Eigen::Vector3d(0, 0, 14);
    c.structures->structures.push_back(test::sphere<PlanFrame>("LIVER", "ORGAN", center, around ? 30.0 : 9.0));
    const CaseAudit a = audited(std::move(c));
    INFO("around the target: " << around);
    CHECK((flag(a, "OAR_LIMIT") == nullptr) == around);
  }
}

TEST_CASE("a target that lost seeds gets advice that restores it, one that did not needs none", "[heavy]") {
  ImplantCase whole = small_case();
  const auto good = audit_case(std::move(whole), quick()).value();
  REQUIRE(good.audit.dose);
  const StructureAudit& before = good.audit.dose->structures.front();
  REQUIRE(before.supplement);
  CHECK(before.supplement->outcome == SupplementOutcome::not_needed);

  ImplantCase poor = small_case();
  poor.given_seeds->erase(poor.given_seeds->begin(), poor.given_seeds->begin() + 9);
  const auto done = audit_case(std::move(poor), quick()).value();
  REQUIRE(done.audit.dose);
  const StructureAudit& s = done.audit.dose->structures.front();
  REQUIRE(s.supplement);
  INFO(s.supplement->why);
  CHECK(s.supplement->outcome == SupplementOutcome::reachable);
  CHECK(s.supplement->seeds.size() <= 10);
  CHECK(std::abs(s.supplement->before.v100_pct - *s.postop->v100_pct) < 1e-9);
  CHECK(s.supplement->after.v100_pct >= 90.0);
  REQUIRE(done.audit.dose->heterogeneity);
  CHECK(done.audit.dose->heterogeneity->dense_cc == 0.0);
  // Needles along S with a seed every 10 mm shadow one another, but little of the dose to the target goes along them.
  CHECK(*done.audit.dose->heterogeneity->interseed_shadow_pct > 0.1);
  CHECK(*done.audit.dose->heterogeneity->interseed_shadow_pct < 20.0);
}

TEST_CASE("a planning system's dose grid that leaves out part of the target is not used, or for the part inside where that is asked for",
          "[heavy]") {
  ImplantCase c = small_case();
  // 150 Gy everywhere, up to 4 mm above the target's middle.
  DoseGrid<PlanFrame> grid;
  grid.grid = GridGeometry<PlanFrame>::make({30, 30, 12}, {2, 2, 2}, {Eigen::Vector3d(-29, -29, -19)}, Eigen::Matrix3d::Identity()).value();
  grid.dose_gy.assign(grid.grid.voxel_count(), 150.0F);
  c.planning_dose = std::move(grid);
  const CaseAudit refused = audited(c);
  CHECK(warned(refused, "PLANNING_DOSE_NOT_USED"));
  CHECK_FALSE(refused.dose->structures.front().planning_system);
  AuditOptions part = quick();
  part.dvh.least_covered_pct = 50.0;
  const CaseAudit used = audited(std::move(c), part);
  CHECK(warned(used, "PLANNING_DOSE_COVERS_PART"));
  REQUIRE(used.dose->structures.front().planning_system);
  CHECK(*used.dose->structures.front().planning_system->d90_gy == Approx(150.0));
}

TEST_CASE("a planning system's histogram stands beside the same plan computed here, by ROI number", "[heavy]") {
  ImplantCase c = small_case();
  c.structures->structures.front().number = 4;
  HistogramStatement other, own;
  other.roi_number = 9;
  own.roi_number = 4;
  own.volume_cc = 11.0;
  c.planning_histograms.push_back(PlanningHistogram::make({0, 10}, {100, 0}, other).value());
  c.planning_histograms.push_back(PlanningHistogram::make({0, 100, 200, 400}, {100, 95, 45, 0}, own).value());
  const CaseAudit a = audited(c);
  const StructureAudit& s = a.dose->structures.front();
  REQUIRE(s.planning_system_dvh);
  CHECK_FALSE(s.planning_system);  // no grid in the case
  CHECK(*s.planning_system_dvh->d90_gy == Approx(110.0));
  CHECK(*s.planning_system_dvh->v100_pct == Approx(85.0));
  CHECK(*s.volume_planning_system_cc == 11.0);
  REQUIRE(s.planning_system_dvh_difference);
  CHECK(*s.planning_system_dvh_difference->d90_gy == Approx(110.0 - *s.preop->d90_gy));
  // 110 Gy is far from what these seeds give: said.
  CHECK(flag(a, "PLAN_DOSE_DIFFERS") != nullptr);
  c.planning_histograms.pop_back();
  CHECK_FALSE(audited(c).dose->structures.front().planning_system_dvh);
}
