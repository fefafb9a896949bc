// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/assign_seeds.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>

#include "registration/match_seeds.h"
#include "registration/point_alignment.h"

namespace seedaudit {
namespace {

using Points = std::vector<Point<CtFrame>>;

constexpr double kNoGateMm = 5000.0;        ///< longer than a patient
constexpr double kShiftWorthRetryMm = 1.0;  ///< a smaller common shift cannot change who is nearest
constexpr std::size_t kPairsForShift = 4;   ///< fewer say more of single seeds than of the implant
constexpr double kResidualCapMm = 10.0;     ///< a stray seed counts this much when assignments are compared
constexpr double kTogetherMm = 5.0;         ///< seeds of one needle lie off their places alike within this: they slide, and it bends
constexpr double kNeedleMissMm = 20.0;      ///< no needle misses by more: 4.4 +- 2.9 mm are measured at tips

struct Pairing {
  std::vector<SeedMatch> pairs;
  std::optional<RigidFit<CtFrame>> common;
  double cost_mm = 0.0;  ///< capped distances after the common shift
};

Points shifted(const Points& points, const Eigen::Vector3d& by) {
  Points out = points;
  for (auto& p : out) p.mm += by;
  return out;
}

Pairing pair_up(const Points& found, const Points& planned, const Eigen::Vector3d& shift, double gate_mm) {
  Pairing out;
  out.pairs = match_seeds(found, shifted(planned, shift), gate_mm);
  Points from, to;
  for (const SeedMatch& m : out.pairs) {
    from.push_back(planned[static_cast<std::size_t>(m.planned)]);
    to.push_back(found[static_cast<std::size_t>(m.found)]);
  }
  Eigen::Vector3d common = Eigen::Vector3d::Zero();
  if (from.size() >= kPairsForShift) {
    out.common = fit_rigid(from, to);
    common = out.common->shift_mm;
  }
  for (std::size_t n = 0; n < from.size(); ++n) out.cost_mm += std::min(kResidualCapMm, (to[n].mm - from[n].mm - common).norm());
  return out;
}

/// Assigned as they lie, and again with the common shift taken away: an implant that moved by half the seed spacing would else be assigned
/// one place further along each needle. The assignment with the smaller residuals stands.
Pairing pair_with_common_shift(const Points& found, const Points& planned, double gate_mm) {
  Pairing best = pair_up(found, planned, Eigen::Vector3d::Zero(), gate_mm);
  for (int round = 0; round < 3 && best.common && best.common->shift_mm.norm() > kShiftWorthRetryMm; ++round) {
    Pairing next = pair_up(found, planned, best.common->shift_mm, gate_mm);
    if (next.pairs.size() < best.pairs.size() || !(next.cost_mm < best.cost_mm - 1e-9)) break;
    best = std::move(next);
  }
  return best;
}

/// What the gate left over, assigned without a limit: a seed that travelled far is still the seed that is missing at its place.
void pair_leftovers(const Points& found, const Points& planned, std::vector<SeedMatch>& pairs) {
  std::vector<bool> found_used(found.size(), false), planned_used(planned.size(), false);
  for (const SeedMatch& m : pairs) {
    found_used[static_cast<std::size_t>(m.found)] = true;
    planned_used[static_cast<std::size_t>(m.planned)] = true;
  }
  std::vector<int> found_left, planned_left;
  Points f, p;
  for (std::size_t n = 0; n < found.size(); ++n)
    if (!found_used[n]) {
      found_left.push_back(static_cast<int>(n));
      f.push_back(found[n]);
    }
  for (std::size_t n = 0; n < planned.size(); ++n)
    if (!planned_used[n]) {
      planned_left.push_back(static_cast<int>(n));
      p.push_back(planned[n]);
    }
  for (SeedMatch m : match_seeds(f, p, kNoGateMm)) {
    m.found = found_left[static_cast<std::size_t>(m.found)];
    m.planned = planned_left[static_cast<std::size_t>(m.planned)];
    pairs.push_back(m);
  }
}

/// A found seed of a needle and how far it lies from its planned place.
struct OnNeedle {
  Point<CtFrame> place;
  Eigen::Vector3d off_mm;
};

/// The most seeds that a needle put off their places together: as a whole it may miss by more than its seeds may from each other.
Points moved_together(const std::vector<OnNeedle>& seeds) {
  Points best;
  for (const OnNeedle& middle : seeds) {
    if (middle.off_mm.norm() > kNeedleMissMm) continue;
    Points together;
    for (const OnNeedle& s : seeds)
      if ((s.off_mm - middle.off_mm).norm() <= kTogetherMm) together.push_back(s.place);
    if (together.size() > best.size()) best = std::move(together);
  }
  return best;
}

/// Tracks through found seeds that lie near their planned places, and through those that lie off together: the needle went there. A seed
/// that left its needle does neither, and so cannot draw the track after it.
std::vector<NeedleTrack> found_tracks(const ImplantPlan& plan, const Points& found, const Points& planned,
                                      const std::vector<SeedMatch>& pairs, double near_mm) {
  std::map<int, std::vector<OnNeedle>> by_needle;
  for (const SeedMatch& m : pairs) {
    const auto f = static_cast<std::size_t>(m.found), p = static_cast<std::size_t>(m.planned);
    by_needle[plan.seeds[p].needle].push_back({found[f], found[f].mm - planned[p].mm});
  }
  std::vector<NeedleTrack> tracks;
  for (const auto& [needle, seeds] : by_needle) {
    Points near;
    for (const OnNeedle& s : seeds)
      if (s.off_mm.norm() <= near_mm) near.push_back(s.place);
    if (auto t = track_through(needle, near)) tracks.push_back(*t);
    const Points together = moved_together(seeds);
    if (auto t = track_through(needle, together); t && together.size() > 1) tracks.push_back(*t);
  }
  return tracks;
}

bool inside_any(const std::vector<StructureVolume<CtFrame>>& volumes, const Point<CtFrame>& p) {
  return std::any_of(volumes.begin(), volumes.end(), [&](const auto& v) { return v.contains(p); });
}

std::optional<double> nearest_surface_mm(const std::vector<StructureVolume<CtFrame>>& volumes, const Point<CtFrame>& p) {
  std::optional<double> best;
  for (const auto& v : volumes) {
    const double d = v.signed_distance_mm(p);
    if (!best || d < *best) best = d;
  }
  return best;
}

struct Place {
  TissueRegion region = TissueRegion::tissue;
  std::optional<bool> in_organ;
  std::string name;
};

Place place_of(const Point<CtFrame>& p, const AssignmentInput& in, const SiteLimits& limits) {
  Place out;
  const KnownContours& c = *in.contours;
  const auto by_image = region_around(*in.postop, p);
  out.region = by_image.value_or(TissueRegion::tissue);
  if (inside_any(c.heart, p))
    out.region = TissueRegion::heart;
  else if (inside_any(c.great_vessels, p))
    out.region = TissueRegion::great_vessel;
  if (!c.organ.empty()) out.in_organ = inside_any(c.organ, p);
  if (inside_any(c.targets, p))
    out.name = "target";
  else if (out.region == TissueRegion::tissue && out.in_organ.value_or(false))
    out.name = limits.site;
  else
    out.name = std::string(to_string(out.region));
  return out;
}

Box<CtFrame> box_of_interest(const AssignmentInput& in, const Points& planned) {
  Box<CtFrame> box;
  for (const auto& t : in.contours->targets) {
    box.include({t.box().low_mm});
    box.include({t.box().high_mm});
  }
  if (box.empty())
    for (const auto& p : planned) box.include(p);
  return box;
}

std::optional<std::size_t> track_of(const std::vector<NeedleTrack>& tracks, int needle) {
  for (std::size_t n = 0; n < tracks.size(); ++n)
    if (tracks[n].needle == needle) return n;
  return std::nullopt;
}

}  // namespace

Assignment assign_seeds(const AssignmentInput& in, const MatchOptions& matching, const SiteLimits& limits) {
  Assignment out;
  const bool plan_mapped = in.plan != nullptr && in.ct_from_plan.has_value();
  Points found, planned;
  for (const DetectedSeed& s : in.detection->seeds) found.push_back(s.pose.center);
  std::vector<NeedleTrack> plan_tracks, tracks;
  std::vector<SeedMatch> pairs;
  std::optional<RigidFit<CtFrame>> common;
  if (plan_mapped) {
    for (const PlannedSeed& s : in.plan->seeds) planned.push_back(*in.ct_from_plan * s.center);
    Pairing gated = pair_with_common_shift(found, planned, matching.gate_mm);
    pairs = std::move(gated.pairs);
    common = gated.common;
    pair_leftovers(found, planned, pairs);
    plan_tracks = planned_tracks(*in.plan, *in.ct_from_plan);
    tracks = found_tracks(*in.plan, found, planned, pairs, limits.placed_mm);
    tracks.insert(tracks.end(), plan_tracks.begin(), plan_tracks.end());
  }
  if (common) {
    out.shift_mm = common->shift_mm;
    if (common->rotation_determined) out.rotation_deg = common->rotation_deg;
  }

  std::vector<int> planned_of(found.size(), -1), found_of(planned.size(), -1);
  for (const SeedMatch& m : pairs) {
    planned_of[static_cast<std::size_t>(m.found)] = m.planned;
    found_of[static_cast<std::size_t>(m.planned)] = m.found;
  }

  for (std::size_t n = 0; n < found.size(); ++n) {
    SeedAudit audit;
    audit.seed = in.detection->seeds[n];
    const Place place = place_of(found[n], in, limits);
    audit.region = place.name;
    SeedFacts facts;
    facts.frame_known = in.frame_trusted;
    facts.plan_present = in.plan != nullptr;
    facts.plan_or_target = facts.plan_present || !in.contours->targets.empty();
    facts.region = place.region;
    facts.in_organ = place.in_organ;
    facts.target_mm = nearest_surface_mm(in.contours->targets, found[n]);
    facts.registration_tre_mm = in.registration_tre_mm;
    for (const NeedleTrack& t : tracks)
      facts.track_mm = std::min(facts.track_mm.value_or(std::numeric_limits<double>::infinity()), distance_to_track_mm(t, found[n]));
    std::optional<Axis<CtFrame>> needle_axis;
    if (planned_of[n] >= 0) {
      const auto p = static_cast<std::size_t>(planned_of[n]);
      audit.plan_seed = in.plan->seeds[p].index;
      audit.plan_center = planned[p];
      audit.displacement_mm = distance_mm(found[n], planned[p]);
      if (common) audit.displacement_residual_mm = (found[n].mm - planned[p].mm - common->shift_mm).norm();
      if (const auto t = track_of(plan_tracks, in.plan->seeds[p].needle); t && plan_tracks[*t].axis) {
        needle_axis = plan_tracks[*t].axis;
        audit.along_needle_mm = (found[n].mm - planned[p].mm).dot(needle_axis->unit);
        audit.across_needle_mm = distance_to_line_mm(plan_tracks[*t], found[n]);
      }
      facts.displacement_mm = audit.displacement_mm;
      facts.along_mm = audit.along_needle_mm;
      facts.across_mm = audit.across_needle_mm;
    }
    SeedDecision decision = decide_seed_status(facts, limits);
    audit.status = decision.status;
    out.reasons.push_back(std::move(decision.reason));

    // An axis the image does not carry is taken from the needle only where the seed still sits in it.
    const bool in_needle = needle_axis && in.frame_trusted && audit.displacement_mm && *audit.displacement_mm <= limits.placed_mm &&
                           audit.across_needle_mm && *audit.across_needle_mm <= limits.needle_line_mm;
    if (audit.seed.axis_resolved) {
      audit.orientation_used = "image";
    } else if (in_needle) {
      audit.orientation_used = "needle";
      audit.seed.pose.axis = *needle_axis;
    } else {
      audit.orientation_used = "averaged";
    }
    out.seeds.push_back(std::move(audit));
  }

  if (const Box<CtFrame> box = box_of_interest(in, planned); !box.empty()) out.coverage = coverage_of(*in.postop, box, limits.coverage_mm);
  const auto planned_count = static_cast<int>(planned.size());
  // A record that counts as many seeds as were planned, and more than were found, says of every missing one that it went in. A smaller
  // count does not say which.
  const bool recorded =
      in.records.implanted && *in.records.implanted >= planned_count && *in.records.implanted > static_cast<int>(found.size());
  for (std::size_t p = 0; p < planned.size(); ++p) {
    if (found_of[p] >= 0) continue;
    MissingFacts facts;
    facts.recorded_as_implanted = recorded;
    facts.place_covered = in.frame_trusted && covered(*in.postop, planned[p]);
    facts.surroundings_covered = out.coverage && out.coverage->complete();
    out.missing.push_back({in.plan->seeds[p].index, decide_missing_status(facts), planned[p]});
  }
  return out;
}

}  // namespace seedaudit
