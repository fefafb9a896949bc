// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/cohort_summary.h"
#include "report/cohort_plots.h"

namespace seedaudit {

/// cohort.html: one page that needs no network: what to look at first, a table of every case that filters and sorts at tens of thousands of
/// rows, figures, plots, strata, outliers. It holds cohort.json whole.
/// \param links of each record, relative to the page, plain (not encoded): its report.html, or report.json; empty: no link. As many as
/// records. \param outcomes from outcomes_section(); empty: none
std::string cohort_html(const CohortSummary& cohort, const std::vector<std::string>& links, const std::vector<CohortPlot>& plots,
                        const std::string& outcomes = {});

/// The page without a cohort: markup, style and program, built from report/web, with places for the data. As embedded in the program.
std::string_view archive_page();

}  // namespace seedaudit
