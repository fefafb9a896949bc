// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/metrics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

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

Result<DoseMetrics> metrics_of(const Dvh& dvh, std::optional<Gy> rx) {
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
  if (Status s = check_coverage_identity(m, *rx); !s) return s.error();
  return m;
}

Status check_coverage_identity(const DoseMetrics& m, Gy rx) {
  if (!m.d90_gy || !m.v100_pct) return ok_status();
  const bool finite = std::isfinite(*m.d90_gy) && std::isfinite(*m.v100_pct);
  if (finite && (*m.d90_gy >= rx.value) == (*m.v100_pct >= 90.0)) return ok_status();
  char text[128];
  std::snprintf(text, sizeof text, "D90 of %.6g Gy and V100 of %.6g %% contradict each other at a prescription of %.6g Gy", *m.d90_gy,
                *m.v100_pct, rx.value);
  return Error{ErrorCode::internal, text, "dose-volume histogram", "This is a fault of the program: use none of its figures, report it."};
}

template <class F>
Result<DoseMetrics> metrics_of(const SampledDose<F>& sampled, const StructureVolume<F>& structure, std::optional<Gy> rx,
                               const IsodoseMap<F>* map, const std::vector<DoseSeed<F>>& seeds, const SourceModel& source,
                               const DoseOptions& dose) {
  Result<DoseMetrics> histogram = metrics_of(sampled.dvh, rx);
  if (!histogram) return histogram;
  DoseMetrics& m = *histogram;
  const double volume = structure.volume_cc();
  const std::vector<float> surface = dose_at(structure.surface_points(surface_spacing_mm(volume)), seeds, source, dose);
  if (!surface.empty()) m.minimum_peripheral_dose_gy = static_cast<double>(*std::min_element(surface.begin(), surface.end()));
  if (map == nullptr) return histogram;
  if (const auto matched = map->dose_enclosing_cc(volume)) m.matched_peripheral_dose_gy = matched->value;
  if (!rx) return histogram;
  if (const auto reference = map->volume_touching_cc(*rx, structure)) {
    const double covered = *m.v100_pct / 100.0 * volume;
    // The isodose holds at least what it holds of the target; the two come from different samplings.
    const double total = std::max(*reference, covered);
    m.ci = covered > 0.0 ? (covered / volume) * (covered / total) : 0.0;
    m.ei = (total - covered) / volume;
  }
  return histogram;
}

DoseMetrics metrics_of(const PlanningHistogram& h, std::optional<Gy> rx) {
  const auto gy = [](const std::optional<Gy>& dose) { return dose ? std::optional<double>(dose->value) : std::nullopt; };
  DoseMetrics m;
  m.d90_gy = gy(h.dose_at_volume_pct(90.0));
  m.d100_gy = gy(h.minimum());
  m.d95_gy = gy(h.dose_at_volume_pct(95.0));
  m.d80_gy = gy(h.dose_at_volume_pct(80.0));
  m.dmean_gy = gy(h.mean());
  m.d2cc_gy = gy(h.dose_at_volume_cc(2.0));
  m.d1cc_gy = gy(h.dose_at_volume_cc(1.0));
  m.d0_1cc_gy = gy(h.dose_at_volume_cc(0.1));
  if (!rx) return m;
  m.v80_pct = h.volume_pct_at(*rx * 0.8);
  m.v90_pct = h.volume_pct_at(*rx * 0.9);
  m.v100_pct = h.volume_pct_at(*rx);
  m.v150_pct = h.volume_pct_at(*rx * 1.5);
  m.v200_pct = h.volume_pct_at(*rx * 2.0);
  if (m.v150_pct && m.v100_pct && *m.v100_pct > 0.0) {
    m.dnr = *m.v150_pct / *m.v100_pct;
    m.hi = 1.0 - *m.dnr;
  }
  return m;
}

DoseMetrics metrics_delta(const DoseMetrics& postop, const DoseMetrics& preop) {
  DoseMetrics out;
  for (const Field f : kFields)
    if (postop.*f && preop.*f) out.*f = *(postop.*f) - *(preop.*f);
  return out;
}

template Result<DoseMetrics> metrics_of(const SampledDose<CtFrame>&, const StructureVolume<CtFrame>&, std::optional<Gy>,
                                        const IsodoseMap<CtFrame>*, const std::vector<DoseSeed<CtFrame>>&, const SourceModel&,
                                        const DoseOptions&);
template Result<DoseMetrics> metrics_of(const SampledDose<PlanFrame>&, const StructureVolume<PlanFrame>&, std::optional<Gy>,
                                        const IsodoseMap<PlanFrame>*, const std::vector<DoseSeed<PlanFrame>>&, const SourceModel&,
                                        const DoseOptions&);

}  // namespace seedaudit
