// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/supplement.h"

#include <algorithm>

#include <cmath>
#include <cstddef>
#include <cstdio>
#include <functional>
#include <limits>

#include "core/parallel.h"

namespace seedaudit {
namespace {

constexpr std::size_t kTargetPoints = 5000, kOrganPoints = 2000;
constexpr double kSeedClearanceMm = 4.0;  ///< an added seed's centre keeps this far from those of other seeds
constexpr double kV200SlackPoints = 5.0;
constexpr double kOrganCc = 2.0;

using Doses = std::vector<float>;

double share_pct(const Doses& dose, double level) {
  const auto n = std::count_if(dose.begin(), dose.end(), [&](float d) { return static_cast<double>(d) >= level; });
  return 100.0 * static_cast<double>(n) / static_cast<double>(dose.size());
}

Doses sum_of(Doses a, const Doses& b) {
  for (std::size_t n = 0; n < a.size(); ++n) a[n] += b[n];
  return a;
}

/// Nothing at every point where no earlier implant is known.
Doses earlier_dose_at(const std::vector<Point<CtFrame>>& points, const SupplementInput& in) {
  if (in.earlier == nullptr) return Doses(points.size(), 0.0F);
  return dose_at(points, in.earlier->seeds, *in.earlier->source, in.earlier->dose);
}

/// Doses before the supplement that a limit of V200 holds for: of the implant alone, or together with an earlier one.
struct HeatLimit {
  Doses base;
  double v200_pct = 100.0;
};

/// An organ at sample points, with the dose of every candidate there.
struct Organ {
  const StructureVolume<CtFrame>* volume = nullptr;
  std::vector<Doses> bases;  ///< before the supplement, each below the limit: of the implant alone, and together with an earlier one
  std::vector<Doses> of_place;
  double limit_gy = 0.0;

  double d2cc(Doses dose) const {
    const double share = std::min(1.0, kOrganCc / volume->volume_cc());
    const auto rank = static_cast<std::ptrdiff_t>(std::ceil(share * static_cast<double>(dose.size()) - 1e-9)) - 1;
    std::nth_element(dose.begin(), dose.begin() + rank, dose.end(), std::greater<>());
    return static_cast<double>(dose[static_cast<std::size_t>(rank)]);
  }
};

/// Chooses places. A set of places is a list of indices into NeedlePlaces::places.
class Search {
 public:
  using Set = std::vector<std::size_t>;

  Search(const SupplementInput& in, const NeedlePlaces& places, const SourceModel& source, const DoseOptions& dose,
         const SupplementOptions& options)
      : in_(in), places_(places), options_(options), rx_(in.prescription.value) {
    const auto points = in.target->sample(0, kTargetPoints);
    of_place_ = doses_of_places(points, source, dose);
    const std::vector<Doses> bases = bases_at(points, source, dose);
    base_ = options.earlier_dose_counts ? bases.back() : bases.front();
    for (const Doses& base : bases)
      heat_limits_.push_back({base, std::max(options.max_v200_pct, share_pct(base, 2.0 * rx_) + kV200SlackPoints)});
    for (const auto* volume : in.organs) add_organ(volume, source, dose);
  }

  double v100_of(const Set& set) const { return share_pct(dose_of(set), rx_); }

  /// Seeds added one by one, each for the largest gain, until the goal is met or nothing more may be added.
  Set greedy(double goal_pct) const {
    Set set;
    while (static_cast<int>(set.size()) < options_.max_seeds && v100_of(set) < goal_pct) {
      const auto best = best_addition(set);
      if (!best) break;
      set.push_back(*best);
    }
    return set;
  }

  /// Exchanges one place after another for a better one while that helps.
  void improve(Set& set) const {
    constexpr int kPasses = 4;
    for (int pass = 0; pass < kPasses; ++pass) {
      bool changed = false;
      for (std::size_t n = 0; n < set.size(); ++n) {
        Set others = set;
        others.erase(others.begin() + static_cast<std::ptrdiff_t>(n));
        const auto best = best_addition(others);
        if (!best || *best == set[n]) continue;
        Set changed_set = others;
        changed_set.push_back(*best);
        if (!(score(dose_of(changed_set)) > score(dose_of(set)))) continue;
        set = std::move(changed_set);
        changed = true;
      }
      if (!changed) break;
    }
  }

