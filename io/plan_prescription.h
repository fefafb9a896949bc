// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/plan.h"

class DcmItem;

namespace seedaudit {

class TextDecoder;

/// Fills prescription, target ROI and their warnings from the Dose Reference Sequence and, failing that, the Brachy Application Setup Dose.
void read_prescription(DcmItem& dataset, const TextDecoder& decoder, ImplantPlan& plan);

}  // namespace seedaudit
