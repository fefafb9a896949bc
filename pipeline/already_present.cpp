// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/already_present.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>

#include "core/parallel.h"
#include "detectors/set_aside.h"

namespace seedaudit {
namespace {

/// Within it lies a seed with its blur and half of a thick slice, and little of a neighbour 5 mm away.
constexpr double kNearMm = 4.5;
/// The window in which the local shift is found: neighbours on both sides take part, so that one old object is not laid on a new one.
constexpr double kWindowMm = 9.0;
constexpr double kShellMm = 11.0;  ///< from the window to here: the surroundings
constexpr double kStepMm = 1.5;
constexpr double kTissueHu = 250.0;    ///< enhanced vessels and kidneys stay below, or little above
constexpr int kReach = 2;              ///< shifts of 2 x 1.5 mm each way: what a rigid registration leaves of organs that bend
constexpr double kShiftSigmaMm = 2.0;  ///< of a shift that needs no excuse
/// Of the mass that the seed was given: what is new of a thing that was there is the error of the comparison, and a new seed is a whole
/// one. Voxels clipped in the thinner slices hide up to half of a seed, so a seed may show as little as half of itself.
constexpr double kOld = 0.45, kNew = 0.6;
/// An old object is dense in the pre-op scan too: without that, what seems not new is lung or gas that moved.
constexpr double kDenseShare = 0.3;

template <class F>
std::optional<double> sampled(const Volume<F>& v, const Point<F>& p) {
  if (!v.grid.covers(p)) return std::nullopt;
  const auto& size = v.grid.size();
  const Eigen::Vector3d x = v.grid.index_of(p);
  std::array<int, 3> low;
  Eigen::Vector3d t;
  for (std::size_t a = 0; a < 3; ++a) {
    const auto e = static_cast<Eigen::Index>(a);
    const double at = std::clamp(x[e], 0.0, static_cast<double>(size[a] - 1));
    low[a] = std::min(static_cast<int>(at), std::max(0, size[a] - 2));
    t[e] = at - low[a];
  }
  double sum = 0.0;
  for (int corner = 0; corner < 8; ++corner) {
    double w = 1.0;
    std::array<int, 3> at = low;
    for (std::size_t a = 0; a < 3; ++a) {
      const bool up = ((corner >> a) & 1) != 0;
      const auto e = static_cast<Eigen::Index>(a);
      w *= up ? t[e] : 1.0 - t[e];
      at[a] = std::min(low[a] + (up ? 1 : 0), size[a] - 1);
    }
    if (w > 0.0) sum += w * v.at(at[0], at[1], at[2]);
  }
  return sum;
}

const CtVolume* covering(const std::vector<CtVolume>& series, const DetectedSeed& s) {
  const auto n = static_cast<std::size_t>(std::max(0, s.series_index));
  if (n < series.size() && series[n].grid.covers(s.pose.center)) return &series[n];
  return nullptr;
}

/// Cube of lattice points around a place: HU above the median of its shell.
class Neighbourhood {
 public:
  explicit Neighbourhood(int half) : half_(half), side_(2 * half + 1), hu_(static_cast<std::size_t>(side_ * side_ * side_)) {}

  /// False where the image does not cover a third of it.
  template <class Sample>
  bool fill(Sample&& sample) {
    std::vector<double> shell;
    std::size_t outside = 0;
    for (int k = -half_; k <= half_; ++k)
      for (int j = -half_; j <= half_; ++j)
        for (int i = -half_; i <= half_; ++i) {
          const Eigen::Vector3d d = kStepMm * Eigen::Vector3d(i, j, k);
          const std::optional<double> hu = sample(d);
          outside += hu ? 0 : 1;
          at(i, j, k) = hu.value_or(std::numeric_limits<double>::quiet_NaN());
          if (hu && d.norm() > kWindowMm && d.norm() < kShellMm) shell.push_back(*hu);
        }
    if (3 * outside > hu_.size() || shell.empty()) return false;
    const auto middle = shell.begin() + static_cast<std::ptrdiff_t>(shell.size() / 2);
    std::nth_element(shell.begin(), middle, shell.end());
    level_ = *middle;
    for (double& hu : hu_) hu = std::isnan(hu) ? 0.0 : hu - level_;
    return true;
  }

