// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/input_doubts.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/pipeline/audited.h"

using namespace seedaudit;
using namespace seedaudit::test;

TEST_CASE("doubts: a warning after which a figure may be wrong is a flag, once, and others are none") {
  const Warnings warnings{{"MISSING_SLICE_INTERPOLATED", "between 1 and 3"},
                          {"MISSING_SLICE_INTERPOLATED", "between 7 and 9"},
                          {"MISSING_SLICE_INTERPOLATED", "between 7 and 9"},
                          {"GANTRY_TILT_RESAMPLED", "tilted by 3 degrees"},
                          {"LOCALIZER_DROPPED", "one localizer"}};
  const auto flags = doubts_of_input(warnings);
  REQUIRE(flags.size() == 2);
  CHECK(flags[0].code == "MISSING_SLICE_INTERPOLATED");
  CHECK(flags[0].severity == Severity::warn);
  CHECK(flags[0].message == "between 1 and 3 (and 1 more such warnings)");
  CHECK(flags[1].severity == Severity::info);
  CHECK(doubts_to_review(flags) == std::vector<std::string>{"MISSING_SLICE_INTERPOLATED"});
  CHECK(doubts_of_input({}).empty());
}

TEST_CASE("doubts: no audit is ok while its input is in doubt", "[heavy]") {
  CHECK(audited(test::small_case()).status == AuditStatus::ok);
  ImplantCase c = test::small_case();
  c.warnings.push_back({"PRESCRIPTION_IMPLAUSIBLE", "the plan prescribes 12000 Gy"});
  c.postop.front().warnings.push_back({"LOSSY_COMPRESSION", "compressed with loss"});
  const CaseAudit a = audited(std::move(c));
  CHECK(a.status == AuditStatus::review);
  CHECK(a.status_reason.find("PRESCRIPTION_IMPLAUSIBLE") != std::string::npos);
  REQUIRE(flag(a, "PRESCRIPTION_IMPLAUSIBLE"));
  REQUIRE(flag(a, "LOSSY_COMPRESSION"));
  CHECK(flag(a, "LOSSY_COMPRESSION")->severity == Severity::warn);
}

TEST_CASE("the probability that D90 misses its limit is in the audit wherever the verdict may rest on it") {
  const CaseAudit a = audited(test::small_case());
  REQUIRE(a.dose);
  const StructureAudit& target = a.dose->structures.front();
  REQUIRE(target.d90_gy_interval);
  REQUIRE(target.probability_d90_below_limit);
  // The limit is 90 % of 120 Gy: where it lies outside the interval of the middle 95 %, the probability is below the half of the rest.
  CHECK((*target.probability_d90_below_limit <= 0.03) == (target.d90_gy_interval->first >= 108.0));
  REQUIRE(judged_targets(*a.dose).size() == 1);
}
