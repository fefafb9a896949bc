// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/region_scan.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <numbers>
#include <vector>

#include "core/parallel.h"
#include "samples/phantom/anatomy.h"
#include "samples/phantom/region_metal.h"
#include "samples/phantom/scanner.h"
#include "tests/support/temporary_folder.h"

using namespace seedaudit;
using Eigen::Vector3d;

namespace {

constexpr std::uint64_t kPatient = 3;

RegionOptions small_region() {
  RegionOptions o;
  o.matrix = 56;
  o.pixel_mm = 1.0;
  o.length_mm = 24.0;
  o.views = 200;
  o.detector_mm = 1.0;
  o.noise_images = 6;
  return o;
}

const RegionBackground& region() {
  static const RegionBackground r = *simulate_region(small_region(), kPatient);
  return r;
}

RegionScanOptions scan_options() {
  RegionScanOptions o;
  o.first_slice_mm = -5.0;
  o.length_mm = 10.0;
  o.views = 200;
  o.detector_mm = 1.0;
  o.quanta_per_mm = 1e9;  // no noise to speak of
  return o;
}

/// The same patient by the whole scanner: body in coordinates of the region.
CtVolume whole_scan(const std::vector<FineObject>& metal, double quanta_per_mm) {
  const Anatomy anatomy = build_anatomy(*find_scenario("clean-1mm"), kPatient, -Vector3d::UnitY());
  Scene scene = anatomy.scene;
  scene.bodies.insert(scene.bodies.begin(), couch_top(anatomy, Vector3d::UnitY()));
  scene = transformed(Eigen::Isometry3d(Eigen::Translation3d(-anatomy.target.center)), scene);
  scene.fine = metal;
  AcquisitionOptions a;
  a.matrix = small_region().matrix;
  a.field_of_view_mm = a.matrix * small_region().pixel_mm;
  a.slice_thickness_mm = a.slice_spacing_mm = 2.5;
  a.scan_length_mm = 12.5;
  a.views = 200;
  a.detector_mm = 1.0;
  a.quanta_per_mm = quanta_per_mm;
  return *scan<CtFrame>(scene, a, {Vector3d::Zero()}, 7, 1);
}

std::vector<PlacedSeed> two_seeds() {
  PlacedSeed a, b;
  a.center = {-8.2, 3.1, 0.4};
  a.axis = Vector3d(1, 0.3, 0.4).normalized();
  b.center = {7.3, -5.4, -1.2};
  b.axis = Vector3d(0.1, 0.2, 1).normalized();
  return {a, b};
}

double rms(const std::vector<double>& v) {
  double sum = 0.0;
  for (const double x : v) sum += x * x;
  return std::sqrt(sum / static_cast<double>(v.size()));
}

}  // namespace

TEST_CASE("an implant put into a cached region is the implant scanned whole", "[heavy]") {
  const auto metal = metal_of(region(), two_seeds(), {}, {});
  REQUIRE(metal.size() == 2);
  const CtVolume whole = whole_scan(metal, 1e9), whole_body = whole_scan({}, 1e9);
  const auto put = scan_region(region(), metal, scan_options(), 7);
  const auto body = scan_region(region(), {}, scan_options(), 7);
  REQUIRE(put);
  REQUIRE(put->grid.size() == whole.grid.size());
  REQUIRE((put->grid.origin().mm - whole.grid.origin().mm).norm() < 1e-9);
  std::vector<double> far, near, background;
  for (std::size_t i = 0; i < whole.hu.size(); ++i) background.push_back(body->hu[i] - whole_body.hu[i]);
  for (int k = 0; k < whole.grid.size()[2]; ++k)
    for (int j = 0; j < whole.grid.size()[1]; ++j)
      for (int i = 0; i < whole.grid.size()[0]; ++i) {
        if (put->at(i, j, k) == 3071 || whole.at(i, j, k) == 3071) continue;
        const Vector3d p = whole.grid.center_of({i, j, k}).mm;
        double mm = 1e9;
        for (const auto& s : two_seeds()) mm = std::min(mm, (p - s.center).norm());
        const double d = (put->at(i, j, k) - body->at(i, j, k)) - (whole.at(i, j, k) - whole_body.at(i, j, k));
        (mm < 4.0 ? near : far).push_back(d);
      }
  // Of the metal only what the coarse paths round is left, and the rounding to whole HU: of the thousands of HU in a seed 1 %.
  CHECK(rms(far) < 3.0);
  CHECK(rms(near) < 15.0);
  // Of the body: few views alias into streaks, fewer where planes are averaged.
  CHECK(rms(background) < 12.0);
  // The metal is there at all: a clipped voxel in each.
  CHECK(*std::max_element(put->hu.begin(), put->hu.end()) > 2000);
  CHECK(*std::max_element(body->hu.begin(), body->hu.end()) < 500);
}

