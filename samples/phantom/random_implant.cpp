// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/random_implant.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <string>
#include <vector>

#include "samples/phantom/random.h"

namespace seedaudit {
namespace {

struct Pose {
  Eigen::Vector3d center, axis;
};

class ImplantMaker {
 public:
  ImplantMaker(const RandomImplantOptions& options, const SeedGeometry& geometry, std::uint64_t seed)
      : o_(options), geometry_(geometry), random_(seed, 90) {}

  Result<Placement> make() {
    radius_ = std::cbrt(o_.cc_per_seed * o_.seeds * 1000.0 * 3.0 / (4.0 * std::numbers::pi));
    const double how = random_.uniform();
    needle_ = how < 0.2 ? tilted(Eigen::Vector3d::UnitZ(), 4.0) : unit();
    if (how > 0.6) needle_ = (needle_ - 0.8 * needle_.z() * Eigen::Vector3d::UnitZ()).normalized();
    int clustered = static_cast<int>(std::lround(o_.clustered_fraction * o_.seeds));
    int left = o_.seeds;
    while (clustered >= 2) {
      const std::string kind = draw_kind(std::min(clustered, left));
      const int size = draw_size(kind, std::min(clustered, left));
      if (!place(kind, size)) return full();
      clustered -= size;
      left -= size;
    }
    for (; left > 0; --left)
      if (!place("", 1)) return full();
    if (o_.stray && !place_stray()) return full();
    return std::move(out_);
  }

 private:
  static Error full() {
    return {ErrorCode::bad_scenario, "the seeds do not fit the box", "random implant", "Lower seeds or cc_per_seed, or give a larger box."};
  }

  Eigen::Vector3d unit() {
    Eigen::Vector3d v(random_.normal(), random_.normal(), random_.normal());
    return v.norm() > 1e-6 ? v.normalized() : Eigen::Vector3d(1, 0, 0);
  }

  Eigen::Vector3d tilted(const Eigen::Vector3d& axis, double sigma_deg) {
    const Eigen::Matrix3d frame = frame_of(axis);
    const double sigma = sigma_deg * std::numbers::pi / 180.0;
    return (axis + frame.col(0) * (sigma * random_.normal()) + frame.col(1) * (sigma * random_.normal())).normalized();
  }

  std::string draw_kind(int most) {
    const double u = random_.uniform();
    if (u < 0.35) return "rod";
    if (u < 0.55) return "pair";
    if (u < 0.70) return "T";
    if (u < 0.85) return "X";
    return most >= 3 ? "chain" : "pair";
  }

  int draw_size(const std::string& kind, int most) {
    if (kind == "rod") return 2 + random_.index(std::min(8, most) - 1);
    if (kind == "chain") return 3 + random_.index(std::min(5, most) - 2);
    return 2;
  }

  Eigen::Vector3d across(const Eigen::Vector3d& axis) {
    const Eigen::Matrix3d frame = frame_of(axis);
    const double around = random_.uniform(0, 2 * std::numbers::pi);
    return frame.col(0) * std::cos(around) + frame.col(1) * std::sin(around);
  }

  /// Seeds end to end from a first one: gaps and bends.
  std::vector<Pose> line(const Eigen::Vector3d& center, int size, double least_gap, double most_gap, double bend_deg) {
    std::vector<Pose> out{{Eigen::Vector3d::Zero(), tilted(needle_, 5.0)}};
    const double half = 0.5 * geometry_.capsule_length_mm;
    for (int n = 1; n < size; ++n) {
      const Pose& last = out.back();
      const Eigen::Vector3d axis = bend_deg > 3.0 ? tilted(last.axis, bend_deg) : tilted(out.front().axis, bend_deg);
      out.push_back({last.center + last.axis * (half + random_.uniform(least_gap, most_gap)) + axis * half, axis});
    }
    const Eigen::Vector3d middle = 0.5 * (out.front().center + out.back().center);
    for (auto& p : out) p.center += center - middle;
    return out;
  }

