// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/date.h"
#include "core/date_shift.h"

using namespace seedaudit;
using std::chrono::days;

TEST_CASE("the shift of a patient is one number of days under one key, a year to eleven back") {
  CHECK(date_shift_of("key", "P1") == date_shift_of("key", "P1"));
  CHECK(date_shift_of("key", "P1") != date_shift_of("key", "P2"));
  CHECK(date_shift_of("key", "P1") != date_shift_of("other", "P1"));
  CHECK(date_shift_of("key", "").count() == 0);
  for (int i = 0; i < 200; ++i) {
    const auto shift = date_shift_of("key", "P" + std::to_string(i)).count();
    CHECK(shift <= -366);
    CHECK(shift > -366 - 3650);
  }
}

TEST_CASE("a shifted date keeps its form, its time of day and its distance from others, over leap years as well") {
  CHECK(shifted_date("20250301", days{-1}) == "20250228");
  CHECK(shifted_date("2024-03-01", days{-1}) == "2024-02-29");
  CHECK(shifted_date("2024.03.01", days{-1}) == "2024.02.29");
  CHECK(shifted_date("20250301 ", days{-1}) == "20250228");
  CHECK(shifted_date("20250301123456.5+0800", days{-1}) == "20250228123456.5");  // the zone tells where
  CHECK(shifted_date("2025-03-01T12:34:56", days{1}) == "2025-03-02T12:34:56");
  for (const char* text : {"", "2025", "20251301", "yesterday", "01.03.2025"}) CHECK(shifted_date(text, days{-1}).empty());
  const auto shift = date_shift_of("key", "P1");
  const auto before = *parse_date("20240229"), after = *parse_date("20250401");
  CHECK(*parse_date(shifted_date("20250401", shift)) - *parse_date(shifted_date("20240229", shift)) == after - before);
}
