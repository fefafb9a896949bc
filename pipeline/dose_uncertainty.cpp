// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/dose_uncertainty.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

#include "core/parallel.h"

namespace seedaudit {
namespace {

/// splitmix64 (Steele, Lea and Flood 2014): a stream of its own for every draw, so that draws may run in any order. The standard library's
/// distributions differ between implementations; these do not.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  /// [0, 1)
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  /// Standard normal, Box-Muller.
  double normal() {
    const double u = std::max(uniform(), 0x1.0p-60), v = uniform();
    return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * 3.14159265358979323846 * v);
  }
  /// 0 .. n - 1
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(uniform() * static_cast<double>(n)); }

 private:
  std::uint64_t state_;
};

enum class Component { strength, model, positions, axes, registration, contour, count };
constexpr std::array<Component, 7> kComponents{Component::strength,     Component::model,   Component::positions, Component::axes,
                                               Component::registration, Component::contour, Component::count};
/// Beyond so many standard deviations no contour is drawn.
constexpr double kContourReach = 3.0;
const char* name_of(Component c) {
  switch (c) {
    case Component::strength:
      return "source strength";
    case Component::model:
      return "source model";
    case Component::positions:
      return "seed positions";
    case Component::axes:
      return "seed axes";
    case Component::registration:
      return "registration";
    case Component::contour:
      return "contour";
    case Component::count:
      return "seed count";
  }
  return "";
}

struct Figures {
  double d90_gy = 0.0;
  double v100_pct = 0.0;
  double edge_gy = 0.0;  ///< dose that the share of the target reaches that reaches the prescription nominally
};

/// Volumes at which the band of the histogram is given, percent: 1, 2, 4 ... 98, 99.
constexpr std::size_t kBandVolumes = 51;
constexpr double band_volume_pct(std::size_t n) { return n == 0 ? 1.0 : n + 1 == kBandVolumes ? 99.0 : 2.0 * static_cast<double>(n); }
/// D_v at each of them, Gy.
using BandDoses = std::array<double, kBandVolumes>;

/// The sample of this rank from the hottest, counted from 0, is D_v of n samples: as in core/dvh.h.
std::ptrdiff_t rank_of(double pct, std::size_t n) {
  return static_cast<std::ptrdiff_t>(std::ceil(pct / 100.0 * static_cast<double>(n) - 1e-9)) - 1;
}

/// D90 and V100 of equal-volume samples, by the same definitions as core/dvh.h.
/// \param outwards_mm the contour lies so much farther out
/// \param edge_pct which dose is the edge
/// \param band filled unless null; `dose` is then left in falling order
Figures figures_of(std::vector<float>& dose, const TargetPoints& target, double outwards_mm, Gy rx, double edge_pct,
                   BandDoses* band = nullptr) {
  if (!target.distance_mm.empty()) {
    std::size_t kept = 0;
    for (std::size_t n = 0; n < dose.size(); ++n)
      if (target.distance_mm[n] <= outwards_mm) dose[kept++] = dose[n];
    dose.resize(kept);
  }
  if (dose.empty()) {
    if (band != nullptr) band->fill(0.0);
    return {};
  }
  if (band != nullptr) {
    std::sort(dose.begin(), dose.end(), std::greater<>());
    for (std::size_t v = 0; v < kBandVolumes; ++v)
      (*band)[v] =
          static_cast<double>(dose[static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, rank_of(band_volume_pct(v), dose.size())))]);
  }
  const auto n = static_cast<double>(dose.size());
  const auto reached = std::count_if(dose.begin(), dose.end(), [&](float d) { return static_cast<double>(d) >= rx.value; });
  const auto at_least = [&](double pct) {
    const auto at = dose.begin() + rank_of(pct, dose.size());
    if (band == nullptr) std::nth_element(dose.begin(), at, dose.end(), std::greater<>());
    return static_cast<double>(*at);
  };
  return {at_least(90.0), 100.0 * static_cast<double>(reached) / n, at_least(edge_pct)};
}

/// A seed end to end with another.
DoseSeed<CtFrame> behind(DoseSeed<CtFrame> seed, Random& random) {
  constexpr double kCapsuleMm = 4.5;
  const Eigen::Vector3d along = seed.axis ? seed.axis->unit : Eigen::Vector3d(Eigen::Vector3d::UnitZ());
  seed.center.mm += (random.uniform() < 0.5 ? -kCapsuleMm : kCapsuleMm) * along;
  return seed;
}

