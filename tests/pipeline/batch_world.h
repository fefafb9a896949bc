// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "pipeline/batch.h"

/// A batch over cases that a shell script plays: the batch's own work is real, only the audit is not.
namespace seedaudit::test {

inline BatchCase played_case(const std::string& id, const std::string& request = "request") {
  BatchCase c;
  c.facts.case_id = id;
  c.facts.patient = "P-" + id;
  c.request_sha256 = request + id;
  return c;
}

/// By its name: case-crash, case-refused, case-hang, case-mute, case-full end so; every other writes a report after `delay_s`.
inline std::vector<BatchCase> played_cases(int n) {
  std::vector<BatchCase> cases{played_case("case-crash"), played_case("case-refused"), played_case("case-mute")};
  for (int i = 0; i < n; ++i) cases.push_back(played_case("case-" + std::to_string(100 + i)));
  return cases;
}

inline BatchSeams played_seams(const std::string& delay_s, const std::filesystem::path& tally = {}) {
  BatchSeams seams;
  seams.command = [=](const BatchCase& c, const std::filesystem::path& attempt) -> Result<std::vector<std::string>> {
    std::ofstream(attempt / "play") << "case \"$1\" in\n"
                                       "case-crash) kill -SEGV $$ ;;\n"
                                       "case-refused) echo \"seedaudit: no post-op CT (/secret/Meier/ct). Add one.\" >&2; exit 3 ;;\n"
                                       "case-hang) sleep 60 ;;\n"
                                       "case-mute) exit 0 ;;\n"
                                       "case-full) echo \"seedaudit: cannot write: No space left on device.\" >&2; exit 5 ;;\n"
                                       "esac\n"
                                       "[ -z \"$4\" ] || echo \"$1\" >>\"$4\"\n"
                                       "sleep \"$3\"; mkdir \"$2/out\" && echo \"{report of $1}\" >\"$2/out/report.json\"\n";
    return std::vector<std::string>{"/bin/sh", attempt / "play", c.facts.case_id, attempt, delay_s, tally.string()};
  };
  seams.fill_row = [](CaseRow& row, std::string_view report) -> Status {
    if (report != "{report of " + row.case_id + "}\n") return Error{ErrorCode::bad_json, "another case's report", "", ""};
    row.status = "ok";
    row.d90_after_gy = 117.25;
    row.seeds_found = 20;
    return ok_status();
  };
  seams.scrub = [](const std::string& text) {
    const auto at = text.find("/secret/Meier/ct");
    return at == std::string::npos ? text : text.substr(0, at) + "..." + text.substr(at + 16);
  };
  return seams;
}

inline BatchOptions played_options() {
  BatchOptions o;
  o.jobs = 3;
  o.memory_budget = 100'000'000'000;
  o.program = "1.0 (test)";
  o.options_sha256 = "options";
  return o;
}

/// The whole of it, as the command does it.
inline Result<BatchOutcome> play(const std::filesystem::path& out, const std::string& database, const std::vector<BatchCase>& cases,
                                 const BatchOptions& options, const BatchSeams& seams) {
  const auto folder = BatchFolder::open(out);
  if (!folder) return folder.error();
  auto store = Store::open(database);
  if (!store) return store.error();
  std::atomic<bool> stop{false};
  return run_batch(cases, *folder, *store, options, seams, {}, stop);
}

/// Every row and report as text, without the columns that are times.
inline std::string table_of(const std::string& database) {
  auto store = Store::open_existing(database);
  if (!store) return store.error().message();
  std::string text;
  const auto rows = store->rows();
  if (!rows) return rows.error().message();
  for (const CaseRow& row : *rows) {
    visit_columns(row, [&](const char* name, const auto& value, bool is_time) {
      if (is_time) return;
      text += std::string(name) + "=";
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, std::string>)
        text += value;
      else
        text += value ? std::to_string(*value) : "NULL";
      text += "|";
    });
    text += "\n";
  }
  const Status walked = store->for_each_report([&](const CaseRow& row, std::string_view json) -> Status {
    text += row.case_id + ": " + std::string(json);
    return ok_status();
  });
  return walked ? text : walked.error().message();
}

}  // namespace seedaudit::test
