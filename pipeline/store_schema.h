// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace seedaudit {

/// The statements that lead from schema version i to i + 1, in the SQL that SQLite and PostgreSQL share. A published step is never
/// changed; a new one is added.
const std::vector<std::vector<std::string>>& store_migrations();

}  // namespace seedaudit
