// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/registration_points.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

namespace seedaudit {
namespace {

std::string with_mm(double v) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.1f mm", v);
  return buffer;
}

Error not_rigid(std::string what) {
  return Error{ErrorCode::registration_invalid, std::move(what), "registration given",
               "Give a 4x4 row-major matrix in mm and LPS that carries pre-op points to post-op points, without scaling."};
}

}  // namespace

std::vector<Point<CtFrame>> map_points(const Rigid<CtFrame, PlanFrame>& ct_from_plan, const std::vector<Point<PlanFrame>>& points) {
  std::vector<Point<CtFrame>> out;
  out.reserve(points.size());
  for (const auto& p : points) out.push_back(ct_from_plan * p);
  return out;
}

std::optional<LandmarkError> landmark_error(const Rigid<CtFrame, PlanFrame>& ct_from_plan, const std::vector<LandmarkPair>& landmarks) {
  if (landmarks.empty()) return std::nullopt;
  LandmarkError out;
  double sum = 0.0;
  for (const LandmarkPair& pair : landmarks) {
    out.each_mm.push_back(distance_mm(ct_from_plan * pair.preop, pair.postop));
    sum += out.each_mm.back();
    out.max_mm = std::max(out.max_mm, out.each_mm.back());
  }
  out.mean_mm = sum / static_cast<double>(landmarks.size());
  return out;
}

void judge_by_landmarks(const std::vector<LandmarkPair>& landmarks, PlanRegistration& registration) {
  constexpr double kFailMm = 5.0;   // TG-132 (2017): 5 mm at most
  constexpr double kDoubtMm = 3.0;  // and half of a thick slice more than the 2 mm it asks of the mean
  const auto error = landmark_error(registration.ct_from_plan, landmarks);
  if (!error || !registration.outcome.usable()) return;
  registration.qa.landmark_tre_mean_mm = error->mean_mm;
  registration.qa.landmark_tre_max_mm = error->max_mm;
  // Comparisons are written so that a landmark that is no number counts against.
  if (!(error->mean_mm <= kFailMm)) {
    registration.outcome = {OutcomeKind::failed, "landmarks are off by " + with_mm(error->mean_mm) + " in the mean"};
  } else if (!(error->mean_mm <= kDoubtMm) && registration.outcome.kind == OutcomeKind::ok) {
    registration.outcome = {OutcomeKind::low_confidence, "landmarks are off by " + with_mm(error->mean_mm) + " in the mean"};
  }
}

Result<PlanRegistration> registration_from_matrix(const std::array<double, 16>& row_major) {
  for (const double v : row_major)
    if (!std::isfinite(v)) return not_rigid("the matrix holds a value that is not finite");
  Eigen::Matrix4d m;
  for (int r = 0; r < 4; ++r)
    for (int c = 0; c < 4; ++c) m(r, c) = row_major[static_cast<std::size_t>(4 * r + c)];
  if (!((m.row(3) - Eigen::RowVector4d(0, 0, 0, 1)).cwiseAbs().maxCoeff() < 1e-9)) return not_rigid("the last row is not 0 0 0 1");
  const Eigen::Matrix3d rotation = m.topLeftCorner<3, 3>();
  const double skew = (rotation.transpose() * rotation - Eigen::Matrix3d::Identity()).cwiseAbs().maxCoeff();
  if (!(skew < 1e-3)) return not_rigid("the matrix scales or shears: R^T R differs from 1 by " + std::to_string(skew));
  if (!(rotation.determinant() > 0.0)) return not_rigid("the matrix mirrors");
  PlanRegistration out;
  out.method = "given";
  out.outcome = {OutcomeKind::ok, "registration given by the user"};
  // The nearest true rotation: a matrix printed with four digits is one only nearly.
  out.ct_from_plan.iso.linear() = Eigen::Quaterniond(rotation).normalized().toRotationMatrix();
  out.ct_from_plan.iso.translation() = m.topRightCorner<3, 1>();
  return out;
}

PlanRegistration registration_same_frame() {
  PlanRegistration out;
  out.method = "same_frame";
  out.outcome = {OutcomeKind::ok, "plan and post-op CT share one frame of reference"};
  return out;
}

}  // namespace seedaudit
