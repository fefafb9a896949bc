// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace seedaudit {

/// A key that one object of the JSON text holds twice, or "" where every key is unique. A parser keeps the last of two equal keys; a file
/// that states something twice is refused instead. Of text that is no JSON: what was seen up to the error.
std::string repeated_json_key(std::string_view text);

}  // namespace seedaudit
