// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "report/cohort_json.h"
#include "report/cohort_page.h"
#include "report/cohort_sections.h"
#include "tests/support/says.h"
#include "tests/support/schema_check.h"

using namespace seedaudit;
using seedaudit::test::says;

namespace {

CohortSummary cohort() {
  CohortSummary c;
  CohortRecord r;
  r.case_id = "</script><b>";
  r.path = "a b/report.json";
  r.status = "ok";
  r.lesions.resize(2);
  r.lesions[0].postop.d90_rx_pct = 91.5;
  r.lesions[1].postop.d90_rx_pct = 88.25;
  c.records = {r};
  c.times = {"day 30"};
  c.ok = 1;
  c.period = "quarter";
  CohortTime t;
  t.time = "day 30";
  t.implants = 1;
  MetricSummary m;
  m.metric = "d90_rx_pct";
  m.implant_after.n = 1;
  m.implant_after.mean = 89.875;
  m.paired.why_not = "fewer than 3 pairs";
  t.metrics = {m};
  c.by_time = {t};
  return c;
}

}  // namespace

TEST_CASE("cohort.json: what could not be computed is null or absent with its reason, never a number") {
  const auto json = nlohmann::json::parse(cohort_json(cohort()));
  test::check_against_schema("cohort-1.0.schema.json", cohort_json(cohort()));
  const auto& m = json["times"][0]["metrics"][0];
  CHECK(m["implant_after"]["mean"] == 89.875);
  CHECK(m["implant_after"]["sd"].is_null());
  CHECK(m["implant_before"]["mean"].is_null());
  CHECK(m["paired"]["why_not"] == "fewer than 3 pairs");
  CHECK(!m["paired"].contains("p"));
  CHECK(json["times"][0]["d90_below_limit"]["low"].is_null());
}

TEST_CASE("cohort tables: a row a lesion, empty where not computed") {
  const std::string cases = cohort_cases_csv(cohort());
  CHECK(std::count(cases.begin(), cases.end(), '\n') == 3);
  CHECK(says(cases, "88.25"));
  CHECK(says(cohort_summary_csv(cohort()), "day 30,implant,d90_rx_pct,after,1,89.875,,,,,,\n"));
  CHECK(says(cohort_text(cohort()), "not computed"));
}

TEST_CASE("cohort.html: the worst lesion, an encoded link, and no text that ends the script") {
  const CohortSummary c = cohort();
  const std::string page = cohort_html(c, {"../a b/report.html"}, cohort_plots(c));
  CHECK(says(page, ",88.25,null,\"../a%20b/report.html\"]"));
  CHECK(!says(page, "</script><b>"));
  std::size_t ends = 0;
  for (auto at = page.find("</script>"); at != std::string::npos; at = page.find("</script>", at + 1)) ++ends;
  CHECK(ends == 3);  // two of data, one of program
  CHECK(!says(page, "__SEEDAUDIT_"));
  CHECK(!says(page, "__SCRIPT__"));
  for (const auto& plot : cohort_plots(c)) CHECK(says(page, plot.svg));
  CHECK(says(cohort_html(c, {""}, {}), ",88.25,null,\"\"]"));
}

TEST_CASE("plots: one panel a time with what it shows, or the reason why not, always the same files") {
  CohortSummary c = cohort();
  c.times = {"day 30"};
  auto plots = cohort_plots(c);
  REQUIRE(plots.size() == 4);
  CHECK(plots[0].file == "plot-d90.svg");
  CHECK(says(plots[0].svg, "D90 in % of the prescription, day 30: planned (0 implants) and post-implant (1)"));
  CHECK(says(plots[1].svg, "Not drawn: no implant has a D90 before and after."));
  CHECK(says(plots[3].svg, "Not drawn: no implant has a D90 and a date."));
  PChart chart;
  chart.of = "review";
  chart.center = 0.25;
  chart.undated = 2;
  chart.points = {{"2024-Q1", 1, 8, true, 0, 6, 0}, {"2024-Q2", 7, 8, true, 0, 6, 1}, {"2024-Q3", 1, 3, false, 0, 3, 0}};
  c.by_time[0].p_charts = {chart};
  plots = cohort_plots(c);
  CHECK(says(plots[2].svg, ">2024-Q2</text>"));
  CHECK(says(plots[2].svg, "2 implants without a date"));
  CHECK(says(plots[2].svg, "Diamond: signal"));
  for (const auto& plot : cohort_plots({})) CHECK(says(plot.svg, "</svg>"));
  CHECK(!says(plots[2].svg, "nan"));
}

TEST_CASE("strata.csv and the parts of cohort.json: limits with their method, absent where not computed") {
  CohortSummary c = cohort();
  CohortTime& t = c.by_time[0];
  StratumSummary s;
  s.factor = "scanner";
  s.stratum = "A, B";
  s.implants = 3;
  s.d90_below_limit = {1, 3, 0.06, 0.79};
  t.strata = {s};
  BootstrapInterval b;
  b.metric = "d90_rx_pct";
  b.why_not = "fewer than 10 patients";
  t.bootstrap = {b};
  t.ewma.why_not = "fewer than 3 periods";
  t.ewma.points = {{"2024-Q1", 4, 95.5, 0, 0, 0, 0}};
  c.outliers = {{"x", "x/report.json", "day 30", "count_gap", "seeds found less expected", -6, 0, -8.2}};
  const std::string csv = cohort_strata_csv(c);
  CHECK(says(csv, "\nday 30,scanner,\"A, B\",3,0,,,,,,0,"));
  CHECK(says(csv, ",1,3,0.06,0.79,"));
  CHECK(std::count(csv.begin(), csv.begin() + static_cast<std::ptrdiff_t>(csv.find('\n')), ',') ==
        std::count(csv.begin() + static_cast<std::ptrdiff_t>(csv.find('\n')), csv.end(), ',') - 1);
  const auto json = nlohmann::json::parse(cohort_json(c));
  const auto& time = json["times"][0];
  CHECK(time["strata"][0]["d90_below_limit"]["limits"] == "Wilson");
  CHECK(!time["bootstrap"][0].contains("limits"));
  CHECK(time["ewma"]["why_not"] == "fewer than 3 periods");
  CHECK(!time["ewma"]["periods"][0].contains("limits"));
  CHECK(json["quality_outliers"][0]["robust_z"] == -8.2);
  CHECK(says(cohort_text(c), "seeds found less expected -6, median 0, z -8.2"));
  CHECK(says(cohort_text(c), "patients not known"));
}
