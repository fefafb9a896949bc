// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/dvh.h"
#include "core/frames.h"

namespace seedaudit {

enum class SupplementOutcome { not_needed, reachable, not_reachable };

struct AdvisedSeed {
  Point<CtFrame> center;
  Axis<CtFrame> axis;  ///< along its needle, from the skin inwards
  int needle = 0;      ///< index into SupplementAdvice::needles
};

struct AdvisedNeedle {
  Point<CtFrame> entry;  ///< on the skin
  Point<CtFrame> tip;    ///< at its deepest seed
};

/// Figures of the target before or after a supplement. Gy to infinity, percent of the target.
struct SupplementFigures {
  double d90_gy = 0.0, v100_pct = 0.0, v150_pct = 0.0, v200_pct = 0.0;
};

struct OrganChange {
  std::string name;
  double d2cc_before_gy = 0.0, d2cc_after_gy = 0.0;
  /// The same with the dose of an earlier implant that is still in place; none: no such implant is known.
  std::optional<double> d2cc_before_with_earlier_gy, d2cc_after_with_earlier_gy;
};

/// Additional seeds that would mend an undercovered target: advice for a physicist to check, not a plan.
struct SupplementAdvice {
  SupplementOutcome outcome = SupplementOutcome::not_needed;
  std::string why;
  std::string target;
  double goal_v100_pct = 0.0;
  double strength_u = 0.0;  ///< of each added seed
  std::vector<AdvisedSeed> seeds;
  std::vector<AdvisedNeedle> needles;
  SupplementFigures before, after;  ///< after: with the advised seeds; where the goal is not reachable, with the best that was found
  /// The same with the dose of an earlier implant that is still in place; none: no such implant is known.
  std::optional<SupplementFigures> before_with_earlier, after_with_earlier;
  std::vector<OrganChange> organs;
  Dvh before_dvh, after_dvh;
};

}  // namespace seedaudit
