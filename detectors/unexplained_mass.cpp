// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/unexplained_mass.h"

#include <algorithm>
#include <vector>

#include "detectors/seed_fit.h"

namespace seedaudit {

ObjectMass object_mass(const SeedAppearance& look, const SeedGroup& group, const ResolvedGroup& resolved, double minimum_confidence) {
  const FitSite& site = group.site;
  std::vector<float> image(site.count(), 0.0F);
  for (std::size_t n = 0; n < resolved.seeds.size(); ++n)
    if (n >= resolved.confidence.size() || resolved.confidence[n] >= minimum_confidence)
      add_seed_image(look, site, resolved.seeds[n], image);
  ObjectMass out;
  for (std::size_t v = 0; v < site.count(); ++v) {
    if (group.is_object[site.in_patch[v]] == 0) continue;
    out.all += std::max(0.0F, site.hu[v]);
    out.unexplained += std::max(0.0F, std::min(site.hu[v], site.hu[v] - image[v]));
  }
  const double voxel_mm3 = group.patch.spacing_mm.prod();
  out.all *= voxel_mm3;
  out.unexplained *= voxel_mm3;
  return out;
}

}  // namespace seedaudit
