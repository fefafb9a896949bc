// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/plan_sources.h"

#include <cmath>
#include <cstdio>

#include "io/dicom_dataset.h"
#include "io/isotope.h"

namespace seedaudit {
namespace {

constexpr Tag kSourceSequence{0x300A, 0x0210};
constexpr Tag kSourceNumber{0x300A, 0x0212};
constexpr Tag kSourceManufacturer{0x300A, 0x0216};
constexpr Tag kActiveSourceLength{0x300A, 0x021A};
constexpr Tag kSourceModelId{0x300A, 0x021B};
constexpr Tag kSourceDescription{0x300A, 0x021C};
constexpr Tag kIsotopeName{0x300A, 0x0226};
constexpr Tag kHalfLife{0x300A, 0x0228};
constexpr Tag kStrengthUnits{0x300A, 0x0229};
constexpr Tag kReferenceAirKermaRate{0x300A, 0x022A};
constexpr Tag kReferenceDate{0x300A, 0x022C};
constexpr Tag kReferenceTime{0x300A, 0x022E};

std::string shown(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

}  // namespace

std::vector<PlanSource> read_plan_sources(DcmItem& dataset, const TextDecoder& decoder) {
  std::vector<PlanSource> sources;
  for (DcmItem* item : items_of(dataset, kSourceSequence)) {
    PlanSource s;
    s.number = integer_of(*item, kSourceNumber);
    if (const auto rate = number_of(*item, kReferenceAirKermaRate); rate && *rate > 0.0) s.strength = AirKermaU{*rate};
    s.strength_units = value_of(*item, kStrengthUnits);
    s.isotope = normalised_isotope(decoder.text(*item, kIsotopeName));
    if (const auto days = number_of(*item, kHalfLife); days && *days > 0.0) s.half_life_days = *days;
    for (const Tag tag : {kSourceModelId, kSourceManufacturer, kSourceDescription}) {
      const std::string part = decoder.text(*item, tag);
      if (!part.empty()) s.model_hint += (s.model_hint.empty() ? "" : "; ") + part;
    }
    if (const auto length = number_of(*item, kActiveSourceLength); length && *length > 0.0) s.active_length_mm = *length;
    s.reference_date = date_of(*item, kReferenceDate, kReferenceTime);
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

std::optional<Warning> judge_strength(AirKermaU strength, const std::string& isotope) {
  const double u = strength.value;
  const bool iodine = isotope.empty() || isotope == "I-125";
  const double low = 0.1;
  const double high = iodine ? 3.0 : 6.0;
  if (u >= low && u <= high) return std::nullopt;
  std::string looks;
  // Permanent seeds hold some 0.1 to 3 mCi, that is 3.7 to 111 MBq.
  if (u > high && u <= 150.0) looks = "; it looks like an activity in MBq (" + shown(u) + " MBq = " + shown(u / 37.0) + " mCi)";
  if (u > 1e6) looks = "; it looks like an activity in Bq";
  if (u < low && u > 0.0) looks = "; it looks like another unit (mCi of a very weak seed, or Ci)";
  return Warning{"STRENGTH_IMPLAUSIBLE", "the plan states " + shown(u) + " U (uGy/h at 1 m) for a seed" + (isotope.empty() ? "" : " of ") +
                                             isotope + ", outside " + shown(low) + " to " + shown(high) + " U" + looks +
                                             ". It was used as written; check mCi, MBq and U"};
}

std::optional<Warning> judge_half_life(double half_life_days, const std::string& isotope) {
  const auto nominal = nominal_half_life_days(isotope);
  if (!nominal || std::abs(half_life_days / *nominal - 1.0) <= 0.03) return std::nullopt;
  return Warning{"HALF_LIFE_IMPLAUSIBLE", "the plan states a half-life of " + shown(half_life_days) + " days for " + isotope + " (" +
                                              shown(*nominal) + " days); it was not used"};
}

}  // namespace seedaudit
