// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/outcomes_summary.h"

#include <catch2/catch.hpp>

#include "core/date.h"
#include "pipeline/cohort_summary.h"

using namespace seedaudit;

namespace {

constexpr std::chrono::sys_days kStart{std::chrono::days{18000}};

OutcomeRow row(const std::string& key, int days, OutcomeEvent event) {
  OutcomeRow r;
  r.key = key;
  r.start = kStart;
  r.end = kStart + std::chrono::days{days};
  r.event = event;
  return r;
}

CohortRecord audit(const std::string& id, double day, std::vector<double> d90_rx_pct) {
  CohortRecord r;
  r.case_id = id;
  r.status = "ok";
  r.days_since_implant = day;
  for (const double d : d90_rx_pct) {
    CohortLesion l;
    l.postop.d90_rx_pct = d;
    l.postop.ci = d / 100.0;
    r.lesions.push_back(l);
  }
  return r;
}

std::vector<std::string> times_of(const std::vector<CohortRecord>& records) {
  std::vector<std::string> out;
  for (const auto& r : records) out.push_back(time_of(r));
  return out;
}

Result<MatchedPatients> matched(const OutcomeTable& table, const std::vector<CohortRecord>& records,
                                const std::vector<CaseIdentity>& identities = {}) {
  return match_patients(table, records, times_of(records), identities);
}

const PatientCovariate* covariate(const MatchedPatients& m, const std::string& name) {
  for (const auto& c : m.covariates)
    if (c.name == name) return &c;
  return nullptr;
}

}  // namespace

TEST_CASE("outcomes: rows and audits that do not meet are listed, both ways") {
  OutcomeTable table;
  table.rows = {row("a", 100, OutcomeEvent::progression), row("x", 50, OutcomeEvent::censored)};
  table.rows[1].line = 3;
  const std::vector<CohortRecord> records{audit("a", 0, {90}), audit("b", 0, {90})};
  const auto m = matched(table, records);
  REQUIRE(m);
  CHECK(m->rows.size() == 1);
  REQUIRE(m->rows_without_audit.size() == 1);
  CHECK(m->rows_without_audit[0].line == 3);
  CHECK(m->audits_without_row == std::vector<std::string>{"b"});
  const auto s = summarise_outcomes(table, *m, {});
  REQUIRE(s);
  CHECK(s->endpoints[0].n == 1);  // x is in no figure
  table.rows = {row("x", 50, OutcomeEvent::censored)};
  CHECK(matched(table, records).error().code == ErrorCode::bad_csv);
  table.keyed_by_patient = true;
  CHECK(matched(table, records).error().what.find("do not say whose") != std::string::npos);
}

TEST_CASE("outcomes: one row a patient, day 0 and day 30 give two covariates, never one") {
  OutcomeTable table;
  table.rows = {row("a0", 100, OutcomeEvent::progression)};
  std::vector<CohortRecord> records{audit("a0", 0, {95, 85}), audit("a30", 30, {70}), audit("a400", 400, {10}), audit("late", 1, {5}),
                                    audit("failed", 0, {1})};
  records[4].status = "failed";
  const std::vector<CaseIdentity> identities{{"a0", "P", to_iso(kStart)},
                                             {"a30", "P", to_iso(kStart)},
                                             {"a400", "P", to_iso(kStart)},
                                             {"late", "P", to_iso(kStart + std::chrono::days{200})},
                                             {"failed", "P", to_iso(kStart)}};
  const auto m = matched(table, records, identities);
  REQUIRE(m);
  CHECK(m->audits_matched == 5);
  // The coldest lesion of the implant of that day; not the supplementary implant's, the failed audit's or another time's.
  CHECK(*covariate(*m, "d90_rx_pct_day_0")->values[0].number == 85);
  CHECK(*covariate(*m, "d90_rx_pct_day_30")->values[0].number == 70);
  CHECK(*covariate(*m, "ci_day_0")->values[0].number == Approx(0.9));  // mean of lesions
  CHECK(covariate(*m, "v100_pct_day_0") == nullptr);                   // no audit has it
  CHECK(m->notes.size() == 1);
  table.rows.push_back(row("a30", 100, OutcomeEvent::progression));
  CHECK(matched(table, records, identities).error().what.find("same patient") != std::string::npos);
  table.keyed_by_patient = true;
  table.rows = {row("P", 100, OutcomeEvent::progression)};
  CHECK(matched(table, records, identities)->audits_matched == 5);
}

