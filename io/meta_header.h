// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/result.h"

namespace seedaudit {

/// Checks that a MetaImage (.mha, .mhd) has all the voxels its header promises: the reader's library would fill what is missing in silence.
/// \return the name of the data file beside the header, as written there; empty where the voxels follow the header.
/// Errors: unreadable_file (no sense, lists of files, a compressed size not stated), path_not_found (data file), truncated_file.
Result<std::string> check_meta_image(const std::string& path);

}  // namespace seedaudit
