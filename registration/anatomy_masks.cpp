// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/anatomy_masks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "core/parallel.h"

namespace seedaudit {
namespace {

constexpr float kFar = 1e10F;              // no mask voxel within reach
constexpr double kReachMm = 12.5;          // what anybody asks for: 12 mm, but of metal
constexpr double kCouchHalfThickness = 7;  // mm; couch shells and clothes are thinner than twice this, bodies are not
constexpr double kOpeningReachMm = kCouchHalfThickness + 2.0;
constexpr float kBoneGray = 200.0F;     // HU mean over ~2 mm: above soft tissue with contrast agent
constexpr std::int16_t kDenseHu = 450;  // any voxel above: cortical bone, lipiodol, calcification

/// Squared distance to the nearest zero of the row of n; h is the spacing.
void nearest_in_row(float* row, int n, float h) {
  int last = -1;
  for (int i = 0; i < n; ++i) {
    if (row[i] == 0.0F) last = i;
    if (last >= 0) row[i] = static_cast<float>(i - last) * h;
  }
  last = -1;
  for (int i = n - 1; i >= 0; --i) {
    if (row[i] == 0.0F) last = i;
    if (last >= 0) row[i] = std::min(row[i], static_cast<float>(last - i) * h);
  }
  for (int i = 0; i < n; ++i)
    if (row[i] < kFar) row[i] *= row[i];
}

/// Least of f(i + s) + (s h)^2 over s within reach, for n rows of some width. Within a short reach that is less work than a search for the
/// nearest on each line, when it is done for a few lines at once.
void nearest_across(float* first, std::size_t stride, int width, int n, float h, double reach_mm) {
  constexpr int kAtOnce = 16;
  using Block = Eigen::Array<float, kAtOnce, 1>;
  const int reach = std::min(n - 1, static_cast<int>(std::ceil(reach_mm / static_cast<double>(h))));
  // Beyond either end nothing is near.
  std::vector<Block, Eigen::aligned_allocator<Block>> before(static_cast<std::size_t>(n + 2 * reach), Block::Constant(kFar));
  for (int column = 0; column < width; column += kAtOnce) {
    const auto bytes = sizeof(float) * static_cast<std::size_t>(std::min(kAtOnce, width - column));
    float* const from = first + column;
    bool any_near = false;
    for (int i = 0; i < n; ++i) {
      Block& block = before[static_cast<std::size_t>(i + reach)];
      std::memcpy(block.data(), from + static_cast<std::size_t>(i) * stride, bytes);
      any_near = any_near || block.minCoeff() < kFar;
    }
    if (!any_near) continue;
    for (int i = 0; i < n; ++i) {
      const Block* const here = &before[static_cast<std::size_t>(i + reach)];
      Block least = *here;
      if (!(least.maxCoeff() > 0.0F)) continue;  // in the mask
      for (int s = 1; s <= reach; ++s) {
        const float away = static_cast<float>(s) * h;
        least = least.min(here[-s].min(here[s]) + away * away);
      }
      std::memcpy(from + static_cast<std::size_t>(i) * stride, least.data(), bytes);
    }
  }
}

/// Keeps the largest 6-connected part.
void keep_largest(std::vector<std::uint8_t>& mask, const WorkGrid& grid) {
  // With a border of nothing around it, no voxel need be asked whether it lies on the rim.
  constexpr std::uint32_t kNothing = 0, kUnseen = 1;
  const auto width = static_cast<std::size_t>(grid.size[0]) + 2, height = static_cast<std::size_t>(grid.size[1]) + 2;
  std::vector<std::uint32_t> label(width * height * (static_cast<std::size_t>(grid.size[2]) + 2), kNothing);
  const auto padded = [&](int j, int k) {
    return 1 + width * (static_cast<std::size_t>(j + 1) + height * static_cast<std::size_t>(k + 1));
  };
  for (int k = 0; k < grid.size[2]; ++k)
    for (int j = 0; j < grid.size[1]; ++j) {
      const std::size_t to = padded(j, k), from = grid.offset(0, j, k);
      for (std::size_t i = 0; i < static_cast<std::size_t>(grid.size[0]); ++i) label[to + i] = mask[from + i] != 0 ? kUnseen : kNothing;
    }
  std::vector<std::size_t> stack;
  std::uint32_t next = kUnseen, best = kUnseen;
  std::size_t best_size = 0;
  for (std::size_t seed = 0; seed < label.size(); ++seed) {
    if (label[seed] != kUnseen) continue;
    label[seed] = ++next;
    stack.assign(1, seed);
    std::size_t n = 0;
    while (!stack.empty()) {
      const std::size_t o = stack.back();
      stack.pop_back();
      ++n;
      for (const std::size_t neighbour : {o - 1, o + 1, o - width, o + width, o - width * height, o + width * height})
        if (label[neighbour] == kUnseen) {
          label[neighbour] = next;
          stack.push_back(neighbour);
        }
    }
    if (n > best_size) {
      best_size = n;
      best = next;
    }
  }
  for (int k = 0; k < grid.size[2]; ++k)
    for (int j = 0; j < grid.size[1]; ++j) {
      const std::size_t from = padded(j, k), to = grid.offset(0, j, k);
      for (std::size_t i = 0; i < static_cast<std::size_t>(grid.size[0]); ++i)
        mask[to + i] = best_size > 0 && label[from + i] == best ? 1 : 0;
    }
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

std::vector<float> distance_to(const std::vector<std::uint8_t>& mask, const WorkGrid& grid, double reach_mm) {
  std::vector<float> d(mask.size());
  for (std::size_t o = 0; o < mask.size(); ++o) d[o] = mask[o] != 0 ? 0.0F : kFar;
  parallel_for(static_cast<std::size_t>(grid.size[2]), [&](std::size_t k) {
    for (int j = 0; j < grid.size[1]; ++j)
      nearest_in_row(d.data() + grid.offset(0, j, static_cast<int>(k)), grid.size[0], static_cast<float>(grid.spacing_mm[0]));
  });
  // Squared distances add up over the axes: each is the least of f(i + s) + (s h)^2 along its lines.
  for (const int axis : {1, 2})
    parallel_for(static_cast<std::size_t>(axis == 2 ? grid.size[1] : grid.size[2]), [&](std::size_t plane) {
      const int other = static_cast<int>(plane);
      nearest_across(d.data() + (axis == 2 ? grid.offset(0, other, 0) : grid.offset(0, 0, other)), grid.offset(0, axis == 1, axis == 2),
                     grid.size[0], grid.size[static_cast<std::size_t>(axis)], static_cast<float>(grid.spacing_mm[axis]), reach_mm);
    });
  const auto far = static_cast<float>(reach_mm);
  for (float& x : d) {
    x = std::sqrt(x);
    if (x > far) x = kFar;
  }
  return d;
}

AnatomyMasks find_anatomy(const BaseImage& image, double metal_hu, double metal_margin_mm) {
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
  const std::vector<float> depth = distance_to(air, grid, kOpeningReachMm);
  for (std::size_t o = 0; o < n; ++o) core[o] = depth[o] > static_cast<float>(kCouchHalfThickness) ? 1 : 0;
  keep_largest(core, grid);
  const std::vector<float> from_core = distance_to(core, grid, kOpeningReachMm + 0.5);
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
  out.metal_distance_mm = distance_to(metal, grid, std::max(kReachMm, metal_margin_mm + 1.0));
  out.bone_distance_mm = distance_to(bone, grid, kReachMm);
  out.body_distance_mm = distance_to(out.body, grid, kReachMm);
  out.skin_depth_mm = distance_to(outside, grid, kReachMm);
  out.body_volume_cc = count * grid.spacing_mm.prod() / 1000.0;
  out.body_center_mm = grid.mm_of(count > 0.0 ? Eigen::Vector3d(sum / count) : Eigen::Vector3d::Zero());
  return out;
}

}  // namespace seedaudit