  std::vector<Pose> draw(const std::string& kind, int size, const Eigen::Vector3d& center) {
    // A needle drops a seed every 5 mm, give or take.
    if (kind == "rod") return line(center, size, 0.1, 0.9, 2.0);
    if (kind == "chain") return line(center, size, 0.05, 0.5, 10.0);
    const Pose a{center, tilted(needle_, 12.0)};
    if (size == 1) return {a};
    const Eigen::Vector3d side = across(a.axis);
    const double half = 0.5 * geometry_.capsule_length_mm, radius = 0.5 * geometry_.capsule_diameter_mm;
    const double gap = random_.uniform(0.02, 0.35);
    const Eigen::Vector3d along = a.axis * random_.uniform(-1.5, 1.5);
    if (kind == "pair") return {a, {center + along + side * (2 * radius + gap), tilted(a.axis, 3.0)}};
    if (kind == "T") return {a, {center + along + side * (radius + gap + half), tilted(side, 5.0)}};
    return {a, {center + along + side * (2 * radius + gap), tilted(a.axis.cross(side), 15.0)}};
  }

  bool in_box(const Pose& p) const {
    const Eigen::Vector3d end = p.center.cwiseAbs() + 0.5 * geometry_.capsule_length_mm * p.axis.cwiseAbs();
    return (end.array() < o_.half_box_mm.array()).all();
  }

  double gap(const Pose& a, const Pose& b) const { return surface_gap_mm(geometry_, a.center, a.axis, b.center, b.axis); }

  bool clear(const std::vector<Pose>& unit) const {
    for (std::size_t i = 0; i < unit.size(); ++i) {
      if (!in_box(unit[i])) return false;
      for (std::size_t j = 0; j < i; ++j)
        if (!(gap(unit[i], unit[j]) > 0.0)) return false;
      for (const auto& s : out_.seeds)
        if (gap(unit[i], {s.center, s.axis}) < o_.minimum_gap_mm) return false;
    }
    return true;
  }

  void keep(const std::string& kind, const std::vector<Pose>& unit) {
    std::vector<int> ids;
    for (const auto& p : unit) {
      PlacedSeed s;
      s.plan_index = static_cast<int>(out_.seeds.size());
      s.expected = s.center = p.center;
      s.axis = p.axis;
      s.migrated = kind == "stray";
      ids.push_back(s.plan_index);
      out_.seeds.push_back(s);
    }
    if (!kind.empty() && unit.size() > 1) out_.clusters.push_back({kind, ids});
  }

  bool place(const std::string& kind, int size) {
    for (int attempt = 0; attempt < 4000; ++attempt) {
      // Where there is no room the ball grows.
      const double radius = radius_ * (1.0 + 0.002 * attempt);
      const auto poses = draw(kind, size, unit() * (radius * std::cbrt(random_.uniform())));
      if (!clear(poses)) continue;
      keep(kind, poses);
      return true;
    }
    return false;
  }

  bool place_stray() {
    for (int attempt = 0; attempt < 4000; ++attempt) {
      const Pose p{Eigen::Vector3d(random_.uniform(-1, 1), random_.uniform(-1, 1), random_.uniform(-1, 1)).cwiseProduct(o_.half_box_mm),
                   unit()};
      double nearest = 1e9;
      for (const auto& s : out_.seeds) nearest = std::min(nearest, (s.center - p.center).norm());
      if (nearest < 20.0 - 0.003 * attempt || !clear({p})) continue;
      keep("stray", {p});
      return true;
    }
    return false;
  }

  const RandomImplantOptions& o_;
  const SeedGeometry& geometry_;
  RandomStream random_;
  double radius_ = 10.0;
  Eigen::Vector3d needle_ = Eigen::Vector3d::UnitX();
  Placement out_;
};

}  // namespace

Status RandomImplantOptions::check() const {
  const auto bad = [](const std::string& name, double value, const std::string& range) {
    return Error{ErrorCode::invalid_option, name + " = " + std::to_string(value) + " is outside " + range, "random implant", ""};
  };
  if (seeds < 1 || seeds > 400) return bad("seeds", seeds, "1 to 400");
  if (!(cc_per_seed >= 0.05 && cc_per_seed <= 20.0)) return bad("cc_per_seed", cc_per_seed, "0.05 to 20");
  if (!(clustered_fraction >= 0.0 && clustered_fraction <= 1.0)) return bad("clustered_fraction", clustered_fraction, "0 to 1");
  if (!(minimum_gap_mm >= 0.0 && minimum_gap_mm <= 20.0)) return bad("minimum_gap_mm", minimum_gap_mm, "0 to 20");
  if (!(half_box_mm.minCoeff() > 5.0)) return bad("half_box_mm", half_box_mm.minCoeff(), "above 5");
  return ok_status();
}

Result<Placement> random_implant(const RandomImplantOptions& options, const SeedGeometry& geometry, std::uint64_t seed) {
  if (auto status = options.check(); !status) return status.error();
  return ImplantMaker(options, geometry, seed).make();
}

}  // namespace seedaudit
