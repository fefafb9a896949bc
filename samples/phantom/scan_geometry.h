// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace seedaudit {

/// Parallel-beam geometry of one slice, as fan data are after rebinning; z is the axis of rotation.
struct ScanGeometry {
  int views = 600;             ///< over 180 degrees
  int bins = 720;              ///< detector elements, centred on the axis
  double detector_mm = 0.6;    ///< width of an element at the axis
  double focal_spot_mm = 0.7;  ///< blur of the focal spot at the axis
  double slice_thickness_mm = 2.5;
  double row_mm = 0.6;  ///< detector row: rounds the edges of the slice profile

  double angle_rad(int view) const;
  double position_mm(int bin) const { return (bin - 0.5 * (bins - 1)) * detector_mm; }
  double radius_mm() const { return 0.5 * (bins - 1) * detector_mm; }
};

/// One sampling plane of the slice profile.
struct ProfileSample {
  double offset_mm = 0.0;
  double weight = 0.0;
};

/// Trapezoid of full width at half maximum `thickness`, flanks `row` wide; weights sum to 1.
std::vector<ProfileSample> slice_profile(double thickness_mm, double row_mm, int samples);

/// Planes at which the bodies are projected for one slice: steps of at most 2.6 mm, at most three.
int body_planes(const ScanGeometry& geometry);
/// The slice profile in steps fine enough for small dense objects; as many samples in each body plane.
std::vector<ProfileSample> fine_profile(const ScanGeometry& geometry);

/// A rectangular image centred on the axis of rotation.
struct ImageGeometry {
  int columns = 512;
  int rows = 512;
  double column_mm = 0.75;  ///< distance of columns
  double row_mm = 0.75;     ///< distance of rows

  static ImageGeometry square(int matrix, double pixel_mm) { return {matrix, matrix, pixel_mm, pixel_mm}; }
  double x_mm(int column) const { return column * column_mm - 0.5 * (columns - 1) * column_mm; }
  double y_mm(int row) const { return row * row_mm - 0.5 * (rows - 1) * row_mm; }
};

}  // namespace seedaudit
