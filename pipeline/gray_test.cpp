// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/gray_test.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cassert>
#include <numeric>

#include "pipeline/chi_squared.h"

namespace seedaudit {
namespace {

/// One distinct time with an event: what its terms of the variance need once the whole course is known.
struct EventTime {
  Eigen::MatrixXd weight;          ///< a_ik, of a cause-1 event of group k in the score of group i
  Eigen::MatrixXd accumulated;     ///< c_ik up to and with this time
  Eigen::VectorXd by_cause;        ///< B_k: how much of a later weight a cause-1 event of group k takes away
  Eigen::VectorXd by_other;        ///< the same of an event of another cause
  Eigen::VectorXd variance_cause;  ///< of the increment of group k's incidence, under the hypothesis
  Eigen::VectorXd variance_other;
};

/// The course of all groups up to a time. Index: group.
struct Course {
  Eigen::VectorXd at_risk, survival, incidence;  ///< just before; of any event, of the cause
  double pooled = 0.0;                           ///< incidence of the cause if it is the same in all groups, just before
  bool sound = true;  ///< `pooled` has been below 1 at every event of the cause for which two groups or more were at risk
};

struct Events {
  Eigen::VectorXd cause, other, left;  ///< of each group at one time; left: all that are no more at risk after it
};

/// More than one event at a time leaves less to chance, as in the hypergeometric variance.
double tie_factor(double events, double at_risk) { return events > 1.0 && at_risk > 1.0 ? 1.0 - (events - 1.0) / (at_risk - 1.0) : 1.0; }

/// The terms of one time; adds to the scores and moves the course beyond it.
EventTime step(Course& now, const Events& e, Eigen::VectorXd& scores, Eigen::MatrixXd& accumulated) {
  const Eigen::Index n = now.at_risk.size();
  EventTime t;
  t.weight = Eigen::MatrixXd::Zero(n, n);
  t.by_cause = t.by_other = t.variance_cause = t.variance_other = Eigen::VectorXd::Zero(n);
  // h_k: those at risk, and in proportion those whom the other causes took from being so.
  Eigen::VectorXd h = Eigen::VectorXd::Zero(n), survival = now.survival, incidence = now.incidence;
  for (Eigen::Index k = 0; k < n; ++k) {
    if (!(now.at_risk[k] > 0.0)) continue;
    h[k] = now.at_risk[k] / now.survival[k];
    survival[k] = now.survival[k] * (now.at_risk[k] - e.cause[k] - e.other[k]) / now.at_risk[k];
    incidence[k] = now.incidence[k] + now.survival[k] * e.cause[k] / now.at_risk[k];
  }
  const double d = e.cause.sum(), all = h.sum();
  const Eigen::VectorXd risk = h.array() * (1.0 - now.incidence.array());
  const double pooled = now.pooled + d / all;
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index k = 0; k < n; ++k) t.weight(i, k) = h[i] * ((i == k ? 1.0 : 0.0) - h[k] / all);
  if (d > 0.0) {
    scores += e.cause - d * risk / risk.sum();
    // Where one group alone is left nothing is weighed any more, whatever the pooled incidence.
    if ((h.array() > 0.0).count() > 1) {
      now.sound = now.sound && now.pooled < 1.0;
      accumulated += t.weight * (d / (all * (1.0 - now.pooled)));
    }
  }
  t.accumulated = accumulated;
  for (Eigen::Index k = 0; k < n; ++k) {
    if (!(now.at_risk[k] > 0.0)) continue;
    const double left = survival[k] > 0.0 ? (1.0 - pooled) / survival[k] : 0.0;
    if (d > 0.0) {
      t.by_cause[k] = 1.0 - left;
      t.variance_cause[k] = tie_factor(d, all * now.survival[k]) * now.survival[k] * d / (all * now.at_risk[k]);
    }
    if (e.other[k] > 0.0 && survival[k] > 0.0) {
      const double share = now.survival[k] / now.at_risk[k];
      t.by_other[k] = left;
      t.variance_other[k] = tie_factor(e.other[k], now.at_risk[k]) * share * share * e.other[k];
    }
  }
  now.survival = survival;
  now.incidence = incidence;
  now.pooled = pooled;
  return t;
}

Eigen::MatrixXd variance_of(const std::vector<EventTime>& times, const Eigen::MatrixXd& final) {
  Eigen::MatrixXd v = Eigen::MatrixXd::Zero(final.rows(), final.cols());
  for (const EventTime& t : times) {
    const Eigen::MatrixXd later = final - t.accumulated;
    for (Eigen::Index k = 0; k < final.cols(); ++k) {
      const Eigen::VectorXd of_cause = t.weight.col(k) + t.by_cause[k] * later.col(k), of_other = t.by_other[k] * later.col(k);
      v += t.variance_cause[k] * of_cause * of_cause.transpose() + t.variance_other[k] * of_other * of_other.transpose();
    }
  }
  return v;
}

}  // namespace