TEST_CASE("noise of a region has the size of that of the whole scan, and of its slice thickness", "[heavy]") {
  const double quanta = 2e5;
  const CtVolume quiet = whole_scan({}, 1e9), noisy = whole_scan({}, quanta);
  std::vector<double> whole, part, thin;
  for (std::size_t i = 0; i < quiet.hu.size(); ++i) whole.push_back(noisy.hu[i] - quiet.hu[i]);
  const auto differences = [&](double thickness) {
    RegionScanOptions o = scan_options();
    o.slice_thickness_mm = o.slice_spacing_mm = thickness;
    const CtVolume a = *scan_region(region(), {}, o, 7);
    o.quanta_per_mm = quanta;
    const CtVolume b = *scan_region(region(), {}, o, 7);
    std::vector<double> d;
    for (std::size_t i = 0; i < a.hu.size(); ++i) d.push_back(b.hu[i] - a.hu[i]);
    return d;
  };
  part = differences(2.5);
  thin = differences(0.625);
  // A few hundred independent grains in five slices each: 10 %.
  CHECK(rms(part) / rms(whole) == Approx(1.0).margin(0.1));
  CHECK(rms(thin) / rms(part) == Approx(2.0).margin(0.2));
}

TEST_CASE("a region scan repeats for its seed, with any number of threads", "[heavy]") {
  RegionScanOptions o = scan_options();
  o.quanta_per_mm = 1e6;
  const auto metal = metal_of(region(), two_seeds(), {}, {});
  const auto a = scan_region(region(), metal, o, 7);
  set_thread_count(1);
  const auto b = scan_region(region(), metal, o, 7);
  set_thread_count(0);
  const auto c = scan_region(region(), metal, o, 8);
  CHECK(a->hu == b->hu);
  CHECK(a->hu != c->hu);
}

TEST_CASE("a region of a CT keeps its voxels, and thick slices are means of whole and part slices") {
  CtVolume ct;
  ct.grid = *GridGeometry<CtFrame>::make({60, 60, 30}, {1, 1, 1}, {{-30, -30, 100}}, Eigen::Matrix3d::Identity());
  ct.hu.resize(ct.grid.voxel_count());
  for (std::size_t i = 0; i < ct.hu.size(); ++i) ct.hu[i] = static_cast<std::int16_t>(i / 3600 * 10);  // 10 HU a slice
  const auto r = region_of(ct, {{0, 0, 114.5}}, 32, 20.0, ReconstructionKernel::sharp);
  REQUIRE(r);
  CHECK(r->planes == 20);
  CHECK(r->hu_at(Vector3d::Zero()) == Approx(145.0).margin(5.1));
  CHECK_FALSE(r->has(ReconstructionKernel::soft));
  RegionScanOptions o = scan_options();
  CHECK_FALSE(scan_region(*r, {}, o, 1));  // another kernel
  o.kernel = ReconstructionKernel::sharp;
  o.first_slice_mm = -9.5;
  o.length_mm = 15.0;
  o.slice_thickness_mm = o.slice_spacing_mm = 5.0;
  const auto thick = scan_region(*r, {}, o, 1);
  REQUIRE(thick);
  // First plane of the region is slice 5: the mean of slices 5 to 9.
  CHECK(thick->at(3, 3, 0) == 70);
  CHECK(thick->at(3, 3, 1) == 120);
  o.slice_thickness_mm = o.slice_spacing_mm = 0.6;
  const auto thin = scan_region(*r, {}, o, 1);
  CHECK(thin->acquisition.slice_thickness_mm == 1.0);
  CHECK(thin->at(3, 3, 0) == 50);
  CHECK(region_of(ct, {{25, 0, 114.5}}, 32, 20.0, ReconstructionKernel::sharp).error().code == ErrorCode::invalid_option);
  Eigen::Matrix3d coronal;
  coronal << 1, 0, 0, 0, 0, 1, 0, -1, 0;
  ct.grid = *GridGeometry<CtFrame>::make({60, 60, 30}, {1, 1, 1}, {}, coronal);
  CHECK(region_of(ct, {}, 32, 20.0, ReconstructionKernel::sharp).error().code == ErrorCode::inconsistent_geometry);
}

