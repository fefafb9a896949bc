// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/cohort_summary.h"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace seedaudit;

namespace {

CohortRecord record(const std::string& id, double day, const std::vector<double>& d90_pct, const std::string& status = "ok") {
  CohortRecord r;
  r.case_id = id;
  r.path = id + "/report.json";
  r.status = status;
  r.verdict = "green";
  r.days_since_implant = day;
  r.planned_count = 10;
  r.seed_count = 9;
  r.migrated_count = 0;
  for (const double d : d90_pct) {
    CohortLesion lesion;
    lesion.preop.d90_rx_pct = 110.0;
    lesion.postop.d90_rx_pct = d;
    r.lesions.push_back(lesion);
  }
  return r;
}

const MetricSummary& d90(const CohortTime& time) { return time.metrics.at(1); }

}  // namespace

TEST_CASE("day 0 and day 30 are never pooled, and a failed audit gives no figure") {
  const auto s = summarise_cohort(
      {record("d", 30, {70}, "failed"), record("b", 30, {80, 100}), record("a", 0, {120}), record("c", 30, {95}), record("e", 100, {95})},
      {}, {});
  CHECK(s.failed == 1);
  REQUIRE(s.by_time.size() == 3);
  CHECK(s.by_time[0].time == "day 0");
  CHECK(*d90(s.by_time[0]).implant_after.mean == 120.0);
  const CohortTime& day30 = s.by_time[1];
  CHECK(day30.time == "day 30");
  CHECK(day30.implants == 2);
  CHECK(day30.lesions == 3);
  REQUIRE(d90(day30).metric == "d90_rx_pct");
  CHECK(d90(day30).lesion_after.n == 3);
  CHECK(d90(day30).implant_after.n == 2);
  CHECK(*d90(day30).implant_after.mean == Approx(92.5));  // (80 + 100) / 2 and 95, each implant once
  CHECK(*d90(day30).implant_change.mean == Approx(-17.5));
  CHECK(day30.d90_below_limit.k == 1);  // the worst lesion of b, 80
  CHECK(day30.d90_below_limit.n == 2);
  CHECK(day30.planned == 20);
  CHECK(day30.found == 18);
  CHECK(day30.migrated.n == 18);
}

TEST_CASE("dates that were shifted are in no period, and the charts say why") {
  std::vector<CohortRecord> records;
  for (int i = 0; i < 30; ++i) {
    records.push_back(record("c" + std::to_string(100 + i), 30, {90.0 + i % 7}));
    records.back().implant_date = "202" + std::to_string(i % 3) + "-03-01";
  }
  CohortOptions options;
  options.period = CohortPeriod::year;
  CHECK(summarise_cohort(records, {}, options).by_time[0].p_charts[0].why_not.empty());
  for (auto& r : records) r.dates_shifted = true;
  const CohortSummary s = summarise_cohort(records, {}, options);
  CHECK(s.by_time[0].p_charts[0].undated == 30);
  CHECK(s.by_time[0].p_charts[0].points.empty());
  CHECK(s.by_time[0].p_charts[0].why_not.find("shifted") != std::string::npos);
  CHECK(s.by_time[0].ewma.why_not.find("shifted") != std::string::npos);
  for (const auto& stratum : s.by_time[0].strata)
    if (stratum.factor == "period") CHECK(stratum.stratum == "unknown");
}

TEST_CASE("the time of an audit") {
  CohortRecord r;
  CHECK(time_of(r) == "unknown time");
  for (const auto& [day, name] : std::vector<std::pair<double, std::string>>{{0, "day 0"},
                                                                             {3, "day 0"},
                                                                             {4, "other time"},
                                                                             {22, "other time"},
                                                                             {23, "day 30"},
                                                                             {37, "day 30"},
                                                                             {38, "other time"},
                                                                             {-1, "other time"}}) {
    r.days_since_implant = day;
    INFO(day);
    CHECK(time_of(r) == name);
  }
}

TEST_CASE("what is looked at first: urgent, red, migrations, failures, doubts") {
  auto doubtful = record("a", 30, {100}), migrated = record("b", 30, {100}), red = record("c", 30, {85}), urgent = record("d", 30, {75});
  doubtful.registration = "low_confidence";
  migrated.migrated_count = 2;
  red.verdict = "red";
  urgent.verdict = "urgent";
  auto redder = red;
  redder.case_id = "e";
  redder.lesions[0].postop.d90_rx_pct = 82;
  const auto s = summarise_cohort({doubtful, migrated, red, urgent, redder, record("f", 30, {100})}, {}, {});
  std::string order;
  for (const auto& f : s.first_look) order += f.case_id;
  CHECK(order == "decba");
}

