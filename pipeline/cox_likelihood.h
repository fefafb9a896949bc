// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>
#include <vector>

#include "core/survival.h"

namespace seedaudit {

/// Partial likelihood of the Cox model with Efron's treatment of ties, and its derivatives.
struct CoxDerivatives {
  double log_likelihood = 0;
  Eigen::VectorXd score;        ///< gradient, p
  Eigen::MatrixXd information;  ///< minus the second derivative, p x p
};

/// What the score test for a slope in time of each coefficient needs: coefficients b + c g(t) at c = 0.
struct CoxTimeDerivatives {
  Eigen::VectorXd score;                      ///< by c, p
  Eigen::MatrixXd information, cross, slope;  ///< p x p: by b and b; b and c; c and c
};

/// Observations in order of time with their covariates; built once, evaluated at many coefficients.
class CoxLikelihood {
 public:
  /// \param x a row an observation, a column a coefficient; finite
  CoxLikelihood(const std::vector<Observation>& observations, const Eigen::MatrixXd& x);

  CoxDerivatives at(const Eigen::VectorXd& coefficients) const;
  /// \param g of each observation's time, in the order they were given
  CoxTimeDerivatives with_time(const Eigen::VectorXd& coefficients, const std::vector<double>& g) const;
  /// Whether no event's subject has a smaller value of `direction` * x than anyone at risk at that time: then the likelihood grows along
  /// `direction` without end, or does not depend on it.
  bool monotone_along(const Eigen::VectorXd& direction) const;

 private:
  template <class Visit>
  void visit_events(const Eigen::VectorXd& coefficients, Visit visit) const;

  std::vector<double> time_;
  std::vector<bool> event_;
  std::vector<std::size_t> given_;  ///< place in the order given
  Eigen::MatrixXd x_;               ///< sorted rows
};

}  // namespace seedaudit
