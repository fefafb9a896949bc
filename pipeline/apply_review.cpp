// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/apply_review.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <string>

#include "core/date.h"
#include "core/findings_hash.h"
#include "detectors/count_seeds.h"
#include "pipeline/given_seeds.h"

namespace seedaudit {
namespace {

/// A place set by hand on a screen: assumed, one standard deviation. Along the slices' normal not better than half a slice.
constexpr double kHandSigmaMm = 1.0;
/// A direction set by hand, assumed.
constexpr double kHandSigmaDeg = 15.0;
/// An object that may be a seed, this near to an added one, is that seed: half a capsule's length.
constexpr double kSamePlaceMm = 2.0;

Error bad(const CaseReview& review, std::size_t n, const std::string& what, const std::string& hint) {
  return Error{ErrorCode::review_invalid,
               "actions[" + std::to_string(n) + "] (" + std::string(to_string(review.actions[n].kind)) + "): " + what, review.origin, hint};
}

std::optional<std::size_t> series_at(const std::vector<CtVolume>& postop, const Point<CtFrame>& p) {
  for (std::size_t v = 0; v < postop.size(); ++v)
    if (postop[v].grid.covers(p)) return v;
  return std::nullopt;
}

/// Clusters of found seeds rest on the axis that fits the image best, resolved or not; a seed set by hand has only a stated one.
std::optional<Axis<CtFrame>> known_axis(const DetectedSeed& s) {
  return s.axis_resolved || s.excess_mass_hu_mm3 > 0.0 ? std::optional(s.pose.axis) : std::nullopt;
}

double gap_mm(const DetectedSeed& a, const DetectedSeed& b, const DetectorOptions& capsule) {
  return capsule_gap_mm(a.pose.center, known_axis(a), b.pose.center, known_axis(b), capsule);
}

/// What of a count is not sure, below and above; taken away as actions settle it.
struct Doubt {
  int below = 0, above = 0;
};

Doubt doubt_of(const CountEstimate& c) { return {std::max(0, c.best - c.low), std::max(0, c.high - c.best)}; }

class Reviewer {
 public:
  Reviewer(const Detection& detection, const CaseReview& review, const std::vector<CtVolume>& postop, const DetectorOptions& capsule)
      : review_(review), postop_(postop), capsule_(capsule) {
    out_.detection = detection;
    for (const Cluster& c : detection.clusters) of_cluster_[c.id] = doubt_of(c.count);
    for (const DetectedSeed& s : detection.seeds) {
      out_.origins[s.id] = SeedOrigin::found;
      next_id_ = std::max(next_id_, s.id + 1);
    }
  }

  Result<ReviewedDetection> run() {
    for (std::size_t n = 0; n < review_.actions.size(); ++n)
      if (Status s = act(n); !s) return s.error();
    regroup();
    count_seeds(out_.detection);
    if (confirmed_)
      if (Status s = confirm(*confirmed_); !s) return s.error();
    return std::move(out_);
  }

 private:
  Status act(std::size_t n) {
    const ReviewAction& a = review_.actions[n];
    switch (a.kind) {
      case ReviewActionKind::reject:
        return reject(n);
      case ReviewActionKind::add:
        return add(n);
      case ReviewActionKind::move:
        return move(n);
      case ReviewActionKind::confirm_count:
        confirmed_ = n;
        return ok_status();
      case ReviewActionKind::comment:
        // A remark on a rejected seed is a remark all the same.
        if (a.seed && (*a.seed < 1 || !ever_known(*a.seed))) return unknown(n);
        return ok_status();
    }
    return ok_status();
  }

  bool ever_known(int id) const { return out_.origins.count(id) > 0 || std::find(gone_.begin(), gone_.end(), id) != gone_.end(); }

  Error unknown(std::size_t n) const {
    const int id = review_.actions[n].seed.value_or(0);
    const bool gone = std::find(gone_.begin(), gone_.end(), id) != gone_.end();
    return bad(review_, n,
               gone ? "seed " + std::to_string(id) + " was rejected by an earlier action" : "there is no seed " + std::to_string(id),
               "name a seed by its id in postop.seeds of the report, or an added one by the id that docs/review.md gives it");
  }

  std::vector<DetectedSeed>::iterator find(std::size_t n) {
    return std::find_if(out_.detection.seeds.begin(), out_.detection.seeds.end(),
                        [&](const DetectedSeed& s) { return s.id == review_.actions[n].seed; });
  }

