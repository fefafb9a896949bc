// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Expected values: R 4.2.2, survival 3.5-3 (survfit, survdiff, pchisq), printed with 16 digits. Both compute closed formulae in double
// precision, hence 1e-9 relative where the requirement is 1e-6.
#include "pipeline/kaplan_meier.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "pipeline/chi_squared.h"
#include "pipeline/cumulative_incidence.h"
#include "tests/pipeline/survival_data.h"

using namespace seedaudit;
using namespace seedaudit::test;

namespace {

bool same_survival(double value, double expected) { return std::abs(value - expected) < 1e-9 * std::abs(expected); }

}  // namespace

TEST_CASE("chi-squared tail against R, also where it is tiny") {
  CHECK(same_survival(chi_squared_tail(0.5, 1), 4.795001221869535e-01));
  CHECK(same_survival(chi_squared_tail(3.84, 1), 5.004352124870522e-02));
  CHECK(same_survival(chi_squared_tail(50, 3), 7.989179244951470e-11));
  CHECK(same_survival(chi_squared_tail(1e-6, 2), 9.999995000001251e-01));
  CHECK(same_survival(chi_squared_tail(900, 4), 1.665941263887753e-193));
  CHECK(same_survival(chi_squared_tail(12, 30), 9.985996461666381e-01));
  CHECK(chi_squared_tail(0, 1) == 1.0);
}

TEST_CASE("Kaplan-Meier: ovarian against R, both kinds of limits") {
  const SurvivalCurve curve = kaplan_meier(observations_of(kOvarian));
  CHECK(curve.n == 26);
  CHECK(curve.events == 12);
  CHECK(*curve.median.days == 638);
  CHECK(*curve.median.log_low == 464);
  CHECK(*curve.median.loglog_low == 431);
  CHECK(!curve.median.log_high);
  CHECK(!curve.median.loglog_high);
  const SurvivalStep& s = *step_at(curve, 700);
  CHECK(s.time_days == 638);
  CHECK(same_survival(s.survival, 0.4967320261437908));
  CHECK(same_survival(*s.se, 0.1051026606695948));
  CHECK(same_survival(*s.log_low, 0.3281088280531122));
  CHECK(same_survival(*s.log_high, 0.7520148338007369));
  CHECK(same_survival(*s.loglog_low, 0.2820546642921285));
  CHECK(same_survival(*s.loglog_high, 0.6792100833418764));
  CHECK(step_at(curve, 58.9) == nullptr);
}

TEST_CASE("Kaplan-Meier: veteran, with ties of events and of an event with a censoring") {
  const SurvivalCurve curve = kaplan_meier(observations_of(kVeteran));
  CHECK(curve.events == 128);
  CHECK(*curve.median.days == 80);
  CHECK(*curve.median.log_low == 52);
  CHECK(*curve.median.log_high == 105);
  CHECK(*curve.median.loglog_high == 100);
  const SurvivalStep& s = *step_at(curve, 100);
  CHECK(s.at_risk == 55);
  CHECK(s.events == 1);
  CHECK(s.censored == 1);
  CHECK(same_survival(s.survival, 0.4179945071967927));
  CHECK(same_survival(*s.loglog_low, 0.334194690602689));
  CHECK(same_survival(*s.loglog_high, 0.499464987297512));
  CHECK(curve.steps.back().survival == 0.0);
  CHECK(!curve.steps.back().se);
}

TEST_CASE("Kaplan-Meier: flat at one half, time 0, no event, nobody") {
  // The curve is exactly one half from day 2 to day 4: the middle, as R's survfit says.
  CHECK(*kaplan_meier({{1, true}, {2, true}, {4, true}, {5, false}}).median.days == 3.0);
  CHECK(*kaplan_meier({{1, true}, {2, true}, {4, false}, {5, false}}).median.days == 2.0);  // never lower
  const SurvivalCurve zero = kaplan_meier({{0, true}, {0, false}, {3, false}});
  CHECK(zero.steps[0].at_risk == 3);
  CHECK(same_survival(zero.steps[0].survival, 2.0 / 3.0));
  const SurvivalCurve none = kaplan_meier({{3, false}, {4, false}});
  CHECK(none.events == 0);
  CHECK(!none.median.days);
  CHECK(*none.steps[1].log_low == 1.0);
  CHECK(!none.steps[1].loglog_low);
  CHECK(kaplan_meier({}).steps.empty());
}

