// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/config_file.h"

#include <nlohmann/json.hpp>

#include <algorithm>

#include "io/text_file.h"

namespace seedaudit {
namespace {

using Json = nlohmann::ordered_json;

Status flatten(const Json& object, const std::string& prefix, const std::string& origin, ConfigEntries& out) {
  for (const auto& [name, value] : object.items()) {
    const std::string key = prefix.empty() ? name : prefix + "." + name;
    if (value.is_object()) {
      if (Status s = flatten(value, key, origin, out); !s) return s;
    } else if (value.is_string()) {
      out.emplace_back(key, value.get<std::string>());
    } else if (value.is_number() || value.is_boolean()) {
      out.emplace_back(key, value.dump());
    } else {
      return Error{ErrorCode::bad_json, "key \"" + key + "\" is neither a number nor text", origin, ""};
    }
  }
  return ok_status();
}

}  // namespace

Result<ConfigEntries> parse_config(std::string_view text, const std::string& origin) {
  Json json;
  // The parser keeps one of two equal keys; a file that states something twice is refused instead.
  std::vector<std::vector<std::string>> open;
  std::string repeated;
  const auto watch = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) open.emplace_back();
    if (event == Json::parse_event_t::object_end && !open.empty()) open.pop_back();
    if (event == Json::parse_event_t::key && !open.empty()) {
      const auto key = parsed.get<std::string>();
      if (std::find(open.back().begin(), open.back().end(), key) != open.back().end()) repeated = key;
      open.back().push_back(key);
    }
    return true;
  };
  try {
    json = Json::parse(text, watch);
  } catch (const Json::exception& e) {
    return Error{ErrorCode::bad_json, std::string("not JSON: ") + e.what(), origin, ""};
  }
  if (!json.is_object()) return Error{ErrorCode::bad_json, "a configuration holds one object", origin, ""};
  if (!repeated.empty()) return Error{ErrorCode::bad_json, "key \"" + repeated + "\" is there twice", origin, ""};
  ConfigEntries out;
  if (Status s = flatten(json, "", origin, out); !s) return s.error();
  // Nested in one place and dotted in another is one key all the same.
  for (std::size_t i = 0; i < out.size(); ++i)
    for (std::size_t k = 0; k < i; ++k)
      if (out[i].first == out[k].first) return Error{ErrorCode::bad_json, "key \"" + out[i].first + "\" is there twice", origin, ""};
  return out;
}

Result<ConfigEntries> read_config(const std::filesystem::path& path) {
  const auto text = read_text_file(path, "configuration file");
  if (!text) return text.error();
  return parse_config(*text, path.string());
}

}  // namespace seedaudit
