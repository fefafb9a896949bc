// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <cstddef>
#include <optional>
#include <vector>

#include "detectors/cluster_resolver.h"
#include "detectors/seed_appearance.h"
#include "detectors/seed_fit.h"
#include "detectors/seed_groups.h"

namespace seedaudit {

/// Seeds farther apart than this neither overlap nor share a voxel of the crop that either is fitted in.
constexpr double kInfluenceMm = 16.0;
/// A change of pose must save this much.
constexpr double kWorthMoving = 2.0;

/// An explanation of a group by seeds, and what it costs.
struct Trial {
  std::vector<FittedSeed> seeds;
  FitCost cost;
};

/// A change of an explanation: the seeds near a place, and what they become.
struct Change {
  std::vector<FittedSeed> before;
  std::vector<FittedSeed> after;
  FitCost gain;  ///< by how much the cost of the crop falls
};

/// Directions over the half sphere, in-plane ones first: 6 in the plane, 6 at 45 degrees, z.
const std::vector<Eigen::Vector3d>& seed_directions();

/// In whatever order.
bool same_seeds(const std::vector<FittedSeed>& a, const std::vector<FittedSeed>& b);

/// The single steps by which an explanation of a group can change, each fitted in a crop about its place; the search over them is
/// resolve_group's. All voxels in scan millimetres, costs as FitCost. Keeps references to what it is made of.
class ExplanationMoves {
 public:
  ExplanationMoves(const SeedAppearance& look, const SeedPrior& prior, const SeedGroup& group, const ResolverOptions& options)
      : look_(look), prior_(prior), group_(group), site_(group.site), options_(options) {}

  const ResolverOptions& options() const { return options_; }
  /// Hypotheses fitted so far, and whether these are as many as may be.
  int fits() const { return fits_; }
  bool exhausted() const { return fits_ >= options_.maximum_fits; }
  /// The mass that a seed of this axis should have.
  double mass_at(const Eigen::Vector3d& axis) const;
  /// Of the whole group.
  FitCost cost(const std::vector<FittedSeed>& seeds) const;

  /// relative_misfit of one of them.
  double misfit(const std::vector<FittedSeed>& seeds, std::size_t n) const { return relative_misfit(look_, site_, seeds, seeds[n]); }

  /// The seeds within `mm` of a place, in their order.
  static std::vector<FittedSeed> near(const std::vector<FittedSeed>& seeds, const Eigen::Vector3d& at, double mm);
  /// What `from` becomes where the change was found. The change must stem from the same neighbourhood. The cost is that of the whole: a
  /// crop's own background bends to more than the group's does, and gains of crops do not add up.
  Trial applied(const Trial& from, const Change& change) const;
  /// Fits the seeds of `after` within `reach_mm` of the place and tells what that is worth; only the voxels around them are looked at.
  Change fitted(std::vector<FittedSeed> before, std::vector<FittedSeed> after, const Eigen::Vector3d& at, double reach_mm, int iterations,
                std::vector<Eigen::Matrix<double, 6, 6>>* covariance = nullptr) const;

  /// Where the others leave most unexplained, strongest first. Summed over the 3 x 3 neighbours in the slice: a seed covers several
  /// voxels, noise and model error one.
  std::vector<Eigen::Vector3d> places(const std::vector<FittedSeed>& seeds) const;
  /// Best explanation of the neighbourhood with one more seed at a place.
  Change add_at(const std::vector<FittedSeed>& around, const Eigen::Vector3d& at) const;
  enum class Thoroughness { usual, every_side };
  /// Best explanation of the neighbourhood with one of its seeds replaced by two: end to end, side by side, crossed or stacked.
  /// `every_side` asks for pairs in more directions and distances, at five times the price.
  Change split(const std::vector<FittedSeed>& around, const FittedSeed& s, Thoroughness how = Thoroughness::usual) const;
  /// A seed between two of its needle, and these, replaced by four: where slices are thick, three that stand apart and weigh a third more
  /// each explain a rod of four almost as well, and no step of one seed leads from one to the other; or, if that is better, all of a longer
  /// row, or that part of it whose seeds are all too heavy, replaced by one more, evenly between its ends. None where the seed has no such
  /// neighbour on either side, or neither it by itself nor that part together is too heavy.
  std::optional<Change> one_more_in_row(const std::vector<FittedSeed>& around, const FittedSeed& s) const;
  /// Seed n turned or moved where that explains more: descent from the first guess may have ended with a seed across two others, or half a
  /// length off along a chain. None where nothing is worth it.
  std::optional<Change> reseated(const std::vector<FittedSeed>& seeds, std::size_t n) const;
  /// Two near seeds put parallel: descent from a first seed across both, and a second for what it leaves, ends with a cross at the place
  /// of two that lie side by side. None where nothing is worth it.
  std::optional<Change> paired_anew(const std::vector<FittedSeed>& seeds, std::size_t n, std::size_t m) const;
  /// Best explanation of the neighbourhood of one of its seeds without it.
  Change without(const std::vector<FittedSeed>& around, const Eigen::Vector3d& at) const;
  /// The better of leaving a seed out and of merging it with another.
  Change fewer(const std::vector<FittedSeed>& all, const FittedSeed& s) const;
  /// Fits all seeds, each with its neighbours, in turns; tells the covariance of each.
  void settle(Trial& t, int turns, std::vector<Eigen::Matrix<double, 6, 6>>* covariance) const;

 private:
  /// The best of several explanations of a neighbourhood, fitted as by `fitted`.
  Change best_of(const std::vector<FittedSeed>& before, std::vector<std::vector<FittedSeed>> guesses, const Eigen::Vector3d& at,
                 double reach_mm, int iterations) const;
  /// `fitted`, to the end only where it may still come near the penalty.
  Change fitted_if_close(const std::vector<FittedSeed>& before, std::vector<FittedSeed> after, const Eigen::Vector3d& at) const;
  /// A seed and a near one replaced by one between them: what lies across two slices, or shows more than the model expects, is first
  /// taken for two.
  std::optional<Change> merged(const std::vector<FittedSeed>& around, const FittedSeed& s) const;
  /// What others leave of the group about some places, in a crop.
  FitSite left_by(const std::vector<FittedSeed>& others, const std::vector<Eigen::Vector3d>& about_mm) const;
  /// Whether a seed of this group may be there: other bright objects near it are explained by their own groups.
  bool in_core(const Eigen::Vector3d& at) const;

  const SeedAppearance& look_;
  const SeedPrior& prior_;
  const SeedGroup& group_;
  const FitSite& site_;
  const ResolverOptions& options_;
  mutable int fits_ = 0;
};

}  // namespace seedaudit
