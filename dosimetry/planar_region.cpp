// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/planar_region.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace seedaudit {
namespace {

/// An edge with its lower end first; horizontal edges bound no band and are left out.
struct Slope {
  double y0, y1, x0, x1;
  double x_at(double y) const { return x0 + (x1 - x0) * ((y - y0) / (y1 - y0)); }
};

std::vector<BoundaryEdge> boundary_of(const std::vector<std::vector<Eigen::Vector2d>>& polygons) {
  std::vector<BoundaryEdge> edges;
  for (const auto& poly : polygons)
    for (std::size_t i = 0; i < poly.size(); ++i) {
      const Eigen::Vector2d& b = poly[(i + 1) % poly.size()];
      if (poly[i] != b) edges.push_back({poly[i], b});
    }
  // Even-odd: an edge that is drawn twice bounds nothing. Compare with the ends in one order.
  const auto key = [](const BoundaryEdge& e) {
    const std::pair<double, double> a{e.a.x(), e.a.y()}, b{e.b.x(), e.b.y()};
    return a < b ? std::pair{a, b} : std::pair{b, a};
  };
  std::stable_sort(edges.begin(), edges.end(), [&](const BoundaryEdge& l, const BoundaryEdge& r) { return key(l) < key(r); });
  std::vector<BoundaryEdge> out;
  for (std::size_t i = 0; i < edges.size();) {
    std::size_t n = i + 1;
    while (n < edges.size() && key(edges[n]) == key(edges[i])) ++n;
    if ((n - i) % 2 == 1) out.push_back(edges[i]);
    i = n;
  }
  return out;
}

}  // namespace

PlanarRegion::PlanarRegion(const std::vector<std::vector<Eigen::Vector2d>>& polygons) : edges_(boundary_of(polygons)) {
  std::vector<Slope> slopes;
  std::vector<double> levels;
  for (const BoundaryEdge& e : edges_) {
    const bool up = e.a.y() <= e.b.y();
    const Eigen::Vector2d& low = up ? e.a : e.b;
    const Eigen::Vector2d& high = up ? e.b : e.a;
    levels.push_back(low.y());
    levels.push_back(high.y());
    if (low.y() < high.y()) slopes.push_back({low.y(), high.y(), low.x(), high.x()});
  }
  std::sort(levels.begin(), levels.end());
  levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
  std::sort(slopes.begin(), slopes.end(), [](const Slope& a, const Slope& b) { return std::pair{a.y0, a.x0} < std::pair{b.y0, b.x0}; });

  std::vector<const Slope*> active;
  std::size_t next = 0;
  Eigen::Vector2d moment = Eigen::Vector2d::Zero();
  const auto add_band = [&](double y_low, double y_high) {
    const double mid = 0.5 * (y_low + y_high);
    std::sort(active.begin(), active.end(), [&](const Slope* a, const Slope* b) { return a->x_at(mid) < b->x_at(mid); });
    Band band{y_low, y_high, spans_.size(), 0, 0.0, 0.0, area_};
    for (std::size_t i = 0; i + 1 < active.size(); i += 2) {
      const Span s{active[i]->x_at(y_low), active[i]->x_at(y_high), active[i + 1]->x_at(y_low), active[i + 1]->x_at(y_high)};
      const double low = std::max(0.0, s.right_low - s.left_low), high = std::max(0.0, s.right_high - s.left_high);
      if (!(low + high > 0.0)) continue;
      spans_.push_back(s);
      ++band.span_count;
      band.width_low += low;
      band.width_high += high;
      const double dy = y_high - y_low;
      const double area = 0.5 * (low + high) * dy;
      area_ += area;
      // Moments of a trapezoid: its sides are linear in y, so Simpson's rule is exact.
      const double x_low = 0.5 * (s.left_low + s.right_low), x_high = 0.5 * (s.left_high + s.right_high);
      const double x_mid = 0.5 * (x_low + x_high), w_mid = 0.5 * (low + high);
      moment.x() += dy / 6.0 * (low * x_low + 4.0 * w_mid * x_mid + high * x_high);
      moment.y() += dy / 6.0 * (low * y_low + 4.0 * w_mid * mid + high * y_high);
    }
    if (band.span_count > 0) bands_.push_back(band);
  };
  for (std::size_t l = 0; l + 1 < levels.size(); ++l) {
    const double y_low = levels[l], y_high = levels[l + 1];
    std::erase_if(active, [&](const Slope* s) { return !(s->y1 > y_low); });
    while (next < slopes.size() && slopes[next].y0 <= y_low) active.push_back(&slopes[next++]);
    // Edges that cross between two levels (overlapping or self-intersecting polygons) cut the band there.
    std::vector<double> cuts{y_low};
    for (std::size_t i = 0; i < active.size(); ++i)
      for (std::size_t k = i + 1; k < active.size(); ++k) {
        const double low = active[i]->x_at(y_low) - active[k]->x_at(y_low), high = active[i]->x_at(y_high) - active[k]->x_at(y_high);
        if (low * high < 0.0) cuts.push_back(y_low + (y_high - y_low) * (low / (low - high)));
      }
    std::sort(cuts.begin(), cuts.end());
    cuts.push_back(y_high);
    for (std::size_t c = 0; c + 1 < cuts.size(); ++c)
      if (cuts[c] < cuts[c + 1]) add_band(cuts[c], cuts[c + 1]);
  }
  if (area_ > 0.0) centroid_ = moment / area_;
}

