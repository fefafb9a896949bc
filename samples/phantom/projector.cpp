// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/projector.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

#include "samples/phantom/attenuation_table.h"
#include "samples/phantom/caster.h"
#include "samples/phantom/fast_exp.h"
#include "samples/phantom/fine_projector.h"

namespace seedaudit {
namespace {

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

}  // namespace

SliceSignal project_slice(const Scene& scene, double z_mm, const ScanGeometry& g, const Spectrum& spectrum) {
  const AttenuationTable table(spectrum);
  const DetectedParts parts(spectrum);
  const int planes = body_planes(g);
  const auto profile = fine_profile(g);
  const std::size_t per_plane = profile.size() / static_cast<std::size_t>(planes);
  const auto samples_of = [&](int plane) { return std::span(profile).subspan(static_cast<std::size_t>(plane) * per_plane, per_plane); };

  std::vector<BodyProjector> bodies;
  std::vector<double> plane_weight;
  for (int p = 0; p < planes; ++p) {
    double weight = 0.0;
    double height = 0.0;
    for (const auto& sample : samples_of(p)) {
      weight += sample.weight;
      height += sample.weight * sample.offset_mm;
    }
    plane_weight.push_back(weight);
    bodies.emplace_back(scene, z_mm + height / weight, g);
  }
  FineProjector fine(scene.fine, z_mm, g, table);

  const auto rays = static_cast<std::size_t>(g.views) * static_cast<std::size_t>(g.bins);
  SliceSignal out{std::vector<float>(rays, 1.0F), std::vector<float>(rays, 1.0F)};
  for (int view = 0; view < g.views; ++view) {
    const double cosine = std::cos(g.angle_rad(view));
    const double sine = std::sin(g.angle_rad(view));
    for (auto& plane : bodies) plane.project(cosine, sine);
    fine.aim(cosine, sine);
    for (int bin = 0; bin < g.bins; ++bin) {
      const auto u = static_cast<std::size_t>(bin);
      const auto ray = static_cast<std::size_t>(view) * static_cast<std::size_t>(g.bins) + u;
      float signal = 0.0F;
      float variance = 0.0F;
      for (int p = 0; p < planes; ++p) {
        const double weight = plane_weight[static_cast<std::size_t>(p)];
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
        if (fine.meets(bin)) {
          const Energies mean = fine.transmission(bin, samples_of(p), weight);
          for (std::size_t k = 0; k < kEnergyBins; ++k) through[k] *= mean[k];
        }
        float s = 0.0F;
        float v = 0.0F;
        for (std::size_t k = 0; k < kEnergyBins; ++k) {
          const float x = parts.signal[k] * through[k];
          s += x;
          v += x * parts.relative_energy[k];
        }
        signal += static_cast<float>(weight) * s;
        variance += static_cast<float>(weight) * v;
      }
      out.signal[ray] = signal;
      out.variance[ray] = variance;
    }
  }
  return out;
}

}  // namespace seedaudit