TEST_CASE("log-rank against R: two groups, four groups") {
  std::vector<int> group;
  for (const auto& c : kOvarian) group.push_back(c.rx - 1);
  const LogRank two = log_rank(observations_of(kOvarian), group, 2);
  REQUIRE(two.why_not.empty());
  CHECK(same_survival(two.test.chi_squared, 1.062739861291414));
  CHECK(same_survival(two.test.p, 0.3025911169890951));
  CHECK(same_survival(two.groups[0].expected, 5.233531017149943));
  group.clear();
  for (const auto& c : kVeteran) group.push_back(c.cell - 1);
  const LogRank four = log_rank(observations_of(kVeteran), group, 4);
  CHECK(same_survival(four.test.chi_squared, 25.40370034578536));
  CHECK(four.test.degrees == 3);
  CHECK(same_survival(four.test.p, 1.271245939006095e-05));
  CHECK(same_survival(four.groups[2].expected, 15.69376461436049));
}

TEST_CASE("log-rank: what cannot be compared says why") {
  CHECK(!log_rank({{1, false}, {2, false}}, {0, 1}, 2).why_not.empty());
  CHECK(!log_rank({{1, true}, {2, true}}, {0, 0}, 2).why_not.empty());
  // Group 2 is censored before the first event: it is left out with its degree of freedom.
  const LogRank lost = log_rank({{1, false}, {2, true}, {3, true}, {4, true}, {5, false}}, {2, 0, 1, 0, 1}, 3);
  REQUIRE(lost.why_not.empty());
  CHECK(lost.test.degrees == 1);
  // A group without events is compared all the same.
  CHECK(log_rank({{2, true}, {3, true}, {4, false}, {5, false}}, {0, 0, 1, 1}, 2).why_not.empty());
}

TEST_CASE("cumulative incidence against R's multi-state survfit: estimates and standard errors") {
  std::vector<CompetingObservation> observations;
  for (const auto& c : kVeteran) observations.push_back({c.time_days, c.death == 0 ? -1 : c.cell == 3 ? 0 : 1});
  const CumulativeIncidence ci = cumulative_incidence(observations, {"a", "b"});
  const IncidenceStep* at100 = nullptr;
  for (const auto& s : ci.steps)
    if (s.time_days == 100) at100 = &s;
  REQUIRE(at100 != nullptr);
  CHECK(same_survival(at100->incidence[0], 0.1550591312776385));
  CHECK(same_survival(at100->incidence[1], 0.4269463615255690));
  CHECK(same_survival(at100->se[0], 0.03111830679875454));
  CHECK(same_survival(at100->se[1], 0.04251438167732063));
  CHECK(same_survival(ci.steps.back().incidence[0], 0.1963671254920098));
  CHECK(same_survival(ci.steps.back().se[1], 0.03461807243920328));
  CHECK(*at100->low[0] < at100->incidence[0]);
  CHECK(*at100->high[0] > at100->incidence[0]);
  CHECK(!ci.steps.front().low[0]);  // no event of this kind yet
  // One cause alone is 1 - Kaplan-Meier.
  for (auto& o : observations) o.cause = o.cause < 0 ? -1 : 0;
  const SurvivalCurve curve = kaplan_meier(observations_of(kVeteran));
  CHECK(same_survival(cumulative_incidence(observations, {"death"}).steps[30].incidence[0], 1.0 - curve.steps[30].survival));
}
