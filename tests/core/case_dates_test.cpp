// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/case_dates.h"

using namespace seedaudit;
using std::chrono::days;

TEST_CASE("dates in a text are moved, and nothing else in it") {
  CHECK(with_shifted_dates("implant 2025-03-01, scan 2025-04-01.", days{-1}) == "implant 2025-02-28, scan 2025-03-31.");
  CHECK(with_shifted_dates("12025-03-01 2025-13-01 1-2-3 2025-03-011", days{-1}) == "12025-03-01 2025-13-01 1-2-3 2025-03-011");
  CHECK(with_shifted_dates("2025-03-01", days{0}) == "2025-03-01");
  CHECK(with_shifted_dates("", days{-1}).empty());
}

TEST_CASE("dates in a text are taken out, and nothing else in it") {
  CHECK(without_dates("implant 2025-03-01, scan 2025-04-01.") == "implant [date], scan [date].");
  CHECK(without_dates("12025-03-01 2025-13-01 1-2-3 2025-03-011") == "12025-03-01 2025-13-01 1-2-3 2025-03-011");
}

TEST_CASE("every date of a case moves by the same days, times of day stay") {
  const auto at = [](const char* date) { return DateTime{*parse_date(date), std::chrono::seconds{3600}}; };
  ImplantCase c;
  c.plan.emplace();
  c.plan->strength_reference_date = at("2025-03-01");
  c.plan->warnings.push_back({"X", "decayed to 2025-03-01"});
  c.strength.strength_reference_date = at("2025-03-01");
  c.strength.implant_date = at("2025-03-05");
  c.earlier.emplace();
  c.earlier->list.strength_reference_date = at("2024-01-01");
  c.earlier->strength.implant_date = at("2024-01-03");
  c.decisions.push_back({"implant_date", "2025-03-05", "by the record of 2025-03-06"});
  c.warnings.push_back({"Y", "2025-03-07"});
  c.review.emplace();
  c.review->date = *parse_date("2025-04-02");
  c.review->actions.push_back({});
  c.review->actions[0].text = "seen on 2025-04-01";
  shift_dates(c, days{-700});
  CHECK(c.review->date == *parse_date("2025-04-02") + days{-700});
  CHECK(c.review->actions[0].text.find("2025") == std::string::npos);
  const auto moved = [&](const std::optional<DateTime>& now, const char* then) {
    REQUIRE(now);
    CHECK(now->date == *parse_date(then) + days{-700});
    CHECK(now->time_of_day == std::chrono::seconds{3600});
  };
  moved(c.plan->strength_reference_date, "2025-03-01");
  moved(c.strength.strength_reference_date, "2025-03-01");
  moved(c.strength.implant_date, "2025-03-05");
  moved(c.earlier->list.strength_reference_date, "2024-01-01");
  moved(c.earlier->strength.implant_date, "2024-01-03");
  for (const std::string& text : {c.plan->warnings[0].message, c.decisions[0].choice, c.decisions[0].reason, c.warnings[0].message})
    CHECK(text.find("2025") == std::string::npos);
}
