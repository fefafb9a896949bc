// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/outcomes_words.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "report/json_writer.h"
#include "report/text_page.h"

namespace seedaudit {

std::string exact_text(double value) {
  if (value != 0.0 && std::abs(value) < 1e-30) value = std::copysign(1e-30, value);
  const double magnitude = value == 0.0 || !std::isfinite(value) ? 0.0 : std::floor(std::log10(std::abs(value)));
  return decimal_text(value, std::clamp(9 - static_cast<int>(magnitude), 0, 40));
}

std::string p_words(double p) { return p < 0.0001 ? "p < 0.0001" : "p " + fixed(p, 4); }

std::string ratio_text(const CoxCoefficient& c) {
  // Three digits at least: the ratio of one Gy lies near 1.
  const auto text = [](double v) {
    if (v >= 1000.0 || v < 0.001) {
      char buffer[32];
      std::snprintf(buffer, sizeof buffer, "%.1e", v);
      return std::string(buffer);
    }
    return fixed(v, v < 10.0 ? 3 : 1);
  };
  return text(c.hazard_ratio) + " (" + text(c.low) + " to " + text(c.high) + "), " + p_words(c.p);
}

std::string coefficient_name(const CoxCoefficient& c) { return c.level.empty() ? c.covariate : c.covariate + " (" + c.level + ")"; }

std::string months_text(const std::optional<double>& days) { return days ? fixed(*days / 30.4375, 1) : "not reached"; }

std::string median_text(const MedianTime& median) {
  if (!median.days) return "not reached";
  return months_text(median.days) + " months (" + months_text(median.loglog_low) + " to " + months_text(median.loglog_high) + ")";
}

std::string outcome_share_text(const Proportion& p) {
  if (p.n == 0) return "not computed (recorded of nobody)";
  return std::to_string(p.k) + " of " + std::to_string(p.n) + " = " + fixed(100.0 * p.k / p.n, 1) + " % (95 % limits " +
         fixed(100.0 * *p.low, 1) + " to " + fixed(100.0 * *p.high, 1) + ")";
}

std::string gray_text(const GrayTest& test) {
  return test.why_not.empty() ? "Gray's test " + p_words(test.test.p) : "Gray's test not computed: " + test.why_not;
}

int events_of(const CumulativeIncidence& incidence, std::size_t cause) {
  int events = 0;
  for (const auto& s : incidence.steps) events += s.events[cause];
  return events;
}

std::string set_text(const AnalysisSet& set) {
  std::string out;
  if (set.without_value > 0) out += std::to_string(set.without_value) + " without value";
  if (set.before_landmark > 0)
    out += (out.empty() ? "" : ", ") + std::to_string(set.before_landmark) + " not observed beyond day " +
           fixed(set.landmark_days.value_or(0.0), 0);
  return out.empty() ? out : out + " left out";
}

}  // namespace seedaudit
