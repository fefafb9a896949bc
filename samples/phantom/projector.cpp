// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/projector.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>

#include "samples/phantom/fast_exp.h"

namespace seedaudit {
namespace {

using Energies = std::array<float, kEnergyBins>;

/// Attenuation per mm of each material at 1 g/cm^3.
struct AttenuationTable {
  std::array<Energies, kMaterialCount> per_mm{};
  explicit AttenuationTable(const Spectrum& spectrum) {
    for (std::size_t m = 0; m < per_mm.size(); ++m)
      for (std::size_t k = 0; k < kEnergyBins; ++k)
        per_mm[m][k] = static_cast<float>(0.1 * mass_attenuation_cm2_g(static_cast<Material>(m), spectrum.energy_kev[k]));
  }
  const Energies& of(Material m) const { return per_mm[static_cast<std::size_t>(m)]; }
};

/// A shape prepared for rays: unit-body coordinates are linear in the ray's parameters.
struct Caster {
  ShapeKind kind = ShapeKind::ellipsoid;
  Eigen::Matrix3d inverse;
  Eigen::Vector3d base;  ///< unit-body coordinates of the axis at z = 0
  Eigen::Vector3d across = Eigen::Vector3d::Zero();
  Eigen::Vector3d along = Eigen::Vector3d::Zero();
  explicit Caster(const Shape& s) : kind(s.kind), inverse(s.half_axes.inverse()), base(-(inverse * s.center)) {}
  void aim(double cosine, double sine) {
    across = inverse * Eigen::Vector3d(cosine, sine, 0.0);
    along = inverse * Eigen::Vector3d(-sine, cosine, 0.0);
  }
  Eigen::Vector3d at_height(double z) const { return base + z * inverse.col(2); }
};

/// Disjoint parts of a ray that are already assigned, sorted.
struct Covered {
  static constexpr std::size_t kCapacity = 40;
  std::array<float, kCapacity> enter, leave;
  std::size_t count = 0;

  /// Adds [a, b] and returns the length that was not covered before.
  float add(float a, float b) {
    std::size_t first = 0;
    while (first < count && leave[first] < a) ++first;
    std::size_t last = first;
    float inside = 0.0F;
    float low = a;
    float high = b;
    while (last < count && enter[last] <= b) {
      inside += std::min(b, leave[last]) - std::max(a, enter[last]);
      low = std::min(low, enter[last]);
      high = std::max(high, leave[last]);
      ++last;
    }
    const float fresh = std::max(0.0F, (b - a) - inside);
    if (last == first) {
      if (count == kCapacity) return fresh;  // 40 separate pieces: the piece is counted but not remembered
      for (std::size_t i = count; i > first; --i) {
        enter[i] = enter[i - 1];
        leave[i] = leave[i - 1];
      }
      ++count;
    } else if (last > first + 1) {
      const std::size_t removed = last - first - 1;
      for (std::size_t i = first + 1; i + removed < count; ++i) {
        enter[i] = enter[i + removed];
        leave[i] = leave[i + removed];
      }
      count -= removed;
    }
    enter[first] = low;
    leave[first] = high;
    return fresh;
  }
};

using TissuePath = std::array<float, kTissueBasis>;  ///< mm g/cm^3

struct BodyCaster {
  const Body* body;
  Caster caster;
  Eigen::Vector3d origin = Eigen::Vector3d::Zero();
  TissuePath amounts;
};

/// Path lengths of the bodies of one plane, all bins of one view.
class BodyProjector {
 public:
  BodyProjector(const Scene& scene, double z, const ScanGeometry& g) : geometry_(g) {
    // Highest priority first: what is covered by it is not asked again.
    for (auto it = scene.bodies.rbegin(); it != scene.bodies.rend(); ++it) {
      if (std::abs(z - it->shape.center.z()) >= half_width_mm(it->shape, Eigen::Vector3d::UnitZ())) continue;
      BodyCaster b{&*it, Caster(it->shape), {}, {}};
      b.origin = b.caster.at_height(z);
      const auto c = components(it->tissue);
      for (std::size_t m = 0; m < c.size(); ++m) b.amounts[m] = static_cast<float>(c[m]);
      casters_.push_back(b);
    }
    covered_.resize(static_cast<std::size_t>(g.bins));
    path.resize(static_cast<std::size_t>(g.bins));
  }

