// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/support/paths.h"

namespace seedaudit::test {

// Absolute paths enter here alone: every other test compiles to the same object in every checkout, which a compiler cache can then give.
std::filesystem::path source_folder() { return SEEDAUDIT_SOURCE_DIR; }
std::filesystem::path shared_folder() { return std::filesystem::path(SEEDAUDIT_SOURCE_DIR) / ".." / "shared"; }
std::filesystem::path program() { return SEEDAUDIT_PROGRAM; }

}  // namespace seedaudit::test
