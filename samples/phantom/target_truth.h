// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "core/dose.h"
#include "core/grid.h"
#include "core/planning_histogram.h"
#include "core/source_model.h"
#include "core/structures.h"
#include "dosimetry/dose_engine.h"
#include "samples/phantom/phantom_case.h"

namespace seedaudit {

using InsideTest = std::function<bool(const Eigen::Vector3d&)>;

/// Contours of a body on the slices of an axial grid, as a person draws them: one polygon a slice, 0.05 mm exact. In each slice the body
/// must be star-shaped about the centre of its part there. \param box in which the body lies
template <class F>
std::vector<Contour<F>> contours_of(const InsideTest& inside, const Box<F>& box, const GridGeometry<F>& grid);

/// Points of a cubic lattice inside a body.
template <class F>
std::vector<Point<F>> lattice_of(const InsideTest& inside, const Box<F>& box, double spacing_mm);

/// Points that fill the slabs of planar axial contours: each contour stands for its slice, half the spacing up and half down, the first and
/// the last too. Each point stands for the same volume.
template <class F>
std::vector<Point<F>> slab_points(const std::vector<Contour<F>>& contours, double slice_spacing_mm, double spacing_mm);

/// Volume of those slabs.
template <class F>
double slab_volume_cc(const std::vector<Contour<F>>& contours, double slice_spacing_mm);

/// D90, V100 ... of points that stand for equal volumes.
template <class F>
TrueDose dose_figures(const std::vector<Point<F>>& points, const std::vector<DoseSeed<F>>& seeds, const SourceModel& source,
                      DoseFormalism formalism, double rx_gy);

/// The histogram that a planning system would store of a structure: bins of 1 Gy up to four times the prescription, where it is cut.
/// Requires at least one dose. \param dose_gy at points that stand for equal volumes
PlanningHistogram stored_histogram(std::vector<float> dose_gy, int roi_number, double volume_cc, double rx_gy);

}  // namespace seedaudit
