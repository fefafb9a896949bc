// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/kaplan_meier.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "pipeline/chi_squared.h"

namespace seedaudit {
namespace {

/// Where a falling curve first is one half or less. A flat stretch at exactly one half gives its middle.
std::optional<double> crossing(const std::vector<SurvivalStep>& steps, std::optional<double> (*value)(const SurvivalStep&)) {
  constexpr double kTolerance = 1.5e-8;  // a product of fractions that is one half is so only to rounding
  const SurvivalStep* first = nullptr;
  double at_first = 0.0;
  for (const auto& s : steps) {
    const auto v = value(s);
    if (!v || !(*v < 0.5 + kTolerance)) continue;
    if (first == nullptr) {
      first = &s;
      at_first = *v;
      if (!(std::abs(*v - 0.5) < kTolerance)) return s.time_days;
    } else if (*v < at_first) {
      return 0.5 * (first->time_days + s.time_days);
    }
  }
  return first == nullptr ? std::nullopt : std::optional<double>(first->time_days);
}

void set_limits(SurvivalStep& s, double relative_se) {
  if (!(s.survival > 0.0)) return;
  s.se = relative_se * s.survival;
  const double log_survival = std::log(s.survival);
  s.log_low = std::exp(log_survival - kNormal975 * relative_se);
  s.log_high = std::min(1.0, std::exp(log_survival + kNormal975 * relative_se));
  if (!(s.survival < 1.0)) return;
  const double middle = std::log(-log_survival), half = kNormal975 * relative_se / -log_survival;
  s.loglog_low = std::exp(-std::exp(middle + half));
  s.loglog_high = std::exp(-std::exp(middle - half));
}

}  // namespace

SurvivalCurve kaplan_meier(std::vector<Observation> observations) {
  std::sort(observations.begin(), observations.end(), [](const auto& a, const auto& b) { return a.time_days < b.time_days; });
  SurvivalCurve curve;
  curve.n = static_cast<int>(observations.size());
  double survival = 1.0, greenwood = 0.0;
  for (std::size_t i = 0; i < observations.size();) {
    SurvivalStep s;
    s.time_days = observations[i].time_days;
    s.at_risk = static_cast<int>(observations.size() - i);
    for (; i < observations.size() && observations[i].time_days == s.time_days; ++i) ++(observations[i].event ? s.events : s.censored);
    curve.events += s.events;
    if (s.events > 0) {
      const double n = s.at_risk, d = s.events;
      survival *= (n - d) / n;
      if (s.events < s.at_risk) greenwood += d / (n * (n - d));
    }
    s.survival = survival;
    set_limits(s, std::sqrt(greenwood));
    curve.steps.push_back(s);
  }
  const auto at = [&](std::optional<double> (*value)(const SurvivalStep&)) { return crossing(curve.steps, value); };
  curve.median.days = at([](const SurvivalStep& s) { return std::optional<double>(s.survival); });
  curve.median.log_low = at([](const SurvivalStep& s) { return s.log_low; });
  curve.median.log_high = at([](const SurvivalStep& s) { return s.log_high; });
  curve.median.loglog_low = at([](const SurvivalStep& s) { return s.loglog_low; });
  curve.median.loglog_high = at([](const SurvivalStep& s) { return s.loglog_high; });
  return curve;
}

const SurvivalStep* step_at(const SurvivalCurve& curve, double time_days) {
  const auto after =
      std::upper_bound(curve.steps.begin(), curve.steps.end(), time_days, [](double t, const SurvivalStep& s) { return t < s.time_days; });
  return after == curve.steps.begin() ? nullptr : &*(after - 1);
}

LogRank log_rank(const std::vector<Observation>& observations, const std::vector<int>& group, int groups) {
  assert(observations.size() == group.size());
  LogRank out;
  out.groups.resize(static_cast<std::size_t>(groups));
  std::vector<std::size_t> order(observations.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return observations[a].time_days < observations[b].time_days; });
  Eigen::VectorXd at_risk = Eigen::VectorXd::Zero(groups), expected = at_risk, observed = at_risk;
  Eigen::MatrixXd variance = Eigen::MatrixXd::Zero(groups, groups);
  for (const int g : group) {
    at_risk[g] += 1.0;
    ++out.groups[static_cast<std::size_t>(g)].n;
  }
  for (std::size_t i = 0; i < order.size();) {
    const double time = observations[order[i]].time_days, n = static_cast<double>(order.size() - i);
    Eigen::VectorXd left = Eigen::VectorXd::Zero(groups);
    double d = 0.0;
    for (; i < order.size() && observations[order[i]].time_days == time; ++i) {
      const int g = group[order[i]];
      left[g] += 1.0;
      if (!observations[order[i]].event) continue;
      d += 1.0;
      observed[g] += 1.0;
    }
    if (d > 0.0) {
      const Eigen::VectorXd share = at_risk / n;
      expected += d * share;
      if (n > 1.0) {
        const double factor = d * (n - d) / (n - 1.0);
        variance += factor * (Eigen::MatrixXd(share.asDiagonal()) - share * share.transpose());
      }
    }
    at_risk -= left;
  }
  std::vector<int> compared;
  for (int g = 0; g < groups; ++g) {
    auto& of = out.groups[static_cast<std::size_t>(g)];
    of.observed = static_cast<int>(observed[g]);
    of.expected = expected[g];
    if (expected[g] > 0.0) compared.push_back(g);
  }
  if (!(observed.sum() > 0.0)) {
    out.why_not = "no event";
    return out;
  }
  if (compared.size() < 2) {
    out.why_not = "fewer than two groups have anyone at risk at an event";
    return out;
  }
  // The differences sum to nought: the last one says nothing more.
  const auto k = static_cast<Eigen::Index>(compared.size()) - 1;
  Eigen::VectorXd difference(k);
  Eigen::MatrixXd part(k, k);
  for (Eigen::Index r = 0; r < k; ++r) {
    const int g = compared[static_cast<std::size_t>(r)];
    difference[r] = observed[g] - expected[g];
    for (Eigen::Index c = 0; c < k; ++c) part(r, c) = variance(g, compared[static_cast<std::size_t>(c)]);
  }
  const Eigen::FullPivLU<Eigen::MatrixXd> lu(part);
  if (!lu.isInvertible()) {
    out.why_not = "the groups are never at risk together";
    return out;
  }
  out.test = chi_squared_test(difference.dot(lu.solve(difference)), static_cast<int>(k));
  return out;
}

}  // namespace seedaudit
