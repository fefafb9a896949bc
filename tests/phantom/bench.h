// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "samples/phantom/detector.h"
#include "samples/phantom/projector.h"
#include "samples/phantom/reconstruction.h"
#include "samples/phantom/scenario.h"
#include "samples/phantom/seed_geometry.h"

namespace seedaudit::test {

/// One reconstructed slice with every knob open, unclipped.
struct Bench {
  ScanGeometry geometry;
  DetectorModel detector;
  ImageGeometry image;
  ReconstructionKernel kernel = ReconstructionKernel::medium;
  double kvp = 120.0;
  std::vector<float> hu;

  Bench() {
    geometry.views = 240;
    geometry.bins = 220;
    geometry.detector_mm = 1.0;
    geometry.slice_thickness_mm = 2.5;
    image = ImageGeometry::square(96, 2.0);
    detector.noise = false;
  }

  void run(const Scene& scene, double z = 0.0, std::uint64_t seed = 1) {
    const auto spectrum = make_spectrum(kvp);
    const auto lines = detect(project_slice(scene, z, geometry, *spectrum), detector, WaterCorrection(*spectrum), CounterRandom(seed, 0));
    hu = FilteredBackprojection(geometry, kernel).reconstruct(lines, image);
    for (auto& v : hu) v = 1000.0F * (v - 1.0F);
  }

  double x_of(int i) const { return (i - 0.5 * (image.columns - 1)) * image.column_mm; }
  float at(int i, int j) const { return hu[static_cast<std::size_t>(j * image.columns + i)]; }

  struct Region {
    double mean = 0.0, sd = 0.0;
    int count = 0;
  };
  Region region(double x, double y, double radius) const {
    double sum = 0.0;
    double squares = 0.0;
    Region r;
    for (int j = 0; j < image.columns; ++j)
      for (int i = 0; i < image.columns; ++i)
        if (std::hypot(x_of(i) - x, x_of(j) - y) < radius) {
          sum += at(i, j);
          squares += static_cast<double>(at(i, j)) * at(i, j);
          ++r.count;
        }
    r.mean = sum / r.count;
    r.sd = std::sqrt(std::max(0.0, squares / r.count - r.mean * r.mean));
    return r;
  }
  double peak() const {
    double p = -1e9;
    for (const float v : hu)
      if (v > p) p = v;
    return p;
  }
  /// Full width at half maximum of the profile along a row or column through the peak, mm, linear between pixels.
  double width_mm(bool along_row) const {
    const auto top = static_cast<int>(
        std::max_element(hu.begin(), hu.end(), [](float a, float b) { return std::isnan(a) ? !std::isnan(b) : !std::isnan(b) && a < b; }) -
        hu.begin());
    const int row = top / image.columns;
    const int column = top % image.columns;
    const auto value = [&](int d) { return static_cast<double>(along_row ? at(column + d, row) : at(column, row + d)); };
    const double half = 0.5 * value(0);
    const auto side = [&](int sign) {
      int d = 0;
      while (d < 40 && value(sign * (d + 1)) > half) ++d;
      const double a = value(sign * d);
      const double b = value(sign * (d + 1));
      return d + (a - half) / (a - b);
    };
    return (side(1) + side(-1)) * image.column_mm;
  }
};

inline constexpr Tissue kWater{1.0, 0, 0, 0};

inline Scene water_cylinder(double radius_mm) {
  Scene s;
  s.bodies.push_back({rod({0, 0, 0}, {0, 0, 1}, 400.0, radius_mm), kWater, false, "water", 0.0});
  return s;
}

}  // namespace seedaudit::test