  /// Ever fewer places while the goal is still met.
  void reduce(Set& set, double goal_pct) const {
    while (set.size() > 1) {
      Set best;
      double most = -1.0;
      for (std::size_t n = 0; n < set.size(); ++n) {
        Set fewer = set;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(n));
        const double s = score(dose_of(fewer));
        if (s > most) {
          most = s;
          best = std::move(fewer);
        }
      }
      improve(best);
      if (v100_of(best) < goal_pct) return;
      set = std::move(best);
    }
  }

 private:
  /// Doses before the supplement: of the implant, and, where one is known, of it and an earlier implant together.
  std::vector<Doses> bases_at(const std::vector<Point<CtFrame>>& points, const SourceModel& source, const DoseOptions& dose) const {
    std::vector<Doses> bases{dose_at(points, in_.seeds, source, dose)};
    if (in_.earlier != nullptr) bases.push_back(sum_of(bases.front(), earlier_dose_at(points, in_)));
    return bases;
  }

  /// An organ whose earlier dose alone takes it above the limit is still held to it in what this implant gives.
  void add_organ(const StructureVolume<CtFrame>* volume, const SourceModel& source, const DoseOptions& dose) {
    Organ organ;
    organ.volume = volume;
    organ.limit_gy = options_.max_organ_d2cc_pct / 100.0 * rx_;
    const auto inside = volume->sample(0, kOrganPoints);
    for (Doses& base : bases_at(inside, source, dose))
      if (organ.d2cc(base) < organ.limit_gy) organ.bases.push_back(std::move(base));
    if (organ.bases.empty()) return;
    organ.of_place = doses_of_places(inside, source, dose);
    organs_.push_back(std::move(organ));
  }

  std::vector<Doses> doses_of_places(const std::vector<Point<CtFrame>>& points, const SourceModel& source, const DoseOptions& dose) const {
    std::vector<Doses> out(places_.places.size());
    parallel_for(out.size(), [&](std::size_t n) {
      const NeedlePlace& p = places_.places[n];
      out[n] = dose_at<CtFrame>(points, {{p.center, places_.lines[static_cast<std::size_t>(p.line)].axis, in_.strength}}, source, dose);
    });
    return out;
  }

  static Doses sum(const Doses& base, const std::vector<Doses>& of_place, const Set& set) {
    Doses total = base;
    for (const std::size_t place : set)
      for (std::size_t n = 0; n < total.size(); ++n) total[n] += of_place[place][n];
    return total;
  }
  Doses dose_of(const Set& set) const { return sum(base_, of_place_, set); }

  /// Points that reach the prescription, and how near the others come: the second leads where one seed alone lifts none over it.
  double score(const Doses& dose, const Doses* more = nullptr) const {
    const auto rx = static_cast<float>(rx_);
    float near = 0.0F;
    int reached = 0;
    for (std::size_t n = 0; n < dose.size(); ++n) {
      const float d = more == nullptr ? dose[n] : dose[n] + (*more)[n];
      reached += d >= rx ? 1 : 0;
      near += std::min(d, rx);
    }
    return reached + static_cast<double>(near) / rx_;
  }

  bool may_add(const Set& set, std::size_t place) const {
    const NeedlePlace& p = places_.places[place];
    for (const std::size_t other : set) {
      const NeedlePlace& q = places_.places[other];
      const double least = q.line == p.line ? options_.needles.pitch_mm - 1e-6 : kSeedClearanceMm;
      if (distance_mm(p.center, q.center) < least) return false;
    }
    const auto clear = [&](const DoseSeed<CtFrame>& s) { return distance_mm(s.center, p.center) >= kSeedClearanceMm; };
    return std::all_of(in_.seeds.begin(), in_.seeds.end(), clear) &&
           (in_.earlier == nullptr || std::all_of(in_.earlier->seeds.begin(), in_.earlier->seeds.end(), clear));
  }

  bool within_limits(const Set& set) const {
    return std::all_of(heat_limits_.begin(), heat_limits_.end(),
                       [&](const HeatLimit& h) { return share_pct(sum(h.base, of_place_, set), 2.0 * rx_) <= h.v200_pct; }) &&
           std::all_of(organs_.begin(), organs_.end(), [&](const Organ& o) {
             return std::all_of(o.bases.begin(), o.bases.end(),
                                [&](const Doses& base) { return o.d2cc(sum(base, o.of_place, set)) <= o.limit_gy; });
           });
  }

