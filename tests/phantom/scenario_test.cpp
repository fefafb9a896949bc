// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/scenario.h"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include "tests/support/temporary_folder.h"

using namespace seedaudit;

TEST_CASE("every named scenario is sound, is listed and is found") {
  const std::string list = scenario_list();
  for (const auto& s : scenarios()) {
    CHECK(s.check().ok());
    CHECK(!s.description.empty());
    CHECK(list.find(s.name + " ") != std::string::npos);
    CHECK(find_scenario(s.name)->description == s.description);
  }
  for (const char* name : {"demo", "tiny", "clean-1mm", "clean-2p5mm", "liver-5mm-lipiodol", "lateral", "prone", "clusters", "undercovered",
                           "migrated", "no-seeds"})
    CHECK(find_scenario(name).ok());
  const auto unknown = find_scenario("nonesuch");
  REQUIRE(!unknown);
  CHECK(unknown.error().code == ErrorCode::bad_scenario);
  CHECK(unknown.error().hint.find("clean-1mm") != std::string::npos);
}

TEST_CASE("a scenario file overrides its base by name") {
  const auto s =
      parse_scenario(R"({"base": "tiny", "name": "mine", "postop": {"slice_thickness_mm": 1.5, "kernel": "sharp", "position": "prone"},
    "preop": {"mr_like": true}, "implant": {"touching_pairs": 2, "no_seeds": false}, "distractors": {"clips": 3},
    "motion": {"breathing_mm": -4}, "postop_contours": true, "days_after_implant": 3})",
                     "here");
  REQUIRE(s);
  CHECK(s->name == "mine");
  CHECK(s->postop.slice_thickness_mm == 1.5);
  CHECK(s->postop.kernel == ReconstructionKernel::sharp);
  CHECK(s->postop.position == BodyPosition::prone);
  CHECK(s->preop.mr_like);
  CHECK(s->implant.touching_pairs == 2);
  CHECK(s->distractors.clips == 3);
  CHECK(s->motion.breathing_mm == -4.0);
  CHECK(s->postop_contours);
  CHECK(s->days_after_implant == 3);
  CHECK(s->body_scale == find_scenario("tiny")->body_scale);
}

TEST_CASE("a scenario file with a slip is refused, and the message names the slip") {
  const auto refused = [](const char* json, ErrorCode code, const char* part) {
    const auto s = parse_scenario(json, "slip.json");
    REQUIRE(!s);
    CHECK(s.error().code == code);
    CHECK(s.error().message().find(part) != std::string::npos);
  };
  refused("{", ErrorCode::bad_json, "slip.json");
  refused(R"([1])", ErrorCode::bad_scenario, "not an object");
  refused(R"({"base": "nonesuch"})", ErrorCode::bad_scenario, "nonesuch");
  refused(R"({"pstop": {}})", ErrorCode::bad_scenario, "pstop");
  refused(R"({"postop": {"slice": 1}})", ErrorCode::bad_scenario, "slice");
  refused(R"({"postop": {"matrix": 4}})", ErrorCode::bad_scenario, "4");
  refused(R"({"postop": {"matrix": 96.5}})", ErrorCode::bad_scenario, "matrix");
  refused(R"({"postop": {"kernel": "smooth"}})", ErrorCode::bad_scenario, "smooth");
  refused(R"({"implant": {"left_out_fraction": 2}})", ErrorCode::bad_scenario, "left_out_fraction");
  refused(R"({"motion": {"breathing_mm": "much"}})", ErrorCode::bad_scenario, "breathing_mm");
  refused(R"({"postop": {"mr_like": true}})", ErrorCode::bad_scenario, "mr_like");
  CHECK(load_scenario("/nonexistent/of/this/name.json").error().code == ErrorCode::path_not_found);
}

TEST_CASE("a scenario is read from a file") {
  const test::TemporaryFolder folder;
  std::ofstream(folder / "s.json") << R"({"base": "demo", "days_after_implant": 7})";
  const auto s = load_scenario((folder / "s.json").string());
  REQUIRE(s);
  CHECK(s->days_after_implant == 7);
}
