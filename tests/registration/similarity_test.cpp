// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/similarity.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "registration/anatomy_masks.h"

namespace seedaudit {
namespace {

/// A smooth image with a hole that may not be used, in a turned frame.
WorkImage image() {
  WorkImage out;
  out.grid.size = {26, 22, 17};
  out.grid.spacing_mm = {2.0, 2.5, 3.0};
  out.grid.origin_mm = {-20.0, 11.0, 5.0};
  out.grid.direction = Eigen::AngleAxisd(0.3, Eigen::Vector3d(0.2, 0.5, 1.0).normalized()).toRotationMatrix();
  out.usable.assign(out.grid.count(), 1);
  for (int k = 0; k < out.grid.size[2]; ++k)
    for (int j = 0; j < out.grid.size[1]; ++j)
      for (int i = 0; i < out.grid.size[0]; ++i)
        out.gray.push_back(static_cast<float>(150.0 * std::sin(0.31 * i + 0.2 * j) * std::cos(0.27 * j - 0.4 * k) + 3.0 * i));
  for (int k = 6; k < 9; ++k) out.usable[out.grid.offset(12, 9, k)] = 0;
  smooth(out, Eigen::Vector3d::Constant(1.5));
  return out;
}

SampleSet samples(const WorkImage& from) {
  SampleSet out;
  std::mt19937 random(3);
  std::uniform_real_distribution<double> part(0.0, 1.0);
  while (out.mm.size() < 4000) {
    const Eigen::Vector3d index(part(random) * 25.0, part(random) * 21.0, part(random) * 16.0);
    float value = 0.0F;
    if (!from.sample(from.grid.mm_of(index), value)) continue;
    out.mm.push_back(from.grid.mm_of(index).cast<float>());
    out.gray.push_back(value + static_cast<float>(20.0 * part(random)));
    out.weight.push_back(static_cast<float>(0.2 + 0.8 * part(random)));
  }
  return out;
}

/// Cubic B-spline, by its definition.
double spline(double x) {
  x = std::abs(x);
  if (x >= 2.0) return 0.0;
  return x < 1.0 ? 2.0 / 3.0 - x * x + 0.5 * x * x * x : std::pow(2.0 - x, 3) / 6.0;
}

/// The same similarity written out over every bin, in double precision.
double slow_similarity(const SampleSet& fixed, const WorkImage& moving, const Eigen::Isometry3d& t, const SimilarityOptions& o) {
  const double per_gray = (o.bins - 1.0) / static_cast<double>(o.high - o.low);
  const auto bin = [&](float g) { return (std::min(std::max(g, o.low), o.high) - o.low) * per_gray; };
  Eigen::MatrixXd joint = Eigen::MatrixXd::Zero(o.bins + 4, o.bins + 4);  // two bins of margin
  for (std::size_t s = 0; s < fixed.mm.size(); ++s) {
    float value = 0.0F;
    if (!moving.sample(t * fixed.mm[s].cast<double>(), value)) continue;
    for (int a = 0; a < joint.rows(); ++a)
      for (int b = 0; b < joint.cols(); ++b)
        joint(a, b) += fixed.weight[s] * std::max(0.0, 1.0 - std::abs(bin(fixed.gray[s]) - (a - 2))) * spline(bin(value) - (b - 2));
  }
  joint /= joint.sum();
  const auto entropy = [](const auto& p) { return -(p.array() > 0.0).select(p.array() * p.array().log(), 0.0).sum(); };
  const double alone = entropy(joint.rowwise().sum()) + entropy(joint.colwise().sum());
  return 2.0 * (alone - entropy(joint)) / alone;
}

Eigen::Isometry3d pose() {
  Eigen::Isometry3d t = Eigen::Isometry3d::Identity();
  t = Eigen::Translation3d(1.3, -2.1, 0.7) * Eigen::AngleAxisd(0.08, Eigen::Vector3d(1.0, -1.0, 0.5).normalized());
  return t;
}

}  // namespace

TEST_CASE("Similarity is that of the definition", "[registration]") {
  const WorkImage moving = image();
  const SampleSet fixed = samples(moving);
  SimilarityOptions o;
  o.bins = 24;
  o.low = -120.0F;  // both ends cut some
  o.high = 160.0F;
  const Similarity s = similarity(fixed, moving, pose(), Eigen::Vector3d::Zero(), o, false);
  CHECK(s.overlap > 0.5);
  CHECK(s.overlap < 0.99);
  // Gray values and their weights are single precision: 1e-7 of each, and 4000 of them average.
  CHECK(std::abs(s.value - slow_similarity(fixed, moving, pose(), o)) < 1e-5);
}

TEST_CASE("The gradient of similarity is that of its value", "[registration]") {
  const WorkImage moving = image();
  const SampleSet fixed = samples(moving);
  SimilarityOptions o;
  o.bins = 24;
  // Every sample stays inside the whole cut range and well within the image: no sample enters or leaves with the step.
  SampleSet inside;
  for (std::size_t n = 0; n < fixed.mm.size(); ++n) {
    const Eigen::Vector3d x = moving.grid.index_of(fixed.mm[n].cast<double>());
    if ((x.array() < 4.0).any() || x[0] > 21.0 || x[1] > 17.0 || x[2] > 12.0) continue;
    if ((x - Eigen::Vector3d(12.0, 9.0, 7.0)).norm() < 5.0) continue;
    inside.mm.push_back(fixed.mm[n]);
    inside.gray.push_back(fixed.gray[n]);
    inside.weight.push_back(fixed.weight[n]);
  }
  REQUIRE(inside.mm.size() > 300);
  const Eigen::Vector3d pivot(4.0, 30.0, 20.0);
  const Similarity here = similarity(inside, moving, pose(), pivot, o, true);
  for (int n = 0; n < 6; ++n) {
    const double step = n < 3 ? 2e-3 : 1e-4;  // mm, rad: small against a voxel, large against single precision
    const auto value = [&](double by) {
      Eigen::Vector3d turn = Eigen::Vector3d::Zero(), shift = Eigen::Vector3d::Zero();
      (n < 3 ? shift : turn)[n % 3] = by;
      Eigen::Isometry3d change = Eigen::Isometry3d::Identity();
      change.linear() = rotation_of(turn);
      change.translation() = pivot + shift - change.linear() * pivot;
      const Eigen::Isometry3d moved = change * pose();
      return similarity(inside, moving, moved, pivot, o, false).value;
    };
    const double expected = (value(step) - value(-step)) / (2.0 * step);
    CAPTURE(n, expected, here.gradient[n]);
    // Trilinear interpolation bends at voxel borders, which some of the samples cross within a step.
    CHECK(std::abs(here.gradient[n] - expected) < 0.02 * here.gradient.segment<3>(n < 3 ? 0 : 3).norm());
  }
}

TEST_CASE("Distances are those to the nearest voxel of the mask, as far as they are asked for", "[registration]") {
  WorkGrid grid;
  grid.size = {19, 14, 11};
  grid.spacing_mm = {2.0, 1.7, 3.1};
  std::vector<std::uint8_t> mask(grid.count(), 0);
  std::mt19937 random(5);
  for (int n = 0; n < 6; ++n) mask[random() % mask.size()] = 1;
  const double reach = 12.0;
  const std::vector<float> d = distance_to(mask, grid, reach);
  for (std::size_t o = 0; o < mask.size(); ++o) {
    const auto place = [&](std::size_t at) {
      const auto w = static_cast<std::size_t>(grid.size[0]), h = static_cast<std::size_t>(grid.size[1]);
      return grid.mm_of(Eigen::Vector3d(static_cast<double>(at % w), static_cast<double>(at / w % h), static_cast<double>(at / w / h)));
    };
    double nearest = 1e9;
    for (std::size_t p = 0; p < mask.size(); ++p)
      if (mask[p] != 0) nearest = std::min(nearest, (place(o) - place(p)).norm());
    if (nearest <= reach)
      CHECK(std::abs(d[o] - nearest) < 1e-4);
    else
      CHECK(d[o] > 100.0F);
  }
}

TEST_CASE("C5-53: An image without the mask is far from it", "[registration]") {
  WorkGrid grid;
  grid.size = {5, 6, 7};
  for (const float d : distance_to(std::vector<std::uint8_t>(grid.count(), 0), grid, 10.0)) CHECK(d > 100.0F);
}

}  // namespace seedaudit
