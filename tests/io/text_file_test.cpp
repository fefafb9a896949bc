// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/text_file.h"

#include <catch2/catch.hpp>

#include "dicom_maker.h"

namespace seedaudit::test {

TEST_CASE("a text file is read whole, and what is none is refused by what it is") {
  const TemporaryFolder folder;
  write_bytes(folder / "a.csv", std::string("x\0y\n", 4));
  const auto text = read_text_file(folder / "a.csv", "CSV file");
  REQUIRE(text);
  CHECK(text->size() == 4);
  const auto absent = read_text_file(folder / "b.csv", "CSV file");
  REQUIRE_FALSE(absent);
  CHECK(absent.error().code == ErrorCode::path_not_found);
  CHECK(absent.error().what == "no such CSV file");
  CHECK_FALSE(absent.error().hint.empty());
  const auto a_folder = read_text_file(folder.path(), "CSV file");
  REQUIRE_FALSE(a_folder);
  CHECK(a_folder.error().code == ErrorCode::unreadable_file);
  std::filesystem::resize_file(folder / "a.csv", std::uintmax_t{300} << 20);  // a hole: takes no room
  CHECK(read_text_file(folder / "a.csv", "CSV file").error().code == ErrorCode::unreadable_file);
}

}  // namespace seedaudit::test
