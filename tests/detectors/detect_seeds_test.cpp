// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/detect_seeds.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "core/parallel.h"
#include "detectors/assemble.h"
#include "detectors/candidates.h"
#include "detectors/count_seeds.h"
#include "detectors/scan_statistics.h"
#include "tests/pipeline/small_case.h"

namespace seedaudit::test {
namespace {

// Six rods apart from each other, then as many as wanted end to end, 5 mm apart, as one needle drops them.
CtVolume needles(int touching) {
  CtVolume ct = water_body(1.0, 80, 60);
  for (int n = 0; n < 6; ++n)
    render_rod(ct, {-20.0 + 8.0 * n, -14.0, -12.0 + 4.0 * n}, Eigen::Vector3d(1.0, 0.2 * n - 0.5, 0.3).normalized());
  for (int n = 0; n < touching; ++n) render_rod(ct, {-5.0 + 5.0 * n, 12.0, 3.0}, Eigen::Vector3d::UnitX());
  return ct;
}

DetectedSeed seed_at(const Eigen::Vector3d& mm, int series, double sigma_mm) {
  DetectedSeed s;
  s.pose = {{mm}, {Eigen::Vector3d::UnitX()}};
  s.center_sigma_mm = Eigen::Vector3d::Constant(sigma_mm);
  s.confidence = 0.99;
  s.series_index = series;
  return s;
}

Detection part(std::vector<DetectedSeed> seeds) {
  Detection d;
  d.outcome = {OutcomeKind::ok, "seeds"};
  const int n = static_cast<int>(seeds.size());
  d.count = {n, n, n};
  d.seeds = std::move(seeds);
  return d;
}

}  // namespace

TEST_CASE("Options of the detector quote what they refuse") {
  DetectorOptions o;
  CHECK(o.check());
  o.capsule_length_mm = -1.0;
  REQUIRE_FALSE(o.check());
  CHECK(o.check().error().message().find("-1") != std::string::npos);
  o = {};
  o.core_length_mm = 6.0;
  CHECK_FALSE(o.check());
  o = {};
  o.capsule_diameter_mm = std::numeric_limits<double>::quiet_NaN();
  CHECK_FALSE(o.check());
  const Detection d = detect_seeds(water_body(4.0, 12, 8), o);
  CHECK(d.outcome.kind == OutcomeKind::failed);
  CHECK(d.seeds.empty());
}

TEST_CASE("A volume without voxels fails, one without metal is ok with zero seeds") {
  CHECK(detect_seeds(CtVolume{}, {}).outcome.kind == OutcomeKind::failed);
  const Detection d = detect_seeds(water_body(1.0, 80, 40), {});
  CHECK(d.outcome.kind == OutcomeKind::ok);
  CHECK(d.seeds.empty());
  CHECK(d.count.high == 0);
}

TEST_CASE("A scan exported through a window shows no seed and is never sure of that") {
  CtVolume ct = needles(0);
  for (auto& v : ct.hu) v = std::min<std::int16_t>(v, 400);
  const Detection d = detect_seeds(ct, {});
  INFO(d.outcome.why);
  CHECK(d.outcome.kind != OutcomeKind::ok);
  CHECK(d.outcome.why.find("display window") != std::string::npos);
  CHECK(d.doubt.find("display window") != std::string::npos);
}

TEST_CASE("Objects of a seed's shape but of another mass than all seeds share are none", "[heavy]") {
  CtVolume ct = needles(3);
  for (int n = 0; n < 3; ++n)
    render_rod(ct, {-20.0 + 12.0 * n, 24.0, -6.0}, Eigen::Vector3d(0.3, 1.0, 0.2).normalized(), 30000.0 + 3000.0 * n);
  const Detection d = detect_seeds(ct, {});
  INFO(d.outcome.why);
  CHECK(d.seeds.size() == 9);
  for (const auto& s : d.seeds) CHECK(s.pose.center.mm.y() < 18.0);
  CHECK_FALSE(d.rejected.empty());
}

TEST_CASE("Seeds dropped every 5 mm along a needle are counted, whatever their number, and the interval holds the truth", "[heavy]") {
  const int touching = GENERATE(2, 4);
  const Detection d = detect_seeds(needles(touching), {});
  INFO(d.outcome.why);
  CHECK(static_cast<int>(d.seeds.size()) == 6 + touching);
  CHECK(d.count.best == static_cast<int>(d.seeds.size()));
  CHECK(d.count.low <= 6 + touching);
  CHECK(d.count.high >= 6 + touching);
  for (int n = 0; n < touching; ++n) {
    const Eigen::Vector3d truth(-5.0 + 5.0 * n, 12.0, 3.0);
    double nearest = 1e9;
    for (const auto& s : d.seeds) nearest = std::min(nearest, (s.pose.center.mm - truth).norm());
    // The rendering is another model (a Gaussian line without hardening): half a voxel.
    CHECK(nearest < 0.5);
  }
  // One needle is one cluster: surfaces half a millimetre apart.
  const auto largest = std::max_element(d.clusters.begin(), d.clusters.end(),
                                        [](const Cluster& a, const Cluster& b) { return a.seed_ids.size() < b.seed_ids.size(); });
  REQUIRE(largest != d.clusters.end());
  CHECK(static_cast<int>(largest->seed_ids.size()) == touching);
}

TEST_CASE("A small implant without three lone seeds is found whole or of low confidence with the truth inside its interval, never empty",
          "[heavy]") {
  CtVolume ct = water_body(1.0, 80, 60);
  render_rod(ct, {-18.0, -10.0, 5.0}, Eigen::Vector3d(1.0, 0.4, 0.2).normalized());
  for (int n = 0; n < 2; ++n) {
    render_rod(ct, {-2.5 + 5.0 * n, 12.0, 3.0}, Eigen::Vector3d::UnitX());
    render_rod(ct, {14.0, -6.0, -2.5 + 5.0 * n}, Eigen::Vector3d::UnitZ());
  }
  const Detection d = detect_seeds(ct, {});
  INFO(d.outcome.why);
  // One lone seed and four that bear out its mass may be enough to be sure of, but then all are found.
  if (d.outcome.kind == OutcomeKind::ok) CHECK(d.seeds.size() == 5);
  CHECK(d.outcome.kind != OutcomeKind::failed);
  CHECK(d.learned_from >= 3);
  CHECK(d.count.low <= 5);
  CHECK(d.count.high >= 5);
  for (const double x : {-2.5, 2.5}) {
    double nearest = 1e9;
    for (const auto& s : d.seeds) nearest = std::min(nearest, (s.pose.center.mm - Eigen::Vector3d(x, 12.0, 3.0)).norm());
    CHECK(nearest < 0.8);
  }
}

TEST_CASE("Bent wire of a seed's mass is not taken for seeds with confidence, though one seed is the best explanation of each piece",
          "[heavy]") {
  CtVolume ct = water_body(1.0, 80, 60);
  for (int n = 0; n < 9; ++n) {
    // Two legs at a right angle that meet at one end.
    const Eigen::Vector3d corner(-22.0 + 22.0 * (n % 3), -18.0 + 18.0 * (n / 3), -10.0 + 2.5 * n);
    const double turn = 0.7 * n;
    const Eigen::Vector3d first(std::cos(turn), std::sin(turn), 0.2), second(-std::sin(turn), std::cos(turn), 0.3);
    render_rod(ct, corner + 1.5 * first.normalized(), first.normalized(), 40000.0);
    render_rod(ct, corner + 1.5 * second.normalized(), second.normalized(), 40000.0);
  }
  const Detection d = detect_seeds(ct, {});
  INFO(d.outcome.why);
  CHECK((d.seeds.empty() || d.outcome.kind == OutcomeKind::low_confidence));
  for (const auto& s : d.seeds) CHECK(s.confidence < 0.9);
}

TEST_CASE("Pixels too coarse for a seed's shape: no count is claimed, be there metal or none") {
  // Two rods, one of them doubled, so that at least one stands out as a seed does in finer pixels.
  const bool metal = GENERATE(true, false);
  CtVolume ct = water_body(3.0, 40, 20);
  if (metal) {
    render_rod(ct, {-20.0, 0.0, 3.0}, Eigen::Vector3d::UnitX(), 150000.0);
    render_rod(ct, {22.0, -6.0, -3.0}, Eigen::Vector3d::UnitX());
  }
  const Detection d = detect_seeds(ct, {});
  INFO(d.outcome.why);
  CHECK(d.outcome.kind == OutcomeKind::low_confidence);
  CHECK(d.outcome.why.find("3.0 mm") != std::string::npos);
  CHECK(d.seeds.empty());
}

TEST_CASE("C5-49: Slices twice a core apart: seeds are shown, their number is doubted, and so is their absence") {
  const bool metal = GENERATE(true, false);
  CtVolume ct = water_body(1.0, 40, 8);
  if (metal) render_rod(ct, {-5.0, 4.0, 0.0}, Eigen::Vector3d::UnitX());
  // As if every slice stood for seven millimetres.
  ct.grid = decltype(ct.grid)::make(ct.grid.size(), {1.0, 1.0, 7.0}, ct.grid.origin(), Eigen::Matrix3d::Identity()).value();
  const Detection d = detect_seeds(ct, {});
  INFO(d.outcome.why);
  CHECK(d.outcome.kind == OutcomeKind::low_confidence);
  if (!metal) CHECK(d.outcome.why.find("7.0 mm") != std::string::npos);
}

TEST_CASE("A volume whose scale is exceeded over a large part of it is refused, not empty") {
  CtVolume ct = water_body(1.0, 40, 20);
  for (std::size_t v = 0; v < ct.hu.size() / 20; ++v) ct.hu[v] = 3071;
  const Detection d = detect_seeds(ct, {});
  CHECK(d.outcome.kind == OutcomeKind::failed);
  CHECK(d.outcome.why.find("5 %") != std::string::npos);
  for (auto& v : ct.hu) v = 3071;
  CHECK(detect_seeds(ct, {}).outcome.kind == OutcomeKind::failed);
}

TEST_CASE("Detection does not depend on the number of threads") {
  const CtVolume ct = needles(3);
  set_thread_count(1);
  const Detection one = detect_seeds(ct, {});
  set_thread_count(0);
  const Detection all = detect_seeds(ct, {});
  REQUIRE(one.seeds.size() == all.seeds.size());
  for (std::size_t n = 0; n < one.seeds.size(); ++n) {
    CHECK(one.seeds[n].pose.center.mm == all.seeds[n].pose.center.mm);
    CHECK(one.seeds[n].pose.axis.unit == all.seeds[n].pose.axis.unit);
    CHECK(one.seeds[n].confidence == all.seeds[n].confidence);
  }
}

TEST_CASE("A seed in the overlap of chest and abdomen series is counted once, from the better one") {
  std::vector<Detection> parts{part({seed_at({0, 0, 0}, 0, 0.5), seed_at({0, 0, 30}, 0, 0.5)}),
                               part({seed_at({0.2, 0, 0.4}, 1, 0.1), seed_at({0, 0, -30}, 1, 0.1)})};
  const Detection d = merge_series(std::move(parts), {});
  REQUIRE(d.seeds.size() == 3);
  CHECK(d.count.best == 3);
  CHECK(std::count_if(d.seeds.begin(), d.seeds.end(), [](const DetectedSeed& s) { return s.series_index == 1; }) == 2);
}

TEST_CASE("A chest series without seeds, which taught nothing, leaves the doubts of the abdomen as they are") {
  const auto merged = [](bool taught) {
    Detection chest = part({}), abdomen;
    for (int n = 0; n < 6; ++n) abdomen.seeds.push_back(seed_at({8.0 * n, 0, 0}, 1, 0.1));
    for (auto& s : abdomen.seeds) s.confidence = 0.9;
    abdomen.outcome = {OutcomeKind::ok, ""};
    count_seeds(abdomen);
    REQUIRE(abdomen.count.low < 6);
    chest.all_alike = !taught;
    chest.possible.resize(2);
    std::vector<Detection> parts{chest, abdomen};
    const int alone = abdomen.count.low;
    const Detection d = merge_series(std::move(parts), {});
    CHECK(d.count.best == 6);
    CHECK(d.count.low == alone);
    return d.count.high;
  };
  CHECK(merged(true) == 6);
  // Its objects may all be seeds.
  CHECK(merged(false) == 8);
}

TEST_CASE("Two seeds of one series are never merged, however near") {
  std::vector<Detection> parts{part({seed_at({0, 0, 0}, 0, 0.5), seed_at({0, 0.9, 0}, 0, 0.5)}), part({})};
  CHECK(merge_series(std::move(parts), {}).seeds.size() == 2);
}

TEST_CASE("Clipping is told from the scan where the header is silent") {
  CtVolume ct = needles(1);
  CHECK(measure_scan(ct).saturation_hu == 3071.0);
  for (auto& v : ct.hu) v = std::min<std::int16_t>(v, 900);
  // Below 1500 HU no stored scale ends: a plateau of a phantom.
  CHECK_FALSE(measure_scan(ct).saturation_hu.has_value());
}

TEST_CASE("Dense surroundings raise the background and do not fuse the seeds in them") {
  CtVolume ct = water_body(1.0, 80, 60);
  for (int k = 0; k < 60; ++k)
    for (int j = 20; j < 60; ++j)
      for (int i = 20; i < 60; ++i) ct.hu[ct.grid.offset(i, j, k)] = 700;
  ct.hu[ct.grid.offset(30, 30, 30)] = 2000;
  ct.hu[ct.grid.offset(50, 30, 30)] = 2000;
  const auto regions = find_candidates(ct, 4.5, 900.0);
  REQUIRE(regions.size() == 2);
  CHECK(regions[0].voxels.size() == 1);
  CHECK(regions[0].peak_response_hu == Approx(1300.0));
}

}  // namespace seedaudit::test
