// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/structure_volume.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "dosimetry/contour_planes.h"

namespace seedaudit {
namespace {

constexpr double kMm3PerCc = 1000.0;

double squared_distance_to_edge(const BoundaryEdge& e, const Eigen::Vector2d& p) {
  const Eigen::Vector2d d = e.b - e.a;
  const double t = std::clamp((p - e.a).dot(d) / d.squaredNorm(), 0.0, 1.0);
  return (p - e.a - t * d).squaredNorm();
}

/// x - floor(x), in [0, 1).
double fraction_of(double x) { return x - std::floor(x); }

int steps_for(double length_mm, double spacing_mm) { return std::max(1, static_cast<int>(std::ceil(length_mm / spacing_mm))); }

}  // namespace

Status StructureOptions::check() const {
  const auto bad = [](const char* name, double v) {
    return Error{ErrorCode::invalid_option, std::string(name) + " is " + std::to_string(v) + ", must be above 0", "", ""};
  };
  if (!(plane_tolerance_mm > 0.0)) return bad("plane_tolerance_mm", plane_tolerance_mm);
  if (!(planarity_tolerance_mm > 0.0)) return bad("planarity_tolerance_mm", planarity_tolerance_mm);
  if (single_plane_thickness_mm && !(*single_plane_thickness_mm > 0.0)) return bad("single_plane_thickness_mm", *single_plane_thickness_mm);
  if (!(bridge_gap_mm > 0.0)) return bad("bridge_gap_mm", bridge_gap_mm);
  return ok_status();
}

template <class F>
struct StructureVolume<F>::Impl {
  std::string name;
  ContourStack stack;
  std::vector<double> volume_before_mm3;
  double volume_mm3 = 0.0;
  Point<F> centroid;
  Box<F> box;

  /// Slab that holds height z, or none. A height on a shared face belongs to the upper one.
  const ContourSlab* slab_at(double z) const {
    const auto& slabs = stack.slabs;
    auto it = std::upper_bound(slabs.begin(), slabs.end(), z, [](double v, const ContourSlab& s) { return v < s.low_mm; });
    if (it == slabs.begin()) return nullptr;
    --it;
    return z < it->high_mm ? &*it : nullptr;
  }

