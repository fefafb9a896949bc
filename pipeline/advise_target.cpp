// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/advise_target.h"

#include "pipeline/needle_way.h"

namespace seedaudit {

Result<SupplementAdvice> advise_target(const AdviceInput& in, const StructureVolume<CtFrame>& target, const DoseOptions& dose,
                                       const SupplementOptions& options, const DvhOptions& dvh) {
  SupplementInput search;
  search.target = &target;
  search.seeds = *in.seeds;
  search.prescription = in.prescription;
  search.earlier = in.earlier;
  AirKermaU total;
  for (const auto& s : search.seeds) total = total + s.strength_at_implant;
  search.strength = total / static_cast<double>(search.seeds.size());
  for (const AuditedStructure& s : in.contours->structures)
    if (s.role == StructureRole::oar && s.judged() != nullptr && !s.judged()->contains(target.centroid()))
      search.organs.push_back(s.judged());
  for (const auto* list : {&in.contours->heart, &in.contours->great_vessels})
    for (const AuditedStructure& s : *list)
      if (s.judged() != nullptr) search.vessels.push_back(s.judged());
  auto way = way_into(in.implant->postop, target, search.seeds, in.implant->needle_entry);
  const bool seen = way.has_value();
  if (!seen) {
    // No line is open: the figures before are still given, and whether seeds are needed.
    way.emplace();
    way->skin = [](const Point<CtFrame>&, const Eigen::Vector3d&) -> std::optional<Point<CtFrame>> { return std::nullopt; };
    way->blocked = [](const Point<CtFrame>&) { return true; };
  }
  auto advice = advise_supplement(search, *way, *in.source, dose, options, dvh);
  if (advice && !seen && advice->outcome == SupplementOutcome::not_reachable)
    advice->why = "the scan does not show where the skin is: no needle line can be drawn";
  return advice;
}

}  // namespace seedaudit
