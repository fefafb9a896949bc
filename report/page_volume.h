// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "core/ct_volume.h"
#include "core/dose.h"
#include "core/result.h"
#include "core/structures.h"
#include "report/json_writer.h"

/// Images and doses as the report page holds them: on lattices along the patient's axes, so that the page cuts every plane alike.
namespace seedaudit {

struct PageVolumeOptions {
  /// Samples at most: the lattice is made coarser until it fits. Larger: finer pictures and a larger page.
  std::size_t most_samples = 4'000'000;
  /// Finest step. 0: that of the image.
  double least_step_mm = 0.0;
};

/// Writes {"size":[nx,ny,nz],"origin_mm":[..],"step_mm":[..],"first":F,"unit":U,"data":"..."} under `key`: value = first + unit * sample at
/// origin + step * (i, j, k) in LPS, x fastest. The lattice lies on voxel centres where the image runs along the patient's axes, so the
/// samples are the voxels; else they are interpolated (trilinear). Steps of 2 HU from -1024 HU; outside the image -1024.
/// Errors: invalid_option (the box holds nothing of the image), internal.
Status write_page_image(JsonWriter& json, std::string_view key, const CtVolume& image, const Box<CtFrame>& box,
                        const PageVolumeOptions& options);
/// The same for an image of any scale (MR): steps so that all values fit.
Status write_page_image_of_any_scale(JsonWriter& json, std::string_view key, const CtVolume& image, const Box<CtFrame>& box,
                                     const PageVolumeOptions& options);
/// The same for a dose, in steps of `step`, cut at 1000 steps; 0 outside its grid.
Status write_page_dose(JsonWriter& json, std::string_view key, const DoseGrid<CtFrame>& dose, Gy step, const PageVolumeOptions& options);

/// The box that a grid's voxel centres fill.
Box<CtFrame> box_of(const GridGeometry<CtFrame>& grid);

}  // namespace seedaudit
