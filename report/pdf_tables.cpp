// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/pdf_tables.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "report/text_dose.h"
#include "report/text_page.h"

namespace seedaudit {
namespace {

constexpr const char* kNotComputed = "not computed";
constexpr PageColour kQuiet = grey(0.25);

/// A figure, or the words where there must be none.
std::string shown(const std::optional<double>& value, int decimals) { return value ? fixed(*value, decimals) : std::string(kNotComputed); }
std::string shown_difference(const std::optional<double>& value, int decimals) {
  return value ? difference(value, decimals) : std::string(kNotComputed);
}
std::string count_or(const std::optional<int>& n, const char* otherwise) { return n ? std::to_string(*n) : otherwise; }

/// A word of report.json as people write it.
std::string spaced(std::string_view word) {
  std::string out(word);
  std::replace(out.begin(), out.end(), '_', ' ');
  return out;
}

struct Column {
  double width = 0.0;
  TextAlign align = TextAlign::right;
};

double draw_row(PdfDocument& page, PagePoint at, const std::vector<Column>& columns, const std::vector<std::string>& cells, TextStyle style,
                bool ruled = true) {
  double x = at.x, height = 0.0, width = 0.0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    style.align = columns[i].align;
    if (i < cells.size()) height = std::max(height, page.text({x + 2.0, at.y + 1.5}, columns[i].width - 4.0, cells[i], style));
    x += columns[i].width;
    width += columns[i].width;
  }
  const double y = at.y + height + 3.0;
  if (ruled) page.line({at.x, y}, {at.x + width, y}, {0.3, grey(0.7)});
  return y;
}

double draw_title(PdfDocument& page, PagePoint at, double width, const std::string& words) {
  return at.y + page.text(at, width, words, {8.5, true}) + 2.0;
}

const char* verdict_word(Verdict v) {
  static constexpr std::array<const char*, 5> kNames = {"NOT ASSESSED", "GREEN", "AMBER", "RED", "URGENT"};
  return kNames[static_cast<std::size_t>(v)];
}

std::string verdict_reason(const CaseAudit& audit) {
  if (audit.verdict == Verdict::not_assessed) return "because " + missing_dose_reason(audit);
  for (const StructureAudit* s : judged_targets(*audit.dose))
    if (s->verdict == audit.verdict && !s->verdict_reason.empty()) return s->name + ": " + s->verdict_reason;
  return {};
}

std::string trust_words(const CaseAudit& audit) {
  switch (audit.status) {
    case AuditStatus::ok:
      return "OK: the numbers may be used";
    case AuditStatus::review:
      return "REVIEW: the numbers may be used after a person has looked";
    case AuditStatus::failed:
      return "FAILED: a step that the audit needs did not succeed; only what did not need it is reported";
  }
  return {};
}

/// Lines from the top of `area`; what does not fit is counted in the last line.
double draw_list(PdfDocument& page, const PageRect& area, const std::vector<std::string>& lines, const TextStyle& style,
                 const char* where) {
  double y = area.y;
  const double last = page.text_height(area.width, "x", style);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const double height = page.text_height(area.width, lines[i], style);
    const double reserve = i + 1 < lines.size() ? last : 0.0;
    if (y + height + reserve > area.y + area.height) {
      y += page.text({area.x, y}, area.width, "and " + std::to_string(lines.size() - i) + " more in " + where, style);
      break;
    }
    y += page.text({area.x, y}, area.width, lines[i], style) + 1.0;
  }
  return y;
}

struct MetricRow {
  const char* name;
  std::optional<double> DoseMetrics::*value;
  int decimals;
};
constexpr MetricRow kTargetRows[] = {
    {"D90, Gy", &DoseMetrics::d90_gy, 1},   {"D100, Gy", &DoseMetrics::d100_gy, 1}, {"mean dose, Gy", &DoseMetrics::dmean_gy, 1},
    {"V100, %", &DoseMetrics::v100_pct, 1}, {"V150, %", &DoseMetrics::v150_pct, 1}, {"V200, %", &DoseMetrics::v200_pct, 1},
    {"conformity CI", &DoseMetrics::ci, 2}, {"external EI", &DoseMetrics::ei, 2},   {"homogeneity HI", &DoseMetrics::hi, 2}};

