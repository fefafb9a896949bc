// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "report/cohort_page.h"
#include "report/outcomes_json.h"
#include "report/outcomes_page.h"
#include "report/outcomes_tables.h"
#include "report/outcomes_words.h"
#include "report/svg_drawing.h"
#include "tests/support/says.h"
#include "tests/support/schema_check.h"

using namespace seedaudit;
using seedaudit::test::says;

namespace {

SurvivalCurve curve() {
  SurvivalCurve c;
  c.n = 3;
  c.events = 1;
  SurvivalStep one;
  one.time_days = 100;
  one.at_risk = 3;
  one.events = 1;
  one.survival = 2.0 / 3.0;
  one.se = 0.272;
  one.loglog_low = 0.0541;
  one.loglog_high = 0.9452;
  SurvivalStep two = one;
  two.time_days = 200;
  two.at_risk = 2;
  two.events = 0;
  two.censored = 2;
  c.steps = {one, two};
  return c;
}

OutcomesSummary outcomes() {
  OutcomesSummary o;
  o.rows = 4;
  o.patients = 3;
  o.rows_without_audit = {{5, "no audit of this case"}};
  o.audits_without_row = {"zz"};
  EndpointSummary e;
  e.name = "progression";
  e.event = "progression";
  e.censored = "end of observation";
  e.n = 3;
  e.events = 1;
  e.overall = curve();
  GroupedCurves g;
  g.covariate = "arm <b>";
  g.groups = {"a&b", "</svg>"};
  g.curves = {curve(), curve()};
  g.test.groups = {{3, 1, 0.9}, {3, 1, 1.1}};
  g.test.test = {0.02, 1, 0.88};
  e.grouped = {g};
  CoxAnalysis good;
  good.covariates = {"age"};
  good.model.n = 3;
  good.model.events = 1;
  CoxCoefficient c;
  c.covariate = "age";
  c.p = 1e-15;
  good.model.coefficients = {c};
  CoxAnalysis infinite;
  infinite.covariates = {"arm"};
  infinite.model.why_not = "monotone likelihood: an infinite coefficient of arm (b)";
  infinite.model.score = ChiSquaredTest{5.0, 1, 0.0253};
  e.univariate = {good, infinite};
  e.multivariate_why_not = "no covariates were chosen";
  o.endpoints = {e};
  GroupedIncidence by;
  by.covariate = "arm <b>";
  by.groups = {"a&b", "</svg>"};
  CumulativeIncidence ci;
  ci.causes = {"progression", "other end"};
  ci.n = 2;
  ci.steps = {{100, 2, 0, {1, 1}, {0.5, 0.5}, {0.3, 0.3}, {0.1, 0.1}, {0.9, 0.9}}};
  by.curves = {ci, ci};
  by.tests = {{"", {0.5, -0.5}, {0.4, 1, 0.53}}, {"no event of this cause", {0.0, 0.0}, {}}};
  GroupedIncidence not_compared;
  not_compared.covariate = "age";
  not_compared.why_not = "all have one value";
  o.incidence = ci;
  o.incidence_by = {by, not_compared};
  o.responses = {1, 1, 0, 0, 0};
  o.responses_missing = 1;
  o.complications = {{"pain, local", {1, 1, 0, 1, 0, 0}, 0, {2, 3, 0.09, 0.99}, {1, 3, 0.008, 0.9}}};
  return o;
}

}  // namespace

TEST_CASE("outcomes.json: a small p stays one, what was not estimated has no coefficient and its reason") {
  const auto json = nlohmann::json::parse(outcomes_json(outcomes()));
  test::check_against_schema("outcomes-1.0.schema.json", outcomes_json(outcomes()));
  const auto& e = json["endpoints"][0];
  CHECK(e["univariate"][0]["coefficients"][0]["p"].get<double>() == Approx(1e-15).epsilon(1e-9));
  CHECK(e["univariate"][1]["coefficients"].empty());
  CHECK(e["univariate"][1]["wald"].is_null());
  CHECK(e["univariate"][1]["score"]["degrees"] == 1);
  CHECK(says(e["univariate"][1]["why_not"], "monotone"));
  CHECK(e["median"]["days"].is_null());
  CHECK(json["matching"]["rows_without_audit"][0]["line"] == 5);
  CHECK(json["matching"]["audits_without_row"][0] == "zz");
  CHECK(json["responses"]["CR"] == 1);
  CHECK(json["complications"][0]["by_grade"][3] == 1);
}

TEST_CASE("outcomes tables: every row has the cells of its header") {
  const OutcomesSummary o = outcomes();
  for (const std::string& table : {outcomes_survival_csv(o), outcomes_incidence_csv(o), outcomes_gray_csv(o), outcomes_cox_csv(o),
                                   outcomes_groups_csv(o), outcomes_counts_csv(o)}) {
    std::ptrdiff_t columns = -1;
    std::size_t begin = 0;
    while (begin < table.size()) {
      const std::size_t end = table.find('\n', begin);
      std::ptrdiff_t n = 0;
      bool quoted = false;
      for (std::size_t i = begin; i < end; ++i) {
        if (table[i] == '"') quoted = !quoted;
        if (table[i] == ',' && !quoted) ++n;
      }
      if (columns < 0) columns = n;
      INFO(table.substr(begin, end - begin));
      CHECK(n == columns);
      begin = end + 1;
    }
  }
  CHECK(says(outcomes_survival_csv(o), "progression,,,100,3,1,0,0.6666666667,0.272,0.0541,0.9452,,\n"));
  CHECK(says(outcomes_counts_csv(o), "\"pain, local\",grade 3,1,,,\n"));
}

TEST_CASE("outcomes: names from the file cannot break the page or a plot") {
  const OutcomesSummary o = outcomes();
  const std::string section = outcomes_section(o);
  CHECK(!says(section, "arm <b>"));
  CHECK(says(section, "a&amp;b"));
  CHECK(says(section, "not estimated: monotone likelihood"));
  std::size_t opened = 0, closed = 0;
  for (std::size_t i = section.find("<svg"); i != std::string::npos; i = section.find("<svg", i + 1)) ++opened;
  for (std::size_t i = section.find("</svg>"); i != std::string::npos; i = section.find("</svg>", i + 1)) ++closed;
  CHECK(opened == 6);  // a curve, one of two groups, ratios; the incidence of all and of two groups
  CHECK(closed == 6);
  const std::string page = cohort_html({}, {}, {}, section);
  CHECK(says(page, section));
  const auto plots = outcomes_plots(o);
  REQUIRE(plots.size() == 4);  // as above, without the incidence of groups
  CHECK(plots[1].first == "outcomes_progression_by_arm__b_.svg");
  for (const auto& [name, svg] : plots) {
    CHECK(svg.rfind("<svg", 0) == 0);
    CHECK(!says(svg, "nan"));
    CHECK(!says(svg, "inf"));
    CHECK(!says(svg, "null"));
  }
  CHECK(xml_text("a\n\"b\"") == "a &quot;b&quot;");
  CHECK(says(outcomes_text(o), "line 5: no audit of this case"));
}

TEST_CASE("outcomes: words for figures") {
  CHECK(p_words(0.00001) == "p < 0.0001");
  CHECK(exact_text(0.123456789012) == "0.123456789");
  CHECK(exact_text(1e-40) == "0.000000000000000000000000000001");
  CHECK(exact_text(0) == "0");
  CHECK(median_text({}) == "not reached");
  MedianTime m;
  m.days = 30.4375 * 19;
  m.loglog_low = 30.4375 * 12.7;
  CHECK(median_text(m) == "19.0 months (12.7 to not reached)");
}
