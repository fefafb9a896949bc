// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/audit_report.h"
#include "core/result.h"
#include "core/seed.h"
#include "core/source_model.h"
#include "detectors/count_seeds.h"
#include "dosimetry/dose_engine.h"
#include "dosimetry/structure_volume.h"

/// How sure D90 and V100 are, by drawing the implant anew within what is known of it (docs/algorithms/uncertainty.md).
namespace seedaudit {

struct UncertaintyOptions {
  /// Implants drawn. More make the interval steadier and take longer; 0 switches the estimate off.
  int draws = 500;
  /// Points of the target that each draw is evaluated at. More follow small cold spots better.
  int points = 3000;
  /// Standard deviation of the strength of the whole batch, percent: calibration and assay.
  double strength_sigma_pct = 3.0;
  /// Standard deviation of the source model's constant and tables, percent.
  double model_sigma_pct = 3.0;
  /// Added in quadrature to the model's where another model stands in for the implanted one, percent.
  double surrogate_sigma_pct = 2.5;
  /// Standard deviation of the target's contour: the whole outline lies this much farther out or in, mm. 0 leaves it as drawn.
  double contour_sigma_mm = 0.5;

  Status check() const;
};

/// One seed as it may vary.
struct UncertainSeed {
  DoseSeed<CtFrame> nominal;
  Eigen::Vector3d sigma_mm = Eigen::Vector3d::Zero();  ///< one standard deviation along L, P, S
  double axis_sigma_deg = 0.0;                         ///< per tilt, about two axes across; no meaning for a seed without axis
  double confidence = 1.0;                             ///< probability that it is a seed
  bool may_hide = false;                               ///< whether the image leaves room for one more that touches it
};

/// An object that may be a seed, and is none of the nominal ones.
struct MayBeSeed {
  DoseSeed<CtFrame> seed;
  double confidence = 0.0;
};

/// Points of a target and around it, each for the same volume, with their distance to its surface (negative inside).
struct TargetPoints {
  std::vector<Point<CtFrame>> points;
  std::vector<double> distance_mm;
};

/// \param inside points in the target, the first of StructureVolume::sample
/// \param beyond_mm how far around the target; points there are as dense as inside
TargetPoints target_points(const StructureVolume<CtFrame>& target, int inside, double beyond_mm);

/// What varies around the nominal dose of one target.
struct UncertaintyInput {
  std::vector<UncertainSeed> seeds;
  std::vector<MayBeSeed> possible;
  int further = 0;                     ///< Detection::further
  double further_chance = 0.0;         ///< Detection::further_chance
  int fewer = 0, more = 0;             ///< by which the count may be off whatever the chances
  double off_together = kOffTogether;  ///< of the log odds of all of them, standard deviation; large: all are seeds or none
  TargetPoints target;                 ///< without distances the contour does not vary
  double registration_sigma_mm = 0.0;  ///< per axis, of the target against the seeds; 0 for a target drawn on the scan itself
  bool source_is_surrogate = false;
  Gy prescription{0.0};
  double limit_pct_of_rx = 90.0;  ///< of the probability
  std::uint64_t random_seed = 0;  ///< derive it from the input's content
};

/// 95 % interval of the true D_v over the nominal D_v.
struct DoseRatio {
  double volume_pct = 0.0;
  std::pair<double, double> ratio{1.0, 1.0};
};

struct DoseUncertainty {
  std::pair<double, double> d90_ratio{1.0, 1.0};              ///< 95 % interval of the true D90 over the nominal D90
  std::pair<double, double> v100_shift_pct_points{0.0, 0.0};  ///< the same of V100, less the nominal V100
  std::vector<DoseRatio> dose_ratios;                         ///< by rising volume, 1 to 99 %; at 90 % it is d90_ratio
  double probability_d90_below_limit = 0.0;
  std::string dominant;                  ///< the component with the largest share in the variance of D90
  std::vector<UncertaintyShare> shares;  ///< each component by itself, largest first; those that do not vary are left out
};

/// Deterministic for one input and seed, for any number of threads. No draws, no points or no seeds: nothing.
/// \param nominal_d90_gy D90 of the full calculation: the draws' ratios are applied to it for the probability
std::optional<DoseUncertainty> dose_uncertainty(const UncertaintyInput& input, const SourceModel& source, const DoseOptions& dose,
                                                double nominal_d90_gy, const UncertaintyOptions& options);

}  // namespace seedaudit