/// Seeds and what may be one, each by its chance; a hidden one is put behind one that leaves room for it.
void vary_count(const UncertaintyInput& in, Random& random, std::vector<DoseSeed<CtFrame>>& seeds) {
  const double off = in.off_together * random.normal();
  const auto is_one = [&](double confidence) { return random.uniform() < moved_by(confidence, off); };
  std::vector<DoseSeed<CtFrame>> kept, added;
  std::vector<std::size_t> rooms;  // of those kept
  for (std::size_t n = 0; n < seeds.size(); ++n) {
    if (in.seeds[n].confidence <= kSurelyOne && !is_one(in.seeds[n].confidence)) continue;
    if (in.seeds[n].may_hide) rooms.push_back(kept.size());
    kept.push_back(seeds[n]);
  }
  for (const MayBeSeed& p : in.possible)
    if (is_one(p.confidence)) added.push_back(p.seed);
  for (int n = 0; n < in.further; ++n)
    if (is_one(in.further_chance) && !kept.empty())
      added.push_back(behind(kept[rooms.empty() ? random.below(kept.size()) : rooms[random.below(rooms.size())]], random));
  const int off_by =
      in.fewer + in.more > 0 ? static_cast<int>(random.below(static_cast<std::size_t>(in.fewer + in.more) + 1)) - in.fewer : 0;
  for (int n = 0; n < off_by && !kept.empty(); ++n) added.push_back(behind(kept[random.below(kept.size())], random));
  for (int n = 0; n < -off_by && !kept.empty(); ++n) kept.erase(kept.begin() + static_cast<std::ptrdiff_t>(random.below(kept.size())));
  seeds = std::move(kept);
  seeds.insert(seeds.end(), added.begin(), added.end());
}

bool count_varies(const UncertaintyInput& in) {
  return !in.possible.empty() || in.further > 0 || in.fewer + in.more > 0 ||
         std::any_of(in.seeds.begin(), in.seeds.end(), [](const UncertainSeed& s) { return s.confidence <= kSurelyOne; });
}

struct Sigmas {
  double strength_pct = 0.0, model_pct = 0.0, contour_mm = 0.0;
  double edge_pct = 90.0;
};

/// The axis tilted by two independent normal angles across it.
Eigen::Vector3d tilted(const Eigen::Vector3d& axis, double a, double b) {
  const Eigen::Vector3d helper = std::abs(axis.z()) < 0.9 ? Eigen::Vector3d::UnitZ() : Eigen::Vector3d::UnitX();
  const Eigen::Vector3d u = axis.cross(helper).normalized(), v = axis.cross(u);
  return (axis + std::tan(a) * u + std::tan(b) * v).normalized();
}

/// \param only draw this component alone
Figures draw(const UncertaintyInput& in, const SourceModel& source, const DoseOptions& dose, const Sigmas& sigmas, std::uint64_t stream,
             std::optional<Component> only, BandDoses* band = nullptr) {
  Random random(in.random_seed ^ (0xD1B54A32D192ED03ULL * (stream + 1)));
  const auto on = [&](Component c) { return !only || *only == c; };
  const double strength = 1.0 + sigmas.strength_pct / 100.0 * random.normal();
  const double model = 1.0 + sigmas.model_pct / 100.0 * random.normal();
  Eigen::Vector3d shift = Eigen::Vector3d::Zero();
  for (int a = 0; a < 3; ++a) shift[a] = in.registration_sigma_mm * random.normal();
  double outwards = sigmas.contour_mm * std::clamp(random.normal(), -kContourReach, kContourReach);
  if (!on(Component::contour)) outwards = 0.0;
  double factor = 1.0;
  if (on(Component::strength)) factor *= std::max(0.0, strength);
  if (on(Component::model)) factor *= std::max(0.0, model);
  if (!on(Component::registration)) shift.setZero();
  std::vector<DoseSeed<CtFrame>> seeds;
  seeds.reserve(in.seeds.size());
  for (const UncertainSeed& s : in.seeds) {
    DoseSeed<CtFrame> seed = s.nominal;
    for (int a = 0; a < 3; ++a) {
      const double offset = s.sigma_mm[a] * random.normal();
      if (on(Component::positions)) seed.center.mm[a] += offset;
    }
    // Beyond some 30 degrees a tilt is as good as any: tangents must stay finite.
    const double degree = std::min(s.axis_sigma_deg, 30.0) * 3.14159265358979323846 / 180.0;
    const double a = std::clamp(degree * random.normal(), -1.4, 1.4), b = std::clamp(degree * random.normal(), -1.4, 1.4);
    if (seed.axis && on(Component::axes)) seed.axis->unit = tilted(seed.axis->unit, a, b);
    seed.center.mm -= shift;  // the target moves by +shift against the seeds
    seed.strength_at_implant = seed.strength_at_implant * factor;
    seeds.push_back(seed);
  }
  if (on(Component::count)) vary_count(in, random, seeds);
  std::vector<float> doses = dose_at(in.target.points, seeds, source, dose);
  return figures_of(doses, in.target, outwards, in.prescription, sigmas.edge_pct, band);
}