  std::optional<std::size_t> best_addition(const Set& set) const {
    const Doses dose = dose_of(set);
    const double without = score(dose);
    std::vector<double> gain(of_place_.size());
    parallel_for(gain.size(), [&](std::size_t n) {
      gain[n] = may_add(set, n) ? score(dose, &of_place_[n]) - without : 0.0;
      // A line that is used already costs no further puncture.
      for (const std::size_t other : set)
        if (places_.places[other].line == places_.places[n].line) {
          gain[n] *= 1.02;
          break;
        }
    });
    std::vector<std::size_t> order(gain.size());
    for (std::size_t n = 0; n < order.size(); ++n) order[n] = n;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return gain[a] > gain[b]; });
    constexpr std::size_t kTried = 200;
    for (std::size_t k = 0; k < std::min(order.size(), kTried) && gain[order[k]] > 0.0; ++k) {
      Set with = set;
      with.push_back(order[k]);
      if (within_limits(with)) return order[k];
    }
    return std::nullopt;
  }

  const SupplementInput& in_;
  const NeedlePlaces& places_;
  const SupplementOptions& options_;
  double rx_;
  Doses base_;  ///< that the goal is judged from
  std::vector<Doses> of_place_;
  std::vector<HeatLimit> heat_limits_;
  std::vector<Organ> organs_;
};

SupplementFigures figures_of(const Dvh& dvh, Gy rx) {
  return {dvh.dose_at_volume_pct(90.0).value, dvh.volume_pct_at(rx), dvh.volume_pct_at(rx * 1.5), dvh.volume_pct_at(rx * 2.0)};
}

/// A target's figures with some seeds in place.
struct Assessment {
  SupplementFigures figures;
  Dvh dvh;
  std::optional<SupplementFigures> with_earlier;

  double goal_v100_pct(const SupplementOptions& options) const {
    return options.earlier_dose_counts && with_earlier ? with_earlier->v100_pct : figures.v100_pct;
  }
};

Result<Assessment> assess(const SupplementInput& in, const std::vector<DoseSeed<CtFrame>>& seeds, const SourceModel& source,
                          const DoseOptions& dose, const DvhOptions& options) {
  auto sampled = sample_dose(*in.target, seeds, source, in.prescription, dose, options);
  if (!sampled) return sampled.error();
  Assessment out{figures_of(sampled->dvh, in.prescription), sampled->dvh, std::nullopt};
  if (in.earlier == nullptr) return out;
  const auto together = Dvh::make(sum_of(std::move(sampled->dose_gy), earlier_dose_at(sampled->points, in)), in.target->volume_cc());
  if (!together) return together.error();
  out.with_earlier = figures_of(*together, in.prescription);
  return out;
}

OrganChange change_of(const StructureVolume<CtFrame>& organ, const SupplementInput& in, const std::vector<DoseSeed<CtFrame>>& with,
                      const SourceModel& source, const DoseOptions& dose) {
  const auto inside = organ.sample(0, 20 * kOrganPoints);
  const auto d2cc = [&](const Doses& doses) { return Dvh::make(doses, organ.volume_cc()).value().dose_at_volume_cc(kOrganCc).value; };
  const Doses before = dose_at(inside, in.seeds, source, dose), after = dose_at(inside, with, source, dose);
  OrganChange out{organ.name(), d2cc(before), d2cc(after), std::nullopt, std::nullopt};
  if (in.earlier == nullptr) return out;
  const Doses earlier = earlier_dose_at(inside, in);
  out.d2cc_before_with_earlier_gy = d2cc(sum_of(before, earlier));
  out.d2cc_after_with_earlier_gy = d2cc(sum_of(after, earlier));
  return out;
}

void write_down(const Search::Set& set, const NeedlePlaces& places, SupplementAdvice& advice) {
  advice.seeds.clear();
  advice.needles.clear();
  std::vector<const NeedlePlace*> chosen;
  for (const std::size_t n : set) chosen.push_back(&places.places[n]);
  std::stable_sort(chosen.begin(), chosen.end(), [](const NeedlePlace* a, const NeedlePlace* b) {
    return a->line != b->line ? a->line < b->line : a->depth_mm < b->depth_mm;
  });
  int line = -1;
  for (const NeedlePlace* p : chosen) {
    const NeedleLine& l = places.lines[static_cast<std::size_t>(p->line)];
    if (p->line != line) advice.needles.push_back({l.entry, p->center});
    line = p->line;
    advice.needles.back().tip = p->center;
    advice.seeds.push_back({p->center, l.axis, static_cast<int>(advice.needles.size()) - 1});
  }
}

