// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/overview_picture.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "report/picture_views.h"
#include "tests/report/sample_audit.h"
#include "tests/report/sample_scene.h"

using namespace seedaudit;

namespace {

/// With one dense bar, slices oblique to the patient.
CtVolume oblique_volume() {
  CtVolume v = test::sample_volume(Eigen::AngleAxisd(0.3, Eigen::Vector3d::UnitX()).toRotationMatrix());
  for (int i = 20; i < 40; ++i) v.hu[v.grid.offset(i, 30, 20)] = 3000;
  return v;
}

unsigned big_endian(const std::string& s, std::size_t at) {
  unsigned value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8U | static_cast<unsigned char>(s[at + i]);
  return value;
}

}  // namespace

TEST_CASE("an overview picture of an audit is a PNG of the width asked for, with content", "[heavy]") {
  const CtVolume volume = oblique_volume();
  const CaseAudit audit = test::full_audit();
  OverviewInput input;
  input.postop = &volume;
  input.audit = &audit;
  input.targets.push_back(test::sample_target());
  const DoseGrid<CtFrame> dose = test::sample_dose();
  input.dose = &dose;
  input.prescription = Gy{120.0};
  OverviewOptions options;
  options.width_px = 600;
  const auto png = overview_png(input, options);
  if (!png) FAIL(png.error().message());
  REQUIRE(png->size() > 100);
  CHECK(png->substr(1, 3) == "PNG");
  CHECK(big_endian(*png, 16) == 600U);
  CHECK(big_endian(*png, 20) > 400U);
  // A single colour of this size compresses to a few hundred bytes.
  CHECK(png->size() > 10000);
  CHECK(*overview_png(input, options) == *png);

  input.dose = nullptr;
  CHECK(*overview_png(input, options) != *png);
}

TEST_CASE("a detection alone is drawn, also with no seed at all", "[heavy]") {
  const CtVolume volume = oblique_volume();
  const CaseAudit audit = test::full_audit();
  OverviewInput input;
  input.postop = &volume;
  input.detection = &audit.detection;
  OverviewOptions options;
  options.width_px = 500;
  CHECK(overview_png(input, options));
  Detection none;
  none.outcome = {OutcomeKind::ok, ""};
  input.detection = &none;
  const auto sure = overview_png(input, options);
  REQUIRE(sure);
  // What the search is not sure of is on the picture as well.
  none.outcome.kind = OutcomeKind::low_confidence;
  const auto doubtful = overview_png(input, options);
  none.count.high = 3;
  const auto may_be = overview_png(input, options);
  REQUIRE(doubtful);
  REQUIRE(may_be);
  CHECK(*doubtful != *sure);
  CHECK(*may_be != *doubtful);
}

TEST_CASE("a picture without image, or of no sensible size, is refused") {
  CHECK(overview_png(OverviewInput{}).error().code == ErrorCode::invalid_option);
  const CtVolume volume = oblique_volume();
  OverviewInput input;
  input.postop = &volume;
  OverviewOptions options;
  options.width_px = 10;
  CHECK(overview_png(input, options).error().code == ErrorCode::invalid_option);
}

TEST_CASE("projections keep patient axes whatever the direction of the slices") {
  const CtVolume volume = oblique_volume();
  Box<CtFrame> box;
  for (int corner = 0; corner < 8; ++corner)
    box.include(volume.grid.center_of({(corner & 1) != 0 ? 59 : 0, (corner & 2) != 0 ? 59 : 0, (corner & 4) != 0 ? 39 : 0}));
  const IsotropicBlock block(volume, box, 1.0);
  const Point<CtFrame> middle = volume.grid.point_at({29.5, 30.0, 20.0});
  const auto brightest = [](const GreyImage& image) {
    double x = 0.0, y = 0.0, weight = 0.0;
    for (int row = 0; row < image.height; ++row)
      for (int column = 0; column < image.width; ++column) {
        const double w = std::max(0.0F, image.value[static_cast<std::size_t>(row * image.width + column)] - 500.0F);
        x += w * (column + 0.5);
        y += w * (row + 0.5);
        weight += w;
      }
    return Eigen::Vector2d(x / weight, y / weight);
  };
  // The centroid of the bar lies where its middle projects; the bar is one voxel thick, the block's step 1 mm.
  const Eigen::Vector2d axial = brightest(block.maximum_along(ViewPlane::axial));
  CHECK(std::abs(axial[0] - (middle.mm[0] - box.low_mm[0])) < 1.0);
  CHECK(std::abs(axial[1] - (middle.mm[1] - box.low_mm[1])) < 1.0);
  const Eigen::Vector2d coronal = brightest(block.maximum_along(ViewPlane::coronal));
  CHECK(std::abs(coronal[0] - (middle.mm[0] - box.low_mm[0])) < 1.0);
  CHECK(std::abs(coronal[1] - (box.high_mm[2] - middle.mm[2])) < 1.0);
  const Eigen::Vector2d sagittal = brightest(block.maximum_along(ViewPlane::sagittal));
  CHECK(std::abs(sagittal[0] - (middle.mm[1] - box.low_mm[1])) < 1.0);
  CHECK(std::abs(sagittal[1] - (box.high_mm[2] - middle.mm[2])) < 1.0);
}
