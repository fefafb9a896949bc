// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/detection/region_store.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "bench/detection/random_case.h"
#include "report/volume_writer.h"
#include "tests/support/temporary_folder.h"

using namespace seedaudit;
using namespace seedaudit::bench;

TEST_CASE("regions of a CT lie inside it at several places, and the draw takes over its kernel and pixels") {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "ct.nrrd";
  const auto grid = *GridGeometry<CtFrame>::make({210, 210, 70}, {0.9, 0.9, 2.0}, {{-94.05, -94.05, 500.0}}, Eigen::Matrix3d::Identity());
  // A body of soft tissue, brighter towards the head so that places can be told apart.
  std::vector<float> hu(grid.voxel_count());
  for (int k = 0; k < 70; ++k)
    for (int j = 0; j < 210; ++j)
      for (int i = 0; i < 210; ++i)
        hu[grid.offset(i, j, k)] = std::hypot(i - 104.5, j - 104.5) < 90.0 ? 30.0F + static_cast<float>(k) : -1000.0F;
  REQUIRE(write_volume(grid, hu, file));
  auto store = RegionStore::of_ct(file);
  REQUIRE(store);
  CHECK(store->real());
  std::vector<int> left;
  for (int patient = 0; patient < kPatients; ++patient) {
    const auto region = store->of(patient);
    REQUIRE(region);
    CHECK((*region)->matrix == 192);
    CHECK((*region)->slabs);
    CHECK((*region)->pixel_mm == Approx(0.9));
    const auto& row = (*region)->hu[static_cast<std::size_t>(ReconstructionKernel::medium)];
    left.push_back(row[96 * 192]);
    CaseDraw draw = draw_case(patient);
    fit_to_ct(draw, **region);
    CHECK(draw.scan.kernel == ReconstructionKernel::medium);
    CHECK(draw.implant.half_box_mm.x() == Approx(0.5 * 191 * 0.9 - 6.0));
  }
  CHECK(*std::max_element(left.begin(), left.end()) != *std::min_element(left.begin(), left.end()));
  CHECK(RegionStore::of_ct(folder.path() / "none").error().code == ErrorCode::path_not_found);
}

TEST_CASE("a simulated region is taken from its cache") {
  const test::TemporaryFolder folder;
  RegionBackground r;
  r.matrix = 2;
  r.planes = 1;
  r.hu[0] = {1, 2, 3, 4};
  r.paths.heights = r.paths.views = 1;
  r.paths.bins = 2;
  r.paths.water = r.paths.bone = {0.0F, 0.0F};
  REQUIRE(write_region(r, folder.path() / "patient-2.region"));
  RegionStore store(folder.path());
  CHECK_FALSE(store.real());
  const auto back = store.of(2);
  REQUIRE(back);
  CHECK((*back)->hu[0] == r.hu[0]);
}
