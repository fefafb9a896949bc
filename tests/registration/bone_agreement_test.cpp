// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/bone_agreement.h"

#include <catch2/catch.hpp>

#include "tests/registration/synthetic_anatomy.h"

namespace seedaudit {
namespace {

constexpr double kAgreementSigmaMm = 2.0;
const Eigen::Vector3d kAgreementTarget(-62.0, -12.0, 0.0);

PreparedImage prepared(const testing::Scan& scan) { return prepare_image(testing::render<CtFrame>(scan), kAgreementSigmaMm, {}); }

const PreparedImage& first_scan() {
  static const PreparedImage image = prepared({});
  return image;
}

}  // namespace

TEST_CASE("Bones of one skeleton lie on each other, whatever pose, noise and tube voltage", "[registration][heavy]") {
  testing::Scan again;
  again.scan_from_plan = testing::pose(6.0, -3.0, {11.0, 4.0, 7.0});
  again.noise_hu = 20.0;
  again.random_seed = 5;
  CtVolume volume = testing::render<CtFrame>(again);
  for (auto& hu : volume.hu)
    if (hu > 120)
      hu = static_cast<std::int16_t>(hu + (hu - 120) / 4);  // bone a quarter brighter above soft tissue, as at 100 instead of 120 kV
  const BoneAgreement b = compare_bones(first_scan(), prepare_image(volume, kAgreementSigmaMm, {}), kAgreementTarget,
                                        again.scan_from_plan * Eigen::Translation3d(2.0, -1.0, 2.0));
  REQUIRE(b.compared);
  // A sixth of a 3 mm voxel, what interpolation of a surface leaves.
  CHECK(b.apart_mm < 0.5);
  CHECK(b.piece_apart_mm <= b.apart_mm + 0.1);
  CHECK(b.noise_mm < 0.5);
  CHECK(b.seen_fraction > 0.8);
}

TEST_CASE("A skeleton 4 % larger is told as a distance between bones", "[registration][heavy]") {
  testing::Scan other;
  other.anatomy.vertebra_mm *= 1.04;
  other.anatomy.width_mm *= 1.04;
  other.anatomy.depth_mm *= 1.04;
  const BoneAgreement b = compare_bones(first_scan(), prepared(other), kAgreementTarget, Eigen::Isometry3d::Identity());
  REQUIRE(b.compared);
  // 4 % of the 90 mm from the middle of the trunk to its ribs, halved since the best pose balances what it can.
  CHECK(b.apart_mm > 0.55);
  CHECK(b.apart_mm < 3.6);
  CHECK(b.piece_apart_mm < b.apart_mm);  // a piece shows less of it
}

TEST_CASE("Bones are not compared where there are none to compare", "[registration][heavy]") {
  SECTION("another modality") {
    PreparedImage mr = first_scan();
    mr.base.is_ct = false;
    CHECK_FALSE(compare_bones(first_scan(), mr, kAgreementTarget, Eigen::Isometry3d::Identity()).compared);
  }
  SECTION("bodies that do not overlap") {
    const Eigen::Isometry3d away(Eigen::Translation3d(0.0, 0.0, 900.0));
    CHECK_FALSE(compare_bones(first_scan(), first_scan(), kAgreementTarget, away).compared);
  }
}

}  // namespace seedaudit
