// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "core/result.h"

namespace seedaudit {

/// A file of a batch that could not be written, with what keeps the batch.
inline Error unwritable(const std::string& what, const std::filesystem::path& where, const std::string& why) {
  return Error{ErrorCode::output_unwritable, what + ": " + why, where.string(),
               "Check the disk and the permissions, then run again with --resume; finished cases are kept."};
}

}  // namespace seedaudit
