// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace seedaudit {

/// A CSV file with a header line. Cells are trimmed UTF-8 text; every row has as many cells as the header.
struct CsvTable {
  std::string path;                            ///< or what it came from, for messages
  std::vector<std::string> columns;            ///< as written, trimmed
  std::vector<std::vector<std::string>> rows;  ///< [row][column]
  std::vector<int> line_of_row;                ///< 1-based line of the file

  /// Column of that name, case-insensitive.
  std::optional<std::size_t> find(std::string_view name) const;
  /// The column or bad_csv naming it and the columns there are.
  Result<std::size_t> require(std::string_view name) const;
  /// The cell as a finite number, or bad_csv naming line and column. The decimal sign is a point whatever the locale.
  Result<double> number(std::size_t row, std::size_t column) const;
};

/// Separator comma, semicolon or tab (the one in the header line), quoted fields with doubled quotes, CRLF or LF, byte-order mark, empty
/// lines and lines that begin with # are skipped. Errors: bad_csv, naming the line: no header, repeated column, wrong number of cells, open
/// quote, not UTF-8.
Result<CsvTable> parse_csv(std::string_view text, const std::string& origin);
/// Errors: also path_not_found, unreadable_file.
Result<CsvTable> read_csv(const std::filesystem::path& path);

}  // namespace seedaudit
