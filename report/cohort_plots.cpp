// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/cohort_plots.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <tuple>

#include "report/svg_panel.h"
#include "report/text_page.h"

namespace seedaudit {
namespace {

using Points = std::vector<std::pair<double, double>>;

// Okabe and Ito's colours, as the report page has them; shape or dash says the same.
constexpr const char *kAfter = "#2f8fd0", *kBefore = "#d98200", *kAlarm = "#d55e00", *kMuted = "#888888";
constexpr double kWidth = 820, kLeft = 70, kPlotWidth = 720;

/// Panels one below the other.
class Sheet {
 public:
  explicit Sheet(double panel_height) : panel_height_(panel_height) {}
  SvgPanel::Frame next() {
    SvgPanel::Frame f;
    f.left = kLeft;
    f.top = height_ + kAbove;
    f.width = kPlotWidth;
    f.height = panel_height_;
    height_ += panel_height_ + kAbove + kBelow;
    return f;
  }
  void add(const SvgPanel& panel) { body_ += panel.body(); }
  /// A place where a panel would be, with the reason.
  void empty(const std::string& title, const std::string& why) {
    SvgPanel::Frame f;
    f.left = kLeft;
    f.top = height_ + kAbove;
    SvgPanel panel(f);
    panel.title(title);
    panel.text(kLeft, f.top + 14, "Not drawn: " + why + ".", "start", 12, true);
    body_ += panel.body();
    height_ += kAbove + 30;
  }
  CohortPlot plot(const std::string& file, const std::string& title) const {
    return {file, title, svg_document(kWidth, height_ + 10, title, body_)};
  }