  /// Calls f(height, lower region or null, upper region or null) for each level face between slabs and at open ends.
  template <class Visit>
  void for_each_face(const Visit& visit) const {
    const auto& slabs = stack.slabs;
    for (std::size_t i = 0; i < slabs.size(); ++i) {
      const bool joined_below = i > 0 && slabs[i - 1].high_mm == slabs[i].low_mm;
      const bool joined_above = i + 1 < slabs.size() && slabs[i + 1].low_mm == slabs[i].high_mm;
      if (!joined_below) visit(slabs[i].low_mm, static_cast<const PlanarRegion*>(nullptr), &slabs[i].region);
      visit(slabs[i].high_mm, &slabs[i].region, joined_above ? &slabs[i + 1].region : nullptr);
    }
  }
};

template <class F>
Result<StructureVolume<F>> StructureVolume<F>::make(const Structure<F>& structure, const StructureOptions& options) {
  if (auto s = options.check(); !s) return s.error();
  std::vector<std::vector<Eigen::Vector3d>> contours;
  contours.reserve(structure.contours.size());
  for (const auto& c : structure.contours) {
    auto& list = contours.emplace_back();
    list.reserve(c.points.size());
    for (const auto& p : c.points) list.push_back(p.mm);
  }
  Result<ContourStack> stack = stack_contours(structure.name, contours, options);
  if (!stack) return stack.error();
  auto impl = std::make_shared<Impl>();
  impl->name = structure.name;
  impl->stack = std::move(stack).value();
  Eigen::Vector3d moment = Eigen::Vector3d::Zero();
  for (const ContourSlab& s : impl->stack.slabs) {
    impl->volume_before_mm3.push_back(impl->volume_mm3);
    const double volume = s.region.area_mm2() * (s.high_mm - s.low_mm);
    impl->volume_mm3 += volume;
    const Eigen::Vector2d c = s.region.centroid();
    moment += volume * Eigen::Vector3d(c.x(), c.y(), 0.5 * (s.low_mm + s.high_mm));
    for (const BoundaryEdge& e : s.region.edges())
      for (const double z : {s.low_mm, s.high_mm}) impl->box.include({impl->stack.to_patient({e.a.x(), e.a.y(), z})});
  }
  impl->centroid.mm = impl->stack.to_patient(moment / impl->volume_mm3);
  StructureVolume out;
  out.impl_ = std::move(impl);
  return out;
}

template <class F>
const std::string& StructureVolume<F>::name() const {
  return impl_->name;
}
template <class F>
double StructureVolume<F>::volume_cc() const {
  return impl_->volume_mm3 / kMm3PerCc;
}
template <class F>
Point<F> StructureVolume<F>::centroid() const {
  return impl_->centroid;
}
template <class F>
Box<F> StructureVolume<F>::box() const {
  return impl_->box;
}
template <class F>
double StructureVolume<F>::plane_spacing_mm() const {
  return impl_->stack.spacing_mm;
}
template <class F>
std::size_t StructureVolume<F>::plane_count() const {
  return impl_->stack.slabs.size();
}
template <class F>
const Warnings& StructureVolume<F>::warnings() const {
  return impl_->stack.warnings;
}

template <class F>
bool StructureVolume<F>::contains(const Point<F>& p) const {
  const Eigen::Vector3d q = impl_->stack.to_stack(p.mm);
  const ContourSlab* s = impl_->slab_at(q.z());
  return s != nullptr && s->region.contains({q.x(), q.y()});
}

template <class F>
double StructureVolume<F>::signed_distance_mm(const Point<F>& p) const {
  const Eigen::Vector3d q = impl_->stack.to_stack(p.mm);
  const Eigen::Vector2d xy(q.x(), q.y());
  double best = std::numeric_limits<double>::infinity();
  // Faces where exactly one side is inside; where the point does not project onto such a face, the nearest of it is the end of a wall.
  impl_->for_each_face([&](double z, const PlanarRegion* below, const PlanarRegion* above) {
    const double d = std::abs(q.z() - z);
    if (!(d * d < best)) return;
    const bool in_below = below != nullptr && below->contains(xy), in_above = above != nullptr && above->contains(xy);
    if (in_below != in_above) best = d * d;
  });
  for (const ContourSlab& s : impl_->stack.slabs) {
    const double dz = std::max({s.low_mm - q.z(), q.z() - s.high_mm, 0.0});
    if (!(dz * dz < best)) continue;
    for (const BoundaryEdge& e : s.region.edges()) best = std::min(best, dz * dz + squared_distance_to_edge(e, xy));
  }
  return contains(p) ? -std::sqrt(best) : std::sqrt(best);
}

template <class F>
std::vector<Point<F>> StructureVolume<F>::sample(std::uint64_t first, std::size_t n) const {
  // Additive recurrence with the powers of 1 / 1.2207..., the real root of x^4 = x + 1: the three-dimensional golden ratio.
  constexpr double kRoot = 1.2207440846057594754;
  constexpr double kStepW = 1.0 / kRoot, kStepU = kStepW / kRoot, kStepV = kStepU / kRoot;
  const auto& slabs = impl_->stack.slabs;
  const auto& before = impl_->volume_before_mm3;
  std::vector<Point<F>> out;
  out.reserve(n);
  for (std::size_t i = 0; i < n; ++i) {
    // From 1: the point of index 0 would be the middle of every symmetric structure, where a test or a planner may put a seed.
    const double k = static_cast<double>(first + i + 1);
    const double volume = fraction_of(0.5 + k * kStepW) * impl_->volume_mm3;
    const auto it = std::upper_bound(before.begin(), before.end(), volume) - 1;
    const auto index = static_cast<std::size_t>(it - before.begin());
    const ContourSlab& s = slabs[index];
    const double z = std::min(s.high_mm, s.low_mm + (volume - *it) / s.region.area_mm2());
    const Eigen::Vector2d xy = s.region.map_unit_square(fraction_of(0.5 + k * kStepU), fraction_of(0.5 + k * kStepV));
    out.push_back({impl_->stack.to_patient({xy.x(), xy.y(), z})});
  }
  return out;
}

template <class F>
std::vector<Point<F>> StructureVolume<F>::surface_points(double spacing_mm) const {
  std::vector<Point<F>> out;
  for (const ContourSlab& s : impl_->stack.slabs) {
    const int nz = steps_for(s.high_mm - s.low_mm, spacing_mm);
    for (const BoundaryEdge& e : s.region.edges()) {
      const int ne = steps_for((e.b - e.a).norm(), spacing_mm);
      for (int i = 0; i < ne; ++i)
        for (int j = 0; j <= nz; ++j) {
          const Eigen::Vector2d xy = e.a + (e.b - e.a) * (static_cast<double>(i) / ne);
          out.push_back({impl_->stack.to_patient({xy.x(), xy.y(), s.low_mm + (s.high_mm - s.low_mm) * (static_cast<double>(j) / nz)})});
        }
    }
  }
  impl_->for_each_face([&](double z, const PlanarRegion* below, const PlanarRegion* above) {
    Eigen::Vector2d low = Eigen::Vector2d::Constant(std::numeric_limits<double>::infinity()), high = -low;
    for (const PlanarRegion* r : {below, above}) {
      if (r == nullptr) continue;
      for (const BoundaryEdge& e : r->edges()) {
        low = low.cwiseMin(e.a);
        high = high.cwiseMax(e.a);
      }
    }
    const int nx = steps_for(high.x() - low.x(), spacing_mm), ny = steps_for(high.y() - low.y(), spacing_mm);
    for (int j = 0; j < ny; ++j)
      for (int i = 0; i < nx; ++i) {
        const Eigen::Vector2d xy(low.x() + (i + 0.5) * (high.x() - low.x()) / nx, low.y() + (j + 0.5) * (high.y() - low.y()) / ny);
        const bool in_below = below != nullptr && below->contains(xy), in_above = above != nullptr && above->contains(xy);
        if (in_below != in_above) out.push_back({impl_->stack.to_patient({xy.x(), xy.y(), z})});
      }
  });
  return out;
}

template class StructureVolume<CtFrame>;
template class StructureVolume<PlanFrame>;

}  // namespace seedaudit
