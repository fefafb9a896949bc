// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Does the 95 % interval hold the truth? Implants are made, each is "observed" once with every listed error drawn from its stated
// distribution, the audit's interval is computed from the observation alone, and the truth is looked up in it.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <utility>
#include <vector>

#include "dosimetry/dvh_calculator.h"
#include "dosimetry/source_library.h"
#include "pipeline/dose_uncertainty.h"

using namespace seedaudit;

namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr double kRxGy = 120.0;

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : engine_(seed) {}
  double normal() {
    const double u = std::max(uniform(0.0, 1.0), 1e-15), v = uniform(0.0, 1.0);
    return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * kPi * v);
  }
  double uniform(double a, double b) { return a + (b - a) * static_cast<double>(engine_() >> 11) * 0x1.0p-53; }

 private:
  std::mt19937_64 engine_;
};

struct Target {
  Eigen::Vector3d half;  ///< of an ellipsoid about the origin
  /// Contours every 2.5 mm of the ellipsoid grown by so much.
  StructureVolume<CtFrame> grown(double mm) const {
    const Eigen::Vector3d h = half.array() + mm;
    Structure<CtFrame> s;
    s.name = "target";
    const int slabs = std::max(4, static_cast<int>(std::lround(2.0 * h.z() / 2.5)));
    for (int n = 0; n < slabs; ++n) {
      const double z = h.z() * (2.0 * (n + 0.5) / slabs - 1.0), r = std::sqrt(1.0 - z * z / (h.z() * h.z()));
      Contour<CtFrame> c;
      for (int k = 0; k < 64; ++k) c.points.push_back({{h.x() * r * std::cos(k * kPi / 32.0), h.y() * r * std::sin(k * kPi / 32.0), z}});
      s.contours.push_back(std::move(c));
    }
    return StructureVolume<CtFrame>::make(s).value();
  }
};

struct Case {
  Target target;
  std::vector<DoseSeed<CtFrame>> truth;
};

/// Needles along S on a lattice of 8 to 11 mm with a seed every 10 mm, placed by hand: half a millimetre to two off.
Case make_case(Draw& draw, const SourceModel& source, const DoseOptions& dose) {
  Case c;
  c.target.half = {draw.uniform(9.0, 20.0), draw.uniform(9.0, 20.0), draw.uniform(9.0, 20.0)};
  const double pitch = draw.uniform(8.0, 11.0), error = draw.uniform(0.5, 2.0);
  const Eigen::Vector3d offset(draw.uniform(-4.0, 4.0), draw.uniform(-4.0, 4.0), draw.uniform(-4.0, 4.0));
  for (int i = -4; i <= 4; ++i)
    for (int j = -4; j <= 4; ++j)
      for (int k = -4; k <= 4; ++k) {
        const Eigen::Vector3d p = offset + Eigen::Vector3d(pitch * i, pitch * j, 10.0 * k);
        if ((p.array() / (c.target.half.array() + 1.0)).matrix().norm() > 1.0) continue;
        const Eigen::Vector3d at = p + error * Eigen::Vector3d(draw.normal(), draw.normal(), draw.normal());
        const Eigen::Vector3d axis(0.1 * draw.normal(), 0.1 * draw.normal(), 1.0);
        c.truth.push_back({{at}, Axis<CtFrame>{axis.normalized()}, AirKermaU{1.0}});
      }
  if (c.truth.size() < 5) return make_case(draw, source, dose);
  // Strength of a plan: D90 from 85 to 125 % of the prescription.
  const auto sampled = sample_dose(c.target.grown(0.0), c.truth, source, Gy{kRxGy}, dose);
  const double wanted = draw.uniform(0.85, 1.25) * kRxGy;
  for (auto& s : c.truth) s.strength_at_implant = AirKermaU{wanted / sampled->dvh.dose_at_volume_pct(90.0).value};
  return c;
}

struct Tally {
  int cases = 0, d90 = 0, v100 = 0;
  double width_d90 = 0.0, width_v100 = 0.0, shift = 0.0, seconds = 0.0;
  double predicted_below = 0.0;
  int truly_below = 0;
};