std::size_t PlanarRegion::band_at(double y) const {
  const auto it = std::upper_bound(bands_.begin(), bands_.end(), y, [](double v, const Band& b) { return v < b.y_low; });
  if (it == bands_.begin()) return bands_.size();
  const auto i = static_cast<std::size_t>(it - bands_.begin()) - 1;
  return y < bands_[i].y_high ? i : bands_.size();
}

bool PlanarRegion::contains(const Eigen::Vector2d& p) const {
  const std::size_t i = band_at(p.y());
  if (i == bands_.size()) return false;
  const Band& b = bands_[i];
  const double t = (p.y() - b.y_low) / (b.y_high - b.y_low);
  for (std::size_t s = b.first_span; s < b.first_span + b.span_count; ++s) {
    const Span& span = spans_[s];
    const double left = span.left_low + t * (span.left_high - span.left_low);
    const double right = span.right_low + t * (span.right_high - span.right_low);
    if (p.x() >= left && p.x() < right) return true;
  }
  return false;
}

Eigen::Vector2d PlanarRegion::map_unit_square(double u, double v) const {
  const double area = std::clamp(u, 0.0, 1.0) * area_;
  const auto it = std::upper_bound(bands_.begin(), bands_.end(), area, [](double a, const Band& b) { return a < b.area_before; });
  const Band& b = it == bands_.begin() ? bands_.front() : *(it - 1);
  // Area below height t of a band: dy (w0 t + (w1 - w0) t^2 / 2) = rest. The root in the form without cancellation.
  const double dy = b.y_high - b.y_low;
  const double rest = (area - b.area_before) / dy;
  const double slope = b.width_high - b.width_low;
  const double root = std::sqrt(std::max(0.0, b.width_low * b.width_low + 2.0 * slope * rest));
  const double t = b.width_low + root > 0.0 ? std::clamp(2.0 * rest / (b.width_low + root), 0.0, 1.0) : 0.0;
  double along = std::clamp(v, 0.0, 1.0) * (b.width_low + t * slope);
  const std::size_t last = b.first_span + b.span_count - 1;
  for (std::size_t s = b.first_span;; ++s) {
    const Span& span = spans_[s];
    const double left = span.left_low + t * (span.left_high - span.left_low);
    const double width = std::max(0.0, span.right_low + t * (span.right_high - span.right_low) - left);
    if (along < width || s == last) return {left + std::min(along, width), b.y_low + t * dy};
    along -= width;
  }
}

}  // namespace seedaudit
