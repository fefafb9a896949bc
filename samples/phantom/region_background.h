// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/ct_volume.h"
#include "core/progress.h"
#include "core/result.h"
#include "samples/phantom/ray_paths.h"
#include "samples/phantom/scenario.h"

/// A region of a body, imaged once, into which many implants can be put at little cost.
namespace seedaudit {

inline constexpr std::size_t kKernels = 3;

/// Coordinates: patient axes, origin in the middle of the region. Pixels are square, as many rows as columns.
struct RegionBackground {
  int matrix = 0;
  double pixel_mm = 0.0;
  int planes = 0;
  double plane_mm = 0.0;  ///< distance of planes
  double kvp = 120.0;
  /// A plane is a slice of this thickness with its own noise: thicker slices are means of whole and part planes. Else planes are samples
  /// of a body without noise.
  bool slabs = false;
  /// HU by kernel, planes slowest. One CT has one kernel: the same three times would be untrue, so the others are empty.
  std::array<std::vector<std::int16_t>, kKernels> hu;
  /// Noise images by kernel, kNoiseUnit HU a count, of a slice that kNoiseQuanta per element and view make; empty for slabs.
  std::array<std::vector<std::int16_t>, kKernels> noise;
  RayPaths paths;

  static constexpr double kNoiseUnit = 0.05;
  static constexpr double kNoiseQuanta = 2.5e6;

  double half_width_mm() const { return 0.5 * (matrix - 1) * pixel_mm; }
  double half_length_mm() const { return 0.5 * (planes - 1) * plane_mm; }
  bool has(ReconstructionKernel kernel) const { return !hu[static_cast<std::size_t>(kernel)].empty(); }
  /// HU of the plane and pixel nearest to a point; air outside.
  double hu_at(const Eigen::Vector3d& p) const;
};

struct RegionOptions {
  int matrix = 192;
  double pixel_mm = 0.8;
  double length_mm = 130.0;
  double plane_mm = 1.5;
  int views = 600;
  double detector_mm = 0.6;
  /// Independent noise images of each kernel.
  int noise_images = 32;

  Status check() const;
};

/// The region about the target of the simulated patient of a random seed, without metal. Errors: invalid_option.
Result<RegionBackground> simulate_region(const RegionOptions& options, std::uint64_t patient, const Progress& progress = {});

/// The region about a point of a CT that exists, whose slices must be axial; `kernel` is what its own is nearest to.
/// Errors: invalid_option (point too near to the border), inconsistent_geometry (not axial).
Result<RegionBackground> region_of(const CtVolume& ct, const Point<CtFrame>& center, int matrix, double length_mm,
                                   ReconstructionKernel kernel);

/// Binary file of this build's byte order; a cache, not an exchange format. Errors: output_unwritable.
Status write_region(const RegionBackground& region, const std::filesystem::path& file);
/// Errors: path_not_found, unreadable_file, truncated_file.
Result<RegionBackground> read_region(const std::filesystem::path& file);

}  // namespace seedaudit