TEST_CASE("limits and margins of a cohort are checked, and each changes an answer") {
  CohortOptions options;
  CHECK(options.check());
  options.limit_d90_pct = 130.0;
  CHECK(summarise_cohort({record("a", 0, {120})}, {}, options).by_time[0].d90_below_limit.k == 1);
  options.limit_d90_pct = -1.0;
  CHECK_FALSE(options.check());
  options = {};
  options.limit_v100_pct = 101.0;
  CHECK_FALSE(options.check());
  options = {};
  options.equivalence_margin_pct_points = 0.0;
  CHECK_FALSE(options.check());
  options.equivalence_margin_pct_points = 5.0;
  const auto s = summarise_cohort({record("a", 0, {109}), record("b", 0, {110.5}), record("c", 0, {111})}, {}, options);
  CHECK(*d90(s.by_time[0]).paired.equivalence_p < 0.05);
}

TEST_CASE("patients: several implants of one count once, and who is not known is said") {
  auto a = record("a", 30, {80}), b = record("b", 30, {100}), c = record("c", 30, {120}), d = record("d", 30, {60});
  a.patient = b.patient = "x";
  c.patient = "y";
  const auto s = summarise_cohort({a, b, c, d}, {}, {});
  const CohortTime& t = s.by_time.at(0);
  CHECK(t.patients == 2);
  CHECK(t.implants_without_patient == 1);
  CHECK(d90(t).patient_after.n == 2);
  CHECK(*d90(t).patient_after.mean == Approx(105.0));  // (90 + 120) / 2; d is of nobody known
  CHECK(*d90(t).patient_change.mean == Approx(-5.0));
  for (const auto& interval : t.bootstrap) CHECK(!interval.why_not.empty());
}

TEST_CASE("bootstraps, strata, charts and outliers of a cohort, and each option changes an answer") {
  std::vector<CohortRecord> records;
  for (int i = 0; i < 60; ++i) {
    auto r = record("c" + std::to_string(100 + i), 30, {90.0 + (i * 7) % 23}, i % 5 == 0 ? "review" : "ok");
    r.patient = "p" + std::to_string(i / 2);
    r.implant_date = "2023-" + std::string(i % 12 < 9 ? "0" : "") + std::to_string(i % 12 + 1) + "-10";
    r.quality.slice_spacing_mm = i == 30 ? 10.0 : 2.5;
    records.push_back(r);
  }
  CohortOptions options;
  options.limit_d90_pct = 100.0;
  const auto s = summarise_cohort(records, {}, options);
  const CohortTime& t = s.by_time.at(0);
  REQUIRE(t.bootstrap.size() == 14);
  const auto& share = t.bootstrap[6];
  CHECK(share.metric == "d90_below_limit");
  CHECK(share.patients == 30);
  CHECK(share.estimate == Approx(static_cast<double>(t.d90_below_limit.k) / t.d90_below_limit.n));
  REQUIRE(t.p_charts.size() == 3);
  CHECK(t.p_charts[0].points.size() == 4);
  CHECK(t.p_charts[2].of == "review");
  CHECK(t.p_charts[2].center == Approx(0.2));
  CHECK(t.ewma.why_not.empty());
  REQUIRE(s.outliers.size() == 1);
  CHECK(s.outliers[0].case_id == "c130");

  const auto changed = [&](auto set) {
    CohortOptions other = options;
    set(other);
    REQUIRE(other.check());
    return summarise_cohort(records, {}, other).by_time.at(0);
  };
  CHECK(changed([](auto& o) { o.period = CohortPeriod::month; }).ewma.points.size() == 12);
  CHECK(changed([](auto& o) { o.period = CohortPeriod::year; }).ewma.why_not == "fewer than 3 periods");
  CHECK(changed([](auto& o) { o.ewma_lambda = 0.5; }).ewma.points[1].ewma != t.ewma.points[1].ewma);
  CHECK(changed([](auto& o) { o.ewma_width = 2.0; }).ewma.points[1].high < t.ewma.points[1].high);
  CHECK(changed([](auto& o) { o.bootstrap_replicates = 200; }).bootstrap[2].low != t.bootstrap[2].low);
  for (const auto& set :
       std::vector<void (*)(CohortOptions&)>{[](CohortOptions& o) { o.ewma_lambda = 0.0; }, [](CohortOptions& o) { o.ewma_width = 0.5; },
                                             [](CohortOptions& o) { o.bootstrap_replicates = 10; }}) {
    CohortOptions bad;
    set(bad);
    CHECK_FALSE(bad.check());
  }
}
