// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/landmark_fit.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <random>

namespace seedaudit {
namespace {

using Pairs = std::vector<LandmarkPair>;

Rigid<CtFrame, PlanFrame> motion() {
  Rigid<CtFrame, PlanFrame> out;
  out.iso = Eigen::Translation3d(12.0, -7.0, 33.0) * Eigen::AngleAxisd(0.4, Eigen::Vector3d(1.0, 2.0, -1.0).normalized());
  return out;
}

const std::vector<Eigen::Vector3d> kPlaces{{0, 0, 0}, {40, 5, 0}, {-10, 35, 10}, {5, -8, 45}, {-30, -20, 15}, {22, 30, 28}};

Pairs moved_pairs(std::size_t count = kPlaces.size()) {
  Pairs out;
  for (std::size_t i = 0; i < count; ++i) out.push_back({{kPlaces[i]}, motion() * Point<PlanFrame>{kPlaces[i]}});
  return out;
}

Error refusal(const Pairs& pairs) {
  const auto fit = registration_from_landmarks(pairs, std::nullopt);
  REQUIRE_FALSE(fit.ok());
  CHECK(fit.error().code == ErrorCode::registration_invalid);
  return fit.error();
}

bool says(const Error& error, const char* text) { return error.message().find(text) != std::string::npos; }

}  // namespace

TEST_CASE("Landmark pairs of one motion give that motion back", "[registration]") {
  const auto fit = registration_from_landmarks(moved_pairs(), Point<PlanFrame>{{10, 10, 10}});
  REQUIRE(fit.ok());
  CHECK(fit->outcome.kind == OutcomeKind::ok);
  CHECK(fit->method == "given");
  // Doubles of some 50 mm, a decomposition of a 3x3 matrix: nothing is lost but rounding.
  CHECK(fit->ct_from_plan.iso.isApprox(motion().iso, 1e-12));
  CHECK(*fit->qa.landmark_residual_rms_mm < 1e-12);
  CHECK_FALSE(fit->qa.landmark_tre_mean_mm);
}

TEST_CASE("Half a turn and landmarks in one plane are fitted without a mirror image", "[registration]") {
  Rigid<CtFrame, PlanFrame> turn;
  turn.iso = Eigen::Translation3d(1.0, 2.0, 3.0) * Eigen::AngleAxisd(3.14159265358979, Eigen::Vector3d::UnitY());
  Pairs pairs;
  for (const Eigen::Vector3d& p :
       {Eigen::Vector3d(0, 0, 5), Eigen::Vector3d(40, 0, 5), Eigen::Vector3d(0, 30, 5), Eigen::Vector3d(25, 25, 5)})
    pairs.push_back({{p}, turn * Point<PlanFrame>{p}});
  const auto fit = registration_from_landmarks(pairs, std::nullopt);
  REQUIRE(fit.ok());
  CHECK(fit->ct_from_plan.iso.linear().determinant() > 0.0);
  CHECK(fit->ct_from_plan.iso.isApprox(turn.iso, 1e-12));
}

TEST_CASE("Three pairs determine a motion but cannot vouch for it", "[registration]") {
  const auto fit = registration_from_landmarks(moved_pairs(3), std::nullopt);
  REQUIRE(fit.ok());
  CHECK(fit->ct_from_plan.iso.isApprox(motion().iso, 1e-12));
  CHECK(fit->outcome.kind == OutcomeKind::low_confidence);
}

TEST_CASE("Landmark pairs that determine no rigid motion are refused, and the message says why", "[registration]") {
  CHECK(says(refusal(moved_pairs(2)), "2 landmark pairs do not determine"));
  Pairs line;
  for (int i = 0; i < 5; ++i) {
    const Point<PlanFrame> p{{10.0 * i, 0.3 * (i % 2), 0.0}};
    line.push_back({p, motion() * p});
  }
  CHECK(says(refusal(line), "lie on one line"));
  Pairs not_finite = moved_pairs();
  not_finite[2].postop.mm.y() = std::numeric_limits<double>::quiet_NaN();
  CHECK(says(refusal(not_finite), "not finite"));

  Pairs swapped = moved_pairs();
  std::swap(swapped[1].postop, swapped[4].postop);
  CHECK(says(refusal(swapped), "worst pair"));
  Pairs mirrored = moved_pairs();
  for (LandmarkPair& p : mirrored) p.postop.mm.x() = -p.postop.mm.x();
  CHECK(says(refusal(mirrored), "mirror image"));
  Pairs centimetres = moved_pairs();
  for (LandmarkPair& p : centimetres) p.postop.mm /= 10.0;
  CHECK(says(refusal(centimetres), "0.1 times as far apart"));
}

TEST_CASE("The error to be expected is that of many draws, near the landmarks and away from them", "[registration]") {
  // 1 mm along each axis at each post-op landmark. The formula is exact to first order in 1 mm / 30 mm; 3000 draws know an rms to 2 %.
  std::mt19937 random(20261);
  std::normal_distribution<double> error(0.0, 1.0);
  for (const Eigen::Vector3d& at : {Eigen::Vector3d(5, 7, 16), Eigen::Vector3d(120, -60, 40)}) {
    double squares = 0.0, expected = 0.0;
    constexpr int kDraws = 3000;
    for (int n = 0; n < kDraws; ++n) {
      Pairs pairs = moved_pairs();
      for (LandmarkPair& p : pairs) p.postop.mm += Eigen::Vector3d(error(random), error(random), error(random));
      const auto fit = registration_from_landmarks(pairs, Point<PlanFrame>{at});
      REQUIRE(fit.ok());
      squares += std::pow(distance_mm(fit->ct_from_plan * Point<PlanFrame>{at}, motion() * Point<PlanFrame>{at}), 2);
      expected += std::pow(*fit->qa.landmark_expected_tre_mm, 2);
    }
    CAPTURE(at.transpose(), std::sqrt(squares / kDraws), std::sqrt(expected / kDraws));
    CHECK(std::abs(std::sqrt(expected / squares) - 1.0) < 0.05);
  }
}

TEST_CASE("A residual that lets a large error be expected at the target takes the ok away", "[registration]") {
  std::mt19937 random(7);
  const auto outcome = [&](double sigma_mm, const Eigen::Vector3d& target) {
    std::normal_distribution<double> error(0.0, sigma_mm);
    Pairs pairs = moved_pairs();
    for (LandmarkPair& p : pairs) p.postop.mm += Eigen::Vector3d(error(random), error(random), error(random));
    const auto fit = registration_from_landmarks(pairs, Point<PlanFrame>{target});
    REQUIRE(fit.ok());
    return fit->outcome.kind;
  };
  CHECK(outcome(0.5, {5, 7, 16}) == OutcomeKind::ok);
  CHECK(outcome(2.0, {400, 0, 0}) == OutcomeKind::failed);  // landmarks of 30 mm do not tell a turn of 2 mm / 30 mm
}

}  // namespace seedaudit
