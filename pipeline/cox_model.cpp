// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/cox_model.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cassert>
#include <cmath>
#include <optional>

#include "pipeline/chi_squared.h"
#include "pipeline/cox_likelihood.h"
#include "pipeline/kaplan_meier.h"

namespace seedaudit {
namespace {

std::string name_of(const CoxColumn& column) {
  return column.level.empty() ? column.covariate : column.covariate + " (" + column.level + ")";
}

/// The columns with a part in a direction.
std::string names_in(const Eigen::VectorXd& direction, const std::vector<CoxColumn>& columns) {
  std::string out;
  const double most = direction.cwiseAbs().maxCoeff();
  for (Eigen::Index j = 0; j < direction.size(); ++j)
    if (std::abs(direction[j]) > 0.01 * most) out += (out.empty() ? "" : ", ") + name_of(columns[static_cast<std::size_t>(j)]);
  return out;
}

/// Why the information at no effect cannot be inverted; empty: it can.
std::string degenerate(const Eigen::MatrixXd& information, const std::vector<CoxColumn>& columns, double events) {
  const Eigen::Index p = information.rows();
  Eigen::VectorXd scale(p);
  for (Eigen::Index j = 0; j < p; ++j) {
    // Columns have unit spread: less information than this is rounding.
    if (!(information(j, j) > 1e-10 * events))
      return name_of(columns[static_cast<std::size_t>(j)]) + " is the same for all who are at risk at any event";
    scale[j] = 1.0 / std::sqrt(information(j, j));
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(scale.asDiagonal() * information * scale.asDiagonal());
  if (eigen.eigenvalues()[0] > 1e-9) return {};
  return "these follow from each other: " + names_in(eigen.eigenvectors().col(0), columns);
}

struct Maximum {
  Eigen::VectorXd coefficients, last_step;
  CoxDerivatives there;
  bool converged = false;
};

/// The direction in which hardly any of the information at no effect is left; nothing: there is none. Far out on a likelihood that only
/// approaches its bound, score and information both vanish, and a step of nothing looks like an end. An estimate there would have an error
/// ten thousand times that at no effect.
std::optional<Eigen::VectorXd> exhausted(const Eigen::MatrixXd& at_null, const CoxDerivatives& there, const Eigen::VectorXd& coefficients) {
  const Eigen::GeneralizedSelfAdjointEigenSolver<Eigen::MatrixXd> eigen(there.information, at_null);
  if (eigen.info() == Eigen::Success && eigen.eigenvalues()[0] > 1e-8) return std::nullopt;
  const Eigen::VectorXd direction = eigen.eigenvectors().col(0);
  return direction.dot(coefficients) < 0.0 ? Eigen::VectorXd(-direction) : direction;
}

/// Newton's method; a step that lowers the likelihood is halved.
Maximum maximise(const CoxLikelihood& likelihood, Eigen::Index p) {
  Maximum m;
  m.coefficients = Eigen::VectorXd::Zero(p);
  m.there = likelihood.at(m.coefficients);
  const Eigen::MatrixXd at_null = m.there.information;
  for (int i = 0; i < 100; ++i) {
    m.last_step = m.there.information.ldlt().solve(m.there.score);
    if (!m.last_step.allFinite()) return m;
    const double step = m.last_step.cwiseAbs().maxCoeff();
    if (step < 1e-9 * std::max(1.0, m.coefficients.cwiseAbs().maxCoeff())) {
      if (const auto direction = exhausted(at_null, m.there, m.coefficients))
        m.last_step = *direction;
      else
        m.converged = true;
      return m;
    }
    Eigen::VectorXd tried = m.coefficients + m.last_step;
    CoxDerivatives there = likelihood.at(tried);
    for (int halving = 0; halving < 60 && !(there.log_likelihood >= m.there.log_likelihood - 1e-12 * std::abs(m.there.log_likelihood));
         ++halving) {
      tried = 0.5 * (tried + m.coefficients);
      there = likelihood.at(tried);
    }
    const double gain = there.log_likelihood - m.there.log_likelihood;
    m.coefficients = tried;
    m.there = there;
    // Near a finite maximum the steps vanish faster than the gain; a likelihood that only approaches its bound keeps on stepping.
    if (std::abs(gain) < 1e-10 * (std::abs(there.log_likelihood) + 1.0) && step > 0.01) return m;
  }
  return m;
}

void check_hazards(CoxModel& model, const CoxLikelihood& likelihood, const std::vector<Observation>& observations,
                   const Eigen::VectorXd& coefficients, const std::vector<CoxColumn>& columns) {
  const SurvivalCurve curve = kaplan_meier(observations);
  std::vector<double> g;
  double sum = 0.0;
  for (const auto& o : observations) {
    // 1 - S just before the time.
    const auto at = std::lower_bound(curve.steps.begin(), curve.steps.end(), o.time_days,
                                     [](const SurvivalStep& s, double t) { return s.time_days < t; });
    g.push_back(at == curve.steps.begin() ? 0.0 : 1.0 - (at - 1)->survival);
    if (o.event) sum += g.back();
  }
  for (double& v : g) v -= sum / model.events;
  const CoxTimeDerivatives d = likelihood.with_time(coefficients, g);
  // What b leaves of the information on c, and the score for c.
  const Eigen::MatrixXd rest = d.slope - d.cross * d.information.ldlt().solve(d.cross);
  const auto test = [&](Eigen::Index first, Eigen::Index n) -> std::optional<ChiSquaredTest> {
    const Eigen::MatrixXd part = rest.block(first, first, n, n);
    const Eigen::VectorXd u = d.score.segment(first, n);
    const Eigen::FullPivLU<Eigen::MatrixXd> lu(part);
    if (!lu.isInvertible() || !(part.diagonal().minCoeff() > 1e-12 * d.information.diagonal().maxCoeff())) return std::nullopt;
    return chi_squared_test(u.dot(lu.solve(u)), static_cast<int>(n));
  };
  for (std::size_t j = 0; j < columns.size();) {
    std::size_t end = j;
    while (end < columns.size() && columns[end].covariate == columns[j].covariate) ++end;
    if (const auto t = test(static_cast<Eigen::Index>(j), static_cast<Eigen::Index>(end - j)))
      model.proportional_hazards.push_back({columns[j].covariate, *t});
    j = end;
  }
  model.proportional_hazards_global = test(0, static_cast<Eigen::Index>(columns.size()));
}

}  // namespace

std::optional<double> concordance(const std::vector<Observation>& observations, const Eigen::VectorXd& risk) {
  double agree = 0.0, pairs = 0.0;
  for (std::size_t i = 0; i < observations.size(); ++i) {
    if (!observations[i].event) continue;
    const double t = observations[i].time_days, r = risk[static_cast<Eigen::Index>(i)];
    for (std::size_t j = 0; j < observations.size(); ++j) {
      const auto& other = observations[j];
      // Who is censored at the time of an event outlived it.
      if (!(other.time_days > t || (other.time_days == t && !other.event))) continue;
      const double s = risk[static_cast<Eigen::Index>(j)];
      pairs += 1.0;
      agree += r > s ? 1.0 : r == s ? 0.5 : 0.0;
    }
  }
  if (!(pairs > 0.0)) return std::nullopt;
  return agree / pairs;
}

CoxModel fit_cox(const std::vector<Observation>& observations, const Eigen::MatrixXd& x, const std::vector<CoxColumn>& columns) {
  assert(static_cast<std::size_t>(x.cols()) == columns.size() && static_cast<std::size_t>(x.rows()) == observations.size());
  assert(!columns.empty());
  CoxModel model;
  model.n = static_cast<int>(observations.size());
  for (const auto& o : observations) model.events += o.event ? 1 : 0;
  if (model.events == 0) {
    model.why_not = "no event";
    return model;
  }
  // Centred, with unit spread: tests do not feel it, and one tolerance does for all columns.
  const Eigen::Index p = x.cols();
  Eigen::MatrixXd scaled = x.rowwise() - x.colwise().mean();
  Eigen::VectorXd spread(p);
  for (Eigen::Index j = 0; j < p; ++j) {
    spread[j] = std::sqrt(scaled.col(j).squaredNorm() / static_cast<double>(x.rows()));
    if (!(spread[j] > 1e-12 * x.col(j).cwiseAbs().maxCoeff())) {
      model.why_not = name_of(columns[static_cast<std::size_t>(j)]) + " has one value";
      return model;
    }
    scaled.col(j) /= spread[j];
  }
  const CoxLikelihood likelihood(observations, scaled);
  const CoxDerivatives null = likelihood.at(Eigen::VectorXd::Zero(p));
  model.log_likelihood_null = null.log_likelihood;
  model.why_not = degenerate(null.information, columns, model.events);
  if (!model.why_not.empty()) return model;
  const int degrees = static_cast<int>(p);
  model.score = chi_squared_test(null.score.dot(null.information.ldlt().solve(null.score)), degrees);
  const Maximum m = maximise(likelihood, p);
  if (!m.converged) {
    if (!m.last_step.allFinite() || !likelihood.monotone_along(m.last_step)) {
      model.why_not = "the likelihood has no maximum that Newton's method finds";
      return model;
    }
    model.why_not = "monotone likelihood: an infinite coefficient of " + names_in(m.last_step, columns) +
                    " (at every event the one highest at risk had it; a group without events does this)";
    model.log_likelihood = m.there.log_likelihood;  // its bound, to the tolerance of the iteration
    model.likelihood_ratio = chi_squared_test(2.0 * (m.there.log_likelihood - null.log_likelihood), degrees);
    return model;
  }
  model.log_likelihood = m.there.log_likelihood;
  model.likelihood_ratio = chi_squared_test(2.0 * (m.there.log_likelihood - null.log_likelihood), degrees);
  model.wald = chi_squared_test(m.coefficients.dot(m.there.information * m.coefficients), degrees);
  const Eigen::MatrixXd covariance = m.there.information.ldlt().solve(Eigen::MatrixXd::Identity(p, p));
  for (Eigen::Index j = 0; j < p; ++j) {
    CoxCoefficient c;
    c.covariate = columns[static_cast<std::size_t>(j)].covariate;
    c.level = columns[static_cast<std::size_t>(j)].level;
    c.coefficient = m.coefficients[j] / spread[j];
    c.se = std::sqrt(covariance(j, j)) / spread[j];
    c.z = c.coefficient / c.se;
    c.p = normal_p(c.z);
    c.hazard_ratio = std::exp(c.coefficient);
    c.low = std::exp(c.coefficient - kNormal975 * c.se);
    c.high = std::exp(c.coefficient + kNormal975 * c.se);
    model.coefficients.push_back(c);
  }
  Eigen::VectorXd risk = scaled * m.coefficients;
  model.concordance = concordance(observations, risk);
  check_hazards(model, likelihood, observations, m.coefficients, columns);
  return model;
}

}  // namespace seedaudit
