// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/contour_planes.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace seedaudit {
namespace {

constexpr double kNoAreaMm2 = 1e-6;
/// A distance between planes above this many usual ones means that planes are missing between them.
constexpr double kGapFactor = 1.5;

using Polyline = std::vector<Eigen::Vector3d>;

/// Twice the area vector of a polygon (Newell): its direction is the normal, whatever the shape.
Eigen::Vector3d newell(const Polyline& p) {
  Eigen::Vector3d n = Eigen::Vector3d::Zero();
  for (std::size_t i = 1; i + 1 < p.size(); ++i) n += (p[i] - p[0]).cross(p[i + 1] - p[0]);
  return n;
}

/// Rows x, y, z of an orthonormal right-handed frame around the normal; x lies as near as possible to patient left, so that axial contours
/// keep their familiar coordinates.
Eigen::Matrix3d frame_of(Eigen::Vector3d normal) {
  normal.normalize();
  Eigen::Index largest = 0;
  normal.cwiseAbs().maxCoeff(&largest);
  if (normal[largest] < 0.0) normal = -normal;
  const Eigen::Vector3d hint = std::abs(normal.x()) < 0.9 ? Eigen::Vector3d::UnitX() : Eigen::Vector3d::UnitY();
  const Eigen::Vector3d x = (hint - hint.dot(normal) * normal).normalized();
  Eigen::Matrix3d m;
  m.row(0) = x;
  m.row(1) = normal.cross(x);
  m.row(2) = normal;
  return m;
}

std::string text(double mm) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.2f", mm);
  return buffer;
}

struct Flat {
  double offset = 0.0, area = 0.0;
  std::vector<Eigen::Vector2d> points;
};

struct Plane {
  double offset = 0.0, largest_area = 0.0;
  std::vector<std::vector<Eigen::Vector2d>> polygons;
  PlanarRegion region;
};

/// The same curve a second time, point by point: a copy made on export, not a hole that somebody drew.
bool is_copy(const std::vector<Eigen::Vector2d>& a, const std::vector<Eigen::Vector2d>& b) {
  constexpr double kSamePointMm = 1e-3;  // what decimals of a coordinate are written to
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](const Eigen::Vector2d& p, const Eigen::Vector2d& q) {
           return (p - q).cwiseAbs().maxCoeff() < kSamePointMm;
         });
}

/// Whether two regions share area, judged at points spread over the smaller one.
bool overlap(const PlanarRegion& a, const PlanarRegion& b) {
  const PlanarRegion& small = a.area_mm2() < b.area_mm2() ? a : b;
  const PlanarRegion& large = a.area_mm2() < b.area_mm2() ? b : a;
  constexpr int kAcross = 24;
  for (int i = 0; i < kAcross; ++i)
    for (int j = 0; j < kAcross; ++j)
      if (large.contains(small.map_unit_square((i + 0.5) / kAcross, (j + 0.5) / kAcross))) return true;
  return false;
}

double median(std::vector<double> v) {
  const auto mid = v.begin() + static_cast<std::ptrdiff_t>((v.size() - 1) / 2);
  std::nth_element(v.begin(), mid, v.end());
  return *mid;
}

class Stacker {
 public:
  Stacker(const std::string& name, const StructureOptions& options) : name_(name), options_(options) {}

  Result<ContourStack> run(const std::vector<Polyline>& contours) {
    if (auto e = orient(contours)) return *e;
    if (auto e = collect(contours)) return *e;
    if (auto e = set_thickness()) return *e;
    return std::move(stack_);
  }

 private:
  Error bad(const std::string& what, const std::string& hint) const {
    return Error{ErrorCode::structures_invalid, what, "structure " + name_, hint};
  }
  void warn(const char* code, const std::string& message) { stack_.warnings.push_back({code, name_ + ": " + message}); }

  /// The largest contour sets the normal; a sub-pixel one has none worth the name.
  std::optional<Error> orient(const std::vector<Polyline>& contours) {
    Eigen::Vector3d best = Eigen::Vector3d::Zero();
    for (const auto& c : contours) {
      for (const auto& p : c)
        if (!p.allFinite()) return bad("a contour has a coordinate that is not a number", "Export the structure again.");
      if (c.size() < 3) continue;
      const Eigen::Vector3d n = newell(c);
      if (n.norm() > best.norm()) {
        best = n;
        stack_.origin_mm = c.front();
      }
    }
    if (!(best.norm() > 2.0 * kNoAreaMm2)) return bad("the structure has no closed contour with an area", "Check that it was contoured.");
    stack_.from_patient = frame_of(best);
    return std::nullopt;
  }

