// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/earlier_implant.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "detectors/set_aside.h"
#include "dosimetry/tg43.h"
#include "pipeline/given_seeds.h"
#include "pipeline/tissue_regions.h"
#include "registration/match_seeds.h"

namespace seedaudit {
namespace {

using Points = std::vector<Point<CtFrame>>;

/// A seed listed where this scan shows it: the error of two readings of one place.
constexpr double kSamePlaceMm = 3.0;
/// A seed listed on the pre-op image: with the registration's error and what tissue moved since.
constexpr double kCarriedPlaceMm = 5.0;

/// Within this part of those distances a found seed is the earlier one whatever was planned there: that one is known to be in place.
constexpr double kSurePart = 0.5;

double gate_mm(SeedListFrame frame) { return frame == SeedListFrame::postop ? kSamePlaceMm : kCarriedPlaceMm; }

Error of_earlier(Error e) {
  e.what = "earlier implant: " + e.what;
  switch (e.code) {
    case ErrorCode::date_implausible:
      e.hint = "Give its date with --earlier-date.";
      break;
    case ErrorCode::plan_without_strength:
      e.hint = "Give a column strength_u, activity_mci or activity_mbq in its list, or its plan with --earlier-plan.";
      break;
    case ErrorCode::plan_without_isotope:
    case ErrorCode::unknown_source:
    case ErrorCode::source_invalid:
      e.hint = "Give its source model with --earlier-source, or its plan with --earlier-plan.";
      break;
    default:
      break;
  }
  return e;
}

void append(Warnings& to, const Warnings& from) {
  for (const Warning& w : from)
    // An old implant is old.
    if (w.code != "DATES_IMPLAUSIBLE") to.push_back({w.code, "Earlier implant: " + w.message});
}

/// The list in the post-op frame.
std::optional<Points> carried(const EarlierImplant& earlier, SeedListFrame frame, const PlanRegistration& registration) {
  if (frame == SeedListFrame::preop && !registration.outcome.usable()) return std::nullopt;
  Points out;
  for (const PlannedSeed& s : earlier.list.seeds)
    out.push_back(frame == SeedListFrame::preop ? registration.warp() * s.center : Point<CtFrame>{s.center.mm});
  return out;
}

Points dense_places(const Detection& detection) {
  Points out;
  for (const DetectedSeed& s : detection.seeds) out.push_back(s.pose.center);
  for (const RejectedCandidate& r : detection.rejected) out.push_back(r.center);
  return out;
}

struct FrameChoice {
  SeedListFrame frame = SeedListFrame::unstated;
  std::string why;
};

/// A list that states no frame lies in that in which its places coincide with what the scan shows: most of them, and more than in the
/// other.
FrameChoice frame_by_scan(const EarlierImplant& earlier, const PlanRegistration& registration, const Detection& detection) {
  if (registration.outcome.usable() && registration.method == "same_frame") return {SeedListFrame::preop, "both images share one frame"};
  const Points places = dense_places(detection);
  const auto coincide = [&](SeedListFrame frame) {
    const auto points = carried(earlier, frame, registration);
    return points ? match_seeds(places, *points, gate_mm(frame)).size() : std::size_t{0};
  };
  const std::size_t all = earlier.list.seeds.size(), pre = coincide(SeedListFrame::preop), post = coincide(SeedListFrame::postop);
  const std::string counts = std::to_string(pre) + " of " + std::to_string(all) +
                             " places coincide with dense objects of the scan in the pre-op frame, " + std::to_string(post) +
                             " in the post-op frame";
  if (pre != post && 2 * std::max(pre, post) >= all) return {pre > post ? SeedListFrame::preop : SeedListFrame::postop, counts};
  return {SeedListFrame::unstated, counts + ": the list's frame cannot be told. Give it with --earlier-frame"};
}

void take_out(ImplantCase& implant, const std::vector<int>& ids, const DetectorOptions& options, Detection& detection) {
  if (ids.empty()) return;
  if (!implant.given_seeds) return set_aside(detection, ids, "already_preop", options);
  // Given seeds keep the order of their list, which their strengths go by: ids count it from 1.
  std::vector<GivenSeed> kept;
  std::vector<RejectedCandidate> taken;
  for (std::size_t n = 0; n < implant.given_seeds->size(); ++n) {
    const GivenSeed& s = (*implant.given_seeds)[n];
    if (std::find(ids.begin(), ids.end(), static_cast<int>(n) + 1) == ids.end())
      kept.push_back(s);
    else
      taken.push_back({s.center, "already_preop", 0.0, 0.0});
  }
  implant.given_seeds = std::move(kept);
  detection = detection_of(*implant.given_seeds, options);
  detection.rejected = std::move(taken);
}

std::optional<Axis<CtFrame>> listed_axis(const PlannedSeed& s, SeedListFrame frame, const PlanRegistration& registration) {
  if (!s.axis) return std::nullopt;
  if (frame == SeedListFrame::postop) return Axis<CtFrame>{s.axis->unit};
  return Axis<CtFrame>{registration.ct_from_plan.iso.linear() * s.axis->unit};
}

std::string seeds_text(int n) { return std::to_string(n) + (n == 1 ? " seed" : " seeds"); }

}  // namespace

Result<EarlierBasics> settle_earlier(const ImplantCase& implant) {
  ImplantCase alone;
  alone.plan = implant.earlier->list;
  alone.strength = implant.earlier->strength;
  if (!implant.postop.empty()) alone.postop.emplace_back().acquisition = implant.postop.front().acquisition;
  EarlierBasics out;
  auto source = resolve_source(alone);
  if (!source) return of_earlier(source.error());
  out.source = std::move(source).value();
  const auto doubts = settle_strengths(alone, out.source.model);
  if (!doubts) return of_earlier(doubts.error());
  auto timing = resolve_timing(alone, out.source.model);
  if (!timing) return of_earlier(timing.error());
  out.timing = std::move(timing).value();
  const auto& own = out.timing.implant_date;
  const auto& audited = implant.strength.implant_date;
  if (own && audited && own->date > audited->date)
    return of_earlier({ErrorCode::date_implausible,
                       "its date " + to_iso(own->date) + " lies after the implant under audit, " + to_iso(audited->date),
                       implant.earlier->list.path, ""});
  for (const PlannedSeed& s : alone.plan->seeds) out.strengths_at_implant.push_back(s.strength * out.timing.decay_from_reference);
  append(out.warnings, *doubts);
  append(out.warnings, out.source.warnings);
  append(out.warnings, out.timing.warnings);
  return out;
}

PlacedEarlier place_earlier(ImplantCase& implant, const EarlierBasics& basics, const PlanRegistration& registration,
                            const DetectorOptions& options, Detection& detection) {
  const EarlierImplant& earlier = *implant.earlier;
  PlacedEarlier out;
  FrameChoice choice{earlier.frame, earlier.frame_reason};
  if (choice.frame == SeedListFrame::unstated) choice = frame_by_scan(earlier, registration, detection);
  out.frame = choice.frame;
  out.why = choice.why;
  std::optional<Points> places;
  if (choice.frame != SeedListFrame::unstated) places = carried(earlier, choice.frame, registration);
  if (!places) {
    if (choice.frame != SeedListFrame::unstated) out.why = "its seeds are listed in the pre-op frame, and the registration cannot be used";
    out.warnings.push_back({"EARLIER_NOT_PLACED", "The earlier implant was not found in this scan: " + out.why +
                                                      ". Its seeds may be counted as new, and their dose is not reported."});
    return out;
  }
  out.placed = true;
  const double gate = gate_mm(choice.frame);
  const std::size_t listed = places->size();
  std::vector<std::optional<Point<CtFrame>>> again(listed);
  std::vector<std::optional<Axis<CtFrame>>> axis(listed);

  // What the pre-op image showed already was set aside before.
  Points old;
  for (const RejectedCandidate& r : detection.rejected)
    if (r.reason == "already_preop") old.push_back(r.center);
  for (const SeedMatch& m : match_seeds(old, *places, gate))
    again[static_cast<std::size_t>(m.planned)] = old[static_cast<std::size_t>(m.found)];

  std::vector<int> ids;
  std::vector<bool> taken(detection.seeds.size(), false);
  // Seeds and places that are still free are matched; what falls to a place of `others` is a new seed.
  const auto match = [&](double within_mm, const Points& others) {
    Points wanted, found;
    std::vector<std::size_t> listed_of, seed_of;
    for (std::size_t n = 0; n < listed; ++n)
      if (!again[n]) {
        wanted.push_back((*places)[n]);
        listed_of.push_back(n);
      }
    wanted.insert(wanted.end(), others.begin(), others.end());
    for (std::size_t f = 0; f < taken.size(); ++f)
      if (!taken[f]) {
        found.push_back(detection.seeds[f].pose.center);
        seed_of.push_back(f);
      }
    for (const SeedMatch& m : match_seeds(found, wanted, within_mm)) {
      const auto w = static_cast<std::size_t>(m.planned);
      if (w >= listed_of.size()) continue;
      const std::size_t f = seed_of[static_cast<std::size_t>(m.found)];
      const DetectedSeed& seed = detection.seeds[f];
      again[listed_of[w]] = seed.pose.center;
      if (seed.axis_resolved) axis[listed_of[w]] = seed.pose.axis;
      taken[f] = true;
      ids.push_back(seed.id);
    }
  };
  match(kSurePart * gate, {});
  Points planned;
  if (implant.plan && registration.outcome.usable())
    for (const PlannedSeed& s : implant.plan->seeds) planned.push_back(registration.warp() * s.center);
  match(gate, planned);
  int unclear = 0;
  for (std::size_t f = 0; f < taken.size(); ++f) {
    const Point<CtFrame>& at = detection.seeds[f].pose.center;
    if (!taken[f] && std::any_of(places->begin(), places->end(), [&](const auto& p) { return distance_mm(p, at) <= gate; })) ++unclear;
  }
  take_out(implant, ids, options, detection);

  int absent = 0;
  for (std::size_t n = 0; n < listed; ++n) {
    DoseSeed<CtFrame> s;
    s.center = again[n].value_or((*places)[n]);
    s.axis = axis[n] ? axis[n] : listed_axis(earlier.list.seeds[n], choice.frame, registration);
    s.strength_at_implant = basics.strengths_at_implant[n];
    out.seeds.push_back(s);
    if (again[n])
      ++out.found_again;
    else if (covered(implant.postop, (*places)[n]))
      ++absent;
  }
  if (absent > 0)
    out.warnings.push_back({"EARLIER_SEED_NOT_FOUND",
                            seeds_text(absent) + " of the earlier implant not found within " + std::to_string(static_cast<int>(gate)) +
                                " mm of the listed places, which the scan shows: their dose is that of the list."});
  if (unclear > 0)
    out.warnings.push_back(
        {"EARLIER_OR_NEW_UNCLEAR", seeds_text(unclear) + " counted as new within " + std::to_string(static_cast<int>(gate)) +
                                       " mm of a place of the earlier implant: look whether the right ones were taken for it."});
  return out;
}

EarlierImplantAudit report_of(const PlacedEarlier& placed, const EarlierBasics& basics) {
  EarlierImplantAudit out;
  out.placed = placed.placed;
  out.why = placed.why;
  if (placed.placed) out.frame = placed.frame == SeedListFrame::postop ? "postop" : "preop";
  out.source = basics.source.model;
  out.source_is_surrogate = basics.source.surrogate;
  out.seeds = static_cast<int>(basics.strengths_at_implant.size());
  out.found_again = placed.found_again;
  AirKermaU total;
  for (const AirKermaU s : basics.strengths_at_implant) total = total + s;
  out.strength_u = total.value / static_cast<double>(std::max(1, out.seeds));
  out.trak_ugy = total_reference_air_kerma_ugy(total, basics.source.model.half_life);
  out.implant_date = basics.timing.implant_date;
  out.days_since_implant = basics.timing.days_since_implant;
  out.fraction_delivered = basics.timing.fraction_delivered;
  return out;
}

}  // namespace seedaudit
