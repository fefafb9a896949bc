// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/distractors.h"

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>
#include <vector>

namespace seedaudit {

ObjectShape measure_object(const CtVolume& ct, const ScanStatistics& scan, const CandidateRegion& region) {
  ObjectShape o;
  const auto& s = ct.grid.spacing_mm();
  const double voxel = ct.grid.voxel_volume_mm3();
  Eigen::Vector3d mean = Eigen::Vector3d::Zero();
  double total = 0.0;
  int clipped = 0;
  for (const auto& v : region.voxels) {
    const double w = std::max(1.0, static_cast<double>(v.response_hu));
    mean += w * Eigen::Vector3d(v.i * s[0], v.j * s[1], v.k * s[2]);
    total += w;
    clipped += scan.saturation_hu && ct.at(v.i, v.j, v.k) >= *scan.saturation_hu - 0.5 ? 1 : 0;
    o.peak_hu = std::max(o.peak_hu, static_cast<double>(ct.at(v.i, v.j, v.k)));
  }
  mean /= total;
  Eigen::Matrix3d spread = Eigen::Matrix3d::Zero();
  for (const auto& v : region.voxels) {
    const Eigen::Vector3d d = Eigen::Vector3d(v.i * s[0], v.j * s[1], v.k * s[2]) - mean;
    spread += std::max(1.0, static_cast<double>(v.response_hu)) / total * d * d.transpose();
  }
  for (int a = 0; a < 3; ++a) spread(a, a) += s[a] * s[a] / 12.0;
  const Eigen::Vector3d values = Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d>(spread).eigenvalues();
  o.length_mm = 4.0 * std::sqrt(values[2]);
  o.width_mm = 4.0 * std::sqrt(values[1]);
  o.volume_mm3 = voxel * static_cast<double>(region.voxels.size());
  o.mass = voxel * total;
  o.clipped_fraction = static_cast<double>(clipped) / static_cast<double>(region.voxels.size());
  Eigen::Vector3d box;
  for (std::size_t a = 0; a < 3; ++a)
    box[static_cast<Eigen::Index>(a)] = (region.high[a] - region.low[a] + 1) * s[static_cast<Eigen::Index>(a)];
  o.extent_mm = box.norm();
  o.center_index = mean.cwiseQuotient(s);

  // Shell around the box in the slices of the object, every second voxel.
  std::vector<int> shell;
  const int mi = static_cast<int>(8.0 / s[0]), mj = static_cast<int>(8.0 / s[1]);
  const int ni = static_cast<int>(5.0 / s[0]), nj = static_cast<int>(5.0 / s[1]);
  for (int k = region.low[2]; k <= region.high[2]; ++k)
    for (int j = region.low[1] - mj; j <= region.high[1] + mj; j += 2)
      for (int i = region.low[0] - mi; i <= region.high[0] + mi; i += 2) {
        if (!ct.grid.inside(i, j, k)) continue;
        if (i > region.low[0] - ni && i < region.high[0] + ni && j > region.low[1] - nj && j < region.high[1] + nj) continue;
        shell.push_back(ct.at(i, j, k));
      }
  if (!shell.empty()) {
    const auto n = static_cast<double>(shell.size());
    o.shell_dense_fraction = static_cast<double>(std::count_if(shell.begin(), shell.end(), [](int v) { return v > 180; })) / n;
    o.shell_air_fraction = static_cast<double>(std::count_if(shell.begin(), shell.end(), [](int v) { return v < -850; })) / n;
    const auto middle = shell.begin() + static_cast<std::ptrdiff_t>(shell.size() / 2);
    std::nth_element(shell.begin(), middle, shell.end());
    o.shell_hu = *middle;
  }
  return o;
}

std::string name_distractor(const ObjectShape& o, const ScanCalibration& c) {
  const double seeds = o.mass / c.prior.axial_mass;
  const bool metal = o.peak_hu > 1800.0 || o.clipped_fraction > 0.0;
  if (o.shell_air_fraction > 0.5) return "external";
  if (!metal && o.shell_dense_fraction > 0.25 && o.peak_hu > 500.0) return "bone";
  if (metal && o.extent_mm > 60.0) return o.width_mm > 12.0 ? "stent" : o.length_mm > 40.0 && o.width_mm < 5.0 ? "needle" : "wire";
  if (metal && o.extent_mm > 25.0) return o.width_mm > 8.0 ? "stent" : "wire";
  if (metal && o.width_mm > 5.0) return "coil";
  if (metal || (o.length_mm > 1.6 * o.width_mm && seeds > 0.3)) return "clip";
  if (o.shell_dense_fraction > 0.25 || o.volume_mm3 > 150.0) return o.peak_hu < 500.0 ? "contrast" : "lipiodol";
  if (o.peak_hu > 500.0) return "calcification";
  if (o.peak_hu > 250.0) return "contrast";
  return "noise";
}

}  // namespace seedaudit