void observe(std::uint64_t number, const SourceModel& source, const DoseOptions& dose, Tally& tally) {
  Draw draw(number);
  const Case c = make_case(draw, source, dose);
  UncertaintyOptions options;
  // One place in fifteen is in doubt: what is seen there is a seed by its confidence, or something end to end with it may be one. The
  // confidences of an implant are off together.
  std::vector<bool> is_there(c.truth.size(), true);
  std::vector<double> confidence(c.truth.size(), 1.0);
  std::vector<DoseSeed<CtFrame>> unseen;
  std::vector<std::pair<std::size_t, MayBeSeed>> possible;  // of which place
  const double off = kOffTogether * draw.normal();
  for (std::size_t n = 0; n < c.truth.size(); ++n) {
    if (draw.uniform(0.0, 1.0) > 1.0 / 15.0) continue;
    if (draw.uniform(0.0, 1.0) < 0.5) {
      confidence[n] = draw.uniform(0.4, kSurelyOne);
      is_there[n] = draw.uniform(0.0, 1.0) < moved_by(confidence[n], off);
      continue;
    }
    MayBeSeed p{c.truth[n], draw.uniform(0.05, 0.4)};
    p.seed.center.mm += (draw.uniform(0.0, 1.0) < 0.5 ? 4.5 : -4.5) * c.truth[n].axis->unit;
    if (draw.uniform(0.0, 1.0) < moved_by(p.confidence, off)) unseen.push_back(p.seed);
    possible.emplace_back(n, p);
  }
  std::vector<DoseSeed<CtFrame>> present = unseen;
  for (std::size_t n = 0; n < c.truth.size(); ++n)
    if (is_there[n]) present.push_back(c.truth[n]);
  const auto truth = sample_dose(c.target.grown(0.0), present, source, Gy{kRxGy}, dose);
  const double true_d90 = truth->dvh.dose_at_volume_pct(90.0).value, true_v100 = truth->dvh.volume_pct_at(Gy{kRxGy});

  UncertaintyInput in;
  const double in_plane = draw.uniform(0.1, 0.6), along = draw.uniform(0.2, 1.4), axis_deg = draw.uniform(3.0, 20.0);
  in.registration_sigma_mm = draw.uniform(0.0, 1.0) < 0.5 ? 0.0 : draw.uniform(0.9, 1.5);
  in.source_is_surrogate = draw.uniform(0.0, 1.0) < 0.5;
  const double model_pct =
      in.source_is_surrogate ? std::hypot(options.model_sigma_pct, options.surrogate_sigma_pct) : options.model_sigma_pct;
  const double factor = (1.0 + 0.01 * options.strength_sigma_pct * draw.normal()) * (1.0 + 0.01 * model_pct * draw.normal());
  Eigen::Vector3d shift(draw.normal(), draw.normal(), draw.normal());
  shift *= in.registration_sigma_mm;
  for (std::size_t n = 0; n < c.truth.size(); ++n) {
    const auto& s = c.truth[n];
    UncertainSeed u{s, {in_plane, in_plane, along}, axis_deg, confidence[n]};
    for (int a = 0; a < 3; ++a) u.nominal.center.mm[a] += u.sigma_mm[a] * draw.normal() + shift[a];
    const double degree = kPi / 180.0 * axis_deg;
    u.nominal.axis->unit = (s.axis->unit + std::tan(std::clamp(degree * draw.normal(), -1.4, 1.4)) * Eigen::Vector3d::UnitX() +
                            std::tan(std::clamp(degree * draw.normal(), -1.4, 1.4)) * Eigen::Vector3d::UnitY())
                               .normalized();
    u.nominal.strength_at_implant = s.strength_at_implant * factor;
    in.seeds.push_back(u);
  }
  for (auto& [n, p] : possible) {
    // Seen as far off as its neighbour, and of a strength as wrong.
    p.seed.center.mm += in.seeds[n].nominal.center.mm - c.truth[n].center.mm;
    p.seed.strength_at_implant = p.seed.strength_at_implant * factor;
    in.possible.push_back(p);
  }
  in.prescription = Gy{kRxGy};
  in.random_seed = number * 7919;
  const auto drawn = c.target.grown(std::clamp(options.contour_sigma_mm * draw.normal(), -3.0, 3.0));
  in.target = target_points(drawn, options.points, 3.0 * options.contour_sigma_mm);
  std::vector<DoseSeed<CtFrame>> seen;
  for (const auto& s : in.seeds) seen.push_back(s.nominal);
  const auto observed = sample_dose(drawn, seen, source, Gy{kRxGy}, dose);
  const double d90 = observed->dvh.dose_at_volume_pct(90.0).value, v100 = observed->dvh.volume_pct_at(Gy{kRxGy});
  const auto start = std::chrono::steady_clock::now();
  const auto u = dose_uncertainty(in, source, dose, d90, options);
  tally.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const double low = d90 * u->d90_ratio.first, high = d90 * u->d90_ratio.second;
  const double v_low = std::clamp(v100 + u->v100_shift_pct_points.first, 0.0, 100.0);
  const double v_high = std::clamp(v100 + u->v100_shift_pct_points.second, 0.0, 100.0);
  ++tally.cases;
  tally.d90 += low <= true_d90 && true_d90 <= high ? 1 : 0;
  tally.v100 += v_low <= true_v100 && true_v100 <= v_high ? 1 : 0;
  tally.width_d90 += 100.0 * (high - low) / d90;
  tally.width_v100 += v_high - v_low;
  tally.shift += 100.0 * (d90 / true_d90 - 1.0);
  tally.predicted_below += u->probability_d90_below_limit;
  tally.truly_below += true_d90 < 0.9 * kRxGy ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  const int cases = argc > 1 ? std::atoi(argv[1]) : 300;
  const SourceModel source = find_source("amersham-6711").value();
  DoseOptions dose;
  dose.fast = fast_table(source, dose.rules);
  Tally t;
  for (int n = 1; n <= cases; ++n) observe(static_cast<std::uint64_t>(n), source, dose, t);
  const double n = t.cases;
  std::printf("cases                                  %6d\n", t.cases);
  std::printf("95 %% interval holds the true D90       %6.1f %%\n", 100.0 * t.d90 / n);
  std::printf("95 %% interval holds the true V100      %6.1f %%\n", 100.0 * t.v100 / n);
  std::printf("mean width of the D90 interval         %6.1f %% of D90\n", t.width_d90 / n);
  std::printf("mean width of the V100 interval        %6.1f points\n", t.width_v100 / n);
  std::printf("observed D90 against the truth, mean   %+6.2f %%\n", t.shift / n);
  std::printf("D90 below 90 %% of Rx: said in %.1f cases, true in %d\n", t.predicted_below, t.truly_below);
  std::printf("mean time of one estimate              %6.2f s\n", t.seconds / n);
  return 0;
}
