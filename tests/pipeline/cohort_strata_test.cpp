// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/cohort_strata.h"

#include <catch2/catch.hpp>

#include "pipeline/cohort_quality.h"

using namespace seedaudit;

namespace {

CohortRecord implant(const std::string& id, double d90_pct, double thickness_mm) {
  CohortRecord r;
  r.case_id = id;
  r.status = "ok";
  r.site = "liver";
  r.slice_thickness_mm = thickness_mm;
  r.implant_date = "2024-02-01";
  CohortLesion lesion;
  lesion.preop.d90_rx_pct = 100.0;
  lesion.postop.d90_rx_pct = d90_pct;
  r.lesions = {lesion};
  return r;
}

const StratumSummary& stratum(const std::vector<StratumSummary>& strata, const std::string& factor, const std::string& name) {
  for (const auto& s : strata)
    if (s.factor == factor && s.stratum == name) return s;
  FAIL("no stratum " << factor << " " << name);
  return strata.front();
}

}  // namespace

TEST_CASE("strata: each implant in one stratum of each factor, the unknown among themselves") {
  auto a = implant("a", 80, 1.25), b = implant("b", 100, 3.0), c = implant("c", 110, 5.0), d = implant("d", 95, 5.0);
  a.organ_near = true;
  b.organ_near = false;
  c.status = "review";
  d.slice_thickness_mm.reset();
  d.implant_date.clear();
  const auto s = stratify({&a, &b, &c, &d}, CohortPeriod::quarter, 90.0, 90.0);
  CHECK(stratum(s, "site", "liver").implants == 4);
  CHECK(stratum(s, "slice_thickness", "1.5 mm or less").d90_below_limit.k == 1);
  CHECK(stratum(s, "slice_thickness", "1.5 to 3 mm").implants == 1);
  CHECK(*stratum(s, "slice_thickness", "over 3 mm").d90_after.mean == 110.0);
  CHECK(stratum(s, "slice_thickness", "over 3 mm").review.k == 1);
  CHECK(*stratum(s, "slice_thickness", "unknown").d90_change.mean == -5.0);
  CHECK(stratum(s, "adjacency", "organ at risk near").implants == 1);
  CHECK(stratum(s, "adjacency", "unknown").implants == 2);
  CHECK(stratum(s, "scanner", "unknown").implants == 4);
  CHECK(stratum(s, "period", "2024-Q1").implants == 3);
  CHECK(stratum(s, "period", "unknown").implants == 1);
  for (const char* factor : {"site", "scanner", "slice_thickness", "adjacency", "position", "period"}) {
    int n = 0;
    for (const auto& x : s)
      if (x.factor == std::string(factor)) n += x.implants;
    CHECK(n == 4);
  }
}

TEST_CASE("robust z: R's median and mad, and the mean deviation where most are alike") {
  // R 4.2: (9 - median(x)) / mad(x), and (5 - median(y)) / (mean(abs(y - median(y))) * sqrt(pi / 2)); formulas and data in double
  // precision deserve 1e-9.
  const auto x = robust_scale({2.1, 2.4, 1.9, 2.2, 2.3, 2.0, 2.5, 2.2, 2.1, 9.0, 2.3});
  REQUIRE(x);
  CHECK(x->median == 2.2);
  // R's constant 1.4826 is rounded; its exact value is 1 / qnorm(0.75).
  CHECK((9.0 - x->median) * x->z_per_unit == Approx(45.865371644408434 * 1.4826 * 0.6744897501960817).epsilon(1e-9));
  std::vector<double> y(10, 2.5);
  y.push_back(5.0);
  const auto alike = robust_scale(y);
  REQUIRE(alike);
  CHECK((5.0 - alike->median) * alike->z_per_unit == Approx(8.77673016883152).epsilon(1e-9));
  CHECK(!robust_scale(std::vector<double>(20, 2.5)));
  CHECK(!robust_scale({1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST_CASE("outliers in data quality: far ones alone, the farthest first, with the measure named") {
  std::vector<CohortRecord> records;
  for (int i = 0; i < 20; ++i) {
    auto r = implant("c" + std::to_string(10 + i), 100, 2.5);
    r.quality.inverse_consistency_mm = 0.5 + 0.01 * i;
    r.quality.count_gap = i == 4 ? -6 : i % 3 - 1;
    records.push_back(r);
  }
  records[7].quality.inverse_consistency_mm = 5.0;
  RecordList list;
  for (const auto& r : records) list.push_back(&r);
  const auto found = quality_outliers("day 30", list);
  REQUIRE(found.size() == 2);
  CHECK(found[0].case_id == "c17");
  CHECK(found[0].measure == "inverse_consistency_mm");
  CHECK(found[0].robust_z > 3.5);
  CHECK(found[1].case_id == "c14");
  CHECK(found[1].measure == "count_gap");
  CHECK(found[1].robust_z < -3.5);
  CHECK(found[1].time == "day 30");
}
