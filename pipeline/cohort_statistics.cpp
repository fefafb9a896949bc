// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/cohort_statistics.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "pipeline/chi_squared.h"

namespace seedaudit {
namespace {

/// The root of an increasing function in [low, high], to the last bit.
template <class F>
double bisect(double low, double high, F f) {
  for (int i = 0; i < 200; ++i) {
    const double middle = 0.5 * (low + high);
    if (!(middle > low && middle < high)) break;
    (f(middle) < 0.0 ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace

double quantile_of_sorted(const std::vector<double>& sorted, double p) {
  const double h = static_cast<double>(sorted.size() - 1) * p;
  const auto i = static_cast<std::size_t>(h);
  const double next = sorted[std::min(i + 1, sorted.size() - 1)];
  return sorted[i] + (h - static_cast<double>(i)) * (next - sorted[i]);
}

double incomplete_beta(double a, double b, double x) {
  assert(a > 0.0 && b > 0.0 && x >= 0.0 && x <= 1.0);
  if (x <= 0.0) return 0.0;
  if (x >= 1.0) return 1.0;
  // The fraction converges fast on this side alone; the other follows by symmetry.
  if (x > (a + 1.0) / (a + b + 2.0)) return 1.0 - incomplete_beta(b, a, 1.0 - x);
  const double front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x)) / a;
  constexpr double kTiny = 1e-300;
  double c = 1.0, d = 1.0 - (a + b) * x / (a + 1.0);
  d = 1.0 / (std::abs(d) < kTiny ? kTiny : d);
  double f = d;
  for (int m = 1; m <= 10000; ++m) {
    for (const bool even : {true, false}) {
      const double term =
          even ? m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)) : -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1.0 + term * d;
      d = 1.0 / (std::abs(d) < kTiny ? kTiny : d);
      c = 1.0 + term / c;
      if (std::abs(c) < kTiny) c = kTiny;
      f *= c * d;
    }
    if (std::abs(c * d - 1.0) < 1e-15) break;
  }
  return front * f;
}

double student_cdf(double t, double degrees) {
  const double tail = 0.5 * incomplete_beta(0.5 * degrees, 0.5, degrees / (degrees + t * t));
  return t < 0.0 ? tail : 1.0 - tail;
}

double student_quantile(double p, double degrees) {
  assert(p > 0.0 && p < 1.0);
  double reach = 1.0;
  while (student_cdf(reach, degrees) < std::max(p, 1.0 - p)) reach *= 2.0;
  return bisect(-reach, reach, [&](double t) { return student_cdf(t, degrees) - p; });
}

SampleSummary summarise(std::vector<double> values) {
  SampleSummary s;
  s.n = static_cast<int>(values.size());
  if (values.empty()) return s;
  std::sort(values.begin(), values.end());  // also makes the sums independent of the order of the cases
  const double n = static_cast<double>(values.size());
  double sum = 0.0;
  for (const double v : values) sum += v;
  s.mean = sum / n;
  s.median = quantile_of_sorted(values, 0.5);
  s.minimum = values.front();
  s.maximum = values.back();
  if (values.size() < 2) return s;
  double squares = 0.0;
  for (const double v : values) squares += (v - *s.mean) * (v - *s.mean);
  s.sd = std::sqrt(squares / (n - 1.0));
  s.q1 = quantile_of_sorted(values, 0.25);
  s.q3 = quantile_of_sorted(values, 0.75);
  return s;
}

Proportion clopper_pearson(int k, int n) {
  assert(k >= 0 && k <= n);
  Proportion p{k, n, {}, {}};
  if (n == 0) return p;
  const auto root = [](double a, double b, double level) {
    return bisect(0.0, 1.0, [&](double x) { return incomplete_beta(a, b, x) - level; });
  };
  p.low = k == 0 ? 0.0 : root(k, n - k + 1, 0.025);
  p.high = k == n ? 1.0 : root(k + 1, n - k, 0.975);
  return p;
}

int binomial_quantile(double probability, int n, double share) {
  assert(probability > 0.0 && probability < 1.0 && n >= 0 && share >= 0.0 && share <= 1.0);
  // P(X <= k) = I_{1 - share}(n - k, k + 1) (DLMF 8.17.5); it rises with k.
  const auto reaches = [&](int k) { return k >= n || incomplete_beta(n - k, k + 1.0, 1.0 - share) >= probability; };
  int low = -1, high = n;
  while (high - low > 1) {
    const int middle = low + (high - low) / 2;
    (reaches(middle) ? high : low) = middle;
  }
  return high;
}

Proportion wilson(int k, int n) {
  assert(k >= 0 && k <= n);
  Proportion p{k, n, {}, {}};
  if (n == 0) return p;
  const double share = static_cast<double>(k) / n, z2 = kNormal975 * kNormal975;
  const double center = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
  const double half = kNormal975 / (1.0 + z2 / n) * std::sqrt(share * (1.0 - share) / n + z2 / (4.0 * n * n));
  p.low = k == 0 ? 0.0 : center - half;
  p.high = k == n ? 1.0 : center + half;
  return p;
}

PairedComparison compare_pairs(const std::vector<double>& differences, std::optional<double> margin) {
  const SampleSummary s = summarise(differences);
  PairedComparison out;
  out.n = s.n;
  if (s.n < 3) {
    out.why_not = "fewer than 3 pairs";
    return out;
  }
  if (!(*s.sd > 0.0)) {
    out.why_not = "all differences are alike";
    return out;
  }
  const double n = s.n, degrees = n - 1.0, error = *s.sd / std::sqrt(n), t975 = student_quantile(0.975, degrees);
  out.mean_difference = *s.mean;
  out.sd = *s.sd;
  out.low = *s.mean - t975 * error;
  out.high = *s.mean + t975 * error;
  out.t = *s.mean / error;
  out.p = 2.0 * student_cdf(-std::abs(out.t), degrees);
  out.agreement_low = *s.mean - kNormal975 * *s.sd;
  out.agreement_high = *s.mean + kNormal975 * *s.sd;
  const double reach = t975 * *s.sd * std::sqrt(1.0 / n + kNormal975 * kNormal975 / (2.0 * degrees));
  out.agreement_low_low = out.agreement_low - reach;
  out.agreement_low_high = out.agreement_low + reach;
  out.agreement_high_low = out.agreement_high - reach;
  out.agreement_high_high = out.agreement_high + reach;
  if (margin) {
    out.margin = margin;
    out.equivalence_p = std::max(student_cdf(-(*s.mean + *margin) / error, degrees), student_cdf((*s.mean - *margin) / error, degrees));
  }
  return out;
}

}  // namespace seedaudit
