// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/cohort_summary.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string_view>
#include <tuple>

#include "pipeline/cohort_bootstrap.h"
#include "pipeline/cohort_columns.h"
#include "pipeline/cohort_quality.h"
#include "pipeline/cohort_statistics.h"
#include "pipeline/cohort_strata.h"

namespace seedaudit {
namespace {

/// Values of every lesion, of every implant (the mean of its lesions) and of every known patient (the mean of its implants).
struct Columns {
  std::vector<double> lesion, implant, patient;
};

Columns columns_of(const RecordList& records, CohortMetric metric, CohortPhase phase) {
  Columns out;
  std::map<std::string, std::vector<double>> of_patient;
  for (const auto* r : records) {
    for (const auto& lesion : r->lesions)
      if (const auto v = lesion_value(lesion, metric, phase)) out.lesion.push_back(*v);
    const auto v = implant_value(*r, metric, phase);
    if (!v) continue;
    out.implant.push_back(*v);
    if (!r->patient.empty()) of_patient[r->patient].push_back(*v);
  }
  for (auto& [patient, values] : of_patient) out.patient.push_back(*summarise(std::move(values)).mean);
  return out;
}

std::vector<BootstrapInterval> bootstraps(const RecordList& records, const CohortOptions& options) {
  std::vector<BootstrapInterval> out;
  const auto add = [&](std::vector<PatientValue> values, const std::string& metric, const char* phase, const char* statistic) {
    const bool median = std::string_view(statistic) == "median";
    out.push_back(bootstrap_by_patient(std::move(values), median ? BootstrapStatistic::median : BootstrapStatistic::mean,
                                       options.bootstrap_replicates));
    out.back().metric = metric;
    out.back().phase = phase;
    out.back().statistic = statistic;
  };
  const std::tuple<const char*, CohortMetric, double, const char*> metrics[] = {
      {"d90_rx_pct", &CohortMetrics::d90_rx_pct, options.limit_d90_pct, "d90_below_limit"},
      {"v100_pct", &CohortMetrics::v100_pct, options.limit_v100_pct, "v100_below_limit"}};
  for (const auto& [name, metric, limit, share] : metrics) {
    for (const auto& [phase_name, phase] :
         {std::pair{"before", CohortPhase::before}, {"after", CohortPhase::after}, {"change", CohortPhase::change}})
      for (const char* statistic : {"mean", "median"}) {
        std::vector<PatientValue> values;
        for (const auto* r : records)
          if (const auto v = implant_value(*r, metric, phase)) values.push_back({patient_key(*r), *v});
        add(std::move(values), name, phase_name, statistic);
      }
    std::vector<PatientValue> below;
    for (const auto* r : records)
      if (const auto worst = worst_value(*r, metric)) below.push_back({patient_key(*r), *worst < limit ? 1.0 : 0.0});
    add(std::move(below), share, "after", "share");
  }
  return out;
}

constexpr const char* kDatesShifted = "the dates of audits are shifted, so that they are in no period";

void add_charts(const RecordList& records, const CohortOptions& options, CohortTime& t) {
  std::vector<ChartEvent> d90, v100, review;
  std::vector<ChartValue> values;
  for (const auto* r : records) {
    const std::string period = period_of(*r, options.period);
    if (const auto v = worst_value(*r, &CohortMetrics::d90_rx_pct)) d90.push_back({period, *v < options.limit_d90_pct});
    if (const auto v = worst_value(*r, &CohortMetrics::v100_pct)) v100.push_back({period, *v < options.limit_v100_pct});
    review.push_back({period, r->status == "review"});
    if (const auto v = implant_value(*r, &CohortMetrics::d90_rx_pct, CohortPhase::after)) values.push_back({period, *v});
  }
  for (const auto& [name, events] : {std::pair{"d90_below_limit", &d90}, {"v100_below_limit", &v100}, {"review", &review}}) {
    t.p_charts.push_back(p_chart(*events));
    t.p_charts.back().of = name;
  }
  t.ewma = ewma_chart(values, options.ewma_lambda, options.ewma_width);
  t.ewma.metric = "d90_rx_pct";
  // Patients' dates that moved by different numbers of days say nothing of a period.
  if (std::none_of(records.begin(), records.end(), [](const auto* r) { return r->dates_shifted; })) return;
  for (auto& chart : t.p_charts)
    if (!chart.why_not.empty()) chart.why_not = kDatesShifted;
  if (!t.ewma.why_not.empty()) t.ewma.why_not = kDatesShifted;
}

CohortTime time_summary(const std::string& name, const RecordList& records, const CohortOptions& options) {
  CohortTime t;
  t.time = name;
  t.implants = static_cast<int>(records.size());
  std::set<std::string> patients;
  for (const auto* r : records) {
    t.lesions += static_cast<int>(r->lesions.size());
    // A sum of planned and one of found compare only over the same implants.
    if (r->planned_count && r->seed_count) {
      ++t.counted_implants;
      t.planned += *r->planned_count;
      t.found += *r->seed_count;
    }
    r->patient.empty() ? static_cast<void>(++t.implants_without_patient) : static_cast<void>(patients.insert(r->patient));
  }
  t.patients = static_cast<int>(patients.size());
  t.migrated = share_migrated(records);
  for (const auto& [key, member] : kCohortMetrics) {
    MetricSummary m;
    m.metric = key;
    const Columns before = columns_of(records, member, CohortPhase::before);
    const Columns after = columns_of(records, member, CohortPhase::after);
    const Columns change = columns_of(records, member, CohortPhase::change);
    m.lesion_before = summarise(before.lesion);
    m.lesion_after = summarise(after.lesion);
    m.lesion_change = summarise(change.lesion);
    m.implant_before = summarise(before.implant);
    m.implant_after = summarise(after.implant);
    m.implant_change = summarise(change.implant);
    m.patient_before = summarise(before.patient);
    m.patient_after = summarise(after.patient);
    m.patient_change = summarise(change.patient);
    const bool has_margin = key == "d90_rx_pct" || key == "v100_pct";
    m.paired = compare_pairs(change.implant, has_margin ? options.equivalence_margin_pct_points : std::nullopt);
    t.metrics.push_back(std::move(m));
  }
  t.limit_d90_pct = options.limit_d90_pct;
  t.limit_v100_pct = options.limit_v100_pct;
  t.d90_below_limit = share_below(records, &CohortMetrics::d90_rx_pct, options.limit_d90_pct);
  t.v100_below_limit = share_below(records, &CohortMetrics::v100_pct, options.limit_v100_pct);
  t.bootstrap = bootstraps(records, options);
  t.strata = stratify(records, options.period, options.limit_d90_pct, options.limit_v100_pct);
  add_charts(records, options, t);
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
  if (!in(ewma_lambda, 0.01, 1.0))
    return Error{ErrorCode::invalid_option, "weight of the newest period is " + std::to_string(ewma_lambda), "", "Give 0.01 to 1."};
  if (!in(ewma_width, 1.0, 10.0))
    return Error{ErrorCode::invalid_option, "width of the EWMA limits is " + std::to_string(ewma_width), "",
                 "Give 1 to 10 standard deviations."};
  if (bootstrap_replicates < 200 || bootstrap_replicates > 100000)
    return Error{ErrorCode::invalid_option, "number of bootstrap replicates is " + std::to_string(bootstrap_replicates), "",
                 "Give 200 to 100000."};
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
    RecordList of_time;
    for (std::size_t i = 0; i < out.records.size(); ++i)
      if (out.times[i] == name && out.records[i].status != "failed") of_time.push_back(&out.records[i]);
    if (of_time.empty()) continue;
    out.by_time.push_back(time_summary(name, of_time, options));
    for (auto& outlier : quality_outliers(name, of_time)) out.outliers.push_back(std::move(outlier));
  }
  out.period = options.period == CohortPeriod::month ? "month" : options.period == CohortPeriod::quarter ? "quarter" : "year";
  out.bootstrap_replicates = options.bootstrap_replicates;
  out.first_look = first_look(out.records);
  return out;
}

}  // namespace seedaudit
