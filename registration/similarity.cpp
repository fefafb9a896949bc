// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/similarity.h"

#include <algorithm>
#include <cmath>

namespace seedaudit {
namespace {

using Vector6 = Eigen::Matrix<double, 6, 1>;
using Matrix6 = Eigen::Matrix<double, 6, 6>;

/// Cubic B-spline weights of four bins from the one below, and their derivatives (Mattes et al., IEEE TMI 22:120, 2003).
struct Spline {
  int first = 0;
  float w[4]{};
  float d[4]{};
};

Spline spline_at(float x) {
  Spline s;
  const float fl = std::floor(x);
  const float t = x - fl;
  s.first = static_cast<int>(fl) - 1;
  const float u = 1.0F - t;
  s.w[0] = u * u * u / 6.0F;
  s.w[1] = 2.0F / 3.0F - t * t + 0.5F * t * t * t;
  s.w[2] = 2.0F / 3.0F - u * u + 0.5F * u * u * u;
  s.w[3] = t * t * t / 6.0F;
  s.d[0] = -0.5F * u * u;
  s.d[1] = -2.0F * t + 1.5F * t * t;
  s.d[2] = 2.0F * u - 1.5F * u * u;
  s.d[3] = 0.5F * t * t;
  return s;
}

double entropy(const std::vector<double>& p) {
  double h = 0.0;
  for (const double x : p)
    if (x > 0.0) h -= x * std::log(x);
  return h;
}

/// A sample that met the moving image.
struct Hit {
  std::size_t index;
  float moving_bin;
  Eigen::Vector3f gradient;
};

/// \param at position in the moving image of sample s
template <class At>
Similarity evaluate(const SampleSet& fixed, const WorkImage& moving, const SimilarityOptions& options, const At& at,
                    std::vector<SampleSlope>* slopes) {
  Similarity out;
  // Two bins of margin on each side, so that no spline weight leaves the table.
  const int rows = options.bins + 1;
  const int columns = options.bins + 4;
  const float per_gray = static_cast<float>(options.bins - 1) / (options.high - options.low);
  const auto cell = [&](int a, int b) {
    return static_cast<std::size_t>(a) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(b);
  };
  std::vector<double> joint(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns), 0.0);
  std::vector<Hit> hits;
  if (slopes != nullptr) hits.reserve(fixed.mm.size());

  double total = 0.0, met = 0.0;
  Eigen::Vector3f gradient = Eigen::Vector3f::Zero();
  const auto clamp_gray = [&](float g) { return std::clamp(g, options.low, options.high); };
  for (std::size_t s = 0; s < fixed.mm.size(); ++s) {
    const double weight = static_cast<double>(fixed.weight[s]);
    total += weight;
    float value = 0.0F;
    if (!moving.sample(at(s), value, gradient)) continue;
    met += weight;
    const float a = (clamp_gray(fixed.gray[s]) - options.low) * per_gray;
    const float b = (clamp_gray(value) - options.low) * per_gray + 2.0F;
    const int a0 = static_cast<int>(a);
    const double fa = static_cast<double>(a) - a0;
    const Spline sp = spline_at(b);
    for (int q = 0; q < 4; ++q) {
      const double w = weight * static_cast<double>(sp.w[q]);
      joint[cell(a0, sp.first + q)] += w * (1.0 - fa);
      joint[cell(a0 + 1, sp.first + q)] += w * fa;
    }
    if (slopes != nullptr) {
      const bool cut = value <= options.low || value >= options.high;
      hits.push_back({s, b, cut ? Eigen::Vector3f::Zero() : Eigen::Vector3f(gradient * per_gray)});
    }
  }
  out.overlap = total > 0.0 ? met / total : 0.0;
  if (!(met > 0.0)) return out;

  for (double& p : joint) p /= met;
  std::vector<double> marginal_fixed(static_cast<std::size_t>(rows), 0.0), marginal_moving(static_cast<std::size_t>(columns), 0.0);
  for (int a = 0; a < rows; ++a)
    for (int b = 0; b < columns; ++b) {
      marginal_fixed[static_cast<std::size_t>(a)] += joint[cell(a, b)];
      marginal_moving[static_cast<std::size_t>(b)] += joint[cell(a, b)];
    }
  const double hf = entropy(marginal_fixed), hm = entropy(marginal_moving), hj = entropy(joint);
  const double sum = hf + hm;
  if (!(sum > 1e-9)) return out;
  out.value = 2.0 * (sum - hj) / sum;
  if (slopes == nullptr) return out;

  // value = 2 - 2 HJ / (HF + HM). Samples do not leave the table, so HF stays: d value = -2 (dHJ S - HJ dHM) / S^2 with
  // dH = -sum dp log p, as the dp of a sample add up to zero.
  std::vector<double> slope(joint.size());
  for (int a = 0; a < rows; ++a)
    for (int b = 0; b < columns; ++b) {
      const double lj = joint[cell(a, b)] > 0.0 ? std::log(joint[cell(a, b)]) : -30.0;
      const double lm = marginal_moving[static_cast<std::size_t>(b)] > 0.0 ? std::log(marginal_moving[static_cast<std::size_t>(b)]) : -30.0;
      slope[cell(a, b)] = 2.0 * (lj * sum - hj * lm) / (sum * sum);
    }
  slopes->reserve(hits.size());
  for (const Hit& h : hits) {
    const float a = (clamp_gray(fixed.gray[h.index]) - options.low) * per_gray;
    const int a0 = static_cast<int>(a);
    const double fa = static_cast<double>(a) - a0;
    const Spline sp = spline_at(h.moving_bin);
    double per_bin = 0.0;
    for (int q = 0; q < 4; ++q)
      per_bin += static_cast<double>(sp.d[q]) * ((1.0 - fa) * slope[cell(a0, sp.first + q)] + fa * slope[cell(a0 + 1, sp.first + q)]);
    per_bin *= static_cast<double>(fixed.weight[h.index]) / met;
    slopes->push_back({h.index, h.gradient.cast<double>() * per_bin});
  }
  return out;
}

}  // namespace

