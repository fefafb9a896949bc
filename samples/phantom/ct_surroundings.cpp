// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/ct_surroundings.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/structures.h"

namespace seedaudit {
namespace {

constexpr double kAirHu = -1000.0;

/// Coarse cells of a volume, each soft tissue or not, and how far it is from what is not.
struct Cells {
  Index3 block{1, 1, 1};  ///< voxels of a cell
  Index3 size{0, 0, 0};
  Eigen::Vector3d spacing = Eigen::Vector3d::Ones();
  std::vector<float> distance_mm;

  std::size_t offset(int i, int j, int k) const {
    return static_cast<std::size_t>(i) +
           static_cast<std::size_t>(size[0]) *
               (static_cast<std::size_t>(j) + static_cast<std::size_t>(size[1]) * static_cast<std::size_t>(k));
  }
};

/// Soft: the mean is that of muscle or parenchyma, and neither air, lung, bone nor metal has a share of more than a twentieth.
bool soft_cell(const CtVolume& ct, const Cells& cells, int ci, int cj, int ck) {
  double sum = 0.0;
  int other = 0;
  int count = 0;
  for (int k = ck * cells.block[2]; k < (ck + 1) * cells.block[2]; ++k)
    for (int j = cj * cells.block[1]; j < (cj + 1) * cells.block[1]; ++j)
      for (int i = ci * cells.block[0]; i < (ci + 1) * cells.block[0]; ++i) {
        const int hu = ct.at(i, j, k);
        sum += hu;
        ++count;
        if (hu < -250 || hu > 400) ++other;
      }
  const double mean = sum / count;
  return mean > 10.0 && mean < 150.0 && 20 * other <= count;
}

Cells make_cells(const CtVolume& ct) {
  constexpr double kCellMm = 5.0;
  Cells c;
  for (std::size_t a = 0; a < 3; ++a) {
    const double spacing = ct.grid.spacing_mm()[static_cast<Eigen::Index>(a)];
    c.block[a] = std::clamp(static_cast<int>(std::lround(kCellMm / spacing)), 1, ct.grid.size()[a]);
    c.size[a] = ct.grid.size()[a] / c.block[a];
    c.spacing[static_cast<Eigen::Index>(a)] = spacing * c.block[a];
  }
  c.distance_mm.assign(c.offset(0, 0, c.size[2]), 0.0F);
  return c;
}

/// Two passes over the neighbours with their true distances (chamfer): within a tenth of the Euclidean distance.
void measure(const CtVolume& ct, Cells& c) {
  for (int k = 1; k + 1 < c.size[2]; ++k)
    for (int j = 1; j + 1 < c.size[1]; ++j)
      for (int i = 1; i + 1 < c.size[0]; ++i)
        if (soft_cell(ct, c, i, j, k)) c.distance_mm[c.offset(i, j, k)] = 1e9F;
  const auto relax = [&](int i, int j, int k, int sign) {
    float& own = c.distance_mm[c.offset(i, j, k)];
    for (int dk = -1; dk <= 0; ++dk)
      for (int dj = -1; dj <= 1; ++dj)
        for (int di = -1; di <= 1; ++di) {
          if (dk == 0 && (dj > 0 || (dj == 0 && di >= 0))) continue;
          const auto step = static_cast<float>(c.spacing.cwiseProduct(Eigen::Vector3d(di, dj, dk)).norm());
          own = std::min(own, c.distance_mm[c.offset(i + sign * di, j + sign * dj, k + sign * dk)] + step);
        }
  };
  for (int k = 1; k + 1 < c.size[2]; ++k)
    for (int j = 1; j + 1 < c.size[1]; ++j)
      for (int i = 1; i + 1 < c.size[0]; ++i) relax(i, j, k, 1);
  for (int k = c.size[2] - 2; k > 0; --k)
    for (int j = c.size[1] - 2; j > 0; --j)
      for (int i = c.size[0] - 2; i > 0; --i) relax(i, j, k, -1);
}

/// Mean and extremes of the HU in a cube of 8 mm about a point.
struct Neighbourhood {
  double mean = 0.0, low = 0.0, high = 0.0;
};

Neighbourhood neighbourhood(const CtVolume& ct, const Eigen::Vector3d& p) {
  Neighbourhood n{0.0, 1e9, -1e9};
  constexpr int kSteps = 2;
  constexpr double kStepMm = 2.0;
  int count = 0;
  for (int k = -kSteps; k <= kSteps; ++k)
    for (int j = -kSteps; j <= kSteps; ++j)
      for (int i = -kSteps; i <= kSteps; ++i) {
        const double hu = hu_at(ct, p + kStepMm * Eigen::Vector3d(i, j, k));
        n.mean += hu;
        n.low = std::min(n.low, hu);
        n.high = std::max(n.high, hu);
        ++count;
      }
  n.mean /= count;
  return n;
}

}  // namespace

double hu_at(const CtVolume& ct, const Eigen::Vector3d& p) {
  const Eigen::Vector3d x = ct.grid.index_of({p});
  std::array<int, 3> low{};
  std::array<double, 3> part{};
  for (std::size_t a = 0; a < 3; ++a) {
    const double v = x[static_cast<Eigen::Index>(a)];
    const int n = ct.grid.size()[a];
    if (!(v >= -0.5 && v <= n - 0.5)) return kAirHu;
    const double inside = std::clamp(v, 0.0, n - 1.0);
    low[a] = std::min(static_cast<int>(inside), std::max(0, n - 2));
    part[a] = inside - low[a];
  }
  double hu = 0.0;
  for (int corner = 0; corner < 8; ++corner) {
    double weight = 1.0;
    std::array<int, 3> at = low;
    for (std::size_t a = 0; a < 3; ++a) {
      const bool up = ((corner >> a) & 1) != 0;
      weight *= up ? part[a] : 1.0 - part[a];
      if (up && at[a] + 1 < ct.grid.size()[a]) ++at[a];
    }
    hu += weight * ct.at(at[0], at[1], at[2]);
  }
  return hu;
}

Result<Point<CtFrame>> soft_tissue_center(const CtVolume& ct, double radius_mm) {
  Cells cells = make_cells(ct);
  measure(ct, cells);
  const auto best = std::max_element(cells.distance_mm.begin(), cells.distance_mm.end());
  if (best == cells.distance_mm.end() || !(static_cast<double>(*best) >= 0.5 * radius_mm))
    return Error{ErrorCode::bad_scenario,
                 "the CT holds no soft tissue in which a target of radius " + std::to_string(radius_mm) + " mm fits", ct.series.path,
                 "Name a place with --target, or lower implant.target_volume_cc."};
  const auto n = static_cast<int>(best - cells.distance_mm.begin());
  const Eigen::Vector3i cell(n % cells.size[0], n / cells.size[0] % cells.size[1], n / cells.size[0] / cells.size[1]);
  Eigen::Vector3d middle;
  for (Eigen::Index a = 0; a < 3; ++a) middle[a] = (cell[a] + 0.5) * cells.block[static_cast<std::size_t>(a)] - 0.5;
  return ct.grid.point_at(middle);
}

Surroundings surroundings_of(const CtVolume& ct, const TargetShape& target, const HuTissue& tissue) {
  Surroundings s;
  s.target = target;
  constexpr double kMarginMm = 25.0;
  s.organ = ellipsoid(target.center, Eigen::Vector3d::Constant(target.mean_radius_mm() + kMarginMm));
  s.organ_at = [&ct](const Eigen::Vector3d& p) -> std::string {
    const Neighbourhood n = neighbourhood(ct, p);
    if (n.low > -960.0 && n.high < -400.0 && n.mean > -930.0) return "lung";
    if (n.mean > -140.0 && n.mean < -60.0 && n.low > -300.0) return "fat";
    if (n.mean > 0.0 && n.mean < 150.0 && n.low > -250.0 && n.high < 400.0) return "liver";
    return "";
  };
  s.tissue_at = [&ct, tissue](const Eigen::Vector3d& p) { return tissue.at(hu_at(ct, p)); };
  // The body in the slice of the target: its middle and half its width.
  const int slice = std::clamp(static_cast<int>(std::lround(ct.grid.index_of({target.center}).z())), 0, ct.grid.size()[2] - 1);
  Box<CtFrame> body;
  for (int j = 0; j < ct.grid.size()[1]; ++j)
    for (int i = 0; i < ct.grid.size()[0]; ++i)
      if (ct.at(i, j, slice) > -300) body.include(ct.grid.center_of({i, j, slice}));
  s.body_center = body.empty() ? target.center : body.center().mm;
  s.body_center.z() = target.center.z();
  constexpr double kStandardHalfWidthMm = 170.0;
  if (!body.empty()) s.scale = std::clamp(0.5 * (body.high_mm - body.low_mm).x() / kStandardHalfWidthMm, 0.2, 1.4);
  return s;
}

}  // namespace seedaudit
