// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/report_hash.h"

#include <catch2/catch.hpp>

#include "core/sha256.h"

using namespace seedaudit;

namespace {

std::string sha256_of(std::string_view text) {
  Sha256 hash;
  hash.add(text);
  return hash.hexadecimal();
}

}  // namespace

TEST_CASE("report hash: times change nothing, anything else does") {
  const std::string report = R"({"a": 1, "timing_s": {"read": 0.1, "total": 2}, "b": 2})";
  CHECK(report_hash(report) == sha256_of(R"({"a": 1, "timing_s": {}, "b": 2})"));
  CHECK(report_hash(R"({"a": 1, "timing_s": {"read": 9.125, "total": 23}, "b": 2})") == report_hash(report));
  CHECK(report_hash(R"({"a": 2, "timing_s": {"read": 0.1, "total": 2}, "b": 2})") != report_hash(report));
  CHECK(report_hash(R"({"a": 1, "timing_s": {"read": 0.1, "total": 2}, "b": 3})") != report_hash(report));
}

TEST_CASE("report hash: a text that speaks of the key hides nothing, a report without times or cut in them is hashed whole") {
  CHECK(report_hash(R"({"a": "\"timing_s\": {x}"})") != report_hash(R"({"a": "\"timing_s\": {y}"})"));
  CHECK(report_hash("{report of a}\n") == sha256_of("{report of a}\n"));
  CHECK(report_hash(R"({"timing_s": {"read": 1)") == sha256_of(R"({"timing_s": {"read": 1)"));
  CHECK(report_hash("").empty());
}
