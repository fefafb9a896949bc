// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ct_volume.h"
#include "core/frames.h"
#include "core/result.h"
#include "core/seed.h"

/// The seeds of one implant at two times, e.g. day 0 and day 30 (docs/algorithms/follow_up.md).
namespace seedaudit {

/// What became of a seed between the two scans.
enum class FollowStatus {
  stayed,       ///< where the implant's common motion and shrinkage carry it
  migrated,     ///< elsewhere
  embolised,    ///< elsewhere, in lung, heart or great vessel
  not_found,    ///< its place is in the later scan, and it is nowhere
  undetermined  ///< its place is not in the later scan, or the two scans could not be brought together
};
std::string_view to_string(FollowStatus v);

struct FollowedSeed {
  int seed = 0;  ///< id in the first scan
  FollowStatus status = FollowStatus::undetermined;
  std::optional<Point<LaterFrame>> expected;  ///< where the common motion puts it
  std::optional<Point<LaterFrame>> center;    ///< where it is
  std::optional<double> residual_mm;          ///< between the two: what it moved by itself
  std::string region;                         ///< lung, bone, outside, tissue; empty without a later CT
};

/// A seed that only the later scan shows.
struct LaterSeed {
  Point<LaterFrame> center;
  std::string region;
};

struct FollowUp {
  Outcome outcome;
  std::optional<Acquisition> acquisition;  ///< of the later CT; absent for a list of seeds
  std::optional<double> days_between;
  int seed_count = 0;                   ///< in the later scan, after what the first scan knew to be no seed
  CountEstimate interval;               ///< that the later image supports
  int pairs = 0;                        ///< seeds that the common motion rests on
  std::string start;                    ///< "anatomy" or "seeds": what the motion was found from
  Rigid<LaterFrame, CtFrame> motion;    ///< turned about the implant's middle, which it carries to where it is now
  std::optional<double> scale;          ///< lengths of the implant, later over first; absent where the seeds do not determine it
  std::optional<double> shrinkage_pct;  ///< of the volume that the seeds span, by the scale; negative: it grew
  std::optional<double> residual_rms_mm;
  std::optional<double> anatomy_mm;  ///< between where anatomy and where the seeds' own motion puts the middle of the implant
  std::vector<FollowedSeed> seeds;   ///< in the order of the first scan
  std::vector<LaterSeed> only_later;
};

}  // namespace seedaudit
