// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/outcomes_file.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "core/date.h"
#include "core/pseudonym.h"
#include "io/csv_table.h"
#include "io/text_file.h"

namespace seedaudit {
namespace {

constexpr std::string_view kGradePrefix = "ctcae_";

/// The parts of the file that every column needs; errors name line and column.
class Sheet {
 public:
  explicit Sheet(const CsvTable& table) : table_(table) {}

  Error bad(std::size_t row, std::size_t column, const std::string& what, const std::string& hint) const {
    return Error{ErrorCode::bad_csv, what + " (column " + table_.columns[column] + ")",
                 table_.path + ", line " + std::to_string(table_.line_of_row[row]), hint};
  }

  Result<std::chrono::sys_days> date(std::size_t row, std::size_t column) const {
    const std::string& cell = table_.rows[row][column];
    // One form alone: 03/04/2020 means two days, and eight digits may be a number.
    const bool iso = cell.size() == 10 && cell[4] == '-' && cell[7] == '-';
    const auto parsed = iso ? parse_date(cell) : std::nullopt;
    if (!parsed) return bad(row, column, "\"" + cell + "\" is not a date", "write dates as YYYY-MM-DD");
    return *parsed;
  }

  template <std::size_t N>
  Result<int> word(std::size_t row, std::size_t column, const std::array<std::string_view, N>& words) const {
    const std::string& cell = table_.rows[row][column];
    std::string all;
    for (std::size_t i = 0; i < N; ++i) {
      if (cell == words[i]) return static_cast<int>(i);
      all += (i == 0 ? "" : ", ") + std::string(words[i]);
    }
    return bad(row, column, "\"" + cell + "\" is none of " + all, "write one of these words as it stands");
  }

  Result<std::optional<int>> grade(std::size_t row, std::size_t column) const {
    const std::string& cell = table_.rows[row][column];
    if (cell.empty()) return std::optional<int>();
    if (cell.size() == 1 && cell[0] >= '0' && cell[0] <= '5') return std::optional<int>(cell[0] - '0');
    return bad(row, column, "\"" + cell + "\" is not a CTCAE grade", "write 0 (none) to 5, or nothing where it was not recorded");
  }

 private:
  const CsvTable& table_;
};

bool is_number(const CsvTable& table, std::size_t row, std::size_t column) { return table.number(row, column).ok(); }

/// Further columns in order of the file. A column is of numbers or of words: one typing error must not turn numbers into levels.
Status read_covariates(const CsvTable& table, const Sheet& sheet, const std::vector<std::size_t>& columns, OutcomeTable& out) {
  for (const std::size_t c : columns) {
    std::size_t first_number = table.rows.size(), first_word = table.rows.size();
    for (std::size_t r = table.rows.size(); r-- > 0;)
      if (!table.rows[r][c].empty()) (is_number(table, r, c) ? first_number : first_word) = r;
    const bool numeric = first_number < table.rows.size();
    if (numeric && first_word < table.rows.size())
      return sheet.bad(first_word, c,
                       "\"" + table.rows[first_word][c] + "\" is not a number, \"" + table.rows[first_number][c] + "\" in line " +
                           std::to_string(table.line_of_row[first_number]) + " is",
                       "leave unknown numbers empty; give levels names that are no numbers, e.g. stage_1");
    out.covariates.push_back({table.columns[c], numeric});
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      CovariateValue value;
      if (numeric && !table.rows[r][c].empty())
        value.number = *table.number(r, c);
      else if (!numeric)
        value.word = table.rows[r][c];
      out.rows[r].covariates.push_back(std::move(value));
    }
  }
  return ok_status();
}

/// The dates of a row must tell one story.
Status check_dates(const Sheet& sheet, std::size_t row, const OutcomeRow& r, std::size_t end, std::size_t event, std::size_t vital) {
  if (r.end < r.start) return sheet.bad(row, end, to_iso(r.end) + " is before the start, " + to_iso(r.start), "correct the dates");
  if (!r.vital_date) return ok_status();
  if (*r.vital_date < r.end)
    return sheet.bad(row, vital, to_iso(*r.vital_date) + " is before the end, " + to_iso(r.end), "correct the dates");
  if (r.event == OutcomeEvent::death && !(r.dead && *r.vital_date == r.end))
    return sheet.bad(row, event, "death on " + to_iso(r.end) + ", but vital_status and vital_date say otherwise",
                     "a death is one date: end and vital_date agree, vital_status is dead");
  return ok_status();
}

}  // namespace

