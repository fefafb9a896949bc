// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// What `run` leaves for the record and for other systems: report.pdf and the folder dicom, judged by programs that are not ours.
#include <catch2/catch.hpp>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "tests/cli/case_on_disk.h"
#include "tests/support/says.h"
#include "tests/support/shell.h"

namespace fs = std::filesystem;
using namespace seedaudit::test;
using Json = nlohmann::json;

namespace {

std::string rounded(double value, int decimals) {
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%.*f", decimals, value);
  return buffer;
}

}  // namespace

TEST_CASE("run: report.pdf says what report.json says, and each DICOM object passes an independent judge", "[heavy]") {
  const TemporaryFolder folder;
  write_case(folder / "case");
  const fs::path out = folder / "out";
  const CommandResult r = run_program("run " + quoted(folder / "case") + " -o " + quoted(out) + " --no-progress");
  INFO(r.err);
  REQUIRE(r.status == 0);
  REQUIRE(fs::exists(out / "report.pdf"));
  const Json report = Json::parse(content_of(out / "report.json"));

  if (has_program("pdftotext") && has_program("pdfinfo")) {
    const std::string text = output_of("pdftotext -layout " + quoted(out / "report.pdf") + " -");
    INFO(text);
    const Json& target = report["dose"]["structures"][0];
    for (const char* phase : {"preop", "postop"})
      for (const char* figure : {"d90_gy", "v100_pct", "v150_pct", "v200_pct"})
        CHECK(says(text, rounded(target[phase][figure].get<double>(), 1)));
    CHECK(says(text, report["case_id"].get<std::string>()));
    CHECK(says(text, "PAT-4711"));  // the record names the patient
    CHECK(says(text, "Medical physicist, date"));
    CHECK(says(output_of("pdfinfo " + quoted(out / "report.pdf")), "Pages:           2"));
  } else {
    WARN("pdftotext is not installed: the words of report.pdf were not checked");
  }

  for (const char* name : {"dose.dcm", "structures.dcm", "plan.dcm", "measurements.dcm", "report.dcm"}) {
    REQUIRE(fs::exists(out / "dicom" / name));
    if (!has_program("dciodvfy")) continue;
    const std::string verdict = output_of("dciodvfy " + quoted(out / "dicom" / name));
    INFO(name << "\n" << verdict);
    CHECK_FALSE(says(verdict, "Error"));
  }
  if (!has_program("dciodvfy")) WARN("dciodvfy is not installed: the DICOM objects were not judged");
}
