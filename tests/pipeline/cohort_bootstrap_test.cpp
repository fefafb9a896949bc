// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/cohort_bootstrap.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "core/parallel.h"

using namespace seedaudit;

namespace {

/// Thirty implants of twelve patients, two or three each.
std::vector<PatientValue> implants() {
  std::vector<PatientValue> out;
  for (int i = 0; i < 30; ++i)
    out.push_back({"p" + std::string(i % 12 < 10 ? "0" : "") + std::to_string(i % 12), 80.0 + 0.5 * ((i * 37) % 41)});
  return out;
}

bool same(const BootstrapInterval& a, const BootstrapInterval& b) { return a.estimate == b.estimate && a.low == b.low && a.high == b.high; }

}  // namespace

TEST_CASE("bootstrap by patient: the limits of a restatement in another language") {
  // Python: hashlib's SHA-256 for the seed, the generator in whole numbers, patients' values joined and averaged or sorted one by one.
  const auto mean = bootstrap_by_patient(implants(), BootstrapStatistic::mean, 500);
  REQUIRE(mean.why_not.empty());
  CHECK(mean.patients == 12);
  CHECK(mean.implants == 30);
  CHECK(mean.low == Approx(88.07983716475096).epsilon(1e-12));
  CHECK(mean.high == Approx(91.87780539772727).epsilon(1e-12));
  const auto median = bootstrap_by_patient(implants(), BootstrapStatistic::median, 500);
  CHECK(median.low == 86.5);
  CHECK(median.high == 93.25);
}

TEST_CASE("bootstrap: any order and any number of threads give the same bits") {
  const auto once = bootstrap_by_patient(implants(), BootstrapStatistic::median, 300);
  auto turned = implants();
  std::reverse(turned.begin(), turned.end());
  const int threads = thread_count();
  for (const int n : {1, 2, 5}) {
    set_thread_count(n);
    CHECK(same(bootstrap_by_patient(turned, BootstrapStatistic::median, 300), once));
  }
  set_thread_count(threads);
}

TEST_CASE("bootstrap: implants of one patient that repeat each other tell nothing new") {
  // Twice every implant: limits by patient must stay, limits by implant would shrink by the root of two.
  auto twice = implants();
  const auto once = twice;
  twice.insert(twice.end(), once.begin(), once.end());
  const auto a = bootstrap_by_patient(once, BootstrapStatistic::mean, 400), b = bootstrap_by_patient(twice, BootstrapStatistic::mean, 400);
  CHECK(b.low == Approx(a.low).epsilon(1e-12));
  CHECK(b.high == Approx(a.high).epsilon(1e-12));
}

TEST_CASE("bootstrap: of many single implants the limits of the mean are those of the normal approximation") {
  std::vector<PatientValue> values;
  for (int i = 0; i < 400; ++i) values.push_back({"case " + std::to_string(i), static_cast<double>((i * 271) % 400)});
  const auto r = bootstrap_by_patient(values, BootstrapStatistic::mean, 4000);
  // 0 to 399, each once: mean 199.5, standard error sqrt((400^2 - 1) / 12 / 400) = 5.7735. A 2.5 % point of 4000 resamples scatters by
  // 0.026 standard deviations of the statistic (sqrt(p q / B) over the normal density there), 0.15 here: four times that.
  CHECK(r.estimate == Approx(199.5));
  CHECK(std::abs(r.low - (199.5 - 1.96 * 5.7735)) < 0.8);
  CHECK(std::abs(r.high - (199.5 + 1.96 * 5.7735)) < 0.8);
}

TEST_CASE("bootstrap: of few patients there are no limits") {
  std::vector<PatientValue> values(40, PatientValue{"one", 1.0});
  CHECK(bootstrap_by_patient(values, BootstrapStatistic::mean, 200).why_not == "fewer than 10 patients");
  CHECK(!bootstrap_by_patient({}, BootstrapStatistic::mean, 200).why_not.empty());
}
