// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/implant_case.h"
#include "dosimetry/supplement.h"
#include "pipeline/case_contours.h"

namespace seedaudit {

/// What advice on a target rests on, beside the target. Pointers are never null, but for `earlier`.
struct AdviceInput {
  const ImplantCase* implant = nullptr;    ///< scan and needle entry
  const CaseContours* contours = nullptr;  ///< organs at risk that do not hold the target, heart and vessels
  const std::vector<DoseSeed<CtFrame>>* seeds = nullptr;
  const SourceModel* source = nullptr;
  Gy prescription{0.0};
  const EarlierSeeds* earlier = nullptr;  ///< null: none is known
};

/// Supplementary seeds for one target, each of the mean strength of the implant. Where the scan does not show the skin: not reachable.
/// Errors: those of advise_supplement.
Result<SupplementAdvice> advise_target(const AdviceInput& input, const StructureVolume<CtFrame>& target, const DoseOptions& dose,
                                       const SupplementOptions& options, const DvhOptions& dvh);

}  // namespace seedaudit
