// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/cohort_summary.h"

namespace seedaudit {

/// A picture of a cohort, by itself a file and part of cohort.html.
struct CohortPlot {
  std::string file;   ///< plot-d90.svg
  std::string title;  ///< what it shows, in words
  std::string svg;
};

/// D90 before and after, Bland-Altman, p charts and EWMA, each with one panel a time; a panel that cannot be drawn says why. The same four
/// files whatever the cohort holds, so that none of an earlier summary is left beside new ones.
std::vector<CohortPlot> cohort_plots(const CohortSummary& cohort);

}  // namespace seedaudit
