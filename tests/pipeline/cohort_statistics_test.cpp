// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Expected values: R 4.2 (pbeta, pt, qt, binom.test, prop.test without continuity correction, t.test, quantile), as printed with 16
// digits. A formula deserves 1e-6 relative; what both compute in double precision agrees far better, hence 1e-9.
#include "pipeline/cohort_statistics.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace seedaudit;

namespace {

bool near(double value, double expected) { return std::abs(value - expected) < 1e-9 * std::max(1e-3, std::abs(expected)); }

/// Extra hours of sleep of ten patients under two drugs, second less first (Student 1908, Biometrika 6:1-25).
const std::vector<double> kSleep{1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4};

}  // namespace

TEST_CASE("incomplete beta and Student's t against R") {
  CHECK(near(incomplete_beta(2, 3, 0.1), 0.0523));
  CHECK(near(incomplete_beta(0.5, 0.5, 0.5), 0.5));
  CHECK(near(incomplete_beta(30, 2, 0.9), 0.16956463310086500));
  CHECK(near(incomplete_beta(200, 0.3, 0.999), 0.34270438769395439));
  CHECK(incomplete_beta(2, 3, 0.0) == 0.0);
  CHECK(incomplete_beta(2, 3, 1.0) == 1.0);
  CHECK(near(student_cdf(-2.5, 4), 0.03338327240599406));
  CHECK(near(student_cdf(0.3, 1), 0.59277357907774231));
  CHECK(near(student_cdf(40, 7), 0.99999999920489102));
  CHECK(near(student_quantile(0.975, 2), 4.302652729749462));
  CHECK(near(student_quantile(0.975, 113), 1.981180359414661));
  CHECK(near(student_quantile(0.01, 5), -3.364929998907218));
}

TEST_CASE("shares: exact and Wilson limits against R, none of nothing") {
  const auto is = [](const Proportion& p, double low, double high) { return near(*p.low, low) && near(*p.high, high); };
  CHECK(is(clopper_pearson(0, 114), 0.0, 0.03184065408347414));
  CHECK(is(clopper_pearson(7, 50), 0.05819170034037211, 0.26739600249700846));
  CHECK(is(clopper_pearson(12, 12), 0.7353515306029489, 1.0));
  CHECK(is(wilson(7, 50), 0.06950833427016292, 0.26186193710585542));
  CHECK(is(wilson(0, 20), 0.0, 0.1611251580528193));
  CHECK(!clopper_pearson(0, 0).low);
  CHECK(!wilson(0, 0).high);
}

TEST_CASE("a sample in any order, and what few values do not allow") {
  const SampleSummary s = summarise(kSleep);
  CHECK(s.n == 10);
  CHECK(near(*s.mean, 1.58));
  CHECK(near(*s.sd, 1.22999548327987318));
  CHECK(near(*s.q1, 1.05));
  CHECK(near(*s.median, 1.3));
  CHECK(near(*s.q3, 1.7));
  CHECK(*s.minimum == 0.0);
  CHECK(*s.maximum == 4.6);
  CHECK(*summarise({kSleep.rbegin(), kSleep.rend()}).mean == *s.mean);  // to the bit
  CHECK(!summarise({}).mean);
  const SampleSummary one = summarise({3.0});
  CHECK(*one.median == 3.0);
  CHECK(!one.sd);
  CHECK(!one.q1);
}

TEST_CASE("pairs: t-test, limits of agreement, equivalence") {
  const PairedComparison p = compare_pairs(kSleep, 3.0);
  REQUIRE(p.why_not.empty());
  CHECK(near(p.t, 4.06212768338203656));
  CHECK(near(p.p, 0.00283289019738427));
  CHECK(near(p.low, 0.70011423672301754));
  CHECK(near(p.high, 2.45988576327698238));
  CHECK(near(p.agreement_low, -0.830746848375489));
  CHECK(near(p.agreement_high, 3.990746848375489));
  CHECK(near(p.agreement_high_high - p.agreement_high, 1.557706920739192));
  CHECK(near(p.agreement_low - p.agreement_low_low, 1.557706920739192));
  CHECK(near(*p.equivalence_p, 0.002655570292658671));
  CHECK(*compare_pairs(kSleep, 1.0).equivalence_p > 0.5);  // the mean lies outside the margin
  CHECK(!compare_pairs(kSleep, {}).equivalence_p);
  CHECK(!compare_pairs({1.0, 2.0}, {}).why_not.empty());
  CHECK(!compare_pairs({1.0, 1.0, 1.0}, {}).why_not.empty());
}
