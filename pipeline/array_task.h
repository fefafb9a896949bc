// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "pipeline/array_folder.h"

namespace seedaudit {

/// BatchSeams::command of one case, by its case_id.
using ArrayCommand = std::function<Result<std::vector<std::string>>(const std::string& case_id, const std::filesystem::path& attempt)>;

/// Attempts the cases of one task of a job array, one after the other; those that ended already are passed over, so that a task may be
/// run any number of times. A case whose attempts were lost three times ends as that. Errors: those of ArrayFolder; scheduler_failed,
/// where `stop` ended it (the case under way is given back).
Status run_array_task(const ArrayFolder& folder, int task, const AttemptLimits& limits, const ArrayCommand& command,
                      const std::atomic<bool>& stop);

}  // namespace seedaudit
