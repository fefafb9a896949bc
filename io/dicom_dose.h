// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "core/dose.h"
#include "core/result.h"

namespace seedaudit {

/// Reads an RTDOSE into Gy on a regular right-handed grid: 16 or 32 bit (8 too), unsigned or signed as Pixel Representation says, times
/// Dose Grid Scaling; frame planes from Grid Frame Offset Vector in either form, rising or falling; Slice Thickness is not used.
/// Warnings: UNEVEN_DOSE_PLANES_RESAMPLED, NEGATIVE_DOSE_CLAMPED, DOSE_PLANES_REVERSED (none of them silent), DOSE_FRAME_MISSING.
/// Errors: path_not_found, unreadable_file, truncated_file, wrong_modality, unsupported_syntax, dose_invalid. Instantiated for both frames.
template <class F = PlanFrame>
Result<DoseGrid<F>> read_dose(const std::filesystem::path& path);

}  // namespace seedaudit
