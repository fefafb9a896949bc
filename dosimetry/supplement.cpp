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

/// An organ at sample points, with the dose of every candidate there.
struct Organ {
  const StructureVolume<CtFrame>* volume = nullptr;
  Doses base;
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
    base_ = dose_at(points, in.seeds, source, dose);
    of_place_ = doses_of_places(points, source, dose);
    v200_limit_ = std::max(options.max_v200_pct, share_pct(base_, 2.0 * rx_) + kV200SlackPoints);
    for (const auto* volume : in.organs) {
      Organ organ;
      organ.volume = volume;
      const auto inside = volume->sample(0, kOrganPoints);
      organ.base = dose_at(inside, in.seeds, source, dose);
      organ.limit_gy = options.max_organ_d2cc_pct / 100.0 * rx_;
      if (organ.d2cc(organ.base) >= organ.limit_gy) continue;
      organ.of_place = doses_of_places(inside, source, dose);
      organs_.push_back(std::move(organ));
    }
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
    return std::all_of(in_.seeds.begin(), in_.seeds.end(),
                       [&](const auto& s) { return distance_mm(s.center, p.center) >= kSeedClearanceMm; });
  }

  bool within_limits(const Set& set) const {
    if (share_pct(dose_of(set), 2.0 * rx_) > v200_limit_) return false;
    return std::all_of(organs_.begin(), organs_.end(), [&](const Organ& o) { return o.d2cc(sum(o.base, o.of_place, set)) <= o.limit_gy; });
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
  double rx_, v200_limit_ = 100.0;
  Doses base_;
  std::vector<Doses> of_place_;
  std::vector<Organ> organs_;
};

SupplementFigures figures_of(const Dvh& dvh, Gy rx) {
  return {dvh.dose_at_volume_pct(90.0).value, dvh.volume_pct_at(rx), dvh.volume_pct_at(rx * 1.5), dvh.volume_pct_at(rx * 2.0)};
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
  auto before = sample_dose(*in.target, in.seeds, source, in.prescription, dose, dvh);
  if (!before) return before.error();
  out.before = out.after = figures_of(before->dvh, in.prescription);
  out.before_dvh = out.after_dvh = before->dvh;
  if (out.before.v100_pct >= options.goal_v100_pct) {
    out.why = "V100 is at its goal of " + number(options.goal_v100_pct) + " %";
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
  double aim = options.goal_v100_pct + 0.1;
  constexpr int kAttempts = 4;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    Search::Set set = search.greedy(aim);
    search.improve(set);
    const bool met = search.v100_of(set) >= aim;
    if (met) search.reduce(set, aim);
    write_down(set, places, out);
    std::vector<DoseSeed<CtFrame>> with = in.seeds;
    for (const AdvisedSeed& s : out.seeds) with.push_back({s.center, s.axis, in.strength});
    auto after = sample_dose(*in.target, with, source, in.prescription, dose, dvh);
    if (!after) return after.error();
    out.after = figures_of(after->dvh, in.prescription);
    out.after_dvh = after->dvh;
    out.organs.clear();
    for (const auto* organ : in.organs) {
      const auto inside = organ->sample(0, 20 * kOrganPoints);
      const auto d2cc = [&](const auto& seeds) {
        return Dvh::make(dose_at(inside, seeds, source, dose), organ->volume_cc()).value().dose_at_volume_cc(kOrganCc).value;
      };
      out.organs.push_back({organ->name(), d2cc(in.seeds), d2cc(with)});
    }
    if (out.after.v100_pct >= options.goal_v100_pct) {
      out.outcome = SupplementOutcome::reachable;
      out.why = counted(out.seeds.size(), "seed") + " on " + counted(out.needles.size(), "needle") + " bring V100 from " +
                number(out.before.v100_pct) + " to " + number(out.after.v100_pct) + " %";
      return out;
    }
    if (!met) break;
    // The search's points fell short of the full DVH: aim by so much higher.
    aim += options.goal_v100_pct - out.after.v100_pct + 0.1;
  }
  out.why = "with the best " + counted(out.seeds.size(), "seed") + " found V100 is " + number(out.after.v100_pct) + " %, below " +
            number(options.goal_v100_pct) + " %: the number of seeds, V200, an organ or the needle lines stand against more";
  return out;
}

}  // namespace seedaudit
