// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/text_summary.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>

#include "tests/report/sample_audit.h"
#include "tests/support/says.h"

using namespace seedaudit;
using seedaudit::test::says;

namespace {

/// On one line, whatever the width at which it was wrapped.
std::string unwrapped(const std::string& text) {
  std::istringstream words(text);
  std::string out;
  for (std::string word; words >> word;) out += (out.empty() ? "" : " ") + word;
  return out;
}

}  // namespace

TEST_CASE("the summary says first whether the numbers may be used, then what they mean") {
  TextSummaryOptions options;
  options.report_location = "out/report.json";
  const std::string text = text_summary(test::full_audit(), options);
  INFO(text);
  CHECK(text.find("REVIEW") < text.find("AMBER"));
  CHECK(text.find("AMBER") < text.find("planned 4"));
  CHECK(says(text, "found 3 (the image supports 3 to 4)"));
  CHECK(says(text, "not_found"));
  CHECK(says(text, "seed 3 migrated"));
  CHECK(says(text, "112.4"));
  CHECK(says(text, "-22.6"));
  CHECK(says(text, "SOURCE_ASSUMED"));
  CHECK(says(text, "TG-43"));
  CHECK(says(text, "Not a medical device"));
  CHECK(says(text, "out/report.json"));
  CHECK(!says(text, "\033["));
}

TEST_CASE("the summary counts the warnings that raised no flag, and gives the odds beside the interval") {
  CaseAudit audit = test::full_audit();
  audit.warnings = {{"SOURCE_ASSUMED", "a flag of this name is raised"}, {"LOCALIZER_DROPPED", "one"}, {"LOCALIZER_DROPPED", "one"}};
  audit.detection.warnings.clear();
  audit.registration.warnings.clear();
  const std::string text = text_summary(audit, {});
  INFO(text);
  CHECK(says(text, "1 remark of lesser weight in log.txt"));
  CHECK(says(text, "probability of D90 below the limit 12 %"));
  audit.warnings.clear();
  CHECK_FALSE(says(text_summary(audit, {}), "remark"));
}

TEST_CASE("the summary fits a screen") {
  CaseAudit audit = test::full_audit();
  for (int i = 0; i < 30; ++i) audit.flags.push_back({"FLAG", Severity::info, "something to know", std::nullopt, std::nullopt});
  const std::string text = text_summary(audit);
  CHECK(std::count(text.begin(), text.end(), '\n') <= 50);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    CHECK(line.size() <= 100);
  }
}

TEST_CASE("a failed audit gives no figure and the reason in its place") {
  const std::string text = text_summary(test::failed_audit());
  INFO(text);
  CHECK(says(text, "FAILED"));
  CHECK(says(text, "NOT ASSESSED because no seeds were found"));
  CHECK(says(text, "not computed because"));
  CHECK(says(text, "the images share no anatomy"));
  CHECK(!says(text, "D90, Gy"));
}

TEST_CASE("a figure that was not computed is a dash, never zero") {
  CaseAudit audit = test::full_audit();
  audit.dose->structures[0].postop->d90_gy.reset();
  audit.dose->structures[0].delta.reset();
  const std::string text = text_summary(audit);
  const auto row = text.find("D90, Gy");
  REQUIRE(row != std::string::npos);
  const std::string line = text.substr(row, text.find('\n', row) - row);
  CHECK(std::count(line.begin(), line.end(), '-') == 2);
  CHECK(!says(line, "0.0"));
}

TEST_CASE("what is zero as printed has no sign") {
  CaseAudit audit = test::full_audit();
  StructureAudit& s = audit.dose->structures[0];
  for (const double change : {-0.004, 0.0, 0.004}) {
    s.volume_postop_cc = *s.volume_preop_cc + change;
    s.delta->d90_gy = 10.0 * change;
    const std::string text = text_summary(audit);
    for (const char* name : {"volume, cc", "D90, Gy"}) {
      const auto row = text.find(name);
      REQUIRE(row != std::string::npos);
      const std::string line = text.substr(row, text.find('\n', row) - row);
      INFO(line);
      CHECK(line.find('-') == std::string::npos);
      CHECK(line.find('+') == std::string::npos);
      CHECK((says(line, " 0.00") || says(line, " 0.0")));
    }
  }
  s.volume_postop_cc = *s.volume_preop_cc - 0.006;
  CHECK(says(text_summary(audit), "-0.01"));
}

TEST_CASE("what the planning system and an earlier implant say stands beside ours, by grid and by histogram, each with its difference") {
  CaseAudit audit = test::full_audit();
  const std::string text = unwrapped(text_summary(audit));
  INFO(text);
  CHECK(says(text, "planning system's dose grid: D90 134.0 Gy, V100 96.0 %; less the same plan computed here"));
  CHECK(says(text, "planning system's own DVH: D90 133.5 Gy, V100 95.5 %; less the same plan computed here"));
  CHECK(says(text, "earlier implant: 12 seeds of theragenics-200, 2.500 U on 2024-03-21, 11 found again and not counted as new"));
  CHECK(says(text, "with the earlier implant's dose: D90 124.5 Gy, V100 91.0 %"));
  audit.dose->structures[0].planning_system_dvh.reset();
  CHECK_FALSE(says(text_summary(audit), "own DVH"));
}

TEST_CASE("colours only when asked for") {
  TextSummaryOptions options;
  options.colour = true;
  CHECK(says(text_summary(test::full_audit(), options), "\033[1;33m"));
}

TEST_CASE("the log holds everything the summary leaves out") {
  const std::string text = log_text(test::full_audit());
  CHECK(says(text, "DUPLICATE_SLICE_DROPPED"));
  CHECK(says(text, "tg43_rules = s1"));
  CHECK(says(text, "abc123"));
}
