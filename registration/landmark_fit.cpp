// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/landmark_fit.h"

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "registration/point_alignment.h"

namespace seedaudit {
namespace {

constexpr std::size_t kLeastPairs = 3;
constexpr double kLeastWidthMm = 2.0;   // rms across the line: narrower is what picking a landmark misses it by
constexpr double kAbsurdMm = 10.0;      // rms: no error of picking, nor breath within one organ
constexpr double kFailMm = 5.0;         // at the target, as for landmarks that a registration is measured at
constexpr double kDoubtMm = 3.0;        // likewise
constexpr double kMirrorFactor = 0.25;  // of the residual: a mirror image that fits so much better is what the pairs are

Error refused(std::string what, std::string hint) {
  return Error{ErrorCode::registration_invalid, std::move(what), "landmark pairs", std::move(hint)};
}

std::string text_mm(double v) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.1f mm", v);
  return buffer;
}

using Points = std::vector<Point<PlanFrame>>;

struct Spread {
  Eigen::Vector3d middle_mm = Eigen::Vector3d::Zero();
  Eigen::Vector3d variance_mm2 = Eigen::Vector3d::Zero();  ///< along the principal axes, smallest first
  Eigen::Matrix3d axes = Eigen::Matrix3d::Identity();      ///< columns
};

Spread spread_of(const Points& points) {
  Spread out;
  const auto n = static_cast<double>(points.size());
  for (const auto& p : points) out.middle_mm += p.mm / n;
  Eigen::Matrix3d covariance = Eigen::Matrix3d::Zero();
  for (const auto& p : points) covariance += (p.mm - out.middle_mm) * (p.mm - out.middle_mm).transpose() / n;
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> solved(covariance);
  out.variance_mm2 = solved.eigenvalues().cwiseMax(0.0);
  out.axes = solved.eigenvectors();
  return out;
}

double rms_mm(const Rigid<CtFrame, PlanFrame>& fit, const Points& from, const std::vector<Point<CtFrame>>& to) {
  double squares = 0.0;
  for (std::size_t i = 0; i < from.size(); ++i) squares += std::pow(distance_mm(fit * from[i], to[i]), 2);
  return std::sqrt(squares / static_cast<double>(from.size()));
}

/// Error to be expected at a point, from the residual: Fitzpatrick, West, Maurer, IEEE Trans Med Imaging 17:694 (1998).
double expected_error_mm(const Spread& spread, std::size_t pairs, double residual_rms_mm, const Point<PlanFrame>& at) {
  const auto n = static_cast<double>(pairs);
  const double picking = residual_rms_mm * residual_rms_mm / (1.0 - 2.0 / n);  // squared error of localisation
  const Eigen::Vector3d offset = spread.axes.transpose() * (at.mm - spread.middle_mm);
  double turning = 0.0;
  for (int axis = 0; axis < 3; ++axis) {
    const double from_axis = offset.squaredNorm() - offset[axis] * offset[axis];
    const double landmarks = spread.variance_mm2.sum() - spread.variance_mm2[axis];
    turning += from_axis / landmarks / 3.0;
  }
  return std::sqrt(picking / n * (1.0 + turning));
}

/// What the pairs are instead of one rigid motion, as far as that can be told.
std::string remedy(const Points& from, const std::vector<Point<CtFrame>>& to, double residual_rms_mm) {
  Points mirrored = from;
  for (auto& p : mirrored) p.mm.x() = -p.mm.x();
  const auto mirror = fit_frames(mirrored, to);
  if (mirror && rms_mm(*mirror, mirrored, to) < kMirrorFactor * residual_rms_mm)
    return "They fit as a mirror image: one axis of one list has the wrong sign. Coordinates are LPS.";
  Points after;
  for (const auto& p : to) after.push_back({p.mm});
  const double scale = std::sqrt(spread_of(after).variance_mm2.sum() / spread_of(from).variance_mm2.sum());
  if (scale < 0.8 || scale > 1.25) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%.3g", scale);
    return std::string("The post-op landmarks lie ") + buffer + " times as far apart as the pre-op ones. Give both in mm.";
  }
  return "Check that each row names one place twice, in mm LPS.";
}

Outcome outcome_of(std::size_t pairs, double residual_rms_mm, double expected_mm) {
  const std::string fitted = "fitted to " + std::to_string(pairs) + " landmark pairs, residual " + text_mm(residual_rms_mm) + " rms";
  const std::string expected = "error to be expected at the target " + text_mm(expected_mm);
  if (!(expected_mm <= kFailMm)) return {OutcomeKind::failed, fitted + "; " + expected};
  if (!(expected_mm <= kDoubtMm)) return {OutcomeKind::low_confidence, fitted + "; " + expected};
  // A rigid motion can follow any error across the plane of three points without residual.
  if (pairs == kLeastPairs)
    return {OutcomeKind::low_confidence, fitted + "; three pairs cannot show an error across their plane: give a fourth"};
  return {OutcomeKind::ok, fitted + "; " + expected};
}

}  // namespace

Result<PlanRegistration> registration_from_landmarks(const std::vector<LandmarkPair>& landmarks,
                                                     const std::optional<Point<PlanFrame>>& target) {
  Points from;
  std::vector<Point<CtFrame>> to;
  for (const LandmarkPair& pair : landmarks) {
    if (!pair.preop.mm.allFinite() || !pair.postop.mm.allFinite()) return refused("a landmark is not finite", "Check the coordinates.");
    from.push_back(pair.preop);
    to.push_back(pair.postop);
  }
  if (from.size() < kLeastPairs)
    return refused(std::to_string(from.size()) + " landmark pairs do not determine a rigid transform",
                   "Give at least three pairs that do not lie on one line, better six or more around the target.");
  const Spread spread = spread_of(from);
  const double width_mm = std::sqrt(spread.variance_mm2[1]);
  const auto fit = width_mm >= kLeastWidthMm ? fit_frames(from, to) : std::nullopt;
  if (!fit)
    return refused("the " + std::to_string(from.size()) + " landmarks lie on one line (" + text_mm(width_mm) +
                       " across it): turning about it is not determined",
                   "Add a pair at some distance from that line.");
  const double residual = rms_mm(*fit, from, to);
  if (!(residual <= kAbsurdMm)) {
    std::size_t worst = 0;
    for (std::size_t i = 1; i < from.size(); ++i)
      if (distance_mm(*fit * from[i], to[i]) > distance_mm(*fit * from[worst], to[worst])) worst = i;
    return refused("the landmark pairs are no rigid motion: residual " + text_mm(residual) + " rms, worst pair " +
                       std::to_string(worst + 1) + " with " + text_mm(distance_mm(*fit * from[worst], to[worst])),
                   remedy(from, to, residual));
  }
  PlanRegistration out;
  out.method = "given";
  out.ct_from_plan = *fit;
  out.qa.landmark_residual_rms_mm = residual;
  out.qa.landmark_expected_tre_mm = expected_error_mm(spread, from.size(), residual, target.value_or(Point<PlanFrame>{spread.middle_mm}));
  out.outcome = outcome_of(from.size(), residual, *out.qa.landmark_expected_tre_mm);
  return out;
}

}  // namespace seedaudit