 private:
  static constexpr double kAbove = 34, kBelow = 58;
  double panel_height_, height_ = 0;
  std::string body_;
};

struct PairedValues {
  std::vector<double> before, after;
  Points pairs;  ///< mean, after less before
};

PairedValues d90_of(const CohortSummary& cohort, const std::string& time) {
  PairedValues out;
  for (std::size_t i = 0; i < cohort.records.size(); ++i) {
    const auto& r = cohort.records[i];
    if (cohort.times[i] != time || r.status == "failed") continue;
    const auto before = implant_value(r, &CohortMetrics::d90_rx_pct, CohortPhase::before);
    const auto after = implant_value(r, &CohortMetrics::d90_rx_pct, CohortPhase::after);
    const auto change = implant_value(r, &CohortMetrics::d90_rx_pct, CohortPhase::change);
    if (before) out.before.push_back(*before);
    if (after) out.after.push_back(*after);
    if (before && after && change) out.pairs.emplace_back(0.5 * (*before + *after), *change);
  }
  return out;
}

const MetricSummary* metric_of(const CohortTime& t, std::string_view key) {
  for (const auto& m : t.metrics)
    if (m.metric == key) return &m;
  return nullptr;
}

/// Low and high of the values, grown to whole steps and never empty.
std::pair<double, double> range_of(const std::vector<double>& values, double step) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const double from = std::floor(*low / step) * step, to = std::ceil(*high / step) * step;
  return {from, to > from ? to : from + step};
}

void box(SvgPanel& p, const SampleSummary& s, double y, double half, const char* colour) {
  if (!s.median) return;
  p.line({{*s.minimum, y}, {*s.maximum, y}}, {colour, 1.2, ""});
  if (s.q1) p.bar(*s.q1, *s.q3, y - half, y + half, colour, 0.45);
  p.line({{*s.median, y - half}, {*s.median, y + half}}, {"currentColor", 2.2, ""});
}

CohortPlot d90_plot(const CohortSummary& cohort) {
  Sheet sheet(230);
  for (const auto& t : cohort.by_time) {
    const PairedValues v = d90_of(cohort, t.time);
    const std::string title = "D90 in % of the prescription, " + t.time + ": planned (" + std::to_string(v.before.size()) +
                              " implants) and post-implant (" + std::to_string(v.after.size()) + ")";
    if (v.after.empty()) {
      sheet.empty(title, "no implant has a D90");
      continue;
    }
    std::vector<double> all = v.before;
    all.insert(all.end(), v.after.begin(), v.after.end());
    all.push_back(t.limit_d90_pct);
    const auto [least, most] = std::minmax_element(all.begin(), all.end());
    double bin = 5.0;
    while ((*most - *least) / bin > 60.0) bin *= 2.0;
    const auto [low, high] = range_of(all, bin);
    const auto bins = static_cast<std::size_t>(std::lround((high - low) / bin));
    const auto counts = [&, from = low](const std::vector<double>& values) {
      std::vector<int> out(bins, 0);
      for (const double x : values) ++out[std::min(bins - 1, static_cast<std::size_t>((x - from) / bin))];
      return out;
    };
    const auto after = counts(v.after), before = counts(v.before);
    const double highest = std::max(*std::max_element(after.begin(), after.end()), *std::max_element(before.begin(), before.end()));
    SvgPanel::Frame f = sheet.next();
    f.x_low = low;
    f.x_high = high;
    f.y_low = 0;
    f.y_high = highest * 1.35;  // the boxes lie above the bars
    SvgPanel p(f);
    p.title(title);
    std::vector<double> ticks = round_ticks(0.0, highest * 1.02, 4);
    ticks.erase(std::remove_if(ticks.begin(), ticks.end(), [](double x) { return x != std::floor(x); }), ticks.end());
    p.y_axis("implants", ticks);
    Points outline{{low, 0.0}};
    for (std::size_t b = 0; b < bins; ++b) {
      const double x = low + bin * static_cast<double>(b);
      if (after[b] > 0) p.bar(x + 0.06 * bin, x + 0.94 * bin, 0.0, after[b], kAfter, 0.75);
      outline.emplace_back(x, before[b]);
      outline.emplace_back(x + bin, before[b]);
    }
    outline.emplace_back(high, 0.0);
    if (!v.before.empty()) p.line(outline, {kBefore, 2, "6 3"});
    if (const auto* m = metric_of(t, "d90_rx_pct")) {
      box(p, m->implant_before, highest * 1.27, highest * 0.045, kBefore);
      box(p, m->implant_after, highest * 1.14, highest * 0.045, kAfter);
    }
    p.line({{t.limit_d90_pct, 0.0}, {t.limit_d90_pct, highest * 1.35}}, {kAlarm, 1.5, "2 3"});
    p.x_axis("D90, % of the prescription", round_ticks(low, high, 10));
    p.note("Bars, lower box: post-implant. Dashed, upper box: planned. Boxes: range, quartiles, median. Dotted: limit of " +
           fixed(t.limit_d90_pct, 0) + " %.");
    sheet.add(p);
  }
  return sheet.plot("plot-d90.svg", "D90 planned and post-implant");
}

CohortPlot bland_altman_plot(const CohortSummary& cohort) {
  Sheet sheet(260);
  for (const auto& t : cohort.by_time) {
    const PairedValues v = d90_of(cohort, t.time);
    const auto* m = metric_of(t, "d90_rx_pct");
    const std::string title = "Change of D90 against its mean, " + t.time + ": " + std::to_string(v.pairs.size()) + " implants";
    if (m == nullptr || v.pairs.empty()) {
      sheet.empty(title, "no implant has a D90 before and after");
      continue;
    }
    const PairedComparison& c = m->paired;
    std::vector<double> xs, ys{0.0};
    for (const auto& [x, y] : v.pairs) {
      xs.push_back(x);
      ys.push_back(y);
    }
    if (c.why_not.empty()) ys.insert(ys.end(), {c.agreement_low_low, c.agreement_high_high});
    SvgPanel::Frame f = sheet.next();
    std::tie(f.x_low, f.x_high) = range_of(xs, 5.0);
    std::tie(f.y_low, f.y_high) = range_of(ys, 5.0);
    SvgPanel p(f);
    p.title(title);
    p.y_axis("change, % points", round_ticks(f.y_low, f.y_high, 6));
    std::string note = "No limits of agreement: " + c.why_not + ".";
    if (c.why_not.empty()) {
      p.bar(f.x_low, f.x_high, c.low, c.high, kAfter, 0.25);
      p.bar(f.x_low, f.x_high, c.agreement_low_low, c.agreement_low_high, kBefore, 0.2);
      p.bar(f.x_low, f.x_high, c.agreement_high_low, c.agreement_high_high, kBefore, 0.2);
      p.line({{f.x_low, c.mean_difference}, {f.x_high, c.mean_difference}}, {kAfter, 2, ""});
      for (const double y : {c.agreement_low, c.agreement_high}) p.line({{f.x_low, y}, {f.x_high, y}}, {kBefore, 1.6, "6 3"});
      note = "Line: mean change " + fixed(c.mean_difference, 1) + ". Dashed: limits of agreement " + fixed(c.agreement_low, 1) + " to " +
             fixed(c.agreement_high, 1) + ". Bands: their 95 % limits.";
    }
    p.line({{f.x_low, 0.0}, {f.x_high, 0.0}}, {"currentColor", 0.8, "1 3"});
    p.dots(v.pairs, kAfter, v.pairs.size() > 1000 ? 2.5 : 5, v.pairs.size() > 1000 ? 0.6 : 0.85);
    p.x_axis("mean of planned and post-implant D90, % of the prescription", round_ticks(f.x_low, f.x_high, 10));
    p.note(note);
    sheet.add(p);
  }
  return sheet.plot("plot-bland-altman.svg", "Change of D90 (Bland-Altman)");
}

std::string share_words(const PChart& chart, const CohortTime& t) {
  if (chart.of == "d90_below_limit") return "Share with D90 below " + fixed(t.limit_d90_pct, 0) + " % of the prescription";
  if (chart.of == "v100_below_limit") return "Share with V100 below " + fixed(t.limit_v100_pct, 0) + " %";
  return "Share to review";
}

/// Below charts, whose axis of names needs no label.
void chart_notes(SvgPanel& p, const std::string& words, int undated) {
  p.note(words, 34);
  if (undated > 0) p.note(std::to_string(undated) + " implants without a date are in no period.", 50);
}

/// Limits as steps: each period has its own.
void steps(SvgPanel& p, const std::vector<double>& values, const SvgPanel::Stroke& stroke) {
  Points out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    out.emplace_back(static_cast<double>(i) - 0.5, values[i]);
    out.emplace_back(static_cast<double>(i) + 0.5, values[i]);
  }
  p.line(out, stroke);
}

