// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/audit_case.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "pipeline/options_used.h"
#include "tests/pipeline/audited.h"

using namespace seedaudit;
using namespace seedaudit::test;

TEST_CASE("an implant that came out as planned has no difference to the plan") {
  const CaseAudit a = audited(small_case());
  CHECK(a.seeds.size() == 27);
  CHECK(with_status(a, SeedStatus::placed) == 27);
  CHECK(a.missing.empty());
  CHECK(a.registration.method == "same_frame");
  REQUIRE(a.dose);
  REQUIRE(a.dose->structures.size() == 1);
  const StructureAudit& s = a.dose->structures.front();
  REQUIRE(s.delta);
  // The same seeds, engine and contour in two frames that coincide: the samples are the same points.
  CHECK(std::abs(*s.delta->d90_gy) < 1e-3);
  CHECK(std::abs(*s.delta->v100_pct) < 1e-9);
  for (const SeedAudit& seed : a.seeds) {
    CHECK(*seed.displacement_mm < 1e-9);
    CHECK((seed.region == "target" || seed.region == "tissue"));
    CHECK(seed.orientation_used == "image");
  }
  CHECK(a.counts.planned == 27);
  CHECK(a.counts.found == 27);
  CHECK(a.counts.in_site == 27);
  // 27 x 1.016 U x 2056.7 h (mean life of 59.40 d): total reference air kerma, uGy at 1 m.
  CHECK(std::abs(a.dose->trak_ugy - 27 * 1.016 * 59.40 * 24.0 / std::log(2.0)) < 1e-6 * a.dose->trak_ugy);
  CHECK(a.dose->days_since_implant == 30.0);
}

TEST_CASE("a common shift is seen as such, and the residual is what is left") {
  test::SmallCaseOptions o;
  o.shift_mm = {4.0, -3.0, 0.0};
  const CaseAudit a = audited(small_case(o));
  REQUIRE(a.implant_shift_mm);
  CHECK((*a.implant_shift_mm - o.shift_mm).norm() < 1e-6);
  for (const SeedAudit& s : a.seeds) {
    CHECK(std::abs(*s.displacement_mm - 5.0) < 1e-9);
    CHECK(*s.displacement_residual_mm < 1e-6);
    CHECK(std::abs(*s.along_needle_mm) < 1e-9);
    CHECK(std::abs(*s.across_needle_mm - 5.0) < 1e-9);
  }
}

TEST_CASE("C5-50: an implant that slid by more than half the seed spacing is not matched one place further") {
  test::SmallCaseOptions o;
  o.shift_mm = {0.0, 0.0, 7.0};  // seeds lie 10 mm apart along S
  const CaseAudit a = audited(small_case(o));
  int own = 0;
  for (const SeedAudit& s : a.seeds)
    if (s.plan_seed == s.seed.id - 1) ++own;
  CHECK(own == 27);
  CHECK(with_status(a, SeedStatus::placed) == 27);
}

TEST_CASE("seeds that left: migrated and embolised, flagged, and still the seed of their place", "[heavy]") {
  ImplantCase c = small_case();
  // Lung around one far place.
  const Eigen::Vector3d lung(30.0, 0.0, 40.0);
  CtVolume& ct = c.postop.front();
  for (std::size_t n = 0; n < ct.hu.size(); ++n) {
    const auto i = static_cast<int>(n % 110), j = static_cast<int>(n / 110 % 110), k = static_cast<int>(n / 12100);
    if ((ct.grid.center_of({i, j, k}).mm - lung).norm() < 12.0) ct.hu[n] = -800;
  }
  (*c.given_seeds)[0].center = {lung};
  (*c.given_seeds)[26].center = {{-35.0, -20.0, -30.0}};
  const CaseAudit a = audited(std::move(c));
  CHECK(a.seeds[0].status == SeedStatus::embolised);
  CHECK(a.seeds[0].region == "lung");
  CHECK(a.seeds[26].status == SeedStatus::migrated);
  // Which of the two empty places each came from nobody can tell; that both are theirs is sure.
  REQUIRE((a.seeds[0].plan_seed && a.seeds[26].plan_seed));
  CHECK(std::min(*a.seeds[0].plan_seed, *a.seeds[26].plan_seed) == 0);
  CHECK(std::max(*a.seeds[0].plan_seed, *a.seeds[26].plan_seed) == 26);
  CHECK(with_status(a, SeedStatus::placed) == 25);
  CHECK(a.missing.empty());
  CHECK(a.counts.out_of_site == 2);
  REQUIRE(flag(a, "SEED_EMBOLISED"));
  CHECK(flag(a, "SEED_EMBOLISED")->severity == Severity::action);
  REQUIRE(flag(a, "SEED_MIGRATED"));
  CHECK_FALSE(flag(a, "SEED_NOT_FOUND"));
}

