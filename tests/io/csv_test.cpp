// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>

#include "io/csv_points.h"
#include "io/csv_seeds.h"
#include "io/csv_table.h"
#include "io/seeds_json.h"
#include "rt_maker.h"

namespace seedaudit::test {
namespace {

ErrorCode seeds_code(const std::string& text) {
  const TemporaryFolder folder;
  write_text(folder / "seeds.csv", text);
  const auto rows = read_seed_rows(folder / "seeds.csv");
  return rows ? ErrorCode::internal : rows.error().code;
}

}  // namespace

TEST_CASE("CSV: separators, quotes, byte-order mark, line ends, comments, empty lines") {
  for (const char* text : {"a,b\n1,2\n", "a;b\r\n1;2\r\n", "a\tb\n1\t2",
                           "\xEF\xBB\xBF"
                           "a,b\n\n# note\n1,2\n\n",
                           " a , b \n \"1\" ,2,\n"}) {
    const auto t = parse_csv(text, "t.csv");
    REQUIRE(t);
    CHECK(t->columns == std::vector<std::string>{"a", "b"});
    REQUIRE(t->rows.size() == 1);
    CHECK(*t->number(0, 0) == 1.0);
    CHECK(*t->number(0, 1) == 2.0);
  }
  const auto quoted = parse_csv("name,x\n\"N \"\"1\"\", left\",1\n\"two\nlines\",2\nlast,3\n", "t.csv");
  REQUIRE(quoted);
  CHECK(quoted->rows[0][0] == "N \"1\", left");
  CHECK(quoted->rows[1][0] == "two\nlines");
  CHECK(quoted->line_of_row == std::vector<int>{2, 3, 5});
  CHECK(quoted->find("X") == std::size_t{1});
}

TEST_CASE("CSV: what is wrong is named by line and column") {
  for (const char* text : {"", "\n\n", "a,b\n1\n", "a,b\n1,2,3\n", "a,A\n1,2\n", "a,b\n\"1,2\n", "a,b\n\xFF,2\n"})
    CHECK(parse_csv(text, "t.csv").error().code == ErrorCode::bad_csv);
  const auto t = parse_csv("x_mm;y_mm\n1,5;2\n", "t.csv");
  REQUIRE(t);
  const auto comma = t->number(0, 0);  // a decimal comma is refused, not cut
  REQUIRE_FALSE(comma);
  CHECK(comma.error().where == "t.csv, line 2");
  CHECK(comma.error().what.find("x_mm") != std::string::npos);
  CHECK(comma.error().what.find("1,5") != std::string::npos);
  CHECK(parse_csv("x\nnan\n", "t")->number(0, 0).error().code == ErrorCode::bad_csv);
  CHECK(parse_csv("x\n1e999\n", "t")->number(0, 0).error().code == ErrorCode::bad_csv);
  CHECK(*parse_csv("x\n+1.5e1\n", "t")->number(0, 0) == 15.0);
  CHECK(read_csv("/no/such/file.csv").error().code == ErrorCode::path_not_found);
  const TemporaryFolder folder;
  CHECK(read_csv(folder.path()).error().code == ErrorCode::unreadable_file);
}

TEST_CASE("a seed list: columns in any order, directions, needles and strengths in each unit") {
  const TemporaryFolder folder;
  write_text(folder / "s.csv", "needle,z_mm,y_mm,x_mm,dx,dy,dz,activity_mci,comment\nA,3,2,1,0,0,2,0.8,first\nA,8,2,1,,,,0.5,\n");
  const auto rows = read_seed_rows(folder / "s.csv");
  REQUIRE(rows);
  REQUIRE(rows->size() == 2);
  CHECK((*rows)[0].center_mm == Eigen::Vector3d(1, 2, 3));
  CHECK(*(*rows)[0].direction == Eigen::Vector3d::UnitZ());
  CHECK_FALSE((*rows)[1].direction);
  CHECK((*rows)[0].strength->unit == StrengthUnit::mci);
  CHECK((*rows)[0].line == 2);
  const auto plan = read_seed_plan(folder / "s.csv");
  REQUIRE(plan);
  CHECK(plan->needle_names == std::vector<std::string>{"A"});
  CHECK(plan->seeds[1].stated_strength->value == 0.5);
  CHECK(plan->seeds[1].strength.value == 0.0);  // until the source model is known
  write_text(folder / "u.csv", "x_mm,y_mm,z_mm,strength_u\n1,2,3,1.016\n1,2,3.05,1.016\n");
  const auto in_u = read_seed_plan(folder / "u.csv");
  REQUIRE(in_u);
  CHECK(in_u->seeds.size() == 1);
  CHECK(in_u->duplicates_removed == 1);
  CHECK(in_u->seeds[0].strength.value == 1.016);
  const auto given = read_given_seeds(folder / "u.csv");
  REQUIRE(given);
  CHECK((*given)[0].strength->value == 1.016);
}

TEST_CASE("a seed list that cannot be meant is refused") {
  CHECK(seeds_code("x_mm,y_mm\n1,2\n") == ErrorCode::bad_csv);
  CHECK(seeds_code("x_mm,y_mm,z_mm\n") == ErrorCode::bad_csv);
  CHECK(seeds_code("x_mm,y_mm,z_mm,dx,dy\n1,2,3,0,1\n") == ErrorCode::bad_csv);
  CHECK(seeds_code("x_mm,y_mm,z_mm,dx,dy,dz\n1,2,3,0,0,0\n") == ErrorCode::bad_csv);
  CHECK(seeds_code("x_mm,y_mm,z_mm,strength_u\n1,2,3,0\n") == ErrorCode::bad_csv);
  CHECK(seeds_code("x_mm,y_mm,z_mm,strength_u\n1,2,3,\n") == ErrorCode::bad_csv);
  CHECK(seeds_code("x_mm,y_mm,z_mm,strength_u,activity_mci\n1,2,3,1,1\n") == ErrorCode::bad_csv);
  CHECK(seeds_code("x_mm,y_mm,z_mm\n1,2,three\n") == ErrorCode::bad_csv);
}

TEST_CASE("points keep their other columns, landmarks are pairs") {
  const TemporaryFolder folder;
  write_text(folder / "p.csv", "label,x_mm,y_mm,z_mm\nA,1,2,3\n");
  const auto points = read_points(folder / "p.csv");
  REQUIRE(points);
  CHECK(points->points_mm[0] == Eigen::Vector3d(1, 2, 3));
  CHECK(points->table.rows[0][0] == "A");
  write_text(folder / "l.csv", "moving_x_mm,moving_y_mm,moving_z_mm,fixed_x_mm,fixed_y_mm,fixed_z_mm\n");
  CHECK(read_landmarks(folder / "l.csv").error().code == ErrorCode::bad_csv);
  CHECK(read_landmarks(folder / "p.csv").error().code == ErrorCode::bad_csv);
}

TEST_CASE("seeds.json comes back, and what is no seeds.json is refused by key") {
  const TemporaryFolder folder;
  write_text(folder / "s.json",
             R"({"schema_version": "1.0", "frame_of_reference_uid": "1.2", "source_model": "amersham-6711", "strength_u": 1.0,
    "seeds": [{"id": 4, "center_mm": [1, 2, 3], "direction": [0, 0, 2], "direction_resolved": true, "confidence": 0.9, "cluster_id": 2},
              {"id": 5, "center_mm": [4, 5, 6], "direction": null, "strength_u": 0.7}], "count_interval": [2, 3], "later_key": 1})");
  const auto file = read_seeds_json(folder / "s.json");
  REQUIRE(file);
  REQUIRE(file->seeds.size() == 2);
  CHECK(file->seeds[0].id == 4);
  CHECK(file->seeds[0].pose.axis.unit == Eigen::Vector3d::UnitZ());
  CHECK(file->seeds[0].axis_resolved);
  CHECK_FALSE(file->seeds[1].axis_resolved);
  CHECK(file->strength_u->value == 1.0);
  CHECK_FALSE(file->strengths[0]);
  CHECK(file->strengths[1]->value == 0.7);
  CHECK(file->count_interval->high == 3);
  CHECK(file->source_model == "amersham-6711");
  for (const char* text : {"", "[]", "{}", R"({"schema_version": "2.0", "seeds": []})", R"({"schema_version": "1.0"})",
                           R"({"schema_version": "1.0", "seeds": [{}]})", R"({"schema_version": "1.0", "seeds": [{"center_mm": [1, 2]}]})",
                           R"({"schema_version": "1.0", "seeds": [], "strength_u": -1})",
                           R"({"schema_version": "1.0", "seeds": [{"center_mm": [1, 2, 3], "direction_resolved": true}]})"}) {
    write_text(folder / "bad.json", text);
    CHECK(read_seeds_json(folder / "bad.json").error().code == ErrorCode::bad_json);
  }
  CHECK(read_seeds_json(folder / "absent.json").error().code == ErrorCode::path_not_found);
}

}  // namespace seedaudit::test
