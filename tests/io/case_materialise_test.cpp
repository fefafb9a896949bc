// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/case_materialise.h"

#include <catch2/catch.hpp>

#include <fstream>

#include "archive_maker.h"
#include "case_maker.h"
#include "io/case_json.h"

namespace seedaudit::test {

TEST_CASE("case.json: files names exactly what is read") {
  TemporaryFolder dir;
  const CaseMaker m = patient("513");
  m.write(dir / "all");
  CtSpec other = m.post;
  other.series_uid += "1";
  other.frame_uid += "1";
  other.sop_prefix += "1";
  write_ct(dir / "all/other", other);
  std::ofstream(dir / "case.json") << R"({"files": ["all/a/1", "all/b", "all/c", "all/a/1"]})";
  CaseRequest request;
  request.path = dir / "case.json";
  const auto read = read_case(request);
  REQUIRE(read);
  CHECK(read->inputs.size() == 3);  // neither the structures nor the other scan
  CHECK(read->postop.front().series.series_instance_uid == m.post.series_uid);
  std::ofstream(dir / "case.json") << R"({"files": ["all/absent"]})";
  CHECK(read_case(request).error().code == ErrorCode::path_not_found);
  for (const char* bad : {R"({"files": []})", R"({"files": "all"})", R"({"files": [1]})"}) {
    const auto parsed = parse_case_json(bad, dir.path(), "case.json");
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == ErrorCode::bad_json);
  }
}

}  // namespace seedaudit::test
