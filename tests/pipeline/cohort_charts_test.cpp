// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Expected values: R 4.2 (qbinom, mean, and the recursions written out), printed with 16 digits; 1e-9 as in cohort_statistics_test.cpp.
#include "pipeline/cohort_charts.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "pipeline/cohort_statistics.h"

using namespace seedaudit;

namespace {

bool same_figure(double value, double expected) { return std::abs(value - expected) < 1e-9 * std::abs(expected); }

std::vector<ChartEvent> events(const std::vector<std::pair<int, int>>& k_of_n) {
  std::vector<ChartEvent> out;
  for (std::size_t i = 0; i < k_of_n.size(); ++i)
    for (int j = 0; j < k_of_n[i].second; ++j) out.push_back({"2024-0" + std::to_string(i + 1), j < k_of_n[i].first});
  return out;
}

}  // namespace

TEST_CASE("quantiles of the binomial distribution against R") {
  const double low = 0.001349898031630095, high = 1.0 - low;
  CHECK(binomial_quantile(low, 20, 0.1) == 0);
  CHECK(binomial_quantile(high, 20, 0.1) == 7);
  CHECK(binomial_quantile(low, 200, 0.3) == 41);
  CHECK(binomial_quantile(high, 200, 0.3) == 80);
  CHECK(binomial_quantile(high, 5, 0.02) == 2);
  CHECK(binomial_quantile(low, 60, 0.95) == 51);
  CHECK(binomial_quantile(high, 60, 0.95) == 60);
  CHECK(binomial_quantile(0.5, 1000, 0.123) == 123);
  CHECK(binomial_quantile(high, 50, 0.0) == 0);
  CHECK(binomial_quantile(low, 50, 1.0) == 50);
}

TEST_CASE("periods are named so that they sort as time does") {
  CHECK(period_of("2024-05-31", CohortPeriod::month) == "2024-05");
  CHECK(period_of("2024-03-31", CohortPeriod::quarter) == "2024-Q1");
  CHECK(period_of("2024-04-01", CohortPeriod::quarter) == "2024-Q2");
  CHECK(period_of("2024-12-31", CohortPeriod::quarter) == "2024-Q4");
  CHECK(period_of("2024-05-31", CohortPeriod::year) == "2024");
  CHECK(period_of("", CohortPeriod::year).empty());
}

TEST_CASE("p chart: exact limits, a signal, and periods of few implants that are not judged") {
  auto list = events({{1, 10}, {2, 12}, {10, 11}, {4, 4}, {3, 14}, {1, 9}});
  list.push_back({"", true});
  const PChart c = p_chart(list);
  REQUIRE(c.why_not.empty());
  CHECK(c.undated == 1);
  CHECK(same_figure(c.center, 21.0 / 60.0));
  REQUIRE(c.points.size() == 6);
  // qbinom(pnorm(3), c(10, 12, 11, 4, 14, 9), 21/60); below, all are 0
  const int upper[] = {8, 9, 9, 4, 10, 8};
  for (std::size_t i = 0; i < 6; ++i) {
    INFO(i);
    CHECK(c.points[i].upper == upper[i]);
    CHECK(c.points[i].lower == 0);
    CHECK(c.points[i].signal == (i == 2 ? 1 : 0));
  }
  CHECK(!c.points[3].judged);  // four of four, but only four
  CHECK(c.points[4].judged);
}

TEST_CASE("p chart: a share that falls is a signal too, and two periods make no chart") {
  const PChart c = p_chart(events({{30, 40}, {32, 40}, {6, 40}, {31, 40}}));
  CHECK(c.points[2].signal == -1);
  const PChart few = p_chart(events({{3, 4}, {9, 10}, {9, 10}}));
  CHECK(few.why_not == "fewer than 3 periods with 5 implants");
  CHECK(few.points.size() == 3);
  CHECK(few.points[1].signal == 0);
}

TEST_CASE("EWMA of period means with unequal numbers against R") {
  std::vector<ChartValue> values;
  const std::vector<std::vector<double>> periods{{101, 97, 104, 99}, {95, 99, 102}, {100}, {91, 94, 90, 93, 92}, {88, 92, 90}};
  for (std::size_t i = 0; i < periods.size(); ++i)
    for (const double v : periods[i]) values.push_back({"2024-0" + std::to_string(i + 1), v});
  values.push_back({"", 1000.0});
  const EwmaChart c = ewma_chart(values, 0.2, 2.0);
  REQUIRE(c.why_not.empty());
  CHECK(c.undated == 1);
  CHECK(same_figure(c.center, 95.4375));
  CHECK(same_figure(c.sd, 2.5120919689784569));
  const double expected[5][3] = {{96.400000000000006, 94.935081606204307, 95.939918393795693},
                                 {96.853333333333339, 94.73172583518722, 96.14327416481278},
                                 {97.482666666666674, 94.284897744407914, 96.590102255592086},
                                 {96.386133333333348, 94.411744547623158, 96.463255452376842},
                                 {95.108906666666684, 94.43253374417975, 96.44246625582025}};
  REQUIRE(c.points.size() == 5);
  for (std::size_t i = 0; i < 5; ++i) {
    INFO(i);
    CHECK(same_figure(c.points[i].ewma, expected[i][0]));
    CHECK(same_figure(c.points[i].low, expected[i][1]));
    CHECK(same_figure(c.points[i].high, expected[i][2]));
    CHECK(c.points[i].signal == (i < 3 ? 1 : 0));
  }
  CHECK(ewma_chart(values, 1.0, 2.0).points[3].ewma == 92.0);  // the newest period alone
  CHECK(ewma_chart(values, 0.2, 10.0).points[1].signal == 0);
}

TEST_CASE("EWMA says why it has no limits") {
  CHECK(ewma_chart({{"a", 1}, {"b", 2}}, 0.2, 3).why_not == "fewer than 3 periods");
  CHECK(ewma_chart({{"a", 1}, {"b", 2}, {"c", 3}}, 0.2, 3).why_not == "too few implants a period for a standard deviation");
  std::vector<ChartValue> alike;
  for (const char* p : {"a", "b", "c"})
    for (int i = 0; i < 6; ++i) alike.push_back({p, 90.0});
  CHECK(ewma_chart(alike, 0.2, 3).why_not == "all figures of a period are alike");
}
