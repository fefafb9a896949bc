// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "samples/phantom/implant.h"
#include "samples/phantom/random.h"

namespace seedaudit {
namespace {

/// Least distance of two segments p + s u, q + t v with |s| <= a, |t| <= b; u, v of unit length.
double segment_distance(const Eigen::Vector3d& p, const Eigen::Vector3d& u, double a, const Eigen::Vector3d& q, const Eigen::Vector3d& v,
                        double b) {
  const Eigen::Vector3d w = p - q;
  const double c = u.dot(v);
  const double wu = w.dot(u);
  const double wv = w.dot(v);
  const double d = 1.0 - c * c;
  double s = d > 1e-12 ? std::clamp((c * wv - wu) / d, -a, a) : 0.0;
  double t = 0.0;
  // Alternating projection on a convex function of two variables in a box converges; parallel segments need the repeats.
  for (int i = 0; i < 40; ++i) {
    t = std::clamp(wv + c * s, -b, b);
    s = std::clamp(c * t - wu, -a, a);
  }
  return (w + s * u - t * v).norm();
}

Eigen::Vector3d tilted(const Eigen::Vector3d& axis, double sigma_deg, RandomStream& random) {
  const Eigen::Matrix3d frame = frame_of(axis);
  const double sigma = sigma_deg * std::numbers::pi / 180.0;
  return (axis + frame.col(0) * (sigma * random.normal()) + frame.col(1) * (sigma * random.normal())).normalized();
}

class Placer {
 public:
  Placer(const NeedlePlan& plan, const Surroundings& around, const Motion& motion, const ImplantOptions& options,
         const SeedGeometry& geometry, double half_length_mm, std::uint64_t seed)
      : plan_(plan), around_(around), motion_(motion), o_(options), geometry_(geometry), half_length_(half_length_mm), random_(seed, 60) {}

  Placement place() {
    place_along_needles();
    leave_out();
    std::vector<int> free = shuffled_present();
    const auto take = [&](auto make, int count) {
      for (int i = 0; i < count; ++i) (this->*make)(free);
    };
    take(&Placer::make_pair, o_.touching_pairs);
    take(&Placer::make_crossing, o_.crossings);
    take(&Placer::make_chain, o_.chains);
    take(&Placer::turn_along_z, o_.along_z);
    take(&Placer::migrate, o_.migrated);
    take(&Placer::lose, o_.lost);
    if (o_.no_seeds)
      for (auto& s : out_.seeds) s.present = false;
    return std::move(out_);
  }

 private:
  double gap(const Eigen::Vector3d& center, const Eigen::Vector3d& axis, const std::vector<int>& except) const {
    double least = 99.0;
    for (std::size_t i = 0; i < out_.seeds.size(); ++i) {
      if (!out_.seeds[i].present || std::find(except.begin(), except.end(), static_cast<int>(i)) != except.end()) continue;
      least = std::min(least, surface_gap_mm(geometry_, center, axis, out_.seeds[i].center, out_.seeds[i].axis));
    }
    return least;
  }

  void place_along_needles() {
    const Eigen::Matrix3d frame = frame_of(plan_.axis);
    std::vector<Eigen::Vector3d> lateral;
    for (int n = 0; n < plan_.needles; ++n)
      lateral.push_back(o_.needle_sigma_mm * (frame.col(0) * random_.normal() + frame.col(1) * random_.normal()));
    for (std::size_t i = 0; i < plan_.seeds.size(); ++i) {
      const auto& planned = plan_.seeds[i];
      PlacedSeed s;
      s.plan_index = static_cast<int>(i);
      s.expected = motion_.map(planned.center, 1.0);
      // Seeds of one plan lie apart; an error that brings two together is drawn again, and given up for a wider one in the end.
      double best = -99.0;
      for (int draw = 0; draw < 300; ++draw) {
        const double widen = 1.0 + 0.01 * draw;
        const Eigen::Vector3d moved = planned.center + lateral[static_cast<std::size_t>(planned.needle)] +
                                      frame.col(2) * (widen * o_.depth_sigma_mm * random_.normal()) +
                                      0.3 * widen * (frame.col(0) * random_.normal() + frame.col(1) * random_.normal());
        const Eigen::Vector3d center = motion_.map(moved, 1.0);
        const Eigen::Vector3d axis = tilted((motion_.jacobian(moved, 1.0) * plan_.axis).normalized(), o_.tilt_sigma_deg, random_);
        const double g = gap(center, axis, {});
        if (g > best) {
          best = g;
          s.center = center;
          s.axis = axis;
        }
        if (g >= o_.minimum_gap_mm) break;
      }
      out_.seeds.push_back(s);
    }
  }

