// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/plan_sources.h"

#include <cmath>

#include "core/significant.h"
#include "io/dicom_dataset.h"
#include "io/dicom_tags.h"
#include "io/isotope.h"

namespace seedaudit {
namespace {

constexpr Tag kSourceSequence{0x300A, 0x0210};
constexpr Tag kSourceNumber{0x300A, 0x0212};
constexpr Tag kActiveSourceLength{0x300A, 0x021A};
constexpr Tag kSourceModelId{0x300A, 0x021B};
constexpr Tag kHalfLife{0x300A, 0x0228};
constexpr Tag kStrengthUnits{0x300A, 0x0229};

}  // namespace

std::vector<PlanSource> read_plan_sources(DcmItem& dataset, const TextDecoder& decoder) {
  std::vector<PlanSource> sources;
  for (DcmItem* item : items_of(dataset, kSourceSequence)) {
    PlanSource s;
    s.number = integer_of(*item, kSourceNumber);
    if (const auto rate = number_of(*item, kReferenceAirKermaRate); rate && *rate > 0.0) s.strength = AirKermaU{*rate};
    s.strength_units = value_of(*item, kStrengthUnits);
    s.isotope = normalised_isotope(decoder.text(*item, kSourceIsotopeName));
    if (const auto days = number_of(*item, kHalfLife); days && *days > 0.0) s.half_life_days = *days;
    for (const Tag tag : {kSourceModelId, kSourceManufacturer, kSourceDescription}) {
      const std::string part = decoder.text(*item, tag);
      if (!part.empty()) s.model_hint += (s.model_hint.empty() ? "" : "; ") + part;
    }
    if (const auto length = number_of(*item, kActiveSourceLength); length && *length > 0.0) s.active_length_mm = *length;
    s.reference_date = date_of(*item, kStrengthReferenceDate, kStrengthReferenceTime);
    sources.push_back(std::move(s));
  }
  return sources;
}

std::optional<double> nominal_half_life_days(const std::string& isotope) {
  if (isotope == "I-125") return 59.40;
  if (isotope == "Pd-103") return 16.99;
  if (isotope == "Cs-131") return 9.69;
  return std::nullopt;
}

std::optional<Warning> judge_half_life(double half_life_days, const std::string& isotope) {
  const auto nominal = nominal_half_life_days(isotope);
  if (!nominal || std::abs(half_life_days / *nominal - 1.0) <= 0.03) return std::nullopt;
  return Warning{"HALF_LIFE_IMPLAUSIBLE", "the plan states a half-life of " + significant(half_life_days) + " days for " + isotope + " (" +
                                              significant(*nominal) + " days); it was not used"};
}

}  // namespace seedaudit