TEST_CASE("a region is read as it was written, and a damaged file is refused", "[heavy]") {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "patient.region";
  REQUIRE(write_region(region(), file));
  const auto back = read_region(file);
  REQUIRE(back);
  CHECK(back->hu == region().hu);
  CHECK(back->noise == region().noise);
  CHECK(back->paths.water == region().paths.water);
  CHECK(back->plane_mm == region().plane_mm);
  CHECK(read_region(folder.path() / "none").error().code == ErrorCode::path_not_found);
  std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
  CHECK(read_region(file).error().code == ErrorCode::truncated_file);
  std::ofstream(file) << "something else altogether";
  CHECK(read_region(file).error().code == ErrorCode::unreadable_file);
  CHECK(write_region(region(), folder.path() / "no" / "folder").error().code == ErrorCode::output_unwritable);
}

TEST_CASE("options of regions quote what they refuse") {
  RegionOptions o;
  o.matrix = 7;
  CHECK(simulate_region(o, 1).error().what.find("7") != std::string::npos);
  o = {};
  o.noise_images = 1;
  CHECK(simulate_region(o, 1).error().what.find("noise_images") != std::string::npos);
  RegionScanOptions s = scan_options();
  s.length_mm = -3.0;
  CHECK(scan_region(region(), {}, s, 1).error().code == ErrorCode::invalid_option);
  s = scan_options();
  s.saturation_hu = 12.0;
  CHECK(scan_region(region(), {}, s, 1).error().what.find("12") != std::string::npos);
  s = scan_options();
  s.first_slice_mm = 500.0;
  CHECK(scan_region(region(), {}, s, 1).error().code == ErrorCode::invalid_option);
}

TEST_CASE("paths through a body: a disc beside the axis by formula, clamped beyond the ends") {
  CtVolume ct;
  ct.grid = *GridGeometry<CtFrame>::make({120, 120, 3}, {1, 1, 10}, {{-60, -60, 0}}, Eigen::Matrix3d::Identity());
  ct.hu.assign(ct.grid.voxel_count(), -1000);
  for (int k = 0; k < 3; ++k)
    for (int j = 0; j < 120; ++j)
      for (int i = 0; i < 120; ++i)
        if (std::hypot(i - 60.0 - 5.0, j - 60.0 + 3.0) < 40.0) ct.hu[ct.grid.offset(i, j, k)] = 0;
  const RayPaths paths = project_paths(ct, HuTissue(*make_spectrum(120)), {{0, 0, 10}}, 80.0, 10.0, 10.0);
  for (const double angle : {0.1, 0.8, 1.5, 2.9}) {
    const double middle = 5.0 * std::cos(angle) - 3.0 * std::sin(angle);
    for (const double s : {-20.0, 0.0, 13.0}) {
      // The rim falls on pixels of 1 mm, and elements are 2 mm apart.
      CHECK(std::abs(paths.along(3.0, angle, middle + s).water - 2.0 * std::sqrt(1600.0 - s * s)) < 2.0);
      CHECK(std::abs(paths.along(500.0, angle, middle + s).water - paths.along(10.0, angle, middle + s).water) < 1e-9);
    }
    CHECK(paths.along(0.0, angle, middle + 47.0).water < 1e-6);
  }
}

TEST_CASE("distractors of a region keep off the seeds, lipiodol is where they are") {
  DistractorOptions o;
  o.lipiodol_deposits = 6;
  o.clips = 5;
  o.coils = 2;
  o.stents = 1;
  const auto distractors = region_distractors(region(), two_seeds(), {}, o, 11);
  int lipiodol = 0;
  for (const auto& d : distractors) {
    lipiodol += d.type == "lipiodol" ? 1 : 0;
    for (const auto& object : d.objects)
      for (const auto& seed : two_seeds())
        // A droplet's or wire's middle lies outside the capsule.
        CHECK(((object.parts.front().shape.center - seed.center).cross(seed.axis).norm() > 0.4 ||
               std::abs((object.parts.front().shape.center - seed.center).dot(seed.axis)) > 2.25));
  }
  CHECK(lipiodol == 6);
  // All the iodine, whatever the ball: mass is conserved.
  const double ball = 4.0 / 3.0 * std::numbers::pi;
  const double total = lipiodol_mg_per_ml(distractors, Vector3d::Zero(), 1000.0) * ball * 1e6;
  CHECK(total > 10.0);
  CHECK(lipiodol_mg_per_ml(distractors, Vector3d(500, 0, 0), 4.0) == 0.0);
  // Some of it is dense where a seed lies.
  double densest = 0.0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed)
    densest = std::max(densest, lipiodol_mg_per_ml(region_distractors(region(), two_seeds(), {}, o, seed), two_seeds()[0].center, 4.0));
  CHECK(densest > 10.0);
  CHECK(metal_of(region(), two_seeds(), distractors, {}).size() > 2 + distractors.size());
}
