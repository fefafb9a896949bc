// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/simulate.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <string>

#include "core/parallel.h"
#include "io/dicom_dose.h"
#include "io/dicom_plan.h"
#include "io/dicom_structures.h"
#include "io/dose_histograms.h"
#include "io/volume_file.h"
#include "samples/phantom/anatomy.h"
#include "samples/phantom/distractors.h"
#include "samples/phantom/write_phantom.h"
#include "tests/support/temporary_folder.h"

using namespace seedaudit;

namespace {

/// A second or two: the tiny body in coarser images.
Scenario small() {
  Scenario s = *find_scenario("tiny");
  s.postop.matrix = 112;
  s.postop.views = 120;
  s.postop.detector_mm = 1.2;
  s.postop.scan_length_mm = 45.0;
  s.preop.matrix = 64;
  s.preop.views = 90;
  s.preop.detector_mm = 2.4;
  s.preop.scan_length_mm = 60.0;
  s.dose_grid_mm = 4.0;
  s.postop_contours = true;
  return s;
}

std::size_t content(const PhantomCase& c) {
  const std::string a(reinterpret_cast<const char*>(c.postop.hu.data()), c.postop.hu.size() * 2);
  const std::string b(reinterpret_cast<const char*>(c.preop.hu.data()), c.preop.hu.size() * 2);
  return std::hash<std::string>{}(a + b + truth_json(c));
}

std::size_t content(const Scenario& s, std::uint64_t seed = 3) {
  const auto c = simulate(s, seed);
  REQUIRE(c);
  return content(*c);
}

}  // namespace

TEST_CASE("a simulated case agrees with itself") {
  const auto made = simulate(small(), 3);
  REQUIRE(made);
  const PhantomCase& c = *made;
  REQUIRE(c.truth.seeds.size() == c.plan.seeds.size());
  REQUIRE(c.plan.seeds.size() >= 4);
  for (const auto& s : c.truth.seeds) {
    REQUIRE(s.present);
    REQUIRE(s.in_image);
    // Each true seed is metal in the image, where it is said to be; liver is 60 HU.
    const auto ijk = c.postop.grid.index_of(s.center);
    int top = -2000;
    for (int dk = -1; dk <= 1; ++dk)
      for (int dj = -1; dj <= 1; ++dj)
        for (int di = -1; di <= 1; ++di)
          top = std::max(
              top, static_cast<int>(c.postop.at(static_cast<int>(std::lround(ijk[0])) + di, static_cast<int>(std::lround(ijk[1])) + dj,
                                                static_cast<int>(std::lround(ijk[2])) + dk)));
    CHECK(top > 500);
  }
  // The rigid transform of the target fits its landmarks as well as it says; the movement of this scenario has no bend.
  for (const auto& l : c.truth.landmarks_target) CHECK(distance_mm(c.truth.ct_from_plan_target * l.pre, l.post) < 1e-6);
  CHECK(c.truth.target_residual_rms_mm < 1e-6);
  CHECK((c.truth.target_shift_vs_bone_mm.norm()) > 1.0);

  const auto& d = c.truth.dosimetry;
  REQUIRE((d.plan_1d && d.plan_2d && d.postop_1d && d.postop_2d && d.postop_2d_contour_stack && d.plan_2d_contour_stack));
  CHECK(d.plan_2d->v100_pct > 94.5);
  // Identity of D90 and V100.
  CHECK((d.plan_2d->d90_gy >= 120.0) == (d.plan_2d->v100_pct >= 90.0));
  // Two formalisms and two descriptions of one target: a few percent.
  CHECK(std::abs(d.plan_1d->d90_gy / d.plan_2d->d90_gy - 1.0) < 0.05);
  CHECK(std::abs(d.postop_2d_contour_stack->d90_gy / d.postop_2d->d90_gy - 1.0) < 0.08);
  CHECK(std::abs(c.truth.target_volume_postop_cc / c.truth.target_volume_preop_cc - 1.0) < 0.03);
  for (const char* name : {"GTV", "CTV", "PTV", "LIVER"}) REQUIRE(c.structures.find(name) != nullptr);
  CHECK(c.structures.find("PTV")->contours.size() >= c.structures.find("CTV")->contours.size());
}

TEST_CASE("the same seed gives the same bits, on any number of threads, another seed another case", "[heavy]") {
  Scenario s = small();
  s.postop.scan_length_mm = 20.0;
  s.preop.scan_length_mm = 16.0;
  const int before = thread_count();
  set_thread_count(1);
  const std::size_t one = content(s);
  set_thread_count(2);
  const std::size_t two = content(s);
  set_thread_count(before);
  CHECK(one == two);
  CHECK(content(s, 4) != one);
}

TEST_CASE("a case without seeds has none, in truth and image", "[heavy]") {
  Scenario s = small();
  s.implant.no_seeds = true;
  s.postop.scan_length_mm = 20.0;
  s.preop.scan_length_mm = 16.0;
  const auto c = simulate(s, 3);
  REQUIRE(c);
  for (const auto& seed : c->truth.seeds) CHECK(!seed.present);
  CHECK(!c->truth.dosimetry.postop_2d);
  // Nothing denser than cortical bone is left.
  CHECK(*std::max_element(c->postop.hu.begin(), c->postop.hu.end()) < 1900);
}

