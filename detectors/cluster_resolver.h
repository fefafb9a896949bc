// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/seed.h"
#include "detectors/needle_directions.h"
#include "detectors/seed_fit.h"
#include "detectors/seed_groups.h"

namespace seedaudit {

struct ResolverOptions {
  /// Cost that one more seed must save. Each seed has six numbers to bend to the residual; with a correlated residual that is worth 2 a
  /// number, and the rest keeps one wrong split in a few hundred.
  double seed_penalty = 20.0;
  double correlation = 4.0;  ///< voxels that one independent residual spans
  int maximum_seeds = 60;    ///< of one group: beyond, the group is no implant
  /// Hypotheses that the search in one group may fit. Beyond, it ends with what it has and says so (ResolvedGroup::cut_short).
  int maximum_fits = 20000;
  bool shading = true;  ///< FitControl::shading of what is looked at twice
};

/// What was taken out of an explanation.
struct PossibleSeed {
  FittedSeed seed;
  SeedSigns signs;
  int count = 1;      ///< 2: it weighs as two
  bool open = false;  ///< whether little speaks against it, or one thing alone
  double confidence = 0.0;
  Eigen::Matrix2d axis_spread = Eigen::Matrix2d::Identity();  ///< AxisEstimate::spread
};

/// The explanation of one group.
struct ResolvedGroup {
  std::vector<FittedSeed> seeds;
  FitCost cost;
  double empty_cost = 0.0;  ///< chi2 without any seed
  CountEstimate count;
  std::vector<Eigen::Matrix<double, 6, 6>> covariance;
  std::vector<double> removal_cost;    ///< by how much the explanation worsens without that seed, or with it merged into a neighbour
  std::vector<SeedSigns> signs;        ///< of each, filled by judge_seeds
  std::vector<double> confidence;      ///< of each, filled once the whole scan has been weighed
  std::vector<FittedSeed> doubted;     ///< were part of it, but are no seeds
  std::vector<PossibleSeed> possible;  ///< of these, what is not out of the question
  double correlation = 4.0;            ///< voxels that one independent residual of this group spans
  bool cut_short = false;              ///< the search ended before its time: there may be other seeds, fewer or more

  AxisEstimate axis_of(std::size_t n) const {
    return {seeds[n].center_mm, seeds[n].axis,
            n < covariance.size() ? Eigen::Matrix2d(covariance[n].block<2, 2>(3, 3)) : Eigen::Matrix2d::Identity()};
  }
};

/// Number and poses of the seeds of a group: seeds are added one by one where the residual is largest, or one is split into two, each time
/// refitting the neighbourhood, for as long as the cost falls by more than the penalty; then each seed must prove that it is needed.
/// `start` is an explanation to go on from.
ResolvedGroup resolve_group(const SeedAppearance& look, const SeedPrior& prior, const SeedGroup& group, const ResolverOptions& options,
                            const std::vector<FittedSeed>& start = {});

/// Fits the seeds of an explanation from which some were taken; fills their costs and covariances again.
void refit_group(const SeedAppearance& look, const SeedPrior& prior, const SeedGroup& group, const ResolverOptions& options,
                 ResolvedGroup& resolved);

}  // namespace seedaudit
