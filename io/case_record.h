// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"

namespace seedaudit {

struct CaseDraft;

/// What the counts say against each other, and a treatment record against date, counts, isotope and strength that were settled otherwise:
/// warnings, since nobody can tell from here which is right. Errors: those of reading the record.
Status compare_record(CaseDraft& draft);

}  // namespace seedaudit
