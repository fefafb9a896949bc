// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/target_truth.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <numeric>
#include <optional>
#include <utility>

namespace seedaudit {
namespace {

/// Centre of the inside points of one plane on a 1 mm raster, if there are more than a few.
std::optional<Eigen::Vector3d> centre_in_plane(const InsideTest& inside, const Eigen::Vector3d& low, const Eigen::Vector3d& high,
                                               double z) {
  constexpr double kRasterMm = 1.0;
  Eigen::Vector3d sum = Eigen::Vector3d::Zero();
  int count = 0;
  for (double y = low.y(); y <= high.y(); y += kRasterMm)
    for (double x = low.x(); x <= high.x(); x += kRasterMm) {
      const Eigen::Vector3d p(x, y, z);
      if (!inside(p)) continue;
      sum += p;
      ++count;
    }
  if (count < 8) return std::nullopt;
  return sum / count;
}

/// Even-odd rule in the plane.
template <class F>
bool in_polygon(const Contour<F>& c, double x, double y) {
  bool in = false;
  for (std::size_t i = 0, j = c.points.size() - 1; i < c.points.size(); j = i++) {
    const Eigen::Vector3d& a = c.points[i].mm;
    const Eigen::Vector3d& b = c.points[j].mm;
    if ((a.y() > y) != (b.y() > y) && x < (b.x() - a.x()) * (y - a.y()) / (b.y() - a.y()) + a.x()) in = !in;
  }
  return in;
}

}  // namespace

template <class F>
std::vector<Contour<F>> contours_of(const InsideTest& inside, const Box<F>& box, const GridGeometry<F>& grid) {
  std::vector<Contour<F>> out;
  const double reach = (box.high_mm - box.low_mm).head(2).norm();
  for (int k = 0; k < grid.size()[2]; ++k) {
    const double z = grid.center_of({0, 0, k}).mm.z();
    if (z < box.low_mm.z() || z > box.high_mm.z()) continue;
    const auto centre = centre_in_plane(inside, box.low_mm, box.high_mm, z);
    if (!centre || !inside(*centre)) continue;
    constexpr int kPoints = 96;
    Contour<F> contour;
    for (int i = 0; i < kPoints; ++i) {
      const double angle = 2.0 * std::numbers::pi * i / kPoints;
      const Eigen::Vector3d way(std::cos(angle), std::sin(angle), 0.0);
      // From outside inwards to the first raster step that is inside, then bisection.
      double low = 0.0;
      double high = reach;
      for (double r = reach; r > 0.0; r -= 0.5)
        if (inside(*centre + r * way)) {
          low = r;
          break;
        } else {
          high = r;
        }
      while (high - low > 0.02) {
        const double r = 0.5 * (low + high);
        (inside(*centre + r * way) ? low : high) = r;
      }
      contour.points.push_back({*centre + 0.5 * (low + high) * way});
    }
    out.push_back(std::move(contour));
  }
  return out;
}

template <class F>
std::vector<Point<F>> lattice_of(const InsideTest& inside, const Box<F>& box, double spacing_mm) {
  std::vector<Point<F>> out;
  const Eigen::Vector3i n = ((box.high_mm - box.low_mm) / spacing_mm).array().floor().template cast<int>();
  for (int k = 0; k <= n.z(); ++k)
    for (int j = 0; j <= n.y(); ++j)
      for (int i = 0; i <= n.x(); ++i) {
        const Eigen::Vector3d p = box.low_mm + spacing_mm * Eigen::Vector3d(i, j, k);
        if (inside(p)) out.push_back({p});
      }
  return out;
}

template <class F>
std::vector<Point<F>> slab_points(const std::vector<Contour<F>>& contours, double slice_spacing_mm, double spacing_mm) {
  std::vector<Point<F>> out;
  const int levels = std::max(1, static_cast<int>(std::lround(slice_spacing_mm / spacing_mm)));
  for (const auto& contour : contours) {
    Box<F> box;
    for (const auto& p : contour.points) box.include(p);
    const double z = contour.points.front().mm.z();
    for (double y = box.low_mm.y() + 0.5 * spacing_mm; y < box.high_mm.y(); y += spacing_mm)
      for (double x = box.low_mm.x() + 0.5 * spacing_mm; x < box.high_mm.x(); x += spacing_mm) {
        if (!in_polygon(contour, x, y)) continue;
        for (int l = 0; l < levels; ++l) out.push_back({{x, y, z + slice_spacing_mm * ((l + 0.5) / levels - 0.5)}});
      }
  }
  return out;
}

template <class F>
double slab_volume_cc(const std::vector<Contour<F>>& contours, double slice_spacing_mm) {
  double area = 0.0;
  for (const auto& c : contours) {
    double twice = 0.0;
    for (std::size_t i = 0, j = c.points.size() - 1; i < c.points.size(); j = i++)
      twice += c.points[j].mm.x() * c.points[i].mm.y() - c.points[i].mm.x() * c.points[j].mm.y();
    area += 0.5 * std::abs(twice);
  }
  return area * slice_spacing_mm / 1000.0;
}

template <class F>
TrueDose dose_figures(const std::vector<Point<F>>& points, const std::vector<DoseSeed<F>>& seeds, const SourceModel& source,
                      DoseFormalism formalism, double rx_gy) {
  DoseOptions options;
  options.formalism = formalism;
  auto dose = dose_at(points, seeds, source, options);
  std::sort(dose.begin(), dose.end());
  TrueDose out;
  if (dose.empty()) return out;
  const auto n = static_cast<double>(dose.size());
  const auto above = [&](double gy) {
    return 100.0 * static_cast<double>(dose.end() - std::lower_bound(dose.begin(), dose.end(), static_cast<float>(gy))) / n;
  };
  // The hottest 90 %: its coldest point.
  const auto rank = static_cast<std::size_t>(std::ceil(0.9 * n));
  out.d90_gy = dose[dose.size() - rank];
  out.v100_pct = above(rx_gy);
  out.v150_pct = above(1.5 * rx_gy);
  out.v200_pct = above(2.0 * rx_gy);
  out.mean_gy = std::accumulate(dose.begin(), dose.end(), 0.0) / n;
  return out;
}

PlanningHistogram stored_histogram(std::vector<float> dose_gy, int roi_number, double volume_cc, double rx_gy) {
  std::sort(dose_gy.begin(), dose_gy.end());
  const auto n = static_cast<double>(dose_gy.size());
  std::vector<double> edges, at_least;
  const int bins = static_cast<int>(std::ceil(4.0 * rx_gy));
  for (int gy = 0; gy <= bins; ++gy) {
    edges.push_back(gy);
    const auto below = std::lower_bound(dose_gy.begin(), dose_gy.end(), static_cast<float>(gy)) - dose_gy.begin();
    at_least.push_back(100.0 * (1.0 - static_cast<double>(below) / n));
  }
  HistogramStatement s;
  s.roi_number = roi_number;
  s.volume_cc = volume_cc;
  s.minimum_gy = static_cast<double>(dose_gy.front());
  s.maximum_gy = static_cast<double>(dose_gy.back());
  s.mean_gy = std::accumulate(dose_gy.begin(), dose_gy.end(), 0.0) / n;
  return PlanningHistogram::make(std::move(edges), std::move(at_least), s).value();
}

#define SEEDAUDIT_INSTANTIATE(F)                                                                          \
  template std::vector<Contour<F>> contours_of(const InsideTest&, const Box<F>&, const GridGeometry<F>&); \
  template std::vector<Point<F>> lattice_of(const InsideTest&, const Box<F>&, double);                    \
  template std::vector<Point<F>> slab_points(const std::vector<Contour<F>>&, double, double);             \
  template double slab_volume_cc(const std::vector<Contour<F>>&, double);                                 \
  template TrueDose dose_figures(const std::vector<Point<F>>&, const std::vector<DoseSeed<F>>&, const SourceModel&, DoseFormalism, double);
SEEDAUDIT_INSTANTIATE(CtFrame)
SEEDAUDIT_INSTANTIATE(PlanFrame)
#undef SEEDAUDIT_INSTANTIATE

}  // namespace seedaudit
