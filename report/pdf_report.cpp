// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/pdf_report.h"

#include <algorithm>
#include <array>
#include <exception>

#include "report/identity_filter.h"
#include "report/pdf_dvh.h"
#include "report/pdf_page.h"
#include "report/pdf_scene.h"
#include "report/pdf_sections.h"
#include "report/pdf_tables.h"

namespace seedaudit {
namespace {

constexpr double kLeft = 36.0, kRight = PdfDocument::kWidth - 36.0, kWide = kRight - kLeft;
constexpr double kFoot = PdfDocument::kHeight - 30.0;

/// Free text of the audit, once through the filter, so that the writers need not think of it.
CaseAudit without_identity(const CaseAudit& audit) {
  const IdentityFilter filter(audit.patient_id, audit.patient_name);
  CaseAudit clean = audit;
  clean.status_reason = filter(clean.status_reason);
  clean.detection.outcome.why = filter(clean.detection.outcome.why);
  clean.registration.outcome.why = filter(clean.registration.outcome.why);
  for (Flag& f : clean.flags) f.message = filter(f.message);
  for (Warnings* list : {&clean.warnings, &clean.detection.warnings, &clean.registration.warnings})
    for (Warning& w : *list) w.message = filter(w.message);
  for (Decision& d : clean.provenance.decisions) {
    d.choice = filter(d.choice);
    d.reason = filter(d.reason);
  }
  for (InputObject& i : clean.provenance.inputs) i.uid = filter(i.uid);
  if (clean.dose)
    for (StructureAudit& s : clean.dose->structures) {
      s.name = filter(s.name);
      s.verdict_reason = filter(s.verdict_reason);
      if (s.supplement) s.supplement->why = filter(s.supplement->why);
    }
  clean.patient_id.clear();
  clean.patient_name.clear();
  return clean;
}

/// "Family^Given=ideographic" as people write it.
std::string written_name(std::string name) {
  std::replace(name.begin(), name.end(), '^', ' ');
  std::replace(name.begin(), name.end(), '=', '/');
  return name;
}

double draw_head(PdfDocument& page, const PdfReportInput& input, const CaseAudit& audit, int number) {
  page.text({kLeft, 30.0}, 300.0, "Post-implant audit of permanent seeds", {13.0, true});
  page.text({kRight - 220.0, 33.0}, 220.0, "case " + audit.case_id + ", page " + std::to_string(number) + " of 2",
            {8.0, false, grey(0.25), TextAlign::right});
  std::string who;
  if (input.keep_identity) {
    who = "Patient " + (audit.patient_name.empty() ? std::string("name not stated") : written_name(audit.patient_name)) + "   ID " +
          (audit.patient_id.empty() ? std::string("not stated") : audit.patient_id);
  } else {
    who = input.pseudonym.empty() ? std::string("Patient not named in this copy") : "Patient " + input.pseudonym;
  }
  const auto& scan = audit.postop_acquisition.acquisition.study_date;
  who += "   Implant " + (audit.dose && audit.dose->implant_date ? to_iso(audit.dose->implant_date->date) : std::string("date not known"));
  who += "   Scan " + (scan ? to_iso(scan->date) : std::string("date not stated"));
  page.text({kLeft, 48.0}, kWide, who, {8.5});
  page.line({kLeft, 62.0}, {kRight, 62.0}, {0.8});
  return 68.0;
}

void draw_foot(PdfDocument& page, const CaseAudit& audit) {
  page.line({kLeft, kFoot - 3.0}, {kRight, kFoot - 3.0}, {0.4});
  page.text({kLeft, kFoot}, kWide,
            "seedaudit " + audit.provenance.version + " (" + audit.provenance.git +
                "). Dose to water by TG-43; tissue and shadowing between seeds are not modelled. Not a medical device.",
            {6.5, false, grey(0.25)});
}

double draw_signatures(PdfDocument& page, double y) {
  page.text({kLeft, y}, kWide, "Reviewed", {8.0, true});
  y += 34.0;
  constexpr std::array<const char*, 3> kWho = {"Medical physicist, date", "Physician, date", "Remarks"};
  const double width = (kWide - 2.0 * 16.0) / 3.0;
  double x = kLeft;
  for (const char* who : kWho) {
    page.line({x, y}, {x + width, y}, {0.6});
    page.text({x, y + 2.0}, width, who, {7.0});
    x += width + 16.0;
  }
  return y + 14.0;
}

const StructureAudit* first_target(const CaseAudit& audit) {
  if (!audit.dose) return nullptr;
  const StructureAudit* worst = nullptr;
  for (const StructureAudit* s : judged_targets(*audit.dose))
    if (worst == nullptr || s->verdict > worst->verdict) worst = s;
  return worst;
}

Result<std::string> draw_pages(const PdfReportInput& input) {
  const CaseAudit clean = input.keep_identity ? *input.audit : without_identity(*input.audit);
  PdfReportInput shown = input;
  shown.audit = &clean;
  PdfDocument page("Post-implant audit " + clean.case_id, clean.postop_acquisition.acquisition.study_date.value_or(DateTime{}));
  const std::optional<double> rx = clean.dose ? clean.dose->rx_gy : std::nullopt;

  double y = draw_head(page, shown, clean, 1);
  y = draw_verdict(page, {kLeft, y, kWide, 0.0}, clean);
  y = draw_counts(page, {kLeft, y + 8.0, kWide, 0.0}, clean);
  const double middle = y + 8.0, column = 0.56 * kWide;
  const StructureAudit* target = first_target(clean);
  const double below = draw_target_table(page, {kLeft, middle, column, 0.0}, clean, target);
  // No empty frame where there is no curve.
  const double dvh_height =
      target != nullptr && (target->preop_dvh || target->postop_dvh) ? std::max(215.0, below - middle) : below - middle;
  draw_dvh(page, {kLeft + column + 14.0, middle, kWide - column - 14.0, dvh_height}, target, rx);
  y = std::max(below, middle + dvh_height);
  y = draw_structures(page, {kLeft, y + 8.0, kWide, 0.0}, clean, target);
  draw_flags(page, {kLeft, y + 8.0, kWide, kFoot - 10.0 - y - 8.0}, clean);
  draw_foot(page, clean);

  page.next_page();
  y = draw_head(page, shown, clean, 2);
  constexpr double kSections = 205.0, kScene = 225.0;
  draw_sections(page, {kLeft, y, kWide, kSections}, shown);
  y += kSections + 8.0;
  draw_scene(page, {kLeft, y, 0.45 * kWide, kScene}, shown);
  draw_sources(page, {kLeft + 0.45 * kWide + 14.0, y, 0.55 * kWide - 14.0, kScene}, clean);
  y += kScene + 8.0;
  const double sign = kFoot - 62.0;
  draw_provenance(page, {kLeft, y, kWide, sign - 8.0 - y}, clean);
  draw_signatures(page, sign);
  draw_foot(page, clean);
  return page.take();
}

}  // namespace

Result<std::string> pdf_report(const PdfReportInput& input) {
  if (input.audit == nullptr) return Error{ErrorCode::invalid_option, "a PDF report needs an audit", "", ""};
  try {
    return draw_pages(input);
  } catch (const std::exception& e) {
    return Error{ErrorCode::internal, std::string("cannot draw the PDF: ") + e.what(), "", ""};
  }
}

}  // namespace seedaudit
