// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace seedaudit {

/// The released version, e.g. "0.1.0".
const char* program_version();
/// The commit this was built from, "-dirty" where the tree was not as committed; "unknown" outside a repository.
const char* program_commit();

}  // namespace seedaudit
