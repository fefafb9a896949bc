// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/voxel_patch.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace seedaudit {

namespace {

constexpr std::size_t kRingSamples = 20;

// Median of the ring around one voxel, samples outside the volume left out.
float ring_median(const CtVolume& ct, const std::array<std::array<int, 2>, kRingSamples>& ring, int i, int j, int k) {
  std::array<std::int16_t, kRingSamples> v;
  std::size_t m = 0;
  for (const auto& d : ring)
    if (ct.grid.inside(i + d[0], j + d[1], k)) v[m++] = ct.at(i + d[0], j + d[1], k);
  if (m == 0) return static_cast<float>(ct.at(i, j, k));
  const auto middle = v.begin() + static_cast<std::ptrdiff_t>(m / 2);
  std::nth_element(v.begin(), middle, v.begin() + static_cast<std::ptrdiff_t>(m));
  return static_cast<float>(*middle);
}

// 3 x 3 mean in each slice: the ring median jumps where a bright object enters the ring.
void smooth(std::vector<float>& values, const Index3& size) {
  std::vector<float> out(values.size());
  const auto at = [&](int i, int j, int k) {
    return static_cast<std::size_t>(i) +
           static_cast<std::size_t>(size[0]) *
               (static_cast<std::size_t>(j) + static_cast<std::size_t>(size[1]) * static_cast<std::size_t>(k));
  };
  for (int k = 0; k < size[2]; ++k)
    for (int j = 0; j < size[1]; ++j)
      for (int i = 0; i < size[0]; ++i) {
        float sum = 0.0F;
        int n = 0;
        for (int y = std::max(0, j - 1); y <= std::min(size[1] - 1, j + 1); ++y)
          for (int x = std::max(0, i - 1); x <= std::min(size[0] - 1, i + 1); ++x) {
            sum += values[at(x, y, k)];
            ++n;
          }
        out[at(i, j, k)] = sum / static_cast<float>(n);
      }
  values = std::move(out);
}

// Noise of voxels that are no object, HU, as in measure_scan but from nearer neighbours: beside metal few photons arrive. 0 where such
// voxels are too few to tell.
double local_noise(const VoxelPatch& patch, const std::vector<std::uint8_t>& is_object) {
  constexpr int kStep = 2;
  constexpr std::size_t kEnough = 40;
  std::vector<float> differences;
  for (int k = 0; k < patch.size[2]; ++k)
    for (int j = 0; j < patch.size[1]; ++j)
      for (int i = kStep; i + kStep < patch.size[0]; ++i) {
        const auto a = patch.offset(i - kStep, j, k), b = patch.offset(i, j, k), c = patch.offset(i + kStep, j, k);
        if (is_object[a] || is_object[b] || is_object[c]) continue;
        differences.push_back(std::abs(patch.hu[a] - 2.0F * patch.hu[b] + patch.hu[c]));
      }
  if (differences.size() < kEnough) return 0.0;
  // The lowest quarter: where droplets and vessels fill half a patch, the rest still tells noise.
  const auto quarter = differences.begin() + static_cast<std::ptrdiff_t>(differences.size() / 4);
  std::nth_element(differences.begin(), quarter, differences.end());
  return static_cast<double>(*quarter) / (0.31864 * std::sqrt(6.0));
}

}  // namespace

VoxelPatch cut_patch(const CtVolume& ct, const ScanStatistics& scan, double ring_radius_mm, const Index3& low, const Index3& high) {
  VoxelPatch p;
  p.spacing_mm = ct.grid.spacing_mm();
  for (std::size_t a = 0; a < 3; ++a) {
    p.low[a] = std::max(0, low[a]);
    p.size[a] = std::min(ct.grid.size()[a] - 1, high[a]) - p.low[a] + 1;
  }
  const std::size_t n = static_cast<std::size_t>(p.size[0]) * static_cast<std::size_t>(p.size[1]) * static_cast<std::size_t>(p.size[2]);
  p.hu.reserve(n);
  p.clip.reserve(n);
  p.background_hu.reserve(n);
  std::array<std::array<int, 2>, kRingSamples> ring;
  for (std::size_t r = 0; r < kRingSamples; ++r) {
    const double a = 2.0 * 3.14159265358979323846 * static_cast<double>(r) / kRingSamples;
    ring[r] = {static_cast<int>(std::lround(ring_radius_mm * std::cos(a) / p.spacing_mm[0])),
               static_cast<int>(std::lround(ring_radius_mm * std::sin(a) / p.spacing_mm[1]))};
  }
  const double top = scan.saturation_hu ? *scan.saturation_hu - 0.5 : 1e9;
  for (int k = 0; k < p.size[2]; ++k)
    for (int j = 0; j < p.size[1]; ++j)
      for (int i = 0; i < p.size[0]; ++i) {
        const double v = ct.at(p.low[0] + i, p.low[1] + j, p.low[2] + k);
        p.hu.push_back(static_cast<float>(v));
        p.clip.push_back(v >= top ? VoxelPatch::kHigh : v <= scan.floor_hu ? VoxelPatch::kLow : VoxelPatch::kNone);
        p.background_hu.push_back(ring_median(ct, ring, p.low[0] + i, p.low[1] + j, p.low[2] + k));
      }
  smooth(p.background_hu, p.size);
  p.sigma.assign(n, 1.0F);
  return p;
}

void weigh_patch(VoxelPatch& patch, const std::vector<std::uint8_t>& is_object, double noise_hu, double model_error) {
  std::vector<float> rest;
  for (std::size_t v = 0; v < patch.count(); ++v)
    if (!is_object[v]) rest.push_back(patch.hu[v] - patch.background_hu[v]);
  if (rest.size() < 8)
    for (std::size_t v = 0; v < patch.count(); ++v) rest.push_back(patch.hu[v] - patch.background_hu[v]);
  const auto quantile = [&](double q) {
    const auto at = static_cast<std::ptrdiff_t>(q * static_cast<double>(rest.size() - 1));
    std::nth_element(rest.begin(), rest.begin() + at, rest.end());
    return static_cast<double>(rest[static_cast<std::size_t>(at)]);
  };
  patch.noise_hu = std::max(noise_hu, local_noise(patch, is_object));
  // The inner half of the distribution: halo and lobes of the seeds themselves fill its tails.
  patch.texture_hu = std::max(noise_hu, (quantile(0.75) - quantile(0.25)) / 1.349);

  for (int k = 0; k < patch.size[2]; ++k)
    for (int j = 0; j < patch.size[1]; ++j)
      for (int i = 0; i < patch.size[0]; ++i) {
        double sum = 0.0;
        int n = 0;
        for (int dj = -1; dj <= 1; ++dj)
          for (int di = -1; di <= 1; ++di) {
            const int x = i + di, y = j + dj;
            if (x < 0 || y < 0 || x >= patch.size[0] || y >= patch.size[1]) continue;
            const auto v = patch.offset(x, y, k);
            sum += std::abs(patch.hu[v] - patch.background_hu[v]);
            ++n;
          }
        const double signal = sum / n;
        patch.sigma[patch.offset(i, j, k)] =
            static_cast<float>(std::sqrt(patch.texture_hu * patch.texture_hu + model_error * model_error * signal * signal));
      }
}

}  // namespace seedaudit
