// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "core/implant_case.h"
#include "report/dicom_plan_writer.h"
#include "tests/support/temporary_folder.h"

/// The built program, and a small implant as DICOM files for it.
namespace seedaudit::test {

struct CommandResult {
  int status = -1;  ///< exit status; 128 + signal where it was killed
  std::string out, err;
};

/// Runs the program with these arguments, as a shell would. \param before shell text before the command, e.g. "ulimit -f 8;"
CommandResult run_program(const std::string& arguments, const std::string& before = "");

std::string quoted(const std::filesystem::path& path);

struct DiskCaseOptions {
  std::string patient_id = "PAT-4711";
  std::string plan_patient_id = "PAT-4711";
  PlanWriteOptions plan;
  bool with_plan = true;
  bool with_structures = true;
  bool with_seeds = true;  ///< metal in the scan
  std::string modality = "CT";
  std::string series_description;
  double strength_u = 1.016;  ///< of each planned seed
  double prescription_gy = 120.0;
};

/// Writes one post-op CT with the plan and contours in its own frame of reference: 27 seeds of a small implant.
void write_case(const std::filesystem::path& folder, const DiskCaseOptions& options = {});

}  // namespace seedaudit::test
