// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/cohort_page.h"

#include <cassert>

#include "report/cohort_json.h"
#include "report/json_writer.h"
#include "report/svg_panel.h"

namespace seedaudit {
namespace {

/// Inside a script element nothing may end it.
std::string inside_script(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (const char c : json) {
    if (c == '<')
      out += "\\u003c";
    else
      out += c;
  }
  return out;
}

std::string percent_encoded(std::string_view path) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : path) {
    if (kPlain.find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
  }
  return out;
}

std::string page_number(const std::optional<double>& v) { return v ? decimal_text(*v, 3) : "null"; }
std::string page_number(const std::optional<int>& v) { return v ? std::to_string(*v) : "null"; }
std::string page_text(const std::string& v) { return v.empty() ? "null" : json_string(v); }

/// One array a case, in the order of report/web/src/case_table.js.
std::string rows_json(const CohortSummary& cohort, const std::vector<std::string>& links) {
  std::string out = "[";
  for (std::size_t i = 0; i < cohort.records.size(); ++i) {
    const auto& r = cohort.records[i];
    const bool failed = r.status == "failed";  // its figures are not to be used
    const auto worst = [&](CohortMetric metric) { return failed ? "null" : page_number(worst_value(r, metric)); };
    out += (i == 0 ? "\n[" : ",\n[") + json_string(r.case_id) + "," + json_string(cohort.times[i]) + "," + page_text(r.implant_date) + "," +
           page_text(r.site) + "," + page_text(r.scanner) + "," + page_number(r.slice_thickness_mm) + "," + json_string(r.status) + "," +
           page_text(r.verdict) + "," + page_number(r.planned_count) + "," + page_number(r.seed_count) + "," +
           (failed ? "null" : page_number(r.migrated_count)) + "," + std::to_string(r.lesions.size()) + "," +
           worst(&CohortMetrics::d90_rx_pct) + "," + worst(&CohortMetrics::v100_pct) + "," + json_string(percent_encoded(links[i])) + "]";
  }
  return out + "]";
}

std::string figures(const std::vector<CohortPlot>& plots) {
  std::string out;
  for (const auto& p : plots) out += "<figure><figcaption>" + svg_escaped(p.title) + "</figcaption>" + p.svg + "</figure>\n";
  return out;
}

}  // namespace

std::string cohort_html(const CohortSummary& cohort, const std::vector<std::string>& links, const std::vector<CohortPlot>& plots,
                        const std::string& outcomes) {
  assert(links.size() == cohort.records.size());
  // In the order of the page: what is put in is not searched again.
  const std::pair<std::string_view, std::string> parts[] = {{"__SEEDAUDIT_OUTCOMES__", outcomes},
                                                            {"__SEEDAUDIT_PLOTS__", figures(plots)},
                                                            {"__SEEDAUDIT_TEXT__", svg_escaped(cohort_text(cohort))},
                                                            {"__SEEDAUDIT_COHORT__", inside_script(cohort_json(cohort))},
                                                            {"__SEEDAUDIT_ROWS__", inside_script(rows_json(cohort, links))}};
  std::string_view rest = archive_page();
  std::string out;
  for (const auto& [place, content] : parts) {
    const auto at = rest.find(place);
    assert(at != std::string_view::npos);
    out += rest.substr(0, at);
    out += content;
    rest.remove_prefix(at + place.size());
  }
  out += rest;
  return out;
}

}  // namespace seedaudit
