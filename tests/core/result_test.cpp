// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/result.h"

#include <catch2/catch.hpp>
#include <set>

#include "core/audit_report.h"

using namespace seedaudit;

TEST_CASE("an error says what, where and what to do") {
  const Error e{ErrorCode::plan_without_strength, "no air-kerma strength", "plan.dcm", "Give --strength-u."};
  CHECK(e.message() == "no air-kerma strength (plan.dcm). Give --strength-u.");
  CHECK(to_string(e.code) == "plan_without_strength");
}

TEST_CASE("error codes have distinct names") {
  std::set<std::string_view> names;
  for (int c = 0; c <= static_cast<int>(ErrorCode::internal); ++c) names.insert(to_string(static_cast<ErrorCode>(c)));
  CHECK(names.size() == static_cast<std::size_t>(ErrorCode::internal) + 1);
}

TEST_CASE("a result that never ran says so and may not be used") {
  const Outcome outcome;
  CHECK(outcome.kind == OutcomeKind::not_run);
  CHECK_FALSE(outcome.usable());
  const CaseAudit audit;
  CHECK(audit.status == AuditStatus::failed);
  CHECK(audit.verdict == Verdict::not_assessed);
  CHECK_FALSE(audit.registration.outcome.usable());
}
