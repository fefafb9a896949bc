// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// A DVH of contours over a dose grid, both from standard input (bench/dosimetry/dvh_against_engines writes them): a line "nx ny nz sx sy sz
// ox oy oz contours", a line of points a contour, then the floats of the grid. Prints the volume in cc and the percent of it that the
// grid covers (99 at least), then dose and percent of the covered part every Gy.
#include <cstdio>
#include <iostream>
#include <string>

#include "dosimetry/dvh_calculator.h"

using namespace seedaudit;

int main() {
  std::ios::sync_with_stdio(false);
  Index3 size{};
  Eigen::Vector3d spacing, origin;
  int contours = 0;
  std::cin >> size[0] >> size[1] >> size[2] >> spacing[0] >> spacing[1] >> spacing[2] >> origin[0] >> origin[1] >> origin[2] >> contours;
  Structure<PlanFrame> structure;
  structure.name = "structure";
  for (int n = 0; n < contours; ++n) {
    int points = 0;
    std::cin >> points;
    Contour<PlanFrame> c;
    for (int k = 0; k < points; ++k) {
      Eigen::Vector3d p;
      std::cin >> p[0] >> p[1] >> p[2];
      c.points.push_back({p});
    }
    structure.contours.push_back(std::move(c));
  }
  std::string rest;
  std::getline(std::cin, rest);
  DoseGrid<PlanFrame> dose;
  auto grid = GridGeometry<PlanFrame>::make(size, spacing, {origin}, Eigen::Matrix3d::Identity());
  if (!grid || !std::cin) {
    std::fprintf(stderr, "input not understood\n");
    return 2;
  }
  dose.grid = *grid;
  dose.dose_gy.resize(dose.grid.voxel_count());
  std::cin.read(reinterpret_cast<char*>(dose.dose_gy.data()), static_cast<std::streamsize>(dose.dose_gy.size() * sizeof(float)));
  StructureOptions options;
  options.single_plane_thickness_mm = spacing[2];
  const auto volume = StructureVolume<PlanFrame>::make(structure, options);
  if (!volume) {
    std::fprintf(stderr, "%s\n", volume.error().message().c_str());
    return 3;
  }
  DvhOptions sampling;
  sampling.least_covered_pct = 99.0;
  const auto sampled = sample_dose(*volume, dose, std::nullopt, sampling);
  if (!sampled) {
    std::fprintf(stderr, "%s\n", sampled.error().message().c_str());
    return 3;
  }
  std::printf("%.6f %.4f\n", volume->volume_cc(), sampled->covered_pct);
  for (int gy = 0; static_cast<double>(gy) <= sampled->dvh.maximum().value + 1.0; ++gy)
    std::printf("%d %.4f\n", gy, sampled->dvh.volume_pct_at(Gy{static_cast<double>(gy)}));
  return 0;
}
