// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/identity_filter.h"

#include <catch2/catch.hpp>

using seedaudit::IdentityFilter;

TEST_CASE("name and id go, in any case and with any separator, other words stay") {
  const IdentityFilter filter("HN2291", "Zhao^Mingyuan");
  CHECK(filter("plan of zhao^mingyuan (id hn2291)") == "plan of (removed) (id (removed))");
  CHECK(filter("GTV_Zhao") == "GTV_(removed)");
  CHECK(filter("ZHAOMINGYUAN") == "(removed)");
  CHECK(filter("Zhaozhou bridge") == "Zhaozhou bridge");
}

TEST_CASE("ideographic names go wherever they stand") {
  const IdentityFilter filter("", "Zhao^Mingyuan=\xE8\xB5\xB5^\xE6\x98\x8E\xE8\xBF\x9C");
  CHECK(filter("\xE8\xB5\xB5\xE6\x98\x8E\xE8\xBF\x9C\xE8\x82\x9D") == "(removed)\xE8\x82\x9D");
}

TEST_CASE("paths go, ratios and units stay") {
  const IdentityFilter filter("HN2291", "Zhao^Mingyuan");
  CHECK(filter("read /data/x/plan.dcm twice") == "read (path) twice");
  CHECK(filter("in ../cases/c1, then") == "in (path), then");
  CHECK(filter("C:\\archive\\x") == "(path)");
  CHECK(filter("rate in cGy/h and 3/4 of it") == "rate in cGy/h and 3/4 of it");
}

TEST_CASE("short numbers and the vocabulary of reports identify nobody") {
  CHECK(IdentityFilter("20", "Liver^Phantom")("20 seeds of the liver phantom") == "20 seeds of the liver phantom");
  CHECK(IdentityFilter()("anything at all") == "anything at all");
}
