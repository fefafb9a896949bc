// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/prepared_image.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace seedaudit {
namespace {

constexpr double kBaseSpacingMm = 2.0;
constexpr double kBoneMarginMm = 3.0;  // partial volume around bone
constexpr double kSkinDepthMm = 10.0;  // skin and fat follow the couch, not the organs
constexpr double kBoneBlurMm = 2.5;    // standard deviation: what interpolation at 2 mm does to edges no longer shows
constexpr double kBoneRimMm = 5.0;     // points this near to bone see its surface after that blur
constexpr double kAirRimMm = 12.0;     // air around the body that tells where the skin is

/// Additive recurrence R3 (golden ratio in three dimensions): even, deterministic, off the grid.
Eigen::Vector3d jitter(std::size_t n) {
  constexpr double kStep[3] = {0.8191725133961645, 0.6710436067037893, 0.5497004779019703};
  Eigen::Vector3d out;
  for (int a = 0; a < 3; ++a) {
    const double x = 0.5 + kStep[a] * static_cast<double>(n + 1);
    out[a] = x - std::floor(x) - 0.5;
  }
  return out;
}

std::array<int, 3> factor_to(const WorkGrid& grid, double spacing_mm) {
  std::array<int, 3> f{};
  for (int a = 0; a < 3; ++a) f[static_cast<std::size_t>(a)] = std::max(1, static_cast<int>(std::lround(spacing_mm / grid.spacing_mm[a])));
  return f;
}

/// Blur that is missing to a wanted one along the slice axis, where averaging over slices has left some.
double missing_slice_sigma(const WorkGrid& grid, double wanted_mm, double least_mm) {
  const double have = grid.spacing_mm[2] / std::sqrt(12.0);
  return std::sqrt(std::max(least_mm * least_mm, wanted_mm * wanted_mm - have * have));
}

/// Noise of soft tissue: differences of voxels farther apart than the blur reaches, and still of one organ mostly. The median keeps the
/// edges of organs out.
double noise_of(const WorkImage& image, const AnatomyMasks& anatomy) {
  const int step = std::max(1, static_cast<int>(std::lround(9.0 / image.grid.spacing_mm[0])));
  const auto soft = [&](std::size_t o) {
    return image.usable[o] != 0 && anatomy.bone_distance_mm[o] > 8.0F && anatomy.skin_depth_mm[o] > 10.0F &&
           anatomy.metal_distance_mm[o] > 12.0F && image.gray[o] > kBoneGrayLow && image.gray[o] < 200.0F;
  };
  std::vector<float> differences;
  for (int k = 0; k < image.grid.size[2]; ++k)
    for (int j = 0; j < image.grid.size[1]; ++j)
      for (int i = 0; i + step < image.grid.size[0]; ++i) {
        const std::size_t o = image.grid.offset(i, j, k), p = o + static_cast<std::size_t>(step);
        if (soft(o) && soft(p)) differences.push_back(std::abs(image.gray[p] - image.gray[o]));
      }
  if (differences.size() < 100) return 0.0;
  const auto middle = differences.begin() + static_cast<std::ptrdiff_t>(differences.size() / 2);
  std::nth_element(differences.begin(), middle, differences.end());
  return 1.4826 * static_cast<double>(*middle) / std::numbers::sqrt2;  // median of |x| of a normal, and of a difference of two
}

/// What is neither outside the body nor metal, as it is.
WorkImage clean_image(const PreparedImage& image, double metal_margin_mm) {
  WorkImage clean;
  const std::size_t n = image.base.grid.count();
  clean.grid = image.base.grid;
  clean.gray.resize(n);
  clean.usable.resize(n);
  for (std::size_t o = 0; o < n; ++o) {
    clean.gray[o] = image.anatomy.body[o] != 0 ? image.base.gray[o] : kGrayAir;
    clean.usable[o] = image.anatomy.metal_distance_mm[o] > static_cast<float>(metal_margin_mm) ? 1 : 0;
  }
  return clean;
}

bool below_skin(const AnatomyMasks& anatomy, std::size_t o) { return anatomy.skin_depth_mm[o] > static_cast<float>(kSkinDepthMm); }
bool is_soft(const AnatomyMasks& anatomy, std::size_t o) { return anatomy.bone_distance_mm[o] > static_cast<float>(kBoneMarginMm); }

}  // namespace

