// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/assemble.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "detectors/count_seeds.h"
#include "tests/pipeline/small_case.h"

namespace seedaudit::test {
namespace {

/// Seeds 10 mm apart or as given, each believed as much as given, in one group.
Detection assembled(const std::vector<double>& confidences, const ScanCalibration& calibration, const ScanStatistics& scan = {},
                    double apart_mm = 10.0) {
  const CtVolume ct = water_body(1.0, 80, 20);
  ResolvedGroup r;
  for (std::size_t n = 0; n < confidences.size(); ++n) {
    r.seeds.push_back({Eigen::Vector3d(10.0 + apart_mm * static_cast<double>(n), 40.0, 10.0), Eigen::Vector3d::UnitY(), 60000.0});
    r.covariance.push_back(Eigen::Matrix<double, 6, 6>::Zero());
  }
  r.confidence = confidences;
  const int count = static_cast<int>(confidences.size());
  r.count = {count, count, count};
  return assemble(ct, scan, calibration, {}, {}, std::vector<SeedGroup>(1), {r}, {});
}

/// One sure seed of a scan that ends 0.5 mm below z = 0 and above z = 19 mm.
Detection one_at(double z_mm, const Eigen::Vector3d& axis) {
  ScanCalibration taught;
  taught.isolated = 3;
  ResolvedGroup r;
  r.seeds.push_back({Eigen::Vector3d(40.0, 40.0, z_mm), axis, 60000.0});
  r.covariance.push_back(Eigen::Matrix<double, 6, 6>::Zero());
  r.confidence = {0.99};
  r.count = {1, 1, 1};
  return assemble(water_body(1.0, 80, 20), {}, taught, {}, {}, std::vector<SeedGroup>(1), {r}, {});
}

}  // namespace

TEST_CASE("Where nothing taught the look, one or two doubtful objects are no implant, and are told") {
  const ScanCalibration untaught;
  const Detection none = assembled({0.6, 0.7}, untaught);
  CHECK(none.seeds.empty());
  CHECK(none.count.best == 0);
  CHECK(none.count.high == 2);
  CHECK(none.outcome.kind == OutcomeKind::low_confidence);
  CHECK(none.outcome.why.find("2 may be") != std::string::npos);
  CHECK(assembled({0.6, 0.9}, untaught).seeds.size() == 2);
  CHECK(assembled({0.6, 0.7, 0.6}, untaught).seeds.size() == 3);
  ScanCalibration taught;
  taught.isolated = 3;
  CHECK(assembled({0.6, 0.7}, taught).seeds.size() == 2);
}

TEST_CASE("A look learned from what fits it badly claims no seed unless one is sure") {
  ScanCalibration wires;
  wires.isolated = 4;
  wires.fits_badly = true;
  const Detection none = assembled({0.5, 0.8, 0.82, 0.7}, wires);
  CHECK(none.seeds.empty());
  CHECK(none.count.high == 4);
  CHECK(none.outcome.kind == OutcomeKind::low_confidence);
  CHECK(assembled({0.5, 0.8, 0.9, 0.7}, wires).seeds.size() == 4);
}

TEST_CASE("A look learned among other things is no doubt where slices show shapes and the count is sure") {
  ScanCalibration among_others;
  among_others.alike = 5;
  among_others.rivals = true;
  const std::vector<double> sure(5, 0.99);
  CHECK(assembled(sure, among_others).outcome.kind == OutcomeKind::ok);
  CHECK(assembled({0.99, 0.99, 0.99, 0.99, 0.8}, among_others).outcome.kind == OutcomeKind::low_confidence);
  CHECK(assembled({}, among_others).outcome.kind == OutcomeKind::low_confidence);
  // Nor where each touches the next, as the legs of clips do, nor where a slice is thicker than a core is long.
  CHECK(assembled(sure, among_others, {}, 2.2).outcome.kind == OutcomeKind::low_confidence);
  ScanStatistics thick;
  thick.slice_thickness_mm = 5.0;
  const Detection in_thick = assembled(sure, among_others, thick);
  CHECK(in_thick.outcome.kind == OutcomeKind::low_confidence);
  CHECK(in_thick.outcome.why.find("no seed lies alone") != std::string::npos);
  // Nor where the look leaves more of its own teachers than seeds do: then shapes speak against it.
  among_others.typical_misfit = 0.21;
  CHECK(assembled(sure, among_others).outcome.kind == OutcomeKind::low_confidence);
}

TEST_CASE("What is likely a clip far from the implant is no seed: it is named, may be a seed after all, and is counted so") {
  ScanCalibration taught;
  taught.isolated = 3;
  ResolvedGroup implant, clip;
  for (const double x : {10.0, 16.0, 22.0, 28.0, 34.0, 40.0}) implant.seeds.push_back({{x, 10.0, 10.0}, Eigen::Vector3d::UnitX(), 60000.0});
  for (const double y : {60.0, 62.0}) clip.seeds.push_back({{60.0, y, 10.0}, Eigen::Vector3d::UnitX(), 60000.0});
  for (ResolvedGroup* r : {&implant, &clip}) {
    const std::size_t n = r->seeds.size();
    r->covariance.assign(n, Eigen::Matrix<double, 6, 6>::Zero());
    r->confidence.assign(n, 0.99);
    r->count = {static_cast<int>(n), static_cast<int>(n), static_cast<int>(n)};
  }
  CandidateRegion bright;
  bright.voxels.push_back({60, 61, 10, 2000.0F});
  std::vector<SeedGroup> groups(2);
  groups[1].regions = {0};
  // What the clip's own group left in doubt stays possible; that there is more such metal makes a clip likely.
  clip.doubted.push_back({{60.0, 74.0, 10.0}, Eigen::Vector3d::UnitX(), 20000.0});
  clip.possible.push_back({{{60.0, 70.0, 10.0}, Eigen::Vector3d::UnitX(), 60000.0}, {}, 1, true, 0.2});
  implant.possible.push_back({{{46.0, 10.0, 10.0}, Eigen::Vector3d::UnitX(), 60000.0}, {}, 1, true, 0.2});
  implant.count.high = 7;
  const Detection d = assemble(water_body(1.0, 80, 20), {}, taught, {}, {bright}, groups, {implant, clip}, {});
  CHECK(d.seeds.size() == 6);
  CHECK(d.possible.size() == 4);
  CHECK(d.rejected.size() == 1);
  CHECK(d.count.low == 6);
  // The six, and three more: chances of 0.2, 0.2, 0.1 and 0.1 are all four seeds in 0.022 (1/6 of 0.585^2 0.386^2, which an odd look makes
  // of them, and little else).
  CHECK(d.count.high == 9);
  // Whoever asks for all of them gets them.
  DetectorOptions all;
  all.minimum_confidence = 0.05;
  CHECK(assemble(water_body(1.0, 80, 20), {}, taught, all, {bright}, groups, {implant, clip}, {}).seeds.size() == 8);
}

TEST_CASE("A seed that weighs as one and a half may be two, which the count says") {
  ScanCalibration taught;
  taught.isolated = 3;
  const auto weighing = [&](double mass_log) {
    ResolvedGroup r;
    for (const double x : {10.0, 20.0, 30.0}) r.seeds.push_back({{x, 10.0, 10.0}, Eigen::Vector3d::UnitX(), 60000.0});
    r.covariance.assign(3, Eigen::Matrix<double, 6, 6>::Zero());
    r.confidence.assign(3, 0.99);
    r.signs.resize(3);
    r.signs[1].mass_log = mass_log;
    r.count = {3, 3, 3};
    return assemble(water_body(1.0, 80, 20), {}, taught, {}, {}, std::vector<SeedGroup>(1), {r}, {});
  };
  const Detection usual = weighing(0.2), heavy = weighing(0.45);
  CHECK(usual.count.high == 3);
  CHECK(usual.count_chance > kSureCount);
  REQUIRE(heavy.seeds.size() == 3);
  REQUIRE(heavy.possible.size() == 1);
  CHECK(heavy.possible[0].pose.center.mm == heavy.seeds[1].pose.center.mm);
  CHECK(heavy.count.low == 3);
  CHECK(heavy.count.high == 4);
  CHECK(heavy.count_chance < kSureCount);
}

TEST_CASE("What the end of the scan cuts is not sure: it shows part of itself") {
  const Eigen::Vector3d along = Eigen::Vector3d::UnitZ(), across = Eigen::Vector3d::UnitX();
  for (const double z : {0.5, 1.4, 17.6, 19.0}) {
    CAPTURE(z);
    const Detection cut = one_at(z, along);
    REQUIRE(cut.seeds.size() == 1);
    CHECK(cut.seeds[0].confidence == 0.85);
    CHECK(cut.count.low == 0);
  }
  CHECK(one_at(1.6, along).seeds[0].confidence == 0.99);
  CHECK(one_at(17.4, along).count.low == 1);
  CHECK(one_at(0.6, across).seeds[0].confidence == 0.99);
  CHECK(one_at(-0.1, across).seeds[0].confidence == 0.85);
}

}  // namespace seedaudit::test
