// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/dose.h"
#include "core/dvh.h"
#include "core/result.h"
#include "core/source_model.h"
#include "dosimetry/dose_engine.h"
#include "dosimetry/structure_volume.h"

namespace seedaudit {

struct DvhOptions {
  /// Samples in the first comparison. Fewer is faster and noisier.
  std::size_t initial_samples = 200000;
  /// Sampling stops here even if not stable; the result then says so.
  std::size_t max_samples = 3200000;
  /// Stable: D90 of the two halves of the samples differ by less than this.
  double d90_tolerance_pct = 0.2;
  /// Stable: V100 of the two halves differ by less than this.
  double v100_tolerance_pct_points = 0.2;
  /// A dose grid that holds a smaller share of a structure than this is refused for it. Below 100 the histogram is of the part inside, and
  /// the result says how much that is. Doses of seeds are known everywhere and not concerned.
  double least_covered_pct = 100.0;

  Status check() const;
};

/// Dose at points that each stand for the same volume of one structure, and its exact cumulative histogram.
template <class F>
struct SampledDose {
  Dvh dvh;
  std::vector<Point<F>> points;
  std::vector<float> dose_gy;           ///< of each point
  double d90_spread_pct = 0.0;          ///< |difference of the halves| / D90
  double v100_spread_pct_points = 0.0;  ///< the same for V100
  bool stable = false;                  ///< within both tolerances
  double covered_pct = 100.0;           ///< share of the structure that the histogram is of
};

/// Samples the structure, doubling the number until D90 and V100 are stable; dose is evaluated at the samples, never interpolated from a
/// grid. Without a prescription only D90 is judged.
/// Errors: invalid_option; structures_invalid.
template <class F>
Result<SampledDose<F>> sample_dose(const StructureVolume<F>& structure, const std::vector<DoseSeed<F>>& seeds, const SourceModel& source,
                                   std::optional<Gy> prescription, const DoseOptions& dose = {}, const DvhOptions& options = {});

/// The same from a dose grid (a planning system's RTDOSE), trilinear between voxel centres; the outer half voxel takes the nearest centre's
/// dose. Error dose_invalid where less of the structure than asked for lies in the volume of the voxels, saying by how much it leaves it:
/// never cut silently.
template <class F>
Result<SampledDose<F>> sample_dose(const StructureVolume<F>& structure, const DoseGrid<F>& grid, std::optional<Gy> prescription,
                                   const DvhOptions& options = {});

}  // namespace seedaudit
