// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/outcomes_page.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "core/outcomes.h"
#include "report/forest_plot.h"
#include "report/outcomes_words.h"
#include "report/survival_plot.h"
#include "report/svg_drawing.h"
#include "report/text_page.h"

namespace seedaudit {
namespace {

std::string spaced(std::string words) {
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

/// A covariate as a part of a file name; different ones stay different.
std::string file_part(const std::string& name, std::set<std::string>& taken) {
  std::string out;
  for (const char c : name.substr(0, 40)) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte < 0x80U && std::isalnum(byte) != 0 ? static_cast<char>(std::tolower(byte)) : '_';
  }
  std::string unique = out;
  for (int i = 2; !taken.insert(unique).second; ++i) unique = out + "_" + std::to_string(i);
  return unique;
}

std::string p_of(const std::optional<ChiSquaredTest>& t) { return t ? p_words(t->p) : "-"; }

std::string log_rank_text(const GroupedCurves& g) {
  return g.test.why_not.empty() ? "log-rank " + p_words(g.test.test.p) : "log-rank not computed: " + g.test.why_not;
}

std::string row(const std::vector<std::string>& cells, const char* tag = "td") {
  std::string out = "<tr>";
  for (const auto& c : cells) out += std::string("<") + tag + ">" + xml_text(c) + "</" + tag + ">";
  return out + "</tr>\n";
}

std::string paragraph(const std::string& words) { return "<p>" + xml_text(words) + "</p>\n"; }

void add_model(std::string& out, const char* kind, const CoxAnalysis& a) {
  const auto& m = a.model;
  std::string covariates, notes = set_text(a.set);
  for (const auto& c : a.covariates) covariates += (covariates.empty() ? "" : ", ") + c;
  for (const auto& n : a.notes) notes += (notes.empty() ? "" : "; ") + n;
  const std::string size = std::to_string(m.events) + " / " + std::to_string(m.n);
  if (m.coefficients.empty()) out += row({kind, covariates, size, "not estimated: " + m.why_not, "", p_of(m.likelihood_ratio), "", notes});
  for (const auto& c : m.coefficients) {
    std::optional<ChiSquaredTest> hazards;
    for (const auto& h : m.proportional_hazards)
      if (h.covariate == c.covariate) hazards = h.test;
    const bool first = &c == &m.coefficients.front();
    out += row({kind, coefficient_name(c), size, ratio_text(c), p_of(hazards), first ? p_of(m.likelihood_ratio) : "",
                first ? figure(m.concordance, 3) : "", first ? notes : ""});
  }
}

/// Patients enter curves by a later figure at its landmark.
std::string curves_title(const EndpointSummary& e, const GroupedCurves& g) {
  return spaced(e.name) + " by " + g.covariate + (g.set.landmark_days ? ", of those beyond day " + fixed(*g.set.landmark_days, 0) : "");
}

std::string endpoint_summary(const EndpointSummary& e) {
  std::string out = std::to_string(e.events) + " events in " + std::to_string(e.n) + " patients";
  if (!e.competing) out += "; median " + median_text(e.overall.median);
  return out + "; median follow-up " + months_text(e.follow_up.days) + (e.follow_up.days ? " months" : "");
}

std::string at_text(const SurvivalAt& a) {
  if (a.beyond) return "beyond follow-up";
  if (!a.step) return "100 %";
  std::string out = fixed(100.0 * a.step->survival, 1) + " %";
  if (a.step->loglog_low) out += " (" + fixed(100.0 * *a.step->loglog_low, 1) + " to " + fixed(100.0 * *a.step->loglog_high, 1) + ")";
  return out;
}

std::string incidence_title(const GroupedIncidence& g, std::size_t group) {
  return "cumulative incidence, " + g.covariate + " " + g.groups[group] +
         (g.set.landmark_days ? ", of those beyond day " + fixed(*g.set.landmark_days, 0) : "");
}

void add_incidence_by(std::string& out, const GroupedIncidence& g) {
  const std::string missing = set_text(g.set);
  out += paragraph("By " + g.covariate + (g.why_not.empty() ? "" : ": not compared: " + g.why_not) +
                   (missing.empty() ? "" : "; " + missing) + ".");
  if (!g.why_not.empty()) return;
  out += "<table>" + row({"cause", "group", "patients", "events", "of all groups"}, "th");
  for (std::size_t k = 0; k < g.tests.size(); ++k)
    for (std::size_t i = 0; i < g.groups.size(); ++i)
      out += row({g.curves[i].causes[k], g.groups[i], std::to_string(g.curves[i].n), std::to_string(events_of(g.curves[i], k)),
                  i == 0 ? gray_text(g.tests[k]) : ""});
  out += "</table>\n";
  for (std::size_t i = 0; i < g.groups.size(); ++i) out += incidence_svg(incidence_title(g, i), g.curves[i]);
}

void add_endpoint(std::string& out, const EndpointSummary& e) {
  out += "<h3>" + xml_text(spaced(e.name)) + "</h3>\n" + paragraph("Event: " + e.event + ". Censored: " + e.censored + ".") +
         paragraph(endpoint_summary(e) + ".");
  if (e.competing) {
    out += paragraph(
        "Others are censored at competing events: hazards can be compared, but 1 - S is no probability; see the cumulative incidence.");
  } else {
    out += "<table>" + row({"1 year", "2 years", "3 years", "5 years"}, "th");
    std::vector<std::string> cells;
    for (const auto& a : e.at) cells.push_back(at_text(a));
    out += row(cells) + "</table>\n" + survival_svg(spaced(e.name), {"all"}, {e.overall});
  }
  for (const auto& g : e.grouped) {
    const std::string missing = set_text(g.set);
    out += paragraph("By " + g.covariate + ": " + (g.why_not.empty() ? log_rank_text(g) : "not compared: " + g.why_not) +
                     (missing.empty() ? "" : "; " + missing) + ".");
    if (!g.why_not.empty()) continue;
    out += "<table>" + row({"group", "patients", "events", "expected", "median"}, "th");
    for (std::size_t i = 0; i < g.groups.size(); ++i)
      out += row({g.groups[i], std::to_string(g.test.groups[i].n), std::to_string(g.test.groups[i].observed),
                  fixed(g.test.groups[i].expected, 2), e.competing ? "-" : median_text(g.curves[i].median)});
    out += "</table>\n";
    if (!e.competing) out += survival_svg(curves_title(e, g), g.groups, g.curves);
  }
  if (e.univariate.empty()) return;
  out += "<table>" + row({"model", "covariate", "events / n", "hazard ratio (95 % limits), Wald p", "proportional hazards",
                          "likelihood ratio", "concordance", "notes"},
                         "th");
  for (const auto& u : e.univariate) add_model(out, "alone", u);
  if (e.multivariate) add_model(out, "multivariate", *e.multivariate);
  out += "</table>\n";
  if (!e.multivariate) out += paragraph("No multivariate model: " + e.multivariate_why_not + " (--covariates).");
  out += forest_svg(spaced(e.name) + ": hazard ratios", e);
}

std::string matching_text(const OutcomesSummary& o) {
  return std::to_string(o.patients) + " patients of " + std::to_string(o.rows) + " rows have an audit (" +
         std::to_string(o.audits_matched) + " audits); " + std::to_string(o.rows_without_audit.size()) + " rows without an audit and " +
         std::to_string(o.audits_without_row.size()) + " audits without a row are in no figure of outcomes";
}

std::string response_text(const OutcomesSummary& o) {
  std::string out;
  for (std::size_t i = 0; i < o.responses.size(); ++i)
    out += (out.empty() ? "" : ", ") + std::string(kTumourResponses[i]) + " " + std::to_string(o.responses[i]);
  return out + ", not recorded " + std::to_string(o.responses_missing);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> outcomes_plots(const OutcomesSummary& outcomes) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& e : outcomes.endpoints) {
    std::set<std::string> taken;
    if (!e.competing) {
      out.emplace_back("outcomes_" + e.name + ".svg", survival_svg(spaced(e.name), {"all"}, {e.overall}));
      for (const auto& g : e.grouped)
        if (g.why_not.empty())
          out.emplace_back("outcomes_" + e.name + "_by_" + file_part(g.covariate, taken) + ".svg",
                           survival_svg(curves_title(e, g), g.groups, g.curves));
    }
    if (!e.univariate.empty()) out.emplace_back("outcomes_" + e.name + "_ratios.svg", forest_svg(spaced(e.name) + ": hazard ratios", e));
  }
  if (!outcomes.incidence.causes.empty())
    out.emplace_back("outcomes_incidence.svg", incidence_svg("cumulative incidence", outcomes.incidence));
  return out;
}

std::string outcomes_section(const OutcomesSummary& outcomes) {
  std::string out =
      "<section class=\"outcomes card\" id=\"outcomes\"><style>.outcomes table{border-collapse:collapse;margin:.5rem 0}.outcomes "
      "td,.outcomes th{border:1px "
      "solid "
      "#8886;padding:.2rem .5rem;text-align:left;overflow-wrap:normal}.outcomes{overflow-x:auto}.outcomes "
      "svg{max-width:100%;height:auto;display:block}.outcomes svg "
      ".paper{fill:transparent}[data-theme=dark] .outcomes svg{filter:invert(.92)}@media "
      "print{[data-theme=dark] .outcomes svg{filter:none}}</style>\n<h2>Outcomes</h2>\n";
  out += paragraph(matching_text(outcomes) + ".");
  for (const auto& n : outcomes.notes) out += paragraph(n);
  for (const auto& e : outcomes.endpoints) add_endpoint(out, e);
  if (!outcomes.incidence.causes.empty())
    out += "<h3>cumulative incidence</h3>\n" + incidence_svg("cumulative incidence", outcomes.incidence);
  for (const auto& g : outcomes.incidence_by) add_incidence_by(out, g);
  if (!outcomes.responses.empty()) {
    out += "<h3>response (mRECIST)</h3>\n" + paragraph(response_text(outcomes)) + "<table>";
    for (const auto& s : outcomes.response_shares) out += row({s.name, outcome_share_text(s.share)});
    out += "</table>\n";
  }
  if (!outcomes.complications.empty()) {
    out += "<h3>complications (CTCAE)</h3>\n<table>" +
           row({"", "0", "1", "2", "3", "4", "5", "not recorded", "grade 1 or more", "grade 3 or more"}, "th");
    for (const auto& c : outcomes.complications) {
      std::vector<std::string> cells{c.name};
      for (const int n : c.by_grade) cells.push_back(std::to_string(n));
      cells.insert(cells.end(), {std::to_string(c.not_recorded), outcome_share_text(c.any), outcome_share_text(c.severe)});
      out += row(cells);
    }
    out += "</table>\n" + paragraph("The worst grade of a patient is known where every complication is recorded.");
  }
  return out +
         paragraph("Many p values stand side by side, uncorrected. Dose figures are of one time each; day 0 and day 30 are never pooled.") +
         "</section>\n";
}

std::string outcomes_text(const OutcomesSummary& outcomes) {
  TextPage page(false);
  page.rule();
  page.item("Outcomes", matching_text(outcomes));
  for (const auto& n : outcomes.notes) page.item("", n);
  for (const auto& e : outcomes.endpoints) {
    page.line(spaced(e.name) + ": " + endpoint_summary(e));
    for (const auto& g : e.grouped)
      page.item("", "by " + g.covariate + ": " + (g.why_not.empty() ? log_rank_text(g) : "not compared: " + g.why_not) +
                        (set_text(g.set).empty() ? "" : "; " + set_text(g.set)));
    const auto model = [&](const char* kind, const CoxAnalysis& a) {
      for (const auto& c : a.model.coefficients) page.item("", std::string(kind) + coefficient_name(c) + ": ratio " + ratio_text(c));
      std::string covariates;
      for (const auto& c : a.covariates) covariates += (covariates.empty() ? "" : ", ") + c;
      if (a.model.coefficients.empty()) page.item("", std::string(kind) + covariates + ": not estimated: " + a.model.why_not);
      const std::string missing = set_text(a.set);
      if (!missing.empty() || a.covariates.size() > 1)
        page.item("", "  " + std::to_string(a.model.events) + " events in " + std::to_string(a.model.n) + " patients" +
                          (missing.empty() ? "" : "; " + missing));
      for (const auto& n : a.notes) page.item("", "  " + n);
    };
    for (const auto& u : e.univariate) model("", u);
    if (e.multivariate) model("multivariate, ", *e.multivariate);
  }
  for (const auto& g : outcomes.incidence_by)
    for (std::size_t k = 0; k < std::max<std::size_t>(1, g.tests.size()); ++k)
      page.item(k == 0 && &g == &outcomes.incidence_by.front() ? "Incidence" : "",
                "by " + g.covariate + ": " +
                    (g.why_not.empty() ? g.curves.front().causes[k] + ": " + gray_text(g.tests[k]) : "not compared: " + g.why_not));
  if (!outcomes.responses.empty()) {
    page.item("Response", response_text(outcomes));
    for (const auto& s : outcomes.response_shares) page.item("", s.name + ": " + outcome_share_text(s.share));
  }
  for (const auto& c : outcomes.complications)
    page.item(&c == &outcomes.complications.front() ? "Complications" : "",
              c.name + ": grade 1 or more " + outcome_share_text(c.any) + "; grade 3 or more " + outcome_share_text(c.severe));
  for (const auto& r : outcomes.rows_without_audit) page.item("No audit", "line " + std::to_string(r.line) + ": " + r.reason);
  for (std::size_t i = 0; i < outcomes.audits_without_row.size() && i < 10; ++i) page.item("No row", outcomes.audits_without_row[i]);
  if (outcomes.audits_without_row.size() > 10)
    page.item("", "and " + std::to_string(outcomes.audits_without_row.size() - 10) + " more in outcomes.json");
  return page.take();
}

}  // namespace seedaudit
