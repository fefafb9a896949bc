// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/pdf_dvh.h"

#include <algorithm>
#include <cmath>

#include "report/text_page.h"

namespace seedaudit {
namespace {

constexpr double kAxisLeft = 26.0, kAxisBottom = 24.0, kAxisTop = 24.0;
constexpr TextStyle kSmall{6.5, false, grey(0.25)};

/// A step of 1, 2 or 5 times a power of ten that makes about six intervals.
double tick_of(double maximum) {
  const double rough = maximum / 6.0, power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double m : {1.0, 2.0, 5.0})
    if (m * power >= rough) return m * power;
  return 10.0 * power;
}

}  // namespace

void draw_dvh(PdfDocument& page, const PageRect& area, const StructureAudit* target, std::optional<double> rx_gy) {
  const bool drawn = target != nullptr && (target->preop_dvh || target->postop_dvh);
  page.text({area.x, area.y}, area.width, drawn ? "DVH of " + target->name : std::string("DVH"), {8.0, true});
  if (!drawn) {
    page.text({area.x, area.y + 16.0}, area.width, "not computed", {8.0});
    return;
  }
  const PageRect plot{area.x + kAxisLeft, area.y + kAxisTop, area.width - kAxisLeft - 6.0, area.height - kAxisTop - kAxisBottom};
  page.rectangle(plot, {0.5, grey(0.35)});
  double maximum = 0.0;
  for (const auto* dvh : {&target->preop_dvh, &target->postop_dvh})
    if (*dvh) maximum = std::max(maximum, (*dvh)->dose_at_volume_pct(4.0).value * 1.1);
  if (rx_gy) maximum = std::min(std::max(maximum, 1.6 * *rx_gy), 4.0 * *rx_gy);
  if (!(maximum > 0.0)) maximum = 1.0;
  const auto at = [&](double gy, double pct) {
    return PagePoint{plot.x + plot.width * gy / maximum, plot.y + plot.height * (1.0 - pct / 100.0)};
  };
  const bool banded = target->postop_dvh && target->dvh_band;
  constexpr PageColour kBand = grey(0.85);
  // Under the grid: a grey print shows the band as the paler ground around the solid line.
  if (banded) {
    std::vector<PagePoint> outline, back;
    for (int i = 0; i <= 240; ++i) {
      const double gy = maximum * i / 240.0;
      const auto [low, high] = target->dvh_band->volume_pct_at(Gy{gy}, *target->postop_dvh);
      outline.push_back(at(gy, high));
      back.push_back(at(gy, low));
    }
    outline.insert(outline.end(), back.rbegin(), back.rend());
    page.fill(outline, kBand);
  }
  for (int pct = 0; pct <= 100; pct += 20) {
    const PagePoint p = at(0.0, pct);
    if (pct > 0 && pct < 100) page.line(p, {plot.x + plot.width, p.y}, {0.3, grey(0.8)});
    page.text({area.x, p.y - 4.5}, kAxisLeft - 3.0, std::to_string(pct), {6.5, false, grey(0.25), TextAlign::right});
  }
  const double tick = tick_of(maximum);
  for (double gy = 0.0; gy <= maximum * 1.0001; gy += tick) {
    const PagePoint p = at(gy, 0.0);
    if (gy > 0.0) page.line(p, {p.x, plot.y}, {0.3, grey(0.8)});
    page.text({p.x - 20.0, p.y + 2.0}, 40.0, fixed(gy, tick < 1.0 ? 1 : 0), {6.5, false, grey(0.25), TextAlign::centre});
  }
  page.text({plot.x, plot.y + plot.height + 12.0}, plot.width, "dose, Gy", {6.5, false, grey(0.25), TextAlign::centre});
  page.text({area.x, area.y + 12.0}, 60.0, "volume, %", kSmall);
  if (rx_gy && *rx_gy < maximum) {
    page.line(at(*rx_gy, 0.0), at(*rx_gy, 100.0), {0.8, grey(0.3), {1.0, 2.0}});
    page.text({at(*rx_gy, 100.0).x - 30.0, plot.y - 9.0}, 60.0, "100 % Rx", {6.0, false, grey(0.25), TextAlign::centre});
  }
  const auto curve = [&](const std::optional<Dvh>& dvh, const Pen& pen) {
    if (!dvh) return;
    std::vector<PagePoint> points;
    for (int i = 0; i <= 240; ++i) {
      const double gy = maximum * i / 240.0;
      points.push_back(at(gy, dvh->volume_pct_at(Gy{gy})));
    }
    page.path(points, false, pen);
  };
  const Pen before{0.9, {0.2, 0.35, 0.7}, {4.0, 2.0}}, after{1.5, {0.75, 0.1, 0.1}};
  curve(target->preop_dvh, before);
  curve(target->postop_dvh, after);
  if (target->d90_gy_interval) {
    const auto [low, high] = *target->d90_gy_interval;
    const PagePoint a = at(std::clamp(low, 0.0, maximum), 90.0), b = at(std::clamp(high, 0.0, maximum), 90.0);
    for (const PagePoint& p : {a, b}) page.line({p.x, p.y - 2.5}, {p.x, p.y + 2.5}, {0.8});
    page.line(a, b, {0.8});
  }
  double y = plot.y + 5.0;
  const double x = plot.x + plot.width - 96.0;
  const auto key = [&](const char* words, const Pen& pen) {
    page.line({x, y + 4.0}, {x + 18.0, y + 4.0}, pen);
    page.text({x + 22.0, y - 0.5}, 74.0, words, {6.5});
    y += 9.5;
  };
  const int keys =
      int{target->preop_dvh.has_value()} + int{target->postop_dvh.has_value()} + int{target->d90_gy_interval.has_value()} + int{banded};
  page.fill(PageRect{x - 3.0, y - 2.0, 97.0, 2.5 + 9.5 * keys}, grey(1.0));
  if (target->preop_dvh) key("planned", before);
  if (target->postop_dvh) key("post-implant", after);
  if (banded) {
    page.fill(PageRect{x, y + 0.5, 18.0, 7.0}, kBand);
    key("its 95 % band", {0.0, kBand});
  }
  if (target->d90_gy_interval) key("interval of D90", {0.8});
}

}  // namespace seedaudit
