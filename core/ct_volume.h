// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/date.h"
#include "core/frames.h"
#include "core/grid.h"

namespace seedaudit {

/// Who and what an image series is; the identifiers travel with the voxels so that a report can name its inputs.
struct SeriesIdentity {
  std::string patient_id;
  std::string patient_name;  ///< UTF-8
  std::string study_instance_uid;
  std::string series_instance_uid;
  std::string frame_of_reference_uid;
  std::string series_description;  ///< UTF-8
  std::string modality;            ///< "CT", "MR"
  std::vector<std::string> sop_instance_uids;
  std::string path;  ///< folder or file it was read from
};

/// How the series was acquired, as far as the headers say. Absent = not stated.
struct Acquisition {
  std::optional<double> slice_thickness_mm;
  std::string kernel;
  std::optional<double> kvp;
  /// Highest HU the series can store (3071 for 12 bit with intercept -1024); voxels at it are clipped. Absent: not known.
  std::optional<double> saturation_hu;
  std::string patient_position;  ///< DICOM Patient Position (0018,5100): HFS, HFP, HFDL, FFS, ...
  std::vector<std::string> image_type;
  std::string manufacturer;
  std::optional<DateTime> study_date;
  std::optional<DateTime> acquisition_date;
  bool metal_artefact_reduced = false;
  bool lossy_compressed = false;
};

/// An image volume in frame F, i fastest. HU for CT; stored intensity after rescale, rounded, for MR. Moved, never shared.
template <class F>
struct Volume {
  GridGeometry<F> grid;
  std::vector<std::int16_t> hu;
  SeriesIdentity series;
  Acquisition acquisition;
  Warnings warnings;  ///< named repairs that reading made (docs/algorithms/reading_ct.md)

  std::int16_t at(int i, int j, int k) const { return hu[grid.offset(i, j, k)]; }
};

using CtVolume = Volume<CtFrame>;       ///< post-op
using PreopVolume = Volume<PlanFrame>;  ///< pre-op CT or MR

/// The same voxels in another frame, for a plan made on the post-op image itself. Moves.
template <class To, class From>
Volume<To> relabel_frame(Volume<From>&& v) {
  Volume<To> out;
  auto grid = GridGeometry<To>::make(v.grid.size(), v.grid.spacing_mm(), Point<To>{v.grid.origin().mm}, v.grid.direction());
  out.grid = std::move(grid).value();
  out.hu = std::move(v.hu);
  out.series = std::move(v.series);
  out.acquisition = std::move(v.acquisition);
  out.warnings = std::move(v.warnings);
  return out;
}

}  // namespace seedaudit