TEST_CASE("strength out of the site beyond 20 % is urgent whatever the dose") {
  ImplantCase c = small_case();
  c.prescription = Gy{60.0};
  for (int n = 0; n < 6; ++n) (*c.given_seeds)[static_cast<std::size_t>(n)].center = {{-36.0 + 2.0 * n, -25.0, -36.0}};
  const CaseAudit a = audited(std::move(c));
  CHECK(with_status(a, SeedStatus::migrated) == 6);  // 6 of 27: 22 %
  CHECK(a.verdict == Verdict::urgent);
  // The flag bears the figure that decided and its limit, not a D90 that is above every limit.
  REQUIRE(flag(a, "UNDERCOVERAGE"));
  CHECK(*flag(a, "UNDERCOVERAGE")->value == Approx(600.0 / 27.0));
  CHECK(*flag(a, "UNDERCOVERAGE")->limit == 20.0);
}

TEST_CASE("missing seeds: without a record not found, with one and an incomplete scan undetermined", "[heavy]") {
  ImplantCase c = small_case();
  c.given_seeds->pop_back();
  c.given_seeds->pop_back();
  CaseAudit a = audited(c);
  REQUIRE(a.missing.size() == 2);
  for (const MissingSeed& m : a.missing) CHECK(m.status == MissingStatus::not_found);
  REQUIRE(flag(a, "SEED_NOT_FOUND"));
  REQUIRE(flag(a, "COUNT_MISMATCH"));
  CHECK(flag(a, "COUNT_MISMATCH")->severity == Severity::warn);
  // The small scan shows no lungs: nobody can say that a recorded seed is lost.
  c.records.implanted = 27;
  a = audited(c);
  for (const MissingSeed& m : a.missing) CHECK(m.status == MissingStatus::undetermined);
  CHECK(flag(a, "FOV_INCOMPLETE"));
  CHECK(a.status == AuditStatus::review);
  // A record of 25 says that nothing is missing from the patient.
  c.records.implanted = 25;
  a = audited(c);
  CHECK_FALSE(flag(a, "COUNT_MISMATCH"));
  for (const MissingSeed& m : a.missing) CHECK(m.status == MissingStatus::not_found);
}

TEST_CASE("counts beyond max(2, 5 %) of the record make the dose provisional") {
  ImplantCase c = small_case();
  c.records.implanted = 30;
  const CaseAudit a = audited(std::move(c));
  REQUIRE(flag(a, "COUNT_MISMATCH"));
  CHECK(flag(a, "COUNT_MISMATCH")->severity == Severity::action);
  CHECK(flag(a, "COUNT_MISMATCH")->message.find("provisional") != std::string::npos);
  CHECK(a.status == AuditStatus::review);
}

TEST_CASE("zero seeds: failed, with the planned dose and without a found one") {
  ImplantCase c = small_case();
  c.given_seeds->clear();
  const CaseAudit a = audited(std::move(c));
  CHECK(a.status == AuditStatus::failed);
  CHECK(a.verdict == Verdict::not_assessed);
  REQUIRE(a.dose);
  CHECK(a.dose->v_implant_cc.empty());
  const StructureAudit& s = a.dose->structures.front();
  CHECK(s.preop->d90_gy);
  CHECK_FALSE(s.postop);
  CHECK_FALSE(s.delta);
  CHECK(a.missing.size() == 27);
}

TEST_CASE("no way into one frame: positions, V_implant and the plan's dose, and nothing of a mapped target") {
  ImplantCase c = small_case();
  c.plan_in_postop_frame = false;  // and no pre-op image
  const CaseAudit a = audited(std::move(c));
  CHECK(a.status == AuditStatus::review);
  CHECK(a.registration.outcome.kind == OutcomeKind::not_run);
  CHECK(with_status(a, SeedStatus::undetermined) == 27);
  CHECK_FALSE(a.implant_shift_mm);
  CHECK_FALSE(a.counts.in_site);
  REQUIRE(a.dose);
  CHECK(a.dose->v_implant_cc.at(100) > 0.0);
  const StructureAudit& s = a.dose->structures.front();
  CHECK(s.preop);
  CHECK_FALSE(s.postop);
  CHECK_FALSE(s.volume_postop_cc);
  CHECK(s.verdict == Verdict::not_assessed);
  CHECK(a.verdict == Verdict::not_assessed);
}