double variance(const std::vector<double>& values) {
  if (values.size() < 2) return 0.0;
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  double sum = 0.0;
  for (const double v : values) sum += (v - mean) * (v - mean);
  return sum / static_cast<double>(values.size() - 1);
}

std::pair<double, double> interval95(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto at = [&](double fraction) {
    const double x = fraction * static_cast<double>(values.size() - 1);
    const auto n = static_cast<std::size_t>(x);
    const double w = x - static_cast<double>(n);
    return values[n] + (n + 1 < values.size() ? w * (values[n + 1] - values[n]) : 0.0);
  };
  return {at(0.025), at(0.975)};
}

Status in_range(const char* name, double value, double low, double high) {
  if (value >= low && value <= high) return ok_status();
  return Error{ErrorCode::invalid_option, std::string("uncertainty ") + name + " is " + std::to_string(value), "",
               "Give a value from " + std::to_string(low) + " to " + std::to_string(high) + "."};
}

}  // namespace

TargetPoints target_points(const StructureVolume<CtFrame>& target, int inside, double beyond_mm) {
  TargetPoints out;
  out.points = target.sample(0, static_cast<std::size_t>(inside));
  out.distance_mm.resize(out.points.size());
  parallel_for(out.points.size(), [&](std::size_t n) { out.distance_mm[n] = std::min(0.0, target.signed_distance_mm(out.points[n])); });
  if (!(beyond_mm > 0.0)) return out;
  const Box<CtFrame> box = target.box();
  const Eigen::Vector3d low = box.low_mm.array() - beyond_mm, extent = box.high_mm.array() + beyond_mm - low.array();
  const auto count = static_cast<std::size_t>(inside * extent.prod() / (1000.0 * target.volume_cc()));
  // The same additive recurrence that fills structures (structure_volume.cpp), in the box.
  constexpr double kRoot = 1.2207440846057594754;
  const Eigen::Vector3d step(1.0 / kRoot, 1.0 / (kRoot * kRoot), 1.0 / (kRoot * kRoot * kRoot));
  std::vector<Point<CtFrame>> around(count);
  std::vector<double> distance(count);
  parallel_for(count, [&](std::size_t n) {
    for (int a = 0; a < 3; ++a) {
      const double x = 0.5 + static_cast<double>(n + 1) * step[a];
      around[n].mm[a] = low[a] + extent[a] * (x - std::floor(x));
    }
    distance[n] = target.signed_distance_mm(around[n]);
  });
  for (std::size_t n = 0; n < count; ++n) {
    if (!(distance[n] > 0.0 && distance[n] <= beyond_mm)) continue;
    out.points.push_back(around[n]);
    out.distance_mm.push_back(distance[n]);
  }
  return out;
}

Status UncertaintyOptions::check() const {
  for (Status s :
       {in_range("draws", draws, 0.0, 100000.0), in_range("points", points, 100.0, 1000000.0),
        in_range("strength_sigma_pct", strength_sigma_pct, 0.0, 50.0), in_range("model_sigma_pct", model_sigma_pct, 0.0, 50.0),
        in_range("surrogate_sigma_pct", surrogate_sigma_pct, 0.0, 50.0), in_range("contour_sigma_mm", contour_sigma_mm, 0.0, 10.0)})
    if (!s) return s;
  return ok_status();
}

