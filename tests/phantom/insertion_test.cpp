// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/insertion.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "core/parallel.h"
#include "samples/phantom/hu_tissue.h"
#include "samples/phantom/image_projector.h"
#include "samples/phantom/scanner.h"
#include "samples/phantom/seed_geometry.h"
#include "tests/phantom/bench.h"

using namespace seedaudit;
using namespace seedaudit::test;
using Eigen::Vector3d;

namespace {

const Vector3d kCenter(12, -30, 400);

/// A body of 140 x 110 mm with bone and gas, and the scanner that sees it.
Scene body() {
  Scene s;
  Shape trunk = ellipsoid(kCenter, {70, 55, 400});
  s.bodies.push_back({trunk, {1.05, 0, 0, 0}, false, "soft", 0.0});
  s.bodies.push_back({rod(kCenter + Vector3d(0, 35, 0), {0, 0, 1}, 400, 14), {0.6, 0, 0.7, 0}, false, "bone", 0.0});
  s.bodies.push_back({rod(kCenter + Vector3d(30, -25, 0), {0, 0, 1}, 400, 12), {0.01, 0, 0, 0}, false, "gas", 0.0});
  return s;
}

AcquisitionOptions scanner() {
  AcquisitionOptions o;
  o.matrix = 160;
  o.field_of_view_mm = 160;
  o.slice_thickness_mm = o.slice_spacing_mm = 5.0;  // thick: little is clipped, so that most of the metal can be compared
  o.scan_length_mm = 15;
  o.views = 200;
  o.detector_mm = 0.8;
  o.quanta_per_mm = 1e9;  // no noise to speak of
  return o;
}

InsertionOptions like(const AcquisitionOptions& a) {
  InsertionOptions o;
  o.kernel = a.kernel;
  o.quanta_per_mm = a.quanta_per_mm;
  o.views = a.views;
  o.detector_mm = a.detector_mm;
  return o;
}

/// Two seeds in line, and one beside the bone.
std::vector<FineObject> seeds() {
  const Tissue soft{1.05, 0, 0, 0};
  return {make_seed({}, kCenter + Vector3d(-20.3, 4.1, 0.7), Vector3d(1, 0.2, 0.3).normalized(), soft),
          make_seed({}, kCenter + Vector3d(-8.2, 6.4, -0.4), Vector3d(1, 0.2, 0.1).normalized(), soft),
          make_seed({}, kCenter + Vector3d(3.0, 17.0, 1.5), Vector3d(0.2, 0.1, 1).normalized(), soft)};
}

CtVolume scanned(const AcquisitionOptions& o, const std::vector<FineObject>& metal, std::uint64_t seed = 5) {
  Scene s = body();
  s.fine = metal;
  auto v = scan<CtFrame>(s, o, {kCenter}, seed, 1);
  REQUIRE(v);
  return std::move(v).value();
}

double nearest_mm(const std::vector<FineObject>& metal, const Vector3d& p) {
  double least = 1e9;
  for (const auto& m : metal) least = std::min(least, (m.parts.front().shape.center - p).norm());
  return least;
}

}  // namespace

TEST_CASE("HU to tissue and back, bone takes over gradually") {
  const HuTissue tissue(*make_spectrum(120));
  for (int hu = -1000; hu <= 3071; hu += 7) CHECK(std::abs(tissue.hu_of(tissue.at(hu)) - hu) < 1e-9);
  CHECK(tissue.at(-1024).water == 0.0);
  CHECK(tissue.at(-2000).bone == 0.0);
  CHECK(tissue.at(60).bone == 0.0);
  CHECK(tissue.at(300).bone > 0.0);
  CHECK(tissue.at(300).water > 0.5);
  // Cortical bone of 1.92 g/cm^3 shows 1300 to 1900 HU in body scans at 120 kVp.
  const double cortical = tissue.hu_of({0, 0, 1.92, 0});
  CHECK(cortical > 1300.0);
  CHECK(cortical < 1900.0);
}

TEST_CASE("line integrals through an image: a disc by formula, any direction, unequal pixels") {
  const ImageGeometry image{120, 90, 1.0, 1.5};
  std::vector<std::int16_t> hu(static_cast<std::size_t>(image.columns * image.rows), -1000);
  for (int j = 0; j < image.rows; ++j)
    for (int i = 0; i < image.columns; ++i)
      if (std::hypot(image.x_mm(i) - 5.0, image.y_mm(j) + 3.0) < 40.0) hu[static_cast<std::size_t>(j * image.columns + i)] = 0;
  const ImageProjector projector(hu, image, HuTissue(*make_spectrum(120)));
  for (int n = 0; n < 24; ++n) {
    const double angle = std::numbers::pi * n / 24;
    const double middle = 5.0 * std::cos(angle) - 3.0 * std::sin(angle);
    for (const double s : {-25.0, 0.0, 13.0}) {
      // The rim of the disc falls on pixels of at most 1.5 mm at each end of the chord.
      const auto path = projector.along(middle + s, std::cos(angle), std::sin(angle));
      CHECK(std::abs(path.water - 2.0 * std::sqrt(1600.0 - s * s)) < 2.0);
      CHECK(path.bone == 0.0);
    }
    CHECK(projector.along(middle + 47.0, std::cos(angle), std::sin(angle)).water == 0.0);
    CHECK(projector.along(500.0, std::cos(angle), std::sin(angle)).water == 0.0);
  }
}