TEST_CASE("a failed registration fails the audit, yet a contour drawn on the scan is still judged") {
  ImplantCase c = small_case();
  c.plan_in_postop_frame = false;
  // Two images that share no anatomy: the registration cannot succeed.
  c.preop = test::water_body<PlanFrame>(3.0, 20, 10);
  std::fill(c.preop->hu.begin(), c.preop->hu.end(), std::int16_t{-1000});
  StructureSet<CtFrame> drawn;
  drawn.structures.push_back(test::sphere<CtFrame>("CTV", "CTV", Eigen::Vector3d::Zero(), 14.0));
  c.postop_structures = drawn;
  const CaseAudit a = audited(std::move(c));
  CHECK(a.registration.outcome.kind == OutcomeKind::failed);
  CHECK(a.status == AuditStatus::failed);
  CHECK(flag(a, "REGISTRATION_FAILED"));
  REQUIRE(a.dose->structures.size() == 1);
  CHECK(a.dose->structures.front().contour == ContourOrigin::postop);
  CHECK(a.dose->structures.front().postop->d90_gy);
  CHECK(a.verdict != Verdict::not_assessed);
}

TEST_CASE("switching registration off computes nothing that needs it", "[heavy]") {
  ImplantCase c = small_case();
  c.plan_in_postop_frame = false;
  c.given_registration = Warp<CtFrame, PlanFrame>{};
  AuditOptions o = quick();
  CHECK(audited(c, o).registration.outcome.kind == OutcomeKind::ok);
  o.registration_mode = RegistrationMode::none;
  const CaseAudit a = audited(c, o);
  CHECK(a.registration.outcome.kind == OutcomeKind::not_run);
  CHECK_FALSE(a.dose->structures.front().postop);
}

TEST_CASE("a given transform carries plan and contours") {
  test::SmallCaseOptions shifted;
  shifted.shift_mm = {5.0, 2.0, -3.0};
  ImplantCase c = small_case(shifted);
  c.plan_in_postop_frame = false;
  Rigid<CtFrame, PlanFrame> t;
  t.iso.translation() = shifted.shift_mm;
  c.given_registration = Warp<CtFrame, PlanFrame>{t, nullptr};
  const CaseAudit a = audited(std::move(c));
  CHECK(a.registration.method == "given");
  for (const SeedAudit& s : a.seeds) CHECK(*s.displacement_mm < 1e-9);
  // Same seeds on the same contour, both moved; sampled at the same points of it.
  CHECK(std::abs(*a.dose->structures.front().delta->d90_gy) < 0.05);
}

TEST_CASE("a registration that turns the body says that a body position is stated wrongly") {
  for (const double turn_deg : {30.0, 179.0}) {
    ImplantCase c = small_case();
    c.plan_in_postop_frame = false;
    Rigid<CtFrame, PlanFrame> t;
    t.iso = Eigen::AngleAxisd(turn_deg * 3.14159265358979323846 / 180.0, Eigen::Vector3d::UnitZ());
    for (GivenSeed& s : *c.given_seeds) s.center = {t.iso * s.center.mm};
    c.given_registration = Warp<CtFrame, PlanFrame>{t, nullptr};
    const CaseAudit a = audited(std::move(c));
    CAPTURE(turn_deg);
    CHECK((flag(a, "BODY_POSITION_DOUBTFUL") != nullptr) == (turn_deg > 90.0));
    if (turn_deg > 90.0) CHECK(a.status == AuditStatus::review);
    for (const SeedAudit& s : a.seeds) CHECK(*s.displacement_mm < 1e-9);
  }
}

TEST_CASE("a frame of reference that plan and scan share is doubted where most seeds contradict it") {
  ImplantCase c = small_case();
  for (int n = 0; n < 16; ++n) (*c.given_seeds)[static_cast<std::size_t>(n)].center = {{-36.0 + 2.0 * n, -25.0, -36.0}};
  const CaseAudit a = audited(std::move(c));
  REQUIRE(flag(a, "IMPLANT_OFF_TARGET"));
  CHECK(a.status == AuditStatus::review);
  CHECK_FALSE(flag(audited(small_case()), "IMPLANT_OFF_TARGET"));
}