  void project(double cosine, double sine) {
    for (auto& c : covered_) c.count = 0;
    for (auto& p : path) p.fill(0.0F);
    const double first = geometry_.position_mm(0);
    for (auto& b : casters_) {
      const Shape& shape = b.body->shape;
      const Eigen::Vector3d across(cosine, sine, 0.0);
      const double middle = shape.center.dot(across);
      const double half = half_width_mm(shape, across);
      const int low = std::max(0, static_cast<int>(std::ceil((middle - half - first) / geometry_.detector_mm)));
      const int high = std::min(geometry_.bins - 1, static_cast<int>(std::floor((middle + half - first) / geometry_.detector_mm)));
      b.caster.aim(cosine, sine);
      for (int bin = low; bin <= high; ++bin) {
        const Chord c = unit_chord(b.caster.kind, b.origin + geometry_.position_mm(bin) * b.caster.across, b.caster.along);
        if (!(c.leave > c.enter)) continue;
        const auto u = static_cast<std::size_t>(bin);
        const auto length = b.body->additive ? static_cast<float>(c.leave - c.enter)
                                             : covered_[u].add(static_cast<float>(c.enter), static_cast<float>(c.leave));
        for (std::size_t m = 0; m < kTissueBasis; ++m) path[u][m] += length * b.amounts[m];
      }
    }
  }

  std::vector<TissuePath> path;

