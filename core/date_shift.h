// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

/// Dates that keep their distances and lose their place in the calendar.
namespace seedaudit {

/// Whole days by which every date of one patient moves, always the same under one key: 366 to 4015 days back, so that decay and intervals
/// stay what they were, times of day included, and no date of a plan or a scan stands for itself. An empty id moves nothing: 0.
std::chrono::days date_shift_of(std::string_view key, std::string_view patient_id);

/// A date as DICOM or a case.json writes it (YYYYMMDD, YYYY.MM.DD or YYYY-MM-DD), moved and written in the same form, whatever follows it
/// (the time of a DICOM DT without its zone) kept. Empty where the text begins with no date.
std::string shifted_date(std::string_view text, std::chrono::days shift);

}  // namespace seedaudit
