// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/overview_picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <exception>

#include "report/picture_canvas.h"
#include "report/picture_scene.h"
#include "report/picture_views.h"
#include "report/png_image.h"

namespace seedaudit {
namespace {

constexpr Rgb kBackground{16, 18, 22}, kPanel{0, 0, 0}, kText{226, 230, 236}, kFaint{138, 146, 158}, kTarget{255, 92, 138},
    kPlanned{130, 205, 255};
constexpr double kSeedLengthMm = 4.5, kSeedDiameterMm = 0.8;
constexpr double kSlabMm = 2.5;  ///< seeds this near to the section are drawn on it
constexpr double kSampleMm = 0.6;
constexpr float kProjectionLow = -250.0F, kProjectionHigh = 1700.0F;  ///< HU; bone and metal, liver just visible
constexpr float kSoftTissueLow = -160.0F, kSoftTissueHigh = 280.0F;
constexpr int kHeader = 74, kLegend = 96, kGap = 8;

struct IsodoseLevel {
  int percent;
  Rgb colour;
  int thickness;
};
constexpr std::array<IsodoseLevel, 4> kIsodoses = {
    {{50, {72, 118, 255}, 1}, {100, {70, 220, 90}, 2}, {150, {255, 214, 64}, 1}, {200, {255, 84, 64}, 1}}};

/// Where a plane lies on the canvas, and how millimetres become pixels there.
struct Panel {
  ViewPlane plane = ViewPlane::axial;
  PixelRect area;
  double scale = 1.0;  ///< pixels per mm
  Box<CtFrame> box;

