// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "samples/phantom/scan_geometry.h"
#include "samples/phantom/scenario.h"

namespace seedaudit {

/// Transfer of the reconstruction filter beside the ramp at a spatial frequency (per mm): a cosine roll-off that reaches one half at 0.30
/// (soft), 0.40 (medium) and 0.70 (sharp) per mm, as body kernels of common scanners do, and zero at twice that.
double kernel_transfer(ReconstructionKernel kernel, double frequency_per_mm);

/// Filtered back projection of parallel rays (Kak and Slaney 1988, chapter 3): band-limited ramp sampled in space, so that a uniform body
/// has no offset; rays interpolated to half an element by zero padding in frequency before the linear interpolation of the back projection.
class FilteredBackprojection {
 public:
  FilteredBackprojection(const ScanGeometry& geometry, ReconstructionKernel kernel);
  ~FilteredBackprojection();
  FilteredBackprojection(const FilteredBackprojection&) = delete;
  FilteredBackprojection& operator=(const FilteredBackprojection&) = delete;

  /// Line integrals in mm of water -> values relative to water (1 = water), row-major; NaN outside the circle that all views cover.
  /// Thread-safe.
  std::vector<float> reconstruct(const std::vector<float>& line_integrals, const ImageGeometry& image) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace seedaudit
