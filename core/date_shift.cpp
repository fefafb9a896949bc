// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/date_shift.h"

#include <algorithm>

#include "core/date.h"
#include "core/pseudonym.h"

namespace seedaudit {
namespace {

constexpr int kLeast = 366;
constexpr unsigned long kRange = 3650;

}  // namespace

std::chrono::days date_shift_of(std::string_view key, std::string_view patient_id) {
  if (patient_id.empty()) return std::chrono::days{0};
  const std::string hex = hmac_sha256(key, "dates:" + std::string(patient_id)).substr(0, 8);
  return std::chrono::days{-kLeast - static_cast<int>(std::stoul(hex, nullptr, 16) % kRange)};
}

std::string shifted_date(std::string_view text, std::chrono::days shift) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) text.remove_suffix(1);
  const bool separated = text.size() >= 10 && (text[4] == '-' || text[4] == '.');
  const std::size_t length = separated ? 10 : 8;
  const auto date = parse_date(text.substr(0, length));
  if (!date) return {};
  const std::string iso = to_iso(*date + shift);
  std::string moved = iso.substr(0, 4) + iso.substr(5, 2) + iso.substr(8, 2);
  if (separated) moved = moved.substr(0, 4) + text[4] + moved.substr(4, 2) + text[7] + moved.substr(6, 2);
  // Of what follows, the time of day; a zone would tell where.
  for (const char c : text.substr(std::min(length, text.size()))) {
    const bool time = (c >= '0' && c <= '9') || c == '.' || c == ':' || c == 'T';
    if (!time) break;
    moved += c;
  }
  return moved;
}

}  // namespace seedaudit
