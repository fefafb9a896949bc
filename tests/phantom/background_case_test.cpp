// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/background_case.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "core/parallel.h"
#include "io/volume_file.h"
#include "samples/phantom/ct_surroundings.h"
#include "samples/phantom/write_phantom.h"
#include "tests/support/temporary_folder.h"

using namespace seedaudit;
using namespace seedaudit::test;
using Eigen::Vector3d;

namespace {

const Vector3d kOrgan(-18, 10, 240);

/// A body of fat with an organ of 55 HU and a lung above it; rows run towards the front, as in files from some programs.
CtVolume background_body() {
  CtVolume v;
  Eigen::Matrix3d axes;
  axes << -1, 0, 0, 0, -1, 0, 0, 0, 1;
  v.grid = *GridGeometry<CtFrame>::make({72, 60, 34}, {2.5, 2.5, 3.0}, {Vector3d(90, 75, 200)}, axes);
  v.hu.resize(v.grid.voxel_count());
  v.series.modality = "CT";
  for (int k = 0; k < 34; ++k)
    for (int j = 0; j < 60; ++j)
      for (int i = 0; i < 72; ++i) {
        const Vector3d p = v.grid.center_of({i, j, k}).mm;
        int hu = -1000;
        if (std::hypot(p.x() / 85.0, p.y() / 65.0) < 1.0) hu = -100;
        if ((p - kOrgan).norm() < 36.0) hu = 55;
        if ((p - Vector3d(40, 0, 290)).norm() < 32.0) hu = -750;
        v.hu[v.grid.offset(i, j, k)] = static_cast<std::int16_t>(hu);
      }
  v.hu[0] = -2000;
  return v;
}

Scenario small_case() {
  Scenario s = *find_scenario("tiny");
  s.postop.views = 90;
  s.postop.detector_mm = 1.5;
  s.dose_grid_mm = 4.0;
  s.implant.target_volume_cc = 4.0;
  return s;
}

}  // namespace

TEST_CASE("a CT tells of its tissue: HU between voxels, the largest organ, lung and fat") {
  const CtVolume ct = background_body();
  CHECK(std::abs(hu_at(ct, kOrgan) - 55.0) < 1e-9);
  CHECK(hu_at(ct, {500, 0, 250}) == -1000.0);
  // Half way from a voxel to the next.
  const Vector3d a = ct.grid.center_of({36, 30, 29}).mm;
  const Vector3d b = ct.grid.center_of({37, 30, 29}).mm;
  CHECK(std::abs(hu_at(ct, 0.5 * (a + b)) - 0.5 * (ct.at(36, 30, 29) + ct.at(37, 30, 29))) < 1e-9);
  const auto center = soft_tissue_center(ct, 15.0);
  REQUIRE(center);
  // Cells of 5 mm, and distances that a chamfer knows to a tenth of 36 mm.
  CHECK((center->mm - kOrgan).norm() < 10.0);
  const HuTissue tissue(*make_spectrum(120));
  TargetShape target;
  target.center = kOrgan;
  target.half_axes *= 10.0;
  const Surroundings s = surroundings_of(ct, target, tissue);
  CHECK(s.organ_at({40, 0, 285}) == "lung");
  CHECK(s.organ_at(kOrgan) == "liver");
  CHECK(s.organ_at({60, 0, 220}) == "fat");
  CHECK(s.organ_at({0, 72, 250}).empty());
  CHECK(std::abs(s.tissue_at(kOrgan).water - 1.055) < 1e-9);
  // The body is 170 mm wide, half of the standard.
  CHECK(std::abs(s.scale - 0.5) < 0.02);
  CHECK(std::abs(s.body_center.x()) < 3.0);
}

TEST_CASE("an implant in a background agrees with its truth, and is written and read back") {
  Scenario scenario = small_case();
  scenario.distractors.clips = 1;
  scenario.distractors.calcifications = 1;
  scenario.postop_contours = true;
  const CtVolume ground = background_body();
  const auto made = simulate_in_background(ground, scenario, {}, 4);
  REQUIRE(made);
  const PhantomCase& c = *made;
  REQUIRE(c.background);
  CHECK(!c.background->target_given);
  REQUIRE(c.truth.seeds.size() >= 4);
  for (const auto& s : c.truth.seeds) {
    REQUIRE(s.in_image);
    // Where the truth says is metal in the post-op image and none in the pre-op image. 3 mm slices of 2.5 mm pixels: above bone.
    const auto ijk = c.postop.grid.index_of(s.center);
    int top = -2000;
    for (int dj = -1; dj <= 1; ++dj)
      for (int di = -1; di <= 1; ++di)
        top =
            std::max(top, static_cast<int>(c.postop.at(static_cast<int>(std::lround(ijk[0])) + di,
                                                       static_cast<int>(std::lround(ijk[1])) + dj, static_cast<int>(std::lround(ijk[2])))));
    CHECK(top > 400);
    // The plan is the placement without its errors, in a frame that is shifted only.
    CHECK(distance_mm(c.truth.ct_from_plan_target * s.plan_center, s.expected_center) < 1e-6);
    CHECK(distance_mm(s.center, s.expected_center) < 12.0);
  }
  CHECK((c.truth.ct_from_plan_bone.iso.linear() - Eigen::Matrix3d::Identity()).norm() < 1e-12);
  CHECK(c.truth.ct_from_plan_bone.iso.translation().norm() > 1.0);
  // Far slices are the CT's own; padding stays.
  CHECK(c.postop.hu[0] == -2000);
  CHECK(std::equal(c.preop.hu.begin(), c.preop.hu.begin() + 72 * 60, ground.hu.begin()));
  REQUIRE((c.truth.dosimetry.plan_2d && c.truth.dosimetry.postop_2d_mapped_stack && c.truth.dosimetry.postop_2d_contour_stack));
  CHECK(c.truth.dosimetry.plan_2d->v100_pct > 94.5);
  CHECK(c.structures.find("CTV") != nullptr);
  CHECK(c.structures.find("LIVER") == nullptr);

  const TemporaryFolder folder;
  REQUIRE(write_phantom(c, folder / "case"));
  const auto read = read_volume(folder / "case" / "postop_ct");
  REQUIRE(read);
  CHECK(read->hu == c.postop.hu);
  const std::string truth = content_of(folder / "case" / "truth.json");
  CHECK(truth.find("\"background\"") != std::string::npos);
  CHECK(truth.find("no test of registration") != std::string::npos);
}

