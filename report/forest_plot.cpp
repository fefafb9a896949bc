// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/forest_plot.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "report/outcomes_words.h"
#include "report/svg_drawing.h"
#include "report/text_page.h"

namespace seedaudit {
namespace {

constexpr double kLeft = 300, kRight = 620, kTop = 56, kRow = 20;
constexpr int kWidth = 900;
constexpr std::size_t kLongestName = 46;

struct Row {
  std::string name, words;
  std::optional<CoxCoefficient> coefficient;
  bool heading = false;
};

void add_rows(const CoxAnalysis& analysis, std::vector<Row>& rows) {
  for (const auto& c : analysis.model.coefficients) rows.push_back({coefficient_name(c), ratio_text(c), c, false});
  if (!analysis.model.coefficients.empty()) return;
  std::string names;
  for (const auto& c : analysis.covariates) names += (names.empty() ? "" : ", ") + c;
  rows.push_back({names, "not estimated", {}, false});
}

/// Cut at a character, not within one.
std::string shortened(const std::string& name) {
  if (name.size() <= kLongestName) return name;
  std::size_t n = kLongestName;
  while (n > 0 && (static_cast<unsigned char>(name[n]) & 0xC0U) == 0x80U) --n;
  return name.substr(0, n) + "...";
}

}  // namespace

std::string forest_svg(const std::string& title, const EndpointSummary& endpoint) {
  std::vector<Row> rows{{"Each covariate alone", "", {}, true}};
  for (const auto& u : endpoint.univariate) add_rows(u, rows);
  if (endpoint.multivariate) {
    rows.push_back({"Multivariate", "", {}, true});
    add_rows(*endpoint.multivariate, rows);
  }
  // Whole decades around the limits, a hundredfold each way at most.
  double reach = 0.30103;
  for (const auto& r : rows)
    if (r.coefficient) reach = std::max({reach, std::abs(std::log10(r.coefficient->low)), std::abs(std::log10(r.coefficient->high))});
  reach = std::min(2.0, reach * 1.1);
  const double middle = 0.5 * (kLeft + kRight), per_decade = (middle - kLeft) / reach;
  const auto x = [&](double ratio) { return middle + std::clamp(std::log10(ratio), -reach, reach) * per_decade; };
  const double bottom = kTop + kRow * static_cast<double>(rows.size());
  SvgDrawing svg(kWidth, static_cast<int>(bottom) + 58, title);
  svg.text(12, 22, title, SvgDrawing::Anchor::start, true);
  svg.text(kRight + 14, 42, "ratio (95 % limits), p", SvgDrawing::Anchor::start, true);
  svg.line(middle, kTop - 8, middle, bottom, 1.0, "#999");
  svg.line(kLeft, bottom, kRight, bottom);
  for (const double tick : {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0}) {
    if (std::abs(std::log10(tick)) > reach + 1e-9) continue;
    // With a wide axis only decades fit.
    const double decade = std::log10(tick);
    if (reach > 1.2 && std::abs(decade - std::round(decade)) > 1e-9) continue;
    svg.line(x(tick), bottom, x(tick), bottom + 5);
    svg.text(x(tick), bottom + 18, fixed(tick, tick < 0.1 ? 2 : tick < 1.0 ? 1 : 0), SvgDrawing::Anchor::middle);
  }
  svg.text(middle, bottom + 38, "hazard ratio of one unit, or against the reference level", SvgDrawing::Anchor::middle);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double y = kTop + kRow * (static_cast<double>(i) + 0.5);
    svg.text(rows[i].heading ? 12 : 24, y + 4, shortened(rows[i].name), SvgDrawing::Anchor::start, rows[i].heading);
    svg.text(kRight + 14, y + 4, rows[i].words);
    if (!rows[i].coefficient) continue;
    const auto& c = *rows[i].coefficient;
    svg.line(x(c.low), y, x(c.high), y, 1.4);
    if (std::log10(c.high) > reach) svg.path({{kRight - 6, y - 4}, {kRight, y}, {kRight - 6, y + 4}}, 1.4, "#000", "");
    if (std::log10(c.low) < -reach) svg.path({{kLeft + 6, y - 4}, {kLeft, y}, {kLeft + 6, y + 4}}, 1.4, "#000", "");
    if (std::abs(std::log10(c.hazard_ratio)) <= reach) svg.square(x(c.hazard_ratio), y, 4);
  }
  return svg.take();
}

}  // namespace seedaudit
