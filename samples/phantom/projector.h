// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/result.h"
#include "samples/phantom/scan_geometry.h"
#include "samples/phantom/scene.h"
#include "samples/phantom/spectrum.h"

namespace seedaudit {

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
