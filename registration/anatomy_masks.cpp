// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/anatomy_masks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/parallel.h"

namespace seedaudit {
namespace {

constexpr float kFar = 1e10F;              // squared mm: no mask voxel anywhere
constexpr double kCouchHalfThickness = 7;  // mm; couch shells and clothes are thinner than twice this, bodies are not
constexpr float kBoneGray = 200.0F;        // HU mean over ~2 mm: above soft tissue with contrast agent
constexpr std::int16_t kDenseHu = 450;     // any voxel above: cortical bone, lipiodol, calcification

/// Lower envelope of parabolas along one line; f holds squared distances, h is the spacing.
void envelope(std::vector<float>& f, std::vector<float>& out, std::vector<int>& v, std::vector<float>& z, float h) {
  const int n = static_cast<int>(f.size());
  const auto at = [](int i) { return static_cast<std::size_t>(i); };
  int k = -1;
  for (int q = 0; q < n; ++q) {
    if (f[at(q)] >= kFar) continue;
    const float x = static_cast<float>(q) * h;
    while (k >= 0) {
      const float xv = static_cast<float>(v[at(k)]) * h;
      const float s = ((f[at(q)] + x * x) - (f[at(v[at(k)])] + xv * xv)) / (2.0F * (x - xv));
      if (s > z[at(k)]) {
        z[at(k + 1)] = s;
        break;
      }
      --k;
    }
    if (k < 0) z[0] = -std::numeric_limits<float>::infinity();
    v[at(++k)] = q;
  }
  if (k < 0) {
    std::fill(out.begin(), out.end(), kFar);
    return;
  }
  int j = 0;
  for (int q = 0; q < n; ++q) {
    const float x = static_cast<float>(q) * h;
    while (j < k && z[at(j + 1)] < x) ++j;
    const float d = x - static_cast<float>(v[at(j)]) * h;
    out[at(q)] = d * d + f[at(v[at(j)])];
  }
}

/// Keeps the largest 6-connected part.
void keep_largest(std::vector<std::uint8_t>& mask, const WorkGrid& grid) {
  std::vector<std::uint32_t> label(mask.size(), 0);
  std::vector<std::size_t> stack;
  std::uint32_t next = 0, best = 0;
  std::size_t best_size = 0;
  const std::array<std::size_t, 3> stride{1, static_cast<std::size_t>(grid.size[0]),
                                          static_cast<std::size_t>(grid.size[0]) * static_cast<std::size_t>(grid.size[1])};
  for (std::size_t seed = 0; seed < mask.size(); ++seed) {
    if (mask[seed] == 0 || label[seed] != 0) continue;
    label[seed] = ++next;
    stack.assign(1, seed);
    std::size_t n = 0;
    while (!stack.empty()) {
      const std::size_t o = stack.back();
      stack.pop_back();
      ++n;
      for (std::size_t a = 0; a < 3; ++a) {
        const auto i = static_cast<int>((o / stride[a]) % static_cast<std::size_t>(grid.size[a]));
        if (i > 0 && mask[o - stride[a]] != 0 && label[o - stride[a]] == 0) {
          label[o - stride[a]] = next;
          stack.push_back(o - stride[a]);
        }
        if (i + 1 < grid.size[a] && mask[o + stride[a]] != 0 && label[o + stride[a]] == 0) {
          label[o + stride[a]] = next;
          stack.push_back(o + stride[a]);
        }
      }
    }
    if (n > best_size) {
      best_size = n;
      best = next;
    }
  }
  for (std::size_t o = 0; o < mask.size(); ++o) mask[o] = label[o] == best && best != 0 ? 1 : 0;
}

/// Fills what the rim of each slice cannot reach: lungs, bowel gas.
void fill_slices(std::vector<std::uint8_t>& mask, const WorkGrid& grid) {
  parallel_for(static_cast<std::size_t>(grid.size[2]), [&](std::size_t slice) {
    const int w = grid.size[0], h = grid.size[1];
    const std::size_t base = grid.offset(0, 0, static_cast<int>(slice));
    std::vector<std::uint8_t> outside(static_cast<std::size_t>(w) * static_cast<std::size_t>(h), 0);
    std::vector<std::pair<int, int>> stack;
    const auto push = [&](int i, int j) {
      if (i < 0 || j < 0 || i >= w || j >= h) return;
      const std::size_t o = static_cast<std::size_t>(i) + static_cast<std::size_t>(w) * static_cast<std::size_t>(j);
      if (outside[o] != 0 || mask[base + o] != 0) return;
      outside[o] = 1;
      stack.emplace_back(i, j);
    };
    for (int i = 0; i < w; ++i) {
      push(i, 0);
      push(i, h - 1);
    }
    for (int j = 0; j < h; ++j) {
      push(0, j);
      push(w - 1, j);
    }
    while (!stack.empty()) {
      const auto [i, j] = stack.back();
      stack.pop_back();
      push(i - 1, j);
      push(i + 1, j);
      push(i, j - 1);
      push(i, j + 1);
    }
    for (std::size_t o = 0; o < outside.size(); ++o) mask[base + o] = outside[o] == 0 ? 1 : 0;
  });
}

/// Threshold between background and patient for images without a HU scale (Otsu, IEEE Trans SMC 9:62, 1979).
float otsu(const std::vector<float>& gray) {
  constexpr int kBins = 128;
  std::vector<double> histogram(kBins, 0.0);
  for (const float g : gray) {
    const double f = static_cast<double>((g - kGrayLow) / (kGrayHigh - kGrayLow)) * kBins;
    histogram[static_cast<std::size_t>(std::clamp(static_cast<int>(f), 0, kBins - 1))] += 1.0;
  }
  double total = 0.0, mean = 0.0;
  for (int b = 0; b < kBins; ++b) {
    total += histogram[static_cast<std::size_t>(b)];
    mean += b * histogram[static_cast<std::size_t>(b)];
  }
  double below = 0.0, below_mean = 0.0, best = -1.0;
  int cut = kBins / 4;
  for (int b = 0; b + 1 < kBins; ++b) {
    below += histogram[static_cast<std::size_t>(b)];
    below_mean += b * histogram[static_cast<std::size_t>(b)];
    if (!(below > 0.0) || !(below < total)) continue;
    const double d = below_mean / below - (mean - below_mean) / (total - below);
    const double between = below * (total - below) * d * d;
    if (between > best) {
      best = between;
      cut = b + 1;
    }
  }
  // Half way down: dark tissue belongs to the patient.
  return kGrayLow + (kGrayHigh - kGrayLow) * static_cast<float>(cut) / kBins * 0.5F;
}

}  // namespace

std::vector<float> distance_to(const std::vector<std::uint8_t>& mask, const WorkGrid& grid) {
  std::vector<float> d(mask.size());
  for (std::size_t o = 0; o < mask.size(); ++o) d[o] = mask[o] != 0 ? 0.0F : kFar;
  const std::array<std::size_t, 3> stride{1, static_cast<std::size_t>(grid.size[0]),
                                          static_cast<std::size_t>(grid.size[0]) * static_cast<std::size_t>(grid.size[1])};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const std::size_t u = axis == 0 ? 1 : 0;
    const std::size_t w = axis == 2 ? 1 : 2;
    const auto n = static_cast<std::size_t>(grid.size[axis]);
    const auto h = static_cast<float>(grid.spacing_mm[static_cast<int>(axis)]);
    parallel_for(static_cast<std::size_t>(grid.size[w]), [&](std::size_t b) {
      std::vector<float> f(n), out(n), z(n + 1);
      std::vector<int> v(n);
      for (std::size_t a = 0; a < static_cast<std::size_t>(grid.size[u]); ++a) {
        float* const first = d.data() + a * stride[u] + b * stride[w];
        for (std::size_t i = 0; i < n; ++i) f[i] = first[i * stride[axis]];
        envelope(f, out, v, z, h);
        for (std::size_t i = 0; i < n; ++i) first[i * stride[axis]] = out[i];
      }
    });
  }
  for (float& x : d) x = std::sqrt(x);
  return d;
}

