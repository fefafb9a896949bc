// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/date.h"
#include "core/result.h"
#include "core/units.h"

class DcmItem;

/// The Source Sequence of a brachytherapy plan.
namespace seedaudit {

class TextDecoder;

struct PlanSource {
  std::optional<int> number;
  std::optional<AirKermaU> strength;  ///< Reference Air Kerma Rate; absent unless positive
  std::string strength_units;         ///< as written; AIR_KERMA_RATE where it conforms
  std::string isotope;                ///< normalised
  std::optional<double> half_life_days;
  std::string model_hint;
  std::optional<double> active_length_mm;
  std::optional<DateTime> reference_date;
};

std::vector<PlanSource> read_plan_sources(DcmItem& dataset, const TextDecoder& decoder);

/// Half-life that nuclear data give, days (I-125 59.40, Pd-103 16.99, Cs-131 9.69); nullopt for others. Used to judge what a plan states.
std::optional<double> nominal_half_life_days(const std::string& isotope);

/// HALF_LIFE_IMPLAUSIBLE where a stated half-life is off by more than 3 percent (hours or seconds instead of days, another nuclide).
std::optional<Warning> judge_half_life(double half_life_days, const std::string& isotope);

}  // namespace seedaudit