/// Frame of a chart with one place a period.
void set_periods(SvgPanel::Frame& f, std::size_t periods) {
  f.x_low = -0.5;
  f.x_high = static_cast<double>(periods) - 0.5;
}

/// A signal; the first of a run says when.
void mark(SvgPanel& p, double x, double y, int signal, const std::string& period) {
  p.diamond(x, y, 7, kAlarm);
  if (!period.empty()) p.text(p.x(x), p.y(y) + (signal > 0 ? -11 : 20), period, "middle", 11);
}

void draw_p_chart(Sheet& sheet, const PChart& chart, const CohortTime& t, const std::string& period) {
  const std::string title = share_words(chart, t) + ", " + t.time + ", by " + period;
  if (chart.points.empty()) {
    sheet.empty(title, "no implant has the figure and a date");
    return;
  }
  const bool limits = chart.why_not.empty();
  double highest = 10.0;
  std::vector<double> lower, upper;
  Points line;
  std::vector<std::string> names;
  for (const auto& q : chart.points) {
    const double share = 100.0 * q.k / q.n;
    line.emplace_back(static_cast<double>(names.size()), share);
    names.push_back(q.period);
    lower.push_back(100.0 * q.lower / q.n);
    upper.push_back(100.0 * q.upper / q.n);
    highest = std::max({highest, share, limits ? upper.back() : 0.0});
  }
  SvgPanel::Frame f = sheet.next();
  set_periods(f, names.size());
  f.y_low = 0;
  f.y_high = std::min(108.0, highest * 1.12);
  SvgPanel p(f);
  p.title(title);
  p.y_axis("%", round_ticks(0.0, std::min(100.0, f.y_high), 4));
  if (limits) {
    steps(p, upper, {kBefore, 1.6, "6 3"});
    steps(p, lower, {kBefore, 1.6, "6 3"});
    p.line({{f.x_low, 100.0 * chart.center}, {f.x_high, 100.0 * chart.center}}, {kMuted, 1.4, ""});
  }
  p.line(line, {kAfter, 1.2, ""});
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto& q = chart.points[i];
    if (q.signal != 0)
      mark(p, line[i].first, line[i].second, q.signal, q.period);
    else
      p.circle(line[i].first, line[i].second, 3.5, q.judged || !limits ? kAfter : "none", kAfter);
  }
  p.x_names(names);
  chart_notes(p,
              limits ? "Line: share of all periods. Dashed: binomial limits (0.135, 99.865 %). Hollow: too few to judge. Diamond: signal."
                     : "No limits: " + chart.why_not + ".",
              chart.undated);
  sheet.add(p);
}