TEST_CASE("each kind of distractor appears as often as asked, in both frames") {
  const Scenario s = *find_scenario("clean-2p5mm");
  const Anatomy a = build_anatomy(s, 2, {0, -1, 0});
  const DistractorOptions all{.clips = 2,
                              .calcifications = 3,
                              .lipiodol_deposits = 1,
                              .coils = 1,
                              .stents = 1,
                              .screws = 2,
                              .fiducials = 4,
                              .contrast_mg_per_ml = 0.0};
  const auto made = make_distractors(surroundings_of(a), all, 2);
  const auto count = [&](const char* type) {
    return std::count_if(made.begin(), made.end(), [&](const Distractor& d) { return d.type == type; });
  };
  CHECK(count("clip") == 2);
  CHECK(count("calcification") == 3);
  CHECK(count("lipiodol") == 1);
  CHECK(count("coil") == 1);
  CHECK(count("stent") == 1);
  CHECK(count("screw") == 2);
  CHECK(count("fiducial") == 4);
  for (const auto& d : made) {
    REQUIRE(!d.objects.empty());
    for (const auto& o : d.objects) REQUIRE(!o.parts.empty());
  }
}

TEST_CASE("options change the case", "[heavy]") {
  Scenario s = small();
  s.postop.scan_length_mm = 10.0;
  s.preop.scan_length_mm = 8.0;
  const std::size_t before = content(s);
  // One of each kind; those of one stage alone are tested there (physics, implant, distractors).
  const std::function<void(Scenario&)> changes[] = {
      [](Scenario& x) { x.postop.kvp = 100; },
      [](Scenario& x) { x.postop.position = BodyPosition::left_lateral, x.postop.position_mistagged = true; },
      [](Scenario& x) { x.preop.mr_like = true; },
      [](Scenario& x) { x.distractors.contrast_mg_per_ml = 5; },
  };
  for (std::size_t i = 0; i < std::size(changes); ++i) {
    Scenario x = s;
    changes[i](x);
    INFO("change " << i);
    CHECK(content(x) != before);
  }
  s.postop.matrix = 3;
  CHECK(simulate(s, 1).error().code == ErrorCode::invalid_option);
}

TEST_CASE("what is written reads back: voxels, poses, contours, dose") {
  Scenario s = small();
  s.postop.position = BodyPosition::left_lateral;
  const auto made = simulate(s, 8);
  REQUIRE(made);
  const test::TemporaryFolder folder;
  REQUIRE(write_phantom(*made, folder.path()));
  const auto ct = read_volume(folder / "postop_ct");
  REQUIRE(ct);
  CHECK(ct->hu == made->postop.hu);
  CHECK(ct->acquisition.patient_position == "HFDL");
  // Positions are written as decimal strings of 16 characters.
  CHECK((ct->grid.origin().mm - made->postop.grid.origin().mm).norm() < 1e-6);
  CHECK((ct->grid.direction() - made->postop.grid.direction()).norm() < 1e-6);
  const auto plan = read_plan(folder / "preop_rtplan.dcm");
  REQUIRE(plan);
  REQUIRE(plan->seeds.size() == made->plan.seeds.size());
  for (std::size_t i = 0; i < plan->seeds.size(); ++i) {
    CHECK(distance_mm(plan->seeds[i].center, made->plan.seeds[i].center) < 1e-6);
    CHECK(std::abs(plan->seeds[i].strength.value - made->plan.seeds[i].strength.value) < 1e-6);
  }
  const auto structures = read_structures<PlanFrame>(folder / "preop_rtstruct.dcm");
  REQUIRE(structures);
  REQUIRE(structures->find("CTV") != nullptr);
  CHECK(structures->find("CTV")->contours.size() == made->structures.find("CTV")->contours.size());
  const auto dose = read_dose<PlanFrame>(folder / "preop_rtdose.dcm");
  REQUIRE(dose);
  CHECK(dose->dose_gy.size() == made->planning_dose.dose_gy.size());
  // The planning system's own histogram of the target: its D90 by bins of 1 Gy is that of the points, within a bin's curvature.
  const auto stored = read_dose_histograms(folder / "preop_rtdose.dcm");
  REQUIRE(stored);
  REQUIRE(stored->histograms.size() == 1);
  CHECK(stored->histograms[0].statement().roi_number == made->structures.find("CTV")->number);
  CHECK(stored->structure_set_uid == structures->sop_instance_uid);
  const auto& slabs = made->truth.dosimetry.plan_1d_contour_stack;
  REQUIRE(slabs);
  CHECK(std::abs(stored->histograms[0].dose_at_volume_pct(90.0)->value / slabs->d90_gy - 1.0) < 0.002);
  CHECK(std::abs(*stored->histograms[0].volume_pct_at(Gy{s.implant.prescription_gy}) - slabs->v100_pct) < 0.1);
  CHECK(std::filesystem::exists(folder / "postop_rtstruct.dcm"));
  CHECK(std::filesystem::exists(folder / "truth.json"));
  // A path through a file is no folder, for root too.
  const auto blocked = write_phantom(*made, "/proc/version/case");
  REQUIRE(!blocked);
  CHECK(blocked.error().code == ErrorCode::output_unwritable);
}
