// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/apply_review.h"

#include <catch2/catch.hpp>

#include "core/findings_hash.h"
#include "tests/pipeline/audited.h"

using namespace seedaudit;
using namespace seedaudit::test;

namespace {

ReviewAction action(ReviewActionKind kind, std::optional<int> seed = {}, std::optional<Eigen::Vector3d> center = {}) {
  ReviewAction a;
  a.kind = kind;
  a.seed = seed;
  if (center) a.center = Point<CtFrame>{*center};
  a.text = "because";
  return a;
}

ReviewAction confirmed(int count) {
  ReviewAction a = action(ReviewActionKind::confirm_count);
  a.count = count;
  return a;
}

CaseReview review_of(const Detection& d, std::vector<ReviewAction> actions) {
  CaseReview r;
  r.origin = "review.json";
  r.case_id = "small";
  r.inputs_sha256 = inputs_sha256({});
  r.findings_sha256 = findings_sha256(d);
  r.reviewer = "A. Physicist";
  r.date = *parse_date("2026-04-02");
  r.actions = std::move(actions);
  return r;
}

/// Three lone seeds 10 mm apart, the second doubtful, and an object that may be a fourth.
Detection three_seeds() {
  Detection d;
  for (int n = 0; n < 3; ++n) {
    DetectedSeed s;
    s.id = n + 1;
    s.pose.center = {{10.0 * n - 10.0, 0.0, 0.0}};
    s.pose.axis.unit = Eigen::Vector3d::UnitZ();
    s.axis_resolved = true;
    s.confidence = n == 1 ? 0.6 : 0.99;
    s.cluster_id = n + 1;
    d.seeds.push_back(s);
    d.clusters.push_back({n + 1, {1, 1, 1}, {n + 1}});
  }
  DetectedSeed maybe;
  maybe.pose.center = {{0.0, 10.0, 0.0}};
  maybe.confidence = 0.3;
  d.possible.push_back(maybe);
  d.count = {3, 2, 4};
  d.doubt = "no seed lies alone";
  d.outcome = {OutcomeKind::low_confidence, d.doubt};
  return d;
}

std::vector<CtVolume> scan() {
  std::vector<CtVolume> out;
  out.push_back(empty_ct());  // 48 mm wide, 32 mm high, around the origin
  return out;
}

Result<ReviewedDetection> reviewed(std::vector<ReviewAction> actions) {
  const Detection d = three_seeds();
  return apply_review(d, review_of(d, std::move(actions)), scan(), DetectorOptions{});
}

/// Refused, and the message names the entry and what is wrong.
void check_refused(std::vector<ReviewAction> actions, const std::string& word) {
  const auto r = reviewed(std::move(actions));
  REQUIRE_FALSE(r.ok());
  CHECK(r.error().code == ErrorCode::review_invalid);
  INFO(r.error().message());
  CHECK(r.error().what.find(word) != std::string::npos);
}

bool counts_are(const CountEstimate& c, int low, int best, int high) { return c.low == low && c.best == best && c.high == high; }

}  // namespace

TEST_CASE("review: a rejected seed leaves the list and the interval, and keeps nobody else's id") {
  const auto doubtful = reviewed({action(ReviewActionKind::reject, 2)});
  REQUIRE(doubtful.ok());
  // The doubtful one is what the lower end allowed for.
  CHECK(counts_are(doubtful->detection.count, 2, 2, 3));
  CHECK(doubtful->detection.seeds[1].id == 3);
  CHECK(doubtful->detection.rejected.back().reason == "review");
  CHECK(doubtful->origins.count(2) == 0);
  const auto sure = reviewed({action(ReviewActionKind::reject, 1)});
  REQUIRE(sure.ok());
  CHECK(counts_are(sure->detection.count, 1, 2, 3));
}

TEST_CASE("review: an added seed takes the next id, at the place of a possible one it was allowed for") {
  const auto allowed = reviewed({action(ReviewActionKind::add, {}, Eigen::Vector3d(0.5, 10.0, 0.0))});
  REQUIRE(allowed.ok());
  CHECK(counts_are(allowed->detection.count, 3, 4, 4));
  CHECK(allowed->detection.seeds.back().id == 4);
  CHECK(allowed->origins.at(4) == SeedOrigin::added);
  CHECK(allowed->detection.possible.empty());
  // Height is known to half of a 4 mm slice at best.
  CHECK(allowed->detection.seeds.back().center_sigma_mm[2] == 2.0);
  const auto elsewhere = reviewed({action(ReviewActionKind::add, {}, Eigen::Vector3d(0.0, -10.0, 0.0)),
                                   action(ReviewActionKind::move, 4, Eigen::Vector3d(0.0, -12.0, 0.0))});
  REQUIRE(elsewhere.ok());
  CHECK(counts_are(elsewhere->detection.count, 3, 4, 5));
  CHECK(elsewhere->origins.at(4) == SeedOrigin::added);
  CHECK(elsewhere->detection.seeds.back().pose.center.mm[1] == -12.0);
}

