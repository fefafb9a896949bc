// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/even_rows.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "core/parallel.h"
#include "detectors/detect_seeds.h"
#include "detectors/signal_field.h"
#include "tests/pipeline/small_case.h"

namespace seedaudit::test {
namespace {

using Eigen::Vector3d;

constexpr double kMass = 13000.0;  // HU mm^3 of a contact of 2.0 x 0.8 mm
constexpr double kSigmaMm = 0.65;

double uniform(std::mt19937& random) { return static_cast<double>(random()) / 4294967296.0; }

// A voxel of 1 mm shows a contact as a coarse cloud: each voxel off by up to so much of its signal.
struct RowScan {
  CtVolume ct = water_body(1.0, 120, 110);
  std::mt19937 random{7};
  double roughness = 0.4;

  void add(const Vector3d& at, const Vector3d& axis, double length_mm = 2.0, double mass = kMass) {
    const int steps = 9 * static_cast<int>(std::ceil(0.5 * length_mm));  // far below the blur
    const Vector3d middle = ct.grid.index_of({at});
    const int reach = static_cast<int>(0.5 * length_mm) + 4;
    for (int dk = -reach; dk <= reach; ++dk)
      for (int dj = -reach; dj <= reach; ++dj)
        for (int di = -reach; di <= reach; ++di) {
          const int i = static_cast<int>(middle[0]) + di, j = static_cast<int>(middle[1]) + dj, k = static_cast<int>(middle[2]) + dk;
          if (!ct.grid.inside(i, j, k)) continue;
          double sum = 0.0;
          for (int s = 0; s < steps; ++s) {
            const Vector3d p = at + ((s + 0.5) / steps - 0.5) * length_mm * axis;
            sum += std::exp(-0.5 * (ct.grid.center_of({i, j, k}).mm - p).squaredNorm() / (kSigmaMm * kSigmaMm)) / steps;
          }
          const double hu = mass / std::pow(std::sqrt(2.0 * 3.14159265358979323846) * kSigmaMm, 3) * sum;
          auto& v = ct.hu[ct.grid.offset(i, j, k)];
          v = static_cast<std::int16_t>(v + std::lround(hu * (1.0 + roughness * (2.0 * uniform(random) - 1.0))));
        }
  }
};

DetectorOptions contacts() {
  DetectorOptions o;
  o.capsule_length_mm = 2.0;
  o.capsule_diameter_mm = 0.8;
  return o;
}

RowSearch search(const CtVolume& ct) { return find_even_rows(ct, DenseBodies(ct), contacts(), 400.0, 4.0); }

// Farthest of the true places from what was found.
double worst_mm(const std::vector<Vector3d>& truth, const std::vector<DetectedSeed>& found) {
  double worst = 0.0;
  for (const auto& t : truth) {
    double nearest = 1e9;
    for (const auto& f : found) nearest = std::min(nearest, (f.pose.center.mm - t).norm());
    worst = std::max(worst, nearest);
  }
  return worst;
}

}  // namespace

TEST_CASE("Contacts of straight and bent electrodes are found one and all in a coarse, rough image") {
  RowScan scan;
  std::vector<Vector3d> truth;
  const Vector3d along = Vector3d(0.8, 0.5, 0.33).normalized();
  for (int n = 0; n < 12; ++n) truth.push_back(Vector3d(-25.3, -10.4, -20.2) + 3.1 * n * along);
  // On a circle of 90 mm: a bend of 25 degrees.
  for (int n = 0; n < 9; ++n)
    truth.push_back({-20.0 + 90.0 * std::sin(5.0 * n / 90.0), 15.0 + 90.0 * (1.0 - std::cos(5.0 * n / 90.0)), 12.0});
  for (std::size_t n = 0; n < truth.size(); ++n) {
    const Vector3d next = n + 1 < truth.size() && n != 11 ? truth[n + 1] - truth[n] : Vector3d(truth[n] - truth[n - 1]);
    scan.add(truth[n], next.normalized());
  }
  const RowSearch rows = search(scan.ct);
  REQUIRE(rows.rows.size() == 2);
  CHECK(rows.rows[0].objects.size() == 12);
  CHECK(rows.rows[1].objects.size() == 9);
  // The pitch averages eleven steps, the ends of which are known to a quarter of a voxel: 0.25 sqrt(2) / 11.
  CHECK(rows.rows[0].pitch_mm == Approx(3.1).margin(0.04));
  CHECK(rows.loose.empty());

  const Detection d = detect_seeds(scan.ct, contacts());
  CHECK(d.seeds.size() == 21);
  CHECK(d.count.best == 21);
  CHECK(d.count.low <= 21);
  CHECK(d.outcome.kind == OutcomeKind::low_confidence);
  CHECK(d.outcome.why.find("even rows") != std::string::npos);
  // A quarter of a voxel for one image, of which the row takes half away; the farthest of 21 of three coordinates is 3 of those.
  CHECK(worst_mm(truth, d.seeds) < 0.5);
  // The axis is the row's.
  for (const auto& s : d.seeds)
    if (std::abs(s.pose.center.mm[1] - (-10.4 + 0.5 / 0.8 * (s.pose.center.mm[0] + 25.3))) < 1.0 && s.pose.center.mm[2] < 5.0)
      CHECK(std::abs(s.pose.axis.unit.dot(along)) > std::cos(10.0 * 3.14159265358979323846 / 180.0));

  set_thread_count(2);
  const Detection again = detect_seeds(scan.ct, contacts());
  REQUIRE(again.seeds.size() == d.seeds.size());
  for (std::size_t n = 0; n < d.seeds.size(); ++n) CHECK(again.seeds[n].pose.center.mm == d.seeds[n].pose.center.mm);
  set_thread_count(1);
}

TEST_CASE("A bolt at the end of a row and an object of its own are no contacts of it") {
  RowScan scan;
  for (int n = 0; n < 8; ++n) scan.add({-20.0 + 3.5 * n, 3.0, 2.0}, Vector3d::UnitX());
  scan.add({8.0, 3.0, 2.0}, Vector3d::UnitX(), 2.0, 3.0 * kMass);
  scan.add({11.5, 3.0, 2.0}, Vector3d::UnitX(), 2.0, 3.0 * kMass);
  scan.add({-5.0, 25.0, 20.0}, Vector3d::UnitX());
  const RowSearch rows = search(scan.ct);
  REQUIRE(rows.rows.size() == 1);
  CHECK(rows.rows[0].objects.size() == 8);
  REQUIRE(rows.loose.size() == 1);
  const Detection d = detect_seeds(scan.ct, contacts());
  CHECK(d.count.best == 8);
  CHECK(d.count.high >= 9);
}

TEST_CASE("One long rod is no row, and where noise makes gaps in it nothing of it is told for sure", "[heavy]") {
  RowScan scan;
  scan.roughness = 0.15;
  const Vector3d axis = Vector3d(1.0, 0.3, 0.2).normalized();
  scan.add({0.0, 4.0, 3.0}, axis, 40.0, 20.0 * kMass);
  CHECK(search(scan.ct).rows.empty());
  RowScan rough;
  rough.add({0.0, 4.0, 3.0}, axis, 40.0, 20.0 * kMass);
  for (const auto& row : search(rough.ct).rows)
    for (const auto& o : row.objects) CHECK_FALSE(o.firm);
}

TEST_CASE("Objects that lie anywhere make no row") {
  // Thirty in 90 x 90 x 80 mm: chance puts four of them in a line at a pitch now and then, within 0.3 mm rarely.
  int rows = 0;
  for (unsigned seed = 1; seed <= 4; ++seed) {
    RowScan scan;
    scan.random.seed(seed);
    for (int n = 0; n < 30; ++n) {
      const Vector3d at(70.0 * uniform(scan.random) - 35.0, 70.0 * uniform(scan.random) - 35.0, 80.0 * uniform(scan.random) - 40.0);
      scan.add(at, Vector3d(uniform(scan.random), uniform(scan.random) - 0.5, uniform(scan.random) - 0.5).normalized());
    }
    rows += static_cast<int>(search(scan.ct).rows.size());
  }
  CHECK(rows == 0);
}

TEST_CASE("A field of signal is highest where its objects are") {
  std::vector<SignalField::Voxel> voxels;
  for (int i = -8; i <= 8; ++i)
    for (int j = -8; j <= 8; ++j) {
      const Vector3d at(0.5 * i, 0.5 * j, 0.0);
      const double hu =
          std::exp(-(at - Vector3d(-1.7, 0.1, 0.0)).squaredNorm()) + 0.5 * std::exp(-(at - Vector3d(1.9, 0.3, 0.0)).squaredNorm());
      voxels.push_back({at, hu});
    }
  const SignalField field(voxels, 0.5);
  const auto modes = field.modes(0.1);
  REQUIRE(modes.size() == 2);
  // Sums over a grid of half the object's width are exact to far better than this; the other object draws by its tail, below 0.01 mm.
  CHECK((modes[0].at_mm - Vector3d(-1.7, 0.1, 0.0)).norm() < 0.01);
  CHECK((modes[1].at_mm - Vector3d(1.9, 0.3, 0.0)).norm() < 0.01);
  CHECK(modes[0].density == Approx(2.0 * modes[1].density).epsilon(0.01));
  CHECK(field.density({50.0, 0.0, 0.0}) == 0.0);
  CHECK(SignalField({}, 0.5).modes(0.1).empty());
}

}  // namespace seedaudit::test
