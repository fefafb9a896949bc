// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/metrics.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

namespace seedaudit {
namespace {

using Field = std::optional<double> DoseMetrics::*;
constexpr std::array<Field, 19> kFields{&DoseMetrics::d90_gy,
                                        &DoseMetrics::d100_gy,
                                        &DoseMetrics::d95_gy,
                                        &DoseMetrics::d80_gy,
                                        &DoseMetrics::dmean_gy,
                                        &DoseMetrics::v80_pct,
                                        &DoseMetrics::v90_pct,
                                        &DoseMetrics::v100_pct,
                                        &DoseMetrics::v150_pct,
                                        &DoseMetrics::v200_pct,
                                        &DoseMetrics::ci,
                                        &DoseMetrics::ei,
                                        &DoseMetrics::hi,
                                        &DoseMetrics::dnr,
                                        &DoseMetrics::d2cc_gy,
                                        &DoseMetrics::d1cc_gy,
                                        &DoseMetrics::d0_1cc_gy,
                                        &DoseMetrics::minimum_peripheral_dose_gy,
                                        &DoseMetrics::matched_peripheral_dose_gy};
static_assert(sizeof(DoseMetrics) == kFields.size() * sizeof(std::optional<double>), "a field of DoseMetrics is missing from kFields");

/// Spacing of surface points: fine enough for the least dose on small targets, bounded work on large ones.
double surface_spacing_mm(double volume_cc) { return std::clamp(0.05 * std::cbrt(volume_cc * 1000.0), 0.25, 1.0); }

}  // namespace

DoseMetrics metrics_of(const Dvh& dvh, std::optional<Gy> rx) {
  DoseMetrics m;
  m.d90_gy = dvh.dose_at_volume_pct(90.0).value;
  m.d100_gy = dvh.minimum().value;
  m.d95_gy = dvh.dose_at_volume_pct(95.0).value;
  m.d80_gy = dvh.dose_at_volume_pct(80.0).value;
  m.dmean_gy = dvh.mean().value;
  m.d2cc_gy = dvh.dose_at_volume_cc(2.0).value;
  m.d1cc_gy = dvh.dose_at_volume_cc(1.0).value;
  m.d0_1cc_gy = dvh.dose_at_volume_cc(0.1).value;
  if (!rx) return m;
  m.v80_pct = dvh.volume_pct_at(*rx * 0.8);
  m.v90_pct = dvh.volume_pct_at(*rx * 0.9);
  m.v100_pct = dvh.volume_pct_at(*rx);
  m.v150_pct = dvh.volume_pct_at(*rx * 1.5);
  m.v200_pct = dvh.volume_pct_at(*rx * 2.0);
  if (*m.v100_pct > 0.0) {
    m.dnr = *m.v150_pct / *m.v100_pct;
    m.hi = 1.0 - *m.dnr;
  }
  // Both read the same curve at the same place, so one holds exactly when the other does.
  assert((*m.d90_gy >= rx->value) == (*m.v100_pct >= 90.0));
  return m;
}

template <class F>
DoseMetrics metrics_of(const SampledDose<F>& sampled, const StructureVolume<F>& structure, std::optional<Gy> rx, const IsodoseMap<F>* map,
                       const std::vector<DoseSeed<F>>& seeds, const SourceModel& source, const DoseOptions& dose) {
  DoseMetrics m = metrics_of(sampled.dvh, rx);
  const double volume = structure.volume_cc();
  const std::vector<float> surface = dose_at(structure.surface_points(surface_spacing_mm(volume)), seeds, source, dose);
  if (!surface.empty()) m.minimum_peripheral_dose_gy = static_cast<double>(*std::min_element(surface.begin(), surface.end()));
  if (map == nullptr) return m;
  if (const auto matched = map->dose_enclosing_cc(volume)) m.matched_peripheral_dose_gy = matched->value;
  if (!rx) return m;
  if (const auto reference = map->volume_touching_cc(*rx, structure)) {
    const double covered = *m.v100_pct / 100.0 * volume;
    // The isodose holds at least what it holds of the target; the two come from different samplings.
    const double total = std::max(*reference, covered);
    m.ci = covered > 0.0 ? (covered / volume) * (covered / total) : 0.0;
    m.ei = (total - covered) / volume;
  }
  return m;
}

DoseMetrics metrics_delta(const DoseMetrics& postop, const DoseMetrics& preop) {
  DoseMetrics out;
  for (const Field f : kFields)
    if (postop.*f && preop.*f) out.*f = *(postop.*f) - *(preop.*f);
  return out;
}

template DoseMetrics metrics_of(const SampledDose<CtFrame>&, const StructureVolume<CtFrame>&, std::optional<Gy>, const IsodoseMap<CtFrame>*,
                                const std::vector<DoseSeed<CtFrame>>&, const SourceModel&, const DoseOptions&);
template DoseMetrics metrics_of(const SampledDose<PlanFrame>&, const StructureVolume<PlanFrame>&, std::optional<Gy>,
                                const IsodoseMap<PlanFrame>*, const std::vector<DoseSeed<PlanFrame>>&, const SourceModel&,
                                const DoseOptions&);

}  // namespace seedaudit
