// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "core/frames.h"
#include "core/implant_case.h"  // LandmarkPair
#include "core/registration_result.h"
#include "core/result.h"

namespace seedaudit {

/// Distances between mapped and true landmarks, mm.
struct LandmarkError {
  double mean_mm = 0.0;
  double max_mm = 0.0;
  std::vector<double> each_mm;
};

/// Points carried from the plan's frame into the post-op frame.
std::vector<Point<CtFrame>> map_points(const Rigid<CtFrame, PlanFrame>& ct_from_plan, const std::vector<Point<PlanFrame>>& points);

/// Target registration error at landmarks; empty for no landmarks.
std::optional<LandmarkError> landmark_error(const Rigid<CtFrame, PlanFrame>& ct_from_plan, const std::vector<LandmarkPair>& landmarks);

/// Writes the error at landmarks into the QA, and lowers the outcome where they contradict it: a mean above 5 mm fails a registration, a
/// mean above 3 mm takes "ok" away. Landmarks never raise an outcome.
void judge_by_landmarks(const std::vector<LandmarkPair>& landmarks, PlanRegistration& registration);

/// A transform made elsewhere: taken as given, outcome ok, method "given". Refused where it is not rigid.
/// \param row_major 4x4, pre-op to post-op; rotation orthonormal within 1e-3 and right-handed, last row 0 0 0 1
Result<PlanRegistration> registration_from_matrix(const std::array<double, 16>& row_major);

/// The plan was made on the post-op image itself: identity, outcome ok, method "same_frame".
PlanRegistration registration_same_frame();

}  // namespace seedaudit
