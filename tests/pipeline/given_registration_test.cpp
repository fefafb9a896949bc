// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/given_registration.h"

#include <catch2/catch.hpp>
#include <numbers>

using namespace seedaudit;

namespace {

PlanRegistration registration(const Eigen::Vector3d& shift_mm, double turn_deg, OutcomeKind kind, const std::string& why) {
  PlanRegistration out;
  out.ct_from_plan.iso = Eigen::AngleAxisd(turn_deg * std::numbers::pi / 180.0, Eigen::Vector3d::UnitZ());
  out.ct_from_plan.iso.translation() = shift_mm;
  out.outcome = {kind, why};
  return out;
}

}  // namespace

TEST_CASE("a given registration that sound images contradict at the target is of low confidence, and nothing else lowers it") {
  const TargetRegion target{{Eigen::Vector3d::Zero()}, 20.0};
  const auto judged = [&](const PlanRegistration& images, const Eigen::Vector3d& shift_mm, double turn_deg = 0.0) {
    PlanRegistration given = registration(shift_mm, turn_deg, OutcomeKind::ok, "given by the user");
    judge_by_images(images, target, given);
    return given.outcome;
  };
  const PlanRegistration sound = registration({-13.0, -2.0, -10.0}, 0.0, OutcomeKind::ok, "similar");
  const Outcome near = judged(sound, {-13.0, -2.0, -5.5});  // 4.5 mm
  CHECK(near.kind == OutcomeKind::ok);
  CHECK(near.why == "given by the user; the images agree with it within 4.5 mm at the target");
  const Outcome far = judged(sound, {-13.0, -2.0, -4.5});  // 5.5 mm
  CHECK(far.kind == OutcomeKind::low_confidence);
  CHECK(far.why.find("up to 5.5 mm elsewhere") != std::string::npos);
  CHECK(judged(sound, {13.0, 2.0, 10.0}).kind == OutcomeKind::low_confidence);  // its columns exchanged
  // The middle stays, the ends of a target of 20 mm do not: 2 * 20 mm * sin(10 deg) = 6.9 mm.
  CHECK(judged(sound, {-13.0, -2.0, -10.0}, 20.0).kind == OutcomeKind::low_confidence);
  // Images that are not sure themselves contradict, but bear nothing out.
  const PlanRegistration unsure = registration({-13.0, -2.0, -10.0}, 0.0, OutcomeKind::low_confidence, "doubtful");
  const Outcome pointed = judged(unsure, {40.0, 0.0, 0.0});
  CHECK(pointed.kind == OutcomeKind::low_confidence);
  CHECK(pointed.why.find("of low confidence themselves") != std::string::npos);
  CHECK(judged(unsure, {-13.0, -2.0, -9.0}).why == "given by the user; the images do not tell whether it is right");
  CHECK(judged(unsure, {-13.0, -2.0, -9.0}).kind == OutcomeKind::ok);
  for (const OutcomeKind kind : {OutcomeKind::failed, OutcomeKind::not_run}) {
    const Outcome kept = judged(registration({-13.0, -2.0, -10.0}, 0.0, kind, "doubtful"), {40.0, 0.0, 0.0});
    CHECK(kept.kind == OutcomeKind::ok);
    CHECK(kept.why == "given by the user; the images do not tell whether it is right");
  }
  PlanRegistration failed = registration({0.0, 0.0, 0.0}, 0.0, OutcomeKind::failed, "landmarks");
  judge_by_images(sound, target, failed);
  CHECK(failed.outcome.kind == OutcomeKind::failed);
  CHECK(failed.outcome.why == "landmarks");
}
