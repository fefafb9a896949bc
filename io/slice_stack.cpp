// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/slice_stack.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

namespace seedaudit {
namespace {

/// Positions written with one decimal are off by up to 0.05 mm, from a fitted line by a little more; that is also far below what a
/// seed's centre can be measured to.
constexpr double kPositionToleranceMm = 0.075;
/// A slice this near to its place on a regular grid is taken as it is.
constexpr double kSnapMm = 0.08;
/// Slices nearer than this are two images of one place.
constexpr double kSamePlaceMm = 0.01;
/// A drift in the plane below this over the whole stack is rounding of the direction cosines, not tilt.
constexpr double kDriftToleranceMm = 0.05;
/// A hole wider than this between slice centres could swallow a whole seed (4.5 mm and its blooming).
constexpr double kWidestRepairMm = 6.0;
/// No scan for seeds has slices this far apart; two stray slices must not become a volume.
constexpr double kWidestSpacingMm = 20.0;
constexpr double kWidestShiftMm = 500.0;
constexpr int kMostSlices = 5000;

struct SliceLine {
  std::vector<std::size_t> order;  ///< slices along the normal
  std::vector<double> at;          ///< their positions, in that order
};

std::string mm(double v) {
  char b[32];
  std::snprintf(b, sizeof b, "%.2f", v);
  return b;
}

Eigen::Matrix3d frame_of(const SliceStack& s) {
  Eigen::Matrix3d d;
  d.col(0) = s.row_direction.normalized();
  d.col(1) = (s.column_direction - d.col(0) * d.col(0).dot(s.column_direction)).normalized();
  d.col(2) = d.col(0).cross(d.col(1));
  return d;
}

SliceLine line_of(const SliceStack& s) {
  const auto t = positions_along_normal_mm(s);
  SliceLine line;
  line.order.resize(t.size());
  std::iota(line.order.begin(), line.order.end(), std::size_t{0});
  std::stable_sort(line.order.begin(), line.order.end(), [&t](std::size_t a, std::size_t b) { return t[a] < t[b]; });
  for (const std::size_t i : line.order) line.at.push_back(t[i]);
  return line;
}

double median(std::vector<double> v) {
  const auto mid = v.begin() + static_cast<std::ptrdiff_t>((v.size() - 1) / 2);
  std::nth_element(v.begin(), mid, v.end());
  return *mid;
}

/// The regular grid that slices lie on: place of slice k = start + spacing * steps[k].
struct RegularFit {
  double start = 0.0;
  double spacing = 0.0;
  double misfit_mm = 0.0;  ///< greatest distance of a slice from its place
};

RegularFit fit_regular(const std::vector<double>& at, const std::vector<int>& steps) {
  const auto misfit = [&](double start, double spacing) {
    double worst = 0.0;
    for (std::size_t k = 0; k < at.size(); ++k) worst = std::max(worst, std::abs(at[k] - start - spacing * steps[k]));
    return worst;
  };
  // First the line through the ends, which is exact where the positions are; else the least squares line, which shares rounding out.
  RegularFit fit{at.front(), (at.back() - at.front()) / steps.back(), 0.0};
  fit.misfit_mm = misfit(fit.start, fit.spacing);
  if (fit.misfit_mm < 1e-3) return fit;
  const double n = static_cast<double>(at.size());
  double mean_x = 0.0, mean_y = 0.0, xx = 0.0, xy = 0.0;
  for (std::size_t k = 0; k < at.size(); ++k) {
    mean_x += steps[k] / n;
    mean_y += at[k] / n;
  }
  for (std::size_t k = 0; k < at.size(); ++k) {
    xx += (steps[k] - mean_x) * (steps[k] - mean_x);
    xy += (steps[k] - mean_x) * (at[k] - mean_y);
  }
  fit.spacing = xy / xx;
  fit.start = mean_y - fit.spacing * mean_x;
  fit.misfit_mm = misfit(fit.start, fit.spacing);
  return fit;
}

/// The slices' places in the plane and the tilt they show.
Status lay_in_plane(const SliceStack& s, const SliceLine& line, StackPlan& plan) {
  const Eigen::Vector3d first = s.slices[line.order.front()].position_mm;
  std::vector<Eigen::Vector2d> drift(s.slices.size());
  Eigen::Vector2d low = Eigen::Vector2d::Zero(), high = Eigen::Vector2d::Zero();
  for (std::size_t i = 0; i < s.slices.size(); ++i) {
    drift[i] = (plan.direction.leftCols<2>().transpose() * (s.slices[i].position_mm - first));
    low = low.cwiseMin(drift[i]);
    high = high.cwiseMax(drift[i]);
  }
  plan.size = {s.columns, s.rows, 0};
  plan.offset_px.assign(s.slices.size(), Eigen::Vector2d::Zero());
  if ((high - low).maxCoeff() <= kDriftToleranceMm) {
    // Within the tolerance: the middle of the drift is everyone's place.
    plan.origin_mm = first + plan.direction.leftCols<2>() * (0.5 * (low + high));
    return ok_status();
  }
  if (!((high - low).maxCoeff() < kWidestShiftMm))
    return Error{ErrorCode::inconsistent_geometry,
                 "slices of one series are displaced in their plane by " + mm((high - low).maxCoeff()) + " mm",
                 s.slices[line.order.back()].name, "Give one series at a time."};
  plan.shifted = true;
  plan.exact = false;
  plan.origin_mm = first + plan.direction.leftCols<2>() * low;
  const Eigen::Vector2d pixel(s.spacing_i_mm, s.spacing_j_mm);
  for (std::size_t i = 0; i < s.slices.size(); ++i) plan.offset_px[i] = (drift[i] - low).cwiseQuotient(pixel);
  // The output plane is wide enough for every slice: nothing that was scanned is cut away.
  for (std::size_t a = 0; a < 2; ++a)
    plan.size[a] += static_cast<int>(std::ceil((high - low)[static_cast<int>(a)] / pixel[static_cast<int>(a)] - 1e-3));

  const double length = line.at.back() - line.at.front();
  const Eigen::Vector2d slope = (drift[line.order.back()] - drift[line.order.front()]) / length;
  double off_line = 0.0;
  for (std::size_t k = 0; k < line.at.size(); ++k)
    off_line = std::max(off_line, (drift[line.order[k]] - drift[line.order.front()] - slope * (line.at[k] - line.at.front())).norm());
  plan.tilt_deg = std::atan(slope.norm()) * 180.0 / 3.14159265358979323846;
  if (off_line < 0.2) {
    plan.warnings.push_back(
        {"GANTRY_TILT_RESAMPLED", "the slices are tilted by " + mm(plan.tilt_deg) +
                                      " degrees against their stacking direction; the volume was resampled to a rectangular grid"});
  } else {
    plan.warnings.push_back({"SHIFTED_SLICES_RESAMPLED", "the slices are displaced against each other in their plane by up to " +
                                                             mm((high - low).norm()) +
                                                             " mm; the volume was resampled to a rectangular grid"});
  }
  return ok_status();
}

double thickness_of(const SliceStack& s, const SliceLine& line, std::size_t gap) {
  return std::max(s.slices[line.order[gap]].thickness_mm.value_or(0.0), s.slices[line.order[gap + 1]].thickness_mm.value_or(0.0));
}

std::string sides_of(const SliceStack& s, const SliceLine& line, std::size_t gap) {
  return s.slices[line.order[gap]].name + " and " + s.slices[line.order[gap + 1]].name;
}

/// Blends for output slices at start + k * spacing; a slice within `snap_mm` of its place is taken as it is.
void blend_regular(const SliceLine& line, double start, double spacing, int count, double snap_mm, StackPlan& plan) {
  plan.size[2] = count;
  plan.spacing_mm[2] = spacing;
  plan.origin_mm += plan.direction.col(2) * (start - line.at.front());
  std::size_t below = 0;
  for (int k = 0; k < count; ++k) {
    const double t = start + spacing * k;
    while (below + 2 < line.at.size() && line.at[below + 1] <= t) ++below;
    const std::size_t above = std::min(below + 1, line.at.size() - 1);
    SliceBlend b{line.order[below], line.order[above], 0.0};
    if (std::abs(t - line.at[below]) <= snap_mm) {
      b.above = b.below;
    } else if (std::abs(t - line.at[above]) <= snap_mm) {
      b.below = b.above;
    } else {
      b.weight_above = std::clamp((t - line.at[below]) / (line.at[above] - line.at[below]), 0.0, 1.0);
      plan.exact = false;
    }
    plan.blends.push_back(b);
  }
}

/// Every hole is one slice wide, small, and has regular neighbours.
bool holes_can_be_filled(const SliceStack& s, const SliceLine& line, const std::vector<std::size_t>& holes, const std::vector<int>& steps) {
  if (holes.size() > std::max<std::size_t>(1, line.at.size() / 10)) return false;
  for (std::size_t h = 0; h < holes.size(); ++h) {
    const std::size_t g = holes[h];
    if (steps[g + 1] - steps[g] != 2) return false;
    const double width = line.at[g + 1] - line.at[g];
    if (width > kWidestRepairMm && width > 1.1 * thickness_of(s, line, g)) return false;
    if (h > 0 && g - holes[h - 1] < 4) return false;
  }
  return true;
}

Error missing(const SliceStack& s, const SliceLine& line, std::size_t gap, double usual) {
  return {ErrorCode::missing_slices,
          "slices are missing: a gap of " + mm(line.at[gap + 1] - line.at[gap]) + " mm where the spacing is " + mm(usual) + " mm",
          sides_of(s, line, gap), "Export the complete series."};
}

Status lay_along_normal(const SliceStack& s, const SliceLine& line, StackPlan& plan) {
  const std::size_t n = line.at.size();
  const double length = line.at.back() - line.at.front();
  std::vector<double> gaps(n - 1);
  for (std::size_t g = 0; g + 1 < n; ++g) gaps[g] = line.at[g + 1] - line.at[g];
  const double usual = median(gaps);
  if (!(usual <= kWidestSpacingMm))
    return Error{ErrorCode::inconsistent_geometry, "slices lie " + mm(usual) + " mm apart", sides_of(s, line, 0),
                 "Give a complete series."};

  std::vector<int> steps(n);
  std::iota(steps.begin(), steps.end(), 0);
  const RegularFit even_fit = fit_regular(line.at, steps);
  const double even = even_fit.spacing;
  if (even_fit.misfit_mm <= kPositionToleranceMm) {
    blend_regular(line, even_fit.start, even, static_cast<int>(n), kSnapMm, plan);
    const double thick = thickness_of(s, line, 0);
    if (thick > 0.0 && even > 1.5 * thick)
      plan.warnings.push_back(
          {"SLICE_GAP", "slices " + mm(thick) + " mm thick lie " + mm(even) + " mm apart: what lies between them was not imaged"});
    return ok_status();
  }

  // Whole multiples of the usual spacing are holes; anything else is uneven spacing.
  std::vector<std::size_t> wide;
  for (std::size_t g = 0; g < gaps.size(); ++g) {
    steps[g + 1] = steps[g] + std::max(1, static_cast<int>(std::lround(std::min(gaps[g] / usual, 1e6))));
    if (steps[g + 1] > kMostSlices) return missing(s, line, g, usual);
    if (gaps[g] > 1.5 * usual) wide.push_back(g);
  }
  const RegularFit holed = fit_regular(line.at, steps);
  const bool multiples = holed.misfit_mm <= kPositionToleranceMm;
  if (multiples && !wide.empty() && holes_can_be_filled(s, line, wide, steps)) {
    for (const std::size_t g : wide)
      plan.warnings.push_back({"MISSING_SLICE_INTERPOLATED", "one slice is missing between " + sides_of(s, line, g) + ", at " +
                                                                 mm(0.5 * (line.at[g] + line.at[g + 1])) +
                                                                 " mm along the normal; it was interpolated from its neighbours"});
    blend_regular(line, holed.start, holed.spacing, steps.back() + 1, kSnapMm, plan);
    return ok_status();
  }
  for (const std::size_t g : wide)
    if (!(gaps[g] <= 1.1 * thickness_of(s, line, g))) return missing(s, line, g, usual);

  // Uneven: linear interpolation to the finest spacing. A single pair of near-coincident slices must not set it, hence the floor.
  const double finest = std::max(*std::min_element(gaps.begin(), gaps.end()), 0.25 * usual);
  const double widest = *std::max_element(gaps.begin(), gaps.end());
  const double count = std::floor(length / finest + 1e-3) + 1.0;
  if (!(count <= kMostSlices))
    return Error{ErrorCode::inconsistent_geometry, "slice spacing from " + mm(finest) + " to " + mm(widest) + " mm", s.slices.front().name,
                 "Give a series of even spacing."};
  plan.warnings.push_back({"UNEVEN_SLICES_RESAMPLED", "slice spacing varies from " + mm(*std::min_element(gaps.begin(), gaps.end())) +
                                                          " to " + mm(widest) + " mm; the volume was resampled linearly to " + mm(finest) +
                                                          " mm"});
  // The last slice is kept: the grid spans the same length, with a spacing a hair above the finest.
  const double spacing = length / (count - 1.0);
  blend_regular(line, line.at.front(), spacing, static_cast<int>(count), 1e-3 * spacing, plan);
  return ok_status();
}

}  // namespace

std::vector<double> positions_along_normal_mm(const SliceStack& stack) {
  const Eigen::Vector3d normal = frame_of(stack).col(2);
  std::vector<double> t;
  t.reserve(stack.slices.size());
  for (const auto& s : stack.slices) t.push_back(normal.dot(s.position_mm));
  return t;
}

std::vector<std::vector<std::size_t>> group_by_position(const SliceStack& stack) {
  const SliceLine line = line_of(stack);
  std::vector<std::vector<std::size_t>> groups;
  double start = 0.0;
  for (std::size_t k = 0; k < line.order.size(); ++k) {
    if (groups.empty() || line.at[k] - start > kSamePlaceMm) {
      groups.emplace_back();
      start = line.at[k];
    }
    groups.back().push_back(line.order[k]);
  }
  return groups;
}

Result<StackPlan> plan_stack(const SliceStack& stack) {
  const auto& s = stack;
  if (s.slices.empty()) return Error{ErrorCode::inconsistent_geometry, "a series without slices", "", ""};
  if (!(s.spacing_i_mm > 0.0) || !(s.spacing_j_mm > 0.0) || s.columns < 1 || s.rows < 1)
    return Error{ErrorCode::inconsistent_geometry, "no pixel spacing or matrix", s.slices.front().name, "Export the original series."};
  StackPlan plan;
  plan.direction = frame_of(s);
  if (!plan.direction.allFinite())
    return Error{ErrorCode::inconsistent_geometry, "row and column direction are parallel", s.slices.front().name,
                 "Export the original series."};
  const SliceLine line = line_of(s);
  plan.spacing_mm = {s.spacing_i_mm, s.spacing_j_mm, 1.0};
  if (s.slices.size() == 1) {
    const auto thickness = s.slices.front().thickness_mm;
    if (!thickness || !(*thickness > 0.0))
      return Error{ErrorCode::inconsistent_geometry, "a single slice without thickness makes no volume", s.slices.front().name,
                   "Give the complete series."};
    plan.size = {s.columns, s.rows, 1};
    plan.spacing_mm[2] = *thickness;
    plan.origin_mm = s.slices.front().position_mm;
    plan.blends.push_back({0, 0, 0.0});
    plan.offset_px.assign(1, Eigen::Vector2d::Zero());
    return plan;
  }
  for (std::size_t k = 0; k + 1 < line.at.size(); ++k)
    if (!(line.at[k + 1] - line.at[k] > kSamePlaceMm))
      return Error{ErrorCode::inconsistent_geometry, "two slices at one position", sides_of(s, line, k),
                   "Give one reconstruction at a time."};
  if (auto laid = lay_in_plane(s, line, plan); !laid) return laid.error();
  if (auto laid = lay_along_normal(s, line, plan); !laid) return laid.error();
  return plan;
}

}  // namespace seedaudit
