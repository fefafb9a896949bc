// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/deformed_outline.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "core/parallel.h"

namespace seedaudit {
namespace {

constexpr double kFineMm = 1.0;
constexpr double kWideMm = 2.0;
constexpr double kWideFromCc = 500.0;
constexpr int kHalvings = 6;  // of a grid edge: 1 mm / 2^6

/// A plane of the cut in the plan's frame as the rigid part leaves it, and its grid.
struct Plane {
  double z = 0.0;
  Eigen::Vector2d low = Eigen::Vector2d::Zero();
  double step = 1.0;
  int nx = 0, ny = 0;

  Eigen::Vector3d at(double i, double j) const { return {low.x() + i * step, low.y() + j * step, z}; }
};

/// Closed loops around the inside of a plane: marching squares (Lorensen & Cline's cubes in two dimensions). Each crossing of a grid edge
/// belongs to two cells, so loops close by themselves; where two corners touch across a cell, they are kept apart.
/// \param inside of a place of the plane \return points in the plane's frame
template <class Inside>
std::vector<std::vector<Eigen::Vector3d>> cut(const Plane& plane, const Inside& inside) {
  const auto node = [&](int i, int j) {
    return static_cast<std::size_t>(i) + static_cast<std::size_t>(plane.nx) * static_cast<std::size_t>(j);
  };
  std::vector<std::uint8_t> in(static_cast<std::size_t>(plane.nx) * static_cast<std::size_t>(plane.ny), 0);
  for (int j = 1; j + 1 < plane.ny; ++j)  // the rim stays outside, so that every loop closes
    for (int i = 1; i + 1 < plane.nx; ++i) in[node(i, j)] = inside(plane.at(i, j)) ? 1 : 0;

  // An edge is named by its lower node and its direction; its crossing is found by halving.
  using Edge = std::pair<std::size_t, int>;
  std::map<Edge, Eigen::Vector3d> crossing;
  std::map<Edge, std::vector<Edge>> next;
  const auto cross = [&](int i, int j, int direction) -> Edge {
    const Edge edge{node(i, j), direction};
    if (crossing.count(edge) == 0) {
      const bool low_in = in[edge.first] != 0;
      double a = 0.0, b = 1.0;
      for (int n = 0; n < kHalvings; ++n) {
        const double m = 0.5 * (a + b);
        (inside(direction == 0 ? plane.at(i + m, j) : plane.at(i, j + m)) == low_in ? a : b) = m;
      }
      const double m = 0.5 * (a + b);
      crossing[edge] = direction == 0 ? plane.at(i + m, j) : plane.at(i, j + m);
    }
    return edge;
  };
  const auto join = [&](const Edge& a, const Edge& b) {
    next[a].push_back(b);
    next[b].push_back(a);
  };
  for (int j = 0; j + 1 < plane.ny; ++j)
    for (int i = 0; i + 1 < plane.nx; ++i) {
      const bool a = in[node(i, j)] != 0, b = in[node(i + 1, j)] != 0, c = in[node(i + 1, j + 1)] != 0, d = in[node(i, j + 1)] != 0;
      std::vector<Edge> met;  // in turn about the cell
      if (a != b) met.push_back(cross(i, j, 0));
      if (b != c) met.push_back(cross(i + 1, j, 1));
      if (c != d) met.push_back(cross(i, j + 1, 0));
      if (d != a) met.push_back(cross(i, j, 1));
      if (met.size() == 2) join(met[0], met[1]);
      if (met.size() == 4) {  // a and c alike, b and d alike: corners that are inside are cut off one by one
        join(met[a ? 0 : 1], met[a ? 3 : 0]);
        join(met[a ? 1 : 2], met[a ? 2 : 3]);
      }
    }
  std::vector<std::vector<Eigen::Vector3d>> loops;
  std::map<Edge, bool> seen;
  for (const auto& [first, unused] : next) {
    if (seen[first]) continue;
    std::vector<Eigen::Vector3d> loop;
    Edge at = first, from = first;
    do {
      seen[at] = true;
      loop.push_back(crossing[at]);
      const auto& to = next[at];
      const Edge step = to[0] == from && to.size() > 1 ? to[1] : to[0];
      from = at;
      at = step;
    } while (at != first && !seen[at]);
    if (loop.size() >= 3) loops.push_back(std::move(loop));
  }
  return loops;
}

}  // namespace

Structure<CtFrame> deformed_outline(const Warp<CtFrame, PlanFrame>& ct_from_plan, const StructureVolume<PlanFrame>& volume,
                                    const Structure<PlanFrame>& drawn) {
  Structure<CtFrame> out;
  out.number = drawn.number;
  out.name = drawn.name;
  out.interpreted_type = drawn.interpreted_type;
  const double spacing = volume.plane_spacing_mm();
  if (!(spacing > 0.0)) return out;
  const Rigid<PlanFrame, CtFrame> back = ct_from_plan.rigid.inverse();
  const Box<PlanFrame> box = volume.box();
  // The box of the deformed body: surface points carried over, in the frame that the rigid part leaves.
  Box<PlanFrame> deformed;
  for (const auto& p : volume.surface_points(5.0)) deformed.include(back * (ct_from_plan * p));
  if (deformed.empty()) return out;
  const double step = volume.volume_cc() > kWideFromCc ? kWideMm : kFineMm;
  const Eigen::Vector3d rim = Eigen::Vector3d::Constant(3.0 * step);
  // Planes lie where they were drawn, or a whole number of spacings beyond.
  const double first_drawn = box.low_mm.z() + 0.5 * spacing;
  const int first = static_cast<int>(std::floor((deformed.low_mm.z() - 0.5 * spacing - first_drawn) / spacing));
  const int last = static_cast<int>(std::ceil((deformed.high_mm.z() + 0.5 * spacing - first_drawn) / spacing));
  std::vector<std::vector<std::vector<Eigen::Vector3d>>> loops(static_cast<std::size_t>(last - first + 1));
  parallel_for(loops.size(), [&](std::size_t n) {
    Plane plane;
    plane.z = first_drawn + (first + static_cast<int>(n)) * spacing;
    plane.step = step;
    plane.low = (deformed.low_mm - rim).head<2>();
    plane.nx = static_cast<int>(std::ceil((deformed.high_mm.x() + rim.x() - plane.low.x()) / step)) + 1;
    plane.ny = static_cast<int>(std::ceil((deformed.high_mm.y() + rim.y() - plane.low.y()) / step)) + 1;
    loops[n] = cut(
        plane, [&](const Eigen::Vector3d& at) { return volume.contains(ct_from_plan.unmap(ct_from_plan.rigid * Point<PlanFrame>{at})); });
  });
  for (const auto& plane : loops)
    for (const auto& loop : plane) {
      Contour<CtFrame> contour;
      for (const auto& p : loop) contour.points.push_back(ct_from_plan.rigid * Point<PlanFrame>{p});
      out.contours.push_back(std::move(contour));
    }
  for (const auto& p : drawn.points) out.points.push_back(ct_from_plan * p);
  return out;
}

}  // namespace seedaudit