CohortPlot p_chart_plot(const CohortSummary& cohort) {
  Sheet sheet(170);
  for (const auto& t : cohort.by_time)
    for (const auto& chart : t.p_charts) draw_p_chart(sheet, chart, t, cohort.period);
  return sheet.plot("plot-p-charts.svg", "Shares by period (p charts)");
}

CohortPlot ewma_plot(const CohortSummary& cohort) {
  Sheet sheet(220);
  for (const auto& t : cohort.by_time) {
    const EwmaChart& e = t.ewma;
    const std::string title = "D90 in % of the prescription, " + t.time + ", by " + cohort.period;
    if (e.points.empty()) {
      sheet.empty(title, "no implant has a D90 and a date");
      continue;
    }
    const bool limits = e.why_not.empty();
    std::vector<double> all, low, high;
    Points means, line;
    std::vector<std::string> names;
    for (const auto& q : e.points) {
      const auto x = static_cast<double>(names.size());
      names.push_back(q.period);
      means.emplace_back(x, q.mean);
      all.push_back(q.mean);
      if (!limits) continue;
      line.emplace_back(x, q.ewma);
      low.push_back(q.low);
      high.push_back(q.high);
      all.insert(all.end(), {q.ewma, q.low, q.high});
    }
    SvgPanel::Frame f = sheet.next();
    set_periods(f, names.size());
    std::tie(f.y_low, f.y_high) = range_of(all, 2.0);
    SvgPanel p(f);
    p.title(title);
    p.y_axis("D90, %", round_ticks(f.y_low, f.y_high, 5));
    p.dots(means, kMuted, 5, 0.8);
    std::string note = "No limits: " + e.why_not + ".";
    if (limits) {
      steps(p, low, {kBefore, 1.6, "6 3"});
      steps(p, high, {kBefore, 1.6, "6 3"});
      p.line({{f.x_low, e.center}, {f.x_high, e.center}}, {kMuted, 1.4, ""});
      p.line(line, {kAfter, 2, ""});
      for (std::size_t i = 0; i < line.size(); ++i)
        if (const int signal = e.points[i].signal; signal != 0)
          mark(p, line[i].first, line[i].second, signal, i > 0 && e.points[i - 1].signal == signal ? "" : names[i]);
      note = "Grey: period means. Line: moving average, the newest weighs " + fixed(e.lambda, 2) + ". Dashed: limits of " +
             fixed(e.width, 1) + " SD. Diamond: signal.";
    }
    p.x_names(names);
    chart_notes(p, note, e.undated);
    sheet.add(p);
  }
  return sheet.plot("plot-ewma.svg", "D90 by period (EWMA chart)");
}

}  // namespace

std::vector<CohortPlot> cohort_plots(const CohortSummary& cohort) {
  return {d90_plot(cohort), bland_altman_plot(cohort), p_chart_plot(cohort), ewma_plot(cohort)};
}

}  // namespace seedaudit
