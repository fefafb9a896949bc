// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/key_file.h"

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/support/temporary_folder.h"

namespace seedaudit::test {

namespace fs = std::filesystem;

TEST_CASE("key file: made once for the owner alone, read again, refused where it is none") {
  TemporaryFolder dir;
  const auto made = read_or_make_key_file(dir / "k");
  REQUIRE(made);
  CHECK(made->size() == 64);
  struct stat status {};
  REQUIRE(stat((dir / "k").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  CHECK(*read_or_make_key_file(dir / "k") == *made);
  CHECK(*read_or_make_key_file(dir / "other") != *made);
  CHECK(std::distance(fs::directory_iterator(dir.path()), fs::directory_iterator()) == 2);
  fs::permissions(dir / "k", fs::perms::group_read, fs::perm_options::add);
  CHECK(read_key_file(dir / "k").error().code == ErrorCode::unreadable_file);
  std::ofstream(dir / "short") << "abc";
  CHECK(read_key_file(dir / "short").error().code == ErrorCode::unreadable_file);
  CHECK(read_or_make_key_file(dir / "no/such/folder").error().code == ErrorCode::output_unwritable);
}

}  // namespace seedaudit::test
