// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/supplement_advice.h"
#include "dosimetry/dose_engine.h"
#include "dosimetry/dvh_calculator.h"
#include "dosimetry/needle_lines.h"

namespace seedaudit {

struct SupplementOptions {
  /// V100 that added seeds are to bring. Higher asks for more seeds.
  double goal_v100_pct = 90.0;
  /// More than this many seeds are not advised: the implant is then not a matter of a supplement.
  int max_seeds = 30;
  /// V200 may not rise above this, percent of the target; where it is above already, it may not rise by more than 5 points.
  double max_v200_pct = 60.0;
  /// D2cc of an organ may not rise above this, percent of the prescription. Organs above it already are not held to it, and named.
  double max_organ_d2cc_pct = 100.0;
  /// Whether the dose of an earlier implant counts towards the goal. It always counts against the limits of V200 and of organs; whether
  /// doses given years apart make up one prescription is for a person to say. True asks for fewer seeds.
  bool earlier_dose_counts = false;
  NeedleOptions needles;

  Status check() const;
};

/// Seeds of an earlier implant that are still in place: a model of their own, whose table `dose` holds. The pointer is never null.
struct EarlierSeeds {
  std::vector<DoseSeed<CtFrame>> seeds;
  const SourceModel* source = nullptr;
  DoseOptions dose;
};

/// What the search needs to know of one target. Pointers are never null, but for `earlier`.
struct SupplementInput {
  const StructureVolume<CtFrame>* target = nullptr;
  std::vector<DoseSeed<CtFrame>> seeds;  ///< in place
  Gy prescription{0.0};
  AirKermaU strength;                                    ///< of an added seed
  std::vector<const StructureVolume<CtFrame>*> organs;   ///< at risk: their dose is limited, and needles keep clear of them
  std::vector<const StructureVolume<CtFrame>*> vessels;  ///< needles keep clear of them
  const EarlierSeeds* earlier = nullptr;                 ///< null: none is known
};

/// The smallest number of seeds found that bring V100 to the goal within the limits, on feasible straight needle lines: chosen one by one
/// for the largest gain, then exchanged place by place, with ever fewer seeds, while the goal is still met. The limits hold for the implant
/// alone and for its sum with an earlier one. Decision support: a person checks it. Deterministic for any number of threads.
/// Errors: invalid_option; those of sample_dose.
Result<SupplementAdvice> advise_supplement(const SupplementInput& input, const WayIn& way, const SourceModel& source,
                                           const DoseOptions& dose = {}, const SupplementOptions& options = {}, const DvhOptions& dvh = {});

}  // namespace seedaudit