std::string interval_text(const std::optional<std::pair<double, double>>& interval) {
  return interval ? fixed(interval->first, 1) + " to " + fixed(interval->second, 1) : std::string();
}

std::optional<double> of(const std::optional<DoseMetrics>& m, std::optional<double> DoseMetrics::*value) {
  return m ? (*m).*value : std::nullopt;
}

}  // namespace

double draw_verdict(PdfDocument& page, const PageRect& area, const CaseAudit& audit) {
  const double inner = area.width - 16.0, x = area.x + 8.0;
  const TextStyle body{8.5, false, {}, TextAlign::left, 3};
  const std::string trust = trust_words(audit) + (audit.status_reason.empty() ? "." : " (" + audit.status_reason + ").");
  const std::string reason = verdict_reason(audit);
  const double height = 10.0 + page.text_height(inner, trust, body) + 22.0 + page.text_height(inner, reason, body);
  page.fill(PageRect{area.x, area.y, area.width, height}, grey(0.93));
  const bool alarm = audit.verdict == Verdict::red || audit.verdict == Verdict::urgent || audit.status == AuditStatus::failed;
  page.rectangle({area.x, area.y, area.width, height}, {alarm ? 2.2 : 0.8});
  double y = area.y + 5.0;
  page.text({x, y}, inner, std::string("Dose verdict: ") + verdict_word(audit.verdict), {13.0, true});
  y += 18.0;
  y += page.text({x, y}, inner, reason, body) + 3.0;
  page.text({x, y}, inner, "Numbers: " + trust, body);
  return area.y + height;
}

double draw_counts(PdfDocument& page, const PageRect& area, const CaseAudit& audit) {
  double y = draw_title(page, {area.x, area.y}, area.width, "Seeds");
  const bool counted = audit.detection.outcome.kind != OutcomeKind::not_run;
  const CountReconciliation& c = audit.counts;
  const std::vector<Column> columns(8, Column{area.width / 8.0, TextAlign::centre});
  y = draw_row(page, {area.x, y}, columns, {"planned", "implanted", "issued", "returned", "found", "interval", "in site", "out of site"},
               {7.0, false, kQuiet});
  y = draw_row(page, {area.x, y}, columns,
               {count_or(c.planned, "not known"), count_or(c.implanted, "no record"), count_or(c.issued, "no record"),
                count_or(c.returned, "no record"), counted ? std::to_string(c.found) : "not counted",
                counted ? std::to_string(c.interval.low) + " to " + std::to_string(c.interval.high) : "not counted",
                count_or(c.in_site, "not known"), count_or(c.out_of_site, "not known")},
               {9.0, true});
  std::array<int, 7> by_status{};
  for (const SeedAudit& s : audit.seeds) ++by_status[static_cast<std::size_t>(s.status)];
  std::string text;
  for (std::size_t i = 0; i < by_status.size(); ++i)
    if (by_status[i] > 0)
      text +=
          (text.empty() ? "By place: " : ", ") + std::string(to_string(static_cast<SeedStatus>(i))) + " " + std::to_string(by_status[i]);
  for (const SeedAudit& s : audit.seeds) {
    if (s.status == SeedStatus::placed || s.status == SeedStatus::undetermined) continue;
    text += (text.find("Not in place: ") == std::string::npos ? ". Not in place: " : "; ") +
            ("seed " + std::to_string(s.seed.id) + " " + std::string(to_string(s.status)));
    if (s.displacement_mm) text += " " + fixed(*s.displacement_mm, 1) + " mm";
    if (!s.region.empty()) text += " (" + s.region + ")";
  }
  if (!audit.missing.empty()) {
    text += (text.empty() ? "Planned but not found: " : ". Planned but not found: ");
    for (std::size_t i = 0; i < audit.missing.size(); ++i)
      text +=
          (i == 0 ? "plan seed " : ", ") + std::to_string(audit.missing[i].plan_seed) + " " + spaced(to_string(audit.missing[i].status));
  }
  if (!counted) text = "Seeds were not counted: " + audit.detection.outcome.why;
  if (!text.empty()) y += page.text({area.x + 2.0, y + 2.0}, area.width - 4.0, text + ".", {7.5, false, {}, TextAlign::left, 3}) + 2.0;
  return y;
}

