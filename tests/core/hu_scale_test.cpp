// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/hu_scale.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "tests/pipeline/small_case.h"
#include "tests/registration/synthetic_anatomy.h"

using namespace seedaudit;

namespace {

/// An abdomen with lung, fat and bone, its modality stated. Coarse: shares of its voxels are looked at, no edges.
const PreopVolume& abdomen() {
  static const PreopVolume volume = [] {
    testing::Scan scan;
    scan.spacing_mm = {8.0, 8.0, 10.0};
    PreopVolume v = testing::render<PlanFrame>(scan);
    v.series.modality = "CT";
    return v;
  }();
  return volume;
}

PreopVolume shifted(const PreopVolume& from, int hu, int lowest = -32768) {
  PreopVolume out = from;
  for (auto& v : out.hu) v = static_cast<std::int16_t>(std::max(lowest, v + hu));
  return out;
}

/// The inside of the patient alone: no voxel of air.
PreopVolume inside(const PreopVolume& from, int hu) {
  PreopVolume out = from;
  const auto& n = from.grid.size();
  const Index3 size{n[0] / 3, n[1] / 4, n[2] / 3};
  out.grid = GridGeometry<PlanFrame>::make(size, from.grid.spacing_mm(), from.grid.origin(), from.grid.direction()).value();
  out.hu.clear();
  for (int k = 0; k < size[2]; ++k)
    for (int j = 0; j < size[1]; ++j)
      for (int i = 0; i < size[0]; ++i) {
        const int v = from.at(n[0] / 5 + i, n[1] / 3 + j, n[2] / 4 + k);
        out.hu.push_back(static_cast<std::int16_t>(std::max(v, -120) + hu));
      }
  return out;
}

}  // namespace

TEST_CASE("HU scale: a scan whose air and tissue lie where they belong is not doubted, whatever part of the patient it shows") {
  CHECK_FALSE(doubt_hu_scale(abdomen()));
  CHECK_FALSE(doubt_hu_scale(inside(abdomen(), 0)));
  CHECK_FALSE(doubt_hu_scale(test::water_body(1.0, 60, 20)));
  CHECK_FALSE(doubt_hu_scale(PreopVolume{}));
  // Detector bias and calibration move HU by tens.
  for (const int hu : {-60, 60}) CHECK_FALSE(doubt_hu_scale(shifted(abdomen(), hu)));

  // Lung alone, and padding outside a round field of view, which some scanners write as -2000 or -3024.
  PreopVolume lung = abdomen();
  for (std::size_t n = 0; n < lung.hu.size(); ++n) {
    if (lung.hu[n] > -500 && n % 12 != 0) lung.hu[n] = -850;
    if (n % 5 == 0) lung.hu[n] = -3024;
  }
  CHECK_FALSE(doubt_hu_scale(lung));
}

TEST_CASE("HU scale: an intercept that was lost or subtracted twice is told from the scan alone") {
  // Stored values are 0 and more: what a lost intercept of -1024 leaves.
  const auto lost = doubt_hu_scale(shifted(abdomen(), 1024, 0));
  REQUIRE(lost);
  // Muscle and liver of this abdomen are 45 to 75 HU, its fat -90; half the width of a peak is as far as their median can lie off 1024.
  CHECK(std::abs(lost->tissue_hu - 1024.0) < 150.0);
  CHECK(lost->tissue_pct > 15.0);
  CHECK(doubt_hu_scale(shifted(abdomen(), 1000)));
  CHECK(doubt_hu_scale(inside(abdomen(), 1024)));

  PreopVolume padded = shifted(abdomen(), 1024, 0);
  for (std::size_t n = 0; n < padded.hu.size(); n += 5) padded.hu[n] = -2000;
  CHECK(doubt_hu_scale(padded));

  const auto twice = doubt_hu_scale(shifted(abdomen(), -1024));
  REQUIRE(twice);
  CHECK(std::abs(twice->tissue_hu + 1024.0) < 150.0);
}

TEST_CASE("HU scale: values of an MR have no zero, nor have those of an unknown modality") {
  for (const char* modality : {"MR", ""}) {
    PreopVolume v = shifted(abdomen(), 1024, 0);
    v.series.modality = modality;
    CHECK_FALSE(doubt_hu_scale(v));
  }
}

TEST_CASE("HU scale: the warning names the scan, what was measured, and what to check") {
  CHECK_FALSE(judge_hu_scale(abdomen(), "The pre-op CT"));
  const auto high = judge_hu_scale(shifted(abdomen(), 1024, 0), "The pre-op CT");
  REQUIRE(high);
  CHECK(high->code == "HU_SCALE_DOUBTFUL");
  for (const char* part : {"The pre-op CT", "Rescale Slope and Intercept", "lost", "nothing is as dark as air"}) {
    INFO(high->message);
    CHECK(high->message.find(part) != std::string::npos);
  }
  const auto low = judge_hu_scale(shifted(abdomen(), -1024), "The post-op CT");
  REQUIRE(low);
  for (const char* part : {"The post-op CT", "twice", "darker than air"}) CHECK(low->message.find(part) != std::string::npos);
}
