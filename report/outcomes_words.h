// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "core/outcomes_summary.h"

/// How the figures of outcomes are written, once for the terminal, the page, the plots and the tables.
namespace seedaudit {

/// Ten significant digits for JSON and CSV; "" and "null" are the caller's. A p below 1e-30 is written as 1e-30.
std::string exact_text(double value);
/// "p 0.0312" or "p < 0.0001".
std::string p_words(double p);
/// "1.48 (0.86 to 2.55), p 0.1570".
std::string ratio_text(const CoxCoefficient& c);
/// "cell (small against large)".
std::string coefficient_name(const CoxCoefficient& c);
/// Days as months, "not reached" where absent.
std::string months_text(const std::optional<double>& days);
/// "19.0 months (12.7 to not reached)", log-log limits.
std::string median_text(const MedianTime& median);
/// "7 of 50 = 14.0 % (95 % limits 5.8 to 26.7)".
std::string outcome_share_text(const Proportion& p);
/// "Gray's test p 0.0312", or why not.
std::string gray_text(const GrayTest& test);
/// Events of one cause.
int events_of(const CumulativeIncidence& incidence, std::size_t cause);
/// Who is missing in an analysis; empty where nobody is.
std::string set_text(const AnalysisSet& set);

}  // namespace seedaudit
