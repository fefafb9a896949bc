// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "io/case_json.h"
#include "io/run_keys.h"

namespace seedaudit::test {

TEST_CASE("case.json: the options of `run` that say how it works are keys as well") {
  const char* text = R"({"rx_gy": 120, "identity": "none", "config": "ours.json", "threads": 2, "fail_on": "action", "no_progress": true,
    "log_level": "info", "json": true})";
  const auto r = parse_run_keys(text, "/cases/x", "case.json");
  REQUIRE(r);
  CHECK(*r->identity == "none");
  CHECK(*r->config == std::filesystem::path("/cases/x/ours.json"));
  CHECK(*r->threads == 2);
  CHECK(*r->fail_on == "action");
  CHECK(r->no_progress);
  CHECK(*r->log_level == "info");
  CHECK(r->json);
  // Who reads the case alone passes them over, but not when they are wrong.
  const auto request = parse_case_json(text, "/cases/x", "case.json");
  REQUIRE(request);
  CHECK(*request->rx_gy == 120.0);
  for (const char* bad :
       {R"({"identity": "maybe"})", R"({"identity": true})", R"({"config": 1})", R"({"threads": -1})", R"({"threads": 1.5})",
        R"({"fail_on": "info"})", R"({"no_progress": "yes"})", R"({"log_level": "loud"})", R"({"json": 1})"}) {
    INFO(bad);
    CHECK(parse_run_keys(bad, ".", "case.json").error().code == ErrorCode::bad_json);
    CHECK(parse_case_json(bad, ".", "case.json").error().code == ErrorCode::bad_json);
  }
  const auto folder = read_run_keys("/");
  REQUIRE(folder);
  CHECK_FALSE(folder->identity);
}

}  // namespace seedaudit::test
