// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdint>
#include <limits>

#include "dosimetry/cold_parts.h"
#include "dosimetry/metrics.h"

namespace seedaudit {
Status ColdRegionOptions::check() const {
  if (!(min_volume_cc >= 0.0))
    return Error{ErrorCode::invalid_option, "min_volume_cc is " + std::to_string(min_volume_cc) + ", must not be negative", "", ""};
  if (!(spacing_mm > 0.0))
    return Error{ErrorCode::invalid_option, "spacing_mm is " + std::to_string(spacing_mm) + ", must be above 0", "", ""};
  return ok_status();
}

std::string octant_name(const Eigen::Vector3d& offset_lps_mm) {
  return std::string(offset_lps_mm.x() >= 0.0 ? "left" : "right") + (offset_lps_mm.y() >= 0.0 ? "-posterior" : "-anterior") +
         (offset_lps_mm.z() >= 0.0 ? "-superior" : "-inferior");
}

std::vector<ColdRegion> cold_regions(const StructureVolume<CtFrame>& structure, const std::vector<DoseSeed<CtFrame>>& seeds,
                                     const SourceModel& source, Gy level, const DoseOptions& dose, const ColdRegionOptions& options) {
  std::vector<ColdRegion> out;
  for (ColdPart& p : cold_parts(structure, seeds, source, level, dose, options).parts) out.push_back(std::move(p.region));
  return out;
}

template <class F>
std::vector<SectorMetrics> octants(const SampledDose<F>& sampled, const StructureVolume<F>& structure, Gy rx) {
  std::vector<float> dose[8];
  const Eigen::Vector3d center = structure.centroid().mm;
  for (std::size_t i = 0; i < sampled.points.size(); ++i) {
    const Eigen::Vector3d d = sampled.points[i].mm - center;
    dose[(d.x() >= 0.0 ? 1U : 0U) + (d.y() >= 0.0 ? 2U : 0U) + (d.z() >= 0.0 ? 4U : 0U)].push_back(sampled.dose_gy[i]);
  }
  std::vector<SectorMetrics> out;
  for (unsigned n = 0; n < 8; ++n) {
    const double share = static_cast<double>(dose[n].size()) / static_cast<double>(sampled.points.size());
    const auto dvh = Dvh::make(std::move(dose[n]), structure.volume_cc() * share);
    if (!dvh) continue;
    SectorMetrics s;
    s.name = octant_name({(n & 1U) != 0 ? 1.0 : -1.0, (n & 2U) != 0 ? 1.0 : -1.0, (n & 4U) != 0 ? 1.0 : -1.0});
    s.volume_cc = dvh->volume_cc();
    s.v100_pct = dvh->volume_pct_at(rx);
    s.d90_gy = dvh->dose_at_volume_pct(90.0).value;
    s.min_gy = dvh->minimum().value;
    out.push_back(s);
  }
  return out;
}

template std::vector<SectorMetrics> octants(const SampledDose<CtFrame>&, const StructureVolume<CtFrame>&, Gy);
template std::vector<SectorMetrics> octants(const SampledDose<PlanFrame>&, const StructureVolume<PlanFrame>&, Gy);

}  // namespace seedaudit
