// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <set>
#include <string>
#include <utility>

#include "bench/detection/case_record.h"
#include "bench/detection/components_pass.h"
#include "bench/detection/detection_figures.h"
#include "bench/detection/electrode_shafts.h"
#include "bench/detection/random_case.h"
#include "bench/detection/reference_finder.h"
#include "bench/detection/seed_match.h"
#include "tests/pipeline/small_case.h"
#include "tests/support/temporary_folder.h"

using namespace seedaudit;
using namespace seedaudit::bench;
using Eigen::Vector3d;

namespace {

SeedPose at(double x, double y = 0.0, double z = 0.0) { return {{{x, y, z}}, {Vector3d::UnitX()}}; }

RandomCase two_seeds() {
  RandomCase c;
  c.draw.scan.slice_thickness_mm = 1.0;
  for (const double x : {0.0, 5.0, 40.0}) {
    PlacedSeed s;
    s.center = {x, 0, 0};
    s.axis = Vector3d::UnitX();
    c.truth.seeds.push_back(s);
  }
  c.truth.clusters.push_back({"rod", {0, 1}});
  c.lipiodol_mg_per_ml = {0.0, 12.0, 0.0};
  c.draw.distractor_kind = "none";
  c.ct.grid = *GridGeometry<CtFrame>::make({4, 4, 4}, {1, 1, 1}, {}, Eigen::Matrix3d::Identity());
  c.ct.acquisition.slice_thickness_mm = 1.0;
  return c;
}

DetectedSeed found(double x, double z, double sigma_z, double confidence) {
  DetectedSeed s;
  s.pose = at(x, 0.0, z);
  s.center_sigma_mm = Vector3d::Constant(sigma_z);
  s.confidence = confidence;
  s.axis_resolved = true;
  return s;
}

}  // namespace

TEST_CASE("poses are paired nearest first, and re-paired so that as many as possible have a partner") {
  // The second true one is nearest to the first found; both pair only if it gives way.
  const auto m = match_poses({at(0.0), at(1.0)}, {at(0.9), at(2.5)}, 2.0);
  CHECK(m == std::vector<int>{0, 1});
  CHECK(match_poses({at(0.0)}, {at(2.1)}, 2.0) == std::vector<int>{-1});
  CHECK(match_poses({at(0.0), at(5.0)}, {at(4.0)}, 2.0) == std::vector<int>{-1, 0});
  CHECK(match_poses({}, {at(1.0)}, 2.0).empty());
  CHECK(from_seed_mm(at(0.0), 4.5, {5.25, 4.0, 0.0}) == Approx(5.0));
  CHECK(from_seed_mm(at(0.0), 4.5, {1.0, 0.0, 2.0}) == Approx(2.0));
}

TEST_CASE("a record and its figures: hits, misses, false seeds, clusters, sigma, confidence, interval") {
  Finding ours;
  ours.tells_confidence = true;
  ours.detection.outcome = {OutcomeKind::ok, ""};
  // Both of the rod, one of them split in two, and nothing of the lone one.
  ours.detection.seeds = {found(0.1, 0.3, 0.3, 0.9), found(5.0, -0.1, 0.1, 0.8), found(6.4, 0.0, 0.1, 0.4)};
  ours.detection.count = {3, 2, 4};
  ours.detection.count_chance = 0.5;
  Finding reference;
  reference.detection.seeds = {found(0.0, 0.0, 1.0, 1.0), found(5.0, 0.0, 1.0, 1.0), found(40.0, 1.5, 1.0, 1.0)};
  const auto record = case_record(two_seeds(), ours, reference);
  DetectionFigures f, r;
  f.add(record, "ours");
  r.add(record, "reference");
  CHECK(f.seeds == 3);
  CHECK(f.found == 2);
  CHECK(f.false_seeds == 1);
  CHECK(f.lipiodol_seeds == 1);
  CHECK(f.lipiodol_found == 1);
  CHECK(f.clean_seeds == 3);
  CHECK(f.rods == 1);
  CHECK(f.rods_exact == 0);
  CHECK(f.kinds.at("rod of 2 or 3").all == 1);
  CHECK(f.kinds.at("rod of 2 or 3").exact == 0);
  CHECK(f.false_about.at("seed") == 1);
  CHECK(f.right_counts == 1);
  CHECK(f.right_in_review == 1);
  CHECK(f.covered == 1);
  CHECK(f.width == 2);
  CHECK(quantile(f.xy_mm, 1.0) == Approx(0.1));
  CHECK(quantile(f.z_mm, 1.0) == Approx(0.3));
  CHECK(f.rms_z_over_sigma() == Approx(1.0));
  // (0.1^2 + 0.2^2 + 0.4^2) / 3, and 2/3 * 1/3.
  CHECK(f.brier() == Approx(0.07));
  CHECK(f.base_brier() == Approx(2.0 / 9.0));
  CHECK(f.calibration_error() == Approx((0.1 + 0.2 + 0.4) / 3.0));
  CHECK(r.found == 3);
  CHECK(r.rods_exact == 1);
  CHECK(r.with_interval == 0);
  CHECK(r.confidence.empty());
  CHECK(std::isnan(quantile({}, 0.5)));
}

