// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/cohort_summary.h"
#include "report/json_writer.h"
#include "report/text_page.h"

/// Parts of cohort.json and of the terminal's summary, and strata.csv.
namespace seedaudit {

void write_sample(JsonWriter& w, const char* key, const SampleSummary& s);
/// \param method whose limits they are
void write_share(JsonWriter& w, const char* key, const Proportion& p, const char* method);

void write_bootstrap(JsonWriter& w, const std::vector<BootstrapInterval>& intervals);
void write_strata(JsonWriter& w, const std::vector<StratumSummary>& strata);
void write_charts(JsonWriter& w, const CohortTime& time);
void write_outliers(JsonWriter& w, const std::vector<QualityOutlier>& outliers);

/// "12 patients", or that they are not known.
std::string patients_text(const CohortTime& time);
/// Bootstraps, signals of the charts and outliers for the terminal.
void write_signals(TextPage& page, const CohortSummary& cohort);

/// strata.csv: one row a time, factor and stratum. Empty cells: not computed.
std::string cohort_strata_csv(const CohortSummary& cohort);

}  // namespace seedaudit
