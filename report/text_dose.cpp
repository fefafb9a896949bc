// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/text_dose.h"

#include <cstddef>
#include <optional>

namespace seedaudit {
namespace {

void write_row(TextPage& page, const std::string& name, const std::string& before, const std::string& after, const std::string& change) {
  page.line(std::string(TextPage::kIndent, ' ') + padded(name, 24) + right_aligned(before, 12) + right_aligned(after, 14) +
            right_aligned(change, 12));
}

/// The planning system's figures by one of its two statements, and how far they are from the same plan computed here.
std::string planning_text(const char* by, const std::optional<DoseMetrics>& figures, const std::optional<DoseMetrics>& less_ours) {
  if (!figures || (!figures->d90_gy && !figures->v100_pct)) return {};
  std::string text =
      std::string("planning system's ") + by + ": D90 " + figure(figures->d90_gy, 1) + " Gy, V100 " + figure(figures->v100_pct, 1) + " %";
  if (less_ours)
    text +=
        "; less the same plan computed here " + difference(less_ours->d90_gy, 1) + " Gy, " + difference(less_ours->v100_pct, 1) + " points";
  return text;
}

void write_target(TextPage& page, const StructureAudit& s) {
  const DoseMetrics none;
  const DoseMetrics& a = s.preop ? *s.preop : none;
  const DoseMetrics& b = s.postop ? *s.postop : none;
  const DoseMetrics& d = s.delta ? *s.delta : none;
  page.item("Target",
            s.name + (s.contour == ContourOrigin::mapped ? " (pre-op contour mapped into the post-op CT)" : " (drawn on the post-op CT)"));
  write_row(page, "", "planned", "post-implant", "change");
  std::optional<double> volume_change;
  if (s.volume_preop_cc && s.volume_postop_cc) volume_change = *s.volume_postop_cc - *s.volume_preop_cc;
  write_row(page, "volume, cc", figure(s.volume_preop_cc, 2), figure(s.volume_postop_cc, 2), difference(volume_change, 2));
  write_row(page, "D90, Gy", figure(a.d90_gy, 1), figure(b.d90_gy, 1), difference(d.d90_gy, 1));
  write_row(page, "V100, %", figure(a.v100_pct, 1), figure(b.v100_pct, 1), difference(d.v100_pct, 1));
  write_row(page, "V150, %", figure(a.v150_pct, 1), figure(b.v150_pct, 1), difference(d.v150_pct, 1));
  write_row(page, "V200, %", figure(a.v200_pct, 1), figure(b.v200_pct, 1), difference(d.v200_pct, 1));
  for (const std::string& line : {planning_text("dose grid", s.planning_system, s.planning_system_difference),
                                  planning_text("own DVH", s.planning_system_dvh, s.planning_system_dvh_difference)})
    if (!line.empty()) page.item("", line);
  if (s.postop_with_earlier_implant) {
    const DoseMetrics& t = *s.postop_with_earlier_implant;
    page.item("", "with the earlier implant's dose: D90 " + figure(t.d90_gy, 1) + " Gy, V100 " + figure(t.v100_pct, 1) +
                      " % (not in the figures above, nothing is judged by it)");
  }
  if (s.d90_gy_interval) {
    std::string interval = "D90 interval " + fixed(s.d90_gy_interval->first, 1) + " to " + fixed(s.d90_gy_interval->second, 1) + " Gy";
    if (s.probability_d90_below_limit)
      interval += "; probability of D90 below the limit " + fixed(100.0 * *s.probability_d90_below_limit, 0) + " %";
    page.item("", interval);
  }
  for (std::size_t i = 0; i < s.cold_regions.size() && i < 2; ++i) {
    const auto& c = s.cold_regions[i];
    page.item("", "cold region of " + fixed(c.volume_cc, 2) + " cc, lowest " + fixed(c.min_gy, 1) + " Gy, " + c.where);
  }
  if (s.supplement && s.supplement->outcome != SupplementOutcome::not_needed)
    page.item("", std::string(s.supplement->outcome == SupplementOutcome::reachable ? "supplement: " : "supplement not reachable: ") +
                      s.supplement->why + " (advice for a physicist to check)");
}

}  // namespace

std::string missing_dose_reason(const CaseAudit& audit) {
  if (audit.detection.outcome.kind == OutcomeKind::failed) return "no seeds were found: " + audit.detection.outcome.why;
  if (audit.registration.outcome.kind == OutcomeKind::failed) return "the registration failed: " + audit.registration.outcome.why;
  if (!audit.dose) return audit.status_reason.empty() ? "the case does not carry what a dose needs" : audit.status_reason;
  for (const auto& s : audit.dose->structures)
    if (s.role == StructureRole::target && !s.verdict_reason.empty()) return s.verdict_reason;
  if (!audit.dose->rx_gy) return "no prescription is known";
  if (audit.registration.outcome.kind == OutcomeKind::not_run)
    return "plan and contours were not brought into the post-op CT: " + audit.registration.outcome.why;
  return audit.status_reason.empty() ? "there is no target contour" : audit.status_reason;
}

void write_dose(TextPage& page, const CaseAudit& audit) {
  if (!audit.dose) {
    page.item("Dose", "not computed because " + missing_dose_reason(audit));
    return;
  }
  const DoseAudit& d = *audit.dose;
  std::string text = d.source.name.empty() ? d.source.id : d.source.name;
  if (!d.source.surrogate_of.empty()) text += ", surrogate: " + d.source.surrogate_of;
  text += ", " + fixed(d.strength_u, 3) + " U a seed at implant";
  if (d.implant_date) text += " on " + to_iso(d.implant_date->date);
  text += d.rx_gy ? ", prescription " + fixed(*d.rx_gy, 1) + " Gy" : ", prescription unknown";
  page.item("Dose", text);
  std::string when = "doses to infinity, " + d.formalism;
  if (d.days_since_implant)
    when += "; scanned " + fixed(*d.days_since_implant, 0) + " days after the implant, " + fixed(100.0 * d.fraction_delivered, 1) +
            " % delivered by then";
  page.item("", when);
  if (d.earlier_implant) {
    const EarlierImplantAudit& e = *d.earlier_implant;
    std::string earlier = "earlier implant: " + std::to_string(e.seeds) + " seeds of " + e.source.id + ", " + fixed(e.strength_u, 3) + " U";
    if (e.implant_date) earlier += " on " + to_iso(e.implant_date->date);
    earlier += e.placed ? ", " + std::to_string(e.found_again) + " found again and not counted as new" : "; not placed: " + e.why;
    page.item("", earlier);
  }
  bool target = false;
  for (const auto& s : d.structures) {
    if (s.role != StructureRole::target) continue;
    target = true;
    if (s.preop || s.postop)
      write_target(page, s);
    else
      page.item("Target", s.name + ": not computed because " + (s.verdict_reason.empty() ? missing_dose_reason(audit) : s.verdict_reason));
  }
  if (!target) page.item("Target", "D90 and V100 not computed because " + missing_dose_reason(audit));
  std::string organs;
  for (const auto& s : d.structures)
    if (s.role == StructureRole::oar && s.postop && s.postop->d2cc_gy)
      organs += (organs.empty() ? "" : ", ") + s.name + " " + fixed(*s.postop->d2cc_gy, 1) + " Gy";
  if (!organs.empty()) page.item("Organs", "D2cc " + organs);
  if (!d.v_implant_cc.empty()) {
    std::string volumes;
    for (const auto& [percent, cc] : d.v_implant_cc)
      volumes += (volumes.empty() ? "" : ", ") + std::to_string(percent) + " %: " + fixed(cc, 1) + " cc";
    page.item("V_implant", volumes + " (irrespective of contours)");
  }
}

}  // namespace seedaudit