TEST_CASE("case numbers are balanced: each thickness with each kind of distractor once in 24, within the ranges asked for") {
  std::set<std::pair<double, std::string>> seen;
  std::set<int> seeds;
  for (int n = 0; n < 240; ++n) {
    const CaseDraw c = draw_case(n);
    if (n < 24) seen.insert({c.scan.slice_thickness_mm, c.distractor_kind});
    CHECK(c.implant.seeds >= 5);
    CHECK(c.implant.seeds <= 119);
    CHECK(c.implant.check());
    CHECK(c.scan.check());
    CHECK((c.distractor_kind == "none") == (c.distractors.lipiodol_deposits == 0 && c.distractors.calcifications == 0));
    seeds.insert(c.implant.seeds);
    CHECK(draw_case(n).seed == c.seed);
  }
  CHECK(seen.size() == 24);
  CHECK(*seeds.begin() < 8);
  CHECK(*seeds.rbegin() > 100);
}

TEST_CASE("the reference parts a rod of two and finds lone seeds, in a scan whose threshold it was not told") {
  CtVolume ct = test::water_body(1.0, 80, 60);
  for (int n = 0; n < 6; ++n)
    test::render_rod(ct, {-20.0 + 8.0 * n, -14.0, -12.0 + 4.0 * n}, Vector3d(1.0, 0.2 * n - 0.5, 0.3).normalized());
  for (int n = 0; n < 2; ++n) test::render_rod(ct, {-5.0 + 5.0 * n, 12.0, 3.0}, Vector3d::UnitX());
  const auto poses = find_by_components(ct);
  REQUIRE(poses.size() == 8);
  for (int n = 0; n < 2; ++n) {
    double nearest = 1e9;
    for (const auto& p : poses) nearest = std::min(nearest, (p.center.mm - Vector3d(-5.0 + 5.0 * n, 12.0, 3.0)).norm());
    CHECK(nearest < 0.7);
  }
  CHECK(find_by_components(test::water_body(1.0, 40, 10)).empty());
}

TEST_CASE("components of ITK are those of faces, above 1500 HU") {
  CtVolume ct = two_seeds().ct;
  ct.hu.assign(ct.grid.voxel_count(), 1499);
  CHECK(itk_components(ct) == 0);
  ct.hu[ct.grid.offset(0, 0, 0)] = 1500;
  ct.hu[ct.grid.offset(1, 0, 0)] = 3071;
  ct.hu[ct.grid.offset(2, 1, 0)] = 2000;  // touches by an edge only
  CHECK(itk_components(ct) == 2);
}

TEST_CASE("shafts are even straight rows, and their residual is what they stray") {
  std::vector<Point<CtFrame>> p;
  for (int n = 0; n < 8; ++n) p.push_back({{3.5 * n, n % 2 == 0 ? 0.2 : -0.2, 0.0}});
  for (int n = 0; n < 5; ++n) p.push_back({{0.0, 30.0, 5.0 * n}});
  p.push_back({{100.0, 100.0, 100.0}});
  const auto shafts = find_shafts(p, 4);
  REQUIRE(shafts.size() == 2);
  CHECK(shafts[0].contacts.size() == 8);
  CHECK(shafts[0].pitch_mm == Approx(3.52).margin(0.01));
  CHECK(shafts[0].residual_mm == Approx(0.2).margin(0.01));
  CHECK(shafts[1].residual_mm < 1e-9);
}

TEST_CASE("contacts are read into LPS of their volume, and a damaged file is refused") {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "electrodesInfos.json";
  std::ofstream(file) << R"([{"intermediatePoints": [[10, 20, 30], [11, 20, 30]]}])";
  const auto contacts = read_contacts(file);
  REQUIRE(contacts);
  REQUIRE(contacts->size() == 2);
  CHECK(contacts->front().mm == Vector3d(11, 21, 29));
  std::ofstream(file) << "[{";
  CHECK(read_contacts(file).error().code == ErrorCode::bad_json);
  CHECK(read_contacts(folder.path() / "none").error().code == ErrorCode::path_not_found);
}
