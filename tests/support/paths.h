// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace seedaudit::test {

/// The root of the sources this test was built from.
std::filesystem::path source_folder();
/// Source data and independent cases that lie beside the checkout; absent on most machines.
std::filesystem::path shared_folder();
/// The seedaudit program of this build.
std::filesystem::path program();

}  // namespace seedaudit::test
