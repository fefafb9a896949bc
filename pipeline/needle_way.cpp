// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/needle_way.h"

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>

namespace seedaudit {
namespace {

constexpr int kOutsideHu = -930;     ///< thinner than lung
constexpr int kBoneHu = 250;         ///< above enhanced vessels and liver
constexpr double kOutsideMm = 20.0;  ///< so much of it is not gas in the bowel
constexpr double kMetalMm = 6.0;     ///< blooming of a seed
constexpr double kStepMm = 2.0;
constexpr double kFarthestMm = 400.0;

class Body {
 public:
  Body(const CtVolume& ct, const StructureVolume<CtFrame>& target, const std::vector<DoseSeed<CtFrame>>& seeds) : ct_(ct), target_(target) {
    for (const auto& s : seeds) metal_.push_back(s.center);
  }

  std::optional<std::int16_t> hu(const Point<CtFrame>& p) const {
    const Eigen::Vector3d x = ct_.grid.index_of(p);
    const int i = static_cast<int>(std::lround(x[0])), j = static_cast<int>(std::lround(x[1])), k = static_cast<int>(std::lround(x[2]));
    if (!ct_.grid.inside(i, j, k)) return std::nullopt;
    return ct_.at(i, j, k);
  }

  std::optional<Point<CtFrame>> skin(const Point<CtFrame>& from, const Eigen::Vector3d& inwards) const {
    Point<CtFrame> last = from;
    double air = 0.0;
    for (double s = 0.0; s < kFarthestMm; s += kStepMm) {
      const Point<CtFrame> p{from.mm - s * inwards};
      const auto value = hu(p);
      // The image ends: in the body, or in too little air to tell.
      if (!value) return air > 0.0 ? std::optional(last) : std::nullopt;
      if (*value > kOutsideHu) {
        last = p;
        air = 0.0;
      } else if ((air += kStepMm) >= kOutsideMm) {
        return last;
      }
    }
    return std::nullopt;
  }

  bool bone(const Point<CtFrame>& p) const {
    const auto value = hu(p);
    if (!value || *value <= kBoneHu || target_.contains(p)) return false;
    return std::none_of(metal_.begin(), metal_.end(), [&](const Point<CtFrame>& m) { return distance_mm(m, p) < kMetalMm; });
  }

 private:
  const CtVolume& ct_;
  const StructureVolume<CtFrame>& target_;
  std::vector<Point<CtFrame>> metal_;
};

/// Direction that most axes share; nothing where they share none.
std::optional<Eigen::Vector3d> common_axis(const std::vector<DoseSeed<CtFrame>>& seeds) {
  Eigen::Matrix3d sum = Eigen::Matrix3d::Zero();
  int n = 0;
  for (const auto& s : seeds) {
    if (!s.axis) continue;
    sum += s.axis->unit * s.axis->unit.transpose();
    ++n;
  }
  if (n < 3) return std::nullopt;
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> solver(sum / n);
  // 1 where all are parallel, 1/3 where they point anywhere.
  constexpr double kShared = 0.6;
  if (!(solver.eigenvalues()[2] > kShared)) return std::nullopt;
  return Eigen::Vector3d(solver.eigenvectors().col(2));
}

/// Of these directions the one with the shortest way from the skin; nothing where the image shows no skin along any.
std::optional<Eigen::Vector3d> nearest_skin(const Body& body, const Point<CtFrame>& center, const std::vector<Eigen::Vector3d>& inwards) {
  std::optional<Eigen::Vector3d> best;
  double shortest = kFarthestMm;
  for (const Eigen::Vector3d& d : inwards)
    if (const auto skin = body.skin(center, d); skin && distance_mm(*skin, center) < shortest) {
      shortest = distance_mm(*skin, center);
      best = d;
    }
  return best;
}

}  // namespace

std::optional<WayIn> way_into(const std::vector<CtVolume>& series, const StructureVolume<CtFrame>& target,
                              const std::vector<DoseSeed<CtFrame>>& seeds, const std::optional<Point<CtFrame>>& entry) {
  const Point<CtFrame> center = target.centroid();
  const auto ct = std::find_if(series.begin(), series.end(), [&](const CtVolume& v) { return v.grid.covers(center); });
  if (ct == series.end()) return std::nullopt;
  const Body body(*ct, target, seeds);
  std::optional<Eigen::Vector3d> direction;
  if (entry && distance_mm(*entry, center) > 1.0) direction = (center.mm - entry->mm).normalized();
  if (!direction)
    if (const auto axis = common_axis(seeds)) direction = nearest_skin(body, center, {*axis, -*axis});
  if (!direction) {
    std::vector<Eigen::Vector3d> all;
    for (int n = 0; n < 27; ++n)
      if (n != 13) all.push_back(Eigen::Vector3d(n % 3 - 1, n / 3 % 3 - 1, n / 9 - 1).normalized());
    direction = nearest_skin(body, center, all);
  }
  if (!direction) return std::nullopt;
  WayIn way;
  way.direction = *direction;
  way.skin = [body](const Point<CtFrame>& from, const Eigen::Vector3d& inwards) { return body.skin(from, inwards); };
  way.blocked = [body](const Point<CtFrame>& p) { return body.bone(p); };
  return way;
}

}  // namespace seedaudit
