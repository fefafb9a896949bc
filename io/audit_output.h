// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "io/dicom_index.h"

namespace seedaudit {

/// Whether the file lies, below `root`, in a folder that an earlier audit wrote: its plan and structures are results, not inputs. The case
/// folder itself may be the output folder too: then its images are inputs all the same.
bool lies_in_audit_output(const std::filesystem::path& file, const std::filesystem::path& root);

/// Whether an audit wrote the object, wherever it lies now: the seeds as found are no plan, and the target as mapped is no contour drawn on
/// the scan. By core/result_mark.h.
bool is_audit_result(const IndexedObject& object);

}  // namespace seedaudit