  void leave_out() {
    const auto count = static_cast<std::size_t>(std::lround(o_.left_out_fraction * static_cast<double>(out_.seeds.size())));
    if (count == 0) return;
    const Eigen::Vector3d side = Eigen::Vector3d(random_.normal(), random_.normal(), random_.normal()).normalized();
    std::vector<std::size_t> order(out_.seeds.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return plan_.seeds[a].center.dot(side) > plan_.seeds[b].center.dot(side); });
    for (std::size_t i = 0; i < count; ++i) out_.seeds[order[i]].present = false;
  }

  std::vector<int> shuffled_present() {
    std::vector<int> ids;
    for (std::size_t i = 0; i < out_.seeds.size(); ++i)
      if (out_.seeds[i].present) ids.push_back(static_cast<int>(i));
    for (std::size_t i = ids.size(); i > 1; --i) std::swap(ids[i - 1], ids[static_cast<std::size_t>(random_.index(static_cast<int>(i)))]);
    return ids;
  }

  PlacedSeed& at(int id) { return out_.seeds[static_cast<std::size_t>(id)]; }

  /// The next free seed, and its nearest free neighbours.
  std::vector<int> neighbours(std::vector<int>& free, std::size_t count) {
    std::vector<int> out;
    if (free.size() < count) return out;
    const int first = free.back();
    std::sort(free.begin(), free.end(), [&](int a, int b) {
      const double da = (at(a).center - at(first).center).norm();
      const double db = (at(b).center - at(first).center).norm();
      return da != db ? da > db : a > b;
    });
    for (std::size_t i = 0; i < count; ++i) {
      out.push_back(free.back());
      free.pop_back();
    }
    return out;
  }

  /// Puts seed `id` at a place relative to others, if it stays clear of all that are not its cluster.
  bool move(int id, const Eigen::Vector3d& center, const Eigen::Vector3d& axis, const std::vector<int>& cluster) {
    if (gap(center, axis, cluster) < std::min(0.3, o_.minimum_gap_mm)) return false;
    at(id).center = center;
    at(id).axis = axis;
    return true;
  }

  void make_pair(std::vector<int>& free) {
    const auto ids = neighbours(free, 2);
    if (ids.size() < 2) return;
    const PlacedSeed& a = at(ids[0]);
    for (int draw = 0; draw < 100; ++draw) {
      const Eigen::Matrix3d frame = frame_of(a.axis);
      const double around = random_.uniform(0, 2 * std::numbers::pi);
      const Eigen::Vector3d side = frame.col(0) * std::cos(around) + frame.col(1) * std::sin(around);
      const double apart = geometry_.capsule_diameter_mm + random_.uniform(0.02, 0.35);
      if (move(ids[1], a.center + apart * side + a.axis * random_.uniform(-1.5, 1.5), a.axis, ids)) break;
    }
    out_.clusters.push_back({"pair", ids});
  }

  void make_crossing(std::vector<int>& free) {
    const auto ids = neighbours(free, 2);
    if (ids.size() < 2) return;
    const PlacedSeed& a = at(ids[0]);
    const bool tee = random_.uniform() < 0.5;
    for (int draw = 0; draw < 100; ++draw) {
      const Eigen::Matrix3d frame = frame_of(a.axis);
      const double around = random_.uniform(0, 2 * std::numbers::pi);
      const Eigen::Vector3d side = frame.col(0) * std::cos(around) + frame.col(1) * std::sin(around);
      const double gap_mm = random_.uniform(0.02, 0.3);
      const Eigen::Vector3d along = a.axis * random_.uniform(-1.0, 1.0);
      // T: the end of b points at the middle of a. X: b lies across a.
      const double half = 0.5 * geometry_.capsule_length_mm;
      const double radius = 0.5 * geometry_.capsule_diameter_mm;
      const bool done = tee ? move(ids[1], a.center + along + side * (radius + gap_mm + half), side, ids)
                            : move(ids[1], a.center + along + side * (2 * radius + gap_mm), tilted(a.axis.cross(side), 15.0, random_), ids);
      if (done) break;
    }
    out_.clusters.push_back({tee ? "T" : "X", ids});
  }

