// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "registration/prepared_image.h"

/// Internal to registration: one person's skeleton in a CT and an image of another modality? Gray values of bone say nothing there, so its
/// surfaces cannot be laid on each other. But pieces of one skeleton, each fitted on its own, land where the whole puts them; those of
/// another, whose vertebrae and ribs have other lengths, do not.
namespace seedaudit {

struct SkeletonWitness {
  std::size_t pieces = 0;  ///< balls of bone that both images show
  double apart_mm = 0.0;   ///< median distance, at their centres, between their own fits and the one of the whole
  Eigen::Isometry3d other_from_ct = Eigen::Isometry3d::Identity();  ///< of the whole skeleton
};

/// Each piece starts displaced by 4 mm, so that one which the other image says nothing of stays there, and counts against.
/// \param ct_target_mm in the CT \param start other_from_ct of the whole body \return without pieces where the CT has too little bone
SkeletonWitness ask_skeleton(const PreparedImage& ct, const PreparedImage& other, const Eigen::Vector3d& ct_target_mm,
                             const Eigen::Isometry3d& start, const RegistrationOptions& options);

}  // namespace seedaudit