double draw_target_table(PdfDocument& page, const PageRect& area, const CaseAudit& audit, const StructureAudit* target) {
  const double w = area.width;
  if (target == nullptr || (!target->preop && !target->postop)) {
    double y = draw_title(page, {area.x, area.y}, w, target == nullptr ? std::string("Target") : "Target " + target->name);
    for (const char* name : {"D90, Gy", "V100, %", "V150, %", "V200, %"})
      y = draw_row(page, {area.x, y}, {{0.4 * w, TextAlign::left}, {0.6 * w, TextAlign::right}}, {name, kNotComputed}, {8.0});
    return y + page.text({area.x + 2.0, y + 3.0}, w - 4.0, "Not computed because " + missing_dose_reason(audit) + ".",
                         {8.0, false, {}, TextAlign::left, 6});
  }
  double y = draw_title(
      page, {area.x, area.y}, w,
      "Target " + target->name + (target->contour == ContourOrigin::mapped ? " (pre-op contour mapped)" : " (drawn on this scan)"));
  // Without a dose of this scan there are no intervals, and the words that say so need their place.
  const bool after = target->postop.has_value();
  const std::vector<Column> columns =
      !after ? std::vector<Column>{{0.28 * w, TextAlign::left}, {0.16 * w}, {0.28 * w}, {0.28 * w}}
             : std::vector<Column>{{0.24 * w, TextAlign::left}, {0.16 * w}, {0.19 * w}, {0.15 * w}, {0.26 * w}};
  y = draw_row(page, {area.x, y}, columns, {"", "planned", "post-implant", "change", after ? "interval" : ""}, {7.0, false, kQuiet});
  std::optional<double> volume_change;
  if (target->volume_preop_cc && target->volume_postop_cc) volume_change = *target->volume_postop_cc - *target->volume_preop_cc;
  const TextStyle cell{8.0, false, {}, TextAlign::left, 2};
  y = draw_row(page, {area.x, y}, columns,
               {"volume, cc", shown(target->volume_preop_cc, 2), shown(target->volume_postop_cc, 2), shown_difference(volume_change, 2)},
               cell);
  for (const MetricRow& row : kTargetRows) {
    std::string interval;
    if (row.value == &DoseMetrics::d90_gy) interval = interval_text(target->d90_gy_interval);
    if (row.value == &DoseMetrics::v100_pct) interval = interval_text(target->v100_pct_interval);
    y = draw_row(page, {area.x, y}, columns,
                 {row.name, shown(of(target->preop, row.value), row.decimals), shown(of(target->postop, row.value), row.decimals),
                  shown_difference(of(target->delta, row.value), row.decimals), interval},
                 cell);
  }
  std::string text;
  if (target->probability_d90_below_limit)
    text = "Probability of D90 below the limit: " + fixed(100.0 * *target->probability_d90_below_limit, 0) + " %. ";
  if (!target->dominant_uncertainty.empty()) text += "Most of the uncertainty: " + target->dominant_uncertainty + ". ";
  for (std::size_t i = 0; i < target->cold_regions.size() && i < 2; ++i)
    text += "Cold region " + fixed(target->cold_regions[i].volume_cc, 2) + " cc, lowest " + fixed(target->cold_regions[i].min_gy, 1) +
            " Gy, " + target->cold_regions[i].where + ". ";
  if (target->supplement && target->supplement->outcome != SupplementOutcome::not_needed)
    text += std::string(target->supplement->outcome == SupplementOutcome::reachable ? "Supplement (advice to check): "
                                                                                    : "Supplement not reachable: ") +
            target->supplement->why + ".";
  if (!text.empty()) y += page.text({area.x + 2.0, y + 3.0}, w - 4.0, text, {7.0, false, {}, TextAlign::left, 5}) + 3.0;
  return y;
}

