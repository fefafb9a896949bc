// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// `seedaudit phantom`: every option does what it says, and a bad value is refused before anything is written.
#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/case_on_disk.h"
#include "tests/support/says.h"

namespace fs = std::filesystem;
using namespace seedaudit::test;
using Json = nlohmann::json;

namespace {

/// A second of work: a small body in few coarse slices.
constexpr const char* kQuick = R"({"base": "tiny", "name": "quick", "dose_grid_mm": 5,
  "postop": {"matrix": 64, "views": 60, "detector_mm": 2.0, "scan_length_mm": 40},
  "preop": {"matrix": 48, "views": 60, "detector_mm": 3.0, "scan_length_mm": 48}, "implant": {"target_volume_cc": 4}})";

void write(const fs::path& file, const std::string& text) { std::ofstream(file) << text; }

}  // namespace

TEST_CASE("phantom: a bad value is named, its exit status is that of usage, and nothing is left behind") {
  const TemporaryFolder folder;
  const auto refused = [&](const std::string& arguments, int status, const std::string& word) {
    const CommandResult r = run_program("phantom " + arguments + " -o " + quoted(folder / "out"));
    INFO(arguments << ": " << r.err);
    CHECK(r.status == status);
    CHECK(says(r.err + r.out, word));
    CHECK_FALSE(fs::exists(folder / "out"));
  };
  refused("", 2, "--list");
  refused("tiny --seed many", 2, "--seed");
  refused("tiny --seed -1", 2, "--seed");
  refused("tiny --threads -2", 2, "--threads");
  refused("tiny --log-level loud", 2, "--log-level");
  refused("tiny --no-such-option", 2, "--no-such-option");
  refused("tiny --target 1,2,3", 2, "--background");
  refused("tiny --background x --target 1,2", 2, "--target");
  refused("tiny --background x --target here,and,there", 2, "--target");
  refused("tiny --background " + quoted(folder / "absent"), 3, "absent");
  fs::create_directories(folder / "empty");
  refused("tiny --background " + quoted(folder / "empty"), 3, "empty");
  refused(quoted(folder / "absent.json"), 3, "absent.json");
  write(folder / "slip.json", R"({"base": "tiny", "postop": {"slice_thicknes_mm": 1}})");
  refused(quoted(folder / "slip.json"), 2, "slice_thicknes_mm");
  write(folder / "broken.json", "{\"base\": ");
  refused(quoted(folder / "broken.json"), 3, "broken.json");
}

TEST_CASE("phantom: each number of a scenario file outside its range is refused by name and value") {
  const TemporaryFolder folder;
  const std::pair<const char*, const char*> slips[] = {
      {R"({"postop": {"matrix": 4000}})", "matrix = 4000"},
      {R"({"postop": {"kvp": 60}})", "kvp = 60"},
      {R"({"postop": {"slice_spacing_mm": 0}})", "slice_spacing_mm"},
      {R"({"preop": {"quanta_per_mm": 1}})", "quanta_per_mm"},
      {R"({"postop": {"kernel": "bone"}})", "bone"},
      {R"({"postop": {"position": "standing"}})", "standing"},
      {R"({"implant": {"target_volume_cc": -3}})", "target_volume_cc"},
      {R"({"implant": {"seed_pitch_mm": 1}})", "seed_pitch_mm"},
      {R"({"implant": {"touching_pairs": 1.5}})", "touching_pairs"},
      {R"({"distractors": {"clips": -1}})", "clips"},
      {R"({"motion": {"setup_shift_mm": 500}})", "setup_shift_mm"},
      {R"({"body_scale": 9})", "body_scale"},
      {R"({"dose_grid_mm": 0.01})", "dose_grid_mm"},
      {R"({"days_after_implant": -1})", "days_after_implant"},
      {R"({"postop": 3})", "postop"},
  };
  for (const auto& [json, part] : slips) {
    write(folder / "slip.json", json);
    const CommandResult r = run_program("phantom " + quoted(folder / "slip.json") + " -o " + quoted(folder / "out"));
    INFO(json << ": " << r.err);
    CHECK(r.status == 2);
    CHECK(says(r.err, part));
    CHECK_FALSE(fs::exists(folder / "out"));
  }
}

TEST_CASE("phantom: a case in a simulated body, and the next in the CT of the first", "[heavy]") {
  const TemporaryFolder folder;
  write(folder / "quick.json", kQuick);
  const CommandResult made =
      run_program("phantom " + quoted(folder / "quick.json") + " -o " + quoted(folder / "body") + " --seed 3 --threads 1 --no-progress");
  INFO(made.err);
  REQUIRE(made.status == 0);
  const Json truth = Json::parse(content_of(folder / "body" / "truth.json"));
  CHECK(truth["random_seed"] == 3);
  CHECK(truth["n_present"] == truth["n_planned"]);
  CHECK_FALSE(truth.contains("background"));
  CHECK(truth["dosimetry"].contains("postop_2d_mapped_stack"));
  CHECK(says(truth["contour_stack_rule"].get<std::string>(), "first and the last too"));
  // What the first command wrote is a background like any other: its pre-op CT holds no seed.
  const Json target = Json::parse(content_of(folder / "body" / "truth.json"))["landmarks_ctv"][0]["pre"];
  const std::string at = target[0].dump() + "," + target[1].dump() + "," + target[2].dump();
  const CommandResult put =
      run_program("phantom " + quoted(folder / "quick.json") + " --background " + quoted(folder / "body" / "preop_ct") + " --target " + at +
                  " -o " + quoted(folder / "put") + " --no-progress");
  INFO(put.err);
  REQUIRE(put.status == 0);
  const Json second = Json::parse(content_of(folder / "put" / "truth.json"));
  CHECK(second["background"]["target"] == "given");
  CHECK(second["background"]["target_center_mm"][2].get<double>() == Approx(target[2].get<double>()).margin(1e-3));
  for (const char* file : {"preop_ct", "postop_ct", "preop_rtplan.dcm", "preop_rtstruct.dcm", "preop_rtdose.dcm"})
    CHECK(fs::exists(folder / "put" / file));
  // What cannot be had in a background is refused after reading it, and leaves nothing.
  const CommandResult metal = run_program("phantom metal --background " + quoted(folder / "body" / "preop_ct") + " -o " +
                                          quoted(folder / "none") + " --no-progress");
  CHECK(metal.status == 2);
  CHECK(says(metal.err, "stents"));
  CHECK_FALSE(fs::exists(folder / "none"));
}
