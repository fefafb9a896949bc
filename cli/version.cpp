// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/version.h"

namespace seedaudit {

const char* program_version() { return SEEDAUDIT_VERSION; }
const char* program_commit() { return SEEDAUDIT_GIT; }

}  // namespace seedaudit
