// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/units.h"

namespace seedaudit {

/// A calendar date and, where known, the time of day: decay over a fraction of a day is below 1.2 % for I-125 but not zero.
struct DateTime {
  std::chrono::sys_days date{};
  std::optional<std::chrono::seconds> time_of_day;
};

/// "YYYY-MM-DD" or DICOM DA "YYYYMMDD" (also the ACR-NEMA "YYYY.MM.DD"); an impossible date is nullopt.
std::optional<std::chrono::sys_days> parse_date(std::string_view text);
/// DICOM TM "HHMMSS.ffffff", "HHMM", "HH" or "HH:MM:SS".
std::optional<std::chrono::seconds> parse_time(std::string_view text);
std::string to_iso(std::chrono::sys_days date);
/// to - from in days; whole days where either side has no time of day.
Days days_between(const DateTime& from, const DateTime& to);

}  // namespace seedaudit