Result<OutcomeTable> parse_outcomes(std::string_view text, const std::string& origin, const std::string& key) {
  const auto parsed = parse_csv(text, origin);
  if (!parsed) return parsed.error();
  const CsvTable& table = *parsed;
  const Sheet sheet(table);
  OutcomeTable out;
  out.path = origin;
  const auto id_at = table.find("patient_id"), patient_at = table.find("patient"), case_at = table.find("case_id");
  const int keys = (id_at ? 1 : 0) + (patient_at ? 1 : 0) + (case_at ? 1 : 0);
  if (keys != 1)
    return Error{ErrorCode::bad_csv, std::to_string(keys) + " of the columns patient, patient_id and case_id are there", origin,
                 "give one that says whose row it is: patient (the pseudonym), patient_id (with --key) or case_id"};
  if (id_at && key.empty())
    return Error{ErrorCode::bad_csv, "the column patient_id needs the site's key", origin,
                 "name it with --key, or give pseudonyms as patient"};
  const std::size_t key_at = id_at ? *id_at : patient_at ? *patient_at : *case_at;
  out.keyed_by_patient = !case_at;
  std::array<std::size_t, 3> required{};
  constexpr std::array<const char*, 3> kRequired{"start", "end", "event"};
  for (std::size_t i = 0; i < kRequired.size(); ++i) {
    const auto at = table.require(kRequired[i]);
    if (!at) return at.error();
    required[i] = *at;
  }
  const auto vital_date_at = table.find("vital_date"), vital_status_at = table.find("vital_status"), response_at = table.find("response");
  if (vital_date_at.has_value() != vital_status_at.has_value())
    return Error{ErrorCode::bad_csv, "vital_date and vital_status come together", origin, "give both columns or none"};
  out.has_vital = vital_date_at.has_value();
  out.has_response = response_at.has_value();
  std::vector<std::size_t> grade_at, covariate_at;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (c == key_at || c == required[0] || c == required[1] || c == required[2] || c == vital_date_at || c == vital_status_at ||
        c == response_at)
      continue;
    const std::string& name = table.columns[c];
    if (name.empty()) return Error{ErrorCode::bad_csv, "column " + std::to_string(c + 1) + " has no name", origin, "name it or remove it"};
    if (name.rfind(kGradePrefix, 0) == 0 && name.size() > kGradePrefix.size()) {
      grade_at.push_back(c);
      out.complications.push_back(name.substr(kGradePrefix.size()));
    } else {
      covariate_at.push_back(c);
    }
  }
  if (table.rows.empty()) return Error{ErrorCode::bad_csv, "no row of outcomes", origin, "one row a patient follows the header"};
  std::map<std::string, int> line_of;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    OutcomeRow row;
    row.line = table.line_of_row[r];
    const std::string& id = table.rows[r][key_at];
    if (id.empty()) return sheet.bad(r, key_at, "no key", "say whose row it is");
    row.key = id_at ? pseudonym_of(key, id) : id;
    const auto [before, fresh] = line_of.emplace(row.key, row.line);
    if (!fresh) return sheet.bad(r, key_at, "the same key as in line " + std::to_string(before->second), "give one row a patient");
    const auto start = sheet.date(r, required[0]), end = sheet.date(r, required[1]);
    if (!start) return start.error();
    if (!end) return end.error();
    row.start = *start;
    row.end = *end;
    const auto event = sheet.word(r, required[2], kOutcomeEvents);
    if (!event) return event.error();
    row.event = static_cast<OutcomeEvent>(*event);
    if (out.has_vital) {
      const bool no_date = table.rows[r][*vital_date_at].empty(), no_status = table.rows[r][*vital_status_at].empty();
      if (no_date != no_status)
        return sheet.bad(r, no_date ? *vital_date_at : *vital_status_at, "empty, though the other of vital_date and vital_status is not",
                         "fill in both or none");
      if (!no_date) {
        const auto date = sheet.date(r, *vital_date_at);
        if (!date) return date.error();
        const auto status = sheet.word(r, *vital_status_at, std::array<std::string_view, 2>{"alive", "dead"});
        if (!status) return status.error();
        row.vital_date = *date;
        row.dead = *status == 1;
      }
    }
    if (Status s = check_dates(sheet, r, row, required[1], required[2], vital_date_at.value_or(0)); !s) return s.error();
    if (response_at && !table.rows[r][*response_at].empty()) {
      const auto response = sheet.word(r, *response_at, kTumourResponses);
      if (!response) return response.error();
      row.response = static_cast<TumourResponse>(*response);
    }
    for (const std::size_t c : grade_at) {
      const auto grade = sheet.grade(r, c);
      if (!grade) return grade.error();
      if (*grade == 5 && row.vital_date && !row.dead)
        return sheet.bad(r, c, "grade 5 is death, but vital_status is alive", "correct one of them");
      row.grades.push_back(*grade);
    }
    out.rows.push_back(std::move(row));
  }
  if (Status s = read_covariates(table, sheet, covariate_at, out); !s) return s.error();
  return out;
}

Result<OutcomeTable> read_outcomes(const std::filesystem::path& path, const std::string& key) {
  const auto text = read_text_file(path, "outcomes file");
  if (!text) return text.error();
  return parse_outcomes(*text, path.string(), key);
}

}  // namespace seedaudit
