// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/csv_table.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include "core/lower_case.h"
#include "io/text_file.h"
#include "io/trimmed.h"

namespace seedaudit {
namespace {

Error bad_line(const std::string& what, const std::string& origin, int line) {
  return Error{ErrorCode::bad_csv, what, origin + ", line " + std::to_string(line), "correct the file; columns are found by their header"};
}

bool valid_utf8(std::string_view s) {
  for (std::size_t i = 0; i < s.size();) {
    const auto c = static_cast<unsigned char>(s[i]);
    std::size_t n = 0;
    if (c < 0x80)
      n = 1;
    else if (c >= 0xC2 && c < 0xE0)
      n = 2;
    else if (c >= 0xE0 && c < 0xF0)
      n = 3;
    else if (c >= 0xF0 && c < 0xF5)
      n = 4;
    else
      return false;
    if (i + n > s.size()) return false;
    for (std::size_t k = 1; k < n; ++k)
      if ((static_cast<unsigned char>(s[i + k]) & 0xC0U) != 0x80U) return false;
    i += n;
  }
  return true;
}

/// The separator that the header line uses most; a number list with decimal commas needs semicolons or tabs and is refused by number().
char separator_of(std::string_view header) {
  char best = ',';
  std::ptrdiff_t most = std::count(header.begin(), header.end(), ',');
  for (const char c : {';', '\t'}) {
    const auto n = std::count(header.begin(), header.end(), c);
    if (n > most) {
      most = n;
      best = c;
    }
  }
  return best;
}

/// One record: fields up to the end of its last line. Quoted fields may hold separators, doubled quotes and line ends.
struct Record {
  std::vector<std::string> cells;
  bool open_quote = false;
};

Record next_record(std::string_view text, std::size_t& pos, int& line, char separator) {
  Record record;
  std::string cell;
  bool quoted = false;
  bool was_quoted = false;
  const auto end_cell = [&] {
    record.cells.push_back(was_quoted ? cell : trimmed(cell));
    cell.clear();
    was_quoted = false;
  };
  while (pos < text.size()) {
    const char c = text[pos++];
    if (c == '\n') ++line;
    if (quoted) {
      if (c == '"' && pos < text.size() && text[pos] == '"') {
        cell += '"';
        ++pos;
      } else if (c == '"') {
        quoted = false;
      } else {
        cell += c;
      }
    } else if (c == '"' && trimmed(cell).empty()) {
      quoted = true;
      was_quoted = true;
      cell.clear();
    } else if (c == separator) {
      end_cell();
    } else if (c == '\n') {
      end_cell();
      return record;
    } else if (!was_quoted || (c != ' ' && c != '\r' && c != '\t')) {
      cell += c;
    }
  }
  record.open_quote = quoted;
  end_cell();
  return record;
}

bool blank(const Record& record) {
  return record.cells.empty() || std::all_of(record.cells.begin(), record.cells.end(), [](const std::string& s) { return s.empty(); });
}

}  // namespace

std::optional<std::size_t> CsvTable::find(std::string_view name) const {
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (lower_case(columns[i]) == lower_case(name)) return i;
  return std::nullopt;
}

Result<std::size_t> CsvTable::require(std::string_view name) const {
  if (const auto column = find(name)) return *column;
  std::string have;
  for (const auto& c : columns) have += (have.empty() ? "" : ", ") + c;
  return Error{ErrorCode::bad_csv, "no column " + std::string(name), path, "the columns are: " + have};
}

Result<double> CsvTable::number(std::size_t row, std::size_t column) const {
  std::string_view cell = rows[row][column];
  if (!cell.empty() && cell.front() == '+') cell.remove_prefix(1);
  double value = 0.0;
  const auto [end, problem] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (problem != std::errc{} || end != cell.data() + cell.size() || !std::isfinite(value))
    return bad_line("\"" + rows[row][column] + "\" is not a number (column " + columns[column] + "; the decimal sign is a point)", path,
                    line_of_row[row]);
  return value;
}

Result<CsvTable> parse_csv(std::string_view text, const std::string& origin) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  if (!valid_utf8(text))
    return Error{ErrorCode::bad_csv, "the text is not UTF-8", origin, "save the file as UTF-8 (in a spreadsheet: CSV UTF-8)"};
  CsvTable table;
  table.path = origin;
  std::size_t pos = 0;
  int line = 1;
  char separator = ',';
  while (pos < text.size()) {
    const std::string_view rest = text.substr(pos);
    const std::string_view this_line = rest.substr(0, rest.find('\n'));
    const std::string start = trimmed(this_line);
    if (start.empty() || start.front() == '#') {
      pos += std::min(this_line.size() + 1, rest.size());
      ++line;
      continue;
    }
    const int first_line = line;
    if (table.columns.empty()) separator = separator_of(this_line);
    Record record = next_record(text, pos, line, separator);
    if (record.open_quote) return bad_line("a quoted cell is not closed", origin, first_line);
    if (blank(record)) continue;
    if (table.columns.empty()) {
      for (std::size_t i = 0; i < record.cells.size(); ++i)
        for (std::size_t k = 0; k < i; ++k)
          if (!record.cells[i].empty() && lower_case(record.cells[i]) == lower_case(record.cells[k]))
            return bad_line("the column " + record.cells[i] + " is there twice", origin, first_line);
      table.columns = std::move(record.cells);
      continue;
    }
    // A trailing separator makes one empty cell more; that is how some spreadsheets end their lines.
    while (record.cells.size() > table.columns.size() && record.cells.back().empty()) record.cells.pop_back();
    if (record.cells.size() != table.columns.size())
      return bad_line(std::to_string(record.cells.size()) + " cells where the header has " + std::to_string(table.columns.size()), origin,
                      first_line);
    table.rows.push_back(std::move(record.cells));
    table.line_of_row.push_back(first_line);
  }
  if (table.columns.empty()) return Error{ErrorCode::bad_csv, "no header line", origin, "the first line names the columns"};
  return table;
}

Result<CsvTable> read_csv(const std::filesystem::path& path) {
  const auto text = read_text_file(path, "CSV file");
  if (!text) return text.error();
  return parse_csv(*text, path.string());
}

}  // namespace seedaudit
