// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/plan_kerma.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/significant.h"

namespace seedaudit {

std::optional<Warning> judge_total_kerma(const std::vector<SetupKerma>& setups) {
  double implant_ugy = 0.0;
  double one_ugy = 0.0;
  std::size_t seeds = 0;
  for (const SetupKerma& s : setups)
    for (const double ugy : s.seeds_ugy) {
      implant_ugy += ugy;
      one_ugy = std::max(one_ugy, ugy);
      ++seeds;
    }
  if (!(one_ugy > 0.0)) return std::nullopt;
  const auto agrees = [&](double stated, double computed) { return std::abs(stated - computed) <= 0.5 * one_ugy + 0.005 * computed; };
  double stated_sum_ugy = 0.0;
  bool setups_agree = true;
  bool each_is_whole = true;
  for (const SetupKerma& s : setups) {
    if (!s.stated_ugy || !(*s.stated_ugy > 0.0)) return std::nullopt;
    double own = 0.0;
    for (const double ugy : s.seeds_ugy) own += ugy;
    stated_sum_ugy += *s.stated_ugy;
    setups_agree = setups_agree && agrees(*s.stated_ugy, own);
    each_is_whole = each_is_whole && agrees(*s.stated_ugy, implant_ugy);
  }
  if (setups_agree || each_is_whole || agrees(stated_sum_ugy, implant_ugy)) return std::nullopt;
  return Warning{"TOTAL_KERMA", "the plan states a total reference air kerma of " + significant(stated_sum_ugy, 6) + " uGy; the " +
                                    std::to_string(seeds) + " positions read give " + significant(implant_ugy, 6) +
                                    " uGy. Number, strength or unit may differ from what was planned"};
}

}  // namespace seedaudit
