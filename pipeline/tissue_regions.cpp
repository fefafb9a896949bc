// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/tissue_regions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace seedaudit {
namespace {

constexpr double kShellInnerMm = 4.0;  ///< beyond a seed's half length and blooming
constexpr double kShellOuterMm = 8.0;  ///< still the tissue that the seed lies in
constexpr int kMetalHu = 1500;         ///< neighbouring seeds and clips say nothing of the tissue
constexpr int kAirHu = -400;           ///< between fat (-100) and inflated lung (-700)
constexpr int kBodyHu = -300;          ///< skin, fat and everything denser
constexpr int kBoneHu = 250;           ///< above enhanced vessels and liver
constexpr int kDenseHu = 200;          ///< lipiodol, calcification
constexpr double kNearMm = 10.0;       ///< reach of an I-125 seed's dose that air alters for the target
constexpr double kMetalClearanceMm = 6.0;
constexpr double kLungSeenCm2 = 20.0;  ///< lung in a slice: more than bowel gas fills
constexpr double kLungEndedCm2 = 5.0;  ///< lung apex: what may remain in the uppermost slice

template <class F>
std::optional<std::int16_t> hu_at(const Volume<F>& ct, const Point<F>& p) {
  const Eigen::Vector3d x = ct.grid.index_of(p);
  const int i = static_cast<int>(std::lround(x[0])), j = static_cast<int>(std::lround(x[1])), k = static_cast<int>(std::lround(x[2]));
  if (!ct.grid.inside(i, j, k)) return std::nullopt;
  return ct.at(i, j, k);
}

const CtVolume* series_covering(const std::vector<CtVolume>& series, const Point<CtFrame>& p) {
  for (const CtVolume& ct : series)
    if (ct.grid.covers(p)) return &ct;
  return nullptr;
}

/// Directions in the axial plane of the patient in which a ray from inside the chest meets the chest wall.
bool surrounded_by_body(const CtVolume& ct, const Point<CtFrame>& p) {
  constexpr int kRays = 8;
  constexpr int kRaysThatMeetBody = 6;
  constexpr double kStepMm = 2.0;
  constexpr double kWallMm = 8.0;
  int met = 0;
  for (int ray = 0; ray < kRays; ++ray) {
    const double angle = 2.0 * 3.14159265358979323846 * ray / kRays;
    const Eigen::Vector3d step(kStepMm * std::cos(angle), kStepMm * std::sin(angle), 0.0);
    double wall_mm = 0.0;
    Point<CtFrame> q = p;
    for (int n = 0; n < 300; ++n) {
      q.mm += step;
      const auto hu = hu_at(ct, q);
      if (!hu) break;
      wall_mm = *hu > kBodyHu ? wall_mm + kStepMm : 0.0;
      if (wall_mm >= kWallMm) break;
    }
    if (wall_mm >= kWallMm) ++met;
  }
  return met >= kRaysThatMeetBody;
}

/// Air inside the body in one slice, cm2: per image row, air between the first and the last body voxel.
double enclosed_air_cm2(const CtVolume& ct, int k) {
  const auto& size = ct.grid.size();
  std::size_t air = 0;
  for (int j = 0; j < size[1]; ++j) {
    int first = 0, last = size[0] - 1;
    while (first < size[0] && ct.at(first, j, k) <= kBodyHu) ++first;
    while (last > first && ct.at(last, j, k) <= kBodyHu) --last;
    for (int i = first; i <= last && i < size[0]; ++i)
      if (ct.at(i, j, k) < kAirHu) ++air;
  }
  return static_cast<double>(air) * ct.grid.spacing_mm()[0] * ct.grid.spacing_mm()[1] / 100.0;
}

/// True where the body does not reach the border of the slice: nothing of it is cut off sideways.
bool body_inside_slice(const CtVolume& ct, int k) {
  const auto& size = ct.grid.size();
  int border = 0, body = 0;
  const auto look = [&](int i, int j) {
    ++border;
    if (ct.at(i, j, k) > kBodyHu) ++body;
  };
  for (int i = 0; i < size[0]; ++i) {
    look(i, 0);
    look(i, size[1] - 1);
  }
  for (int j = 1; j + 1 < size[1]; ++j) {
    look(0, j);
    look(size[0] - 1, j);
  }
  return body * 20 <= border;  // a twentieth: table and cables
}

int superior_end(const CtVolume& ct) { return ct.grid.direction()(2, 2) >= 0.0 ? ct.grid.size()[2] - 1 : 0; }

bool lungs_covered(const std::vector<CtVolume>& series) {
  const CtVolume* top = nullptr;
  double top_z = 0.0;
  double most_cm2 = 0.0;
  for (const CtVolume& ct : series) {
    const double z = ct.grid.center_of({0, 0, superior_end(ct)}).mm[2];
    if (top == nullptr || z > top_z) {
      top = &ct;
      top_z = z;
    }
    const int step = std::max(1, static_cast<int>(std::lround(5.0 / ct.grid.spacing_mm()[2])));
    for (int k = 0; k < ct.grid.size()[2]; k += step) most_cm2 = std::max(most_cm2, enclosed_air_cm2(ct, k));
  }
  return top != nullptr && most_cm2 >= kLungSeenCm2 && enclosed_air_cm2(*top, superior_end(*top)) <= kLungEndedCm2;
}

}  // namespace

