// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/case_heterogeneity.h"

#include <algorithm>

#include "core/hu_scale.h"
#include "dosimetry/dose_engine.h"
#include "dosimetry/shadowing.h"

namespace seedaudit {

CaseHeterogeneity case_heterogeneity(const ImplantCase& c, const CaseContours& contours, const Detection& detection,
                                     const PlanRegistration& registration) {
  CaseHeterogeneity out;
  const auto add = [&](const Heterogeneity& h) {
    out.judged = true;
    out.worst.dense_cc = std::max(out.worst.dense_cc, h.dense_cc);
    out.worst.dense_near_cc = std::max(out.worst.dense_near_cc, h.dense_near_cc);
    out.worst.air_cc = std::max(out.worst.air_cc, h.air_cc);
  };
  std::vector<Point<CtFrame>> metal;
  for (const auto& s : detection.seeds) metal.push_back(s.pose.center);
  // Dense and empty are words of the HU scale.
  const bool preop_tells = c.preop && c.preop->series.modality == "CT" && !doubt_hu_scale(*c.preop);
  const bool postop_tells = !doubt_hu_scale(c.postop.front());
  for (const auto& s : contours.structures) {
    if (s.role != StructureRole::target) continue;
    if (preop_tells && s.preop) {
      std::vector<Point<PlanFrame>> dense;
      add(heterogeneity_of(*c.preop, *s.preop, {}, &dense));
      if (registration.outcome.usable())
        for (const auto& p : dense) out.dense_places.push_back(registration.ct_from_plan * p);
    } else if (const auto* judged = s.judged(); judged != nullptr && postop_tells) {
      add(heterogeneity_of(c.postop.front(), *judged, metal, &out.dense_places));
    }
  }
  return out;
}

HeterogeneityAudit heterogeneity_and_dose(const CaseHeterogeneity& h, const CaseContours& contours, const SourceModel& source,
                                          const DoseAuditOutcome& dose) {
  constexpr std::size_t kPoints = 500;
  HeterogeneityAudit out;
  out.dense_cc = h.worst.dense_cc;
  out.dense_near_cc = h.worst.dense_near_cc;
  out.air_cc = h.worst.air_cc;
  if (dose.found_seeds.empty()) return out;
  if (!h.dense_places.empty() && dose.dose.rx_gy) {
    const std::vector<float> gy = dose_at(h.dense_places, dose.found_seeds, source);
    const auto reached = std::count_if(gy.begin(), gy.end(), [&](float d) { return static_cast<double>(d) >= *dose.dose.rx_gy; });
    out.dense_at_rx_pct = 100.0 * static_cast<double>(reached) / static_cast<double>(gy.size());
  }
  for (const auto& s : contours.structures)
    if (s.role == StructureRole::target && s.judged() != nullptr)
      out.interseed_shadow_pct =
          std::max(out.interseed_shadow_pct.value_or(0.0), interseed_shadow_pct(s.judged()->sample(0, kPoints), dose.found_seeds, source));
  return out;
}

}  // namespace seedaudit