AnatomyMasks find_anatomy(const BaseImage& image, double metal_hu) {
  AnatomyMasks out;
  const WorkGrid& grid = image.grid;
  const std::size_t n = grid.count();
  const float skin = image.is_ct ? gray_of_hu(-300.0) : otsu(image.gray);
  std::vector<std::uint8_t> tissue(n), core(n);
  for (std::size_t o = 0; o < n; ++o) tissue[o] = image.gray[o] > skin ? 1 : 0;

  // Opening: what is thinner than the couch shell goes, and the largest part that remains is the patient. The image border is no border of
  // the patient, so distance is measured to air inside the image only.
  std::vector<std::uint8_t> air(n);
  for (std::size_t o = 0; o < n; ++o) air[o] = tissue[o] == 0 ? 1 : 0;
  const std::vector<float> depth = distance_to(air, grid);
  for (std::size_t o = 0; o < n; ++o) core[o] = depth[o] > static_cast<float>(kCouchHalfThickness) ? 1 : 0;
  keep_largest(core, grid);
  const std::vector<float> from_core = distance_to(core, grid);
  out.body.resize(n);
  for (std::size_t o = 0; o < n; ++o) out.body[o] = tissue[o] != 0 && from_core[o] <= static_cast<float>(kCouchHalfThickness + 2.0) ? 1 : 0;
  fill_slices(out.body, grid);

  std::vector<std::uint8_t> metal(n, 0), bone(n, 0), outside(n, 0);
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  double count = 0.0;
  for (int k = 0; k < grid.size[2]; ++k)
    for (int j = 0; j < grid.size[1]; ++j)
      for (int i = 0; i < grid.size[0]; ++i) {
        const std::size_t o = grid.offset(i, j, k);
        outside[o] = out.body[o] == 0 ? 1 : 0;
        if (out.body[o] == 0) continue;
        sum += Eigen::Vector3d(i, j, k);
        count += 1.0;
        if (!image.is_ct) continue;
        metal[o] = static_cast<double>(image.peak_hu[o]) >= metal_hu ? 1 : 0;
        bone[o] = image.gray[o] >= kBoneGray || image.peak_hu[o] >= kDenseHu ? 1 : 0;
      }
  out.metal_distance_mm = distance_to(metal, grid);
  out.bone_distance_mm = distance_to(bone, grid);
  out.skin_depth_mm = distance_to(outside, grid);
  out.body_volume_cc = count * grid.spacing_mm.prod() / 1000.0;
  out.body_center_mm = grid.mm_of(count > 0.0 ? Eigen::Vector3d(sum / count) : Eigen::Vector3d::Zero());
  return out;
}

}  // namespace seedaudit