bool covered(const std::vector<CtVolume>& series, const Point<CtFrame>& place) { return series_covering(series, place) != nullptr; }

std::optional<TissueRegion> region_around(const std::vector<CtVolume>& series, const Point<CtFrame>& place) {
  const CtVolume* ct = series_covering(series, place);
  if (ct == nullptr) return std::nullopt;
  const Eigen::Vector3d center = ct->grid.index_of(place);
  Eigen::Array3i low, high;
  for (int a = 0; a < 3; ++a) {
    const double reach = kShellOuterMm / ct->grid.spacing_mm()[a];
    low[a] = std::max(0, static_cast<int>(std::floor(center[a] - reach)));
    high[a] = std::min(ct->grid.size()[static_cast<std::size_t>(a)] - 1, static_cast<int>(std::ceil(center[a] + reach)));
  }
  std::vector<std::int16_t> shell;
  for (int k = low[2]; k <= high[2]; ++k)
    for (int j = low[1]; j <= high[1]; ++j)
      for (int i = low[0]; i <= high[0]; ++i) {
        const double r = distance_mm(ct->grid.center_of({i, j, k}), place);
        const std::int16_t hu = ct->at(i, j, k);
        if (r >= kShellInnerMm && r <= kShellOuterMm && hu < kMetalHu) shell.push_back(hu);
      }
  if (shell.empty()) return TissueRegion::tissue;
  const auto middle = shell.begin() + static_cast<std::ptrdiff_t>(shell.size() / 2);
  std::nth_element(shell.begin(), middle, shell.end());
  if (*middle < kAirHu) return surrounded_by_body(*ct, place) ? TissueRegion::lung : TissueRegion::outside;
  return *middle > kBoneHu ? TissueRegion::bone : TissueRegion::tissue;
}