TEST_CASE("landmark pairs given as the registration carry plan and contours, and do not measure themselves") {
  test::SmallCaseOptions shifted;
  shifted.shift_mm = {5.0, 2.0, -3.0};
  ImplantCase c = small_case(shifted);
  c.plan_in_postop_frame = false;
  for (const Eigen::Vector3d& p :
       {Eigen::Vector3d(0, 0, 0), Eigen::Vector3d(30, 0, 0), Eigen::Vector3d(0, 30, 0), Eigen::Vector3d(0, 0, 30)})
    c.registration_landmarks.push_back({{p}, {p + shifted.shift_mm}});
  c.landmarks = {c.registration_landmarks.front()};
  const CaseAudit a = audited(c);
  CHECK(a.registration.outcome.kind == OutcomeKind::ok);
  CHECK(a.registration.method == "given");
  for (const SeedAudit& s : a.seeds) CHECK(*s.displacement_mm < 1e-9);
  CHECK(warned(a, "LANDMARKS_NOT_INDEPENDENT"));
  CHECK_FALSE(a.registration.qa.landmark_tre_mean_mm);
  c.landmarks = {{{Eigen::Vector3d(10, 10, 10)}, {Eigen::Vector3d(10, 10, 10) + shifted.shift_mm}}};
  CHECK(*audited(c).registration.qa.landmark_tre_mean_mm < 1e-9);

  c.registration_landmarks.resize(2);
  const auto refused = audit_case(std::move(c), quick());
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().code == ErrorCode::registration_invalid);
}

TEST_CASE("contours drawn on the scan are judged in place of mapped ones, and both are reported", "[heavy]") {
  ImplantCase c = small_case();
  StructureSet<CtFrame> drawn;
  drawn.structures.push_back(test::sphere<CtFrame>("ctv", "CTV", Eigen::Vector3d(0, 0, 3), 17.0));
  c.postop_structures = drawn;
  const CaseAudit a = audited(std::move(c));
  REQUIRE(a.dose->structures.size() == 2);
  const StructureAudit &post = a.dose->structures[0], &mapped = a.dose->structures[1];
  CHECK(post.contour == ContourOrigin::postop);
  CHECK(mapped.contour == ContourOrigin::mapped);
  CHECK(*post.volume_postop_cc > 1.5 * *mapped.volume_postop_cc);
  CHECK(a.verdict == post.verdict);
  CHECK(flag(a, "TARGET_CHANGED"));
  CHECK(a.status == AuditStatus::review);
}

TEST_CASE("a case of a scan alone: counts and positions, no dose") {
  ImplantCase c = small_case();
  c.plan.reset();
  c.structures.reset();
  c.targets.clear();
  c.plan_in_postop_frame = false;
  c.strength = {};
  const CaseAudit a = audited(std::move(c));
  CHECK(a.status == AuditStatus::review);
  CHECK(a.seeds.size() == 27);
  CHECK_FALSE(a.dose);
  CHECK_FALSE(a.counts.planned);
  CHECK(with_status(a, SeedStatus::undetermined) == 27);
  CHECK(warned(a, "DOSE_NOT_COMPUTED"));
}

TEST_CASE("a scan with strength, source and prescription given: V_implant without plan and contours", "[heavy]") {
  const auto reference = audited(small_case());
  ImplantCase c = small_case();
  c.plan.reset();
  c.structures.reset();
  c.targets.clear();
  c.plan_in_postop_frame = false;
  c.strength = {};
  c.strength.source_id = "amersham-6711";
  c.strength.stated_per_seed = StatedStrength{0.8, StrengthUnit::mci};
  c.prescription = Gy{120.0};
  const CaseAudit a = audited(std::move(c));
  REQUIRE(a.dose);
  // 0.8 mCi x 1.270 = 1.016 U, the plan's own strength: the same volumes.
  CHECK(std::abs(a.dose->v_implant_cc.at(100) - reference.dose->v_implant_cc.at(100)) < 1e-6);
  CHECK(a.status == AuditStatus::review);
}

TEST_CASE("an axis that the image does not carry is the needle's where the seed sits in it, else averaged", "[heavy]") {
  ImplantCase c = small_case();
  for (auto& s : *c.given_seeds) s.axis.reset();
  (*c.given_seeds)[0].center.mm += Eigen::Vector3d(8.0, 0.0, 0.0);  // out of its needle
  const CaseAudit a = audited(std::move(c));
  CHECK(a.seeds[0].orientation_used == "averaged");
  for (std::size_t n = 1; n < a.seeds.size(); ++n) {
    CHECK(a.seeds[n].orientation_used == "needle");
    CHECK(std::abs(a.seeds[n].seed.pose.axis.unit[2]) > 1.0 - 1e-9);
  }
}

