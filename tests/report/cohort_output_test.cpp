// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "report/cohort_json.h"
#include "report/cohort_page.h"

using namespace seedaudit;

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

bool says(const std::string& text, const std::string& word) { return text.find(word) != std::string::npos; }

}  // namespace

TEST_CASE("cohort.json: what could not be computed is null or absent with its reason, never a number") {
  const auto json = nlohmann::json::parse(cohort_json(cohort()));
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
  const std::string page = cohort_html(cohort(), "..");
  CHECK(says(page, "88.25,null,\"../a%20b/report.json\"]"));
  CHECK(!says(page, "</script><b>"));
  CHECK(page.find("</script>") == page.rfind("</script>"));
}
