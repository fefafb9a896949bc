// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/registration_outcome.h"

#include <catch2/catch.hpp>

#include <limits>

namespace seedaudit {
namespace {

/// A pair of MR and CT that nothing speaks against.
Evidence sound_mr_pair() {
  Evidence e;
  Pose pose;
  pose.value = 0.3;
  pose.score = 0.3;
  pose.overlap = 1.0;
  e.search.poses = {pose};
  e.local.value = 0.1;
  e.local.displaced_max = 0.03;
  e.local.soft_value = 0.1;
  e.local.soft_displaced_max = 0.03;
  e.local.overlap = 0.9;
  e.local.agreement_mm = 0.5;
  e.local.inverse_mm = 0.5;
  e.local.samples = 20000;
  e.both_ct = false;
  e.witness = SkeletonWitness{8, 0.4, Eigen::Isometry3d::Identity()};
  return e;
}

/// The same of two CT, with bones that far apart as a whole and piece by piece.
Evidence sound_ct_pair(double bones_apart_mm, double pieces_apart_mm) {
  Evidence e = sound_mr_pair();
  e.both_ct = true;
  e.witness.reset();
  e.bones.compared = true;
  e.bones.apart_mm = bones_apart_mm;
  e.bones.piece_apart_mm = pieces_apart_mm;
  return e;
}

}  // namespace

TEST_CASE("The skeleton vouches for an MR with enough pieces in their place, and otherwise takes the ok away", "[registration]") {
  Evidence e = sound_mr_pair();
  CHECK(judge(e, {}).kind == OutcomeKind::ok);
  CHECK(judge(e, {}).why.find("8 pieces of the skeleton") != std::string::npos);
  SECTION("pieces 1.2 mm off") { e.witness->apart_mm = 1.2; }
  SECTION("a distance that is no number") { e.witness->apart_mm = std::numeric_limits<double>::quiet_NaN(); }
  SECTION("three pieces, whatever they say") { e.witness->pieces = 3; }
  SECTION("no piece") { e.witness = SkeletonWitness{}; }
  SECTION("nobody asked") { e.witness.reset(); }
  const Outcome o = judge(e, {});
  CHECK(o.kind == OutcomeKind::low_confidence);
  CHECK(o.why.find("another patient") != std::string::npos);
}

TEST_CASE("The skeleton's word does not outweigh doubt at the target", "[registration]") {
  Evidence e = sound_mr_pair();
  SECTION("starts disagree") { e.local.agreement_mm = 9.0; }
  SECTION("no better than wrong transforms") { e.local.value = 0.02, e.local.soft_value = 0.03; }
  SECTION("two poses") { e.search.poses.push_back(e.search.poses.front()); }
  CHECK(judge(e, {}).kind == OutcomeKind::failed);
}

TEST_CASE("Bones that do not fit as a whole leave a doubt that the target has to remove", "[registration]") {
  Evidence e = sound_ct_pair(0.7, 0.4);
  CHECK(judge(e, {}).kind == OutcomeKind::low_confidence);
  // Little above wrong transforms, and so in the blurred image.
  e.local.displaced_max = 0.08;
  CHECK(judge(e, {}).kind == OutcomeKind::low_confidence);
  e.local.soft_displaced_max = 0.08;
  CHECK(judge(e, {}).kind == OutcomeKind::failed);
  e.bones.apart_mm = 0.3;
  CHECK(judge(e, {}).kind == OutcomeKind::ok);
}

TEST_CASE("Pieces of bone that fit no better than the whole are noise where the whole nearly fits, and another skeleton where it does not",
          "[registration]") {
  Evidence e = sound_ct_pair(0.6, 0.7);
  CHECK(judge(e, {}).kind == OutcomeKind::low_confidence);
  e.local.agreement_mm = 5.0;
  CHECK(judge(e, {}).kind == OutcomeKind::failed);
  e.local.agreement_mm = 0.5;
  e.bones.apart_mm = 0.8;
  CHECK(judge(e, {}).kind == OutcomeKind::failed);
  // What two patients of 2 % difference in size show.
  e.bones.apart_mm = 1.3;
  e.bones.piece_apart_mm = 0.58;
  CHECK(judge(e, {}).kind == OutcomeKind::failed);
}

}  // namespace seedaudit
