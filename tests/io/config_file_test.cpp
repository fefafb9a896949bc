// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/config_file.h"

#include <catch2/catch.hpp>

using namespace seedaudit;

TEST_CASE("a configuration file becomes dotted keys in its own order") {
  const auto config =
      parse_config(R"({"limits": {"margin_mm": 12.5, "site": "lung"}, "register": "none", "a": {"b": {"c": true}}})", "test");
  REQUIRE(config.ok());
  const ConfigEntries expected{{"limits.margin_mm", "12.5"}, {"limits.site", "lung"}, {"register", "none"}, {"a.b.c", "true"}};
  CHECK(*config == expected);
}

TEST_CASE("a configuration file that cannot be meant is refused") {
  for (const char* text : {"", "[]", "3", "{\"a\": [1]}", "{\"a\": null}", "{\"a\": 1, \"a\": 2}", "{\"a\": {\"b\": 1, \"b\": 1}}",
                           "{\"a\": {\"b\": 1}, \"a.b\": 2}", "{\"a.b\": 1, \"a.b\": 2}", "{\"a\": 1"}) {
    INFO(text);
    const auto config = parse_config(text, "test");
    REQUIRE_FALSE(config.ok());
    CHECK(config.error().code == ErrorCode::bad_json);
  }
  CHECK(read_config("/no/such/file.json").error().code == ErrorCode::path_not_found);
}
