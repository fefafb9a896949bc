// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/skeleton_witness.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/parallel.h"
#include "registration/bone_agreement.h"
#include "registration/local_step.h"
#include "registration/similarity.h"
#include "registration/skeleton_places.h"

namespace seedaudit {
namespace {

constexpr std::size_t kAllBone = 1000000;
constexpr std::size_t kMostWitnessSamples = 24000;
constexpr std::size_t kMostPieceSamples = 8000;
constexpr std::size_t kLeastWitnessSamples = 1000;
constexpr double kLeastPieceSeen = 0.8;
constexpr double kDisplacedMm = 4.0;
constexpr float kGasGray = -200.0F;  // lung and gas move against bone

SampleSet around_bone(const PreparedImage& ct, const WorkImage& anatomy, const Eigen::Vector3d& center_mm, double radius_mm,
                      std::size_t most) {
  const SampleSet near_bone = bone_samples(ct, center_mm, radius_mm, kAllBone);
  SampleSet out;
  for (const Eigen::Vector3f& mm : near_bone.mm) {
    float gray = 0.0F;
    if (!anatomy.sample(mm.cast<double>(), gray) || gray < kGasGray) continue;
    out.mm.push_back(mm);
    out.gray.push_back(gray);
    out.weight.push_back(1.0F);
  }
  return thin_out(std::move(out), most);
}

}  // namespace

SkeletonWitness ask_skeleton(const PreparedImage& ct, const PreparedImage& other, const Eigen::Vector3d& ct_target_mm,
                             const Eigen::Isometry3d& start, const RegistrationOptions& options) {
  SkeletonWitness out;
  out.other_from_ct = start;
  const WorkImage anatomy = local_image(ct, options, true);
  const SampleSet all = around_bone(ct, anatomy, ct_target_mm, kBoneReachMm, kMostWitnessSamples);
  if (all.mm.size() < kLeastWitnessSamples) return out;
  RefineOptions climb;
  climb.similarity = local_bins(ct, other);
  climb.first_step_mm = 1.5;
  climb.last_step_mm = 0.05;
  climb.lever_mm = 100.0;
  const SampleSet few = thin_out(all, kRoughSamples);
  std::vector<Refined> places(2 * static_cast<std::size_t>(kLongReachMm / kLongStepMm) + 1);
  parallel_for(places.size(), [&](std::size_t n) {
    const double z = kLongStepMm * static_cast<double>(n) - kLongReachMm;
    places[n] = refine(few, other.local, Eigen::Translation3d(0.0, 0.0, z) * start, ct_target_mm, climb);
  });
  const auto best = std::max_element(places.begin(), places.end(),
                                     [](const Refined& a, const Refined& b) { return worth_of_place(a) < worth_of_place(b); });
  out.other_from_ct = refine(all, other.local, best->moving_from_fixed, ct_target_mm, climb).moving_from_fixed;

  const std::vector<Eigen::Vector3d> centers = bone_centers(ct, ct_target_mm);
  std::vector<double> apart(centers.size(), -1.0);
  climb.lever_mm = kBonePieceRadiusMm;
  parallel_for(centers.size(), [&](std::size_t n) {
    const SampleSet piece = around_bone(ct, anatomy, centers[n], kBonePieceRadiusMm, kMostPieceSamples);
    if (piece.mm.size() < kLeastWitnessSamples) return;
    const Similarity here = similarity(piece, other.local, out.other_from_ct, Eigen::Vector3d::Zero(), climb.similarity, false);
    if (here.overlap < kLeastPieceSeen) return;
    const Eigen::Isometry3d displaced =
        Eigen::Translation3d(kDisplacedMm * direction(static_cast<int>(n), static_cast<int>(centers.size()))) * out.other_from_ct;
    const Eigen::Isometry3d own = refine(piece, other.local, displaced, centers[n], climb).moving_from_fixed;
    apart[n] = (own * centers[n] - out.other_from_ct * centers[n]).norm();
  });
  std::erase_if(apart, [](double mm) { return mm < 0.0; });
  std::sort(apart.begin(), apart.end());
  out.pieces = apart.size();
  if (!apart.empty()) out.apart_mm = apart[apart.size() / 2];
  return out;
}

}  // namespace seedaudit
