// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/json_undercoverage.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "report/json_sections.h"

namespace seedaudit {
namespace {

using Layout = JsonWriter::Layout;

struct ColdWriter {
  JsonWriter& json;
  const IdentityFilter& filter;
};

void write_cold_regions(const ColdWriter& w, const std::vector<const ColdRegion*>& regions) {
  w.json.begin_array("cold_regions");
  for (const auto* r : regions) {
    w.json.begin_object({}, Layout::one_line);
    w.json.vector("center_mm", r->center.mm, kMmDecimals);
    w.json.number("volume_cc", r->volume_cc, kVolumeDecimals);
    w.json.number("min_gy", r->min_gy, kGyDecimals);
    w.json.text("where", r->where);
    w.json.number("deficit_gy", r->deficit_gy, kGyDecimals);
    w.json.vector("coldest_mm", r->coldest.mm, kMmDecimals);
    w.json.boolean("in_rim", r->in_rim);
    w.json.text_or_null("beside", w.filter(r->beside));
    w.json.end_object();
  }
  w.json.end_array();
}

std::vector<const ColdRegion*> cold_regions_of(const StructureAudit& s) {
  std::vector<const ColdRegion*> regions;
  for (const auto& r : s.cold_regions) regions.push_back(&r);
  return regions;
}

std::string_view outcome_text(SupplementOutcome outcome) {
  switch (outcome) {
    case SupplementOutcome::not_needed:
      return "not_needed";
    case SupplementOutcome::reachable:
      return "reachable";
    case SupplementOutcome::not_reachable:
      return "not_reachable";
  }
  return "not_reachable";
}

void write_supplement_figures(JsonWriter& json, std::string_view key, const std::optional<SupplementFigures>& f) {
  if (!f) return json.null(key);
  json.begin_object(key, Layout::one_line);
  json.number("d90_gy", f->d90_gy, kGyDecimals);
  json.number("v100_pct", f->v100_pct, kPercentDecimals);
  json.number("v150_pct", f->v150_pct, kPercentDecimals);
  json.number("v200_pct", f->v200_pct, kPercentDecimals);
  json.end_object();
}

/// \param rx_gy the DVHs stand at every tenth of it
void write_supplement(const ColdWriter& w, const std::optional<SupplementAdvice>& advice, double rx_gy) {
  if (!advice) return w.json.null("supplement");
  const SupplementAdvice& a = *advice;
  w.json.begin_object("supplement");
  w.json.text("outcome", outcome_text(a.outcome));
  w.json.text("why", w.filter(a.why));
  w.json.text("label", "advice for a physicist to check, not a plan");
  w.json.text("target", w.filter(a.target));
  w.json.number("goal_v100_pct", a.goal_v100_pct, kPercentDecimals);
  w.json.number("strength_u", a.strength_u, kStrengthDecimals);
  w.json.begin_array("seeds");
  for (const AdvisedSeed& s : a.seeds) {
    w.json.begin_object({}, Layout::one_line);
    w.json.vector("center_mm", s.center.mm, kMmDecimals);
    w.json.vector("direction", s.axis.unit, kUnitVectorDecimals);
    w.json.integer("needle", s.needle);
    w.json.end_object();
  }
  w.json.end_array();
  w.json.begin_array("needles");
  for (const AdvisedNeedle& n : a.needles) {
    w.json.begin_object({}, Layout::one_line);
    w.json.vector("entry_mm", n.entry.mm, kMmDecimals);
    w.json.vector("tip_mm", n.tip.mm, kMmDecimals);
    w.json.end_object();
  }
  w.json.end_array();
  write_supplement_figures(w.json, "before", a.before);
  write_supplement_figures(w.json, "after", a.after);
  write_supplement_figures(w.json, "before_with_earlier_implant", a.before_with_earlier);
  write_supplement_figures(w.json, "after_with_earlier_implant", a.after_with_earlier);
  w.json.begin_array("organs");
  for (const OrganChange& o : a.organs) {
    w.json.begin_object({}, Layout::one_line);
    w.json.text("name", w.filter(o.name));
    w.json.number("d2cc_before_gy", o.d2cc_before_gy, kGyDecimals);
    w.json.number("d2cc_after_gy", o.d2cc_after_gy, kGyDecimals);
    w.json.number("d2cc_before_with_earlier_implant_gy", o.d2cc_before_with_earlier_gy, kGyDecimals);
    w.json.number("d2cc_after_with_earlier_implant_gy", o.d2cc_after_with_earlier_gy, kGyDecimals);
    w.json.end_object();
  }
  w.json.end_array();
  w.json.begin_array("dvh");
  constexpr int kTenths = 30;
  for (int n = 1; n <= kTenths && !a.seeds.empty(); ++n) {
    const Gy dose{0.1 * n * rx_gy};
    w.json.begin_object({}, Layout::one_line);
    w.json.number("dose_gy", dose.value, kGyDecimals);
    w.json.number("before_pct", a.before_dvh.volume_pct_at(dose), kPercentDecimals);
    w.json.number("after_pct", a.after_dvh.volume_pct_at(dose), kPercentDecimals);
    w.json.end_object();
  }
  w.json.end_array();
  w.json.end_object();
}

}  // namespace

void write_undercoverage(JsonWriter& json, const IdentityFilter& filter, const StructureAudit& s, double rx_gy) {
  const ColdWriter w{json, filter};
  w.json.begin_object("undercoverage");
  w.json.text("verdict", to_string(s.verdict));
  w.json.text_or_null("reason", w.filter(s.verdict_reason));
  w.json.number("probability_d90_below_limit", s.probability_d90_below_limit, 4);
  write_cold_regions(w, cold_regions_of(s));
  write_supplement(w, s.supplement, rx_gy);
  w.json.end_object();
}

void write_undercoverage_section(JsonWriter& json, const IdentityFilter& filter, const CaseAudit& audit) {
  const ColdWriter w{json, filter};
  std::vector<const ColdRegion*> regions;
  const StructureAudit* worst = nullptr;  // of least V100
  std::optional<double> probability;      // of the target that is likeliest to miss the limit
  if (audit.dose)
    for (const auto* s : judged_targets(*audit.dose)) {
      for (const auto* r : cold_regions_of(*s)) regions.push_back(r);
      if (s->supplement && (worst == nullptr || s->supplement->before.v100_pct < worst->supplement->before.v100_pct)) worst = s;
      if (s->probability_d90_below_limit) probability = std::max(probability.value_or(0.0), *s->probability_d90_below_limit);
    }
  w.json.begin_object("undercoverage");
  w.json.text("verdict", to_string(audit.verdict));
  w.json.number("probability_d90_below_limit", probability, 4);
  write_cold_regions(w, regions);
  write_supplement(w, worst != nullptr ? worst->supplement : std::nullopt, audit.dose && audit.dose->rx_gy ? *audit.dose->rx_gy : 0.0);
  w.json.end_object();
}

}  // namespace seedaudit