TEST_CASE("outcomes: a dose figure of day 30 is compared among those observed beyond it") {
  OutcomeTable table;
  std::vector<CohortRecord> records;
  for (int i = 0; i < 12; ++i) {
    const std::string id = "c" + std::to_string(i);
    table.rows.push_back(row(id, 20 + 10 * i, i % 3 == 2 ? OutcomeEvent::censored : OutcomeEvent::progression));
    records.push_back(audit(id, 30, {i % 2 == 0 ? 80.0 + i : 95.0 + i}));
  }
  const auto m = matched(table, records);
  const auto s = summarise_outcomes(table, *m, {});
  REQUIRE(s);
  const EndpointSummary& e = s->endpoints[0];
  CHECK(e.name == "progression");
  CHECK(!e.competing);
  CHECK(e.n == 12);
  REQUIRE(e.grouped.size() == 1);
  CHECK(e.grouped[0].set.before_landmark == 2);  // days 20 and 30; 40 is beyond 37
  CHECK(e.grouped[0].set.n == 10);
  CHECK(e.grouped[0].groups == std::vector<std::string>{"< 90 %", ">= 90 %"});
  REQUIRE(e.univariate.size() == 1);
  CHECK(e.univariate[0].model.n == 10);
  REQUIRE(!e.univariate[0].notes.empty());
  CHECK(e.univariate[0].notes[0].find("fewer than 10 events") == 0);
  CHECK(!e.multivariate);
  CHECK(!e.multivariate_why_not.empty());
}

TEST_CASE("outcomes: endpoints by what happened, with competing events apart") {
  OutcomeTable table;
  table.has_vital = true;
  std::vector<CohortRecord> records;
  const OutcomeEvent events[] = {OutcomeEvent::progression, OutcomeEvent::death, OutcomeEvent::other, OutcomeEvent::censored,
                                 OutcomeEvent::progression};
  for (int i = 0; i < 5; ++i) {
    const std::string id = "c" + std::to_string(i);
    table.rows.push_back(row(id, 10 * i, events[i]));  // the first ends on its first day
    records.push_back(audit(id, 0, {90}));
    if (i == 3) continue;  // not followed for survival
    table.rows.back().vital_date = table.rows.back().end;
    table.rows.back().dead = i == 1;
  }
  const auto s = summarise_outcomes(table, *matched(table, records), {});
  REQUIRE(s);
  REQUIRE(s->endpoints.size() == 4);
  CHECK(s->endpoints[0].name == "progression_free_survival");
  CHECK(s->endpoints[0].events == 3);
  CHECK(s->endpoints[1].name == "progression");
  CHECK(s->endpoints[1].events == 2);
  CHECK(s->endpoints[1].competing);
  CHECK(s->endpoints[2].events == 1);
  CHECK(s->endpoints[3].name == "overall_survival");
  CHECK(s->endpoints[3].n == 4);
  CHECK(s->zero_times == 1);
  CHECK(s->incidence.causes == std::vector<std::string>{"progression", "death without progression", "other end"});
  CHECK(s->incidence.steps.back().incidence[0] == Approx(1.0 / 5 + 2.0 / 5));
  CHECK(s->notes.size() == 3);  // patients not known, time 0, one without vital_date
}

