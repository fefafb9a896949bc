// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/survival_plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "report/svg_drawing.h"
#include "report/text_page.h"

namespace seedaudit {
namespace {

constexpr double kDaysPerMonth = 30.4375;
constexpr int kWidth = 760;
constexpr double kLeft = 150, kRight = 740, kTop = 44, kBottom = 344, kRowHeight = 16;
constexpr std::size_t kShortName = 10, kMostTicks = 200;

struct Style {
  std::string_view colour, dash;
};
/// Told apart in grey and by those who see no colours: by dash first, by grey second.
constexpr std::array<Style, 8> kStyles{{{"#000", ""},
                                        {"#000", "9 4"},
                                        {"#000", "2 3"},
                                        {"#777", ""},
                                        {"#777", "9 4"},
                                        {"#000", "10 3 2 3"},
                                        {"#777", "2 3"},
                                        {"#777", "10 3 2 3"}}};

struct StepLine {
  std::string label;
  std::vector<std::pair<double, double>> value;  ///< days, and the value from then on
  std::vector<std::pair<double, double>> censored;
  std::vector<std::pair<double, int>> at_risk;  ///< days, and those at risk just before
  double start = 1.0;
};

double last_day(const std::vector<StepLine>& lines) {
  double last = 1.0;
  for (const auto& l : lines)
    if (!l.at_risk.empty()) last = std::max(last, l.at_risk.back().first);
  return last;
}

/// Months between ticks: at most ten ticks.
double tick_months(double months) {
  for (const double step : {1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 36.0, 60.0, 120.0})
    if (months / step <= 10.0) return step;
  return 120.0 * std::ceil(months / 1200.0);
}

SvgDrawing::Points stairs(const StepLine& line, double last, double x_per_day) {
  const auto y = [](double v) { return kBottom - v * (kBottom - kTop); };
  SvgDrawing::Points out{{kLeft, y(line.start)}};
  for (const auto& [day, value] : line.value) {
    out.emplace_back(kLeft + day * x_per_day, out.back().second);
    out.emplace_back(kLeft + day * x_per_day, y(value));
  }
  const double end = line.at_risk.empty() ? last : line.at_risk.back().first;
  out.emplace_back(kLeft + end * x_per_day, out.back().second);
  return out;
}

/// Axes, numbers at risk and key of curves that the caller then draws.
std::string plot(const std::string& title, const std::string& y_title, const std::vector<StepLine>& lines, const SurvivalCurve* band,
                 bool incidence) {
  const double last = last_day(lines), months = last / kDaysPerMonth, step = tick_months(months);
  const double x_per_day = (kRight - kLeft) / last;
  const auto y = [](double v) { return kBottom - v * (kBottom - kTop); };
  const std::size_t risk_rows = incidence ? std::min<std::size_t>(1, lines.size()) : lines.size();
  const int height = static_cast<int>(kBottom + 46 + kRowHeight * static_cast<double>(risk_rows));
  SvgDrawing svg(kWidth, height, title);
  svg.text(kLeft, 22, title, SvgDrawing::Anchor::start, true);
  if (band != nullptr) {
    SvgDrawing::Points edge, lower;
    double low = 1.0, high = 1.0, x = kLeft;
    for (const auto& s : band->steps) {
      x = kLeft + s.time_days * x_per_day;
      edge.emplace_back(x, y(high));
      lower.emplace_back(x, y(low));
      // Where limits end (nobody survives) the band ends.
      if (s.survival < 1.0 && !s.loglog_low) break;
      low = s.loglog_low.value_or(1.0);
      high = s.loglog_high.value_or(1.0);
      edge.emplace_back(x, y(high));
      lower.emplace_back(x, y(low));
    }
    edge.insert(edge.end(), lower.rbegin(), lower.rend());
    svg.area(edge, "#ddd");
  }
  for (int i = 0; i <= 5; ++i) {
    const double v = i / 5.0;
    svg.line(kLeft, y(v), kRight, y(v), 0.5, "#bbb");
    svg.text(kLeft - 6, y(v) + 4, fixed(100.0 * v, 0), SvgDrawing::Anchor::end);
  }
  svg.text(12, 22, y_title);
  svg.line(kLeft, kTop, kLeft, kBottom);
  svg.line(kLeft, kBottom, kRight, kBottom);
  svg.text(0.5 * (kLeft + kRight), kBottom + 32, "months", SvgDrawing::Anchor::middle);
  svg.text(12, kBottom + 48, "at risk");
  for (double m = 0.0; m <= months + 1e-9; m += step) {
    const double x = kLeft + m * kDaysPerMonth * x_per_day;
    svg.line(x, kBottom, x, kBottom + 5);
    svg.text(x, kBottom + 17, fixed(m, 0), SvgDrawing::Anchor::middle);
    // Under competing risks all are at risk of each cause.
    for (std::size_t l = 0; l < risk_rows; ++l) {
      const auto& at_risk = lines[l].at_risk;
      const auto from =
          std::lower_bound(at_risk.begin(), at_risk.end(), m * kDaysPerMonth, [](const auto& a, double t) { return a.first < t; });
      svg.text(x, kBottom + 48 + kRowHeight * static_cast<double>(l), std::to_string(from == at_risk.end() ? 0 : from->second),
               SvgDrawing::Anchor::middle);
    }
  }
  for (std::size_t l = 0; l < lines.size(); ++l) {
    const Style style = kStyles[l % kStyles.size()];
    svg.path(stairs(lines[l], last, x_per_day), 1.8, style.colour, style.dash);
    // More of them would hide the curve.
    if (lines[l].censored.size() <= kMostTicks)
      for (const auto& [day, value] : lines[l].censored) {
        const double x = kLeft + day * x_per_day;
        svg.line(x, y(value) - 4, x, y(value) + 4, 0.8, style.colour);
      }
    if (lines.size() < 2 && !incidence) continue;
    // Names that are too long for the rows of numbers at risk stand there as a number.
    const bool short_name = lines[l].label.size() <= kShortName;
    const double offset = kRowHeight * static_cast<double>(l), key_x = incidence ? kLeft + 14 : kRight - 250, key_y = kTop + 14 + offset;
    if (!incidence) svg.text(64, kBottom + 48 + offset, short_name ? lines[l].label : std::to_string(l + 1));
    svg.path({{key_x, key_y - 4}, {key_x + 30, key_y - 4}}, 1.8, style.colour, style.dash);
    svg.text(key_x + 38, key_y, (short_name || incidence ? "" : std::to_string(l + 1) + "  ") + lines[l].label);
  }
  return svg.take();
}

}  // namespace

std::string survival_svg(const std::string& title, const std::vector<std::string>& groups, const std::vector<SurvivalCurve>& curves) {
  std::vector<StepLine> lines;
  for (std::size_t g = 0; g < curves.size(); ++g) {
    StepLine line;
    line.label = groups[g];
    for (const auto& s : curves[g].steps) {
      if (s.events > 0) line.value.emplace_back(s.time_days, s.survival);
      if (s.censored > 0) line.censored.emplace_back(s.time_days, s.survival);
      line.at_risk.emplace_back(s.time_days, s.at_risk);
    }
    lines.push_back(std::move(line));
  }
  return plot(title, "without event, %", lines, curves.size() == 1 ? &curves[0] : nullptr, false);
}

std::string incidence_svg(const std::string& title, const CumulativeIncidence& incidence) {
  std::vector<StepLine> lines;
  for (std::size_t k = 0; k < incidence.causes.size(); ++k) {
    StepLine line;
    line.label = incidence.causes[k];
    line.start = 0.0;
    for (const auto& s : incidence.steps) {
      if (s.events[k] > 0) line.value.emplace_back(s.time_days, s.incidence[k]);
      line.at_risk.emplace_back(s.time_days, s.at_risk);
    }
    lines.push_back(std::move(line));
  }
  return plot(title, "incidence, %", lines, nullptr, true);
}

}  // namespace seedaudit
