// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/json_schema.h"
#include "tests/support/paths.h"
#include "tests/support/temporary_folder.h"

namespace seedaudit::test {

/// Fails the test once a complaint of a schema of report/schema.
inline void check_against_schema(const std::string& schema, const std::string& document) {
  const JsonSchema rules(content_of(source_folder() / "report/schema" / schema));
  for (const auto& complaint : rules.complaints(document)) FAIL_CHECK(schema << ": " << complaint);
}

}  // namespace seedaudit::test
