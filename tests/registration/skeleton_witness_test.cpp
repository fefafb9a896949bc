// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/skeleton_witness.h"

#include <catch2/catch.hpp>

#include <cmath>
#include <cstdint>

#include "tests/registration/synthetic_anatomy.h"

namespace seedaudit {
namespace {

constexpr double kWitnessSigmaMm = 2.0;
const Eigen::Vector3d kWitnessTarget(-62.0, -12.0, 0.0);

/// Bone and fat dark, organs bright; or nothing but noise in the same body.
PreparedImage mr_of_first_patient(bool anatomy_seen) {
  Volume<PlanFrame> mr = testing::render<PlanFrame>({});
  mr.series.modality = "MR";
  for (std::size_t o = 0; o < mr.hu.size(); ++o) {
    const int hu = mr.hu[o];
    const double seen = anatomy_seen ? 400 - std::abs(hu - 40) : 300.0 + 60.0 * testing::noise_at(9, o);
    mr.hu[o] = static_cast<std::int16_t>(hu > -500 ? seen : 0.0);
  }
  return prepare_image(mr, kWitnessSigmaMm, {});
}

SkeletonWitness ask(const testing::Scan& ct, bool anatomy_seen = true) {
  return ask_skeleton(prepare_image(testing::render<CtFrame>(ct), kWitnessSigmaMm, {}), mr_of_first_patient(anatomy_seen), kWitnessTarget,
                      Eigen::Isometry3d(Eigen::Translation3d(1.5, -1.0, 2.0)), {});
}

}  // namespace

TEST_CASE("Pieces of one skeleton land where the whole puts them, in CT and MR", "[registration][heavy]") {
  testing::Scan again;
  again.random_seed = 5;
  const SkeletonWitness w = ask(again);
  CHECK(w.pieces >= 4);
  // A quarter of a 4 mm slice: far below the 4 mm that the pieces were displaced by.
  CHECK(w.apart_mm < 1.0);
  CHECK((w.other_from_ct * kWitnessTarget - kWitnessTarget).norm() < 1.0);
}

TEST_CASE("Pieces of another skeleton, or of none that is seen, do not", "[registration][heavy]") {
  SECTION("2 % larger: 75 mm off the middle, where pieces lie, that is 1.5 mm") {
    testing::Scan other;
    other.anatomy.vertebra_mm *= 1.02;
    other.anatomy.width_mm *= 1.02;
    other.anatomy.depth_mm *= 1.02;
    CHECK(ask(other).apart_mm > 1.0);
  }
  // A piece that has nothing to hold on to stays where it was put, 4 mm off.
  SECTION("the MR shows a body of noise") { CHECK(ask({}, false).apart_mm > 1.0); }
}

}  // namespace seedaudit