double draw_structures(PdfDocument& page, const PageRect& area, const CaseAudit& audit, const StructureAudit* first) {
  double y = draw_title(page, {area.x, area.y}, area.width, "Other targets and organs at risk");
  if (!audit.dose) return y + page.text({area.x + 2.0, y}, area.width, kNotComputed, {8.0});
  const double w = area.width;
  const std::vector<Column> columns = {
      {0.26 * w, TextAlign::left}, {0.12 * w}, {0.12 * w}, {0.125 * w}, {0.125 * w}, {0.125 * w}, {0.125 * w}};
  constexpr std::size_t kMost = 8;
  std::size_t listed = 0, all = 0;
  for (const StructureAudit& s : audit.dose->structures) {
    if (&s == first || (!s.preop && !s.postop)) continue;
    ++all;
    if (listed == kMost) continue;
    if (listed++ == 0)
      y = draw_row(page, {area.x, y}, columns,
                   {"", "D90, Gy plan", "D90, Gy post", "V100, % plan", "V100, % post", "D2cc, Gy plan", "D2cc, Gy post"},
                   {7.0, false, kQuiet});
    const bool target = s.role == StructureRole::target;
    const auto when_target = [&](const std::optional<DoseMetrics>& m, std::optional<double> DoseMetrics::*v) {
      return target ? shown(of(m, v), 1) : std::string();
    };
    y = draw_row(page, {area.x, y}, columns,
                 {s.name + (target ? " (target, " : " (") + (s.contour == ContourOrigin::mapped ? "mapped)" : "drawn)"),
                  when_target(s.preop, &DoseMetrics::d90_gy), when_target(s.postop, &DoseMetrics::d90_gy),
                  when_target(s.preop, &DoseMetrics::v100_pct), when_target(s.postop, &DoseMetrics::v100_pct),
                  shown(of(s.preop, &DoseMetrics::d2cc_gy), 1), shown(of(s.postop, &DoseMetrics::d2cc_gy), 1)},
                 {7.5});
  }
  if (listed == 0) y += page.text({area.x + 2.0, y}, w, "none", {8.0});
  if (all > listed) y += page.text({area.x + 2.0, y + 1.0}, w, "and " + std::to_string(all - listed) + " more in report.json", {7.0});
  std::string volumes;
  for (const auto& [percent, cc] : audit.dose->v_implant_cc) {
    volumes += (volumes.empty() ? "Volume of the isodoses, whatever the contours: " : ", ") + std::to_string(percent) + " % " +
               fixed(cc, 1) + " cc";
    if (const auto planned = audit.dose->v_implant_planned_cc.find(percent); planned != audit.dose->v_implant_planned_cc.end())
      volumes += " (planned " + fixed(planned->second, 1) + ")";
  }
  if (!volumes.empty()) y += page.text({area.x + 2.0, y + 2.0}, w - 4.0, volumes, {7.5, false, {}, TextAlign::left, 2}) + 2.0;
  return y;
}

double draw_flags(PdfDocument& page, const PageRect& area, const CaseAudit& audit) {
  const double y = draw_title(page, {area.x, area.y}, area.width, "What a person should know");
  std::vector<std::string> lines;
  for (const Severity severity : {Severity::action, Severity::warn, Severity::info})
    for (const Flag& f : audit.flags)
      if (f.severity == severity) lines.push_back(std::string(to_string(severity)) + "  " + f.code + ": " + f.message);
  if (lines.empty()) lines.push_back("No flag was raised.");
  return draw_list(page, {area.x + 2.0, y, area.width - 4.0, area.y + area.height - y}, lines, {7.5, false, {}, TextAlign::left, 2},
                   "log.txt");
}

