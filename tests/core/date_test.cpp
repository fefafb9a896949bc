// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/date.h"

#include <catch2/catch.hpp>

using namespace seedaudit;

TEST_CASE("dates are read in the forms that archives hold") {
  CHECK(to_iso(*parse_date("20250321")) == "2025-03-21");
  CHECK(to_iso(*parse_date("2025-03-21")) == "2025-03-21");
  CHECK(to_iso(*parse_date("1999.12.31 ")) == "1999-12-31");
  for (const auto* bad : {"", "2025", "20251301", "20250230", "21/03/2025", "2025-3-21", "2025032A"}) CHECK_FALSE(parse_date(bad));
}

TEST_CASE("times are read with and without seconds and fractions") {
  CHECK(parse_time("102530.123456")->count() == 10 * 3600 + 25 * 60 + 30);
  CHECK(parse_time("1025")->count() == 10 * 3600 + 25 * 60);
  CHECK(parse_time("10:25:30")->count() == 10 * 3600 + 25 * 60 + 30);
  for (const auto* bad : {"", "1", "250000", "106100", "ab"}) CHECK_FALSE(parse_time(bad));
}

TEST_CASE("days are counted over month ends and with times of day where both are known") {
  const DateTime plan{*parse_date("20250321"), parse_time("120000")};
  const DateTime scan{*parse_date("20250421"), parse_time("000000")};
  CHECK(days_between(plan, scan).value == 30.5);
  CHECK(days_between(plan, DateTime{*parse_date("20250421"), {}}).value == 31.0);
  CHECK(days_between(scan, plan).value == -30.5);
}
