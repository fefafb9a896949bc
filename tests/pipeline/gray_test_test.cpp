// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Expected values: R 4.2.2, cmprsk 2.2-11 (cuminc, rho = 0), printed with 16 digits, on data sets of survival 3.5-3 whose events were
// parted into two causes by their place in the table. Both compute closed formulae in double precision, hence 1e-9 relative.
#include "pipeline/gray_test.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "pipeline/kaplan_meier.h"
#include "tests/pipeline/survival_data.h"

using namespace seedaudit;
using namespace seedaudit::test;

namespace {

bool near(double value, double expected) { return std::abs(value - expected) < 1e-9 * std::abs(expected); }

/// Every third row has the second cause.
template <class Case>
std::vector<CompetingObservation> two_causes(const std::vector<Case>& cases) {
  std::vector<CompetingObservation> out;
  for (std::size_t i = 0; i < cases.size(); ++i) out.push_back({cases[i].time_days, cases[i].death == 0 ? -1 : i % 3 == 0 ? 1 : 0});
  return out;
}

template <class Case>
std::vector<int> groups_of(const std::vector<Case>& cases, int Case::*member) {
  std::vector<int> out;
  for (const auto& c : cases) out.push_back(c.*member - 1);
  return out;
}

}  // namespace

TEST_CASE("Gray's test: two and four groups with ties against R's cmprsk, either cause") {
  struct Expected {
    std::vector<CompetingObservation> observations;
    std::vector<int> group;
    int groups, cause;
    double chi_squared, p;
  };
  const auto ovarian = two_causes(kOvarian), veteran = two_causes(kVeteran);
  const auto rx = groups_of(kOvarian, &OvarianCase::rx), arm = groups_of(kVeteran, &VeteranCase::treatment),
             cell = groups_of(kVeteran, &VeteranCase::cell);
  for (const Expected& e : {Expected{ovarian, rx, 2, 0, 1.7691045045891018, 0.1834929424796554},
                            {ovarian, rx, 2, 1, 0.1263693796931372, 0.7222264968776713},
                            {veteran, arm, 2, 0, 0.001662921949180384, 0.9674721288201273},
                            {veteran, arm, 2, 1, 0.002911584885822490, 0.9569677471636574},
                            {veteran, cell, 4, 0, 4.479779352722138, 0.2141010300179896},
                            {veteran, cell, 4, 1, 1.808093575954508, 0.6131752687193649}}) {
    const GrayTest t = gray_test(e.observations, e.group, e.groups, e.cause);
    INFO(e.observations.size() << " in " << e.groups << " groups, cause " << e.cause);
    REQUIRE(t.why_not.empty());
    CHECK(near(t.test.chi_squared, e.chi_squared));
    CHECK(near(t.test.p, e.p));
    CHECK(t.test.degrees == e.groups - 1);
    double sum = 0.0;
    for (const double s : t.scores) sum += s;
    CHECK(std::abs(sum) < 1e-9);  // of terms of the size of the events, below 100
  }
}

TEST_CASE("Gray's test: without competing events its scores are those of the log-rank test, by hand on five patients") {
  std::vector<CompetingObservation> all;
  std::vector<Observation> observations;
  for (const auto& c : kVeteran) {
    all.push_back({c.time_days, c.death == 0 ? -1 : 0});
    observations.push_back({c.time_days, c.death != 0});
  }
  const auto arm = groups_of(kVeteran, &VeteranCase::treatment);
  const GrayTest gray = gray_test(all, arm, 2, 0);
  const LogRank rank = log_rank(observations, arm, 2);
  CHECK(near(gray.scores[0], rank.groups[0].observed - rank.groups[0].expected));
  CHECK(near(gray.test.chi_squared, 0.008037632912881522));  // R's cmprsk; its variance is not the log-rank's

  // Days 1 to 5. Groups a a b b a; causes 0, 1, 0, 1, 0. At day 3 group a has lost one of two at risk to the other cause on day 2, and is
  // weighted by (1 - F) / S = (1 - 1/3) / (1/3) = 2: of its one patient 2, of b's two 2. So its score is 1 - 3/5 - 2/4 + 1 - 2/2 = -0.1.
  const GrayTest by_hand = gray_test({{1, 0}, {2, 1}, {3, 0}, {4, 1}, {5, 0}}, {0, 0, 1, 1, 0}, 2, 0);
  CHECK(std::abs(by_hand.scores[0] + 0.1) < 1e-12);
}

TEST_CASE("Gray's test: what cannot be compared has its reason") {
  const std::vector<CompetingObservation> none{{1, 1}, {2, -1}, {3, 1}}, late{{1, -1}, {2, -1}, {3, 0}, {4, 0}};
  CHECK(gray_test(none, {0, 1, 0}, 2, 0).why_not == "no event of this cause");
  CHECK(gray_test(late, {0, 0, 1, 1}, 2, 0).why_not.find("fewer than two groups") == 0);
  CHECK(gray_test({}, {}, 2, 0).why_not == "no event of this cause");
}
