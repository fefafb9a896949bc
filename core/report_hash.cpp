// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/report_hash.h"

#include "core/sha256.h"

namespace seedaudit {

std::string report_hash(std::string_view report_json) {
  if (report_json.empty()) return {};
  constexpr std::string_view kTimes = "\"timing_s\": {";
  Sha256 hash;
  std::size_t at = 0;
  for (std::size_t found = report_json.find(kTimes); found != std::string_view::npos; found = report_json.find(kTimes, at)) {
    const std::size_t from = found + kTimes.size(), to = report_json.find('}', from);
    if (to == std::string_view::npos) break;
    hash.add(report_json.substr(at, from - at));
    at = to;
  }
  hash.add(report_json.substr(at));
  return hash.hexadecimal();
}

}  // namespace seedaudit