  PixelPoint pixel(const Eigen::Vector3d& mm) const {
    const ViewAxes axes = axes_of(plane);
    const double down = axes.vertical_up ? box.high_mm[axes.vertical] - mm[axes.vertical] : mm[axes.vertical] - box.low_mm[axes.vertical];
    return {area.x + scale * (mm[axes.horizontal] - box.low_mm[axes.horizontal]), area.y + scale * down};
  }
};

Panel make_panel(ViewPlane plane, const Box<CtFrame>& box, double scale, const PixelRect& cell) {
  const ViewAxes axes = axes_of(plane);
  const Eigen::Vector3d extent = box.high_mm - box.low_mm;
  Panel p;
  p.plane = plane;
  p.scale = scale;
  p.box = box;
  p.area.width = std::max(2, static_cast<int>(std::lround(extent[axes.horizontal] * scale)));
  p.area.height = std::max(2, static_cast<int>(std::lround(extent[axes.vertical] * scale)));
  p.area.x = cell.x + (cell.width - p.area.width) / 2;
  p.area.y = cell.y + (cell.height - p.area.height) / 2;
  return p;
}

void draw_seed(Canvas& canvas, const Panel& panel, const SeedMark& seed) {
  if (!seed.resolved) {  // a place without a direction
    const PixelPoint at = panel.pixel(seed.center.mm);
    canvas.circle(at, 1.1 * panel.scale + 1.0, {10, 10, 12}, -1);
    canvas.circle(at, 1.1 * panel.scale, seed.colour, -1);
    return;
  }
  const double half = 0.5 * (kSeedLengthMm - kSeedDiameterMm);
  const double diameter = std::max(3.0, kSeedDiameterMm * panel.scale);
  canvas.capsule(panel.pixel(seed.center.mm - half * seed.axis.unit), panel.pixel(seed.center.mm + half * seed.axis.unit), diameter,
                 seed.colour, true);
}

void draw_planned(Canvas& canvas, const Panel& panel, const PlannedMark& planned) {
  const PixelPoint at = panel.pixel(planned.center.mm);
  const double radius = std::max(4.0, 1.4 * panel.scale);
  if (planned.found) {
    const PixelPoint to = panel.pixel(planned.found->mm);
    const double length = std::hypot(to.x - at.x, to.y - at.y);
    if (length > radius) canvas.line({at.x + (to.x - at.x) * radius / length, at.y + (to.y - at.y) * radius / length}, to, kPlanned, 1);
    canvas.circle(at, radius, kPlanned, 1);
    return;
  }
  constexpr Rgb kMissing{255, 72, 72};
  canvas.circle(at, radius, kMissing, 2);
  const double d = radius * 0.7071;
  canvas.line({at.x - d, at.y - d}, {at.x + d, at.y + d}, kMissing, 1);
  canvas.line({at.x - d, at.y + d}, {at.x + d, at.y - d}, kMissing, 1);
}

/// Silhouette of the stack: each contour, and each pair of neighbours, as a filled hull.
void draw_target_outline(Canvas& canvas, const Panel& panel, const Structure<CtFrame>& target) {
  std::vector<const Contour<CtFrame>*> stack;
  for (const auto& c : target.contours)
    if (c.points.size() >= 3) stack.push_back(&c);
  const auto height = [](const Contour<CtFrame>* c) { return c->points.front().mm[2]; };
  std::stable_sort(stack.begin(), stack.end(), [&](const auto* a, const auto* b) { return height(a) < height(b); });
  std::vector<std::vector<PixelPoint>> parts;
  for (std::size_t i = 0; i < stack.size(); ++i) {
    std::vector<PixelPoint> part;
    for (const auto& p : stack[i]->points) part.push_back(panel.pixel(p.mm));
    if (panel.plane != ViewPlane::axial && i + 1 < stack.size())
      for (const auto& p : stack[i + 1]->points) part.push_back(panel.pixel(p.mm));
    parts.push_back(std::move(part));
  }
  canvas.hull_outline(parts, panel.area, kTarget, 2);
}

/// The contours of the target drawn in the plane of the section nearest to it.
void draw_target_section(Canvas& canvas, const Panel& panel, const Structure<CtFrame>& target, double depth_mm) {
  double nearest = 1e9;
  const auto offset = [&](const Contour<CtFrame>& c) {
    double worst = 0.0;
    for (const auto& p : c.points) worst = std::max(worst, std::abs(p.mm[2] - depth_mm));
    return worst;
  };
  for (const auto& c : target.contours)
    if (c.points.size() >= 3) nearest = std::min(nearest, offset(c));
  if (nearest > 6.0) return;  // oblique or far contours have no line in this plane
  for (const auto& c : target.contours) {
    if (c.points.size() < 3 || offset(c) > nearest + 0.05) continue;
    std::vector<PixelPoint> line;
    for (const auto& p : c.points) line.push_back(panel.pixel(p.mm));
    canvas.closed_line(line, kTarget, 2);
  }
}

void draw_frame(Canvas& canvas, const Panel& panel, const std::string& title) {
  const ViewAxes axes = axes_of(panel.plane);
  const PixelRect& a = panel.area;
  const double middle_x = a.x + 0.5 * a.width, middle_y = a.y + 0.5 * a.height;
  constexpr double kLetter = 13.0;
  canvas.text(axes.at[0], {a.x + 8.0, middle_y + 6}, kLetter, kText, true);
  canvas.text(axes.at[1], {a.x + a.width - 20.0, middle_y + 6}, kLetter, kText, true);
  canvas.text(axes.at[2], {middle_x - 5, a.y + 22.0}, kLetter, kText, true);
  canvas.text(axes.at[3], {middle_x - 5, a.y + a.height - 10.0}, kLetter, kText, true);
  canvas.text(title, {a.x + 10.0, a.y + 22.0}, 11.0, kText);
  const double bar = 20.0 * panel.scale;
  const PixelPoint right{a.x + a.width - 14.0, a.y + a.height - 14.0};
  canvas.line({right.x - bar, right.y}, right, kText, 2);
  canvas.text("20 mm", {right.x - 0.5 * bar - 22, right.y - 7}, 10.0, kText);
}

void draw_projection(Canvas& canvas, const Panel& panel, const IsotropicBlock& block, const PictureScene& scene, const OverviewInput& input,
                     const char* title) {
  canvas.clip(panel.area);
  canvas.grey(block.maximum_along(panel.plane), panel.area, kProjectionLow, kProjectionHigh);
  for (const auto& t : input.targets) draw_target_outline(canvas, panel, t);
  for (const auto& p : scene.planned) draw_planned(canvas, panel, p);
  for (const auto& s : scene.seeds)
    if (scene.shows(s.center)) draw_seed(canvas, panel, s);
  draw_frame(canvas, panel, title);
  canvas.unclip();
}

void draw_section(Canvas& canvas, const Panel& panel, const PictureScene& scene, const OverviewInput& input) {
  canvas.clip(panel.area);
  canvas.grey(section_of(*input.postop, scene.box, panel.plane, scene.depth_mm, kSampleMm), panel.area, kSoftTissueLow, kSoftTissueHigh);
  if (input.dose != nullptr && input.prescription) {
    const GreyImage dose = section_of(*input.dose, scene.box, panel.plane, scene.depth_mm, kSampleMm);
    for (const auto& level : kIsodoses)
      canvas.level_lines(dose, panel.area, static_cast<float>(input.prescription->value * level.percent / 100.0), level.colour,
                         level.thickness);
  }
  for (const auto& t : input.targets) draw_target_section(canvas, panel, t, scene.depth_mm);
  for (const auto& s : scene.seeds)
    if (std::abs(s.center.mm[2] - scene.depth_mm) <= kSlabMm) draw_seed(canvas, panel, s);
  char title[64];
  std::snprintf(title, sizeof title, "axial section, z = %.1f mm", scene.depth_mm);
  draw_frame(canvas, panel, title);
  canvas.unclip();
}

void draw_header(Canvas& canvas, const OverviewInput& input, const PictureScene& scene, int width) {
  constexpr double kTitle = 20.0;
  if (input.audit == nullptr) {
    // The picture may be all that is looked at: it must not be surer than the search.
    std::string found = "Seeds found: " + std::to_string(scene.seeds.size());
    if (const Detection* d = input.detection; d != nullptr) {
      if (d->count.low != d->count.high) found += " (" + std::to_string(d->count.low) + " to " + std::to_string(d->count.high) + ")";
      if (d->outcome.kind != OutcomeKind::ok) found += ", low confidence";
    }
    canvas.text(found, {24, 46}, kTitle, kText, true);
    return;
  }
  const CaseAudit& audit = *input.audit;
  canvas.text(audit.case_id, {24, 34}, 17.0, kText, true);
  std::string counts = "planned " + (audit.counts.planned ? std::to_string(*audit.counts.planned) : std::string("unknown")) + ", found " +
                       std::to_string(audit.counts.found);
  if (audit.counts.interval.low != audit.counts.interval.high)
    counts += " (" + std::to_string(audit.counts.interval.low) + " to " + std::to_string(audit.counts.interval.high) + ")";
  if (audit.dose) {
    for (const auto& s : audit.dose->structures) {
      if (s.role != StructureRole::target || !s.postop || !s.postop->d90_gy || !s.postop->v100_pct) continue;
      char figures[96];
      std::snprintf(figures, sizeof figures, "   D90 %.1f Gy   V100 %.1f %%", *s.postop->d90_gy, *s.postop->v100_pct);
      counts += figures;
      break;
    }
  }
  canvas.text(counts, {24, 60}, 13.0, kFaint);
  const std::string verdict(to_string(audit.verdict)), status(to_string(audit.status));
  Rgb colour = kFaint;
  if (audit.verdict == Verdict::green) colour = {92, 230, 120};
  if (audit.verdict == Verdict::amber) colour = {255, 190, 64};
  if (audit.verdict == Verdict::red || audit.verdict == Verdict::urgent) colour = {255, 72, 72};
  const std::string right = "dose: " + (audit.verdict == Verdict::not_assessed ? std::string("not assessed") : verdict);
  canvas.text(right, {width - 24 - canvas.text_width(right, 17.0), 34}, 17.0, colour, true);
  const std::string trust = "numbers: " + (status == "review" ? std::string("for review") : status);
  canvas.text(trust, {width - 24 - canvas.text_width(trust, 13.0), 60}, 13.0, kFaint);
}

double legend_item(Canvas& canvas, double x, double y, const std::string& words) {
  canvas.text(words, {x, y + 5}, 11.0, kText);
  return x + canvas.text_width(words, 11.0) + 30;
}

void draw_legend(Canvas& canvas, const OverviewInput& input, const PictureScene& scene, int top) {
  double x = 24;
  const double first = top + 28.0, second = top + 62.0;
  const auto seed = [&](const char* name, Rgb colour) {
    canvas.capsule({x, first}, {x + 20, first}, 6, colour, true);
    x = legend_item(canvas, x + 32, first, name);
  };
  if (input.audit != nullptr) {
    for (const auto& style : kStatusStyles) {
      const auto n =
          std::count_if(input.audit->seeds.begin(), input.audit->seeds.end(), [&](const auto& s) { return s.status == style.status; });
      if (n > 0) seed((std::string(style.name) + " " + std::to_string(n)).c_str(), style.colour);
    }
  } else {
    seed("confidence 0.9 and above", status_colour(SeedStatus::placed));
    seed("0.5 to 0.9", status_colour(SeedStatus::displaced));
    seed("below 0.5", status_colour(SeedStatus::misplaced));
  }
  if (std::any_of(scene.seeds.begin(), scene.seeds.end(), [](const SeedMark& m) { return !m.resolved; })) {
    canvas.circle({x + 6, first}, 5, kFaint, -1);
    x = legend_item(canvas, x + 20, first, "direction not resolved");
  }
  if (!scene.planned.empty()) {
    canvas.circle({x + 6, first}, 7, kPlanned, 1);
    x = legend_item(canvas, x + 22, first, "planned place");
  }
  if (std::any_of(scene.planned.begin(), scene.planned.end(), [](const PlannedMark& p) { return !p.found; })) {
    canvas.circle({x + 6, first}, 7, {255, 72, 72}, 2);
    x = legend_item(canvas, x + 22, first, "planned, no seed there");
  }
  x = 24;
  if (!input.targets.empty()) {
    canvas.line({x, second}, {x + 24, second}, kTarget, 2);
    x = legend_item(canvas, x + 34, second, "target");
  }
  if (input.dose != nullptr && input.prescription) {
    for (const auto& level : kIsodoses) {
      canvas.line({x, second}, {x + 24, second}, level.colour, level.thickness);
      x = legend_item(canvas, x + 34, second, std::to_string(level.percent) + " %");
    }
    char rx[48];
    std::snprintf(rx, sizeof rx, "of %.0f Gy", input.prescription->value);
    x = legend_item(canvas, x - 16, second, rx);
  }
  std::string outside;
  for (const auto& s : scene.seeds)
    if (!scene.shows(s.center)) outside += (outside.empty() ? "" : ", ") + std::to_string(s.id);
  if (!outside.empty()) {
    canvas.text("outside this view: seed " + outside, {x, second + 5}, 11.0, {255, 120, 120});
  }
}

std::string draw(const OverviewInput& input, const OverviewOptions& options, std::optional<Error>& error) {
  const PictureScene scene = make_scene(input, options.margin_mm);
  const Eigen::Vector3d extent = scene.box.high_mm - scene.box.low_mm;
  const int cell_width = (options.width_px - 3 * kGap) / 2;
  // One scale for all panels, limited by the width of a cell; a long body limits it by height instead.
  const double scale = std::min(cell_width / std::max(extent[0], extent[1]), 1.5 * cell_width / extent[2]);
  const int top_height = static_cast<int>(std::lround(extent[1] * scale)), bottom_height = static_cast<int>(std::lround(extent[2] * scale));
  const int height = kHeader + top_height + kGap + bottom_height + kLegend;
  Canvas canvas(options.width_px, height, kBackground);
  const auto cell = [&](int column, int row) {
    return PixelRect{kGap + column * (cell_width + kGap), kHeader + row * (top_height + kGap), cell_width,
                     row == 0 ? top_height : bottom_height};
  };
  for (int row = 0; row < 2; ++row)
    for (int column = 0; column < 2; ++column) canvas.rectangle(cell(column, row), kPanel, -1);
  draw_header(canvas, input, scene, options.width_px);
  {
    const IsotropicBlock block(*input.postop, scene.box, kSampleMm);
    draw_projection(canvas, make_panel(ViewPlane::axial, scene.box, scale, cell(0, 0)), block, scene, input, "axial projection");
    draw_projection(canvas, make_panel(ViewPlane::coronal, scene.box, scale, cell(0, 1)), block, scene, input, "coronal projection");
    draw_projection(canvas, make_panel(ViewPlane::sagittal, scene.box, scale, cell(1, 1)), block, scene, input, "sagittal projection");
  }
  draw_section(canvas, make_panel(ViewPlane::axial, scene.box, scale, cell(1, 0)), scene, input);
  draw_legend(canvas, input, scene, kHeader + top_height + kGap + bottom_height);
  auto png = encode_png(canvas.take());
  if (!png) {
    error = png.error();
    return {};
  }
  return std::move(*png);
}

}  // namespace

Status OverviewOptions::check() const {
  if (width_px < 400 || width_px > 8000)
    return Error{ErrorCode::invalid_option, "width_px is " + std::to_string(width_px) + ", must be 400 to 8000", "", ""};
  if (!(margin_mm >= 0.0) || !(margin_mm <= 1000.0))
    return Error{ErrorCode::invalid_option, "margin_mm is " + std::to_string(margin_mm) + ", must be 0 to 1000", "", ""};
  return ok_status();
}

Result<std::string> overview_png(const OverviewInput& input, const OverviewOptions& options) {
  if (auto checked = options.check(); !checked) return checked.error();
  if (input.postop == nullptr || input.postop->hu.empty() || input.postop->hu.size() != input.postop->grid.voxel_count())
    return Error{ErrorCode::invalid_option, "an overview picture needs the post-op image", "", ""};
  try {
    std::optional<Error> error;
    std::string png = draw(input, options, error);
    if (error) return std::move(*error);
    return png;
  } catch (const std::exception& e) {
    return Error{ErrorCode::internal, std::string("cannot draw the overview picture: ") + e.what(), "", ""};
  }
}

}  // namespace seedaudit
