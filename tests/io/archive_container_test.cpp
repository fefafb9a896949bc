// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/archive_container.h"

#include <catch2/catch.hpp>

#include <cstdlib>

#include "archive_maker.h"

namespace seedaudit::test {

namespace fs = std::filesystem;

TEST_CASE("archive: cases inside zip and tar files are found and unpacked, a damaged container is named") {
  TemporaryFolder dir, source;
  patient("511").write(source / "in");
  const std::string kind = GENERATE(std::string("tar.gz"), std::string("tar"));
  const fs::path container = dir / ("case." + kind);
  REQUIRE(std::system(("tar -C '" + source.path().string() + "' -caf '" + container.string() + "' in").c_str()) == 0);
  CHECK(is_container(container));
  const auto m = scan(dir.path());
  REQUIRE(m.cases.size() == 1);
  CHECK_FALSE(m.cases[0].refusal);
  CHECK(m.cases[0].inputs.front().container == container.filename().string());
  CHECK(m.cases[0].inputs.front().folder.starts_with("in/"));
  TemporaryFolder work;
  const auto read = read_materialised(m, m.cases[0], work.path());
  REQUIRE(read);
  CHECK(read->patient_id == "P511");
  CHECK(read->inputs.size() == 4);
  const std::string bytes = read_bytes(container);
  write_bytes(container, bytes.substr(0, bytes.size() * 2 / 3));
  const auto damaged = scan(dir.path());
  CHECK((left_out(damaged, "archive_unreadable") || left_out(damaged, "truncated")));
  for (const auto& c : damaged.cases) CHECK(c.refusal);
}

TEST_CASE("archive: members that lead out of a container are neither read nor unpacked") {
  TemporaryFolder dir, source;
  patient("512").write(source / "in");
  const std::string container = (dir / "evil.tar").string();
  REQUIRE(std::system(("tar -C '" + (source / "in").string() + "/a' -P --transform='s,^,../,' -cf '" + container + "' 1").c_str()) == 0);
  const auto m = scan(dir.path());
  CHECK(m.cases.empty());
  CHECK(left_out(m, "unsafe_name"));
}

}  // namespace seedaudit::test
