// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/case_digest.h"

#include <array>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "report/csv_tables.h"
#include "report/json_report.h"

namespace seedaudit {
namespace {

using Json = nlohmann::ordered_json;

/// Walks down the keys; null where one is absent.
const Json& at(const Json& json, std::initializer_list<const char*> keys) {
  static const Json null;
  const Json* j = &json;
  for (const char* key : keys) {
    const auto it = j->is_object() ? j->find(key) : j->end();
    if (!j->is_object() || it == j->end()) return null;
    j = &*it;
  }
  return *j;
}

std::string text(const Json& j) { return j.is_string() ? j.get<std::string>() : std::string(); }
std::optional<double> number(const Json& j) { return j.is_number() ? std::optional<double>(j.get<double>()) : std::nullopt; }
std::optional<int> integer(const Json& j) { return j.is_number_integer() ? std::optional<int>(j.get<int>()) : std::nullopt; }

std::string one_line(std::string s) {
  for (char& c : s)
    if (static_cast<unsigned char>(c) < 0x20U) c = ' ';
  return s;
}

/// The target that matters most: the lowest D90 after the implant; where none was computed, the first.
const Json* worst_target(const Json& structures, int& count) {
  const Json* worst = nullptr;
  std::optional<double> lowest;
  for (const Json& s : structures) {
    if (text(at(s, {"role"})) != "target") continue;
    ++count;
    const auto d90 = number(at(s, {"postop", "d90_gy"}));
    if (worst == nullptr || (d90 && (!lowest || *d90 < *lowest))) {
      worst = &s;
      lowest = d90;
    }
  }
  return worst;
}

void fill_dose(CaseRow& row, const Json& report) {
  row.rx_gy = number(at(report, {"dose", "rx_gy"}));
  row.days_since_implant = number(at(report, {"dose", "days_since_implant"}));
  if (const std::string date = text(at(report, {"dose", "implant_date"})); !date.empty()) row.implant_date = date.substr(0, 10);
  const Json& structures = at(report, {"dose", "structures"});
  int count = 0;
  const Json* target = structures.is_array() ? worst_target(structures, count) : nullptr;
  row.target_count = count;
  if (target == nullptr) return;
  row.target = one_line(text(at(*target, {"name"})));
  row.d90_before_gy = number(at(*target, {"preop", "d90_gy"}));
  row.d90_after_gy = number(at(*target, {"postop", "d90_gy"}));
  row.d90_delta_gy = number(at(*target, {"delta", "d90_gy"}));
  row.v100_before_pct = number(at(*target, {"preop", "v100_pct"}));
  row.v100_after_pct = number(at(*target, {"postop", "v100_pct"}));
  row.v100_delta_pct_points = number(at(*target, {"delta", "v100_pct_points"}));
  row.probability_d90_below_limit = number(at(*target, {"undercoverage", "probability_d90_below_limit"}));
}

void fill_seeds(CaseRow& row, const Json& report) {
  const Json& postop = at(report, {"postop"});
  row.seeds_planned = integer(at(postop, {"planned_count"}));
  row.seeds_found = integer(at(postop, {"seed_count"}));
  row.seeds_implanted = integer(at(postop, {"implanted_count"}));
  if (const Json& interval = at(postop, {"count_interval"}); interval.is_array() && interval.size() == 2) {
    row.seeds_low = integer(interval[0]);
    row.seeds_high = integer(interval[1]);
  }
  const Json& seeds = at(postop, {"seeds"});
  if (!row.seeds_found || !seeds.is_array() || seeds.empty()) return;
  int left = 0;
  for (const Json& s : seeds) {
    const std::string status = text(at(s, {"status"}));
    if (status.empty() || status == "undetermined") return;  // where one is not known, "none migrated" must not be said
    if (status == "migrated" || status == "embolised") ++left;
  }
  row.seeds_migrated = left;
}

std::string decimal(double value) {
  std::array<char, 64> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return error == std::errc() ? std::string(buffer.data(), end) : std::string();
}

}  // namespace

Status fill_row(CaseRow& row, std::string_view report_json) {
  const Json report = Json::parse(report_json, nullptr, false);
  const std::string status = text(at(report, {"status"}));
  if (report.is_discarded() || text(at(report, {"schema_version"})) != kReportSchemaVersion ||
      (status != "ok" && status != "review" && status != "failed"))
    return Error{ErrorCode::bad_json, "is no report of schema " + std::string(kReportSchemaVersion), "report.json",
                 "Audit the case again with this program."};
  if (text(at(report, {"case_id"})) != row.case_id)
    return Error{ErrorCode::bad_json, "is the report of another case", "report.json", "Audit the case again."};
  if (const std::string patient = text(at(report, {"patient"})); !patient.empty()) {
    if (!row.patient.empty() && row.patient != patient)
      return Error{ErrorCode::patient_mismatch, "is the report of another patient than the scan found", "report.json",
                   "Scan the archive again; if this stays, please report it."};
    row.patient = patient;
  }
  row.status = status;
  row.reason = one_line(text(at(report, {"status_reason"})));
  row.verdict = text(at(report, {"undercoverage", "verdict"}));
  row.registration = text(at(report, {"registration", "outcome"}));
  if (const std::string date = text(at(report, {"acquisition", "postop", "study_date"})); !date.empty()) row.scan_date = date.substr(0, 10);
  row.flags.clear();
  if (const Json& flags = at(report, {"flags"}); flags.is_array())
    for (const Json& f : flags)
      if (text(at(f, {"severity"})) != "info") row.flags += (row.flags.empty() ? "" : " ") + text(at(f, {"code"}));
  fill_dose(row, report);
  fill_seeds(row, report);
  return ok_status();
}

std::string case_rows_csv(const std::vector<CaseRow>& rows) {
  std::string out;
  const CaseRow header;
  visit_columns(header, [&](const char* name, const auto&, bool) { out += (out.empty() ? "" : ",") + std::string(name); });
  out += "\n";
  for (const CaseRow& row : rows) {
    bool first = true;
    visit_columns(row, [&](const char*, const auto& value, bool) {
      using T = std::remove_cv_t<std::remove_reference_t<decltype(value)>>;
      if (!first) out += ",";
      first = false;
      if constexpr (std::is_same_v<T, std::string>)
        out += csv_cell(value);
      else if constexpr (std::is_same_v<T, std::optional<int>>)
        out += value ? std::to_string(*value) : "";
      else
        out += value ? decimal(*value) : "";
    });
    out += "\n";
  }
  return out;
}

std::string case_rows_summary(const std::vector<CaseRow>& rows, const std::string& identity, bool dates_shifted) {
  std::map<std::string, int> status{{"ok", 0}, {"review", 0}, {"failed", 0}, {"refused", 0}};
  std::map<std::string, int> cause, program;
  std::map<std::string, std::map<std::string, int>> verdict;  // day 0 and day 30 are never one figure
  for (const CaseRow& row : rows) {
    ++status[row.status];
    if (!row.cause.empty()) ++cause[row.cause];
    if (!row.program.empty()) ++program[row.program];
    if (row.status == "ok" || row.status == "review") ++verdict[row.phase.empty() ? "unknown" : row.phase][row.verdict];
  }
  nlohmann::ordered_json json;
  json["schema_version"] = "1.0";
  json["cases"] = rows.size();
  json["status"] = status;
  json["cause"] = cause;
  json["verdict_by_phase"] = verdict;
  json["program"] = program;
  json["identity"] = identity;
  json["dates"] = dates_shifted ? "shift" : "keep";
  return json.dump(2) + "\n";
}

}  // namespace seedaudit
