// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "registration/prepared_image.h"

/// Internal to registration: are these the bones of one person? Bones keep their shape for years, and no two skeletons share it. Everything
/// soft may have moved, been filled, emptied or operated on; that another patient of the same build looks much the same shows there first.
namespace seedaudit {

/// Bone in a ball, fitted on its own: a joint may have bent, a bone has not.
struct BonePiece {
  Eigen::Vector3d center_mm = Eigen::Vector3d::Zero();  ///< in the fixed image
  double apart_mm = 0.0;                                ///< of the surfaces after the piece's own rigid fit
};

struct BoneAgreement {
  bool compared = false;          ///< both images are CT, and enough bone is seen by both; else nothing below means anything
  double apart_mm = 0.0;          ///< root mean square distance across the surfaces of all bone near the target, under one rigid motion
  double noise_mm = 0.0;          ///< what the noise of the two images would look like as such a distance; taken out of apart_mm
  double piece_apart_mm = 0.0;    ///< median of the pieces
  double seen_fraction = 0.0;     ///< of the bone near the target in the fixed image, what the moving image shows
  std::size_t samples = 0;        ///< points in and around bone
  std::vector<BonePiece> pieces;  /// those that the moving image shows
};

inline constexpr double kBoneReachMm = 150.0;       ///< from the target: five vertebrae up and down; farther off posture bends the spine
inline constexpr double kBonePieceRadiusMm = 70.0;  ///< two to four vertebrae with the roots of their ribs: more shape than one alone

/// Centres of balls that cover the bone within reach of the target: the voxel nearest to it, then always the one farthest from those taken,
/// while it is farther than a piece is wide.
std::vector<Eigen::Vector3d> bone_centers(const PreparedImage& image, const Eigen::Vector3d& target_mm);

/// \param target_mm in the fixed image \param start pose of the skeleton, to be refined
BoneAgreement compare_bones(const PreparedImage& fixed, const PreparedImage& moving, const Eigen::Vector3d& target_mm,
                            const Eigen::Isometry3d& start);

}  // namespace seedaudit