TEST_CASE("seeds put into a scan look as seeds scanned") {
  const AcquisitionOptions o = scanner();
  const CtVolume direct = scanned(o, seeds());
  const auto put = insert_objects(scanned(o, {}), seeds(), like(o), 5, 3);
  REQUIRE(put);
  double far_squares = 0.0;
  double far_worst = 0.0;
  double near_worst = 0.0;
  int far = 0;
  for (int k = 0; k < direct.grid.size()[2]; ++k)
    for (int j = 0; j < direct.grid.size()[1]; ++j)
      for (int i = 0; i < direct.grid.size()[0]; ++i) {
        const double error = std::abs(static_cast<double>(put->at(i, j, k) - direct.at(i, j, k)));
        const bool near = nearest_mm(seeds(), direct.grid.center_of({i, j, k}).mm) < 6.0;
        if (near) {
          near_worst = std::max(near_worst, error);
        } else {
          far_squares += error * error;
          far_worst = std::max(far_worst, error);
          ++far;
        }
      }
  REQUIRE(far > 20000);
  // Rounding both images to whole HU differs by 0.4 HU rms, and the background was clipped at -1024 HU in gas and air before the streaks
  // were added. Near the metal: the background's path is known to a pixel, 1 mm of 100, and changes the hardening of a peak of 2800 HU by
  // a part of that.
  CHECK(std::sqrt(far_squares / far) < 1.5);
  CHECK(far_worst < 30.0);
  CHECK(near_worst < 0.01 * 2800.0);
  // Metal is there, and its streaks are.
  CHECK(*std::max_element(put->hu.begin(), put->hu.end()) > 1500);
  CHECK(put->acquisition.saturation_hu.value_or(0.0) == 3071.0);
}

TEST_CASE("the noise of the image with metal is that of a scan with metal") {
  AcquisitionOptions o = scanner();
  o.matrix = 96;
  o.field_of_view_mm = 150;
  o.scan_length_mm = 5;
  o.views = 90;
  o.detector_mm = 1.5;
  o.quanta_per_mm = 2e4;
  // A plate that takes 95 of 100 quanta of the rays along it; hundreds are left, so that the logarithm is nearly linear in their noise.
  const std::vector<FineObject> plate{solid("plate", box(kCenter, {6, 3, 40}), Material::titanium, 4.54, {1.05, 0, 0, 0})};
  constexpr int kRuns = 8;
  // Mean variance over the runs in soft tissue left and right of the plate, where its streaks lie.
  const auto variance = [&](const std::vector<CtVolume>& runs) {
    double sum = 0.0;
    int pixels = 0;
    for (int j = 0; j < o.matrix; ++j)
      for (int i = 0; i < o.matrix; ++i) {
        const Vector3d p = runs.front().grid.center_of({i, j, 0}).mm - kCenter;
        if (std::abs(p.x()) < 20.0 || std::abs(p.x()) > 50.0 || std::abs(p.y()) > 8.0) continue;
        double mean = 0.0;
        double squares = 0.0;
        for (const auto& v : runs) {
          mean += v.at(i, j, 0) / static_cast<double>(kRuns);
          squares += static_cast<double>(v.at(i, j, 0)) * v.at(i, j, 0) / static_cast<double>(kRuns);
        }
        sum += squares - mean * mean;
        ++pixels;
      }
    return sum / pixels;
  };
  std::vector<CtVolume> direct, ground, put;
  for (std::uint64_t run = 0; run < kRuns; ++run) {
    direct.push_back(scanned(o, plate, 100 + run));
    ground.push_back(scanned(o, {}, 300 + run));
    auto made = insert_objects(ground.back(), plate, like(o), 300 + run, 3);
    REQUIRE(made);
    put.push_back(std::move(made).value());
  }
  const double wanted = variance(direct);
  // The plate makes most of the noise: what is in the ground alone would not do.
  CHECK(variance(ground) < 0.5 * wanted);
  // About 400 pixels, correlated along the streaks over some 20, and 7 degrees of freedom: each variance is good to 12 %.
  CHECK(std::abs(variance(put) / wanted - 1.0) < 0.25);
}

