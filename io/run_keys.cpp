// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/run_keys.h"

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <utility>

#include "io/case_file.h"
#include "io/text_file.h"

namespace seedaudit {
namespace {

using Json = nlohmann::json;
using Path = std::filesystem::path;

/// What one key has to be, and where it goes. `wrong` says what it is not; empty: it fits.
struct KeyRule {
  const char* name;
  std::string (*take)(const Json& value, const Path& folder, RunKeys& out);
};

std::string take_choice(const Json& value, std::initializer_list<const char*> choices, std::optional<std::string>& out) {
  std::string known;
  for (const char* choice : choices) {
    if (value == choice) {
      out = choice;
      return {};
    }
    known += (known.empty() ? "" : ", ") + std::string(choice);
  }
  return "must be one of " + known;
}

std::string take_switch(const Json& value, bool& out) {
  if (!value.is_boolean()) return "must be true or false";
  out = value.get<bool>();
  return {};
}

constexpr KeyRule kRules[] = {
    {"config",
     [](const Json& v, const Path& folder, RunKeys& out) {
       if (!v.is_string() || v.get<std::string>().empty()) return std::string("must be a path");
       out.config = folder / Path(v.get<std::string>());  // an absolute path stays as it is
       return std::string();
     }},
    {"identity",
     [](const Json& v, const Path&, RunKeys& out) {
       return take_choice(v, {"keep", "pseudonym", "none"}, out.identity);
     }},
    {"fail_on",
     [](const Json& v, const Path&, RunKeys& out) {
       return take_choice(v, {"warn", "action"}, out.fail_on);
     }},
    {"log_level",
     [](const Json& v, const Path&, RunKeys& out) {
       return take_choice(v, {"debug", "info", "warn", "error", "off"}, out.log_level);
     }},
    {"threads",
     [](const Json& v, const Path&, RunKeys& out) {
       if (!v.is_number_integer() || v < 0 || v > 1024) return std::string("must be a whole number from 0 to 1024");
       out.threads = v.get<int>();
       return std::string();
     }},
    {"no_progress", [](const Json& v, const Path&, RunKeys& out) { return take_switch(v, out.no_progress); }},
    {"json", [](const Json& v, const Path&, RunKeys& out) { return take_switch(v, out.json); }},
};

}  // namespace

bool is_run_key(std::string_view key) {
  for (const KeyRule& rule : kRules)
    if (key == rule.name) return true;
  return false;
}

Result<RunKeys> parse_run_keys(std::string_view text, const Path& folder, const std::string& origin) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return Error{ErrorCode::bad_json, "a case.json holds one object", origin, ""};
  RunKeys out;
  for (const KeyRule& rule : kRules) {
    const auto at = json.find(rule.name);
    if (at == json.end()) continue;
    if (const std::string wrong = rule.take(*at, folder, out); !wrong.empty())
      return Error{ErrorCode::bad_json, "key \"" + std::string(rule.name) + "\" " + wrong, origin, ""};
  }
  return out;
}

Result<RunKeys> read_run_keys(const Path& case_path) {
  const auto file = case_file_of(case_path);
  if (!file) return RunKeys{};
  const auto text = read_text_file(*file, "case file");
  if (!text) return text.error();
  const Path folder = file->has_parent_path() ? file->parent_path() : Path(".");
  return parse_run_keys(*text, folder, file->string());
}

}  // namespace seedaudit