template <class F>
PreparedImage prepare_image(const Volume<F>& volume, double slice_sigma_mm, const RegistrationOptions& options) {
  PreparedImage out;
  out.base = make_base_image(volume, kBaseSpacingMm);
  out.anatomy = find_anatomy(out.base, options.metal_hu, options.metal_margin_mm);

  WorkImage clean = clean_image(out, options.metal_margin_mm);
  out.middle = reduce(clean, factor_to(clean.grid, 4.0));
  out.coarse = reduce(out.middle, factor_to(out.middle.grid, 8.0));
  smooth(out.middle, Eigen::Vector3d::Constant(2.0));
  smooth(out.coarse, Eigen::Vector3d::Constant(4.0));

  out.bone = std::move(clean);
  for (float& g : out.bone.gray) g = std::max(g, kBoneGrayLow);
  out.slice_sigma_mm = slice_sigma_mm;
  out.local = local_image(out, options, false);
  smooth(out.bone,
         Eigen::Vector3d(kBoneBlurMm, kBoneBlurMm, missing_slice_sigma(out.bone.grid, std::max(slice_sigma_mm, kBoneBlurMm), 1.0)));
  out.noise_gray = noise_of(out.bone, out.anatomy);
  return out;
}

template PreparedImage prepare_image(const Volume<CtFrame>&, double, const RegistrationOptions&);
template PreparedImage prepare_image(const Volume<PlanFrame>&, double, const RegistrationOptions&);

namespace {

/// First and last indices of the box around a ball.
std::pair<std::array<int, 3>, std::array<int, 3>> box_of(const WorkGrid& grid, const Eigen::Vector3d& center_mm, double radius_mm) {
  const Eigen::Vector3d center = grid.index_of(center_mm);
  std::array<int, 3> low{}, high{};
  for (int a = 0; a < 3; ++a) {
    const auto u = static_cast<std::size_t>(a);
    const double reach = radius_mm / grid.spacing_mm[a] + 1.0;
    low[u] = std::clamp(static_cast<int>(std::floor(center[a] - reach)), 0, grid.size[u] - 1);
    high[u] = std::clamp(static_cast<int>(std::ceil(center[a] + reach)), 0, grid.size[u] - 1);
  }
  return {low, high};
}

}  // namespace

double soft_fraction(const PreparedImage& image, const Eigen::Vector3d& center_mm, double radius_mm) {
  const WorkGrid& grid = image.base.grid;
  const auto [low, high] = box_of(grid, center_mm, radius_mm);
  std::size_t all = 0, soft = 0;
  for (int k = low[2]; k <= high[2]; ++k)
    for (int j = low[1]; j <= high[1]; ++j)
      for (int i = low[0]; i <= high[0]; ++i) {
        const std::size_t o = grid.offset(i, j, k);
        if (image.anatomy.body[o] == 0 || image.bone.usable[o] == 0 || !below_skin(image.anatomy, o)) continue;
        if (!((grid.mm_of(Eigen::Vector3d(i, j, k)) - center_mm).norm() <= radius_mm)) continue;
        ++all;
        if (is_soft(image.anatomy, o)) ++soft;
      }
  return all == 0 ? 1.0 : static_cast<double>(soft) / static_cast<double>(all);
}

WorkImage local_image(const PreparedImage& image, const RegistrationOptions& options, bool with_bone) {
  WorkImage out = clean_image(image, options.metal_margin_mm);
  for (std::size_t o = 0; o < out.usable.size(); ++o)
    if (!below_skin(image.anatomy, o) || !(with_bone || is_soft(image.anatomy, o))) out.usable[o] = 0;
  smooth(out, Eigen::Vector3d(1.5, 1.5, missing_slice_sigma(out.grid, image.slice_sigma_mm, 1.0)));
  return out;
}

void include_bone(PreparedImage& image, const RegistrationOptions& options) {
  image.bone_in_local = true;
  image.local = local_image(image, options, true);
}