  /// The place is shown by a scan and no other seed lies there.
  Status free_place(std::size_t n) const {
    const ReviewAction& a = review_.actions[n];
    if (!series_at(postop_, *a.center))
      return bad(review_, n, "center_mm lies outside the post-op scan", "coordinates are DICOM LPS of the post-op CT, mm");
    for (const DetectedSeed& s : out_.detection.seeds)
      if (s.id != a.seed && (s.pose.center.mm - a.center->mm).norm() < 0.5 * capsule_.capsule_diameter_mm)
        return bad(review_, n, "seed " + std::to_string(s.id) + " lies there already", "move or reject that one first");
    return ok_status();
  }

  void place(DetectedSeed& s, const ReviewAction& a) const {
    s.pose.center = *a.center;
    const std::size_t series = series_at(postop_, *a.center).value_or(0);
    s.series_index = static_cast<int>(series);
    const auto& grid = postop_[series].grid;
    const Eigen::Vector3d half = 0.5 * (grid.direction().cwiseAbs() * grid.spacing_mm());
    s.center_sigma_mm = half.cwiseMax(kHandSigmaMm);
    s.confidence = 1.0;
    if (!a.direction) return;
    s.pose.axis = *a.direction;
    s.axis_resolved = true;
    s.axis_sigma_deg = kHandSigmaDeg;
  }

  Status reject(std::size_t n) {
    const auto at = find(n);
    if (at == out_.detection.seeds.end()) return unknown(n);
    // What was doubtful is first taken to be what is rejected.
    if (Doubt& cluster = of_cluster_[at->cluster_id]; cluster.below > 0) --cluster.below;
    out_.detection.rejected.push_back({at->pose.center, "review", 0.0, 0.0});
    gone_.push_back(at->id);
    out_.origins.erase(at->id);
    out_.detection.seeds.erase(at);
    return ok_status();
  }

  Status add(std::size_t n) {
    if (Status s = free_place(n); !s) return s;
    DetectedSeed seed;
    seed.id = next_id_++;
    place(seed, review_.actions[n]);
    // It may be what the count interval already allowed for.
    auto& possible = out_.detection.possible;
    const auto same = std::find_if(possible.begin(), possible.end(),
                                   [&](const DetectedSeed& p) { return (p.pose.center.mm - seed.pose.center.mm).norm() < kSamePlaceMm; });
    const bool told = same != possible.end();
    if (told) possible.erase(same);
    for (const DetectedSeed& s : out_.detection.seeds) {
      const auto doubt = of_cluster_.find(s.cluster_id);
      if (doubt == of_cluster_.end() || doubt->second.above == 0 || gap_mm(s, seed, capsule_) >= capsule_.cluster_gap_mm) continue;
      --doubt->second.above;
      if (int& further = out_.detection.further; !told && further > 0) --further;
      break;
    }
    out_.origins[seed.id] = SeedOrigin::added;
    out_.detection.seeds.push_back(seed);
    return ok_status();
  }

  Status move(std::size_t n) {
    const auto at = find(n);
    if (at == out_.detection.seeds.end()) return unknown(n);
    if (Status s = free_place(n); !s) return s;
    // Whoever moves a seed says that it is one.
    place(*at, review_.actions[n]);
    if (SeedOrigin& origin = out_.origins[at->id]; origin == SeedOrigin::found) origin = SeedOrigin::moved;
    return ok_status();
  }

  /// Clusters of the seeds as they now lie. The doubt of an old cluster belongs to the new one that holds most of it.
  void regroup() {
    Detection& d = out_.detection;
    const std::size_t n = d.seeds.size();
    std::vector<std::size_t> group(n);
    std::iota(group.begin(), group.end(), std::size_t{0});
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = i + 1; j < n; ++j)
        if (group[i] != group[j] && gap_mm(d.seeds[i], d.seeds[j], capsule_) < capsule_.cluster_gap_mm) {
          const std::size_t from = std::max(group[i], group[j]), to = std::min(group[i], group[j]);
          std::replace(group.begin(), group.end(), from, to);
        }
    d.clusters.clear();
    std::map<std::size_t, std::size_t> cluster_at;
    std::map<int, std::map<std::size_t, int>> shares;  // of an old cluster: seeds by new cluster
    for (std::size_t i = 0; i < n; ++i) {
      const auto [at, made] = cluster_at.try_emplace(group[i], d.clusters.size());
      if (made) d.clusters.push_back({static_cast<int>(d.clusters.size()) + 1, {}, {}});
      Cluster& c = d.clusters[at->second];
      if (d.seeds[i].cluster_id > 0) ++shares[d.seeds[i].cluster_id][at->second];
      d.seeds[i].cluster_id = c.id;
      c.seed_ids.push_back(d.seeds[i].id);
      ++c.count.best;
    }
    for (Cluster& c : d.clusters) c.count.low = c.count.high = c.count.best;
    for (const auto& [old, by_cluster] : shares) {
      const auto most =
          std::max_element(by_cluster.begin(), by_cluster.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
      CountEstimate& count = d.clusters[most->first].count;
      count.low = std::max(0, count.low - of_cluster_[old].below);
      count.high += of_cluster_[old].above;
    }
  }