Coverage coverage_of(const std::vector<CtVolume>& series, const Box<CtFrame>& target, double margin_mm) {
  Coverage out;
  constexpr double kStepMm = 2.0;  // less than the slice that a narrower gap would be
  if (series.empty() || target.empty()) return out;
  const auto covered_box = [&](double margin, bool sideways_ends_with_body) {
    // Nine lines along the body through the grown box, at its edges and its middle, lie in some series all along, since chest and abdomen
    // may leave a gap between them; or, sideways, beyond a body that is wholly in the image.
    const Eigen::Vector3d half = 0.5 * (target.high_mm - target.low_mm) + Eigen::Vector3d::Constant(margin);
    const int steps = std::max(2, static_cast<int>(std::ceil(2.0 * half[2] / kStepMm)));
    for (int n = 0; n < 9 * (steps + 1); ++n) {
      Point<CtFrame> p = target.center();
      p.mm += half.cwiseProduct(Eigen::Vector3d(n % 3 - 1, n / 3 % 3 - 1, 2.0 * (n / 9) / steps - 1.0));
      if (covered(series, p)) continue;
      if (!sideways_ends_with_body) return false;
      bool beyond_body = false;
      for (const CtVolume& ct : series) {
        const Eigen::Vector3d x = ct.grid.index_of(p);
        const int k = static_cast<int>(std::lround(x[2]));
        if (k >= 0 && k < ct.grid.size()[2] && body_inside_slice(ct, k)) beyond_body = true;
      }
      if (!beyond_body) return false;
    }
    return true;
  };
  out.target = covered_box(0.0, false);
  out.surroundings = covered_box(margin_mm, true);
  out.lungs = lungs_covered(series);
  return out;
}

template <class F>
Heterogeneity heterogeneity_of(const Volume<F>& ct, const StructureVolume<F>& target, const std::vector<Point<F>>& avoid,
                               std::vector<Point<F>>* dense_places) {
  Heterogeneity out;
  const Box<F> box = target.box();
  // About 2 mm: volumes of cubic centimetres need no finer count.
  const Eigen::Vector3d spacing = ct.grid.spacing_mm();
  std::array<int, 3> stride{};
  Eigen::Array3i low, high;
  Box<F> index_box;
  for (int corner = 0; corner < 8; ++corner) {
    Point<F> p;
    for (int a = 0; a < 3; ++a) p.mm[a] = ((corner >> a) & 1) != 0 ? box.high_mm[a] + kNearMm : box.low_mm[a] - kNearMm;
    index_box.include({ct.grid.index_of(p)});
  }
  for (int a = 0; a < 3; ++a) {
    stride[static_cast<std::size_t>(a)] = std::max(1, static_cast<int>(std::lround(2.0 / spacing[a])));
    low[a] = std::max(0, static_cast<int>(std::floor(index_box.low_mm[a])));
    high[a] = std::min(ct.grid.size()[static_cast<std::size_t>(a)] - 1, static_cast<int>(std::ceil(index_box.high_mm[a])));
  }
  const double cell_cc = ct.grid.voxel_volume_mm3() * stride[0] * stride[1] * stride[2] / 1000.0;
  for (int k = low[2]; k <= high[2]; k += stride[2])
    for (int j = low[1]; j <= high[1]; j += stride[1])
      for (int i = low[0]; i <= high[0]; i += stride[0]) {
        const std::int16_t hu = ct.at(i, j, k);
        if (hu >= kAirHu && hu <= kDenseHu) continue;
        const Point<F> p = ct.grid.center_of({i, j, k});
        const bool metal =
            std::any_of(avoid.begin(), avoid.end(), [&](const Point<F>& a) { return distance_mm(a, p) < kMetalClearanceMm; });
        if (metal) continue;
        if (target.signed_distance_mm(p) > kNearMm) continue;
        if (hu < kAirHu) {
          out.air_cc += cell_cc;
        } else if (!target.contains(p)) {
          out.dense_near_cc += cell_cc;
        } else {
          out.dense_cc += cell_cc;
          if (dense_places != nullptr) dense_places->push_back(p);
        }
      }
  return out;
}

template Heterogeneity heterogeneity_of(const Volume<CtFrame>&, const StructureVolume<CtFrame>&, const std::vector<Point<CtFrame>>&,
                                        std::vector<Point<CtFrame>>*);
template Heterogeneity heterogeneity_of(const Volume<PlanFrame>&, const StructureVolume<PlanFrame>&, const std::vector<Point<PlanFrame>>&,
                                        std::vector<Point<PlanFrame>>*);

}  // namespace seedaudit
