// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/dense_bodies.h"

#include <catch2/catch.hpp>

using namespace seedaudit;

namespace {

/// 40 x 40 x 20 mm of soft tissue in voxels of 1 mm.
CtVolume tissue(int columns = 40) {
  CtVolume ct;
  ct.grid =
      *GridGeometry<CtFrame>::make({columns, 40, 20}, Eigen::Vector3d::Ones(), {Eigen::Vector3d::Zero()}, Eigen::Matrix3d::Identity());
  ct.hu.assign(static_cast<std::size_t>(columns) * 40 * 20, 40);
  return ct;
}

/// A plate of one slice, 20 mm wide, from the border of the image inward; every twelfth voxel is as bright as said.
void add_plate(CtVolume& ct, int length, std::int16_t hu, std::int16_t brightest) {
  for (int j = 10; j < 30; ++j)
    for (int i = 0; i < length; ++i) ct.hu[ct.grid.offset(i, j, 10)] = (i + 20 * j) % 12 == 0 ? brightest : hu;
}

}  // namespace

TEST_CASE("Bone that the border of the scan cuts is a dense body") {
  CtVolume ct = tissue();
  add_plate(ct, 26, 400, 1300);
  const DenseBodies bodies(ct);
  CHECK(bodies.contains(5, 20, 10));
  CHECK_FALSE(bodies.contains(5, 20, 11));
  CHECK(bodies.top_hu() <= 1300.0);
}

TEST_CASE("Seeds whose streaks reach the border of a small field of view are no bone") {
  CtVolume ct = tissue();
  add_plate(ct, 26, 300, 3071);
  CHECK(DenseBodies(ct).empty());
  // Farther than any implant reaches it is none, however bright: a prosthesis, a couch.
  CtVolume wide = tissue(120);
  add_plate(wide, 100, 300, 3071);
  CHECK(DenseBodies(wide).contains(50, 20, 10));
}
