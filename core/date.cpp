// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/date.h"

#include <cstdio>

namespace seedaudit {
namespace {

std::optional<int> digits(std::string_view s) {
  int v = 0;
  if (s.empty()) return std::nullopt;
  for (const char c : s) {
    if (c < '0' || c > '9') return std::nullopt;
    v = v * 10 + (c - '0');
  }
  return v;
}

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && (s.back() == ' ' || s.back() == '\0')) s.remove_suffix(1);
  while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
  return s;
}

}  // namespace

std::optional<std::chrono::sys_days> parse_date(std::string_view text) {
  text = trimmed(text);
  std::optional<int> y, m, d;
  if (text.size() == 8) {
    y = digits(text.substr(0, 4));
    m = digits(text.substr(4, 2));
    d = digits(text.substr(6, 2));
  } else if (text.size() == 10 && text[4] == text[7] && (text[4] == '-' || text[4] == '.')) {
    y = digits(text.substr(0, 4));
    m = digits(text.substr(5, 2));
    d = digits(text.substr(8, 2));
  }
  if (!y || !m || !d) return std::nullopt;
  const std::chrono::year_month_day ymd{std::chrono::year{*y}, std::chrono::month{static_cast<unsigned>(*m)},
                                        std::chrono::day{static_cast<unsigned>(*d)}};
  if (!ymd.ok()) return std::nullopt;
  return std::chrono::sys_days{ymd};
}

std::optional<std::chrono::seconds> parse_time(std::string_view text) {
  text = trimmed(text);
  if (const auto dot = text.find('.'); dot != std::string_view::npos) text = text.substr(0, dot);
  std::string compact;
  for (const char c : text)
    if (c != ':') compact.push_back(c);
  if (compact.size() != 2 && compact.size() != 4 && compact.size() != 6) return std::nullopt;
  compact.resize(6, '0');
  const auto h = digits(std::string_view(compact).substr(0, 2));
  const auto m = digits(std::string_view(compact).substr(2, 2));
  const auto s = digits(std::string_view(compact).substr(4, 2));
  if (!h || !m || !s || *h > 23 || *m > 59 || *s > 60) return std::nullopt;
  return std::chrono::seconds{*h * 3600 + *m * 60 + *s};
}

std::string to_iso(std::chrono::sys_days date) {
  const std::chrono::year_month_day ymd{date};
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02u", static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()),
                static_cast<unsigned>(ymd.day()));
  return buffer;
}

Days days_between(const DateTime& from, const DateTime& to) {
  const double whole = static_cast<double>((to.date - from.date).count());
  if (!from.time_of_day || !to.time_of_day) return Days{whole};
  return Days{whole + static_cast<double>((*to.time_of_day - *from.time_of_day).count()) / 86400.0};
}

}  // namespace seedaudit
