// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/text_summary.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "report/identity_filter.h"
#include "report/text_dose.h"
#include "report/text_page.h"

namespace seedaudit {
namespace {

constexpr std::size_t kMostFlags = 10;
constexpr std::size_t kMostSeeds = 6;

const char* ansi_of(Verdict v) {
  switch (v) {
    case Verdict::green:
      return "\033[1;32m";
    case Verdict::amber:
      return "\033[1;33m";
    case Verdict::red:
    case Verdict::urgent:
      return "\033[1;31m";
    case Verdict::not_assessed:
      return "\033[1m";
  }
  return "\033[1m";
}

const char* ansi_of(AuditStatus s) { return s == AuditStatus::ok ? "\033[1;32m" : s == AuditStatus::review ? "\033[1;33m" : "\033[1;31m"; }

const char* ansi_of(Severity s) { return s == Severity::action ? "\033[31m" : s == Severity::warn ? "\033[33m" : nullptr; }

std::string trust_text(const CaseAudit& audit) {
  std::string text;
  switch (audit.status) {
    case AuditStatus::ok:
      text = "OK - the numbers may be used";
      break;
    case AuditStatus::review:
      text = "REVIEW - the numbers may be used after a person has looked";
      break;
    case AuditStatus::failed:
      text = "FAILED - a step that the audit needs did not succeed; what did not need it is reported";
      break;
  }
  return audit.status_reason.empty() ? text + "." : text + ": " + audit.status_reason;
}

std::string verdict_text(const CaseAudit& audit) {
  static constexpr std::array<const char*, 5> kNames = {"NOT ASSESSED", "GREEN", "AMBER", "RED", "URGENT"};
  std::string text = kNames[static_cast<std::size_t>(audit.verdict)];
  if (audit.verdict == Verdict::not_assessed) return text + " because " + missing_dose_reason(audit);
  if (audit.dose)
    for (const auto* s : judged_targets(*audit.dose))
      if (s->verdict == audit.verdict && !s->verdict_reason.empty()) return text + " - " + s->name + ": " + s->verdict_reason;
  return text;
}

/// Warnings that raised no flag: the log has them.
std::size_t unflagged_warnings(const CaseAudit& audit) {
  std::set<std::pair<std::string_view, std::string_view>> left;
  for (const auto* list : {&audit.warnings, &audit.detection.warnings, &audit.registration.warnings})
    for (const Warning& w : *list)
      if (std::none_of(audit.flags.begin(), audit.flags.end(), [&](const Flag& f) { return f.code == w.code; }))
        left.emplace(w.code, w.message);
  return left.size();
}

std::string count_or(const std::optional<int>& n, const char* otherwise) { return n ? std::to_string(*n) : otherwise; }

void write_seeds(TextPage& page, const CaseAudit& audit) {
  const CountReconciliation& c = audit.counts;
  if (audit.detection.outcome.kind == OutcomeKind::not_run) {
    page.item("Seeds", "not counted because " + audit.detection.outcome.why);
    return;
  }
  std::string text = "planned " + count_or(c.planned, "unknown") + ", implanted " + count_or(c.implanted, "not recorded") + ", found " +
                     std::to_string(c.found);
  if (c.interval.low != c.interval.high)
    text += " (the image supports " + std::to_string(c.interval.low) + " to " + std::to_string(c.interval.high) + ")";
  if (c.uncertain > 0) text += ", of these uncertain " + std::to_string(c.uncertain);
  if (c.in_site) text += "; in site " + std::to_string(*c.in_site);
  if (c.out_of_site) text += ", out of site " + std::to_string(*c.out_of_site);
  page.item("Seeds", text);

  std::array<int, 7> by_status{};
  for (const auto& s : audit.seeds) ++by_status[static_cast<std::size_t>(s.status)];
  std::string states;
  for (const auto status : {SeedStatus::placed, SeedStatus::displaced, SeedStatus::misplaced, SeedStatus::migrated, SeedStatus::embolised,
                            SeedStatus::unmatched, SeedStatus::undetermined}) {
    const int n = by_status[static_cast<std::size_t>(status)];
    if (n > 0) states += (states.empty() ? "" : ", ") + std::string(to_string(status)) + " " + std::to_string(n);
  }
  if (!audit.missing.empty()) {
    states += (states.empty() ? "" : "; ") + std::string("planned but not found ") + std::to_string(audit.missing.size()) + " (plan seeds";
    for (std::size_t i = 0; i < audit.missing.size() && i < kMostSeeds; ++i)
      states += (i == 0 ? " " : ", ") + std::to_string(audit.missing[i].plan_seed) + " " + std::string(to_string(audit.missing[i].status));
    states += audit.missing.size() > kMostSeeds ? ", ...)" : ")";
  }
  if (!states.empty()) page.item("", states);
  std::size_t named = 0;
  for (const auto& s : audit.seeds) {
    if (s.status != SeedStatus::migrated && s.status != SeedStatus::embolised && s.status != SeedStatus::misplaced) continue;
    if (named++ == kMostSeeds) {
      page.item("", "more in seeds.csv");
      break;
    }
    const auto& p = s.seed.pose.center.mm;
    std::string where = "seed " + std::to_string(s.seed.id) + " " + std::string(to_string(s.status)) + " at (" + fixed(p[0], 1) + ", " +
                        fixed(p[1], 1) + ", " + fixed(p[2], 1) + ") mm LPS";
    if (!s.region.empty()) where += ", region " + s.region;
    if (s.displacement_mm) where += ", " + fixed(*s.displacement_mm, 1) + " mm from its planned place";
    page.item("", where);
  }
}

void write_registration(TextPage& page, const CaseAudit& audit) {
  const PlanRegistration& r = audit.registration;
  std::string text;
  switch (r.outcome.kind) {
    case OutcomeKind::ok:
      text = "ok";
      break;
    case OutcomeKind::low_confidence:
      text = "low confidence";
      break;
    case OutcomeKind::failed:
      text = "FAILED";
      break;
    case OutcomeKind::not_run:
      text = "not run";
      break;
  }
  if (!r.outcome.why.empty()) text += ": " + r.outcome.why;
  if (r.qa.landmark_tre_mean_mm) text += "; landmarks " + fixed(*r.qa.landmark_tre_mean_mm, 1) + " mm mean";
  for (const ContourDice& d : r.qa.contour_dice) text += "; Dice of " + d.name + " " + fixed(d.dice, 2);
  if (audit.implant_shift_mm) text += "; implant shifted " + fixed(audit.implant_shift_mm->norm(), 1) + " mm as a whole";
  page.item("Registration", text);
}

void write_follow_up(TextPage& page, const CaseAudit& audit) {
  if (!audit.follow_up) return;
  const FollowUp& f = *audit.follow_up;
  std::string text = f.days_between ? fixed(*f.days_between, 0) + " days later" : std::string("later");
  text += ": " + std::to_string(f.seed_count) + " seeds";
  if (!f.outcome.usable()) {
    page.item("Follow-up", text + ", not followed: " + f.outcome.why);
    return;
  }
  if (f.outcome.kind == OutcomeKind::low_confidence) text += " (low confidence: " + f.outcome.why + ")";
  const auto with = [&](FollowStatus s) {
    return std::count_if(f.seeds.begin(), f.seeds.end(), [&](const FollowedSeed& x) { return x.status == s; });
  };
  for (const FollowStatus s :
       {FollowStatus::stayed, FollowStatus::migrated, FollowStatus::embolised, FollowStatus::not_found, FollowStatus::undetermined})
    if (const auto n = with(s); n > 0) text += ", " + std::to_string(n) + " " + std::string(to_string(s));
  if (!f.only_later.empty()) text += ", " + std::to_string(f.only_later.size()) + " only later";
  page.item("Follow-up", text);
  std::string change;
  if (f.shrinkage_pct)
    change = std::string("the implant ") + (*f.shrinkage_pct >= 0.0 ? "shrank by " : "grew by ") + fixed(std::abs(*f.shrinkage_pct), 1) +
             " % of its volume; ";
  if (f.residual_rms_mm) page.item("", change + "seeds are " + fixed(*f.residual_rms_mm, 1) + " mm (rms) from where that puts them");
}

void write_flags(TextPage& page, const CaseAudit& audit, const IdentityFilter& filter, std::size_t most) {
  std::size_t written = 0;
  bool first = true;
  for (const auto severity : {Severity::action, Severity::warn, Severity::info}) {
    for (const auto& f : audit.flags) {
      if (f.severity != severity) continue;
      if (written++ >= most) continue;
      page.item(first ? "Flags" : "", std::string(to_string(severity)) + " " + f.code + ": " + filter(f.message), ansi_of(severity));
      first = false;
    }
  }
  if (written > most) page.item("", "and " + std::to_string(written - most) + " more in log.txt");
  if (written == 0) page.item("Flags", "none");
}

void write_decisions(TextPage& page, const CaseAudit& audit, const IdentityFilter& filter) {
  bool first = true;
  for (const auto& d : audit.provenance.decisions) {
    page.item(first ? "Decided" : "", d.what + " = " + filter(d.choice) + " (" + filter(d.reason) + ")");
    first = false;
  }
}

/// Free text of the audit, once through the filter, so that the writers above need not think of it.
CaseAudit without_identity(const CaseAudit& audit, const IdentityFilter& filter) {
  CaseAudit clean = audit;
  clean.status_reason = filter(clean.status_reason);
  clean.detection.outcome.why = filter(clean.detection.outcome.why);
  clean.registration.outcome.why = filter(clean.registration.outcome.why);
  for (auto& d : clean.registration.qa.contour_dice) d.name = filter(d.name);
  if (clean.follow_up) clean.follow_up->outcome.why = filter(clean.follow_up->outcome.why);
  for (auto& s : clean.seeds) s.region = filter(s.region);
  if (clean.review) {
    clean.review->review.reviewer = filter(clean.review->review.reviewer);
    for (ReviewFigures* f : {&clean.review->before, &clean.review->after})
      for (ReviewFigures::Target& t : f->targets) t.name = filter(t.name);
  }
  if (clean.dose)
    for (auto& s : clean.dose->structures) {
      s.name = filter(s.name);
      s.verdict_reason = filter(s.verdict_reason);
    }
  return clean;
}

std::string figures_text(const ReviewFigures& f) {
  std::string text = std::to_string(f.seed_count) + " seeds";
  if (f.count.low != f.count.high) text += " (" + std::to_string(f.count.low) + " to " + std::to_string(f.count.high) + ")";
  for (const ReviewFigures::Target& t : f.targets) {
    text += "; " + t.name + ": D90 " + (t.d90_gy ? fixed(*t.d90_gy, 1) + " Gy" : std::string("not computed"));
    text += ", V100 " + (t.v100_pct ? fixed(*t.v100_pct, 1) + " %" : std::string("not computed"));
    text += ", " + std::string(to_string(t.verdict));
  }
  return text + "; status " + std::string(to_string(f.status));
}

/// Who changed what is the flag REVIEWED; here stands what it did to the figures.
void write_review(TextPage& page, const CaseAudit& audit) {
  if (!audit.review) return;
  page.item("Review", "by " + audit.review->review.reviewer + ", " + to_iso(audit.review->review.date));
  page.item("", "before: " + figures_text(audit.review->before));
  page.item("", "after:  " + figures_text(audit.review->after));
}

void write_body(TextPage& page, const CaseAudit& audit, const IdentityFilter& filter, std::size_t most_flags) {
  page.line("seedaudit " + audit.provenance.version + "   case " + audit.case_id);
  page.rule();
  page.item("Trust", trust_text(audit), ansi_of(audit.status));
  page.item("Verdict", verdict_text(audit), ansi_of(audit.verdict));
  page.rule();
  write_review(page, audit);
  write_seeds(page, audit);
  write_registration(page, audit);
  write_follow_up(page, audit);
  write_dose(page, audit);
  page.rule();
  write_flags(page, audit, filter, most_flags);
  write_decisions(page, audit, filter);
  page.rule();
  page.line("Dose to water by TG-43; tissue and shadowing between seeds are not modelled. Not a medical device.");
}

}  // namespace

std::string text_summary(const CaseAudit& audit, const TextSummaryOptions& options) {
  const IdentityFilter filter(audit.patient_id, audit.patient_name);
  TextPage page(options.colour);
  write_body(page, without_identity(audit, filter), filter, kMostFlags);
  if (const auto n = unflagged_warnings(audit); n > 0)
    page.item("Warnings", std::to_string(n) + (n == 1 ? " remark" : " remarks") + " of lesser weight in log.txt");
  if (!options.report_location.empty()) page.item("Report", options.report_location);
  return page.take();
}

std::string log_text(const CaseAudit& audit) {
  const IdentityFilter filter(audit.patient_id, audit.patient_name);
  const CaseAudit clean = without_identity(audit, filter);
  TextPage page(false);
  write_body(page, clean, filter, clean.flags.size());
  page.rule();
  for (const auto* list : {&clean.warnings, &clean.detection.warnings, &clean.registration.warnings})
    for (const auto& w : *list) page.item("Warning", w.code + ": " + filter(w.message));
  if (clean.review)
    for (const ReviewAction& a : clean.review->review.actions) {
      std::string text(to_string(a.kind));
      if (a.seed) text += " seed " + std::to_string(*a.seed);
      if (a.count) text += " " + std::to_string(*a.count);
      if (a.center)
        text += " at (" + fixed(a.center->mm[0], 1) + ", " + fixed(a.center->mm[1], 1) + ", " + fixed(a.center->mm[2], 1) + ") mm LPS";
      if (!a.text.empty()) text += ": " + filter(a.text);
      std::replace(text.begin(), text.end(), '\n', ' ');
      page.item("Action", text);
    }
  for (const auto& input : clean.provenance.inputs)
    page.item("Input", input.role + ", " + std::to_string(input.files) + (input.files == 1 ? " file" : " files") +
                           (input.sha.empty() ? "" : ", sha " + input.sha));
  for (const auto& [name, value] : clean.provenance.options) page.item("Option", name + " = " + filter(value));
  page.item("Version", clean.provenance.version + " (" + clean.provenance.git + ")");
  const StageTimes& t = clean.timing;
  page.item("Time", "read " + fixed(t.read_s, 1) + " s, detect " + fixed(t.detect_s, 1) + " s, register " + fixed(t.register_s, 1) +
                        " s, dose " + fixed(t.dose_s, 1) + " s, report " + fixed(t.report_s, 1) + " s, total " + fixed(t.total_s, 1) +
                        " s");
  return page.take();
}

}  // namespace seedaudit