std::optional<DoseUncertainty> dose_uncertainty(const UncertaintyInput& in, const SourceModel& source, const DoseOptions& dose,
                                                double nominal_d90_gy, const UncertaintyOptions& options) {
  if (options.draws < 20 || in.target.points.empty() || in.seeds.empty() || !(in.prescription.value > 0.0)) return std::nullopt;
  Sigmas sigmas{options.strength_sigma_pct, options.model_sigma_pct, in.target.distance_mm.empty() ? 0.0 : options.contour_sigma_mm};
  if (in.source_is_surrogate) sigmas.model_pct = std::hypot(sigmas.model_pct, options.surrogate_sigma_pct);

  std::vector<DoseSeed<CtFrame>> nominal_seeds;
  for (const UncertainSeed& s : in.seeds) nominal_seeds.push_back(s.nominal);
  std::vector<float> nominal_dose = dose_at(in.target.points, nominal_seeds, source, dose);
  Figures nominal = figures_of(nominal_dose, in.target, 0.0, in.prescription, 90.0);
  // The extremes of a distribution are too uneven to follow.
  sigmas.edge_pct = std::clamp(nominal.v100_pct, 1.0, 99.0);
  BandDoses nominal_band{};
  nominal = figures_of(nominal_dose, {}, 0.0, in.prescription, sigmas.edge_pct, &nominal_band);
  if (!(nominal.d90_gy > 0.0)) return std::nullopt;

  const auto count = static_cast<std::size_t>(options.draws);
  std::vector<Figures> draws(count);
  std::vector<BandDoses> drawn_band(count), counted_band(count, nominal_band);
  parallel_for(count, [&](std::size_t n) { draws[n] = draw(in, source, dose, sigmas, n, std::nullopt, &drawn_band[n]); });
  // The same draws with nothing but their count.
  std::vector<Figures> counted(count, nominal);
  if (count_varies(in))
    parallel_for(count, [&](std::size_t n) { counted[n] = draw(in, source, dose, sigmas, n, Component::count, &counted_band[n]); });
  // The count that was drawn is a truth that may be. To the rest holds: what was seen differs from the truth as the draws differ from what
  // was seen. Errors of place mostly lower D90, in the draws once more, so a draw that came out lower by its errors stands for a truth that
  // is higher by as much (the pivotal interval of the bootstrap).
  std::vector<double> ratio, edge;
  DoseUncertainty out;
  std::size_t below = 0;
  const auto truth_over_nominal = [](double counted_gy, double drawn_gy, double nominal_gy) {
    return counted_gy / nominal_gy * (counted_gy / std::max(drawn_gy, 1e-3 * nominal_gy));
  };
  for (std::size_t n = 0; n < count; ++n) {
    ratio.push_back(truth_over_nominal(counted[n].d90_gy, draws[n].d90_gy, nominal.d90_gy));
    edge.push_back(truth_over_nominal(counted[n].edge_gy, draws[n].edge_gy, nominal.edge_gy));
    if (ratio.back() * nominal_d90_gy < in.limit_pct_of_rx / 100.0 * in.prescription.value) ++below;
  }
  out.d90_ratio = interval95(ratio);
  for (std::size_t v = 0; v < kBandVolumes; ++v) {
    if (!(nominal_band[v] > 0.0)) continue;
    for (std::size_t n = 0; n < count; ++n) ratio[n] = truth_over_nominal(counted_band[n][v], drawn_band[n][v], nominal_band[v]);
    out.dose_ratios.push_back({band_volume_pct(v), interval95(ratio)});
  }
  // V100 is bounded and its errors are not even: dose at its edge is scaled, and the nominal histogram says what V100 that makes.
  const auto v100_of = [&](double scale) {
    const auto n = std::count_if(nominal_dose.begin(), nominal_dose.end(),
                                 [&](float d) { return static_cast<double>(d) * scale >= in.prescription.value; });
    return 100.0 * static_cast<double>(n) / static_cast<double>(nominal_dose.size());
  };
  const auto edges = interval95(edge);
  out.v100_shift_pct_points = {v100_of(edges.first) - nominal.v100_pct, v100_of(edges.second) - nominal.v100_pct};
  out.probability_d90_below_limit = static_cast<double>(below) / static_cast<double>(count);

  // Each component alone, with fewer draws: their order is wanted, and roughly their size.
  const std::size_t alone = std::min<std::size_t>(count, 100);
  double total = 0.0;
  for (const Component c : kComponents) {
    std::vector<double> d90(alone);
    parallel_for(alone, [&](std::size_t n) { d90[n] = draw(in, source, dose, sigmas, n, c).d90_gy; });
    const double v = variance(d90);
    total += v;
    if (v > 0.0) out.shares.push_back({name_of(c), 100.0 * std::sqrt(v) / nominal.d90_gy, v});
  }
  std::stable_sort(out.shares.begin(), out.shares.end(),
                   [](const UncertaintyShare& a, const UncertaintyShare& b) { return a.share_pct > b.share_pct; });
  for (UncertaintyShare& s : out.shares) s.share_pct *= 100.0 / total;
  if (!out.shares.empty()) out.dominant = out.shares.front().contribution;
  return out;
}

}  // namespace seedaudit
