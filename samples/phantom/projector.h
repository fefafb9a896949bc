// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/result.h"
#include "samples/phantom/scene.h"
#include "samples/phantom/spectrum.h"

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

/// What the detector would count: per ray (view-major), relative to the unattenuated beam.
struct SliceSignal {
  std::vector<float> signal;    ///< detected energy
  std::vector<float> variance;  ///< variance of that for one quantum emitted: sum of quanta x energy^2, normalised as the signal
};

/// Projects the scene at height z. Bodies: exact chords at one to three planes of the slice profile, priorities resolved along each ray.
/// Fine objects: exact chords at sub-rays over detector element, focal spot and slice profile. All averages are of intensities, which is
/// what makes edges and thin metal bright-side nonlinear (the exponential edge-gradient effect).
SliceSignal project_slice(const Scene& scene, double z_mm, const ScanGeometry& geometry, const Spectrum& spectrum);

}  // namespace seedaudit
