// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/detection/reference_finder.h"

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace seedaudit::bench {
namespace {

constexpr double kFirstThresholdHu = 600.0;
constexpr double kPeakShare = 0.45;
constexpr double kLargestSingleMm3 = 120.0;  // a seed with its blooming; what is larger says nothing about the peak of one
constexpr std::size_t kMostSeeds = 12;       // of one component; larger ones are bone and devices

struct Voxel {
  Eigen::Vector3d mm;
  double weight;  ///< HU above soft tissue
};

using Component = std::vector<Voxel>;

double peak(const Component& c) {
  double p = 0.0;
  for (const auto& v : c) p = std::max(p, v.weight);
  return p;
}

/// Components of voxels at or above the threshold, touching by face, edge or corner.
std::vector<Component> components(const CtVolume& ct, double threshold) {
  const auto& size = ct.grid.size();
  std::vector<std::uint8_t> seen(ct.hu.size(), 0);
  std::vector<Component> out;
  std::vector<Index3> stack;
  const auto visit = [&](int i, int j, int k) {
    if (!ct.grid.inside(i, j, k)) return;
    const std::size_t at = ct.grid.offset(i, j, k);
    if (seen[at] != 0 || ct.hu[at] < threshold) return;
    seen[at] = 1;
    stack.push_back({i, j, k});
  };
  for (int k = 0; k < size[2]; ++k)
    for (int j = 0; j < size[1]; ++j)
      for (int i = 0; i < size[0]; ++i) {
        visit(i, j, k);
        if (stack.empty()) continue;
        out.emplace_back();
        while (!stack.empty()) {
          const Index3 v = stack.back();
          stack.pop_back();
          out.back().push_back({ct.grid.center_of(v).mm, static_cast<double>(ct.at(v[0], v[1], v[2]))});
          for (int dk = -1; dk <= 1; ++dk)
            for (int dj = -1; dj <= 1; ++dj)
              for (int di = -1; di <= 1; ++di) visit(v[0] + di, v[1] + dj, v[2] + dk);
        }
      }
  return out;
}

double nearest_rank(std::vector<double> v, double q) {
  std::sort(v.begin(), v.end());
  return v[static_cast<std::size_t>(q * static_cast<double>(v.size() - 1) + 0.5)];
}

/// Weighted Lloyd iterations from the farthest-point start.
std::vector<Eigen::Vector3d> k_means(const Component& c, std::size_t k) {
  Eigen::Vector3d mean = Eigen::Vector3d::Zero();
  for (const auto& v : c) mean += v.mm / static_cast<double>(c.size());
  std::vector<Eigen::Vector3d> centers;
  const auto nearest = [&](const Eigen::Vector3d& p) {
    std::size_t best = 0;
    for (std::size_t n = 1; n < centers.size(); ++n)
      if ((centers[n] - p).squaredNorm() < (centers[best] - p).squaredNorm()) best = n;
    return best;
  };
  while (centers.size() < k) {
    double far = -1.0;
    Eigen::Vector3d next = mean;
    for (const auto& v : c) {
      const double d = centers.empty() ? (v.mm - mean).squaredNorm() : (centers[nearest(v.mm)] - v.mm).squaredNorm();
      if (d > far) {
        far = d;
        next = v.mm;
      }
    }
    centers.push_back(next);
  }
  for (int iteration = 0; iteration < 50; ++iteration) {
    std::vector<Eigen::Vector3d> sum(k, Eigen::Vector3d::Zero());
    std::vector<double> mass(k, 0.0);
    for (const auto& v : c) {
      const std::size_t n = nearest(v.mm);
      sum[n] += v.weight * v.mm;
      mass[n] += v.weight;
    }
    for (std::size_t n = 0; n < k; ++n)
      if (mass[n] > 0.0) centers[n] = sum[n] / mass[n];
  }
  return centers;
}

struct Gaussian {
  Eigen::Vector3d mean = Eigen::Vector3d::Zero();
  Eigen::Matrix3d covariance = Eigen::Matrix3d::Identity();
  double share = 1.0;
};

/// Expectation and maximisation on weighted voxels.
std::vector<Gaussian> mixture(const Component& c, const std::vector<Eigen::Vector3d>& start, const Eigen::Vector3d& spacing) {
  std::vector<Gaussian> g(start.size());
  for (std::size_t n = 0; n < g.size(); ++n) g[n] = {start[n], Eigen::Matrix3d::Identity(), 1.0 / static_cast<double>(g.size())};
  // A voxel's own extent keeps the covariance from collapsing in a single slice.
  const Eigen::Matrix3d floor = (spacing.cwiseAbs2() / 12.0).asDiagonal();
  std::vector<double> belongs(c.size() * g.size());
  const int iterations = g.size() == 1 ? 1 : 40;
  for (int iteration = 0; iteration < iterations; ++iteration) {
    for (std::size_t v = 0; v < c.size(); ++v) {
      double sum = 0.0;
      for (std::size_t n = 0; n < g.size(); ++n) {
        const Eigen::LLT<Eigen::Matrix3d> root(g[n].covariance);
        const Eigen::Vector3d d = root.matrixL().solve(c[v].mm - g[n].mean);
        const double scale = Eigen::Matrix3d(root.matrixL()).determinant();
        sum += belongs[v * g.size() + n] = g[n].share * std::exp(-0.5 * d.squaredNorm()) / scale + 1e-300;
      }
      for (std::size_t n = 0; n < g.size(); ++n) belongs[v * g.size() + n] /= sum;
    }
    double total = 0.0;
    for (const auto& v : c) total += v.weight;
    for (std::size_t n = 0; n < g.size(); ++n) {
      double mass = 1e-12;
      Eigen::Vector3d mean = Eigen::Vector3d::Zero();
      for (std::size_t v = 0; v < c.size(); ++v) {
        const double w = c[v].weight * belongs[v * g.size() + n];
        mass += w;
        mean += w * c[v].mm;
      }
      mean /= mass;
      Eigen::Matrix3d covariance = Eigen::Matrix3d::Zero();
      for (std::size_t v = 0; v < c.size(); ++v) {
        const Eigen::Vector3d d = c[v].mm - mean;
        covariance += c[v].weight * belongs[v * g.size() + n] * d * d.transpose();
      }
      g[n] = {mean, covariance / mass + floor, mass / total};
    }
  }
  return g;
}

}  // namespace

std::vector<SeedPose> find_by_components(const CtVolume& ct) {
  const double voxel = ct.grid.voxel_volume_mm3();
  std::vector<double> peaks;
  for (const auto& c : components(ct, kFirstThresholdHu))
    if (static_cast<double>(c.size()) * voxel <= kLargestSingleMm3 && peak(c) > 1.3 * kFirstThresholdHu) peaks.push_back(peak(c));
  if (peaks.empty()) return {};
  const double threshold = kPeakShare * nearest_rank(peaks, 0.5);
  auto parts = components(ct, threshold);
  // Crumbs of noise and streaks are no seeds.
  std::erase_if(parts, [&](const Component& c) { return peak(c) < 1.25 * threshold; });
  if (parts.empty()) return {};
  std::vector<double> volumes;
  for (const auto& c : parts)
    if (const double v = static_cast<double>(c.size()) * voxel; v <= 2.0 * kLargestSingleMm3) volumes.push_back(v);
  if (volumes.empty()) return {};
  const double single = nearest_rank(volumes, 0.3);
  std::vector<SeedPose> out;
  for (const auto& c : parts) {
    const double ratio = static_cast<double>(c.size()) * voxel / single;
    if (ratio < 0.3) continue;
    const auto count = static_cast<std::size_t>(std::max(1.0, std::round(ratio)));
    if (count > kMostSeeds) continue;
    for (const auto& g : mixture(c, k_means(c, count), ct.grid.spacing_mm())) {
      const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> axes(g.covariance);
      out.push_back({{g.mean}, {axes.eigenvectors().col(2)}});
    }
  }
  return out;
}

}  // namespace seedaudit::bench
