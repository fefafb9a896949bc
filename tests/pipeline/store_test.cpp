// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/store.h"

#include <sqlite3.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>

#include "tests/support/temporary_folder.h"

using namespace seedaudit;
using namespace seedaudit::test;

namespace {

CaseRow sample_row(const std::string& id) {
  CaseRow row;
  row.case_id = id;
  row.patient = "P'1; DROP TABLE audited_case";  // text is text
  row.status = "review";
  row.reason = "\xE8\x82\x9D, \"quoted\"";
  row.seeds_found = 20;
  row.d90_after_gy = 0.1 + 0.2;  // must come back to the last bit
  return row;
}

}  // namespace

TEST_CASE("store: rows and reports come back as they were put, absent values absent, in order of case_id") {
  const TemporaryFolder folder;
  auto store = Store::open((folder / "a store.db").string());
  REQUIRE(store.ok());
  REQUIRE(store->put(sample_row("b"), "{\"b\": 1}").ok());
  REQUIRE(store->put(sample_row("B"), "").ok());
  REQUIRE(store->put(sample_row("b"), "{\"b\": 2}").ok());  // replaced, not doubled
  const auto rows = store->rows();
  REQUIRE(rows.ok());
  REQUIRE(rows->size() == 2);
  CHECK((*rows)[0].case_id == "B");
  const CaseRow& row = (*rows)[1];
  CHECK(row.patient == sample_row("b").patient);
  CHECK(row.reason == sample_row("b").reason);
  CHECK(row.seeds_found == 20);
  CHECK(row.d90_after_gy == sample_row("b").d90_after_gy);
  CHECK_FALSE(row.seeds_planned.has_value());
  CHECK_FALSE(row.rx_gy.has_value());
  std::string seen;
  REQUIRE(store
              ->for_each_report([&](const CaseRow& r, std::string_view json) {
                seen += r.case_id + std::string(json);
                return ok_status();
              })
              .ok());
  CHECK(seen == "b{\"b\": 2}");
  REQUIRE(store->remove("b").ok());
  CHECK(store->keys()->size() == 1);
}

TEST_CASE("store: a status that is none is refused by the schema, and the row before it stays") {
  const TemporaryFolder folder;
  auto store = Store::open((folder / "db").string());
  REQUIRE(store.ok());
  REQUIRE(store->put(sample_row("a"), "{}").ok());
  CaseRow wrong = sample_row("a");
  wrong.status = "fine";
  const Status put = store->put(wrong, "{}");
  REQUIRE_FALSE(put.ok());
  CHECK(put.error().code == ErrorCode::store_unavailable);
  CHECK(store->rows()->at(0).status == "review");
}

TEST_CASE("store: what is no database, a missing one and an unknown URL are refused with a reason") {
  const TemporaryFolder folder;
  std::ofstream(folder / "text") << std::string(2000, 'x');
  const auto text = Store::open((folder / "text").string());
  REQUIRE_FALSE(text.ok());
  CHECK(text.error().code == ErrorCode::store_unavailable);
  CHECK_FALSE(Store::open_existing((folder / "none").string()).ok());
  CHECK_FALSE(std::filesystem::exists(folder / "none"));
  CHECK(Store::open("mysql://host/db").error().code == ErrorCode::invalid_option);
}

TEST_CASE("store: a server that is not there is named without its password") {
  // Port 1 of loopback: nobody listens.
  const auto gone = Store::open("postgresql://user:secret@127.0.0.1:1/db");
  REQUIRE_FALSE(gone.ok());
  CHECK(gone.error().code == ErrorCode::store_unavailable);
  CHECK(gone.error().message().find("secret") == std::string::npos);
}

TEST_CASE("store: memory does not grow with the reports that were put") {
  const TemporaryFolder folder;
  auto store = Store::open((folder / "db").string());
  REQUIRE(store.ok());
  const std::string report(33'000, 'x');
  std::int64_t after_three = 0;
  for (int i = 1; i <= 40; ++i) {
    REQUIRE(store->put(sample_row("case-" + std::to_string(i)), report).ok());
    if (i == 3) after_three = sqlite3_memory_used();
  }
  // The pages of one report stay until the next. SQLite's cache would have kept 37 more.
  CHECK(sqlite3_memory_used() - after_three < 2 * 33'000);
}
