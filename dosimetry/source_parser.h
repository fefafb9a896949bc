// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/source_model.h"

namespace seedaudit {

/// A source file as read: the model, and the other names it goes by.
struct ParsedSource {
  SourceModel model;
  std::string manufacturer;
  std::vector<std::string> aliases;
};

/// Reads and validates one source file. A surrogate is returned without tables: source_library fills them in.
Result<ParsedSource> parse_source_file(std::string_view json, std::string_view origin);

/// FNV-1a over the bytes, 16 hexadecimal digits: identifies a file's content, guards against nothing else.
std::string content_checksum(std::string_view bytes);

}  // namespace seedaudit
