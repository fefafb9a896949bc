// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "core/cohort_summary.h"

/// Textbook statistics of a cohort (docs/algorithms/cohort.md gives formulas and sources). Values must be finite.
namespace seedaudit {

/// Regularised incomplete beta function I_x(a, b), a and b > 0, x in [0, 1], by its continued fraction.
double incomplete_beta(double a, double b, double x);
/// P(T <= t) of Student's t with so many degrees of freedom.
double student_cdf(double t, double degrees);
/// Its inverse, p in (0, 1).
double student_quantile(double p, double degrees);

/// The smallest k with P(X <= k) >= probability, of X binomial with n draws of that share. probability in (0, 1).
int binomial_quantile(double probability, int n, double share);

/// Linear between order statistics at (n - 1) p (type 7 of Hyndman and Fan). \param sorted ascending, not empty; p in [0, 1]
double quantile_of_sorted(const std::vector<double>& sorted, double p);
/// Quantiles by linear interpolation of the order statistics at (n - 1) p; SD with n - 1.
SampleSummary summarise(std::vector<double> values);
/// 95 % limits of k of n: exact (Clopper-Pearson) and score (Wilson).
Proportion clopper_pearson(int k, int n);
Proportion wilson(int k, int n);
/// Paired t-test, Bland-Altman and, with a margin, two one-sided tests of |mean| < margin. Needs 3 differences that are not all alike.
PairedComparison compare_pairs(const std::vector<double>& differences, std::optional<double> margin);

}  // namespace seedaudit
