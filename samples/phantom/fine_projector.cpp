// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/fine_projector.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "samples/phantom/fast_exp.h"

namespace seedaudit {

FineProjector::FineProjector(const std::vector<FineObject>& objects, double z_mm, const ScanGeometry& g, const AttenuationTable& table)
    : geometry_(g), table_(table), z_(z_mm), candidates_(static_cast<std::size_t>(g.bins)) {
  constexpr int kSubRays = 5;
  aperture_ = slice_profile(std::max(g.detector_mm, g.focal_spot_mm), std::min(g.detector_mm, g.focal_spot_mm), kSubRays);
  const double reach = 0.5 * (g.slice_thickness_mm + g.row_mm);
  for (const auto& object : objects) {
    const Shape& hull = object.parts.front().shape;
    if (std::abs(z_mm - hull.center.z()) >= half_width_mm(hull, Eigen::Vector3d::UnitZ()) + reach) continue;
    const double half = half_width_mm(hull, Eigen::Vector3d::UnitZ());
    Object o{&object, {}, hull.center.z() - half, hull.center.z() + half};
    for (const auto& part : object.parts) o.parts.emplace_back(part.shape);
    objects_.push_back(std::move(o));
  }
}

void FineProjector::aim(double cosine, double sine) {
  for (auto& c : candidates_) c.clear();
  const double reach = 0.5 * (geometry_.detector_mm + geometry_.focal_spot_mm);
  const double first = geometry_.position_mm(0);
  const Eigen::Vector3d across(cosine, sine, 0.0);
  for (std::size_t i = 0; i < objects_.size(); ++i) {
    for (auto& part : objects_[i].parts) part.aim(cosine, sine);
    const Shape& hull = objects_[i].object->parts.front().shape;
    const double middle = hull.center.dot(across);
    const double half = half_width_mm(hull, across) + reach;
    const int low = std::max(0, static_cast<int>(std::ceil((middle - half - first) / geometry_.detector_mm)));
    const int high = std::min(geometry_.bins - 1, static_cast<int>(std::floor((middle + half - first) / geometry_.detector_mm)));
    for (int bin = low; bin <= high; ++bin) candidates_[static_cast<std::size_t>(bin)].push_back(static_cast<int>(i));
  }
}

/// Optical depth of the objects along one sub-ray; false where it meets none.
bool FineProjector::depth(const std::vector<int>& candidates, double z, double s, Energies& out) const {
  bool met = false;
  for (const int i : candidates) {
    const Object& o = objects_[static_cast<std::size_t>(i)];
    for (std::size_t p = 0; p < o.parts.size(); ++p) {
      const Caster& c = o.parts[p];
      const double length = unit_chord(c.kind, c.at_height(z) + s * c.across, c.along).length();
      if (!(length > 0.0)) {
        if (p == 0) break;
        continue;
      }
      if (!met) out.fill(0.0F);
      met = true;
      const FinePart& part = o.object->parts[p];
      const auto amount = static_cast<float>(length * part.density_g_cm3);
      const Energies& mu = table_.of(part.material);
      for (std::size_t k = 0; k < kEnergyBins; ++k) out[k] += amount * mu[k];
    }
  }
  return met;
}

Energies FineProjector::transmission(int bin, std::span<const ProfileSample> profile, double weight) const {
  Energies mean{};
  Energies optical;
  float open = 0.0F;  // weight of the sub-rays that meet nothing
  std::vector<int> here;
  for (const auto& sample : profile) {
    const double z = z_ + sample.offset_mm;
    here.clear();
    for (const int i : candidates_[static_cast<std::size_t>(bin)])
      if (const Object& o = objects_[static_cast<std::size_t>(i)]; z > o.low_mm && z < o.high_mm) here.push_back(i);
    if (here.empty()) {
      open += static_cast<float>(sample.weight / weight);
      continue;
    }
    for (const auto& sub : aperture_) {
      const auto w = static_cast<float>(sample.weight * sub.weight / weight);
      if (depth(here, z, geometry_.position_mm(bin) + sub.offset_mm, optical)) {
        for (std::size_t k = 0; k < kEnergyBins; ++k) mean[k] += w * fast_exp(-optical[k]);
      } else {
        open += w;
      }
    }
  }
  for (auto& m : mean) m += open;
  return mean;
}

}  // namespace seedaudit