  void make_chain(std::vector<int>& free) {
    const auto ids = neighbours(free, 3);
    if (ids.size() < 3) return;
    const PlacedSeed& middle = at(ids[0]);
    for (const int end : {1, 2}) {
      const double sign = end == 1 ? 1.0 : -1.0;
      for (int draw = 0; draw < 100; ++draw) {
        const Eigen::Vector3d bent = tilted(middle.axis, 8.0, random_);
        const double half = 0.5 * geometry_.capsule_length_mm;
        const Eigen::Vector3d center = middle.center + sign * (middle.axis * (half + random_.uniform(0.05, 0.5)) + bent * half);
        if (move(ids[static_cast<std::size_t>(end)], center, bent, ids)) break;
      }
    }
    out_.clusters.push_back({"chain", ids});
  }

  void turn_along_z(std::vector<int>& free) {
    if (free.empty()) return;
    const int id = free.back();
    free.pop_back();
    at(id).axis = tilted(Eigen::Vector3d::UnitZ(), 4.0, random_);
  }

  void migrate(std::vector<int>& free) {
    if (free.empty()) return;
    const int id = free.back();
    free.pop_back();
    const bool lung = random_.uniform() < 0.6;
    // A place in body coordinates, well away from the target and inside the scan.
    for (int pass = 0; pass < 2; ++pass)
      for (int draw = 0; draw < 4000; ++draw) {
        const bool want_lung = lung == (pass == 0);
        const double s = around_.scale;
        const Eigen::Vector3d p = around_.body_center + Eigen::Vector3d(random_.uniform(-110, 110) * s, random_.uniform(-70, 60) * s,
                                                                        random_.uniform(-0.85, 0.85) * half_length_);
        const std::string organ = around_.organ_at(p);
        if (want_lung ? organ != "lung" : (organ != "fat" && organ != "mesentery" && organ != "liver")) continue;
        if ((p - around_.target.center).norm() < around_.target.mean_radius_mm() + std::max(12.0, 22.0 * s)) continue;
        const double follow = want_lung ? 0.6 : organ == "liver" ? 1.0 : 0.0;
        auto& seed = at(id);
        seed.migrated = true;
        seed.migration = want_lung ? "lung" : p.z() < around_.target.center.z() ? "caudal" : "abdomen";
        seed.center = motion_.map(p, follow);
        seed.axis = tilted(plan_.axis, 60.0, random_);
        return;
      }
  }

  void lose(std::vector<int>& free) {
    if (free.empty()) return;
    at(free.back()).present = false;
    free.pop_back();
  }

  const NeedlePlan& plan_;
  const Surroundings& around_;
  const Motion& motion_;
  const ImplantOptions& o_;
  const SeedGeometry& geometry_;
  double half_length_;
  RandomStream random_;
  Placement out_;
};

}  // namespace

double surface_gap_mm(const SeedGeometry& g, const Eigen::Vector3d& center_a, const Eigen::Vector3d& axis_a,
                      const Eigen::Vector3d& center_b, const Eigen::Vector3d& axis_b) {
  const double half = 0.5 * (g.capsule_length_mm - g.capsule_diameter_mm);
  return segment_distance(center_a, axis_a, half, center_b, axis_b, half) - g.capsule_diameter_mm;
}

Placement place_seeds(const NeedlePlan& plan, const Surroundings& around, const Motion& motion, const ImplantOptions& options,
                      const SeedGeometry& geometry, double half_length_mm, std::uint64_t seed) {
  return Placer(plan, around, motion, options, geometry, half_length_mm, seed).place();
}

}  // namespace seedaudit