TEST_CASE("in a background: no seeds leave it as it is, a target is where it is given, threads do not matter", "[heavy]") {
  const CtVolume ground = background_body();
  Scenario s = small_case();
  s.implant.no_seeds = true;
  const auto none = simulate_in_background(ground, s, {}, 4);
  REQUIRE(none);
  CHECK(none->postop.hu == ground.hu);
  CHECK(none->preop.hu == ground.hu);

  s = small_case();
  BackgroundOptions at;
  at.target_center = Point<CtFrame>{Vector3d(5, 0, 250)};
  const int before = thread_count();
  set_thread_count(1);
  const auto one = simulate_in_background(ground, s, at, 4);
  set_thread_count(2);
  const auto two = simulate_in_background(ground, s, at, 4);
  set_thread_count(before);
  REQUIRE((one && two));
  CHECK(one->postop.hu == two->postop.hu);
  CHECK(truth_json(*one) == truth_json(*two));
  CHECK((one->background->target_center.mm - Vector3d(5, 0, 250)).norm() == 0.0);
  CHECK(truth_json(*simulate_in_background(ground, s, at, 5)) != truth_json(*one));

  s.implant.migrated = 1;
  const auto far = simulate_in_background(ground, s, at, 4);
  REQUIRE(far);
  CHECK(std::count_if(far->truth.seeds.begin(), far->truth.seeds.end(), [](const TrueSeed& t) { return t.migrated && t.in_image; }) == 1);
}

TEST_CASE("what a background cannot have is refused, and the message says what") {
  const CtVolume ground = background_body();
  const auto refused = [](const CtVolume& ct, const Scenario& s, const BackgroundOptions& o, ErrorCode code, const char* part) {
    const auto r = simulate_in_background(ct, s, o, 1);
    REQUIRE(!r);
    CHECK(r.error().code == code);
    INFO(r.error().message());
    CHECK(r.error().message().find(part) != std::string::npos);
  };
  const auto with = [](auto change) {
    Scenario s = small_case();
    change(s);
    return s;
  };
  const auto invalid = ErrorCode::invalid_option;
  refused(ground, with([](Scenario& s) { s.distractors.stents = 1; }), {}, invalid, "stents");
  refused(ground, with([](Scenario& s) { s.distractors.screws = 1; }), {}, invalid, "screws");
  refused(ground, with([](Scenario& s) { s.distractors.contrast_mg_per_ml = 3; }), {}, invalid, "contrast");
  refused(ground, with([](Scenario& s) { s.preop.mr_like = true; }), {}, invalid, "MR");
  refused(ground, with([](Scenario& s) { s.postop.position = BodyPosition::prone; }), {}, invalid, "turned");
  refused(ground, with([](Scenario& s) { s.postop.views = 2; }), {}, invalid, "views");
  BackgroundOptions outside;
  outside.target_center = Point<CtFrame>{Vector3d(0, 0, 900)};
  refused(ground, small_case(), outside, invalid, "outside");
  CtVolume air = ground;
  std::fill(air.hu.begin(), air.hu.end(), std::int16_t{-1000});
  refused(air, small_case(), {}, ErrorCode::bad_scenario, "--target");
  BackgroundOptions inside;
  inside.target_center = Point<CtFrame>{kOrgan};
  refused(air, with([](Scenario& s) { s.implant.migrated = 1; }), inside, ErrorCode::bad_scenario, "migrated");
  CtVolume mr = ground;
  mr.series.modality = "MR";
  refused(mr, small_case(), {}, ErrorCode::wrong_modality, "MR");
  CtVolume coronal = ground;
  Eigen::Matrix3d axes;
  axes << 1, 0, 0, 0, 0, 1, 0, -1, 0;
  coronal.grid = *GridGeometry<CtFrame>::make({72, 60, 34}, {2.5, 2.5, 3.0}, {Vector3d(-90, -75, 200)}, axes);
  refused(coronal, small_case(), {}, ErrorCode::inconsistent_geometry, "axial");
}