  Status confirm(std::size_t n) {
    Detection& d = out_.detection;
    const int count = *review_.actions[n].count;
    if (count != d.count.best)
      return bad(review_, n, std::to_string(count) + " seeds are confirmed, but the review leaves " + std::to_string(d.count.best),
                 "add or reject the difference, or leave the count unconfirmed");
    d.count = {count, count, count};
    d.count_chance = 1.0;
    for (Cluster& c : d.clusters) c.count.low = c.count.high = c.count.best;
    d.possible.clear();
    d.doubt.clear();
    const std::string why = "the count is confirmed by " + review_.reviewer;
    // A search that could not be carried out stays one, however carefully its place was taken.
    if (d.outcome.kind == OutcomeKind::failed || d.outcome.kind == OutcomeKind::not_run)
      d.outcome = {OutcomeKind::low_confidence, d.outcome.why + "; " + why};
    else
      d.outcome = {OutcomeKind::ok, why};
    return ok_status();
  }

  const CaseReview& review_;
  const std::vector<CtVolume>& postop_;
  const DetectorOptions& capsule_;
  ReviewedDetection out_;
  std::map<int, Doubt> of_cluster_;
  std::vector<int> gone_;
  std::optional<std::size_t> confirmed_;
  int next_id_ = 1;
};

}  // namespace

Status check_review(const CaseReview& review, const ImplantCase& implant, const DetectorOptions& capsule) {
  const auto other = [&](const std::string& what) {
    return Error{ErrorCode::review_invalid, what, review.origin, "apply a review to the case whose report it was made on"};
  };
  if (review.case_id != implant.case_id)
    return other("the review is of case \"" + review.case_id + "\", not of \"" + implant.case_id + "\"");
  if (review.inputs_sha256 != inputs_sha256(implant.inputs))
    return other("inputs_sha256 differs: the review was made on other scans, plan or contours than this case now has");
  for (std::size_t n = 0; n < review.actions.size(); ++n) {
    const auto& center = review.actions[n].center;
    if (center && !series_at(implant.postop, *center))
      return bad(review, n, "center_mm lies outside the post-op scan", "coordinates are DICOM LPS of the post-op CT, mm");
  }
  return capsule.check();
}

Result<ReviewedDetection> apply_review(const Detection& detection, const CaseReview& review, const std::vector<CtVolume>& postop,
                                       const DetectorOptions& capsule) {
  if (review.findings_sha256 != findings_sha256(detection))
    return Error{
        ErrorCode::review_invalid,
        "findings_sha256 differs: the program now finds other seeds than those that were reviewed (another version, or other options)",
        review.origin, "run without --review, look at the new report, and review that one"};
  return Reviewer(detection, review, postop, capsule).run();
}

std::vector<GivenSeed> reviewed_list(const std::vector<GivenSeed>& given, const Detection& before, const Detection& after) {
  double sum_u = 0.0;
  bool all = !given.empty();
  for (const GivenSeed& g : given) {
    all = all && g.strength;
    if (g.strength) sum_u += g.strength->value;
  }
  std::vector<GivenSeed> out;
  for (const DetectedSeed& s : after.seeds) {
    GivenSeed g;
    for (std::size_t n = 0; n < before.seeds.size() && n < given.size(); ++n)
      if (before.seeds[n].id == s.id) g = given[n];
    if (!g.strength && all) g.strength = AirKermaU{sum_u / static_cast<double>(given.size())};
    g.center = s.pose.center;
    g.axis = s.axis_resolved ? std::optional(s.pose.axis) : std::nullopt;
    out.push_back(g);
  }
  return out;
}

ReviewFigures figures_of(const CaseAudit& audit) {
  ReviewFigures out;
  out.seed_count = static_cast<int>(audit.seeds.size());
  out.count = audit.detection.count;
  out.status = audit.status;
  out.status_reason = audit.status_reason;
  out.verdict = audit.verdict;
  if (audit.dose)
    for (const StructureAudit* s : judged_targets(*audit.dose)) {
      ReviewFigures::Target t{s->name, s->contour, std::nullopt, std::nullopt, s->verdict};
      if (s->postop) {
        t.d90_gy = s->postop->d90_gy;
        t.v100_pct = s->postop->v100_pct;
      }
      out.targets.push_back(std::move(t));
    }
  return out;
}

}  // namespace seedaudit
