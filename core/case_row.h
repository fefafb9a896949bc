// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

/// One case of an archive as one row: what people ask of thousands of audits without opening each report (docs/archive.md).
namespace seedaudit {

/// Status: ok and review (usable, as `run` says), failed (a stage failed, or a crash or a limit: `cause`), refused (the input; no report).
struct CaseRow {
  std::string case_id;  ///< unique in a batch; says nothing of the patient
  std::string patient;  ///< keyed pseudonym
  std::string implant;  ///< cases of one implant share it
  std::string phase;    ///< day_0, day_30, other, or empty
  std::string status;   ///< ok, review, failed, refused
  std::string reason;   ///< one line; no path and no identity
  std::string cause;    ///< empty, or why the audit ended early: signal, memory_limit, time_limit, no_report

  std::string verdict;              ///< of the case: green, amber, red, urgent, not_assessed; empty without a report
  std::string target;               ///< the structure that the dose figures below are of: the target with the lowest D90 after
  std::optional<int> target_count;  ///< lesions of the case
  std::optional<double> rx_gy;
  std::optional<int> seeds_planned, seeds_found, seeds_low, seeds_high, seeds_implanted;  ///< low..high: the count interval
  std::optional<int> seeds_migrated;                                                      ///< migrated and embolised
  std::optional<double> d90_before_gy, d90_after_gy, d90_delta_gy;
  std::optional<double> v100_before_pct, v100_after_pct, v100_delta_pct_points;
  std::optional<double> probability_d90_below_limit;
  std::string registration;  ///< outcome: ok, low_confidence, failed, not_run
  std::string flags;         ///< codes with severity warn or action, separated by spaces

  std::string implant_date, scan_date;  ///< YYYY-MM-DD, or empty
  std::optional<double> days_since_implant;

  std::string report_sha256;   ///< of report.json without its times (core/report_hash.h); empty where there is none
  std::string program;         ///< version and commit that audited
  std::string options_sha256;  ///< of everything that the audit depends on beside the program: options, configuration, request, input files
  std::string limits;          ///< of time and memory, as a batch sets them

  std::string started_at, finished_at;  ///< UTC, ISO 8601
  std::optional<double> elapsed_s, peak_memory_mb;
};

/// Calls f(name, value, is_time) for each column, in the order of the table; the one list that the store, the CSV file and the tests go by.
/// Columns with is_time differ between two runs over the same input.
template <class Row, class F>
void visit_columns(Row& row, F&& f) {
  f("case_id", row.case_id, false);
  f("patient", row.patient, false);
  f("implant", row.implant, false);
  f("phase", row.phase, false);
  f("status", row.status, false);
  f("reason", row.reason, false);
  f("cause", row.cause, false);
  f("verdict", row.verdict, false);
  f("target", row.target, false);
  f("target_count", row.target_count, false);
  f("rx_gy", row.rx_gy, false);
  f("seeds_planned", row.seeds_planned, false);
  f("seeds_found", row.seeds_found, false);
  f("seeds_low", row.seeds_low, false);
  f("seeds_high", row.seeds_high, false);
  f("seeds_implanted", row.seeds_implanted, false);
  f("seeds_migrated", row.seeds_migrated, false);
  f("d90_before_gy", row.d90_before_gy, false);
  f("d90_after_gy", row.d90_after_gy, false);
  f("d90_delta_gy", row.d90_delta_gy, false);
  f("v100_before_pct", row.v100_before_pct, false);
  f("v100_after_pct", row.v100_after_pct, false);
  f("v100_delta_pct_points", row.v100_delta_pct_points, false);
  f("probability_d90_below_limit", row.probability_d90_below_limit, false);
  f("registration", row.registration, false);
  f("flags", row.flags, false);
  f("implant_date", row.implant_date, false);
  f("scan_date", row.scan_date, false);
  f("days_since_implant", row.days_since_implant, false);
  f("report_sha256", row.report_sha256, false);
  f("program", row.program, false);
  f("options_sha256", row.options_sha256, false);
  f("limits", row.limits, false);
  f("started_at", row.started_at, true);
  f("finished_at", row.finished_at, true);
  f("elapsed_s", row.elapsed_s, true);
  f("peak_memory_mb", row.peak_memory_mb, true);
}

}  // namespace seedaudit
