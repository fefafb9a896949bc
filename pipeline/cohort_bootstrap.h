// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/cohort_summary.h"

namespace seedaudit {

struct PatientValue {
  std::string patient;
  double value = 0;  ///< of one implant, finite
};

enum class BootstrapStatistic { mean, median };

/// Below so many patients the percentiles of resampled patients are no limits worth printing.
inline constexpr int kFewestBootstrapPatients = 10;

/// Percentile bootstrap of a statistic over all values, whole patients drawn with replacement (docs/algorithms/cohort.md). The draws derive
/// from the patients' keys and the number of the replicate alone: any order of the values and any number of threads give the same bits.
/// Fills patients, implants, estimate, low, high or why_not. \param replicates at least 1
BootstrapInterval bootstrap_by_patient(std::vector<PatientValue> values, BootstrapStatistic statistic, int replicates);

}  // namespace seedaudit