SampleSet thin_out(SampleSet all, std::size_t most) {
  if (all.mm.size() <= most || most == 0) return all;
  SampleSet out;
  const double step = static_cast<double>(all.mm.size()) / static_cast<double>(most);
  for (double at = 0.0; at < static_cast<double>(all.mm.size()); at += step) {
    const auto s = static_cast<std::size_t>(at);
    out.mm.push_back(all.mm[s]);
    out.gray.push_back(all.gray[s]);
    out.weight.push_back(all.weight[s]);
  }
  return out;
}

SampleSet whole_body_samples(const PreparedImage& image, const WorkImage& level, std::size_t most) {
  SampleSet out;
  std::size_t n = 0;
  for (int k = 0; k < level.grid.size[2]; ++k)
    for (int j = 0; j < level.grid.size[1]; ++j)
      for (int i = 0; i < level.grid.size[0]; ++i) {
        const Eigen::Vector3d mm = level.grid.mm_of(Eigen::Vector3d(i, j, k) + jitter(n++));
        const Eigen::Vector3d b = image.base.grid.index_of(mm);
        const int bi = static_cast<int>(std::lround(b.x())), bj = static_cast<int>(std::lround(b.y())),
                  bk = static_cast<int>(std::lround(b.z()));
        const auto& size = image.base.grid.size;
        if (bi < 0 || bj < 0 || bk < 0 || bi >= size[0] || bj >= size[1] || bk >= size[2]) continue;
        if (!(image.anatomy.body_distance_mm[image.base.grid.offset(bi, bj, bk)] <= static_cast<float>(kAirRimMm))) continue;
        float value = 0.0F;
        if (!level.sample(mm, value)) continue;
        out.mm.push_back(mm.cast<float>());
        out.gray.push_back(value);
        out.weight.push_back(1.0F);
      }
  return thin_out(std::move(out), most);
}

SampleSet ball_samples(const PreparedImage& image, const Eigen::Vector3d& center_mm, double radius_mm, std::size_t most) {
  SampleSet out;
  const WorkGrid& grid = image.local.grid;
  const auto [low, high] = box_of(grid, center_mm, radius_mm);
  // Thick slices carry as many points per mm as thin ones: the space between them is interpolated, not left out.
  const int per_slice = std::max(1, static_cast<int>(std::lround(grid.spacing_mm[2] / 2.5)));
  std::size_t n = 0;
  for (int k = low[2]; k <= high[2]; ++k)
    for (int part = 0; part < per_slice; ++part)
      for (int j = low[1]; j <= high[1]; ++j)
        for (int i = low[0]; i <= high[0]; ++i) {
          const Eigen::Vector3d mm = grid.mm_of(Eigen::Vector3d(i, j, k) + jitter(n++));
          const double r = (mm - center_mm).norm();
          if (!(r <= radius_mm)) continue;
          float value = 0.0F;
          if (!image.local.sample(mm, value)) continue;
          out.mm.push_back(mm.cast<float>());
          out.gray.push_back(value);
          // Anatomy near the target counts most; the rim fades out so that no point enters or leaves with a jump.
          const double x = std::clamp((radius_mm - r) / (0.4 * radius_mm), 0.0, 1.0);
          out.weight.push_back(static_cast<float>(x));
        }
  return thin_out(std::move(out), most);
}

SampleSet bone_samples(const PreparedImage& image, const Eigen::Vector3d& center_mm, double radius_mm, std::size_t most) {
  SampleSet out;
  const WorkGrid& grid = image.bone.grid;
  const auto [low, high] = box_of(grid, center_mm, radius_mm);
  std::size_t n = 0;
  for (int k = low[2]; k <= high[2]; ++k)
    for (int j = low[1]; j <= high[1]; ++j)
      for (int i = low[0]; i <= high[0]; ++i) {
        if (image.anatomy.bone_distance_mm[grid.offset(i, j, k)] > static_cast<float>(kBoneRimMm)) continue;
        const Eigen::Vector3d mm = grid.mm_of(Eigen::Vector3d(i, j, k) + jitter(n++));
        float value = 0.0F;
        if (!((mm - center_mm).norm() <= radius_mm) || !image.bone.sample(mm, value)) continue;
        out.mm.push_back(mm.cast<float>());
        out.gray.push_back(value);
        out.weight.push_back(1.0F);
      }
  return thin_out(std::move(out), most);
}

}  // namespace seedaudit
