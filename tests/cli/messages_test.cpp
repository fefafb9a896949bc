// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// What a user is told: doubts are shown where no report carries them, nobody is named, and what was left empty is not guessed.
#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/cli/case_on_disk.h"
#include "tests/support/says.h"

namespace fs = std::filesystem;
using namespace seedaudit::test;
using Json = nlohmann::json;

TEST_CASE("an empty value is refused, not taken for an option that was not given") {
  const TemporaryFolder folder;
  write_case(folder / "case");
  for (const char* option : {"--source", "--implant-date", "--plan", "--target", "--register", "--case-id"}) {
    const CommandResult r = run_program("check " + quoted(folder / "case") + " " + option + " '' --no-progress");
    INFO(option << ": " << r.err);
    CHECK(r.status == 2);
    CHECK(says(r.err, "empty"));
  }
  for (const char* option : {"--config", "-o"})
    CHECK(run_program("run " + quoted(folder / "case") + " " + option + " '' --no-progress").status == 2);
}

TEST_CASE("a misspelt way to register is refused with those there are") {
  const TemporaryFolder folder;
  write_case(folder / "case");
  const CommandResult r = run_program("check " + quoted(folder / "case") + " --register Rigid --no-progress");
  CHECK(r.status == 3);
  CHECK(says(r.err, "auto, rigid, deformable, none"));
}

TEST_CASE("dose: a strength that no seed has is said, or refused as an option") {
  const TemporaryFolder folder;
  DiskCaseOptions options;
  options.strength_u = 29.6;  // MBq
  write_case(folder / "case", options);
  std::ofstream(folder / "p.csv") << "x_mm,y_mm,z_mm\n10,0,0\n";
  const std::string dose = "dose " + quoted(folder / "case" / "rtplan.dcm") + " --points " + quoted(folder / "p.csv") + " --points-out " +
                           quoted(folder / "d.csv") + " --no-progress ";
  const CommandResult r = run_program(dose);
  CHECK(r.status == 0);
  CHECK(says(r.err, "STRENGTH_IMPLAUSIBLE"));
  CHECK(says(r.err, "MBq"));
  CHECK(run_program(dose + "--strength-u 1000").status == 2);
  CHECK(says(run_program(dose + "--activity-mbq 0.8").err, "STRENGTH_IMPLAUSIBLE"));
  const CommandResult good = run_program(dose + "--activity-mci 0.8");
  CHECK_FALSE(says(good.err, "STRENGTH_IMPLAUSIBLE"));
  CHECK(says(good.err, "STRENGTH_DIFFERS"));
}

TEST_CASE("detect: a count of low confidence says so on the terminal too") {
  const TemporaryFolder folder;
  int doubted = 0;
  // Pixels of 3 mm support no count.
  for (const char* spacing : {"1 1 1", "3 3 3"}) {
    std::ofstream(folder / "water.mha", std::ios::binary)
        << "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\nDimSize = 40 40 20\nElementSpacing = "
        << spacing << "\nElementType = MET_SHORT\nElementDataFile = LOCAL\n"
        << std::string(std::size_t{2} * 40 * 40 * 20, '\0');
    const CommandResult r =
        run_program("detect " + quoted(folder / "water.mha") + " -o " + quoted(folder / "seeds.json") + " --no-progress");
    INFO(spacing << ": " << r.out << r.err);
    REQUIRE(r.status == 0);
    const Json found = Json::parse(content_of(folder / "seeds.json")).at("detection");
    const bool doubt = found.at("outcome") == "low_confidence";
    CHECK(says(r.err, "low confidence") == doubt);
    if (doubt) CHECK(says(r.err, found.at("why").get<std::string>()));
    doubted += doubt ? 1 : 0;
  }
  CHECK(doubted == 1);
}

TEST_CASE("check and the log name nobody, whatever a description holds") {
  const TemporaryFolder folder;
  DiskCaseOptions options;
  options.series_description = "Meier ABD 4711";
  write_case(folder / "case", options);
  const CommandResult check = run_program("check " + quoted(folder / "case") + " --no-progress --log-level debug");
  CHECK(check.status == 0);
  CHECK(says(check.out, "ABD"));
  CHECK_FALSE(says(check.out + check.err, "Meier"));
}

TEST_CASE("run: input in doubt is never ok, and the summary says why", "[heavy]") {
  const TemporaryFolder folder;
  DiskCaseOptions options;
  options.prescription_gy = 12000.0;  // cGy
  write_case(folder / "case", options);
  const CommandResult r = run_program("run " + quoted(folder / "case") + " -o " + quoted(folder / "out") + " --no-progress");
  INFO(r.err);
  REQUIRE(r.status == 0);
  CHECK(says(r.out, "PRESCRIPTION_IMPLAUSIBLE"));
  const Json j = Json::parse(content_of(folder / "out" / "report.json"));
  CHECK(j["status"] == "review");
  CHECK(j["undercoverage"]["probability_d90_below_limit"].is_number());
}
