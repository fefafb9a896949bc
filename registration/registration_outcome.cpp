// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/registration_outcome.h"

#include <algorithm>
#include <cstdio>
#include <string>

namespace seedaudit {
namespace {

std::string number(double v) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.2f", v);
  return buffer;
}

// What chance alone makes of it: 40 x 40 bins share some 30000 points, of which a good third is independent. Noise lowers the similarity of
// a right transform too, so what wrong transforms reach in the same images is the measure, and this only its floor.
constexpr double kLeastSimilarity = 0.02;
// Bones of one person, interpolated from two scans with slices of up to 5 mm, lie within 0.5 mm of each other. Two adults whose skeletons
// differ in size by only 2 % lie 0.7 mm apart at their best: 2 % of the 58 mm from the middle of a ball of 100 mm, across the surfaces.
constexpr double kSameBonesMm = 0.55;
constexpr double kOtherBonesMm = 0.7;
// Noise that looks like bones this far apart hides the difference.
constexpr double kMostBoneNoiseMm = 0.5;

// Noise hides a right place among wrong ones; blurred, it stands out: 1.8 to 4 times their best, where pairs of two patients reach 1.15.
constexpr double kStandsOut = 1.5;

bool bones_comparable(const BoneAgreement& b) { return b.compared && b.noise_mm <= kMostBoneNoiseMm; }

std::string bones_text(const BoneAgreement& b) {
  if (!b.compared) return "too few to compare";
  return number(b.apart_mm) + " mm apart, " + number(b.piece_apart_mm) + " mm piece by piece, noise worth " + number(b.noise_mm) + " mm";
}

// Where gray values of bone mean different things, places of its pieces are compared. Median of pairs of one person: 0.2 to 0.5 mm. A
// skeleton 2 % larger puts pieces 75 mm off the middle 1.5 mm elsewhere.
constexpr double kSamePlacesMm = 1.0;
constexpr std::size_t kLeastPieces = 4;

std::string witness_text(const SkeletonWitness& w) {
  return std::to_string(w.pieces) + " pieces of the skeleton, each on its own, within " + number(w.apart_mm) + " mm of the whole";
}

template <class Doubts>
void doubts_of_witness(const SkeletonWitness& w, const Doubts& doubts) {
  if (w.pieces < kLeastPieces)
    doubts("one image is no CT, and both show too little bone in common: another patient would not be noticed");
  else if (!(w.apart_mm <= kSamePlacesMm))
    doubts("one image is no CT, and pieces of the skeleton, each on its own, lie " + number(w.apart_mm) +
           " mm from where the whole puts them: another patient, or too little to see");
}

template <class Doubts>
void doubts_of_bones(const Evidence& e, const Doubts& doubts) {
  const BoneAgreement& b = e.bones;
  if (e.witness)
    doubts_of_witness(*e.witness, doubts);
  else if (!e.both_ct)
    doubts("bones cannot be compared, as one image is no CT: another patient would not be noticed");
  else if (!b.compared)
    doubts("too little bone is seen by both images to tell a patient by");
  else if (!bones_comparable(b))
    doubts("noise hides the shape of the bones: another patient would not be noticed");
  else if (b.apart_mm > kSameBonesMm)
    doubts("the bones lie " + number(b.apart_mm) + " mm apart as a whole, " + number(b.piece_apart_mm) +
           " mm piece by piece: another posture, or another patient of much the same build");
}

}  // namespace

