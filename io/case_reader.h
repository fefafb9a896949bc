// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/implant_case.h"
#include "core/progress.h"
#include "core/result.h"
#include "io/case_request.h"

namespace seedaudit {

/// Reads one implant: finds and tells apart the objects below request.path, decides what is left to the program
/// (docs/algorithms/choosing_inputs.md), reads volumes, plan, structures and dose, and checks that they belong together. Every choice is an
/// entry of ImplantCase::decisions. A case without plan or contours is read with the warnings PLAN_ABSENT, STRUCTURES_ABSENT, PREOP_ABSENT.
/// Strengths stated as activities stay as stated until resolve_strengths() (core/strength.h). Errors: those of the readers, and
/// invalid_option, path_not_found, empty_folder, wrong_modality, no_postop_ct, ambiguous_ct, target_not_found, target_ambiguous,
/// patient_mismatch, frame_mismatch, date_implausible, review_invalid.
Result<ImplantCase> read_case(const CaseRequest& request, const Progress& progress = {});

}  // namespace seedaudit
