// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "io/scan_memory.h"

/// The text in which ScanMemory keeps a file: what slices of a series share apart from what is a file's own.
namespace seedaudit {

struct ScannedText {
  std::string shared;  ///< empty where there is no object
  std::string own;
};

/// Nothing where a string is no UTF-8: such a file is read again.
std::optional<ScannedText> scanned_text(const ScannedFile& file);
/// The shared facts of an object. Errors: bad_json.
Result<IndexedObject> parse_shared(std::string_view shared);
/// The file itself. \param shared parse_shared of the facts it goes with; null where it is no object. Errors: bad_json.
Result<ScannedFile> parse_scanned(const IndexedObject* shared, std::string_view own);

}  // namespace seedaudit
