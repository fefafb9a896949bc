// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/pdf_sections.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "report/level_lines.h"
#include "report/picture_scene.h"
#include "report/picture_views.h"
#include "report/text_page.h"

namespace seedaudit {
namespace {

constexpr double kMarginMm = 18.0;
constexpr double kStepMm = 0.4;
constexpr double kPrintedSlabMm = 2.5;  ///< seeds this near to the section are drawn on it
constexpr float kPrintedLow = -160.0F, kPrintedHigh = 240.0F;
constexpr PageColour kTargetColour{1.0, 0.55, 0.15};

struct Isodose {
  int percent;
  Pen pen;
};
/// Width and dashes tell them apart without colour.
const std::array<Isodose, 4>& isodoses() {
  static const std::array<Isodose, 4> lines = {{{50, {0.7, {0.55, 0.8, 1.0}, {1.0, 1.6}}},
                                                {100, {1.4, {1.0, 1.0, 0.3}, {}}},
                                                {150, {0.8, {0.6, 1.0, 0.5}, {4.0, 1.6}}},
                                                {200, {0.6, {1.0, 0.6, 0.9}, {}}}}};
  return lines;
}

struct Section {
  double z_mm = 0.0;
  std::string title;
};

struct Frame {
  PageRect area;
  Box<CtFrame> box;

