// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <utility>

#include "pipeline/audit_case.h"
#include "tests/pipeline/small_case.h"

/// Audits of small implants, and questions to them.
namespace seedaudit::test {

/// Fewer samples and draws: the rules under test do not depend on the third decimal.
inline AuditOptions quick() {
  AuditOptions o;
  o.dvh.initial_samples = 20000;
  o.dvh.max_samples = 40000;
  o.uncertainty.draws = 40;
  o.uncertainty.points = 1000;
  o.isodose.spacing_mm = 3.0;
  return o;
}

inline const Flag* flag(const CaseAudit& a, const std::string& code) {
  const auto at = std::find_if(a.flags.begin(), a.flags.end(), [&](const Flag& f) { return f.code == code; });
  return at == a.flags.end() ? nullptr : &*at;
}

inline bool warned(const CaseAudit& a, const std::string& code) {
  return std::any_of(a.warnings.begin(), a.warnings.end(), [&](const Warning& w) { return w.code == code; });
}

inline int with_status(const CaseAudit& a, SeedStatus status) {
  return static_cast<int>(std::count_if(a.seeds.begin(), a.seeds.end(), [&](const SeedAudit& s) { return s.status == status; }));
}

inline CaseAudit audited(ImplantCase c, const AuditOptions& options = quick()) {
  auto result = audit_case(std::move(c), options);
  INFO((result.ok() ? std::string() : result.error().message()));
  REQUIRE(result.ok());
  return std::move(result->audit);
}

}  // namespace seedaudit::test
