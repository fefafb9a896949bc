// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <vector>

#include "core/ct_volume.h"
#include "detectors/dense_bodies.h"
#include "detectors/detector_options.h"

namespace seedaudit {

/// A small solid object, told by its place in a row of its like. Scan millimetres.
struct RowObject {
  Eigen::Vector3d center_mm = Eigen::Vector3d::Zero();
  Eigen::Vector3d axis = Eigen::Vector3d::UnitX();  ///< of the row there
  double mass = 0.0;                                ///< what the scan shows of it, HU mm^3
  double beside_mm = 0.0;                           ///< of its own signal's centre from its place in the even row
  bool firm = true;                                 ///< shows itself as others of its row do, and the row shows gaps
};

/// Objects at a constant pitch along a straight or gently bent line: the contacts of one electrode.
struct EvenRow {
  std::vector<RowObject> objects;  ///< in order
  double pitch_mm = 0.0;
  double residual_mm = 0.0;  ///< rms distance of the objects' own signals from even places on the line
  double contrast = 0.0;     ///< what the signal falls by between two objects, of what it is at them; median over the gaps
  int beyond = 0;            ///< places next to its ends that show half of an object: the row may be longer by so many
};

struct RowSearch {
  std::vector<EvenRow> rows;
  std::vector<RowObject> loose;  ///< as bright as the objects of the rows, but in none
};

/// Rows of at least four objects of one size. Each object is told by its neighbours where its own image is too coarse or too noisy to be
/// fitted: place, pitch and number come from all the objects of a row together (docs/algorithms/detection.md, "Contacts in rows").
/// \param weakest_peak_hu that such an object can show above the ring of that radius about it
RowSearch find_even_rows(const CtVolume& ct, const DenseBodies& bodies, const DetectorOptions& options, double weakest_peak_hu,
                         double ring_radius_mm);

}  // namespace seedaudit
