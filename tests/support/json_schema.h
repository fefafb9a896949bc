// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>
#include <vector>

namespace seedaudit::test {

/// Checks a JSON value against the part of JSON Schema that our schemas use: type, enum, properties, patternProperties, required,
/// additionalProperties, items, minItems, maxItems, $ref within the document. A keyword it does not know is itself a complaint, so that a
/// schema never silently asks for more than is checked.
class JsonSchema {
 public:
  explicit JsonSchema(const std::string& text) : root_(nlohmann::json::parse(text)) {}

  /// Empty: the document is valid. Else one line a complaint, with the path.
  std::vector<std::string> complaints(const std::string& document, const std::string& pointer = "") const {
    std::vector<std::string> out;
    const auto value = nlohmann::json::parse(document, nullptr, false);
    if (value.is_discarded()) return {"not JSON"};
    check(root_.at(nlohmann::json::json_pointer(pointer)), value, "$", out);
    return out;
  }

 private:
  using Json = nlohmann::json;

  static bool has_type(const Json& v, const std::string& type) {
    if (type == "null") return v.is_null();
    if (type == "boolean") return v.is_boolean();
    if (type == "integer") return v.is_number_integer();
    if (type == "number") return v.is_number();
    if (type == "string") return v.is_string();
    if (type == "array") return v.is_array();
    if (type == "object") return v.is_object();
    return false;
  }

  void check(const Json& schema, const Json& v, const std::string& path, std::vector<std::string>& out) const {
    static const std::vector<std::string> kKnown = {"$schema",
                                                    "$id",
                                                    "$defs",
                                                    "$ref",
                                                    "title",
                                                    "description",
                                                    "type",
                                                    "enum",
                                                    "required",
                                                    "properties",
                                                    "items",
                                                    "minItems",
                                                    "additionalProperties",
                                                    "maxItems",
                                                    "patternProperties"};
    for (const auto& [key, unused] : schema.items()) {
      (void)unused;
      if (std::find(kKnown.begin(), kKnown.end(), key) == kKnown.end()) out.push_back(path + ": schema keyword not checked: " + key);
    }
    if (schema.contains("$ref")) {
      const auto ref = schema["$ref"].get<std::string>();
      check(root_.at(Json::json_pointer(ref.substr(1))), v, path, out);
      return;
    }
    if (schema.contains("type")) {
      const Json types = schema["type"].is_array() ? schema["type"] : Json::array({schema["type"]});
      bool fits = false;
      for (const auto& t : types) fits = fits || has_type(v, t.get<std::string>());
      if (!fits) {
        out.push_back(path + ": " + v.dump() + " is not " + types.dump());
        return;
      }
    }
    if (schema.contains("enum") && std::find(schema["enum"].begin(), schema["enum"].end(), v) == schema["enum"].end())
      out.push_back(path + ": " + v.dump() + " is not one of " + schema["enum"].dump());
    if (v.is_object()) check_object(schema, v, path, out);
    if (v.is_array()) check_array(schema, v, path, out);
  }

  void check_object(const Json& schema, const Json& v, const std::string& path, std::vector<std::string>& out) const {
    for (const auto& name : schema.value("required", Json::array()))
      if (!v.contains(name.get<std::string>())) out.push_back(path + ": lacks " + name.dump());
    const Json properties = schema.value("properties", Json::object());
    const Json patterns = schema.value("patternProperties", Json::object());
    for (const auto& [key, value] : v.items()) {
      bool named = false;
      if (properties.contains(key)) {
        named = true;
        check(properties[key], value, path + "." + key, out);
      }
      for (const auto& [pattern, sub] : patterns.items()) {
        if (!std::regex_search(key, std::regex(pattern))) continue;
        named = true;
        check(sub, value, path + "." + key, out);
      }
      if (!named && schema.value("additionalProperties", true) == false) out.push_back(path + ": unknown key " + key);
    }
  }

  void check_array(const Json& schema, const Json& v, const std::string& path, std::vector<std::string>& out) const {
    if (v.size() < schema.value("minItems", std::size_t{0})) out.push_back(path + ": too few items");
    if (schema.contains("maxItems") && v.size() > schema["maxItems"].get<std::size_t>()) out.push_back(path + ": too many items");
    if (!schema.contains("items")) return;
    for (std::size_t i = 0; i < v.size(); ++i) check(schema["items"], v[i], path + "[" + std::to_string(i) + "]", out);
  }

  Json root_;
};

}  // namespace seedaudit::test
