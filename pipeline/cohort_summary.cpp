// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/cohort_summary.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "pipeline/cohort_statistics.h"

namespace seedaudit {
namespace {

using Member = std::optional<double> CohortMetrics::*;

/// Values of every lesion, and of every implant as the mean of those of its lesions that have one.
struct Columns {
  std::vector<double> lesion, implant;
};

template <class Value>
Columns columns_of(const std::vector<const CohortRecord*>& records, Value value_of) {
  Columns out;
  for (const auto* r : records) {
    double sum = 0.0;
    int n = 0;
    for (const auto& lesion : r->lesions) {
      const std::optional<double> v = value_of(lesion);
      if (!v || !std::isfinite(*v)) continue;
      out.lesion.push_back(*v);
      sum += *v;
      ++n;
    }
    if (n > 0) out.implant.push_back(sum / n);
  }
  return out;
}

/// Implants with a figure, and how many have their worst lesion below the limit.
Proportion share_below(const std::vector<const CohortRecord*>& records, Member member, double limit) {
  int below = 0, n = 0;
  for (const auto* r : records) {
    std::optional<double> worst;
    for (const auto& lesion : r->lesions)
      if (const auto& v = lesion.postop.*member) worst = std::min(worst.value_or(*v), *v);
    if (!worst) continue;
    ++n;
    if (*worst < limit) ++below;
  }
  return wilson(below, n);
}

CohortTime time_summary(const std::string& name, const std::vector<const CohortRecord*>& records, const CohortOptions& options) {
  CohortTime t;
  t.time = name;
  t.implants = static_cast<int>(records.size());
  int migrated = 0, looked_at = 0;
  for (const auto* r : records) {
    t.lesions += static_cast<int>(r->lesions.size());
    // A sum of planned and one of found compare only over the same implants.
    if (r->planned_count && r->seed_count) {
      ++t.counted_implants;
      t.planned += *r->planned_count;
      t.found += *r->seed_count;
    }
    if (r->migrated_count && r->seed_count && *r->migrated_count <= *r->seed_count) {
      migrated += *r->migrated_count;
      looked_at += *r->seed_count;
    }
  }
  t.migrated = clopper_pearson(migrated, looked_at);
  for (const auto& [key, member] : kCohortMetrics) {
    MetricSummary m;
    m.metric = key;
    const Member at = member;
    const Columns before = columns_of(records, [&](const CohortLesion& l) { return l.preop.*at; });
    const Columns after = columns_of(records, [&](const CohortLesion& l) { return l.postop.*at; });
    const Columns change = columns_of(records, [&](const CohortLesion& l) {
      const auto &a = l.preop.*at, &b = l.postop.*at;
      return a && b ? std::optional<double>(*b - *a) : std::nullopt;
    });
    m.lesion_before = summarise(before.lesion);
    m.lesion_after = summarise(after.lesion);
    m.lesion_change = summarise(change.lesion);
    m.implant_before = summarise(before.implant);
    m.implant_after = summarise(after.implant);
    m.implant_change = summarise(change.implant);
    const bool has_margin = key == "d90_rx_pct" || key == "v100_pct";
    m.paired = compare_pairs(change.implant, has_margin ? options.equivalence_margin_pct_points : std::nullopt);
    t.metrics.push_back(std::move(m));
  }
  t.limit_d90_pct = options.limit_d90_pct;
  t.limit_v100_pct = options.limit_v100_pct;
  t.d90_below_limit = share_below(records, &CohortMetrics::d90_rx_pct, options.limit_d90_pct);
  t.v100_below_limit = share_below(records, &CohortMetrics::v100_pct, options.limit_v100_pct);
  return t;
}

/// Worst first: verdict, then migrations, then doubts; then by case.
std::vector<FirstLook> first_look(const std::vector<CohortRecord>& records) {
  std::vector<std::tuple<int, double, std::string, FirstLook>> found;
  for (const auto& r : records) {
    double worst = 1e9;
    for (const auto& l : r.lesions)
      if (l.postop.d90_rx_pct) worst = std::min(worst, *l.postop.d90_rx_pct);
    std::vector<std::string> why;
    int rank = 9;
    const auto add = [&](int of, const std::string& reason) {
      rank = std::min(rank, of);
      why.push_back(reason);
    };
    if (r.verdict == "urgent") add(0, "verdict urgent");
    if (r.verdict == "red") add(1, "verdict red");
    if (r.migrated_count.value_or(0) > 0) add(2, std::to_string(*r.migrated_count) + " migrated");
    if (r.status == "failed") add(3, "audit failed");
    if (r.registration == "low_confidence") add(4, "registration of low confidence");
    if (std::find(r.action_flags.begin(), r.action_flags.end(), "COUNT_MISMATCH") != r.action_flags.end()) add(4, "seed count differs");
    if (why.empty()) continue;
    std::string reason;
    for (const auto& w : why) reason += (reason.empty() ? "" : ", ") + w;
    found.emplace_back(rank, worst, r.case_id, FirstLook{r.case_id, r.path, reason});
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return std::tie(std::get<0>(a), std::get<1>(a), std::get<2>(a)) < std::tie(std::get<0>(b), std::get<1>(b), std::get<2>(b));
  });
  std::vector<FirstLook> out;
  for (auto& f : found) out.push_back(std::move(std::get<3>(f)));
  return out;
}

}  // namespace

Status CohortOptions::check() const {
  const auto in = [](double v, double low, double high) { return v >= low && v <= high; };
  if (equivalence_margin_pct_points && !in(*equivalence_margin_pct_points, 0.01, 100.0))
    return Error{ErrorCode::invalid_option, "equivalence margin is " + std::to_string(*equivalence_margin_pct_points), "",
                 "Give 0.01 to 100 % points."};
  if (!in(limit_d90_pct, 1.0, 500.0))
    return Error{ErrorCode::invalid_option, "limit of D90 is " + std::to_string(limit_d90_pct), "", "Give 1 to 500 % of the prescription."};
  if (!in(limit_v100_pct, 1.0, 100.0))
    return Error{ErrorCode::invalid_option, "limit of V100 is " + std::to_string(limit_v100_pct), "", "Give 1 to 100 %."};
  return ok_status();
}

std::string time_of(const CohortRecord& record) {
  if (!record.days_since_implant) return "unknown time";
  // Whole days, as a scan of an archive counts them; one month give or take a week (AAPM TG-137).
  const double d = std::round(*record.days_since_implant);
  if (d >= 0.0 && d <= 3.0) return "day 0";
  if (d >= 23.0 && d <= 37.0) return "day 30";
  return "other time";
}

CohortSummary summarise_cohort(std::vector<CohortRecord> records, std::vector<CohortLeftOut> left_out, const CohortOptions& options) {
  CohortSummary out;
  std::sort(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.case_id < b.case_id; });
  out.left_out = std::move(left_out);
  out.records = std::move(records);
  for (const auto& r : out.records) {
    out.times.push_back(time_of(r));
    ++(r.status == "ok" ? out.ok : r.status == "review" ? out.review : out.failed);
  }
  for (const char* name : {"day 0", "day 30", "other time", "unknown time"}) {
    std::vector<const CohortRecord*> of_time;
    for (std::size_t i = 0; i < out.records.size(); ++i)
      if (out.times[i] == name && out.records[i].status != "failed") of_time.push_back(&out.records[i]);
    if (!of_time.empty()) out.by_time.push_back(time_summary(name, of_time, options));
  }
  out.first_look = first_look(out.records);
  return out;
}

}  // namespace seedaudit
