// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registration/anatomy_masks.h"
#include "registration/register_volumes.h"
#include "registration/similarity.h"
#include "registration/work_image.h"

/// Internal to registration: one volume made ready, at three scales, and sample points drawn from it.
namespace seedaudit {

struct PreparedImage {
  BaseImage base;
  AnatomyMasks anatomy;
  WorkImage coarse;  ///< about 8 mm, whole body: search of the pose
  WorkImage middle;  ///< about 4 mm, whole body: skeleton, skin and organs together
  WorkImage local;   ///< about 2 mm, without bone and skin: what moves with the target
  bool bone_in_local = false;
  WorkImage bone;               ///< about 2 mm, blurred, nothing darker than fat: what shows the shape of bones
  double noise_gray = 0.0;      ///< standard deviation of noise in soft tissue of the bone image
  double slice_sigma_mm = 0.0;  ///< blur along the slice axis that both images of the pair have
};

/// Gray values of the bone image are cut here: lung, gas and air are all fat to it, since they move against bone.
inline constexpr float kBoneGrayLow = -100.0F;

/// \param slice_sigma_mm standard deviation of the blur along the slice axis that both images of the pair shall have
template <class F>
PreparedImage prepare_image(const Volume<F>& volume, double slice_sigma_mm, const RegistrationOptions& options);

/// Of what lies in a ball below the skin and is no metal, the part that is not taken for bone: 0..1, and 1 where the ball holds nothing.
double soft_fraction(const PreparedImage& image, const Eigen::Vector3d& center_mm, double radius_mm);

/// What moves with the target, as PreparedImage::local, with bone or without.
WorkImage local_image(const PreparedImage& image, const RegistrationOptions& options, bool with_bone);

/// Lets bone, and the contrast agent that is taken for it, have a say in the local image too.
void include_bone(PreparedImage& image, const RegistrationOptions& options);

/// At most `most` of the samples, evenly.
SampleSet thin_out(SampleSet all, std::size_t most);

/// Points of the whole body and the air around it.
/// \param most how many at most; they are spread evenly and do not sit on voxel centres, so that interpolation favours no pose
SampleSet whole_body_samples(const PreparedImage& image, const WorkImage& level, std::size_t most);

/// Points of soft tissue, lung and gas in a ball, of the local image.
SampleSet ball_samples(const PreparedImage& image, const Eigen::Vector3d& center_mm, double radius_mm, std::size_t most);

/// Points within 5 mm of bone in a ball, of the bone image; equal weights.
SampleSet bone_samples(const PreparedImage& image, const Eigen::Vector3d& center_mm, double radius_mm, std::size_t most);

}  // namespace seedaudit
