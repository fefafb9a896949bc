// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/cox_likelihood.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace seedaudit {

CoxLikelihood::CoxLikelihood(const std::vector<Observation>& observations, const Eigen::MatrixXd& x)
    : given_(observations.size()), x_(x.rows(), x.cols()) {
  assert(static_cast<std::size_t>(x.rows()) == observations.size());
  std::iota(given_.begin(), given_.end(), std::size_t{0});
  std::stable_sort(given_.begin(), given_.end(),
                   [&](std::size_t a, std::size_t b) { return observations[a].time_days < observations[b].time_days; });
  for (std::size_t i = 0; i < given_.size(); ++i) {
    time_.push_back(observations[given_[i]].time_days);
    event_.push_back(observations[given_[i]].event);
    x_.row(static_cast<Eigen::Index>(i)) = x.row(static_cast<Eigen::Index>(given_[i]));
  }
}

/// Calls visit(first event's row, sum of eta over the events, sum of x over the events, steps) for each time with events, latest first,
/// where steps holds, of each of the d tied events, log of the sum of risks, and mean and covariance of x under them. Efron: in step k of
/// d the events still count as (d - k) / d at risk.
template <class Visit>
void CoxLikelihood::visit_events(const Eigen::VectorXd& coefficients, Visit visit) const {
  const Eigen::Index p = x_.cols();
  const Eigen::VectorXd eta = x_ * coefficients;
  const double top = eta.size() > 0 ? eta.maxCoeff() : 0.0;  // keeps the exponentials in range
  double risk = 0.0;
  Eigen::VectorXd first = Eigen::VectorXd::Zero(p);
  Eigen::MatrixXd second = Eigen::MatrixXd::Zero(p, p);
  for (std::size_t end = time_.size(); end > 0;) {
    std::size_t begin = end - 1;
    while (begin > 0 && time_[begin - 1] == time_[end - 1]) --begin;
    double event_risk = 0.0, event_eta = 0.0;
    int d = 0;
    Eigen::VectorXd event_first = Eigen::VectorXd::Zero(p), event_x = event_first;
    Eigen::MatrixXd event_second = Eigen::MatrixXd::Zero(p, p);
    for (std::size_t i = begin; i < end; ++i) {
      const auto row = static_cast<Eigen::Index>(i);
      const double r = std::exp(eta[row] - top);
      const Eigen::VectorXd x = x_.row(row).transpose();
      risk += r;
      first += r * x;
      second += r * x * x.transpose();
      if (!event_[i]) continue;
      ++d;
      event_risk += r;
      event_eta += eta[row];
      event_x += x;
      event_first += r * x;
      event_second += r * x * x.transpose();
    }
    if (d > 0) {
      visit(begin, event_eta, event_x, d, [&](int k, double& log_risk, Eigen::VectorXd& mean, Eigen::MatrixXd& covariance) {
        const double gone = static_cast<double>(k) / d, sum = risk - gone * event_risk;
        log_risk = std::log(sum) + top;
        mean = (first - gone * event_first) / sum;
        covariance = (second - gone * event_second) / sum - mean * mean.transpose();
      });
    }
    end = begin;
  }
}

CoxDerivatives CoxLikelihood::at(const Eigen::VectorXd& coefficients) const {
  const Eigen::Index p = x_.cols();
  CoxDerivatives out{0.0, Eigen::VectorXd::Zero(p), Eigen::MatrixXd::Zero(p, p)};
  visit_events(coefficients, [&](std::size_t, double event_eta, const Eigen::VectorXd& event_x, int d, const auto& step) {
    out.log_likelihood += event_eta;
    out.score += event_x;
    double log_risk = 0.0;
    Eigen::VectorXd mean;
    Eigen::MatrixXd covariance;
    for (int k = 0; k < d; ++k) {
      step(k, log_risk, mean, covariance);
      out.log_likelihood -= log_risk;
      out.score -= mean;
      out.information += covariance;
    }
  });
  return out;
}

CoxTimeDerivatives CoxLikelihood::with_time(const Eigen::VectorXd& coefficients, const std::vector<double>& g) const {
  const Eigen::Index p = x_.cols();
  const Eigen::MatrixXd zero = Eigen::MatrixXd::Zero(p, p);
  CoxTimeDerivatives out{Eigen::VectorXd::Zero(p), zero, zero, zero};
  visit_events(coefficients, [&](std::size_t row, double, const Eigen::VectorXd& event_x, int d, const auto& step) {
    const double weight = g[given_[row]];
    out.score += weight * event_x;
    double log_risk = 0.0;
    Eigen::VectorXd mean;
    Eigen::MatrixXd covariance;
    for (int k = 0; k < d; ++k) {
      step(k, log_risk, mean, covariance);
      out.score -= weight * mean;
      out.information += covariance;
      out.cross += weight * covariance;
      out.slope += weight * weight * covariance;
    }
  });
  return out;
}

bool CoxLikelihood::monotone_along(const Eigen::VectorXd& direction) const {
  const Eigen::VectorXd along = x_ * direction;
  const double scale = along.size() > 0 ? along.cwiseAbs().maxCoeff() : 0.0;
  double highest = -HUGE_VAL;
  for (std::size_t end = time_.size(); end > 0;) {
    std::size_t begin = end - 1;
    while (begin > 0 && time_[begin - 1] == time_[end - 1]) --begin;
    for (std::size_t i = begin; i < end; ++i) highest = std::max(highest, along[static_cast<Eigen::Index>(i)]);
    for (std::size_t i = begin; i < end; ++i)
      if (event_[i] && !(along[static_cast<Eigen::Index>(i)] >= highest - 1e-6 * scale)) return false;
    end = begin;
  }
  return true;
}

}  // namespace seedaudit
