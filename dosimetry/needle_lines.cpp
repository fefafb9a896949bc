// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/needle_lines.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "core/parallel.h"

namespace seedaudit {
namespace {

constexpr double kWayStepMm = 1.0;

/// Two unit vectors across a direction.
std::pair<Eigen::Vector3d, Eigen::Vector3d> across(const Eigen::Vector3d& direction) {
  const Eigen::Vector3d helper = std::abs(direction.z()) < 0.9 ? Eigen::Vector3d::UnitZ() : Eigen::Vector3d::UnitX();
  const Eigen::Vector3d u = direction.cross(helper).normalized();
  return {u, direction.cross(u)};
}

/// One line's places, deepest last; empty where it misses the target or its way is not clear.
struct Track {
  NeedleLine line;
  std::vector<NeedlePlace> places;
  bool blocked = false;
};

bool near_any(const Point<CtFrame>& p, const std::vector<const StructureVolume<CtFrame>*>& spare, double clearance_mm) {
  return std::any_of(spare.begin(), spare.end(), [&](const StructureVolume<CtFrame>* v) {
    const Box<CtFrame> box = v->box();
    if ((p.mm.array() < box.low_mm.array() - clearance_mm).any() || (p.mm.array() > box.high_mm.array() + clearance_mm).any()) return false;
    return v->contains(p) || v->signed_distance_mm(p) < clearance_mm;
  });
}

Track track_along(const StructureVolume<CtFrame>& target, const Eigen::Vector3d& on_line, const Eigen::Vector3d& direction, double reach_mm,
                  const WayIn& way, const std::vector<const StructureVolume<CtFrame>*>& spare, const NeedleOptions& options) {
  Track t;
  const double step = 0.5 * options.pitch_mm;
  for (double s = -reach_mm; s <= reach_mm; s += step) {
    const Point<CtFrame> p{on_line + s * direction};
    if (target.contains(p)) t.places.push_back({p, 0, s});
  }
  if (t.places.empty()) return t;
  const auto skin = way.skin(t.places.front().center, direction);
  if (!skin) {
    t.blocked = true;
    t.places.clear();
    return t;
  }
  t.line = {*skin, Axis<CtFrame>{direction}};
  for (NeedlePlace& p : t.places) p.depth_mm = (p.center.mm - skin->mm).dot(direction);
  // The way ends at the first obstacle: what lies deeper is out of reach on this line.
  const double deepest = t.places.back().depth_mm;
  double open = deepest;
  for (double s = 0.0; s <= deepest; s += kWayStepMm) {
    const Point<CtFrame> p{skin->mm + s * direction};
    if (!way.blocked(p) && !near_any(p, spare, options.clearance_mm)) continue;
    open = s - kWayStepMm;
    t.blocked = true;
    break;
  }
  std::erase_if(t.places, [&](const NeedlePlace& p) { return p.depth_mm > open; });
  return t;
}

}  // namespace

Status NeedleOptions::check() const {
  const auto bad = [](const char* name, double value, const char* range) {
    return Error{ErrorCode::invalid_option, std::string("supplement ") + name + " is " + std::to_string(value) + ", must be " + range, "",
                 ""};
  };
  if (!(pitch_mm >= 4.6 && pitch_mm <= 20.0)) return bad("pitch_mm", pitch_mm, "4.6 (a seed's length) to 20");
  if (!(fan_deg >= 0.0 && fan_deg <= 60.0)) return bad("fan_deg", fan_deg, "0 to 60");
  if (!(clearance_mm >= 0.0 && clearance_mm <= 30.0)) return bad("clearance_mm", clearance_mm, "0 to 30");
  return ok_status();
}

NeedlePlaces needle_places(const StructureVolume<CtFrame>& target, const WayIn& way,
                           const std::vector<const StructureVolume<CtFrame>*>& spare, const NeedleOptions& options) {
  std::vector<Eigen::Vector3d> directions{way.direction};
  if (options.fan_deg > 0.0) {
    const auto [u, v] = across(way.direction);
    const double tangent = std::tan(options.fan_deg * 3.14159265358979323846 / 180.0);
    for (const Eigen::Vector3d& side : {u, Eigen::Vector3d(-u), v, Eigen::Vector3d(-v)})
      directions.push_back((way.direction + tangent * side).normalized());
  }
  const Box<CtFrame> box = target.box();
  const double reach = 0.5 * (box.high_mm - box.low_mm).norm() + options.pitch_mm;
  const int half = static_cast<int>(std::ceil(reach / options.pitch_mm)), side = 2 * half + 1;
  const auto per_direction = static_cast<std::size_t>(side) * static_cast<std::size_t>(side);
  std::vector<Track> tracks(per_direction * directions.size());
  parallel_for(tracks.size(), [&](std::size_t n) {
    const Eigen::Vector3d& direction = directions[n / per_direction];
    const auto [u, v] = across(direction);
    const int at = static_cast<int>(n % per_direction);
    const Eigen::Vector3d on_line = target.centroid().mm + options.pitch_mm * ((at % side - half) * u + (at / side - half) * v);
    tracks[n] = track_along(target, on_line, direction, reach, way, spare, options);
  });
  NeedlePlaces out;
  for (Track& t : tracks) {
    out.lines_blocked += t.blocked ? 1 : 0;
    if (t.places.empty()) continue;
    for (NeedlePlace& p : t.places) {
      p.line = static_cast<int>(out.lines.size());
      out.places.push_back(p);
    }
    out.lines.push_back(t.line);
  }
  return out;
}

}  // namespace seedaudit
