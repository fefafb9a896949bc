// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/ct_volume.h"
#include "core/progress.h"
#include "io/dicom_index.h"
#include "io/series_catalog.h"

namespace seedaudit {

/// Builds one volume from the slices of one stack (docs/algorithms/reading_ct.md): ordered by position along the normal, HU by each
/// slice's own rescale, decoded in parallel straight to 16 bit. Repairs are named in Volume::warnings: UNEVEN_SLICES_RESAMPLED,
/// MISSING_SLICE_INTERPOLATED, GANTRY_TILT_RESAMPLED, DUPLICATE_SLICE_DROPPED, LOCALIZER_DROPPED, HU_CLAMPED, LOSSY_COMPRESSION, ...
/// Errors: inconsistent_geometry, missing_slices, truncated_file, unreadable_file, unsupported_syntax, wrong_modality, ambiguous_ct.
/// Instantiated for CtFrame and PlanFrame.
template <class F>
Result<Volume<F>> read_series(const DicomIndex& index, const SeriesInfo& series, const Progress& progress = {});

/// The same from objects in any order; they must make one stack (use catalog_series to separate a mixed folder).
template <class F>
Result<Volume<F>> read_series(const std::vector<IndexedObject>& slices, const Progress& progress = {});

}  // namespace seedaudit
