// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "core/source_model.h"
#include "samples/phantom/motion.h"
#include "samples/phantom/scenario.h"
#include "samples/phantom/seed_geometry.h"
#include "samples/phantom/surroundings.h"

namespace seedaudit {

/// A plan in body coordinates: seeds on straight needles.
struct NeedlePlan {
  struct Seed {
    Eigen::Vector3d center = Eigen::Vector3d::Zero();
    int needle = 0;
  };
  std::vector<Seed> seeds;                          ///< needle by needle, from the tip outwards
  Eigen::Vector3d axis = Eigen::Vector3d::UnitX();  ///< of all needles
  int needles = 0;
};

/// Parallel needles from the right side on a hexagonal grid, places every seed_pitch_mm; seeds are added where they raise the coverage of
/// the target most, until V100 of the target by the 2-D formalism reaches the goal. Errors: bad_scenario where no set of places reaches it.
Result<NeedlePlan> plan_implant(const TargetShape& target, const ImplantOptions& options, const SourceModel& source, std::uint64_t seed);

/// A seed as it lies in the post-op image.
struct PlacedSeed {
  int plan_index = 0;
  bool present = true;
  bool migrated = false;
  std::string migration;
  Eigen::Vector3d expected = Eigen::Vector3d::Zero();  ///< where the plan would have put it
  Eigen::Vector3d center = Eigen::Vector3d::Zero();
  Eigen::Vector3d axis = Eigen::Vector3d::UnitX();
};

struct Placement {
  std::vector<PlacedSeed> seeds;
  std::vector<std::pair<std::string, std::vector<int>>> clusters;  ///< those asked for: "pair", "T", "X", "chain"
};

/// Distance of the surfaces of two seeds, mm, taken as rods with rounded ends; negative where they would overlap.
double surface_gap_mm(const SeedGeometry& geometry, const Eigen::Vector3d& center_a, const Eigen::Vector3d& axis_a,
                      const Eigen::Vector3d& center_b, const Eigen::Vector3d& axis_b);

/// The implant as it came out: errors of needles and depths, tilts, clusters, losses, migration.
/// \param half_length_mm of the post-op scan about the target: migrated seeds stay inside it
Placement place_seeds(const NeedlePlan& plan, const Surroundings& around, const Motion& motion, const ImplantOptions& options,
                      const SeedGeometry& geometry, double half_length_mm, std::uint64_t seed);

}  // namespace seedaudit