GrayTest gray_test(const std::vector<CompetingObservation>& observations, const std::vector<int>& group, int groups, int cause) {
  assert(observations.size() == group.size());
  std::vector<std::size_t> order(observations.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return observations[a].time_days < observations[b].time_days; });
  const Eigen::VectorXd none = Eigen::VectorXd::Zero(groups);
  Course now{none, Eigen::VectorXd::Ones(groups), none};
  for (const int g : group) now.at_risk[g] += 1.0;
  GrayTest out;
  Eigen::VectorXd scores = none, expecting = none;
  Eigen::MatrixXd accumulated = Eigen::MatrixXd::Zero(groups, groups);
  std::vector<EventTime> times;
  double events = 0.0;
  for (std::size_t i = 0; i < order.size();) {
    const double time = observations[order[i]].time_days;
    Events e{none, none, none};
    for (; i < order.size() && observations[order[i]].time_days == time; ++i) {
      const auto& o = observations[order[i]];
      const int g = group[order[i]];
      e.left[g] += 1.0;
      if (o.cause == cause) e.cause[g] += 1.0;
      if (o.cause >= 0 && o.cause != cause) e.other[g] += 1.0;
    }
    if (e.cause.sum() > 0.0) expecting = expecting.cwiseMax(now.at_risk);
    events += e.cause.sum();
    if (e.cause.sum() + e.other.sum() > 0.0) times.push_back(step(now, e, scores, accumulated));
    now.at_risk -= e.left;
  }
  out.scores.assign(scores.data(), scores.data() + scores.size());
  std::vector<Eigen::Index> compared;
  for (Eigen::Index g = 0; g < groups; ++g)
    if (expecting[g] > 0.0) compared.push_back(g);
  if (!(events > 0.0)) {
    out.why_not = "no event of this cause";
    return out;
  }
  if (compared.size() < 2) {
    out.why_not = "fewer than two groups have anyone at risk at an event of this cause";
    return out;
  }
  if (!now.sound) {
    out.why_not = "too few are left at the last events";
    return out;
  }
  const Eigen::MatrixXd variance = variance_of(times, accumulated);
  // The scores sum to nought: the last one says nothing more.
  const auto k = static_cast<Eigen::Index>(compared.size()) - 1;
  Eigen::VectorXd u(k);
  Eigen::MatrixXd v(k, k);
  for (Eigen::Index r = 0; r < k; ++r) {
    u[r] = scores[compared[static_cast<std::size_t>(r)]];
    for (Eigen::Index c = 0; c < k; ++c) v(r, c) = variance(compared[static_cast<std::size_t>(r)], compared[static_cast<std::size_t>(c)]);
  }
  const Eigen::FullPivLU<Eigen::MatrixXd> lu(v);
  if (!lu.isInvertible()) {
    out.why_not = "the groups are never at risk together";
    return out;
  }
  out.test = chi_squared_test(u.dot(lu.solve(u)), static_cast<int>(k));
  return out;
}

}  // namespace seedaudit
