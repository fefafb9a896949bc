// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pipeline/batch.h"

namespace seedaudit {

/// Makes the attempts on this machine: `options.jobs` at once within the memory budget, the next case's files read ahead meanwhile.
/// The arguments must outlive the engine.
BatchEngine local_engine(const BatchFolder& folder, const BatchOptions& options, const BatchSeams& seams);

/// The attempt at a case that was refused before any audit. Errors: output_unwritable.
Result<CaseAttempt> refused_attempt(const BatchFolder& folder, const BatchCase& c);

}  // namespace seedaudit