Outcome judge(const Evidence& e, const RegistrationOptions& options) {
  const auto failed = [](std::string why) { return Outcome{OutcomeKind::failed, std::move(why)}; };
  if (e.search.poses.empty()) return failed("no pose brings the two bodies together: too little body in one of the images, or no overlap");
  const Pose& pose = e.search.poses.front();
  const double rival_pose = e.search.poses.size() > 1 ? e.search.poses[1].score / std::max(1e-9, pose.score) : 0.0;
  const LocalResult& l = e.local;
  if (pose.value < 0.15) return failed("the images have too little in common: similarity " + number(pose.value) + " of the whole body");
  // Bones that fit within what scans of one skeleton differ by leave no room for another pose.
  const bool bones_vouch = bones_comparable(e.bones) && e.bones.apart_mm <= kSameBonesMm;
  if (rival_pose > 0.9 && !bones_vouch)
    return failed("two different poses fit about equally well (" + number(rival_pose) +
                  "), and bones do not decide: " + bones_text(e.bones));
  if (l.samples < 500) return failed("too little soft tissue around the target in the pre-op image");
  if (l.overlap < 0.4) return failed("the post-op image covers " + number(100.0 * l.overlap) + " % of the surroundings of the target");
  if (l.value < kLeastSimilarity || (l.value < l.displaced_max && l.soft_value < kStandsOut * l.soft_displaced_max))
    return failed("similarity around the target, " + number(l.value) + ", is no better than that of wrong transforms, " +
                  number(l.displaced_max));
  if (l.agreement_mm > 8.0 || l.inverse_mm > 8.0)
    return failed("independent starts disagree at the target by " + number(std::max(l.agreement_mm, l.inverse_mm)) + " mm");
  if (e.local_shift_mm > options.max_local_shift_mm)
    return failed("the target moved " + number(e.local_shift_mm) + " mm against the skeleton, more than organs do");
  if (bones_comparable(e.bones) && e.bones.apart_mm > kSameBonesMm) {
    const std::string apart = number(e.bones.apart_mm) + " mm apart as a whole, " + number(e.bones.piece_apart_mm) + " mm piece by piece";
    // A piece has fewer points than the whole and more noise: it tells a bent spine from another skeleton, not a near fit from a nearer
    // one.
    if (e.bones.piece_apart_mm > kSameBonesMm && e.bones.apart_mm > kOtherBonesMm)
      return failed("the bones have another shape: " + apart + "; another patient?");
    if (std::max(l.agreement_mm, l.inverse_mm) > options.agreement_ok_mm)
      return failed("neither the bones fit as a whole (" + apart + "), nor do independent starts agree at the target (" +
                    number(std::max(l.agreement_mm, l.inverse_mm)) + " mm); another patient?");
    // Where the bones leave a doubt, organs have to remove it.
    if (l.value < kStandsOut * l.displaced_max && l.soft_value < kStandsOut * l.soft_displaced_max)
      return failed("neither the bones fit as a whole (" + apart + "), nor does similarity around the target, " + number(l.value) +
                    ", stand out from that of wrong transforms, " + number(l.displaced_max) + "; another patient?");
  }

  std::string doubt;
  const auto doubts = [&](const std::string& why) { doubt += (doubt.empty() ? "" : "; ") + why; };
  if (l.agreement_mm > options.agreement_ok_mm) doubts("independent starts disagree at the target by " + number(l.agreement_mm) + " mm");
  if (l.inverse_mm > options.agreement_ok_mm)
    doubts("forward and backward registration differ at the target by " + number(l.inverse_mm) + " mm");
  if (l.overlap < 0.55) doubts("the post-op image covers only " + number(100.0 * l.overlap) + " % of the surroundings of the target");
  if (rival_pose > 0.8 && !bones_vouch) doubts("another pose fits nearly as well (" + number(rival_pose) + ")");
  if (l.rival_value > 0.85 * l.value) doubts("another place of the target fits nearly as well");
  if (l.value < 1.1 * l.displaced_max)
    doubts("similarity " + number(l.value) + " stands little above that of wrong transforms, " + number(l.displaced_max));
  doubts_of_bones(e, doubts);
  if (!e.target_given) doubts("no target given: right at the middle of the body only");
  if (!doubt.empty()) return {OutcomeKind::low_confidence, doubt};
  return {OutcomeKind::ok, "similarity around the target " + number(l.value) + ", wrong transforms reach " + number(l.displaced_max) +
                               "; independent starts agree at the target within " + number(l.agreement_mm) + " mm; " +
                               (e.witness ? witness_text(*e.witness) : "bones within " + number(e.bones.apart_mm) + " mm")};
}

}  // namespace seedaudit