TEST_CASE("outcomes: a multivariate model of what was asked for, on complete rows, unknown names are refused") {
  OutcomeTable table;
  table.covariates = {{"age", true}, {"stage", false}, {"note", false}};
  std::vector<CohortRecord> records;
  for (int i = 0; i < 20; ++i) {
    const std::string id = "c" + std::to_string(i);
    table.rows.push_back(row(id, 50 + (7 * i) % 31, i % 4 == 3 ? OutcomeEvent::censored : OutcomeEvent::progression));
    table.rows.back().covariates = {{i == 5 ? std::nullopt : std::optional<double>(40 + (i * i) % 17), ""},
                                    {{}, i % 3 == 0 ? "I" : "II"},
                                    {{}, "name " + std::to_string(i)}};
    records.push_back(audit(id, 0, {90.0 + (3 * i) % 8}));
  }
  const auto m = matched(table, records);
  OutcomesOptions options;
  options.covariates = {"age", "stage", "d90_rx_pct_day_0"};
  const auto s = summarise_outcomes(table, *m, options);
  REQUIRE(s);
  const EndpointSummary& e = s->endpoints[0];
  REQUIRE(e.multivariate);
  CHECK(e.multivariate->set.n == 19);
  CHECK(e.multivariate->set.without_value == 1);
  REQUIRE(e.multivariate->model.coefficients.size() == 3);
  CHECK(e.multivariate->model.coefficients[1].level == "II against I");
  // Words of which each patient has his own are no levels, and are not repeated.
  bool found = false;
  for (const auto& u : e.univariate)
    if (u.covariates[0] == "note") {
      found = true;
      CHECK(u.model.coefficients.empty());
      CHECK(u.model.why_not.find("name ") == std::string::npos);
    }
  CHECK(found);
  options.covariates = {"afp"};
  const auto unknown = summarise_outcomes(table, *m, options);
  CHECK(unknown.error().code == ErrorCode::invalid_option);
  CHECK(unknown.error().hint.find("d90_rx_pct_day_0") != std::string::npos);
  options.covariates = {"age", "age"};
  CHECK(summarise_outcomes(table, *m, options).error().code == ErrorCode::invalid_option);
  table.covariates[0].name = "d90_rx_pct_day_0";
  CHECK(matched(table, records).error().what.find("name of a dose figure") != std::string::npos);
}

TEST_CASE("outcomes: a group without events is compared by log-rank and has no hazard ratio") {
  OutcomeTable table;
  table.covariates = {{"arm", false}};
  std::vector<CohortRecord> records;
  for (int i = 0; i < 10; ++i) {
    const std::string id = "c" + std::to_string(i);
    table.rows.push_back(row(id, 10 + i, i % 2 == 0 ? OutcomeEvent::progression : OutcomeEvent::censored));
    table.rows.back().covariates = {{{}, i % 2 == 0 ? "b" : "a"}};
    records.push_back(audit(id, 0, {}));
  }
  const auto s = summarise_outcomes(table, *matched(table, records), {});
  const EndpointSummary& e = s->endpoints[0];
  CHECK(e.grouped[0].test.why_not.empty());
  CHECK(e.univariate[0].model.coefficients.empty());
  CHECK(e.univariate[0].model.why_not.find("monotone likelihood") == 0);
}

TEST_CASE("outcomes: responses and complications, with what was not recorded apart") {
  OutcomeTable table;
  table.has_response = true;
  table.complications = {"pain", "pneumothorax"};
  std::vector<CohortRecord> records;
  const std::optional<TumourResponse> responses[] = {TumourResponse::complete, TumourResponse::partial, TumourResponse::progressive,
                                                     TumourResponse::not_evaluable, std::nullopt};
  const std::optional<int> pain[] = {0, 1, 3, 2, std::nullopt}, pneumothorax[] = {0, std::nullopt, 0, 0, 4};
  for (int i = 0; i < 5; ++i) {
    const std::string id = "c" + std::to_string(i);
    table.rows.push_back(row(id, 10, OutcomeEvent::censored));
    table.rows.back().response = responses[i];
    table.rows.back().grades = {pain[i], pneumothorax[i]};
    records.push_back(audit(id, 0, {}));
  }
  const auto s = summarise_outcomes(table, *matched(table, records), {});
  REQUIRE(s);
  CHECK(s->responses == std::vector<int>{1, 1, 0, 1, 1});
  CHECK(s->responses_missing == 1);
  CHECK(s->response_shares[0].share.k == 2);
  CHECK(s->response_shares[0].share.n == 3);
  CHECK(s->response_shares[1].share.n == 5);
  REQUIRE(s->complications.size() == 3);
  CHECK(s->complications[0].any.k == 3);
  CHECK(s->complications[0].any.n == 4);
  CHECK(s->complications[0].severe.k == 1);
  const ComplicationTable& worst = s->complications[2];
  CHECK(worst.not_recorded == 2);  // half known is not known
  CHECK(worst.by_grade == std::vector<int>{1, 0, 1, 1, 0, 0});
}
