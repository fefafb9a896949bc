// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "core/ct_volume.h"
#include "core/dose.h"
#include "core/structures.h"

/// The geometry of the overview picture: which part of the patient is seen, and from where.
namespace seedaudit {

/// Radiological convention: axial from the feet, coronal from the front, sagittal from the left with anterior at the left.
enum class ViewPlane { axial, coronal, sagittal };

/// A plane's horizontal and vertical patient axis, and which way they run on the picture.
struct ViewAxes {
  int horizontal = 0;             ///< 0 = x (left), 1 = y (posterior), 2 = z (superior); runs to the right
  int vertical = 1;               ///< axis shown vertically
  bool vertical_up = false;       ///< true: increases upwards (z)
  int depth = 2;                  ///< projected away
  std::array<const char*, 4> at;  ///< letters at left, right, top, bottom
};
ViewAxes axes_of(ViewPlane plane);

/// Grey image with square pixels.
struct GreyImage {
  int width = 0;
  int height = 0;
  std::vector<float> value;
};

/// The volume resampled to a cube of equal steps along the patient axes: the projections are then plain loops, whatever the direction of
/// the slices. Outside the image: air.
class IsotropicBlock {
 public:
  /// \param step_mm raised where the box would need more than about 30 million samples
  IsotropicBlock(const CtVolume& volume, const Box<CtFrame>& box, double step_mm);
  GreyImage maximum_along(ViewPlane plane) const;
  const std::array<int, 3>& size() const { return size_; }

 private:
  std::array<int, 3> size_{};
  std::vector<float> hu_;
};

/// The plane of the volume at `depth_mm` along the depth axis of `plane`, in steps of step_mm over the box. Linear interpolation.
GreyImage section_of(const CtVolume& volume, const Box<CtFrame>& box, ViewPlane plane, double depth_mm, double step_mm);
/// The same of a dose; 0 outside its grid.
GreyImage section_of(const DoseGrid<CtFrame>& dose, const Box<CtFrame>& box, ViewPlane plane, double depth_mm, double step_mm);

}  // namespace seedaudit
