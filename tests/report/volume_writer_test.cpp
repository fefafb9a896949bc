// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/volume_writer.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "io/volume_file.h"
#include "tests/support/temporary_folder.h"

using namespace seedaudit;
using seedaudit::test::TemporaryFolder;

namespace {

/// Unequal sides and spacings, turned about two axes.
GridGeometry<PlanFrame> oblique_grid() {
  const Eigen::Matrix3d turn =
      (Eigen::AngleAxisd(0.4, Eigen::Vector3d::UnitZ()) * Eigen::AngleAxisd(-0.3, Eigen::Vector3d::UnitX())).toRotationMatrix();
  return GridGeometry<PlanFrame>::make({5, 4, 3}, {0.7, 1.1, 2.5}, {{-31.25, 12.5, -140.0}}, turn).value();
}

}  // namespace

TEST_CASE("a volume is read back from every format with each voxel at its place") {
  const auto grid = oblique_grid();
  std::vector<float> values(grid.voxel_count());
  std::iota(values.begin(), values.end(), 1.0F);
  const TemporaryFolder folder;
  for (const char* name : {"d.nrrd", "d.mha", "d.nii", "d.nii.gz", "D.NRRD"}) {
    INFO(name);
    REQUIRE(write_volume(grid, values, folder / name).ok());
    const auto read = read_volume_as<PlanFrame>(folder / name);
    REQUIRE(read);
    double sum = 0.0;
    for (std::size_t v = 0; v < values.size(); ++v) sum += read->hu[v];
    CHECK(sum == 1830.0);  // 1 + 2 + ... + 60
    for (const Index3& at : {Index3{0, 0, 0}, Index3{4, 0, 0}, Index3{0, 3, 0}, Index3{0, 0, 2}, Index3{4, 3, 2}}) {
      // NIfTI holds floats: 140 mm to seven digits is good to 0.02 um a figure, and four are added.
      double nearest = 1e9;
      std::int16_t value = 0;
      for (int k = 0; k < read->grid.size()[2]; ++k)
        for (int j = 0; j < read->grid.size()[1]; ++j)
          for (int i = 0; i < read->grid.size()[0]; ++i) {
            const double d = (read->grid.center_of({i, j, k}).mm - grid.center_of(at).mm).norm();
            if (d < nearest) value = read->hu[read->grid.offset(i, j, k)];
            nearest = std::min(nearest, d);
          }
      CHECK(nearest < 1e-4);
      CHECK(value == static_cast<std::int16_t>(values[grid.offset(at[0], at[1], at[2])]));
    }
  }
}

TEST_CASE("what no volume format can hold is refused") {
  const TemporaryFolder folder;
  const auto grid = oblique_grid();
  CHECK(write_volume(grid, std::vector<float>(60), folder / "d.txt").error().code == ErrorCode::invalid_option);
  CHECK(write_volume(grid, std::vector<float>(59), folder / "d.nrrd").error().code == ErrorCode::invalid_option);
  CHECK(write_volume(grid, std::vector<float>(60), folder / "none" / "d.nrrd").error().code == ErrorCode::output_unwritable);
  CHECK_FALSE(volume_format_of("d.nrrd.gz"));
  CHECK_FALSE(volume_format_of("gz"));
}