TEST_CASE("nothing put in changes nothing, the same seed gives the same bits on any number of threads") {
  AcquisitionOptions o = scanner();
  o.matrix = 64;
  o.quanta_per_mm = 3e4;
  CtVolume ground = scanned(o, {});
  ground.hu[0] = -2000;  // padding beside the circle of reconstruction
  const auto none = insert_objects(ground, {}, like(o), 5, 3);
  REQUIRE(none);
  CHECK(none->hu == ground.hu);
  // An object beyond the ends of the volume changes nothing either.
  const Tissue soft{1.05, 0, 0, 0};
  const auto beyond = insert_objects(ground, {make_seed({}, kCenter + Vector3d(0, 0, 30), {1, 0, 0}, soft)}, like(o), 5, 3);
  REQUIRE(beyond);
  CHECK(beyond->hu == ground.hu);

  const int before = thread_count();
  set_thread_count(1);
  const auto one = insert_objects(ground, seeds(), like(o), 5, 3);
  set_thread_count(2);
  const auto two = insert_objects(ground, seeds(), like(o), 5, 3);
  set_thread_count(before);
  REQUIRE((one && two));
  CHECK(one->hu == two->hu);
  CHECK(one->hu != ground.hu);
  CHECK(one->hu[0] == -2000);
  CHECK(insert_objects(ground, seeds(), like(o), 6, 3)->hu != one->hu);
  CHECK(insert_objects(ground, seeds(), like(o), 5, 4)->hu != one->hu);
  CHECK(*std::max_element(one->hu.begin(), one->hu.end()) <= 3071);
}

TEST_CASE("a seed appears where it is put, whatever the axes and the pixels of the volume") {
  // Rows run towards the front, slices towards the feet, pixels are not square: as files from other programs may be.
  Eigen::Matrix3d axes;
  axes << 1, 0, 0, 0, -1, 0, 0, 0, -1;
  CtVolume v;
  v.grid = *GridGeometry<CtFrame>::make({90, 70, 9}, {1.0, 1.4, 2.0}, {Vector3d(-40, 60, 20)}, axes);
  v.hu.assign(v.grid.voxel_count(), 0);
  const Vector3d where(7.3, 5.2, 11.6);
  InsertionOptions o;
  o.views = 200;
  const auto put = insert_objects(v, {make_seed({}, where, Vector3d(1, 1, 1).normalized(), {1, 0, 0, 0})}, o, 1, 1);
  REQUIRE(put);
  double weight = 0.0;
  Vector3d sum = Vector3d::Zero();
  for (int k = 0; k < 9; ++k)
    for (int j = 0; j < 70; ++j)
      for (int i = 0; i < 90; ++i) {
        const Vector3d p = put->grid.center_of({i, j, k}).mm;
        const double w = std::max(0, put->at(i, j, k) - 300);
        if ((p - where).norm() > 7.0) {
          CHECK(put->at(i, j, k) < 600);
          continue;
        }
        weight += w;
        sum += w * p;
      }
  // The centre of mass of a clipped, sampled seed: a third of a voxel.
  CHECK((sum / weight - where).norm() < 0.5);
}

TEST_CASE("what metal cannot be put into is refused, with the value") {
  CtVolume v;
  v.grid = *GridGeometry<CtFrame>::make({8, 8, 2}, {1, 1, 2}, {}, Eigen::Matrix3d::Identity());
  v.hu.assign(v.grid.voxel_count(), 0);
  const auto refused = [&](const CtVolume& volume, const InsertionOptions& o, ErrorCode code, const char* part) {
    const auto r = insert_objects(volume, seeds(), o, 1, 1);
    REQUIRE(!r);
    CHECK(r.error().code == code);
    INFO(r.error().message());
    CHECK(r.error().message().find(part) != std::string::npos);
  };
  InsertionOptions o;
  o.views = 3;
  refused(v, o, ErrorCode::invalid_option, "views");
  o = {};
  o.saturation_hu = 10;
  refused(v, o, ErrorCode::invalid_option, "saturation_hu");
  o = {};
  o.slice_thickness_mm = 0.0;
  refused(v, o, ErrorCode::invalid_option, "slice_thickness_mm");
  CtVolume other = v;
  other.series.modality = "MR";
  refused(other, {}, ErrorCode::wrong_modality, "MR");
  other = v;
  other.acquisition.kvp = 45.0;
  refused(other, {}, ErrorCode::invalid_option, "45");
  other = v;
  other.acquisition.slice_thickness_mm = 40.0;
  refused(other, {}, ErrorCode::invalid_option, "40");
  Eigen::Matrix3d coronal;
  coronal << 1, 0, 0, 0, 0, 1, 0, -1, 0;
  other.acquisition = {};
  other.grid = *GridGeometry<CtFrame>::make({8, 8, 2}, {1, 1, 2}, {}, coronal);
  refused(other, {}, ErrorCode::inconsistent_geometry, "across the body");
}