  double& at(int i, int j, int k) { return hu_[index(i, j, k)]; }
  double at(int i, int j, int k) const { return hu_[index(i, j, k)]; }
  /// HU above what tissue can have, or above the median of the shell where that is denser (lipiodol).
  double dense_at(int i, int j, int k) const { return std::max(0.0, at(i, j, k) + level_ - std::max(level_, kTissueHu)); }

 private:
  std::size_t index(int i, int j, int k) const { return static_cast<std::size_t>(i + half_ + side_ * (j + half_ + side_ * (k + half_))); }
  int half_, side_;
  double level_ = 0.0;
  std::vector<double> hu_;
};

constexpr int kHalf = 7;  ///< x 1.5 mm: the window and its shell

template <class Visit>
void within(double radius_mm, Visit&& visit) {
  const int n = static_cast<int>(radius_mm / kStepMm);
  for (int k = -n; k <= n; ++k)
    for (int j = -n; j <= n; ++j)
      for (int i = -n; i <= n; ++i)
        if (kStepMm * Eigen::Vector3d(i, j, k).norm() <= radius_mm) visit(i, j, k);
}

/// The map back at one place: where it lies before the implant, and how steps from it are turned and stretched there. A deformation bends
/// over centimetres; over the 15 mm looked at it is this.
struct MapAtPlace {
  Point<PlanFrame> place;
  Eigen::Matrix3d steps = Eigen::Matrix3d::Identity();
  Point<PlanFrame> operator()(const Eigen::Vector3d& step_mm) const { return {place.mm + steps * step_mm}; }
};

MapAtPlace map_at(const Warp<CtFrame, PlanFrame>& ct_from_plan, const Point<CtFrame>& p) {
  MapAtPlace out;
  out.place = ct_from_plan.unmap(p);
  for (int a = 0; a < 3; ++a) {
    const Eigen::Vector3d step = kWindowMm * Eigen::Vector3d::Unit(a);
    out.steps.col(a) = (ct_from_plan.unmap({p.mm + step}).mm - ct_from_plan.unmap({p.mm - step}).mm) / (2.0 * kWindowMm);
  }
  return out;
}

PriorPresence compare(const DetectedSeed& seed, const CtVolume& post, const PreopVolume& preop, const MapAtPlace& preop_at) {
  PriorPresence out;
  out.seed_id = seed.id;
  Neighbourhood now(kHalf), before(kHalf + kReach);
  const bool both = now.fill([&](const Eigen::Vector3d& d) { return sampled(post, Point<CtFrame>{seed.pose.center.mm + d}); }) &&
                    before.fill([&](const Eigen::Vector3d& d) { return sampled(preop, preop_at(d)); });
  if (!both) return out;
  out.seen = true;
  // The best local shift: least squared difference over the window, a shift of its own costing as much as it is unlikely.
  double best = std::numeric_limits<double>::infinity();
  std::array<int, 3> shift{0, 0, 0};
  for (int dk = -kReach; dk <= kReach; ++dk)
    for (int dj = -kReach; dj <= kReach; ++dj)
      for (int di = -kReach; di <= kReach; ++di) {
        double sum = 0.0;
        within(kWindowMm, [&](int i, int j, int k) {
          const double d = now.at(i, j, k) - before.at(i + di, j + dj, k + dk);
          sum += d * d;
        });
        const double mm = kStepMm * Eigen::Vector3d(di, dj, dk).norm();
        sum *= 1.0 + 0.5 * std::pow(mm / (2.0 * kShiftSigmaMm), 2);
        if (sum >= best) continue;
        best = sum;
        shift = {di, dj, dk};
        out.shift_mm = mm;
      }
  // Half steps around it: a clip's edge is steep.
  double best_fine = std::numeric_limits<double>::infinity();
  Neighbourhood fine(kHalf);
  for (int n = 0; n < 27; ++n) {
    const Eigen::Vector3d move =
        kStepMm * (Eigen::Vector3d(shift[0], shift[1], shift[2]) + 0.5 * Eigen::Vector3d(n % 3 - 1, n / 3 % 3 - 1, n / 9 - 1));
    Neighbourhood moved(kHalf);
    if (!moved.fill([&](const Eigen::Vector3d& d) { return sampled(preop, preop_at(d + move)); })) continue;
    double sum = 0.0;
    within(kWindowMm, [&](int i, int j, int k) { sum += std::pow(now.at(i, j, k) - moved.at(i, j, k), 2); });
    sum *= 1.0 + 0.5 * std::pow(move.norm() / (2.0 * kShiftSigmaMm), 2);
    if (sum >= best_fine) continue;
    best_fine = sum;
    fine = std::move(moved);
    out.shift_mm = move.norm();
  }
  double appeared = 0.0, dense_now = 0.0, dense_before = 0.0;
  within(kNearMm, [&](int i, int j, int k) {
    appeared += now.at(i, j, k) - fine.at(i, j, k);
    dense_now += now.dense_at(i, j, k);
    dense_before += fine.dense_at(i, j, k);
  });
  out.new_mass = kStepMm * kStepMm * kStepMm * appeared;
  out.dense_share = dense_now > 0.0 ? dense_before / dense_now : 0.0;
  return out;
}

}  // namespace

std::vector<PriorPresence> compare_with_preop(const Detection& detection, const std::vector<CtVolume>& postop, const PreopVolume& preop,
                                              const Warp<CtFrame, PlanFrame>& ct_from_plan) {
  std::vector<PriorPresence> out(detection.seeds.size());
  parallel_for(out.size(), [&](std::size_t n) {
    const DetectedSeed& seed = detection.seeds[n];
    if (const CtVolume* post = covering(postop, seed))
      out[n] = compare(seed, *post, preop, map_at(ct_from_plan, seed.pose.center));
    else
      out[n].seed_id = seed.id;
  });
  return out;
}

void set_aside_what_was_there(const std::vector<CtVolume>& postop, const PreopVolume& preop, const PlanRegistration& registration,
                              const DetectorOptions& options, Detection& detection) {
  if (registration.outcome.kind != OutcomeKind::ok || preop.series.modality != "CT") return;
  forget_possible(detection, [&](const DetectedSeed& seed) {
    const CtVolume* post = covering(postop, seed);
    if (!post) return false;
    const PriorPresence p = compare(seed, *post, preop, map_at(registration.warp(), seed.pose.center));
    return p.seen && p.new_mass < kNew * seed.excess_mass_hu_mm3 && p.dense_share > kDenseShare;
  });
  const auto presence = compare_with_preop(detection, postop, preop, registration.warp());
  std::vector<int> old;
  int unclear = 0;
  for (std::size_t n = 0; n < presence.size(); ++n) {
    const PriorPresence& p = presence[n];
    if (!p.seen) continue;
    const double mass = detection.seeds[n].excess_mass_hu_mm3;
    if (p.new_mass < kOld * mass && p.dense_share > kDenseShare)
      old.push_back(p.seed_id);
    else if (p.new_mass < kNew * mass && p.dense_share > kDenseShare)
      ++unclear;
  }
  if (unclear > 0)
    detection.warnings.push_back({"OLD_OR_NEW_UNCLEAR", std::to_string(unclear) +
                                                            " found seeds lie where the pre-op scan shows something almost as dense: look "
                                                            "whether they are seeds"});
  if (old.empty()) return;
  const std::size_t all = detection.seeds.size();
  set_aside(detection, old, "already_preop", options);
  const std::string count = std::to_string(old.size()) + " of " + std::to_string(all);
  // A few clips are common. Half of everything is an image that holds the implant, or an implant that was there before.
  if (2 * old.size() >= all)
    detection.warnings.push_back(
        {"MOSTLY_ALREADY_PREOP", count + " found objects are in the pre-op CT as well and are not counted: look whether it is "
                                         "of before the implant, and whether an earlier implant adds dose"});
  else
    detection.warnings.push_back(
        {"ALREADY_PREOP", count + " found objects are in the pre-op CT as well and are not counted (clips, lipiodol, earlier "
                                  "seeds)"});
}

}  // namespace seedaudit
