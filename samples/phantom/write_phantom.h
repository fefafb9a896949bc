// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "core/progress.h"
#include "core/result.h"
#include "report/dicom_ct_writer.h"
#include "report/dicom_plan_writer.h"
#include "samples/phantom/phantom_case.h"

namespace seedaudit {

struct PhantomWriteOptions {
  CtWriteOptions ct;
  PlanWriteOptions plan;
};

/// truth.json of a case (docs/algorithms/phantom.md lists its fields).
std::string truth_json(const PhantomCase& phantom);

/// Writes preop_ct/, postop_ct/, preop_rtplan.dcm, preop_rtstruct.dcm, preop_rtdose.dcm, postop_rtstruct.dcm (where the scenario asks for
/// it) and truth.json into `folder`, which is made if absent. Errors: output_unwritable, invalid_option.
Status write_phantom(const PhantomCase& phantom, const std::filesystem::path& folder, const PhantomWriteOptions& options = {},
                     const Progress& progress = {});

}  // namespace seedaudit
