// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What became of the patients of a cohort, as a site writes it down (docs/outcomes.md).
namespace seedaudit {

/// What ended the observation. Death: without progression before; other: another end that makes progression unobservable (transplant).
enum class OutcomeEvent { censored, progression, death, other };
inline constexpr std::array<std::string_view, 4> kOutcomeEvents{"censored", "progression", "death", "other"};

/// mRECIST; NE where it could not be assessed.
enum class TumourResponse { complete, partial, stable, progressive, not_evaluable };
inline constexpr std::array<std::string_view, 5> kTumourResponses{"CR", "PR", "SD", "PD", "NE"};

/// A further column. Numbers or words, never both.
struct OutcomeCovariate {
  std::string name;
  bool numeric = false;
};

struct CovariateValue {
  std::optional<double> number;  ///< of a numeric covariate
  std::string word;              ///< of one in words; empty: unknown
};

/// One patient.
struct OutcomeRow {
  int line = 0;  ///< of the file
  std::string key;
  std::chrono::sys_days start, end;
  OutcomeEvent event = OutcomeEvent::censored;
  std::optional<std::chrono::sys_days> vital_date;  ///< death, or last known alive
  bool dead = false;                                ///< on vital_date
  std::optional<TumourResponse> response;           ///< absent: not recorded
  std::vector<std::optional<int>> grades;           ///< CTCAE 0..5 per complication; absent: not recorded
  std::vector<CovariateValue> covariates;
};

struct OutcomeTable {
  std::string path;
  bool keyed_by_patient = false;  ///< else by case_id
  bool has_response = false, has_vital = false;
  std::vector<std::string> complications;
  std::vector<OutcomeCovariate> covariates;
  std::vector<OutcomeRow> rows;  ///< keys are unique
};

/// What the database of a batch knows of a case beside its report.
struct CaseIdentity {
  std::string case_id;
  std::string patient;       ///< pseudonym; may be empty
  std::string implant_date;  ///< YYYY-MM-DD or empty
};

}  // namespace seedaudit
