// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/strength.h"

#include <string>

#include "core/implant_case.h"
#include "core/significant.h"

namespace seedaudit {

std::string_view to_string(StrengthUnit unit) {
  switch (unit) {
    case StrengthUnit::u:
      return "U";
    case StrengthUnit::mci:
      return "mCi";
    case StrengthUnit::mbq:
      return "MBq";
  }
  return "?";
}

AirKermaU to_air_kerma(const StatedStrength& stated, double u_per_mci) {
  switch (stated.unit) {
    case StrengthUnit::u:
      return AirKermaU{stated.value};
    case StrengthUnit::mci:
      return AirKermaU{stated.value * u_per_mci};
    case StrengthUnit::mbq:
      return AirKermaU{stated.value / kMegaBecquerelPerMilliCurie * u_per_mci};
  }
  return AirKermaU{0.0};
}

Status resolve_strengths(ImplantCase& implant, double u_per_mci) {
  if (!(u_per_mci > 0.0))
    return Error{ErrorCode::invalid_option, "air-kerma strength per mCi is " + std::to_string(u_per_mci) + ", must be positive", "", ""};
  auto& strength = implant.strength;
  if (strength.stated_per_seed) strength.per_seed = to_air_kerma(*strength.stated_per_seed, u_per_mci);
  if (implant.plan) {
    for (auto& seed : implant.plan->seeds) {
      if (seed.stated_strength) seed.strength = to_air_kerma(*seed.stated_strength, u_per_mci);
      if (strength.per_seed) seed.strength = *strength.per_seed;
      if (!(seed.strength.value > 0.0))
        return Error{ErrorCode::plan_without_strength, "planned seed " + std::to_string(seed.index) + " has no source strength",
                     implant.plan->path, "give --strength-u, --activity-mci or --activity-mbq"};
    }
  }
  if (implant.given_seeds) {
    for (auto& seed : *implant.given_seeds) {
      if (seed.stated_strength) seed.strength = to_air_kerma(*seed.stated_strength, u_per_mci);
      if (strength.per_seed) seed.strength = strength.per_seed;
    }
  }
  return ok_status();
}

std::optional<Warning> judge_strength(AirKermaU strength, const std::string& isotope, const std::string& who_says) {
  const double u = strength.value;
  const bool iodine = isotope.empty() || isotope == "I-125";
  const double low = 0.1;
  const double high = iodine ? 3.0 : 6.0;
  if (u >= low && u <= high) return std::nullopt;
  std::string looks;
  // Permanent seeds hold some 0.1 to 3 mCi, that is 3.7 to 111 MBq.
  if (u > high && u <= 150.0)
    looks = "; it looks like an activity in MBq (" + significant(u) + " MBq = " + significant(u / kMegaBecquerelPerMilliCurie) + " mCi)";
  if (u > 1e6) looks = "; it looks like an activity in Bq";
  if (u < low && u > 0.0) looks = "; it looks like another unit (mCi of a very weak seed, or Ci)";
  return Warning{"STRENGTH_IMPLAUSIBLE", who_says + " " + significant(u) + " U (uGy/h at 1 m) for a seed" +
                                             (isotope.empty() ? "" : " of ") + isotope + ", outside " + significant(low) + " to " +
                                             significant(high) + " U" + looks + ". It was used as written; check mCi, MBq and U"};
}

}  // namespace seedaudit