TEST_CASE("assumptions are flagged") {
  const CaseAudit a = audited(small_case());
  CHECK(flag(a, "SOURCE_ASSUMED"));
  CHECK(a.dose->source_is_surrogate);
  REQUIRE(flag(a, "IMPLANT_DATE_ASSUMED"));
  CHECK(flag(a, "IMPLANT_DATE_ASSUMED")->message.find("2026-01-31") != std::string::npos);
}

TEST_CASE("the scan's own limits are flagged", "[heavy]") {
  ImplantCase c = small_case();
  Acquisition& acquisition = c.postop.front().acquisition;
  acquisition.slice_thickness_mm = 5.0;
  acquisition.metal_artefact_reduced = true;
  acquisition.saturation_hu = 3071.0;
  c.postop.front().hu[0] = 3071;
  const CaseAudit a = audited(std::move(c));
  CHECK(flag(a, "SLICE_THICK"));
  CHECK(flag(a, "METAL_REDUCED_SERIES"));
  CHECK(flag(a, "HU_SATURATED"));
  CHECK(a.status == AuditStatus::review);
}

TEST_CASE("the whole way from voxels: rods rendered into a CT are found and audited", "[heavy]") {
  test::SmallCaseOptions o;
  o.given_seeds = false;
  o.size = 80;
  o.slices = 60;
  const CaseAudit a = audited(small_case(o));
  CHECK(a.seeds.size() == 27);
  for (const SeedAudit& s : a.seeds) {
    REQUIRE(s.displacement_mm);
    // Rods of known place at 1 mm voxels: a twentieth of a voxel would do; half a voxel is the limit of what may be called found.
    CHECK(*s.displacement_mm < 0.5);
  }
  REQUIRE(a.dose);
  const StructureAudit& s = a.dose->structures.front();
  REQUIRE(s.delta);
  // Placement within 0.5 mm moves D90 by far less than 3 %, the project's own goal.
  CHECK(std::abs(*s.delta->d90_gy) < 0.03 * *s.preop->d90_gy);
}

TEST_CASE("audits refuse bad options and empty cases") {
  AuditOptions o;
  o.limits.margin_mm = -2.0;
  CHECK(audit_case(small_case(), o).error().code == ErrorCode::invalid_option);
  CHECK(audit_case(ImplantCase{}, AuditOptions{}).error().code == ErrorCode::no_postop_ct);
  ImplantCase c = small_case();
  c.structures->structures.front().contours.clear();
  CHECK(audit_case(std::move(c), AuditOptions{}).error().code == ErrorCode::structures_invalid);
}

TEST_CASE("options by name: each is listed, each can be set, unknown ones are refused with the nearest") {
  AuditOptions o;
  const auto before = options_used(o);
  CHECK(before.at("limits.margin_mm") == "10");
  for (const std::string& key : option_keys()) CHECK(before.count(key) == 1);
  // What a report prints can be given back.
  for (const auto& [key, value] : before) {
    INFO(key << " = " << value);
    CHECK(set_option(o, key, value).ok());
  }
  CHECK(options_used(o) == before);
  CHECK(set_option(o, "limits.site", "elbow").error().code == ErrorCode::invalid_option);
  REQUIRE(set_option(o, "limits.margin_mm", "12.5").ok());
  CHECK(o.limits.margin_mm == 12.5);
  REQUIRE(set_option(o, "dose.formalism", "1d").ok());
  CHECK(o.formalism == DoseFormalism::point_1d);
  REQUIRE(set_option(o, "uncertainty.draws", "100").ok());
  CHECK(o.uncertainty.draws == 100);
  CHECK(set_option(o, "limits.margin_mm", "wide").error().code == ErrorCode::invalid_option);
  CHECK(set_option(o, "uncertainty.draws", "1.5").error().code == ErrorCode::invalid_option);
  CHECK(set_option(o, "dose.formalism", "3d").error().code == ErrorCode::invalid_option);
  const auto unknown = set_option(o, "limits.margn_mm", "3");
  REQUIRE_FALSE(unknown.ok());
  CHECK(unknown.error().hint.find("limits.margin_mm") != std::string::npos);
}
