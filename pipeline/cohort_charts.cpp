// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/cohort_charts.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <map>

#include "pipeline/cohort_statistics.h"

namespace seedaudit {
namespace {

/// Of a normal distribution beyond three standard deviations on one side.
constexpr double kTail = 0.001349898031630095;

}  // namespace

std::string period_of(const std::string& iso_date, CohortPeriod period) {
  if (iso_date.empty()) return {};
  assert(iso_date.size() == 10);
  const std::string year = iso_date.substr(0, 4);
  if (period == CohortPeriod::year) return year;
  if (period == CohortPeriod::month) return iso_date.substr(0, 7);
  const int month = (iso_date[5] - '0') * 10 + (iso_date[6] - '0');
  return year + "-Q" + std::to_string((month - 1) / 3 + 1);
}

std::string period_of(const CohortRecord& record, CohortPeriod period) {
  return record.dates_shifted ? std::string() : period_of(record.implant_date, period);
}

PChart p_chart(const std::vector<ChartEvent>& events) {
  PChart out;
  std::map<std::string, PChartPoint> periods;
  int k = 0, n = 0, judged = 0;
  for (const auto& e : events) {
    if (e.period.empty()) {
      ++out.undated;
      continue;
    }
    PChartPoint& p = periods[e.period];
    ++p.n;
    ++n;
    if (!e.happened) continue;
    ++p.k;
    ++k;
  }
  for (auto& [name, point] : periods) {
    point.period = name;
    point.judged = point.n >= kFewestOfPeriod;
    if (point.judged) ++judged;
    out.points.push_back(point);
  }
  if (judged < kFewestPeriods) {
    out.why_not = "fewer than " + std::to_string(kFewestPeriods) + " periods with " + std::to_string(kFewestOfPeriod) + " implants";
    for (auto& p : out.points) p.judged = false;
    return out;
  }
  out.center = static_cast<double>(k) / n;
  for (auto& p : out.points) {
    p.lower = binomial_quantile(kTail, p.n, out.center);
    p.upper = binomial_quantile(1.0 - kTail, p.n, out.center);
    if (p.judged) p.signal = p.k < p.lower ? -1 : p.k > p.upper ? 1 : 0;
  }
  return out;
}

EwmaChart ewma_chart(const std::vector<ChartValue>& values, double lambda, double width) {
  assert(lambda > 0.0 && lambda <= 1.0 && width > 0.0);
  EwmaChart out;
  out.lambda = lambda;
  out.width = width;
  std::map<std::string, std::vector<double>> periods;
  std::vector<double> all;
  for (const auto& v : values) {
    if (v.period.empty()) {
      ++out.undated;
      continue;
    }
    periods[v.period].push_back(v.value);
    all.push_back(v.value);
  }
  double squares = 0.0;
  int degrees = 0;
  for (auto& [name, of_period] : periods) {
    const SampleSummary s = summarise(of_period);
    EwmaPoint point;
    point.period = name;
    point.n = s.n;
    point.mean = *s.mean;
    out.points.push_back(point);
    if (!s.sd) continue;
    squares += (s.n - 1) * *s.sd * *s.sd;
    degrees += s.n - 1;
  }
  if (static_cast<int>(periods.size()) < kFewestPeriods)
    out.why_not = "fewer than " + std::to_string(kFewestPeriods) + " periods";
  else if (degrees < kFewestFreedoms)
    out.why_not = "too few implants a period for a standard deviation";
  else if (!(squares > 0.0))
    out.why_not = "all figures of a period are alike";
  if (!out.why_not.empty()) return out;
  out.center = *summarise(all).mean;
  out.sd = std::sqrt(squares / degrees);
  double average = out.center, variance = 0.0;
  for (auto& p : out.points) {
    average = lambda * p.mean + (1.0 - lambda) * average;
    variance = lambda * lambda * out.sd * out.sd / p.n + (1.0 - lambda) * (1.0 - lambda) * variance;
    p.ewma = average;
    p.low = out.center - width * std::sqrt(variance);
    p.high = out.center + width * std::sqrt(variance);
    p.signal = average < p.low ? -1 : average > p.high ? 1 : 0;
  }
  return out;
}

}  // namespace seedaudit
