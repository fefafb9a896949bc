// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/stack_builder.h"

#include <algorithm>
#include <cmath>
#include <mutex>

#include "core/parallel.h"

namespace seedaudit {
namespace {

/// Only metal, and nothing of the body, is clipped; teeth and cortical bone stay below.
constexpr int kLeastClippedHu = 1500;

/// Value of a slice at output pixel (i, j), linear in the plane. `offset` is the slice's first voxel on the output grid, in pixels.
class ShiftedSlice {
 public:
  ShiftedSlice(const std::vector<std::int16_t>& hu, int columns, int rows, const Eigen::Vector2d& offset, std::int16_t outside)
      : hu_(hu), columns_(columns), rows_(rows), outside_(outside) {
    whole_i_ = static_cast<int>(std::floor(offset[0]));
    whole_j_ = static_cast<int>(std::floor(offset[1]));
    part_i_ = offset[0] - whole_i_;
    part_j_ = offset[1] - whole_j_;
    // Offsets within a thousandth of a pixel are whole: nothing is smoothed for the sake of rounding.
    snap(part_i_, whole_i_);
    snap(part_j_, whole_j_);
  }
  double at(int i, int j) const {
    // Output i lies at input i - offset = (i - whole) - part.
    const int x = i - whole_i_, y = j - whole_j_;
    if (part_i_ == 0.0 && part_j_ == 0.0) return voxel(x, y);
    const double here = part_i_ == 0.0 ? voxel(x, y) : (1.0 - part_i_) * voxel(x, y) + part_i_ * voxel(x - 1, y);
    if (part_j_ == 0.0) return here;
    const double above = part_i_ == 0.0 ? voxel(x, y - 1) : (1.0 - part_i_) * voxel(x, y - 1) + part_i_ * voxel(x - 1, y - 1);
    return (1.0 - part_j_) * here + part_j_ * above;
  }

 private:
  static void snap(double& part, int& whole) {
    if (part < 1e-3) part = 0.0;
    if (part > 1.0 - 1e-3) {
      part = 0.0;
      ++whole;
    }
  }
  double voxel(int x, int y) const {
    if (x < 0 || y < 0 || x >= columns_ || y >= rows_) return outside_;
    return hu_[static_cast<std::size_t>(x) + static_cast<std::size_t>(columns_) * static_cast<std::size_t>(y)];
  }

  const std::vector<std::int16_t>& hu_;
  int columns_, rows_;
  std::int16_t outside_;
  int whole_i_ = 0, whole_j_ = 0;
  double part_i_ = 0.0, part_j_ = 0.0;
};

}  // namespace

std::optional<int> clip_level(const std::vector<std::int16_t>& hu) {
  if (hu.empty()) return std::nullopt;
  // Partial results by fixed blocks, so that nothing depends on the number of threads.
  constexpr std::size_t kBlock = std::size_t{1} << 20;
  const std::size_t blocks = (hu.size() + kBlock - 1) / kBlock;
  std::vector<std::int16_t> top(blocks);
  const auto range = [&](std::size_t b) {
    return std::pair{hu.begin() + static_cast<std::ptrdiff_t>(b * kBlock),
                     hu.begin() + static_cast<std::ptrdiff_t>(std::min(hu.size(), (b + 1) * kBlock))};
  };
  parallel_for(blocks, [&](std::size_t b) {
    const auto [first, last] = range(b);
    top[b] = *std::max_element(first, last);
  });
  const int highest = *std::max_element(top.begin(), top.end());
  if (highest < kLeastClippedHu) return std::nullopt;
  std::vector<std::size_t> at_top(blocks), below(blocks);
  parallel_for(blocks, [&](std::size_t b) {
    const auto [first, last] = range(b);
    for (auto it = first; it != last; ++it) {
      if (*it == highest)
        ++at_top[b];
      else if (*it >= highest - 100)
        ++below[b];
    }
  });
  std::size_t n_top = 0, n_below = 0;
  for (std::size_t b = 0; b < blocks; ++b) {
    n_top += at_top[b];
    n_below += below[b];
  }
  // An unclipped peak holds about one voxel at its top value; clipping heaps up there what would lie above. Eight voxels, and five
  // times the mean of the hundred values below, do not happen by chance.
  if (n_top < 8 || static_cast<double>(n_top) < 5.0 * static_cast<double>(n_below) / 100.0) return std::nullopt;
  return highest;
}

Result<BuiltVolume> build_volume(const SliceStack& stack, const StackPlan& plan, const SliceReader& read, std::int16_t outside) {
  const std::size_t slice_size = static_cast<std::size_t>(plan.size[0]) * static_cast<std::size_t>(plan.size[1]);
  const std::size_t n_in = stack.slices.size();
  BuiltVolume out;
  std::mutex failing;
  std::optional<Error> error;
  std::size_t error_at = 0;
  // The first slice in order that fails is the one reported, whichever thread met its trouble first.
  const auto fail = [&](std::size_t at, const Error& e) {
    const std::lock_guard lock(failing);
    if (!error || at < error_at) {
      error = e;
      error_at = at;
    }
  };

  if (plan.exact) {
    out.hu.resize(slice_size * plan.blends.size());
    parallel_for(plan.blends.size(), [&](std::size_t k) {
      auto slice = read(plan.blends[k].below);
      if (!slice) return fail(k, slice.error());
      std::copy(slice->begin(), slice->end(), out.hu.begin() + static_cast<std::ptrdiff_t>(k * slice_size));
    });
    if (error) return *error;
    out.clipped_at_hu = clip_level(out.hu);
    return out;
  }

  std::vector<std::vector<std::int16_t>> in(n_in);
  parallel_for(n_in, [&](std::size_t s) {
    auto slice = read(s);
    if (!slice) return fail(s, slice.error());
    in[s] = std::move(slice).value();
  });
  if (error) return *error;
  std::vector<int> levels;
  for (const auto& s : in)
    if (const auto level = clip_level(s)) levels.push_back(*level);
  if (!levels.empty()) out.clipped_at_hu = *std::max_element(levels.begin(), levels.end());

  out.hu.resize(slice_size * plan.blends.size());
  parallel_for(plan.blends.size(), [&](std::size_t k) {
    const SliceBlend& b = plan.blends[k];
    const ShiftedSlice below(in[b.below], stack.columns, stack.rows, plan.offset_px[b.below], outside);
    const ShiftedSlice above(in[b.above], stack.columns, stack.rows, plan.offset_px[b.above], outside);
    auto* p = out.hu.data() + k * slice_size;
    for (int j = 0; j < plan.size[1]; ++j)
      for (int i = 0; i < plan.size[0]; ++i) {
        const double v = b.weight_above == 0.0 ? below.at(i, j) : (1.0 - b.weight_above) * below.at(i, j) + b.weight_above * above.at(i, j);
        *p++ = static_cast<std::int16_t>(std::floor(v + 0.5));
      }
  });
  return out;
}

}  // namespace seedaudit