double draw_sources(PdfDocument& page, const PageRect& area, const CaseAudit& audit) {
  double y = draw_title(page, {area.x, area.y}, area.width, "What the numbers rest on");
  std::vector<std::pair<std::string, std::string>> rows;
  if (audit.dose) {
    const DoseAudit& d = *audit.dose;
    rows.emplace_back("Source", (d.source.name.empty() ? d.source.id : d.source.name) + ", " + d.source.isotope +
                                    (d.source_is_surrogate ? " (assumed: not named by plan or user)" : ""));
    rows.emplace_back("Dosimetry", d.source.dataset + ", " + d.formalism + ", dose rate constant " + fixed(d.source.dose_rate_constant, 3) +
                                       ", half-life " + fixed(to_days(d.source.half_life).value, 2) + " d; doses to infinity");
    rows.emplace_back("Strength",
                      fixed(d.strength_u, 3) + " U a seed at implant; kerma of the found seeds " + fixed(d.trak_ugy, 0) + " uGy at 1 m");
    rows.emplace_back("Prescription", d.rx_gy ? fixed(*d.rx_gy, 1) + " Gy" : "not known");
    rows.emplace_back("Implant", (d.implant_date ? to_iso(d.implant_date->date) : std::string("date not known")) +
                                     (d.implant_date_source.empty() ? "" : " by " + spaced(d.implant_date_source)) +
                                     (d.days_since_implant ? "; scanned " + fixed(*d.days_since_implant, 0) + " days later, " +
                                                                 fixed(100.0 * d.fraction_delivered, 0) + " % delivered"
                                                           : ""));
    if (d.earlier_implant)
      rows.emplace_back("Earlier implant", std::to_string(d.earlier_implant->seeds) + " seeds of " + d.earlier_implant->source.id +
                                               "; its dose is in no figure here");
  } else {
    rows.emplace_back("Dose", "not computed because " + missing_dose_reason(audit));
  }
  std::string registration = spaced(to_string(audit.registration.outcome.kind));
  if (!audit.registration.outcome.why.empty()) registration += ": " + audit.registration.outcome.why;
  if (audit.registration.qa.landmark_tre_mean_mm)
    registration += "; landmarks " + fixed(*audit.registration.qa.landmark_tre_mean_mm, 1) + " mm mean";
  rows.emplace_back("Registration", registration);
  if (audit.implant_shift_mm)
    rows.emplace_back("Implant shift",
                      fixed(audit.implant_shift_mm->norm(), 1) + " mm as a whole" +
                          (audit.implant_rotation_deg ? ", turned " + fixed(*audit.implant_rotation_deg, 1) + " degrees" : ""));
  const Acquisition& a = audit.postop_acquisition.acquisition;
  rows.emplace_back("Scan", std::to_string(audit.postop_acquisition.slices) + " slices of " +
                                (a.slice_thickness_mm ? fixed(*a.slice_thickness_mm, 2) + " mm" : std::string("unstated thickness")) +
                                ", pixels of " + fixed(audit.postop_acquisition.spacing_mm[0], 2) + " mm" +
                                (a.kernel.empty() ? "" : ", kernel " + a.kernel) + (a.kvp ? ", " + fixed(*a.kvp, 0) + " kV" : ""));
  if (audit.dose && audit.dose->heterogeneity)
    rows.emplace_back("Not water", fixed(audit.dose->heterogeneity->dense_cc, 1) + " cc of the target above 200 HU, " +
                                       fixed(audit.dose->heterogeneity->air_cc, 1) + " cc of air within 10 mm");
  constexpr double kLabel = 62.0;
  for (const auto& [label, words] : rows) {
    if (y > area.y + area.height - 10.0) break;
    page.text({area.x, y}, kLabel, label, {7.5, true});
    y += page.text({area.x + kLabel, y}, area.width - kLabel, words, {7.5, false, {}, TextAlign::left, 3}) + 2.5;
  }
  return y;
}

double draw_provenance(PdfDocument& page, const PageRect& area, const CaseAudit& audit) {
  const double y = draw_title(page, {area.x, area.y}, area.width, "Decisions, inputs and warnings");
  std::vector<std::string> lines;
  for (const Decision& d : audit.provenance.decisions) lines.push_back("decided  " + d.what + " = " + d.choice + " (" + d.reason + ")");
  for (const InputObject& i : audit.provenance.inputs)
    lines.push_back("input  " + i.role + ", " + std::to_string(i.files) + (i.files == 1 ? " file" : " files") + ", " + i.uid +
                    (i.sha.empty() ? "" : ", SHA-256 " + i.sha.substr(0, 16)));
  if (!audit.provenance.source_checksum.empty()) lines.push_back("source data  SHA-256 " + audit.provenance.source_checksum.substr(0, 16));
  std::set<std::string> said;
  for (const auto* list : {&audit.warnings, &audit.detection.warnings, &audit.registration.warnings})
    for (const Warning& w : *list) {
      const bool flagged = std::any_of(audit.flags.begin(), audit.flags.end(), [&](const Flag& f) { return f.code == w.code; });
      if (!flagged && said.insert(w.code + w.message).second) lines.push_back("warning  " + w.code + ": " + w.message);
    }
  return draw_list(page, {area.x + 2.0, y, area.width - 4.0, area.y + area.height - y}, lines, {6.5, false, {}, TextAlign::left, 2},
                   "report.json and log.txt");
}

}  // namespace seedaudit
