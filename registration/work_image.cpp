// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/work_image.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/parallel.h"

namespace seedaudit {
namespace {

/// Percentile of the stored values, from a histogram over the whole 16-bit range.
std::pair<double, double> percentiles(const std::vector<std::int16_t>& values, double low, double high) {
  std::vector<std::size_t> histogram(65536, 0);
  for (const std::int16_t v : values) ++histogram[static_cast<std::size_t>(static_cast<int>(v) + 32768)];
  const auto at = [&](double fraction) {
    const double want = fraction * static_cast<double>(values.size());
    double seen = 0.0;
    for (std::size_t b = 0; b < histogram.size(); ++b) {
      seen += static_cast<double>(histogram[b]);
      if (seen >= want) return static_cast<double>(b) - 32768.0;
    }
    return 32767.0;
  };
  return {at(low), at(high)};
}

template <class F>
bool looks_like_ct(const Volume<F>& volume) {
  if (!volume.series.modality.empty()) return volume.series.modality == "CT";
  // No word on the modality: CT of a patient holds air, far below zero.
  return percentiles(volume.hu, 0.02, 0.98).first < -400.0;
}

/// Where a point lies between eight voxels.
struct Cell {
  std::size_t base = 0;
  float fx = 0.0F, fy = 0.0F, fz = 0.0F;
};

bool find_cell(const WorkGrid& grid, const Eigen::Vector3d& mm, Cell& cell) {
  const Eigen::Vector3d x = grid.index_of(mm);
  std::array<int, 3> at{};
  std::array<float, 3> f{};
  for (int a = 0; a < 3; ++a) {
    const auto u = static_cast<std::size_t>(a);
    if (!(x[a] >= 0.0) || !(x[a] <= grid.size[u] - 1)) return false;
    at[u] = std::min(static_cast<int>(x[a]), std::max(0, grid.size[u] - 2));
    f[u] = static_cast<float>(x[a] - at[u]);
  }
  cell = {grid.offset(at[0], at[1], at[2]), f[0], f[1], f[2]};
  return true;
}

}  // namespace

float gray_of_hu(double hu) {
  if (hu < -250.0) return std::max(kGrayLow, static_cast<float>(-250.0 + (hu + 250.0) / 7.5));
  return static_cast<float>(std::min(hu, static_cast<double>(kGrayHigh)));
}

template <class F>
BaseImage make_base_image(const Volume<F>& volume, double spacing_mm) {
  BaseImage out;
  out.is_ct = looks_like_ct(volume);
  std::array<int, 3> factor{};
  const auto& size = volume.grid.size();
  for (std::size_t a = 0; a < 3; ++a) {
    const int f = static_cast<int>(std::lround(spacing_mm / volume.grid.spacing_mm()[static_cast<int>(a)]));
    factor[a] = std::clamp(f, 1, std::max(1, size[a] / 4));
    out.grid.size[a] = size[a] / factor[a];
    out.grid.spacing_mm[static_cast<int>(a)] = volume.grid.spacing_mm()[static_cast<int>(a)] * factor[a];
  }
  out.grid.direction = volume.grid.direction();
  out.grid.origin_mm = volume.grid.point_at(Eigen::Vector3d(factor[0] - 1, factor[1] - 1, factor[2] - 1) / 2.0).mm;

  double offset = 0.0;
  double slope = 1.0;
  if (!out.is_ct) {
    const auto [low, high] = percentiles(volume.hu, 0.01, 0.995);
    slope = (kGrayHigh - kGrayLow) / std::max(1.0, high - low);
    offset = kGrayLow - slope * low;
  }
  std::vector<float> table(65536);
  for (std::size_t b = 0; b < table.size(); ++b) {
    const double v = static_cast<double>(b) - 32768.0;
    table[b] = out.is_ct ? gray_of_hu(v) : static_cast<float>(std::clamp(offset + slope * v, -350.0, 350.0));
  }
  out.gray.assign(out.grid.count(), kGrayAir);
  out.peak_hu.assign(out.grid.count(), std::numeric_limits<std::int16_t>::min());
  parallel_for(static_cast<std::size_t>(out.grid.size[2]), [&](std::size_t slice) {
    const int k = static_cast<int>(slice);
    std::vector<double> sum(static_cast<std::size_t>(out.grid.size[0]));
    std::vector<std::int16_t> peak(sum.size());
    for (int j = 0; j < out.grid.size[1]; ++j) {
      std::fill(sum.begin(), sum.end(), 0.0);
      std::fill(peak.begin(), peak.end(), std::numeric_limits<std::int16_t>::min());
      for (int dk = 0; dk < factor[2]; ++dk)
        for (int dj = 0; dj < factor[1]; ++dj) {
          const std::int16_t* row = volume.hu.data() + volume.grid.offset(0, j * factor[1] + dj, k * factor[2] + dk);
          for (std::size_t i = 0; i < sum.size(); ++i)
            for (int di = 0; di < factor[0]; ++di) {
              const std::int16_t v = row[i * static_cast<std::size_t>(factor[0]) + static_cast<std::size_t>(di)];
              sum[i] += static_cast<double>(table[static_cast<std::size_t>(static_cast<int>(v) + 32768)]);
              peak[i] = std::max(peak[i], v);
            }
        }
      const double scale = 1.0 / (static_cast<double>(factor[0]) * factor[1] * factor[2]);
      const std::size_t to = out.grid.offset(0, j, k);
      for (std::size_t i = 0; i < sum.size(); ++i) {
        out.gray[to + i] = static_cast<float>(sum[i] * scale);
        out.peak_hu[to + i] = peak[i];
      }
    }
  });
  return out;
}

template BaseImage make_base_image(const Volume<CtFrame>&, double);
template BaseImage make_base_image(const Volume<PlanFrame>&, double);

bool WorkImage::sample(const Eigen::Vector3d& mm, float& value) const {
  Eigen::Vector3f unused;
  return sample(mm, value, unused);
}

bool WorkImage::sample(const Eigen::Vector3d& mm, float& value, Eigen::Vector3f& gradient) const {
  Cell c;
  if (!find_cell(grid, mm, c)) return false;
  const std::size_t dx = grid.size[0] > 1 ? 1 : 0;
  const std::size_t dy = grid.size[1] > 1 ? static_cast<std::size_t>(grid.size[0]) : 0;
  const std::size_t dz = grid.size[2] > 1 ? static_cast<std::size_t>(grid.size[0]) * static_cast<std::size_t>(grid.size[1]) : 0;
  const std::array<std::size_t, 8> at{c.base,      c.base + dx,      c.base + dy,      c.base + dx + dy,
                                      c.base + dz, c.base + dx + dz, c.base + dy + dz, c.base + dx + dy + dz};
  const float v000 = gray[at[0]], v100 = gray[at[1]], v010 = gray[at[2]], v110 = gray[at[3]];
  const float v001 = gray[at[4]], v101 = gray[at[5]], v011 = gray[at[6]], v111 = gray[at[7]];
  const float a00 = v000 + c.fx * (v100 - v000), a10 = v010 + c.fx * (v110 - v010);
  const float a01 = v001 + c.fx * (v101 - v001), a11 = v011 + c.fx * (v111 - v011);
  const float b0 = a00 + c.fy * (a10 - a00), b1 = a01 + c.fy * (a11 - a01);
  value = b0 + c.fz * (b1 - b0);
  if (!(value == value)) return false;
  const float d0 = (v100 - v000) + c.fy * ((v110 - v010) - (v100 - v000));
  const float d1 = (v101 - v001) + c.fy * ((v111 - v011) - (v101 - v001));
  const Eigen::Vector3f per_index(d0 + c.fz * (d1 - d0), (a10 - a00) + c.fz * ((a11 - a01) - (a10 - a00)), b1 - b0);
  gradient = grid.direction.cast<float>() * per_index.cwiseQuotient(grid.spacing_mm.cast<float>());
  return true;
}

WorkImage reduce(const WorkImage& image, std::array<int, 3> factor) {
  WorkImage out;
  out.grid = image.grid;
  Eigen::Vector3d shift;
  for (std::size_t a = 0; a < 3; ++a) {
    factor[a] = std::clamp(factor[a], 1, std::max(1, image.grid.size[a] / 3));
    out.grid.size[a] = image.grid.size[a] / factor[a];
    out.grid.spacing_mm[static_cast<int>(a)] *= factor[a];
    shift[static_cast<int>(a)] = (factor[a] - 1) / 2.0;
  }
  out.grid.origin_mm = image.grid.mm_of(shift);
  out.gray.assign(out.grid.count(), kGrayAir);
  out.usable.assign(out.grid.count(), 0);
  const int whole = factor[0] * factor[1] * factor[2];
  parallel_for(static_cast<std::size_t>(out.grid.size[2]), [&](std::size_t slice) {
    const int k = static_cast<int>(slice);
    for (int j = 0; j < out.grid.size[1]; ++j)
      for (int i = 0; i < out.grid.size[0]; ++i) {
        double sum = 0.0;
        int n = 0;
        for (int dk = 0; dk < factor[2]; ++dk)
          for (int dj = 0; dj < factor[1]; ++dj)
            for (int di = 0; di < factor[0]; ++di) {
              const std::size_t o = image.grid.offset(i * factor[0] + di, j * factor[1] + dj, k * factor[2] + dk);
              if (image.usable[o] == 0) continue;
              sum += static_cast<double>(image.gray[o]);
              ++n;
            }
        if (2 * n <= whole) continue;
        out.gray[out.grid.offset(i, j, k)] = static_cast<float>(sum / n);
        out.usable[out.grid.offset(i, j, k)] = 1;
      }
  });
  return out;
}

namespace {

/// Gaussian along one axis of values weighted by `weight`; both are smoothed, the caller divides.
void smooth_axis(std::vector<float>& values, const WorkGrid& grid, std::size_t axis, double sigma_mm) {
  const double sigma = sigma_mm / grid.spacing_mm[static_cast<int>(axis)];
  if (!(sigma > 0.2)) return;  // a kernel this narrow is one voxel
  const int reach = std::max(1, static_cast<int>(std::ceil(3.0 * sigma)));
  std::vector<float> kernel(static_cast<std::size_t>(2 * reach + 1));
  double total = 0.0;
  for (int d = -reach; d <= reach; ++d) {
    kernel[static_cast<std::size_t>(d + reach)] = static_cast<float>(std::exp(-0.5 * d * d / (sigma * sigma)));
    total += static_cast<double>(kernel[static_cast<std::size_t>(d + reach)]);
  }
  for (float& w : kernel) w = static_cast<float>(static_cast<double>(w) / total);
  // Lines of a plane that holds the axis, each as long as the other axis of the plane allows: whole lines are added, not single voxels.
  using Line = Eigen::Map<Eigen::ArrayXf>;
  const int n = grid.size[axis];
  const auto at = [&](int i, int reached) { return std::clamp(i + reached, 0, n - 1); };
  if (axis == 0) {
    parallel_for(static_cast<std::size_t>(grid.size[2]), [&](std::size_t k) {
      Eigen::ArrayXf padded(n + 2 * reach), sum(n);
      for (int j = 0; j < grid.size[1]; ++j) {
        Line line(values.data() + grid.offset(0, j, static_cast<int>(k)), n);
        for (int i = -reach; i < n + reach; ++i) padded[i + reach] = line[at(i, 0)];
        sum.setZero();
        for (int d = 0; d <= 2 * reach; ++d) sum += kernel[static_cast<std::size_t>(d)] * padded.segment(d, n);
        line = sum;
      }
    });
    return;
  }
  const int width = grid.size[0];
  parallel_for(static_cast<std::size_t>(grid.size[axis == 1 ? 2 : 1]), [&](std::size_t plane) {
    const auto line_of = [&](int i) {
      const int other = static_cast<int>(plane);
      return Line(values.data() + (axis == 1 ? grid.offset(0, i, other) : grid.offset(0, other, i)), width);
    };
    Eigen::ArrayXXf before(width, n);
    for (int i = 0; i < n; ++i) before.col(i) = line_of(i);
    Eigen::ArrayXf sum(width);
    for (int i = 0; i < n; ++i) {
      sum.setZero();
      for (int d = -reach; d <= reach; ++d) sum += kernel[static_cast<std::size_t>(d + reach)] * before.col(at(i, d));
      line_of(i) = sum;
    }
  });
}

}  // namespace

void smooth(WorkImage& image, const Eigen::Vector3d& sigma_mm) {
  std::vector<float> weight(image.gray.size());
  for (std::size_t o = 0; o < weight.size(); ++o) {
    weight[o] = image.usable[o] != 0 ? 1.0F : 0.0F;
    image.gray[o] = image.usable[o] != 0 ? image.gray[o] - kGrayLow : 0.0F;
  }
  const bool holes = std::find(image.usable.begin(), image.usable.end(), 0) != image.usable.end();
  for (std::size_t a = 0; a < 3; ++a) {
    smooth_axis(image.gray, image.grid, a, sigma_mm[static_cast<int>(a)]);
    if (holes) smooth_axis(weight, image.grid, a, sigma_mm[static_cast<int>(a)]);
  }
  for (std::size_t o = 0; o < weight.size(); ++o)
    image.gray[o] = image.usable[o] != 0 ? image.gray[o] / weight[o] + kGrayLow : std::numeric_limits<float>::quiet_NaN();
}

}  // namespace seedaudit