std::string counted(std::size_t n, const std::string& what) { return std::to_string(n) + " " + what + (n == 1 ? "" : "s"); }

std::string number(double v) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", v);
  return text;
}

}  // namespace

Status SupplementOptions::check() const {
  const auto bad = [](const char* name, double value, const char* range) {
    return Error{ErrorCode::invalid_option, std::string("supplement ") + name + " is " + std::to_string(value) + ", must be " + range, "",
                 ""};
  };
  if (!(goal_v100_pct > 0.0 && goal_v100_pct <= 99.5)) return bad("goal_v100_pct", goal_v100_pct, "above 0 and at most 99.5");
  if (max_seeds < 0 || max_seeds > 200) return bad("max_seeds", max_seeds, "0 to 200");
  if (!(max_v200_pct >= 0.0 && max_v200_pct <= 100.0)) return bad("max_v200_pct", max_v200_pct, "0 to 100");
  if (!(max_organ_d2cc_pct > 0.0)) return bad("max_organ_d2cc_pct", max_organ_d2cc_pct, "above 0");
  return needles.check();
}

Result<SupplementAdvice> advise_supplement(const SupplementInput& in, const WayIn& way, const SourceModel& source, const DoseOptions& dose,
                                           const SupplementOptions& options, const DvhOptions& dvh) {
  if (Status s = options.check(); !s) return s.error();
  SupplementAdvice out;
  out.target = in.target->name();
  out.goal_v100_pct = options.goal_v100_pct;
  out.strength_u = in.strength.value;
  const auto before = assess(in, in.seeds, source, dose, dvh);
  if (!before) return before.error();
  out.before = out.after = before->figures;
  out.before_with_earlier = out.after_with_earlier = before->with_earlier;
  out.before_dvh = out.after_dvh = before->dvh;
  const double v100_before = before->goal_v100_pct(options);
  const std::string v100 = options.earlier_dose_counts && in.earlier != nullptr ? "V100 with the earlier implant's dose" : "V100";
  if (v100_before >= options.goal_v100_pct) {
    out.why = v100 + " is at its goal of " + number(options.goal_v100_pct) + " %";
    return out;
  }
  std::vector<const StructureVolume<CtFrame>*> spare = in.organs;
  spare.insert(spare.end(), in.vessels.begin(), in.vessels.end());
  const NeedlePlaces places = needle_places(*in.target, way, spare, options.needles);
  out.outcome = SupplementOutcome::not_reachable;
  if (places.places.empty()) {
    out.why = "no straight needle line from the skin to the target is clear";
    return out;
  }
  const Search search(in, places, source, dose, options);
  double aim = options.goal_v100_pct + 0.1, v100_after = v100_before;
  constexpr int kAttempts = 4;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    Search::Set set = search.greedy(aim);
    search.improve(set);
    const bool met = search.v100_of(set) >= aim;
    if (met) search.reduce(set, aim);
    write_down(set, places, out);
    std::vector<DoseSeed<CtFrame>> with = in.seeds;
    for (const AdvisedSeed& s : out.seeds) with.push_back({s.center, s.axis, in.strength});
    const auto after = assess(in, with, source, dose, dvh);
    if (!after) return after.error();
    out.after = after->figures;
    out.after_with_earlier = after->with_earlier;
    out.after_dvh = after->dvh;
    v100_after = after->goal_v100_pct(options);
    out.organs.clear();
    for (const auto* organ : in.organs) out.organs.push_back(change_of(*organ, in, with, source, dose));
    if (v100_after >= options.goal_v100_pct) {
      out.outcome = SupplementOutcome::reachable;
      out.why = counted(out.seeds.size(), "seed") + " on " + counted(out.needles.size(), "needle") + " bring " + v100 + " from " +
                number(v100_before) + " to " + number(v100_after) + " %";
      return out;
    }
    if (!met) break;
    // The search's points fell short of the full DVH: aim by so much higher.
    aim += options.goal_v100_pct - v100_after + 0.1;
  }
  out.why = "with the best " + counted(out.seeds.size(), "seed") + " found " + v100 + " is " + number(v100_after) + " %, below " +
            number(options.goal_v100_pct) + " %: the number of seeds, V200, an organ or the needle lines stand against more";
  return out;
}

}  // namespace seedaudit