Eigen::Matrix3d rotation_of(const Eigen::Vector3d& rotation_vector) {
  const double angle = rotation_vector.norm();
  if (!(angle > 1e-12)) return Eigen::Matrix3d::Identity();
  return Eigen::AngleAxisd(angle, rotation_vector / angle).toRotationMatrix();
}

Similarity similarity(const SampleSet& fixed, const WorkImage& moving, const Eigen::Isometry3d& moving_from_fixed,
                      const Eigen::Vector3d& pivot_mm, const SimilarityOptions& options, bool with_gradient) {
  const Eigen::Matrix3d rotation = moving_from_fixed.linear();
  const Eigen::Vector3d translation = moving_from_fixed.translation();
  const auto at = [&](std::size_t s) -> Eigen::Vector3d { return rotation * fixed.mm[s].cast<double>() + translation; };
  std::vector<SampleSlope> slopes;
  Similarity out = evaluate(fixed, moving, options, at, with_gradient ? &slopes : nullptr);
  for (const SampleSlope& s : slopes) {
    const Eigen::Vector3d arm = (at(s.index) - pivot_mm).cast<float>().cast<double>();
    out.gradient.head<3>() += s.per_mm;
    out.gradient.tail<3>() += arm.cross(s.per_mm);
  }
  return out;
}

Similarity similarity_at(const SampleSet& fixed, const WorkImage& moving, const std::vector<Eigen::Vector3d>& moved_mm,
                         const SimilarityOptions& options, std::vector<SampleSlope>& slopes) {
  slopes.clear();
  return evaluate(
      fixed, moving, options, [&](std::size_t s) -> const Eigen::Vector3d& { return moved_mm[s]; }, &slopes);
}

Refined refine(const SampleSet& fixed, const WorkImage& moving, const Eigen::Isometry3d& start, const Eigen::Vector3d& pivot_fixed_mm,
               const RefineOptions& options) {
  Refined best;
  best.moving_from_fixed = start;
  const auto evaluate = [&](const Eigen::Isometry3d& t) {
    Similarity s = similarity(fixed, moving, t, t * pivot_fixed_mm, options.similarity, true);
    s.gradient.tail<3>() /= options.lever_mm;  // now per mm of lever
    return s;
  };
  // A step in (mm, mm of lever), applied on the moving side about the moving pivot.
  const auto stepped = [&](const Eigen::Isometry3d& t, const Vector6& step) {
    const Eigen::Vector3d pivot = t * pivot_fixed_mm;
    const Eigen::Matrix3d turn = rotation_of(step.tail<3>() / options.lever_mm);
    Eigen::Isometry3d next = Eigen::Isometry3d::Identity();
    next.linear() = turn * t.linear();
    next.translation() = turn * (t.translation() - pivot) + pivot + step.head<3>();
    return next;
  };
  Similarity now = evaluate(start);
  best.value = now.value;
  best.overlap = now.overlap;
  if (now.overlap < options.least_overlap) return best;

  Matrix6 inverse_hessian = Matrix6::Identity();
  bool scaled = false;
  for (int it = 0; it < options.iterations; ++it) {
    best.iterations = it + 1;
    Vector6 step = inverse_hessian * now.gradient;
    if (!scaled || !(step.dot(now.gradient) > 0.0)) {
      const double norm = now.gradient.norm();
      if (!(norm > 1e-12)) break;
      step = now.gradient * (options.first_step_mm / norm);
      inverse_hessian = Matrix6::Identity() * (options.first_step_mm / norm);
      scaled = true;
    }
    const double limit = 4.0 * options.first_step_mm;
    if (step.norm() > limit) step *= limit / step.norm();
    double length = 1.0;
    Similarity next;
    Eigen::Isometry3d candidate;
    bool found = false;
    for (int tries = 0; tries < 12; ++tries, length *= 0.5) {
      if (length * step.norm() < options.last_step_mm * 0.5) break;
      candidate = stepped(best.moving_from_fixed, length * step);
      next = evaluate(candidate);
      if (next.overlap >= options.least_overlap && next.value > now.value + 1e-4 * length * step.dot(now.gradient)) {
        found = true;
        break;
      }
    }
    if (!found) {
      if (inverse_hessian.isApprox(Matrix6::Identity() * inverse_hessian(0, 0))) break;
      // The curvature is stale: once more along the gradient.
      const double norm = now.gradient.norm();
      if (!(norm > 1e-12)) break;
      inverse_hessian = Matrix6::Identity() * (0.25 * options.first_step_mm / norm);
      continue;
    }
    const Vector6 moved = length * step;
    const Vector6 change = now.gradient - next.gradient;  // of the negated function, to be minimised
    const double curvature = moved.dot(change);
    if (curvature > 1e-14) {
      const double rho = 1.0 / curvature;
      const Matrix6 left = Matrix6::Identity() - rho * moved * change.transpose();
      inverse_hessian = left * inverse_hessian * left.transpose() + rho * moved * moved.transpose();
    }
    best.moving_from_fixed = candidate;
    best.value = next.value;
    best.overlap = next.overlap;
    now = next;
    if (moved.norm() < options.last_step_mm) break;
  }
  return best;
}

}  // namespace seedaudit
