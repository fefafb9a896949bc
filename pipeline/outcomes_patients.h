// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/cohort_record.h"
#include "core/outcomes.h"
#include "core/outcomes_summary.h"
#include "core/result.h"

namespace seedaudit {

/// A variable of the analysis: of the file, or a dose figure of the audits at one time.
struct PatientCovariate {
  std::string name;  ///< dose figures: <metric>_day_0, <metric>_day_30
  bool numeric = true;
  std::optional<double> landmark_days;  ///< a value that is known only then; absent: at the start
  std::vector<CovariateValue> values;   ///< of each patient
};

/// The rows of a file that have an audit, with the dose figures of those audits.
struct MatchedPatients {
  std::vector<const OutcomeRow*> rows;  ///< into the table, in its order
  std::vector<PatientCovariate> covariates;
  std::vector<UnmatchedRow> rows_without_audit;
  std::vector<std::string> audits_without_row;
  int audits_matched = 0;
  bool patients_known = false;
  std::vector<std::string> notes;
};

/// Days after the implant by which a scan of day 0, or of day 30, has been made.
inline constexpr double kLandmarkDay0 = 3.0, kLandmarkDay30 = 37.0;

/// Joins rows and audits by case or by patient. A patient's dose figure at a time is the lowest of its lesions for D90 and V100, the mean
/// for the others; failed audits give none, nor do those of an implant more than 3 days from the row's start, where dates are known. \param
/// identities of cases, from a batch's database; empty where there is none \param times of each record, as in CohortSummary Errors:
/// bad_csv: rows by patient, but no audit knows its patient; two rows of one patient; no row with an audit.
Result<MatchedPatients> match_patients(const OutcomeTable& table, const std::vector<CohortRecord>& records,
                                       const std::vector<std::string>& times, const std::vector<CaseIdentity>& identities);

}  // namespace seedaudit
