// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/store_schema.h"

namespace seedaudit {

const std::vector<std::vector<std::string>>& store_migrations() {
  static const std::vector<std::vector<std::string>> steps{
      // 1: the rows, and beside them each report whole.
      {"CREATE TABLE schema_version (version INTEGER PRIMARY KEY)", "CREATE TABLE batch_info (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
       "CREATE TABLE audited_case ("
       "case_id TEXT PRIMARY KEY, patient TEXT NOT NULL, implant TEXT NOT NULL, phase TEXT NOT NULL, "
       "status TEXT NOT NULL CHECK (status IN ('ok', 'review', 'failed', 'refused')), reason TEXT NOT NULL, cause TEXT NOT NULL, "
       "verdict TEXT NOT NULL, target TEXT NOT NULL, target_count INTEGER, rx_gy DOUBLE PRECISION, "
       "seeds_planned INTEGER, seeds_found INTEGER, seeds_low INTEGER, seeds_high INTEGER, seeds_implanted INTEGER, seeds_migrated "
       "INTEGER, "
       "d90_before_gy DOUBLE PRECISION, d90_after_gy DOUBLE PRECISION, d90_delta_gy DOUBLE PRECISION, "
       "v100_before_pct DOUBLE PRECISION, v100_after_pct DOUBLE PRECISION, v100_delta_pct_points DOUBLE PRECISION, "
       "probability_d90_below_limit DOUBLE PRECISION, registration TEXT NOT NULL, flags TEXT NOT NULL, "
       "implant_date TEXT NOT NULL, scan_date TEXT NOT NULL, days_since_implant DOUBLE PRECISION, "
       "report_sha256 TEXT NOT NULL, program TEXT NOT NULL, options_sha256 TEXT NOT NULL, limits TEXT NOT NULL, "
       "started_at TEXT NOT NULL, finished_at TEXT NOT NULL, elapsed_s DOUBLE PRECISION, peak_memory_mb DOUBLE PRECISION)",
       "CREATE TABLE audit_report (case_id TEXT PRIMARY KEY REFERENCES audited_case (case_id), report_json TEXT NOT NULL)"},
      // 2: what analysts look at. A view over one table with computed columns or grouping cannot be written through in either system.
      {"CREATE INDEX audited_case_patient ON audited_case (patient)", "CREATE INDEX audited_case_implant ON audited_case (implant)",
       "CREATE VIEW case_overview AS SELECT case_id || '' AS case_id, patient, implant, phase, status, reason, verdict, target, rx_gy, "
       "seeds_planned, seeds_found, seeds_low, seeds_high, seeds_implanted, seeds_migrated, d90_before_gy, d90_after_gy, d90_delta_gy, "
       "100 * d90_after_gy / NULLIF(rx_gy, 0) AS d90_after_pct, v100_before_pct, v100_after_pct, v100_delta_pct_points, "
       "probability_d90_below_limit, registration, flags, implant_date, scan_date, days_since_implant "
       "FROM audited_case GROUP BY audited_case.case_id",
       "CREATE VIEW status_count AS SELECT status, cause, count(*) AS cases FROM audited_case GROUP BY status, cause",
       "CREATE VIEW verdict_count AS SELECT phase, verdict, count(*) AS cases FROM audited_case WHERE status IN ('ok', 'review') "
       "GROUP BY phase, verdict",
       "CREATE VIEW case_report AS SELECT case_id || '' AS case_id, report_json FROM audit_report GROUP BY audit_report.case_id"}};
  return steps;
}

}  // namespace seedaudit