 private:
  const ScanGeometry& geometry_;
  std::vector<BodyCaster> casters_;
  std::vector<Covered> covered_;
};

struct FineCaster {
  const FineObject* object;
  std::vector<Caster> parts;
  double radius = 0.0;  ///< of the hull about its centre
};

std::vector<FineCaster> fine_casters(const Scene& scene, double z, double reach) {
  std::vector<FineCaster> out;
  for (const auto& object : scene.fine) {
    const Shape& hull = object.parts.front().shape;
    if (std::abs(z - hull.center.z()) >= half_width_mm(hull, Eigen::Vector3d::UnitZ()) + reach) continue;
    FineCaster f{&object, {}, extent_mm(hull).norm()};
    for (const auto& part : object.parts) f.parts.emplace_back(part.shape);
    out.push_back(std::move(f));
  }
  return out;
}

/// Optical depth of the fine objects along one sub-ray; false where it meets none.
bool fine_depth(const std::vector<FineCaster>& objects, const std::vector<int>& candidates, double z, double s,
                const AttenuationTable& table, Energies& depth) {
  bool met = false;
  for (const int i : candidates) {
    const FineCaster& f = objects[static_cast<std::size_t>(i)];
    for (std::size_t p = 0; p < f.parts.size(); ++p) {
      const Caster& c = f.parts[p];
      const double length = unit_chord(c.kind, c.at_height(z) + s * c.across, c.along).length();
      if (!(length > 0.0)) {
        if (p == 0) break;
        continue;
      }
      if (!met) depth.fill(0.0F);
      met = true;
      const FinePart& part = f.object->parts[p];
      const auto amount = static_cast<float>(length * part.density_g_cm3);
      const Energies& mu = table.of(part.material);
      for (std::size_t k = 0; k < kEnergyBins; ++k) depth[k] += amount * mu[k];
    }
  }
  return met;
}

}  // namespace

double ScanGeometry::angle_rad(int view) const { return std::numbers::pi * view / views; }

std::vector<ProfileSample> slice_profile(double thickness_mm, double row_mm, int samples) {
  std::vector<ProfileSample> out(static_cast<std::size_t>(samples));
  const double flank = std::min(row_mm, thickness_mm);
  const double width = thickness_mm + flank;
  double sum = 0.0;
  for (int i = 0; i < samples; ++i) {
    auto& sample = out[static_cast<std::size_t>(i)];
    sample.offset_mm = width * ((i + 0.5) / samples - 0.5);
    sample.weight = std::clamp((0.5 * width - std::abs(sample.offset_mm)) / flank, 0.0, 1.0);
    sum += sample.weight;
  }
  for (auto& sample : out) sample.weight /= sum;
  return out;
}

SliceSignal project_slice(const Scene& scene, double z_mm, const ScanGeometry& g, const Spectrum& spectrum) {
  const AttenuationTable table(spectrum);
  Energies signal_weight{};
  Energies energy{};
  for (std::size_t k = 0; k < kEnergyBins; ++k) {
    signal_weight[k] = static_cast<float>(spectrum.signal[k]);
    energy[k] = static_cast<float>(spectrum.energy_kev[k] / spectrum.mean_energy_kev);
  }
  const int planes = std::clamp(static_cast<int>(std::ceil(g.slice_thickness_mm / 2.6)), 1, 3);
  const int per_plane = std::max(2, static_cast<int>(std::ceil((g.slice_thickness_mm + g.row_mm) / (0.3 * planes))));
  const auto profile = slice_profile(g.slice_thickness_mm, g.row_mm, planes * per_plane);
  constexpr int kSubRays = 5;
  const auto aperture = slice_profile(std::max(g.detector_mm, g.focal_spot_mm), std::min(g.detector_mm, g.focal_spot_mm), kSubRays);
  const double reach_z = 0.5 * (g.slice_thickness_mm + g.row_mm);
  const double reach_s = 0.5 * (g.detector_mm + g.focal_spot_mm);

  std::vector<BodyProjector> bodies;
  std::vector<double> plane_weight;
  for (int p = 0; p < planes; ++p) {
    double weight = 0.0;
    double height = 0.0;
    for (int i = p * per_plane; i < (p + 1) * per_plane; ++i) {
      weight += profile[static_cast<std::size_t>(i)].weight;
      height += profile[static_cast<std::size_t>(i)].weight * profile[static_cast<std::size_t>(i)].offset_mm;
    }
    plane_weight.push_back(weight);
    bodies.emplace_back(scene, z_mm + height / weight, g);
  }
  auto fine = fine_casters(scene, z_mm, reach_z);

  const auto rays = static_cast<std::size_t>(g.views) * static_cast<std::size_t>(g.bins);
  SliceSignal out{std::vector<float>(rays, 1.0F), std::vector<float>(rays, 1.0F)};
  std::vector<std::vector<int>> candidates(static_cast<std::size_t>(g.bins));
  for (int view = 0; view < g.views; ++view) {
    const double cosine = std::cos(g.angle_rad(view));
    const double sine = std::sin(g.angle_rad(view));
    for (auto& plane : bodies) plane.project(cosine, sine);
    for (auto& c : candidates) c.clear();
    for (std::size_t i = 0; i < fine.size(); ++i) {
      for (auto& part : fine[i].parts) part.aim(cosine, sine);
      const Shape& hull = fine[i].object->parts.front().shape;
      const Eigen::Vector3d across(cosine, sine, 0.0);
      const double middle = hull.center.dot(across);
      const double half = half_width_mm(hull, across) + reach_s;
      const int low = std::max(0, static_cast<int>(std::ceil((middle - half - g.position_mm(0)) / g.detector_mm)));
      const int high = std::min(g.bins - 1, static_cast<int>(std::floor((middle + half - g.position_mm(0)) / g.detector_mm)));
      for (int bin = low; bin <= high; ++bin) candidates[static_cast<std::size_t>(bin)].push_back(static_cast<int>(i));
    }
    for (int bin = 0; bin < g.bins; ++bin) {
      const auto u = static_cast<std::size_t>(bin);
      const auto ray = static_cast<std::size_t>(view) * static_cast<std::size_t>(g.bins) + u;
      float signal = 0.0F;
      float variance = 0.0F;
      for (int p = 0; p < planes; ++p) {
        const auto& path = bodies[static_cast<std::size_t>(p)].path[u];
        Energies through;
        if (path[0] == 0.0F && path[1] == 0.0F && path[2] == 0.0F) {
          through.fill(1.0F);
        } else {
          const auto& water = table.of(Material::water);
          const auto& adipose = table.of(Material::adipose);
          const auto& bone = table.of(Material::bone);
          const auto& iodine = table.of(Material::iodine);
          for (std::size_t k = 0; k < kEnergyBins; ++k)
            through[k] = fast_exp(-(path[0] * water[k] + path[1] * adipose[k] + path[2] * bone[k] + path[3] * iodine[k]));
        }
        if (!candidates[u].empty()) {
          Energies mean{};
          Energies depth;
          for (int i = p * per_plane; i < (p + 1) * per_plane; ++i) {
            const auto& sample = profile[static_cast<std::size_t>(i)];
            for (const auto& sub : aperture) {
              const auto w = static_cast<float>(sample.weight * sub.weight / plane_weight[static_cast<std::size_t>(p)]);
              if (fine_depth(fine, candidates[u], z_mm + sample.offset_mm, g.position_mm(bin) + sub.offset_mm, table, depth)) {
                for (std::size_t k = 0; k < kEnergyBins; ++k) mean[k] += w * fast_exp(-depth[k]);
              } else {
                for (std::size_t k = 0; k < kEnergyBins; ++k) mean[k] += w;
              }
            }
          }
          for (std::size_t k = 0; k < kEnergyBins; ++k) through[k] *= mean[k];
        }
        float s = 0.0F;
        float v = 0.0F;
        for (std::size_t k = 0; k < kEnergyBins; ++k) {
          const float x = signal_weight[k] * through[k];
          s += x;
          v += x * energy[k];
        }
        signal += static_cast<float>(plane_weight[static_cast<std::size_t>(p)]) * s;
        variance += static_cast<float>(plane_weight[static_cast<std::size_t>(p)]) * v;
      }
      out.signal[ray] = signal;
      out.variance[ray] = variance;
    }
  }
  return out;
}

}  // namespace seedaudit
