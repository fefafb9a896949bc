// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/json_keys.h"

#include <nlohmann/json.hpp>
#include <set>
#include <vector>

namespace seedaudit {

std::string repeated_json_key(std::string_view text) {
  using Json = nlohmann::json;
  std::vector<std::set<std::string>> seen;
  std::string repeated;
  const auto watch = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) seen.emplace_back();
    if (event == Json::parse_event_t::object_end && !seen.empty()) seen.pop_back();
    if (event == Json::parse_event_t::key && !seen.empty())
      if (auto key = parsed.get<std::string>(); !seen.back().insert(key).second && repeated.empty()) repeated = std::move(key);
    return true;
  };
  const Json ignored = Json::parse(text, watch, false);
  static_cast<void>(ignored);
  return repeated;
}

}  // namespace seedaudit
