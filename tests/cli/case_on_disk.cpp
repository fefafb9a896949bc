// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/case_on_disk.h"

#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <cstdlib>

#include "report/dicom_ct_writer.h"
#include "report/dicom_structures_writer.h"
#include "tests/pipeline/small_case.h"
#include "tests/support/paths.h"

namespace seedaudit::test {

std::string quoted(const std::filesystem::path& path) {
  std::string out = "'";
  for (const char c : path.string()) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

CommandResult run_program(const std::string& arguments, const std::string& before) {
  const TemporaryFolder streams;
  const std::string command =
      before + " " + quoted(program()) + " " + arguments + " >" + quoted(streams / "out") + " 2>" + quoted(streams / "err") + " </dev/null";
  const int raw = std::system(command.c_str());
  CommandResult result;
  result.status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
  result.out = content_of(streams / "out");
  result.err = content_of(streams / "err");
  return result;
}

void write_case(const std::filesystem::path& folder, const DiskCaseOptions& options) {
  SmallCaseOptions small;
  small.size = 72;
  small.slices = 48;
  small.given_seeds = !options.with_seeds;
  ImplantCase c = small_case(small);
  CtVolume& ct = c.postop.front();
  ct.series.modality = options.modality;

  DicomHeader header;
  header.patient.id = options.patient_id;
  header.patient.name = "Meier^Secret";
  header.study_date = DateTime{*parse_date("2026-03-02"), std::chrono::seconds{36000}};
  header.study_instance_uid = stable_uid({"cli test", "study"});
  header.frame_of_reference_uid = stable_uid({"cli test", "frame"});
  header.series_description = options.series_description;
  ct.series.frame_of_reference_uid = header.frame_of_reference_uid;
  const auto images = write_ct_series(ct, header, folder / "ct", {});
  REQUIRE(images.ok());

  header.patient.id = options.plan_patient_id;
  header.study_date = DateTime{*parse_date("2026-01-30"), std::chrono::seconds{36000}};
  if (options.with_structures) {
    c.structures->frame_of_reference_uid = header.frame_of_reference_uid;
    c.structures->label = "PRE";
    int number = 0;
    for (auto& s : c.structures->structures) s.number = ++number;
    GridGeometry<PlanFrame> grid =
        GridGeometry<PlanFrame>::make(ct.grid.size(), ct.grid.spacing_mm(), {ct.grid.origin().mm}, ct.grid.direction()).value();
    REQUIRE(write_structures(*c.structures, grid, *images, header, folder / "rtstruct.dcm").ok());
  }
  if (options.with_plan) {
    c.plan->frame_of_reference_uid = header.frame_of_reference_uid;
    c.plan->label = "PLAN";
    for (auto& s : c.plan->seeds) s.strength = AirKermaU{options.strength_u};
    c.plan->prescription = Gy{options.prescription_gy};
    REQUIRE(write_plan(*c.plan, header, folder / "rtplan.dcm", options.plan).ok());
  }
}

}  // namespace seedaudit::test
