// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/dose.h"
#include "core/frames.h"
#include "core/grid.h"
#include "core/result.h"
#include "core/source_model.h"
#include "core/units.h"
#include "dosimetry/fused_table.h"

namespace seedaudit {

/// One source of dose. Without an axis the seed is summed in the 1-D, orientation-averaged form.
template <class F>
struct DoseSeed {
  Point<F> center;
  std::optional<Axis<F>> axis;
  AirKermaU strength_at_implant;
};

struct DoseOptions {
  /// point_1d ignores every axis; line_2d uses the axis of each seed that has one.
  DoseFormalism formalism = DoseFormalism::line_2d;
  /// How tables are read between and beyond their entries.
  InterpolationRules rules = InterpolationRules::s1;
  /// Present: the dose delivered in this time since implant. Absent: the dose to infinity.
  std::optional<Days> to_date;
  /// Present: a seed adds nothing beyond this distance. Absent: every seed adds everywhere (fast: to FusedTable::kReachMm).
  std::optional<double> cutoff_mm;
  /// Present: vector instructions and the fused table of this source and these rules (fast_table), within 0.1 % of the exact form. Absent:
  /// the exact form in double precision.
  std::shared_ptr<const FusedTable> fast;

  Status check() const;
};

/// The fused table of a source, for DoseOptions::fast. Making it costs as much as some ten thousand evaluations: make it once.
std::shared_ptr<const FusedTable> fast_table(const SourceModel& source, InterpolationRules rules);

/// Dose to water at points, Gy, in the order of the points. Seeds are summed in index order (exact: in double, fast: in single precision),
/// so the result is bit-identical for any number of threads. A point inside a capsule gets the dose of that seed at the nearest point of
/// its surface. Requires options.check() to pass, and options.fast to be of this source and these rules (asserted). No seed: zero.
template <class F>
std::vector<float> dose_at(const std::vector<Point<F>>& points, const std::vector<DoseSeed<F>>& seeds, const SourceModel& source,
                           const DoseOptions& options = {});

/// The same at the voxel centres of a grid.
template <class F>
DoseGrid<F> compute_dose_grid(const GridGeometry<F>& grid, const std::vector<DoseSeed<F>>& seeds, const SourceModel& source,
                              const DoseOptions& options = {});

}  // namespace seedaudit