  std::optional<Error> collect(const std::vector<Polyline>& contours) {
    std::vector<Flat> flats;
    int degenerate = 0;
    for (const auto& c : contours) {
      if (c.size() < 3 || !(newell(c).norm() > 2.0 * kNoAreaMm2)) {
        ++degenerate;
        continue;
      }
      Flat f{0.0, 0.5 * newell(c).norm(), {}};
      double low = 0.0, high = 0.0;
      for (const auto& p : c) {
        const Eigen::Vector3d q = stack_.to_stack(p);
        if (f.points.empty()) low = high = q.z();
        low = std::min(low, q.z());
        high = std::max(high, q.z());
        f.offset += q.z() / static_cast<double>(c.size());
        f.points.emplace_back(q.x(), q.y());
      }
      if (high - low > 2.0 * options_.planarity_tolerance_mm)
        return bad("its contours are not planar or not parallel: one leaves the common plane by " + text(0.5 * (high - low)) + " mm",
                   "Contour on parallel slices of one image.");
      flats.push_back(std::move(f));
    }
    if (degenerate > 0) warn("DEGENERATE_CONTOUR", std::to_string(degenerate) + " contours without area were left out");
    std::stable_sort(flats.begin(), flats.end(), [](const Flat& a, const Flat& b) { return a.offset < b.offset; });
    const std::vector<std::size_t> first = first_of_planes(flats);
    int copies = 0;
    for (std::size_t i = 0, next = 0; i < flats.size(); ++i) {
      if (next < first.size() && first[next] == i) {
        planes_.emplace_back();
        ++next;
      }
      Plane& plane = planes_.back();
      if (std::any_of(plane.polygons.begin(), plane.polygons.end(), [&](const auto& p) { return is_copy(p, flats[i].points); })) {
        ++copies;
        continue;
      }
      // The largest contour says where the plane lies.
      if (flats[i].area > plane.largest_area) {
        plane.offset = flats[i].offset;
        plane.largest_area = flats[i].area;
      }
      plane.polygons.push_back(std::move(flats[i].points));
    }
    if (copies > 0)
      warn("CONTOUR_REPEATED", std::to_string(copies) + " contours repeat another of their plane point by point; each counts once");
    for (auto& p : planes_) p.region = PlanarRegion(p.polygons);
    // Contours that cancel out (one curve drawn twice with other points) leave nothing on their plane.
    const auto empty = std::erase_if(planes_, [](const Plane& p) { return !(p.region.area_mm2() > kNoAreaMm2); });
    if (empty > 0) warn("DEGENERATE_CONTOUR", std::to_string(empty) + " planes on which contours cancel each other were left out");
    if (planes_.empty()) return bad("its contours cancel each other", "A contour drawn twice on one plane is a hole in itself.");
    return std::nullopt;
  }

  /// Index of the first contour of each plane, contours being sorted. Contours within the tolerance are one plane where that leaves planes
  /// clearly apart; where it does not, the planes really are that close and only equal positions are one.
  std::vector<std::size_t> first_of_planes(const std::vector<Flat>& flats) const {
    constexpr double kEqualMm = 0.01;
    for (const double tolerance : {options_.plane_tolerance_mm, std::min(kEqualMm, options_.plane_tolerance_mm)}) {
      std::vector<std::size_t> first;
      double widest = 0.0, closest = std::numeric_limits<double>::infinity();
      for (std::size_t i = 0; i < flats.size(); ++i) {
        const bool same = !first.empty() && flats[i].offset - flats[first.back()].offset <= tolerance;
        if (same) {
          widest = std::max(widest, flats[i].offset - flats[first.back()].offset);
          continue;
        }
        if (i > 0) closest = std::min(closest, flats[i].offset - flats[i - 1].offset);
        first.push_back(i);
      }
      if (closest >= 2.0 * widest || tolerance <= kEqualMm) return first;
    }
    return {};
  }

  std::optional<Error> set_thickness() {
    const std::size_t n = planes_.size();
    std::vector<double> steps;
    for (std::size_t i = 0; i + 1 < n; ++i) steps.push_back(planes_[i + 1].offset - planes_[i].offset);
    const bool single = n == 1 || (n == 2 && steps[0] > options_.bridge_gap_mm);
    if (single && !options_.single_plane_thickness_mm)
      return bad(n == 1 ? "it is drawn on one plane only, so its thickness is unknown"
                        : "it is drawn on two planes " + text(steps[0]) + " mm apart, so their thickness is unknown",
                 "Give the image that it was drawn on, or draw it on neighbouring slices.");
    stack_.spacing_mm = single ? *options_.single_plane_thickness_mm : median(steps);
    std::vector<double> below(n, 0.0), above(n, 0.0);
    for (std::size_t i = 0; i + 1 < n; ++i) {
      double reach = 0.5 * steps[i];
      if (single || steps[i] > kGapFactor * stack_.spacing_mm) {
        const bool bridged = !single && steps[i] <= options_.bridge_gap_mm && overlap(planes_[i].region, planes_[i + 1].region);
        if (!bridged) reach = std::min(reach, 0.5 * stack_.spacing_mm);
        warn(bridged ? "CONTOUR_GAP_BRIDGED" : "CONTOUR_GAP_LEFT", "no contour for " + text(steps[i]) + " mm where " +
                                                                       text(stack_.spacing_mm) + " mm is usual; the gap was " +
                                                                       (bridged ? "filled from both sides" : "left open"));
      }
      above[i] = below[i + 1] = reach;
    }
    // The end planes reach outward half the step to their neighbour, or half the usual step where that neighbour is missing.
    const auto outward = [&](double step) { return 0.5 * (step > kGapFactor * stack_.spacing_mm ? stack_.spacing_mm : step); };
    below[0] = single ? 0.5 * stack_.spacing_mm : outward(steps.front());
    above[n - 1] = single ? 0.5 * stack_.spacing_mm : outward(steps.back());
    for (std::size_t i = 0; i < n; ++i) {
      const double at = planes_[i].offset;
      const bool joined = i > 0 && below[i] == 0.5 * steps[i - 1];
      // One shared face between neighbours, to the bit: no point falls between two slabs.
      const double low = joined ? stack_.slabs.back().high_mm : at - below[i];
      stack_.slabs.push_back({std::move(planes_[i].region), low, at + above[i], at});
    }
    return std::nullopt;
  }

  const std::string& name_;
  const StructureOptions& options_;
  ContourStack stack_;
  std::vector<Plane> planes_;
};

}  // namespace

Result<ContourStack> stack_contours(const std::string& name, const std::vector<std::vector<Eigen::Vector3d>>& contours,
                                    const StructureOptions& options) {
  return Stacker(name, options).run(contours);
}

}  // namespace seedaudit
