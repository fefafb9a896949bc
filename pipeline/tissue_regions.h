// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "core/ct_volume.h"
#include "core/structures.h"
#include "dosimetry/structure_volume.h"
#include "pipeline/decision_tables.h"

/// What the CT itself tells about places and coverage, where nobody drew the organs (docs/algorithms/status_and_verdict.md).
namespace seedaudit {

/// Lung, bone, outside or (other) tissue, from the HU between 4 and 8 mm around the place: the seed's own blooming lies nearer. Air that is
/// not surrounded by the body is "outside". Nothing where no series covers the place.
std::optional<TissueRegion> region_around(const std::vector<CtVolume>& series, const Point<CtFrame>& place);

/// True where one of the series covers the place.
bool covered(const std::vector<CtVolume>& series, const Point<CtFrame>& place);

/// How much of the surroundings of a target the scan shows.
struct Coverage {
  bool target = false;        ///< the whole box of the target
  bool surroundings = false;  ///< target + margin, as far as the body reaches
  bool lungs = false;         ///< lung is in the scan and ends below its uppermost slice
  bool complete() const { return target && surroundings && lungs; }
};
Coverage coverage_of(const std::vector<CtVolume>& series, const Box<CtFrame>& target, double margin_mm);

/// What makes TG-43 in water doubtful near a target.
struct Heterogeneity {
  double dense_cc = 0.0;       ///< inside the target, above 200 HU: lipiodol, calcification
  double air_cc = 0.0;         ///< within 10 mm of the target, below -400 HU: lung, gas
  double dense_near_cc = 0.0;  ///< within 10 mm around the target, above 200 HU: bone, calcification, lipiodol
};

/// \param avoid places whose metal must not be counted (seeds found), kept clear by 6 mm
/// \param dense_places receives the middles of the voxels counted as dense_cc; may be null
template <class F>
Heterogeneity heterogeneity_of(const Volume<F>& ct, const StructureVolume<F>& target, const std::vector<Point<F>>& avoid,
                               std::vector<Point<F>>* dense_places = nullptr);

}  // namespace seedaudit
