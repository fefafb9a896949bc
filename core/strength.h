// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "core/units.h"

namespace seedaudit {

struct ImplantCase;

/// The unit in which a person or a file stated a source strength. Activities are apparent activities.
enum class StrengthUnit { u, mci, mbq };
std::string_view to_string(StrengthUnit unit);

/// A strength as it was stated. Only resolve_strengths() turns it into air-kerma strength, because the factor belongs to the source model.
struct StatedStrength {
  double value = 0.0;
  StrengthUnit unit = StrengthUnit::u;
};

/// \param u_per_mci air-kerma strength per apparent activity of the source model (I-125: 1.270 U per mCi); unused for strengths in U
AirKermaU to_air_kerma(const StatedStrength& stated, double u_per_mci);

/// Converts every stated strength of the case into U, once the source model is known: the option's per-seed strength, planned seeds and
/// given seeds. A per-seed strength given as an option then replaces the strength of every planned and every given seed.
/// Errors: invalid_option for a factor that is not positive; plan_without_strength when a planned seed still has none.
Status resolve_strengths(ImplantCase& implant, double u_per_mci);

/// STRENGTH_IMPLAUSIBLE where no seed for permanent implants has this strength, with the unit that the figure looks like.
/// \param isotope empty where it is not known
/// \param who_says begins the message, e.g. "the plan states"
std::optional<Warning> judge_strength(AirKermaU strength, const std::string& isotope, const std::string& who_says);

}  // namespace seedaudit
