// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/frames.h"
#include "core/result.h"
#include "core/units.h"

namespace seedaudit {

struct SeedPose {
  Point<CtFrame> center;
  Axis<CtFrame> axis;
};

/// What the probability of an object to be a seed is told from (docs/algorithms/detection.md, "Confidence").
struct SeedSigns {
  double log_odds = 0.0;     ///< of the object by itself, as the search weighs it; not calibrated
  double mass_log = 0.0;     ///< ln of its mass over that of a seed of its tilt in this scan
  double needed = 0.0;       ///< cost that it saves
  double independent = 0.0;  ///< share of what it explains that its neighbours could not
  double solid = 0.0;        ///< advantage of one solid rod over the seeds that it touches and itself
  int touching = 0;          ///< seeds of the explanation that it was part of, nearer than 2.5 mm
  int crowding = 0;          ///< the same nearer than 6 mm
  int seeds_around = 0;      ///< believed seeds nearer than 20 mm
  int others_around = 0;     ///< objects that were weighed as seeds and not believed, nearer than 20 mm
  double direction = 0.0;    ///< ln of how dense the axes of the seeds within 40 mm lie about its own, over axes at random
};

/// One seed found in the post-op CT.
struct DetectedSeed {
  int id = 0;  ///< 1-based, order fixed by position so that output never depends on threads
  SeedPose pose;
  Eigen::Vector3d center_sigma_mm = Eigen::Vector3d::Zero();  ///< one standard deviation along L, P, S
  bool axis_resolved = false;  ///< false: the image does not carry the axis; dose uses the orientation-averaged form
  double axis_sigma_deg = 90.0;
  double confidence = 0.0;  ///< probability that this is a seed, 0..1
  int cluster_id = 0;
  double excess_mass_hu_mm3 = 0.0;  ///< integrated HU above local background assigned to this seed
  int series_index = 0;             ///< which of the post-op series it was found in
  SeedSigns signs{};
};

/// How many, with the interval that the image supports.
struct CountEstimate {
  int best = 0;
  int low = 0;
  int high = 0;
};

/// Seeds whose surfaces are nearer than 1 mm. A lone seed is a cluster of one.
struct Cluster {
  int id = 0;
  CountEstimate count;
  std::vector<int> seed_ids;
};

/// A bright object that is not a seed, named: clip, lipiodol, calcification, bone, coil, stent, wire, needle, contrast, external,
/// already_preop, noise.
struct RejectedCandidate {
  Point<CtFrame> center;
  std::string reason;
  double volume_mm3 = 0.0;
  double peak_hu = 0.0;
};

struct Detection {
  std::vector<DetectedSeed> seeds;
  std::vector<Cluster> clusters;
  CountEstimate count;
  double count_chance = 1.0;  ///< probability that the best count is right; 1 for seeds that were given or confirmed by a person
  /// Objects that are more likely none, but may be a seed each, with its probability: part of the upper end of the count.
  std::vector<DetectedSeed> possible;
  int further = 0;              ///< seeds more, each a chance of its own, that touching ones may hide: they have no place
  double further_chance = 0.0;  ///< of each of them
  int fewer = 0, more = 0;      ///< by which the count may be off whatever the chances: searches cut short, ends of rows
  /// What speaks against one seed speaks against all (nothing taught the look, or perhaps something else): they are none, or seeds,
  /// together.
  bool all_alike = false;
  std::vector<RejectedCandidate> rejected;
  std::string doubt;               ///< why a person should look whatever the count says; empty: nothing but the count speaks
  int learned_from = 0;            ///< seeds of the scan that their look was learned from, lone ones or small knots of one mass
  std::optional<double> noise_hu;  ///< of the scan, in soft tissue; of several series the largest. Absent: the seeds were given
  /// Of the excess mass (HU above the background times volume) of all objects as bright as seeds, without bone and large devices, the share
  /// that the images of the found seeds leave: other objects, artefacts, missed seeds. 0..1; of several series the largest. Absent: there
  /// is no such object, or the seeds were given.
  std::optional<double> unexplained_fraction;
  Outcome outcome;
  Warnings warnings;
};

}  // namespace seedaudit