  PagePoint at(const Eigen::Vector3d& mm) const {
    return {area.x + area.width * (mm[0] - box.low_mm[0]) / (box.high_mm[0] - box.low_mm[0]),
            area.y + area.height * (mm[1] - box.low_mm[1]) / (box.high_mm[1] - box.low_mm[1])};
  }
  double points_per_mm() const { return area.width / (box.high_mm[0] - box.low_mm[0]); }
};

/// The middle of the target, where it is coldest (else its lower third), and its upper third; from below upwards.
/// Without a target the quarters of the seeds.
std::vector<Section> choose_sections(const PdfReportInput& input, const PictureScene& scene) {
  Box<CtFrame> target;
  for (const auto& t : input.targets) {
    const Box<CtFrame> b = bounding_box(t);
    if (b.empty()) continue;
    target.include({b.low_mm});
    target.include({b.high_mm});
  }
  std::vector<double> heights;
  for (const SeedMark& s : scene.seeds)
    if (!s.out_of_site) heights.push_back(s.center.mm[2]);
  std::sort(heights.begin(), heights.end());
  // Where the seeds are: a few far away move no section.
  if (target.empty() && !heights.empty()) {
    const auto at = [&](std::size_t quarter) { return heights[(heights.size() - 1) * quarter / 4]; };
    return {{at(1), "a quarter of the seeds below"}, {at(2), "half of the seeds below"}, {at(3), "three quarters below"}};
  }
  const double low = target.empty() ? scene.box.low_mm[2] : target.low_mm[2],
               high = target.empty() ? scene.box.high_mm[2] : target.high_mm[2];
  std::vector<Section> out = {
      {low + (high - low) / 4.0, "lower quarter"}, {(low + high) / 2.0, "middle"}, {high - (high - low) / 4.0, "upper quarter"}};
  const ColdRegion* coldest = nullptr;
  if (input.audit->dose)
    for (const StructureAudit* s : judged_targets(*input.audit->dose))
      for (const ColdRegion& c : s->cold_regions)
        if (coldest == nullptr || c.min_gy < coldest->min_gy) coldest = &c;
  if (coldest != nullptr) {
    const double z = coldest->coldest.mm[2];
    const auto nearest = std::min_element(out.begin(), out.end(),
                                          [&](const Section& a, const Section& b) { return std::abs(a.z_mm - z) < std::abs(b.z_mm - z); });
    *nearest = {z, "coldest place, " + fixed(coldest->min_gy, 0) + " Gy"};
  }
  return out;
}

void draw_target(PdfDocument& page, const Frame& frame, const Structure<CtFrame>& target, double z_mm) {
  double nearest = std::numeric_limits<double>::infinity();
  const auto depth = [](const Contour<CtFrame>& c) {
    double sum = 0.0;
    for (const auto& p : c.points) sum += p.mm[2];
    return c.points.empty() ? std::numeric_limits<double>::infinity() : sum / static_cast<double>(c.points.size());
  };
  for (const auto& c : target.contours) nearest = std::min(nearest, std::abs(depth(c) - z_mm));
  if (!(nearest < 4.0)) return;
  for (const auto& c : target.contours) {
    if (!(std::abs(depth(c) - z_mm) < nearest + 0.05)) continue;
    std::vector<PagePoint> points;
    for (const auto& p : c.points) points.push_back(frame.at(p.mm));
    page.path(points, true, {2.0, grey(0.0)});
    page.path(points, true, {1.1, kTargetColour, {5.0, 1.2, 1.0, 1.2}});
  }
}

void draw_seeds(PdfDocument& page, const Frame& frame, const PictureScene& scene, double z_mm) {
  for (const PlannedMark& p : scene.planned) {
    if (!(std::abs(p.center.mm[2] - z_mm) <= kPrintedSlabMm)) continue;
    page.circle(frame.at(p.center.mm), 2.6, {1.5, grey(0.0)});
    page.circle(frame.at(p.center.mm), 2.6, {0.6, grey(1.0)});
  }
  for (const SeedMark& s : scene.seeds) {
    if (!(std::abs(s.center.mm[2] - z_mm) <= kPrintedSlabMm)) continue;
    const Eigen::Vector3d half = s.resolved ? Eigen::Vector3d(2.25 * s.axis.unit) : Eigen::Vector3d(0.01, 0.0, 0.0);
    const std::array<PagePoint, 2> ends = {frame.at(s.center.mm - half), frame.at(s.center.mm + half)};
    page.line(ends[0], ends[1], {3.2, grey(0.0)});
    page.line(ends[0], ends[1], {2.0, grey(1.0)});
  }
}

void draw_isodoses(PdfDocument& page, const Frame& frame, const PdfReportInput& input, double rx_gy, double z_mm) {
  const GreyImage dose = section_of(*input.dose, frame.box, ViewPlane::axial, z_mm, kStepMm);
  const double sx = frame.points_per_mm() * kStepMm;
  for (const Isodose& isodose : isodoses()) {
    for (const LevelLine& line : level_lines(dose, static_cast<float>(rx_gy * isodose.percent / 100.0))) {
      std::vector<PagePoint> points;
      for (const auto& p : line.points) points.push_back({frame.area.x + p.x * sx, frame.area.y + p.y * sx});
      Pen halo = isodose.pen;
      halo.width += 0.9;
      halo.colour = grey(0.0);
      page.path(points, line.closed, halo);
      page.path(points, line.closed, isodose.pen);
    }
  }
}

void print_section(PdfDocument& page, const Frame& frame, const PdfReportInput& input, const PictureScene& scene, const Section& section) {
  page.clip(frame.area);
  page.grey_image(section_of(*input.postop, frame.box, ViewPlane::axial, section.z_mm, kStepMm), frame.area, kPrintedLow, kPrintedHigh);
  const std::optional<double> rx = input.audit->dose ? input.audit->dose->rx_gy : std::nullopt;
  if (input.dose != nullptr && rx) draw_isodoses(page, frame, input, *rx, section.z_mm);
  for (const auto& t : input.targets) draw_target(page, frame, t, section.z_mm);
  draw_seeds(page, frame, scene, section.z_mm);
  const TextStyle letters{7.0, true, grey(1.0)};
  page.text({frame.area.x + 3.0, frame.area.y + frame.area.height / 2.0 - 4.0}, 10.0, "R", letters);
  page.text({frame.area.x + frame.area.width - 10.0, frame.area.y + frame.area.height / 2.0 - 4.0}, 10.0, "L", letters);
  page.text({frame.area.x + frame.area.width / 2.0 - 3.0, frame.area.y + 2.0}, 10.0, "A", letters);
  const double bar = 20.0 * frame.points_per_mm();
  const PagePoint end{frame.area.x + frame.area.width - 6.0, frame.area.y + frame.area.height - 6.0};
  page.line({end.x - bar, end.y}, end, {2.4, grey(0.0)});
  page.line({end.x - bar, end.y}, end, {1.2, grey(1.0)});
  page.text({end.x - bar, end.y - 10.0}, bar, "20 mm", {6.0, false, grey(1.0), TextAlign::centre});
  page.unclip();
  page.rectangle(frame.area, {0.5});
  page.text({frame.area.x, frame.area.y + frame.area.height + 2.0}, frame.area.width,
            "axial, z = " + fixed(section.z_mm, 1) + " mm: " + section.title, {6.5, false, {}, TextAlign::centre});
}

void draw_key(PdfDocument& page, PagePoint at, const PdfReportInput& input, const PictureScene& scene) {
  const double y = at.y;
  double x = at.x;
  // On a dark strip, as over the images.
  const auto sample = [&](const std::string& words, const Pen& pen) {
    page.fill(PageRect{x, y, 26.0, 9.0}, grey(0.35));
    page.line({x + 3.0, y + 4.5}, {x + 23.0, y + 4.5}, pen);
    page.text({x + 29.0, y}, 120.0, words, {6.5});
    x += 29.0 + page.text_width(words, {6.5}) + 12.0;
  };
  if (input.dose != nullptr && input.audit->dose && input.audit->dose->rx_gy)
    for (const Isodose& i : isodoses()) sample(std::to_string(i.percent) + " % of Rx", i.pen);
  if (!input.targets.empty()) sample("target", {1.1, kTargetColour, {5.0, 1.2, 1.0, 1.2}});
  if (!scene.seeds.empty()) sample("seed", {2.0, grey(1.0)});
  if (scene.planned.empty()) return;
  page.fill(PageRect{x, y, 14.0, 9.0}, grey(0.35));
  page.circle({x + 7.0, y + 4.5}, 2.6, {0.6, grey(1.0)});
  page.text({x + 17.0, y}, 100.0, "planned place", {6.5});
}

}  // namespace

void draw_sections(PdfDocument& page, const PageRect& area, const PdfReportInput& input) {
  page.text({area.x, area.y}, area.width, "Sections of the post-implant scan", {8.0, true});
  if (input.postop == nullptr) {
    page.text({area.x, area.y + 14.0}, area.width, "no image", {8.0});
    return;
  }
  OverviewInput overview;
  overview.postop = input.postop;
  overview.audit = input.audit;
  overview.targets = input.targets;
  PictureScene scene = make_scene(overview, kMarginMm);
  const std::vector<Section> sections = choose_sections(input, scene);
  constexpr double kGap = 8.0;
  const double width = (area.width - kGap * 2.0) / 3.0, height = area.height - 14.0 - 11.0 - 13.0;
  // One scale for all: the box takes the shape of a panel, within the image.
  Frame frame{{area.x, area.y + 14.0, width, height}, scene.box};
  const double sx = scene.box.high_mm[0] - scene.box.low_mm[0], sy = scene.box.high_mm[1] - scene.box.low_mm[1];
  const double scale = std::max(sx / width, sy / height);
  const Point<CtFrame> middle = scene.box.center();
  for (const auto& [axis, length] : {std::pair{0, width * scale}, std::pair{1, height * scale}}) {
    frame.box.low_mm[axis] = middle.mm[axis] - length / 2.0;
    frame.box.high_mm[axis] = middle.mm[axis] + length / 2.0;
  }
  for (const Section& s : sections) {
    print_section(page, frame, input, scene, s);
    frame.area.x += width + kGap;
  }
  draw_key(page, {area.x, area.y + area.height - 9.0}, input, scene);
}

}  // namespace seedaudit
