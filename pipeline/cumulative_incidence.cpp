// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/cumulative_incidence.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "pipeline/chi_squared.h"

namespace seedaudit {

CumulativeIncidence cumulative_incidence(std::vector<CompetingObservation> observations, std::vector<std::string> causes) {
  std::sort(observations.begin(), observations.end(),
            [](const auto& a, const auto& b) { return a.time_days != b.time_days ? a.time_days < b.time_days : a.cause < b.cause; });
  CumulativeIncidence out;
  out.causes = std::move(causes);
  out.n = static_cast<int>(observations.size());
  const std::size_t states = out.causes.size(), n = observations.size();
  // With S the probability that nothing happened, h_k = d_k / n: F_k grows by S h_k, S shrinks by the factor 1 - sum h. The derivative of
  // each by the weight w_i of subject i follows the same recursion, dh_k/dw_i = (event of kind k - at risk * h_k) / n. Those who are still
  // at risk share one derivative, so that only those who left need one of their own.
  double survival = 1.0;
  std::vector<double> incidence(states, 0.0);
  struct Derivative {
    double survival = 0.0;
    std::vector<double> incidence;
  };
  Derivative staying{0.0, std::vector<double>(states, 0.0)};
  std::vector<Derivative> left;
  left.reserve(n);
  const auto advance = [&](Derivative& u, const std::vector<double>& hazard, const std::vector<double>& hazard_by_w) {
    double stay = 1.0, change = 0.0;
    for (std::size_t k = 0; k < states; ++k) {
      u.incidence[k] += u.survival * hazard[k] + survival * hazard_by_w[k];
      stay -= hazard[k];
      change += hazard_by_w[k];
    }
    u.survival = u.survival * stay - survival * change;
  };
  for (std::size_t i = 0; i < n;) {
    IncidenceStep s;
    s.time_days = observations[i].time_days;
    s.at_risk = static_cast<int>(n - i);
    s.events.assign(states, 0);
    std::size_t end = i;
    for (; end < n && observations[end].time_days == s.time_days; ++end) {
      const int cause = observations[end].cause;
      assert(cause < static_cast<int>(states));
      if (cause < 0)
        ++s.censored;
      else
        ++s.events[static_cast<std::size_t>(cause)];
    }
    std::vector<double> hazard(states), none(states, 0.0), by_w(states);
    double total = 0.0;
    for (std::size_t k = 0; k < states; ++k) total += hazard[k] = s.events[k] / static_cast<double>(s.at_risk);
    if (total > 0.0) {
      for (auto& u : left) advance(u, hazard, none);
    }
    for (std::size_t m = i; m < end; ++m) {
      Derivative u = staying;
      for (std::size_t k = 0; k < states; ++k)
        by_w[k] = ((observations[m].cause == static_cast<int>(k) ? 1.0 : 0.0) - hazard[k]) / s.at_risk;
      advance(u, hazard, by_w);
      left.push_back(std::move(u));
    }
    for (std::size_t k = 0; k < states; ++k) by_w[k] = -hazard[k] / s.at_risk;
    advance(staying, hazard, by_w);
    for (std::size_t k = 0; k < states; ++k) incidence[k] += survival * hazard[k];
    survival *= 1.0 - total;
    s.incidence = incidence;
    s.se.resize(states);
    s.low.resize(states);
    s.high.resize(states);
    const double remaining = static_cast<double>(n - end);
    for (std::size_t k = 0; k < states; ++k) {
      double squares = remaining * staying.incidence[k] * staying.incidence[k];
      for (const auto& u : left) squares += u.incidence[k] * u.incidence[k];
      s.se[k] = std::sqrt(squares);
      const double f = incidence[k];
      if (!(f > 0.0 && f < 1.0 && s.se[k] > 0.0)) continue;
      const double log_free = std::log1p(-f), middle = std::log(-log_free);
      const double half = kNormal975 * s.se[k] / ((1.0 - f) * -log_free);
      s.low[k] = -std::expm1(-std::exp(middle - half));
      s.high[k] = -std::expm1(-std::exp(middle + half));
    }
    out.steps.push_back(std::move(s));
    i = end;
  }
  return out;
}

}  // namespace seedaudit
