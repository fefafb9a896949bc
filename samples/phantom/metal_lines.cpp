// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/metal_lines.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "samples/phantom/fast_exp.h"

namespace seedaudit {
namespace {

double log_of(double signal) { return -std::log(signal); }

}  // namespace

MetalLines::MetalLines(const Spectrum& spectrum, const DetectorModel& detector)
    : table_(spectrum), parts_(spectrum), water_(spectrum), detector_(detector) {}

double MetalLines::slope_mm(double log_value) const {
  constexpr double kStep = 0.02;
  return (water_.water_mm(log_value + kStep) - water_.water_mm(log_value - kStep)) / (2.0 * kStep);
}

double MetalLines::sigma_mm(const RaySignal& ray) const {
  const double electronic = detector_.electronic_quanta / detector_.quanta;
  return slope_mm(log_of(ray.signal)) * std::sqrt(ray.variance / detector_.quanta + electronic * electronic) / ray.signal;
}

double MetalLines::sigma_mm(const WaterBonePath& path) const {
  const Energies& water = table_.of(Material::water);
  const Energies& bone = table_.of(Material::bone);
  RaySignal ray;
  for (std::size_t k = 0; k < kEnergyBins; ++k) {
    const float x = parts_.signal[k] * fast_exp(-(static_cast<float>(path.water) * water[k] + static_cast<float>(path.bone) * bone[k]));
    ray.signal += static_cast<double>(x);
    ray.variance += static_cast<double>(x * parts_.relative_energy[k]);
  }
  return sigma_mm(ray);
}

double MetalLines::difference(const WaterBonePath& path, const Energies& transmission, double normal) const {
  const Energies& water = table_.of(Material::water);
  const Energies& bone = table_.of(Material::bone);
  const auto w = static_cast<float>(path.water);
  const auto b = static_cast<float>(path.bone);
  RaySignal without, with;
  for (std::size_t k = 0; k < kEnergyBins; ++k) {
    const float x = parts_.signal[k] * fast_exp(-(w * water[k] + b * bone[k]));
    const float y = x * transmission[k];
    without.signal += static_cast<double>(x);
    without.variance += static_cast<double>(x * parts_.relative_energy[k]);
    with.signal += static_cast<double>(y);
    with.variance += static_cast<double>(y * parts_.relative_energy[k]);
  }
  const double floor = detector_.floor_quanta / detector_.quanta;
  double signal = with.signal;
  if (detector_.noise) {
    // The background holds the noise of the ray without metal. What the metal adds makes the variance of the corrected line right.
    const double before = sigma_mm(without);
    const double after = sigma_mm(with);
    const double added = std::sqrt(std::max(0.0, after * after - before * before));
    signal += with.signal * added / slope_mm(log_of(with.signal)) * normal;
  }
  return water_.water_mm(log_of(std::max(signal, floor))) - water_.water_mm(log_of(std::max(without.signal, floor)));
}

std::vector<float> MetalLines::of_slice(FineProjector& metal, const ScanGeometry& geometry, const Background& background,
                                        const CounterRandom& random) const {
  const auto profile = fine_profile(geometry);
  std::vector<float> lines(static_cast<std::size_t>(geometry.views) * static_cast<std::size_t>(geometry.bins), 0.0F);
  for (int view = 0; view < geometry.views; ++view) {
    metal.aim(std::cos(geometry.angle_rad(view)), std::sin(geometry.angle_rad(view)));
    for (int bin = 0; bin < geometry.bins; ++bin) {
      if (!metal.meets(bin)) continue;
      const auto ray = static_cast<std::size_t>(view) * static_cast<std::size_t>(geometry.bins) + static_cast<std::size_t>(bin);
      lines[ray] = static_cast<float>(difference(background(view, bin), metal.transmission(bin, profile, 1.0), random.normal(ray)));
    }
  }
  return lines;
}

}  // namespace seedaudit
