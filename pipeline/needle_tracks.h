// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "core/frames.h"
#include "core/plan.h"
#include "core/warp.h"

namespace seedaudit {

/// The part of a needle's line where its seeds lie, reaching a little beyond them.
struct NeedleTrack {
  int needle = 0;  ///< index into ImplantPlan::needle_names
  Point<CtFrame> start, end;
  std::optional<Axis<CtFrame>> axis;  ///< absent for a lone seed whose needle's direction nobody states
};

/// Reach of a track beyond its first and last seed: seeds slide this far along the needle's channel when it is withdrawn.
inline constexpr double kTrackReachMm = 10.0;

/// One track a needle of the plan, in the post-op frame. A needle of one seed takes the seed's own planned axis.
std::vector<NeedleTrack> planned_tracks(const ImplantPlan& plan, const Warp<CtFrame, PlanFrame>& ct_from_plan);

/// The track through seeds found of one needle; nothing for fewer than two, or seeds on one place.
std::optional<NeedleTrack> track_through(int needle, const std::vector<Point<CtFrame>>& seeds);

/// Distance from the track's segment.
double distance_to_track_mm(const NeedleTrack& track, const Point<CtFrame>& p);
/// Distance from the needle's unbounded line; nothing where the track has no axis.
std::optional<double> distance_to_line_mm(const NeedleTrack& track, const Point<CtFrame>& p);

}  // namespace seedaudit
