// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/source_evaluator.h"

#include <algorithm>
#include <cmath>

#include "dosimetry/tg43.h"

namespace seedaudit {
namespace {

constexpr double kDegreesPerRadian = 180.0 / 3.14159265358979323846;

/// First or last interval for x outside. Tables are short: counting beats a binary search, and it has no branches to mispredict.
std::size_t counted_interval(const std::vector<double>& table, double x) {
  std::size_t i = 0;
  const std::size_t inner = table.size() - 1;
  for (std::size_t k = 1; k < inner; ++k) i += x >= table[k] ? 1U : 0U;
  return i;
}

}  // namespace

SourceEvaluator::SourceEvaluator(const SourceModel& source, InterpolationRules rules)
    : rules_(rules),
      length_cm_(source.active_length.value),
      half_capsule_cm_(0.5 * to_cm(source.capsule_length).value),
      capsule_radius_cm_(0.5 * to_cm(source.capsule_diameter).value),
      scale_(source.dose_rate_constant / geometry_function(Cm{1.0}, 90.0, source.active_length)),
      g_r_(source.radial.r_cm),
      g_value_(source.radial.g),
      f_r_(source.anisotropy.r_cm),
      f_theta_(source.anisotropy.theta_deg),
      f_(source.anisotropy.value),
      phi_r_(source.anisotropy_factor.r_cm),
      phi_(source.anisotropy_factor.phi_an) {
  for (const double g : g_value_) g_log_.push_back(std::log(g));
  for (std::size_t i = 0; i + 1 < g_r_.size(); ++i) {
    g_slope_.push_back((g_value_[i + 1] - g_value_[i]) / (g_r_[i + 1] - g_r_[i]));
    g_log_slope_.push_back((g_log_[i + 1] - g_log_[i]) / (g_r_[i + 1] - g_r_[i]));
  }
}

double SourceEvaluator::radial(double r_cm) const {
  if (!(r_cm > g_r_.front())) return g_value_.front();
  const std::size_t i = counted_interval(g_r_, r_cm);
  const double dr = r_cm - g_r_[i];
  if (rules_ == InterpolationRules::s1 || r_cm > g_r_.back()) return std::exp(g_log_[i] + g_log_slope_[i] * dr);
  return g_value_[i] + g_slope_[i] * dr;
}

double SourceEvaluator::anisotropy(double r_cm, double theta_deg) const {
  const std::size_t row = counted_interval(f_theta_, theta_deg);
  const double wt = std::clamp((theta_deg - f_theta_[row]) / (f_theta_[row + 1] - f_theta_[row]), 0.0, 1.0);
  const std::size_t columns = f_r_.size();
  const double* here = &f_[row * columns];
  const double* next = here + columns;
  if (columns == 1) return here[0] * (1.0 - wt) + next[0] * wt;
  const std::size_t c = counted_interval(f_r_, r_cm);
  double wr = (r_cm - f_r_[c]) / (f_r_[c + 1] - f_r_[c]);
  if (rules_ == InterpolationRules::s1) wr = std::clamp(wr, 0.0, 1.0);
  const double a = here[c] * (1.0 - wr) + here[c + 1] * wr;
  const double b = next[c] * (1.0 - wr) + next[c + 1] * wr;
  return std::max(0.0, a * (1.0 - wt) + b * wt);
}

double SourceEvaluator::geometry_and_radial(double r_cm, double r2, double away_cm) const {
  const double beyond_line = r2 - 0.25 * length_cm_ * length_cm_;
  double geometry = 0.0;
  if (!(length_cm_ > 0.0))
    geometry = 1.0 / r2;
  else if (away_cm > 0.0)
    geometry = std::atan2(length_cm_ * away_cm, beyond_line) / (length_cm_ * away_cm);
  else
    geometry = 1.0 / beyond_line;  // on the axis beyond the capsule's end, which lies beyond the line's
  return scale_ * geometry * radial(r_cm);
}

double SourceEvaluator::rate_2d(double along_cm, double away_cm) const {
  double along = std::abs(along_cm);
  double away = away_cm;
  const double to_wall = capsule_radius_cm_ - away;
  const double to_end = half_capsule_cm_ - along;
  if (to_wall > 0.0 && to_end > 0.0) (to_wall <= to_end ? away : along) = to_wall <= to_end ? capsule_radius_cm_ : half_capsule_cm_;
  const double r2 = along * along + away * away;
  const double r = std::sqrt(r2);
  return geometry_and_radial(r, r2, away) * anisotropy(r, std::atan2(away, along) * kDegreesPerRadian);
}

double SourceEvaluator::rate_1d(double r_cm) const {
  const double r = std::max(r_cm, capsule_radius_cm_);
  double phi = phi_.front();
  if (phi_.size() > 1) {
    const std::size_t i = counted_interval(phi_r_, r);
    const double w = std::clamp((r - phi_r_[i]) / (phi_r_[i + 1] - phi_r_[i]), 0.0, 1.0);
    phi = phi_[i] * (1.0 - w) + phi_[i + 1] * w;
  }
  return geometry_and_radial(r, r * r, r) * phi;
}

}  // namespace seedaudit
