// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/audit_report.h"
#include "core/dvh.h"
#include "core/units.h"

/// Linear-quadratic figures of a decaying source (Dale, Br J Radiol 58:515, 1985; repopulation as in Dale, Br J Radiol 62:241, 1989). For
/// information: they depend on parameters that nobody knows for the patient (docs/algorithms/dvh.md).
namespace seedaudit {

/// Time after implant from which repopulation outweighs the dose still to come: ln(alpha R0 T_d / ln 2) / lambda, or 0.
/// \param to_infinity physical dose to infinity
Days effective_time(Gy to_infinity, Hours half_life, const RadiobiologyParameters& p);

/// Biologically effective dose after the time t, with repair during the irradiation and repopulation, Gy. Not below 0.
Gy biologically_effective_dose(Gy to_infinity, Hours half_life, const RadiobiologyParameters& p, Days t);

/// All figures of one structure. Each point has its own effective time. Requires p.check() (asserted).
RadiobiologyFigures radiobiology_of(const Dvh& dvh, Hours half_life, const RadiobiologyParameters& p);

}  // namespace seedaudit
