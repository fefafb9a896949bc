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

enum class Component { strength, model, positions, registration, count };
constexpr std::array<Component, 5> kComponents{Component::strength, Component::model, Component::positions, Component::registration,
                                               Component::count};
const char* name_of(Component c) {
  switch (c) {
    case Component::strength:
      return "source strength";
    case Component::model:
      return "source model";
    case Component::positions:
      return "seed positions";
    case Component::registration:
      return "registration";
    case Component::count:
      return "seed count";
  }
  return "";
}

struct Figures {
  double d90_gy = 0.0;
  double v100_pct = 0.0;
};

/// D90 and V100 of equal-volume samples, by the same definitions as core/dvh.h.
Figures figures_of(std::vector<float>& dose, Gy rx) {
  const std::size_t n = dose.size();
  const auto rank = static_cast<std::size_t>(std::ceil(0.9 * static_cast<double>(n) - 1e-9));
  const auto at = dose.begin() + static_cast<std::ptrdiff_t>(rank - 1);
  const auto reached =
      static_cast<double>(std::count_if(dose.begin(), dose.end(), [&](float d) { return static_cast<double>(d) >= rx.value; }));
  std::nth_element(dose.begin(), at, dose.end(), std::greater<>());
  return {static_cast<double>(*at), 100.0 * reached / static_cast<double>(n)};
}

/// Seeds that the count interval lets drop out of their cluster, or adds to it end to end: the two ways in which a chain is misjudged.
void vary_count(const UncertaintyInput& in, Random& random, std::vector<DoseSeed<CtFrame>>& seeds) {
  std::vector<std::size_t> dropped;
  std::vector<DoseSeed<CtFrame>> added;
  for (const Cluster& cluster : in.clusters) {
    const int span = cluster.count.high - cluster.count.low;
    if (span <= 0) continue;
    const int drawn = cluster.count.low + static_cast<int>(random.below(static_cast<std::size_t>(span) + 1));
    std::vector<std::size_t> members;
    for (std::size_t n = 0; n < in.seeds.size(); ++n)
      if (in.seeds[n].cluster_id == cluster.id) members.push_back(n);
    if (members.empty()) continue;
    int have = static_cast<int>(members.size());
    for (; have > drawn && !members.empty(); --have) {
      const std::size_t pick = random.below(members.size());
      dropped.push_back(members[pick]);
      members.erase(members.begin() + static_cast<std::ptrdiff_t>(pick));
    }
    for (; have < drawn; ++have) {
      DoseSeed<CtFrame> extra = seeds[members[random.below(members.size())]];
      constexpr double kCapsuleMm = 4.5;
      const Eigen::Vector3d along = extra.axis ? extra.axis->unit : Eigen::Vector3d(Eigen::Vector3d::UnitZ());
      extra.center.mm += (random.uniform() < 0.5 ? -kCapsuleMm : kCapsuleMm) * along;
      added.push_back(extra);
    }
  }
  std::sort(dropped.rbegin(), dropped.rend());
  for (const std::size_t n : dropped) seeds.erase(seeds.begin() + static_cast<std::ptrdiff_t>(n));
  seeds.insert(seeds.end(), added.begin(), added.end());
}

struct Sigmas {
  double strength_pct = 0.0, model_pct = 0.0;
};

/// \param only draw this component alone
Figures draw(const UncertaintyInput& in, const SourceModel& source, const DoseOptions& dose, const Sigmas& sigmas, std::uint64_t stream,
             std::optional<Component> only) {
  Random random(in.random_seed ^ (0xD1B54A32D192ED03ULL * (stream + 1)));
  const auto on = [&](Component c) { return !only || *only == c; };
  const double strength = 1.0 + sigmas.strength_pct / 100.0 * random.normal();
  const double model = 1.0 + sigmas.model_pct / 100.0 * random.normal();
  Eigen::Vector3d shift = Eigen::Vector3d::Zero();
  for (int a = 0; a < 3; ++a) shift[a] = in.registration_sigma_mm * random.normal();
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
    seed.center.mm -= shift;  // the target moves by +shift against the seeds
    seed.strength_at_implant = seed.strength_at_implant * factor;
    seeds.push_back(seed);
  }
  if (on(Component::count)) vary_count(in, random, seeds);
  std::vector<float> doses = dose_at(in.points, seeds, source, dose);
  return figures_of(doses, in.prescription);
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

Status UncertaintyOptions::check() const {
  for (Status s : {in_range("draws", draws, 0.0, 100000.0), in_range("points", points, 100.0, 1000000.0),
                   in_range("strength_sigma_pct", strength_sigma_pct, 0.0, 50.0), in_range("model_sigma_pct", model_sigma_pct, 0.0, 50.0),
                   in_range("surrogate_sigma_pct", surrogate_sigma_pct, 0.0, 50.0)})
    if (!s) return s;
  return ok_status();
}

std::optional<DoseUncertainty> dose_uncertainty(const UncertaintyInput& in, const SourceModel& source, const DoseOptions& dose,
                                                double nominal_d90_gy, const UncertaintyOptions& options) {
  if (options.draws < 20 || in.points.empty() || in.seeds.empty() || !(in.prescription.value > 0.0)) return std::nullopt;
  Sigmas sigmas{options.strength_sigma_pct, options.model_sigma_pct};
  if (in.source_is_surrogate) sigmas.model_pct = std::hypot(sigmas.model_pct, options.surrogate_sigma_pct);

  std::vector<DoseSeed<CtFrame>> nominal_seeds;
  for (const UncertainSeed& s : in.seeds) nominal_seeds.push_back(s.nominal);
  std::vector<float> nominal_dose = dose_at(in.points, nominal_seeds, source, dose);
  const Figures nominal = figures_of(nominal_dose, in.prescription);
  if (!(nominal.d90_gy > 0.0)) return std::nullopt;

  const auto count = static_cast<std::size_t>(options.draws);
  std::vector<Figures> draws(count);
  parallel_for(count, [&](std::size_t n) { draws[n] = draw(in, source, dose, sigmas, n, std::nullopt); });
  std::vector<double> ratio, shift;
  DoseUncertainty out;
  std::size_t below = 0;
  for (const Figures& f : draws) {
    ratio.push_back(f.d90_gy / nominal.d90_gy);
    shift.push_back(f.v100_pct - nominal.v100_pct);
    if (ratio.back() * nominal_d90_gy < in.limit_pct_of_rx / 100.0 * in.prescription.value) ++below;
  }
  out.d90_ratio = interval95(ratio);
  out.v100_shift_pct_points = interval95(shift);
  out.probability_d90_below_limit = static_cast<double>(below) / static_cast<double>(count);

  // Each component alone, with fewer draws: only their order is wanted.
  const std::size_t alone = std::min<std::size_t>(count, 60);
  double largest = -1.0;
  for (const Component c : kComponents) {
    std::vector<double> d90(alone);
    parallel_for(alone, [&](std::size_t n) { d90[n] = draw(in, source, dose, sigmas, n, c).d90_gy; });
    if (const double v = variance(d90); v > largest) {
      largest = v;
      out.dominant = name_of(c);
    }
  }
  return out;
}

}  // namespace seedaudit
