// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/follow_seeds.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

#include "core/hu_scale.h"
#include "core/structures.h"
#include "detectors/detect_seeds.h"
#include "pipeline/given_seeds.h"
#include "pipeline/tissue_regions.h"
#include "registration/match_seeds.h"
#include "registration/point_alignment.h"
#include "registration/register_volumes.h"

namespace seedaudit {
namespace {

using Motion = ScaledMotion<LaterFrame, CtFrame>;
using First = std::vector<Point<CtFrame>>;
using Later = std::vector<Point<LaterFrame>>;

constexpr double kGateMm = 15.0;        ///< for the common motion seeds are paired within this
constexpr double kNoGateMm = 5000.0;    ///< longer than a patient
constexpr double kStrayCostMm = 10.0;   ///< a seed without partner, or farther off, counts this much when motions are compared
constexpr double kKnownObjectMm = 5.0;  ///< what the first scan knew to be no seed is the same object within this
constexpr int kMostRounds = 20;
constexpr std::size_t kPairsNeeded = 4;  ///< fewer determine no motion
constexpr double kEvenMm = 3.0;          ///< residuals above this say that one motion and one scale do not describe the implant
constexpr double kAnatomyMm = 15.0;  ///< anatomy and seeds this far apart contradict each other: organs breathe by less against the scan

Point<CtFrame> as_matched(const Point<LaterFrame>& p) { return {p.mm}; }

struct Following {
  Motion motion;
  std::vector<SeedMatch> pairs;  ///< found = later, planned = first
  double cost_mm = std::numeric_limits<double>::infinity();
};

std::vector<SeedMatch> pair_up(const First& first, const Later& later, const Motion& motion, double gate_mm, MatchCost cost) {
  std::vector<Point<CtFrame>> from, to;
  for (const auto& p : first) from.push_back(as_matched(motion * p));
  for (const auto& p : later) to.push_back(as_matched(p));
  return match_seeds(to, from, gate_mm, cost);
}

/// Pairs and motion in turn until the pairs stay the same.
Following follow_from(const First& first, const Later& later, Motion motion) {
  Following out;
  for (int round = 0; round < kMostRounds; ++round) {
    auto pairs = pair_up(first, later, motion, kGateMm, MatchCost::distance);
    const bool same = pairs.size() == out.pairs.size() &&
                      std::equal(pairs.begin(), pairs.end(), out.pairs.begin(),
                                 [](const SeedMatch& a, const SeedMatch& b) { return a.found == b.found && a.planned == b.planned; });
    out.pairs = std::move(pairs);
    if (same || out.pairs.empty()) break;
    First from;
    Later to;
    for (const SeedMatch& m : out.pairs) {
      from.push_back(first[static_cast<std::size_t>(m.planned)]);
      to.push_back(later[static_cast<std::size_t>(m.found)]);
    }
    motion = fit_scaled(from, to);
  }
  out.motion = motion;
  out.cost_mm = kStrayCostMm * static_cast<double>(first.size() - out.pairs.size());
  for (const SeedMatch& m : out.pairs)
    out.cost_mm +=
        std::min(kStrayCostMm, distance_mm(motion * first[static_cast<std::size_t>(m.planned)], later[static_cast<std::size_t>(m.found)]));
  return out;
}

template <class F>
Point<F> middle_of(const std::vector<Point<F>>& points) {
  // Medians: a seed in the lung does not move the middle of the implant.
  Point<F> out;
  for (int a = 0; a < 3; ++a) {
    std::vector<double> x;
    for (const auto& p : points) x.push_back(p.mm[a]);
    std::nth_element(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(x.size() / 2), x.end());
    out.mm[a] = x[x.size() / 2];
  }
  return out;
}

std::string region_name(const std::vector<CtVolume>& ct, const Point<LaterFrame>& p) {
  const auto region = region_around(ct, as_matched(p));
  return region ? std::string(to_string(*region)) : std::string();
}

FollowStatus status_of(double residual_mm, const std::string& region, const SiteLimits& limits) {
  if (!(residual_mm > limits.placed_mm)) return FollowStatus::stayed;
  const bool in_lung = region == to_string(TissueRegion::lung);
  return in_lung ? FollowStatus::embolised : FollowStatus::migrated;
}

Outcome judge(const FollowUp& f, const Following& best, std::size_t first, std::size_t later) {
  const std::size_t fewer = std::min(first, later);
  if (best.motion.used < kPairsNeeded)
    return {OutcomeKind::failed, "fewer than four seeds move alike: nothing tells how the implant moved"};
  if (2 * best.motion.used < fewer) return {OutcomeKind::failed, "fewer than half of the seeds move alike"};
  std::string doubt;
  const auto add = [&](const std::string& why) { doubt += (doubt.empty() ? "" : "; ") + why; };
  if (10 * best.motion.used < 7 * fewer) add("three in ten seeds and more do not move with the others");
  if (best.motion.residual_rms_mm > kEvenMm) add("one motion and one scale do not describe the implant");
  if (f.anatomy_mm && *f.anatomy_mm > kAnatomyMm) add("anatomy and seeds disagree about where the implant is");
  if (!doubt.empty()) return {OutcomeKind::low_confidence, doubt};
  return {OutcomeKind::ok, std::to_string(best.motion.used) + " seeds move alike"};
}

}  // namespace

FollowUp follow_seeds(const FollowInput& in, const SiteLimits& limits) {
  FollowUp out;
  First first;
  Later later;
  for (const auto& s : in.first->seeds) first.push_back(s.pose.center);
  for (const auto& s : in.later->seeds) later.push_back({s.pose.center.mm});
  out.interval = in.later->count;
  out.seed_count = static_cast<int>(later.size());
  for (const auto& s : in.first->seeds) {
    out.seeds.push_back({});
    out.seeds.back().seed = s.id;
  }
  if (first.empty() || later.empty()) {
    out.outcome = {OutcomeKind::failed, first.empty() ? "no seed in the first scan" : "no seed in the later scan"};
    return out;
  }

  Following best;
  const auto try_from = [&](const Motion& start, const char* name) {
    Following f = follow_from(first, later, start);
    if (!(f.cost_mm < best.cost_mm - 1e-9)) return;
    best = std::move(f);
    out.start = name;
  };
  const Point<CtFrame> middle = middle_of(first);
  if (in.anatomy) {
    Motion start;
    start.rotation = in.anatomy->iso.linear();
    start.from_middle = middle;
    start.to_middle = *in.anatomy * middle;
    try_from(start, "anatomy");
    // The organ may have moved against what was registered: the same turn, but middle on middle.
    start.to_middle = middle_of(later);
    try_from(start, "seeds");
  }
  Motion still;
  still.from_middle = middle;
  still.to_middle = middle_of(later);
  try_from(still, "seeds");

  // A clip that the first scan recognised is recognised again; it takes no seed's place.
  std::vector<bool> is_seed(later.size(), true);
  for (const auto& r : in.first->rejected) {
    const Point<LaterFrame> here = best.motion * r.center;
    for (std::size_t n = 0; n < later.size(); ++n)
      if (distance_mm(here, later[n]) < kKnownObjectMm &&
          std::none_of(best.pairs.begin(), best.pairs.end(), [&](const SeedMatch& m) { return static_cast<std::size_t>(m.found) == n; }))
        is_seed[n] = false;
  }
  Later kept;
  for (std::size_t n = 0; n < later.size(); ++n)
    if (is_seed[n]) kept.push_back(later[n]);
  if (kept.size() != later.size()) {
    const int dropped = static_cast<int>(later.size() - kept.size());
    out.interval.best -= dropped;
    out.interval.low = std::max(0, out.interval.low - dropped);
    out.interval.high = std::max(out.interval.best, out.interval.high - dropped);
    later = std::move(kept);
    best = follow_from(first, later, best.motion);
  }
  out.seed_count = static_cast<int>(later.size());

  const Motion& m = best.motion;
  out.pairs = static_cast<int>(m.used);
  out.motion.iso.linear() = m.rotation;
  out.motion.iso.translation() = m.to_middle.mm - m.rotation * m.from_middle.mm;
  if (in.anatomy) out.anatomy_mm = distance_mm(*in.anatomy * middle, m * middle);
  out.outcome = judge(out, best, first.size(), later.size());
  if (!out.outcome.usable()) return out;
  out.residual_rms_mm = m.residual_rms_mm;
  if (m.scale_determined) {
    out.scale = m.scale;
    out.shrinkage_pct = 100.0 * (1.0 - m.scale * m.scale * m.scale);
  }

  // The motion known, who is who: without a limit, since a seed that is missing at its place is the one that appears elsewhere.
  std::vector<int> partner(first.size(), -1);
  std::vector<bool> taken(later.size(), false);
  for (const SeedMatch& p : pair_up(first, later, m, kNoGateMm, MatchCost::root_of_distance)) {
    partner[static_cast<std::size_t>(p.planned)] = p.found;
    taken[static_cast<std::size_t>(p.found)] = true;
  }

  for (std::size_t n = 0; n < first.size(); ++n) {
    FollowedSeed& s = out.seeds[n];
    s.expected = m * first[n];
    if (partner[n] < 0) {
      const bool shown = !in.later_ct->empty() && covered(*in.later_ct, as_matched(*s.expected));
      s.status = shown ? FollowStatus::not_found : FollowStatus::undetermined;
      continue;
    }
    s.center = later[static_cast<std::size_t>(partner[n])];
    s.residual_mm = distance_mm(*s.expected, *s.center);
    s.region = region_name(*in.later_ct, *s.center);
    s.status = status_of(*s.residual_mm, s.region, limits);
  }
  for (std::size_t n = 0; n < later.size(); ++n)
    if (!taken[n]) out.only_later.push_back({later[n], region_name(*in.later_ct, later[n])});
  return out;
}

std::optional<FollowUp> audit_follow_up(ImplantCase& implant, const Detection& first, const AuditOptions& options, const Progress& progress,
                                        Warnings& warnings) {
  if (!implant.later_ct && !implant.later_seeds) return std::nullopt;
  std::vector<CtVolume> later_ct;
  if (implant.later_ct) later_ct.push_back(relabel_frame<CtFrame>(std::move(*implant.later_ct)));
  for (const CtVolume& ct : later_ct)
    if (auto w = judge_hu_scale(ct, "The later CT")) warnings.push_back(std::move(*w));
  Detection later;
  if (implant.later_seeds) {
    std::vector<GivenSeed> list;
    for (const auto& p : *implant.later_seeds) {
      GivenSeed s;
      s.center = as_matched(p);
      list.push_back(s);
    }
    later = detection_of(list, options.detector);
  } else {
    later = detect_seeds(later_ct, options.detector, progress);
  }
  warnings.insert(warnings.end(), later.warnings.begin(), later.warnings.end());

  FollowInput input;
  input.first = &first;
  input.later = &later;
  input.later_ct = &later_ct;
  if (!later_ct.empty() && options.registration_mode != RegistrationMode::none && !first.seeds.empty()) {
    CtVolume copy = implant.postop.front();
    const PreopVolume before = relabel_frame<PlanFrame>(std::move(copy));
    Box<PlanFrame> box;
    const Point<CtFrame> middle = [&] {
      First centers;
      for (const auto& s : first.seeds) centers.push_back(s.pose.center);
      return middle_of(centers);
    }();
    for (const auto& s : first.seeds)
      if (distance_mm(s.pose.center, middle) < options.limits.far_mm * 2.0) box.include({s.pose.center.mm});
    if (box.empty()) box.include({middle.mm});
    RegistrationOptions rigid = options.registration;
    rigid.deformable = DeformableUse::never;
    const TargetRegion region{box.center(), std::max(10.0, 0.5 * (box.high_mm - box.low_mm).maxCoeff()), {}};
    const PlanRegistration r = register_preop_to_postop(before, later_ct.front(), region, rigid, progress);
    if (r.outcome.usable()) input.anatomy = Rigid<LaterFrame, CtFrame>{r.ct_from_plan.iso};
  }
  FollowUp out = follow_seeds(input, options.limits);
  if (!later_ct.empty()) {
    out.acquisition = later_ct.front().acquisition;
    const auto day = [](const Acquisition& a) { return a.acquisition_date ? a.acquisition_date : a.study_date; };
    const auto from = day(implant.postop.front().acquisition), to = day(*out.acquisition);
    if (from && to) out.days_between = days_between(*from, *to).value;
    if (later.outcome.kind == OutcomeKind::low_confidence && out.outcome.kind == OutcomeKind::ok)
      out.outcome = {OutcomeKind::low_confidence, "the search for seeds in the later scan is of low confidence: " + later.outcome.why};
  }
  return out;
}

}  // namespace seedaudit