TEST_CASE("review: a seed moved beside another joins its cluster and keeps its direction") {
  const auto r = reviewed({action(ReviewActionKind::move, 1, Eigen::Vector3d(-1.2, 0.0, 0.0))});
  REQUIRE(r.ok());
  CHECK(r->detection.clusters.size() == 2);
  CHECK(r->detection.seeds[0].cluster_id == r->detection.seeds[1].cluster_id);
  CHECK(r->detection.seeds[0].axis_resolved);
  CHECK(r->origins.at(1) == SeedOrigin::moved);
}

TEST_CASE("review: a confirmed count closes the interval and settles the doubt, without it both stay") {
  const auto r = reviewed({confirmed(3)});
  REQUIRE(r.ok());
  CHECK(counts_are(r->detection.count, 3, 3, 3));
  CHECK(r->detection.outcome.kind == OutcomeKind::ok);
  CHECK(r->detection.possible.empty());
  const auto open = reviewed({action(ReviewActionKind::comment)});
  REQUIRE(open.ok());
  CHECK(counts_are(open->detection.count, 2, 3, 4));
  CHECK(open->detection.outcome.kind == OutcomeKind::low_confidence);
}

TEST_CASE("review: what does not fit is refused and named") {
  using K = ReviewActionKind;
  check_refused({action(K::reject, 9)}, "actions[0] (reject): there is no seed 9");
  check_refused({action(K::reject, 1), action(K::move, 1, Eigen::Vector3d(0, 5, 0))}, "actions[1] (move): seed 1 was rejected");
  check_refused({action(K::add, {}, Eigen::Vector3d(0, 0, 100))}, "outside the post-op scan");
  check_refused({action(K::add, {}, Eigen::Vector3d(0, 0, 0.1))}, "seed 2 lies there already");
  check_refused({action(K::comment, 7)}, "there is no seed 7");
  check_refused({action(K::reject, 1), confirmed(3)}, "3 seeds are confirmed, but the review leaves 2");
  Detection other = three_seeds();
  const CaseReview r = review_of(other, {});
  other.seeds[0].pose.center.mm[0] += 0.1;
  const auto moved = apply_review(other, r, scan(), DetectorOptions{});
  REQUIRE_FALSE(moved.ok());
  CHECK(moved.error().what.find("findings_sha256") != std::string::npos);
}

TEST_CASE("review: an audit shows both results, and says who changed what") {
  const CaseAudit own = audited(small_case());
  ImplantCase c = small_case();
  c.review = review_of(own.detection, {action(ReviewActionKind::reject, 14), confirmed(26)});
  const CaseAudit a = audited(c);
  REQUIRE(a.review);
  CHECK(a.review->before.seed_count == 27);
  CHECK(a.review->after.seed_count == 26);
  REQUIRE(a.review->before.targets.size() == 1);
  // What stands under "before" is what the program says without review; the seed in the middle is missed by the target.
  CHECK(a.review->before.targets[0].d90_gy == own.dose->structures[0].postop->d90_gy);
  CHECK(a.review->after.targets[0].d90_gy == a.dose->structures[0].postop->d90_gy);
  CHECK(*a.review->after.targets[0].d90_gy < *a.review->before.targets[0].d90_gy);
  CHECK(a.missing.size() == 1);
  REQUIRE(flag(a, "REVIEWED") != nullptr);
  CHECK(flag(a, "REVIEWED")->message.find("A. Physicist") != std::string::npos);
  CHECK(flag(a, "REVIEWED")->message.find("own result: " + std::to_string(a.review->before.seed_count) + " seeds") != std::string::npos);
  REQUIRE(flag(a, "COUNT_CONFIRMED") != nullptr);
  CHECK(flag(a, "COUNT_CONFIRMED")->severity == Severity::warn);  // the list supports 27 alone
  CHECK(a.provenance.findings_sha256 == own.provenance.findings_sha256);

  c.review->case_id = "other";
  const auto other_case = audit_case(c, quick());
  REQUIRE_FALSE(other_case.ok());
  CHECK(other_case.error().code == ErrorCode::review_invalid);
  c.review->case_id = "small";
  c.inputs.push_back({"postop_ct", "1.2", "", 1});
  const auto other_inputs = audit_case(c, quick());
  REQUIRE_FALSE(other_inputs.ok());
  CHECK(other_inputs.error().what.find("inputs_sha256") != std::string::npos);
}
