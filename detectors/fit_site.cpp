// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/fit_site.h"

#include <algorithm>
#include <cmath>

namespace seedaudit {

FitSite make_fit_site(const VoxelPatch& patch) {
  FitSite site;
  site.noise_hu = patch.noise_hu;
  for (int k = 0; k < patch.size[2]; ++k) site.slice_z_mm.push_back(patch.x_mm(2, k));
  for (int j = 0; j < patch.size[1]; ++j)
    for (int i = 0; i < patch.size[0]; ++i) {
      FitSite::Column column{patch.x_mm(0, i), patch.x_mm(1, j), site.count(), 0};
      for (int k = 0; k < patch.size[2]; ++k) {
        const auto v = patch.offset(i, j, k);
        if (!std::isfinite(patch.sigma[v])) continue;
        site.slice.push_back(static_cast<std::uint16_t>(k));
        site.hu.push_back(patch.hu[v] - patch.background_hu[v]);
        site.level_hu.push_back(patch.level_hu.empty() ? 0.0F : patch.level_hu[v]);
        site.sigma.push_back(patch.sigma[v]);
        site.clip.push_back(patch.clip[v]);
        site.in_patch.push_back(v);
      }
      column.end = site.count();
      if (column.end > column.begin) site.columns.push_back(column);
    }
  site.background = std::make_shared<FreeBackground>(site);
  return site;
}

FitSite crop_site(const FitSite& site, const std::vector<Eigen::Vector3d>& points_mm, double reach_mm, double reach_z_mm) {
  FitSite out;
  out.free = site.free;
  out.noise_hu = site.noise_hu;
  out.beyond = site.beyond;
  out.slice_z_mm = site.slice_z_mm;
  std::vector<std::uint8_t> wanted(site.slice_z_mm.size());
  for (const auto& c : site.columns) {
    std::fill(wanted.begin(), wanted.end(), std::uint8_t{0});
    bool near = false;
    for (const auto& p : points_mm) {
      if (std::hypot(c.x_mm - p[0], c.y_mm - p[1]) > reach_mm) continue;
      near = true;
      for (std::size_t k = 0; k < wanted.size(); ++k)
        if (std::abs(site.slice_z_mm[k] - p[2]) <= reach_z_mm) wanted[k] = 1;
    }
    if (!near) continue;
    const std::size_t begin = out.count();
    for (std::size_t v = c.begin; v < c.end; ++v) {
      if (!wanted[site.slice[v]]) continue;
      out.slice.push_back(site.slice[v]);
      out.hu.push_back(site.hu[v]);
      out.level_hu.push_back(site.level_hu[v]);
      out.sigma.push_back(site.sigma[v]);
      out.clip.push_back(site.clip[v]);
      out.in_patch.push_back(site.in_patch[v]);
    }
    if (out.count() > begin) out.columns.push_back({c.x_mm, c.y_mm, begin, out.count()});
  }
  out.background = std::make_shared<FreeBackground>(out);
  return out;
}

}  // namespace seedaudit
