// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace seedaudit::test {

/// Whether a message holds these words.
inline bool says(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }

}  // namespace seedaudit::test
