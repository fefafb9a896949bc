// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/implant_case.h"

namespace seedaudit {

/// Moves every date of a case by one number of days: of scans, plans, strengths and implants, and those that decisions and warnings quote.
/// Times of day stay, so every interval, and with it every decay, is what it was.
void shift_dates(ImplantCase& implant, std::chrono::days shift);

/// A text with each date in it of the form YYYY-MM-DD moved.
std::string with_shifted_dates(std::string_view text, std::chrono::days shift);

/// A text with "[date]" in place of each.
std::string without_dates(std::string_view text);

}  // namespace seedaudit
