// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/frames.h"
#include "core/result.h"

namespace seedaudit {

/// How well two volumes were brought together; every figure is measured, none assumed (docs/algorithms/registration.md).
struct RegistrationQa {
  std::optional<double> similarity_before;  ///< normalised mutual information of the region around the target, 0..1
  std::optional<double> similarity_after;
  std::optional<double> start_agreement_mm;  ///< largest distance at the target between results from independent starts
  std::optional<double> inverse_consistency_mm;
  std::optional<double> local_shift_mm;    ///< how far the local step moved the target from the whole-body step
  std::optional<double> overlap_fraction;  ///< of the target region of the pre-op image that lies in the post-op image
  std::optional<double> landmark_tre_mean_mm;
  std::optional<double> landmark_tre_max_mm;
  int starts_tried = 0;
};

/// Pre-op/plan frame to post-op CT. ct_from_plan is meaningful only when outcome.usable().
struct PlanRegistration {
  Outcome outcome;
  Rigid<CtFrame, PlanFrame> ct_from_plan;
  std::string method;  ///< "rigid+local", "given", "same_frame", "none"
  RegistrationQa qa;
  Warnings warnings;
};

}  // namespace seedaudit
