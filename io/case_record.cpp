// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/case_record.h"

#include <cmath>
#include <string>

#include "core/significant.h"
#include "io/case_draft.h"
#include "io/plan_sources.h"
#include "io/recorded_source.h"

namespace seedaudit {
namespace {

/// A strength this far off is no rounding and no assay's spread: the wrong certificate, or the wrong unit.
constexpr double kStrengthApart = 0.05;

void compare_counts(CaseDraft& draft) {
  const RecordCounts& c = draft.implant.records;
  const auto warn = [&](const std::string& message) { draft.warn("RECORD_COUNT_DIFFERS", message); };
  if (!c.implanted) return;
  const std::string used = std::to_string(*c.implanted) + " seeds are taken as implanted";
  if (c.issued && c.returned && *c.issued - *c.returned != *c.implanted)
    warn(used + ", but " + std::to_string(*c.issued) + " issued less " + std::to_string(*c.returned) + " returned are " +
         std::to_string(*c.issued - *c.returned));
  else if (c.issued && *c.implanted > *c.issued)
    warn(used + ", but only " + std::to_string(*c.issued) + " were issued");
  if (draft.record && draft.record->implanted && *draft.record->implanted != *c.implanted)
    warn(used + ", but the RT Brachy Treatment Record holds " + std::to_string(*draft.record->implanted) + " positions");
}

void compare_date(CaseDraft& draft) {
  const auto& used = draft.implant.strength.implant_date;
  const auto& recorded = draft.record->treatment_date;
  if (!used || !recorded || used->date == recorded->date) return;
  draft.warn("RECORD_DATE_DIFFERS", "the implant date is given as " + to_iso(used->date) + " (" +
                                        draft.implant.strength.implant_date_source + "), but the RT Brachy Treatment Record is of " +
                                        to_iso(recorded->date));
}

void compare_source(CaseDraft& draft, const RecordedSource& record) {
  const auto& plan = draft.implant.plan;
  if (!plan) return;
  if (!record.isotope.empty() && !plan->isotope.empty() && record.isotope != plan->isotope) {
    draft.warn("RECORD_ISOTOPE_DIFFERS",
               "the plan is made with " + plan->isotope + ", the RT Brachy Treatment Record names " + record.isotope);
    return;
  }
  if (!record.strength || plan->seeds.empty()) return;
  double planned_u = 0.0;
  for (const PlannedSeed& s : plan->seeds) planned_u += s.strength.value / static_cast<double>(plan->seeds.size());
  double recorded_u = record.strength->value;
  const auto half_life_days = nominal_half_life_days(plan->isotope);
  if (half_life_days && record.strength_date && plan->strength_reference_date)
    recorded_u *= std::exp2(-days_between(*record.strength_date, *plan->strength_reference_date).value / *half_life_days);
  if (!(planned_u > 0.0) || std::abs(recorded_u / planned_u - 1.0) <= kStrengthApart) return;
  draft.warn("STRENGTH_DIFFERS", "the plan states " + significant(planned_u) +
                                     " U a seed, the RT Brachy Treatment Record, on the plan's day, " + significant(recorded_u) +
                                     " U; the dose is computed from " +
                                     (draft.implant.strength.stated_per_seed ? "what was given" : "the plan's"));
}

}  // namespace

Status compare_record(CaseDraft& draft) {
  compare_counts(draft);
  if (!draft.record) return ok_status();
  compare_date(draft);
  const auto source = read_recorded_source(draft.record->path);
  if (!source) return source.error();
  compare_source(draft, *source);
  return ok_status();
}

}  // namespace seedaudit
