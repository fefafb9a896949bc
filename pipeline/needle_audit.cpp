// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/needle_audit.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "pipeline/needle_tracks.h"
#include "pipeline/tissue_regions.h"

namespace seedaudit {
namespace {

constexpr double kLineLengthMm = 8.0;    // two seeds nearer than this turn their line by more than 10 degrees for 1 mm of scatter
constexpr double kEntryLengthMm = 15.0;  // and what is to be extended to the skin needs more
constexpr double kEntryStepMm = 3.0;
constexpr double kFarthestEntryMm = 250.0;

/// The way along a line until it leaves the body; nothing where the scan ends first.
std::optional<double> way_out_mm(const std::vector<CtVolume>& postop, const Point<CtFrame>& from, const Eigen::Vector3d& unit) {
  for (double way = kEntryStepMm; way <= kFarthestEntryMm; way += kEntryStepMm) {
    const auto region = region_around(postop, {from.mm + way * unit});
    if (!region) return std::nullopt;
    if (*region == TissueRegion::outside) return way;
  }
  return std::nullopt;
}

std::string names_of(const std::vector<NeedleAudit>& needles, bool (*lacks)(const NeedleAudit&)) {
  std::string names;
  for (const NeedleAudit& n : needles)
    if (lacks(n)) names += (names.empty() ? "" : ", ") + n.id;
  return names;
}

}  // namespace

std::optional<Warning> needles_partly_known(const std::vector<NeedleAudit>& needles) {
  const std::string no_angle = names_of(needles, [](const NeedleAudit& n) { return !n.angle_error_deg; });
  const std::string no_entry = names_of(needles, [](const NeedleAudit& n) { return !n.entry; });
  const std::string no_depth = names_of(needles, [](const NeedleAudit& n) { return !n.depth_error_mm; });
  if (no_angle.empty() && no_entry.empty() && no_depth.empty()) return std::nullopt;
  std::string text = "Found seeds too few or too close together for a line, no planned line, or skin not in the scan:";
  if (!no_angle.empty()) text += " no angle of needle " + no_angle + ";";
  if (!no_entry.empty()) text += " no entry of needle " + no_entry + ";";
  if (!no_depth.empty()) text += " no depth and tip of needle " + no_depth + ";";
  text.back() = '.';
  return Warning{"NEEDLES_PARTLY_KNOWN", text};
}

std::vector<NeedleAudit> audit_needles(const ImplantPlan& plan, const Warp<CtFrame, PlanFrame>& ct_from_plan,
                                       const std::vector<SeedAudit>& seeds, const std::vector<CtVolume>& postop) {
  std::map<int, int> needle_of;
  for (const PlannedSeed& s : plan.seeds) needle_of[s.index] = s.needle;
  std::map<int, std::vector<const SeedAudit*>> by_needle;
  for (const SeedAudit& s : seeds) {
    // What left its needle says nothing of where the needle went.
    const bool on_it = s.status == SeedStatus::placed || s.status == SeedStatus::misplaced;
    if (on_it && s.plan_seed && s.plan_center) by_needle[needle_of[*s.plan_seed]].push_back(&s);
  }
  std::map<int, NeedleTrack> planned;
  for (const NeedleTrack& t : planned_tracks(plan, ct_from_plan)) planned[t.needle] = t;

  std::vector<NeedleAudit> out;
  for (auto& [needle, found] : by_needle) {
    NeedleAudit audit;
    const auto name = static_cast<std::size_t>(needle);
    audit.id = name < plan.needle_names.size() && !plan.needle_names[name].empty() ? plan.needle_names[name] : std::to_string(needle + 1);
    std::vector<Point<CtFrame>> centers;
    for (const SeedAudit* s : found) centers.push_back(s->seed.pose.center);
    const NeedleTrack& track = planned[needle];
    const auto line = track_through(needle, centers);
    const double length = line ? (line->end.mm - line->start.mm).norm() - 2.0 * kTrackReachMm : 0.0;
    std::optional<Eigen::Vector3d> axis;  // of the found needle, else of the planned one
    if (line && length >= kLineLengthMm) {
      axis = line->axis->unit;
      if (track.axis) audit.angle_error_deg = angle_deg(*line->axis, *track.axis);
    } else if (track.axis) {
      axis = track.axis->unit;
    }
    if (axis) {
      // The shorter way to the skin is the way the needle came.
      const Point<CtFrame> middle{[&] {
        Eigen::Vector3d sum = Eigen::Vector3d::Zero();
        for (const auto& c : centers) sum += c.mm;
        return Eigen::Vector3d(sum / static_cast<double>(centers.size()));
      }()};
      const auto forward = way_out_mm(postop, middle, *axis), backward = way_out_mm(postop, middle, -*axis);
      const bool known = forward || backward;
      if (known) {
        const bool entry_forward = !backward || (forward && *forward < *backward);
        const Eigen::Vector3d to_tip = entry_forward ? Eigen::Vector3d(-*axis) : *axis;
        std::sort(found.begin(), found.end(), [&](const SeedAudit* a, const SeedAudit* b) {
          return a->seed.pose.center.mm.dot(to_tip) > b->seed.pose.center.mm.dot(to_tip);
        });
        audit.tip = found.front()->seed.pose.center;
        if (line && length >= kEntryLengthMm) {
          audit.entry =
              Point<CtFrame>{middle.mm + (entry_forward ? *forward : *backward) * (entry_forward ? *axis : Eigen::Vector3d(-*axis))};
          audit.entry_error_mm = distance_to_line_mm(track, *audit.entry);
        }
        if (track.axis) {
          const double sign = track.axis->unit.dot(to_tip) < 0.0 ? -1.0 : 1.0;
          double depth = 0.0;
          for (const SeedAudit* s : found) depth += (s->seed.pose.center.mm - s->plan_center->mm).dot(sign * track.axis->unit);
          audit.depth_error_mm = depth / static_cast<double>(found.size());
        }
      }
    }
    for (const SeedAudit* s : found) audit.seeds.push_back(s->seed.id);
    out.push_back(std::move(audit));
  }
  return out;
}

}  // namespace seedaudit
