// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>
#include <Eigen/Geometry>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/ct_volume.h"

/// Internal to registration: small float images made from a volume. Positions are millimetres in the frame of the volume they came from;
/// transforms between the two images are named `moving_from_fixed`.
namespace seedaudit {

/// The grid of a work image; i fastest, integer index = voxel centre.
struct WorkGrid {
  std::array<int, 3> size{0, 0, 0};
  Eigen::Vector3d spacing_mm = Eigen::Vector3d::Ones();
  Eigen::Vector3d origin_mm = Eigen::Vector3d::Zero();
  Eigen::Matrix3d direction = Eigen::Matrix3d::Identity();

  std::size_t count() const {
    return static_cast<std::size_t>(size[0]) * static_cast<std::size_t>(size[1]) * static_cast<std::size_t>(size[2]);
  }
  std::size_t offset(int i, int j, int k) const {
    return static_cast<std::size_t>(i) +
           static_cast<std::size_t>(size[0]) *
               (static_cast<std::size_t>(j) + static_cast<std::size_t>(size[1]) * static_cast<std::size_t>(k));
  }
  Eigen::Vector3d mm_of(const Eigen::Vector3d& index) const { return origin_mm + direction * index.cwiseProduct(spacing_mm); }
  Eigen::Vector3d index_of(const Eigen::Vector3d& mm) const { return (direction.transpose() * (mm - origin_mm)).cwiseQuotient(spacing_mm); }
};

/// Gray values on a scale that suits anatomy: CT is HU with everything above 350 cut (metal, dense bone and contrast agent look alike) and
/// air pressed together, so that -1000..350 HU becomes -350..350; any other modality is stretched onto the same range between its
/// percentiles.
inline constexpr float kGrayLow = -350.0F;
inline constexpr float kGrayHigh = 350.0F;
/// Gray value of air, and of everything outside the body.
inline constexpr float kGrayAir = -350.0F;
float gray_of_hu(double hu);

/// A volume reduced to about 2 mm by averaging whole voxels: all that registration sees of it.
struct BaseImage {
  WorkGrid grid;
  std::vector<float> gray;
  std::vector<std::int16_t> peak_hu;  ///< largest stored value in each block
  bool is_ct = true;
};

/// \tparam F CtFrame or PlanFrame
template <class F>
BaseImage make_base_image(const Volume<F>& volume, double spacing_mm);

/// An image to sample from: gray values, and where they may be used. Once smoothed, a gray value that may not be used is no number, so that
/// interpolation meets it without a look at the mask.
struct WorkImage {
  WorkGrid grid;
  std::vector<float> gray;
  std::vector<std::uint8_t> usable;

  /// Trilinear value at a point; false outside the grid of centres or where any of the eight voxels may not be used. Of an image that has
  /// been smoothed.
  bool sample(const Eigen::Vector3d& mm, float& value) const;
  /// Also the gradient per millimetre, in the frame of the image.
  bool sample(const Eigen::Vector3d& mm, float& value, Eigen::Vector3f& gradient) const;
};

/// Averages blocks of factor[axis] voxels. A block is usable where more than half of it is, and averages those only.
WorkImage reduce(const WorkImage& image, std::array<int, 3> factor);

/// Gaussian of the given standard deviation along i, j, k; voxels that may not be used have no say (normalised convolution) and
/// are no number afterwards.
void smooth(WorkImage& image, const Eigen::Vector3d& sigma_mm);

}  // namespace seedaudit
