// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/pipeline/audited.h"
#include "tests/registration/synthetic_anatomy.h"

using namespace seedaudit;
using namespace seedaudit::test;

namespace {

bool says(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

template <class F>
void lose_intercept(Volume<F>& volume) {
  for (auto& v : volume.hu) v = static_cast<std::int16_t>(std::max(0, v + 1024));
}

/// An abdomen before and after, in frames of their own, so that a registration is needed. Coarse: what is said is under test, not a pose.
ImplantCase two_scans() {
  ImplantCase c = small_case();
  testing::Scan scan;
  scan.low_z_mm = -60.0;
  scan.high_z_mm = 60.0;
  scan.spacing_mm = {5.0, 5.0, 6.0};
  c.preop = testing::render<PlanFrame>(scan);
  scan.random_seed = 7;
  c.postop.front() = testing::render<CtFrame>(scan);
  c.plan_in_postop_frame = false;
  return c;
}

}  // namespace

TEST_CASE("a post-op scan on a wrong HU scale is named and asks for review, also where seeds are given", "[heavy]") {
  CHECK_FALSE(flag(audited(small_case()), "HU_SCALE_DOUBTFUL"));
  ImplantCase c = small_case();
  lose_intercept(c.postop.front());
  const CaseAudit a = audited(std::move(c));
  REQUIRE(flag(a, "HU_SCALE_DOUBTFUL"));
  CHECK(says(flag(a, "HU_SCALE_DOUBTFUL")->message, "The post-op CT"));
  CHECK(flag(a, "HU_SCALE_DOUBTFUL")->severity == Severity::warn);
  CHECK(a.status == AuditStatus::review);
  CHECK(says(a.status_reason, "HU_SCALE_DOUBTFUL"));
}

TEST_CASE("seeds looked for on a wrong HU scale are never found without a doubt, and nobody says where they went", "[heavy]") {
  test::SmallCaseOptions o;
  o.given_seeds = false;
  o.size = 60;
  o.slices = 50;
  ImplantCase c = small_case(o);
  // All of this body is as dark as lung now: seeds beside the target would be called embolised.
  for (auto& v : c.postop.front().hu) v = static_cast<std::int16_t>(v - 1024);
  const CaseAudit a = audited(std::move(c));
  INFO(a.detection.outcome.why);
  CHECK(a.detection.outcome.kind != OutcomeKind::ok);
  CHECK(says(a.detection.outcome.why, "HU scale"));
  CHECK(a.status != AuditStatus::ok);
  REQUIRE_FALSE(a.seeds.empty());
  CHECK(with_status(a, SeedStatus::undetermined) == static_cast<int>(a.seeds.size()));
  REQUIRE(a.dose);
  CHECK_FALSE(a.dose->heterogeneity);
}

TEST_CASE("a registration of a scan on a wrong HU scale says which scan that is", "[heavy]") {
  ImplantCase c = two_scans();
  lose_intercept(*c.preop);
  AuditOptions options = quick();
  options.registration_mode = RegistrationMode::rigid;
  const CaseAudit a = audited(std::move(c), options);
  REQUIRE(flag(a, "HU_SCALE_DOUBTFUL"));
  CHECK(says(flag(a, "HU_SCALE_DOUBTFUL")->message, "The pre-op CT"));
  CHECK_FALSE(says(flag(a, "HU_SCALE_DOUBTFUL")->message, "post-op"));
  CHECK(a.status != AuditStatus::ok);
  INFO(a.registration.outcome.why);
  CHECK(a.registration.outcome.kind != OutcomeKind::ok);
  CHECK(says(a.registration.outcome.why, "The pre-op CT looks as if its HU scale"));
}
