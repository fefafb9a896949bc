// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/register_volumes.h"

#include <catch2/catch.hpp>

#include <algorithm>

#include "registration/prepared_image.h"
#include "tests/registration/synthetic_anatomy.h"

namespace seedaudit {
namespace {

using testing::Scan;

// In the liver, beside its vessels.
const Eigen::Vector3d kTarget(-62.0, -12.0, 0.0);
constexpr double kRadius = 18.0;

const PreopVolume& planning_ct() {
  static const PreopVolume volume = testing::render<PlanFrame>(Scan{});
  return volume;
}

std::vector<Eigen::Vector3d> seeds_around(const Eigen::Vector3d& center) {
  std::vector<Eigen::Vector3d> out;
  for (int i = -1; i <= 1; ++i)
    for (int j = -1; j <= 1; ++j) out.push_back(center + Eigen::Vector3d(10.0 * i, 9.0 * j, 3.0 * i - 4.0 * j));
  return out;
}

/// Largest distance at the target between what was found and where the anatomy went.
double target_error(const PlanRegistration& r, const Scan& post) {
  double worst = 0.0;
  for (int axis = 0; axis < 3; ++axis)
    for (const double side : {-0.6, 0.0, 0.6}) {
      const Eigen::Vector3d p = kTarget + side * kRadius * Eigen::Vector3d::Unit(axis);
      worst = std::max(worst, (r.ct_from_plan.iso * p - testing::moved(post, p)).norm());
    }
  return worst;
}

PlanRegistration run(const Scan& post, const RegistrationOptions& options = {}) {
  const CtVolume ct = testing::render<CtFrame>(post);
  return register_preop_to_postop(planning_ct(), ct, TargetRegion{{kTarget}, kRadius}, options);
}

// 2 mm at the target is what the dose needs: half of the 4 mm slices both scans are made of.
constexpr double kBarMm = 2.0;

}  // namespace

TEST_CASE("C5-54: A supine patient whose organs moved with the breath is found at the target, not at the spine", "[registration][heavy]") {
  Scan post;
  post.scan_from_plan = testing::pose(5.0, 3.0, {14.0, -9.0, -31.0});
  post.organ_shift_mm = {1.0, 3.0, -13.0};
  post.random_seed = 2;
  post.seeds = seeds_around(testing::moved(post, kTarget));
  const PlanRegistration r = run(post);
  INFO(r.outcome.why);
  CHECK(r.outcome.kind == OutcomeKind::ok);
  CHECK(target_error(r, post) < kBarMm);
  // The skeleton stayed: the local step is the breath, to within the accuracy of both steps.
  REQUIRE(r.qa.local_shift_mm);
  CHECK(std::abs(*r.qa.local_shift_mm - post.organ_shift_mm.norm()) < 4.0);
  CHECK(*r.qa.similarity_after > *r.qa.similarity_before);
  CHECK(*r.qa.inverse_consistency_mm < 2.0);
  CHECK(r.method == "rigid+local");
}

TEST_CASE("A whole-body fit alone misses the target that breath moved", "[registration][heavy]") {
  Scan post;
  post.organ_shift_mm = {0.0, 0.0, -13.0};
  post.random_seed = 3;
  RegistrationOptions options;
  options.local_step = false;
  const PlanRegistration r = run(post, options);
  CHECK(r.method == "rigid");
  CHECK(target_error(r, post) > 4.0);
}

TEST_CASE("C5-56: Every body position is found without its tag, with the couch in view and frames half a metre apart",
          "[registration][heavy]") {
  const auto [name, turn, feet_first] = GENERATE(
      table<const char*, double, bool>({{"prone", 180.0, false}, {"left lateral, rolled", -107.0, false}, {"feet first", 4.0, true}}));
  CAPTURE(name);
  Scan post;
  post.scan_from_plan = testing::pose(turn, 4.0, {22.0, -35.0, 470.0});
  if (feet_first) post.scan_from_plan = post.scan_from_plan * Eigen::AngleAxisd(std::numbers::pi, Eigen::Vector3d::UnitY());
  post.organ_shift_mm = {2.0, -2.0, 9.0};
  post.random_seed = 4;
  post.couch = true;
  post.seeds = seeds_around(testing::moved(post, kTarget));
  const PlanRegistration r = run(post);
  INFO(r.outcome.why);
  CHECK(r.outcome.kind == OutcomeKind::ok);
  CHECK(target_error(r, post) < kBarMm);
}

TEST_CASE("C5-52: A short post-op scan around the target is put at the right vertebra", "[registration][heavy]") {
  Scan post;
  post.scan_from_plan = testing::pose(-6.0, -2.0, {-8.0, 12.0, 210.0});
  post.organ_shift_mm = {0.0, 2.0, 8.0};
  post.low_z_mm = -48.0;
  post.high_z_mm = 62.0;
  post.spacing_mm = {3.0, 3.0, 2.5};
  post.random_seed = 5;
  post.seeds = seeds_around(testing::moved(post, kTarget));
  const PlanRegistration r = run(post);
  INFO(r.outcome.why);
  CHECK(r.outcome.usable());
  CHECK(target_error(r, post) < kBarMm);
}

TEST_CASE("The result is bit-identical for any number of threads", "[registration][heavy]") {
  Scan post;
  post.scan_from_plan = testing::pose(8.0, 0.0, {5.0, 5.0, 40.0});
  post.organ_shift_mm = {0.0, 0.0, 6.0};
  post.random_seed = 6;
  const CtVolume ct = testing::render<CtFrame>(post);
  set_thread_count(1);
  const PlanRegistration one = register_preop_to_postop(planning_ct(), ct, TargetRegion{{kTarget}, kRadius}, {});
  set_thread_count(3);
  const PlanRegistration three = register_preop_to_postop(planning_ct(), ct, TargetRegion{{kTarget}, kRadius}, {});
  set_thread_count(0);
  CHECK(one.ct_from_plan.iso.matrix() == three.ct_from_plan.iso.matrix());
  CHECK(*one.qa.similarity_after == *three.qa.similarity_after);
  CHECK(*one.qa.start_agreement_mm == *three.qa.start_agreement_mm);
  CHECK(one.outcome.why == three.outcome.why);
}

TEST_CASE("Seeds have no say: moving them does not move the registration", "[registration][heavy]") {
  Scan post;
  post.scan_from_plan = testing::pose(3.0, 2.0, {4.0, -6.0, 12.0});
  post.organ_shift_mm = {0.0, 0.0, 7.0};
  post.random_seed = 7;
  post.seeds = seeds_around(testing::moved(post, kTarget));
  const PlanRegistration here = run(post);
  for (auto& s : post.seeds) s += Eigen::Vector3d(9.0, 0.0, -6.0);  // every seed misplaced by 11 mm the same way
  const PlanRegistration there = run(post);
  // What remains is the anatomy that the other mask hides: a tenth of what the seeds moved.
  CHECK((here.ct_from_plan.iso * kTarget - there.ct_from_plan.iso * kTarget).norm() < 1.0);
}

TEST_CASE("Hopeless pairs say failed", "[registration][heavy]") {
  SECTION("nothing but noise") {
    Scan post;
    post.noise_hu = 3000.0;
    post.random_seed = 8;
    const PlanRegistration r = run(post);
    INFO(r.outcome.why);
    CHECK(r.outcome.kind == OutcomeKind::failed);
    CHECK_FALSE(r.outcome.why.empty());
  }
  SECTION("the post-op scan does not reach the target") {
    Scan post;
    post.scan_from_plan = testing::pose(0.0, 0.0, {0.0, 0.0, 100.0});
    post.low_z_mm = -110.0;
    post.high_z_mm = -45.0;
    post.random_seed = 9;
    const PlanRegistration r = run(post);
    INFO(r.outcome.why);
    CHECK(r.outcome.kind == OutcomeKind::failed);
  }
  SECTION("another object: a homogeneous cylinder") {
    CtVolume ct = testing::render<CtFrame>(Scan{});
    for (int k = 0; k < ct.grid.size()[2]; ++k)
      for (int j = 0; j < ct.grid.size()[1]; ++j)
        for (int i = 0; i < ct.grid.size()[0]; ++i) {
          const Eigen::Vector3d p = ct.grid.center_of({i, j, k}).mm;
          const std::size_t o = ct.grid.offset(i, j, k);
          ct.hu[o] = static_cast<std::int16_t>((p.head<2>().norm() < 100.0 ? 0.0 : -1000.0) + 12.0 * testing::noise_at(3, o));
        }
    const PlanRegistration r = register_preop_to_postop(planning_ct(), ct, TargetRegion{{kTarget}, kRadius}, {});
    INFO(r.outcome.why);
    CHECK(r.outcome.kind == OutcomeKind::failed);
  }
  SECTION("no image") { CHECK(register_preop_to_postop(PreopVolume{}, CtVolume{}, std::nullopt, {}).outcome.kind == OutcomeKind::failed); }
  SECTION("target outside the pre-op image") {
    CtVolume ct;
    ct.grid = GridGeometry<CtFrame>::make({8, 8, 8}, {1.0, 1.0, 1.0}, {}, Eigen::Matrix3d::Identity()).value();
    ct.hu.assign(ct.grid.voxel_count(), 0);
    CHECK(register_preop_to_postop(planning_ct(), ct, TargetRegion{{{0.0, 0.0, 900.0}}, kRadius}, {}).outcome.kind == OutcomeKind::failed);
  }
}

TEST_CASE("A target in blood as bright as bone is registered by what is there, from displaced starts too", "[registration][heavy]") {
  Scan post;
  post.scan_from_plan = testing::pose(4.0, -2.0, {6.0, 9.0, -22.0});
  post.random_seed = 14;
  PreopVolume bright_plan = planning_ct();
  CtVolume bright = testing::render<CtFrame>(post);
  // Dense contrast agent: 75 HU of the liver become 305, where bone begins at 200. Fat and gas stay.
  const auto enhance = [](std::vector<std::int16_t>& hu) {
    for (auto& v : hu)
      if (v > -60 && v < 200) v = static_cast<std::int16_t>(v + 230);
  };
  enhance(bright_plan.hu);
  enhance(bright.hu);
  const PreparedImage as_it_is = prepare_image(planning_ct(), 2.0, {}), enhanced = prepare_image(bright_plan, 2.0, {});
  CHECK(soft_fraction(as_it_is, kTarget, kRadius + 25.0) > 0.9);  // liver and fat
  CHECK(soft_fraction(enhanced, kTarget, kRadius + 25.0) < 0.1);  // fat
  const PlanRegistration r = register_preop_to_postop(bright_plan, bright, TargetRegion{{kTarget}, kRadius}, {});
  INFO(r.outcome.why);
  CHECK(r.outcome.kind == OutcomeKind::ok);
  CHECK(target_error(r, post) < kBarMm);
  REQUIRE(r.qa.start_agreement_mm);
  // A start that cannot climb stays 6.7 mm off.
  CHECK(*r.qa.start_agreement_mm < 3.0);
}

TEST_CASE("Another patient of much the same build is never ok, and the bones say why", "[registration][heavy]") {
  Scan post;
  post.scan_from_plan = testing::pose(4.0, 2.0, {9.0, -6.0, 20.0});
  post.random_seed = 11;
  bool organs_alike = false;
  SECTION("a body 5 % larger, vertebrae 5 % longer, the liver elsewhere") {
    post.anatomy.width_mm *= 1.05;
    post.anatomy.depth_mm *= 1.05;
    post.anatomy.vertebra_mm *= 1.05;
    post.anatomy.liver += Eigen::Vector3d(5.0, -4.0, 6.0);
    post.anatomy.liver_axes *= 1.04;
  }
  // The same organs in the same place; only the bones tell. 3 % of 100 mm are three times what two scans of one skeleton differ by.
  SECTION("organs alike, vertebrae 3 % longer and a trunk 3 % wider") {
    post.anatomy.width_mm *= 1.03;
    post.anatomy.vertebra_mm *= 1.03;
    organs_alike = true;
  }
  const PlanRegistration r = run(post);
  INFO(r.outcome.why);
  CHECK(r.outcome.kind != OutcomeKind::ok);
  if (organs_alike) CHECK(r.outcome.why.find("bones") != std::string::npos);
}

TEST_CASE("Noise takes the ok away before it takes the accuracy", "[registration][heavy]") {
  Scan post;
  post.scan_from_plan = testing::pose(-5.0, 2.0, {-7.0, 4.0, 15.0});
  post.organ_shift_mm = {0.0, 2.0, 8.0};
  post.noise_hu = 100.0;  // more than soft tissues differ by
  post.random_seed = 12;
  const PlanRegistration r = run(post);
  INFO(r.outcome.why);
  CHECK((r.outcome.kind != OutcomeKind::ok || target_error(r, post) < kBarMm));
}

TEST_CASE("An MR is ok only where the pieces of the skeleton lie where the whole puts them", "[registration][heavy]") {
  PreopVolume mr = planning_ct();
  mr.series.modality = "MR";
  for (auto& v : mr.hu) v = static_cast<std::int16_t>(v > -500 ? 400 - std::abs(v - 40) : 0);  // bone and fat dark, organs bright
  Scan post;
  post.scan_from_plan = testing::pose(3.0, 0.0, {5.0, -4.0, 12.0});
  post.random_seed = 13;
  bool same_patient = true;
  SECTION("one patient") {}
  SECTION("organs alike, vertebrae 3 % longer and a trunk 3 % wider: another patient") {
    post.anatomy.width_mm *= 1.03;
    post.anatomy.vertebra_mm *= 1.03;
    same_patient = false;
  }
  SECTION("vertebrae 2 % longer and a trunk 2 % wider and deeper: another patient") {
    post.anatomy.width_mm *= 1.02;
    post.anatomy.depth_mm *= 1.02;
    post.anatomy.vertebra_mm *= 1.02;
    same_patient = false;
  }
  const CtVolume ct = testing::render<CtFrame>(post);
  const PlanRegistration r = register_preop_to_postop(mr, ct, TargetRegion{{kTarget}, kRadius}, {});
  INFO(r.outcome.why);
  CHECK((r.outcome.kind == OutcomeKind::ok) == same_patient);
  if (!same_patient) return;
  CHECK(r.outcome.why.find("pieces of the skeleton") != std::string::npos);
  CHECK(target_error(r, post) < kBarMm);
}

TEST_CASE("Without a target the middle of the body is used, and that is said", "[registration][heavy]") {
  const CtVolume ct = testing::render<CtFrame>(Scan{});
  const PlanRegistration r = register_preop_to_postop(planning_ct(), ct, std::nullopt, {});
  CHECK(r.outcome.kind == OutcomeKind::low_confidence);
  REQUIRE(r.warnings.size() == 1);
  CHECK(r.warnings[0].code == "REGISTRATION_WITHOUT_TARGET");
  CHECK((r.ct_from_plan.iso.matrix() - Eigen::Matrix4d::Identity()).cwiseAbs().maxCoeff() < 0.5);
}

TEST_CASE("Registration options are checked, quoting the value", "[registration]") {
  RegistrationOptions options;
  CHECK(options.check().ok());
  options.local_margin_mm = -3.0;
  REQUIRE_FALSE(options.check().ok());
  CHECK(options.check().error().code == ErrorCode::invalid_option);
  CHECK(options.check().error().what.find("local_margin_mm = -3") != std::string::npos);
  CHECK(register_preop_to_postop(PreopVolume{}, CtVolume{}, std::nullopt, options).outcome.kind == OutcomeKind::failed);
}

}  // namespace seedaudit
