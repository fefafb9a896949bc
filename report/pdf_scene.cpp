// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/pdf_scene.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

namespace seedaudit {
namespace {

constexpr double kSeedMm = 4.5;

/// Orthographic view: columns of `rows` are what runs right, down and away from the eye.
struct Camera {
  Eigen::Matrix3d rows;
  Eigen::Vector3d middle;
  PagePoint at;
  double scale = 1.0;

  Eigen::Vector3d turned(const Eigen::Vector3d& mm) const { return rows * (mm - middle); }
  PagePoint place(const Eigen::Vector3d& mm) const {
    const Eigen::Vector3d v = turned(mm);
    return {at.x + scale * v[0], at.y + scale * v[1]};
  }
};

/// The eye in front of the patient (anterior, -y), turned 30 degrees to the patient's left and raised by 20.
Eigen::Matrix3d view_rows() {
  const double turn = std::numbers::pi / 6.0, raise = std::numbers::pi / 9.0;
  const Eigen::Vector3d away = -Eigen::Vector3d(std::sin(turn) * std::cos(raise), -std::cos(turn) * std::cos(raise), std::sin(raise));
  const Eigen::Vector3d right = away.cross(Eigen::Vector3d::UnitZ()).normalized();
  Eigen::Matrix3d rows;
  rows << right.transpose(), away.cross(right).transpose(), away.transpose();
  return rows;
}

struct Drawn {
  double depth = 0.0;
  const SeedAudit* seed = nullptr;
};

bool is_away(const SeedAudit& s) { return s.status == SeedStatus::migrated || s.status == SeedStatus::embolised; }

Camera make_camera(const PageRect& area, const PdfReportInput& input) {
  Camera camera{view_rows(), Eigen::Vector3d::Zero(), {area.x + area.width / 2.0, area.y + area.height / 2.0}, 1.0};
  std::vector<Eigen::Vector3d> shown;
  for (const auto& t : input.targets)
    for (const auto& c : t.contours)
      for (const auto& p : c.points) shown.push_back(p.mm);
  for (const SeedAudit& s : input.audit->seeds) {
    if (!is_away(s)) shown.push_back(s.seed.pose.center.mm);
    if (s.plan_center) shown.push_back(s.plan_center->mm);
  }
  for (const MissingSeed& m : input.audit->missing)
    if (m.plan_center) shown.push_back(m.plan_center->mm);
  if (shown.empty()) return camera;
  Eigen::Vector3d low = camera.turned(shown.front()), high = low;
  for (const auto& p : shown) {
    low = low.cwiseMin(camera.turned(p));
    high = high.cwiseMax(camera.turned(p));
  }
  camera.middle = camera.rows.transpose() * (0.5 * (low + high));
  const Eigen::Vector3d size = (high - low).array() + 2.0 * kSeedMm;
  camera.scale = std::min(area.width / size[0], area.height / size[1]);
  return camera;
}

void draw_axes(PdfDocument& page, const Camera& camera, PagePoint corner) {
  const std::pair<Eigen::Vector3d, const char*> axes[] = {
      {Eigen::Vector3d::UnitX(), "L"}, {Eigen::Vector3d::UnitY(), "P"}, {Eigen::Vector3d::UnitZ(), "S"}};
  for (const auto& [axis, letter] : axes) {
    const Eigen::Vector3d v = camera.rows * axis;
    const PagePoint tip{corner.x + 16.0 * v[0], corner.y + 16.0 * v[1]};
    page.line(corner, tip, {0.8});
    page.text({corner.x + 21.0 * v[0] - 4.0, corner.y + 21.0 * v[1] - 4.5}, 8.0, letter, {7.0, true, {}, TextAlign::centre});
  }
}

void print_planned(PdfDocument& page, const Camera& camera, const Eigen::Vector3d& mm) {
  page.circle(camera.place(mm), 2.2, {0.6, grey(0.25)});
}

void print_seed(PdfDocument& page, const Camera& camera, const SeedAudit& s) {
  const Eigen::Vector3d& center = s.seed.pose.center.mm;
  if (s.plan_center) page.line(camera.place(s.plan_center->mm), camera.place(center), {0.4, grey(0.35), {1.5, 1.0}});
  const Eigen::Vector3d half = s.seed.axis_resolved ? Eigen::Vector3d(0.5 * kSeedMm * s.seed.pose.axis.unit)
                                                    : Eigen::Vector3d(camera.rows.row(0).transpose() * 0.01);
  const double width = std::clamp(0.9 * camera.scale, 1.8, 3.5);
  page.line(camera.place(center - half), camera.place(center + half), {width + 1.2, grey(1.0)});
  page.line(camera.place(center - half), camera.place(center + half), {width + 0.4, grey(0.0)});
  const bool in_place = s.status == SeedStatus::placed || s.status == SeedStatus::undetermined;
  page.line(camera.place(center - half), camera.place(center + half),
            {width - 0.6, in_place ? PageColour{0.35, 0.6, 0.85} : PageColour{1.0, 0.85, 0.25}});
}

std::string away_text(const CaseAudit& audit) {
  std::string text;
  for (const SeedAudit& s : audit.seeds)
    if (is_away(s))
      text += (text.empty() ? "Not drawn: seed " : ", seed ") + std::to_string(s.seed.id) + " " + std::string(to_string(s.status));
  return text;
}

}  // namespace

void draw_scene(PdfDocument& page, const PageRect& area, const PdfReportInput& input) {
  page.text({area.x, area.y}, area.width, "Implant from the front, left and above", {8.0, true});
  const PageRect view{area.x, area.y + 14.0, area.width, area.height - 42.0};
  page.rectangle(view, {0.5});
  const CaseAudit& audit = *input.audit;
  if (audit.seeds.empty() && input.targets.empty()) {
    page.text({view.x, view.y + view.height / 2.0 - 5.0}, view.width, "no seed was found", {8.0, false, {}, TextAlign::centre});
    return;
  }
  const Camera camera = make_camera({view.x + 8.0, view.y + 8.0, view.width - 16.0, view.height - 16.0}, input);
  page.clip(view);
  for (const auto& t : input.targets)
    for (const auto& c : t.contours) {
      std::vector<PagePoint> points;
      for (const auto& p : c.points) points.push_back(camera.place(p.mm));
      page.fill(points, {1.0, 0.75, 0.45}, 0.08);
      page.path(points, true, {0.4, {0.8, 0.5, 0.2}});
    }
  std::vector<Drawn> seeds;
  for (const SeedAudit& s : audit.seeds) {
    if (s.plan_center) print_planned(page, camera, s.plan_center->mm);
    if (!is_away(s)) seeds.push_back({camera.turned(s.seed.pose.center.mm)[2], &s});
  }
  for (const MissingSeed& m : audit.missing)
    if (m.plan_center) print_planned(page, camera, m.plan_center->mm);
  std::stable_sort(seeds.begin(), seeds.end(), [](const Drawn& a, const Drawn& b) { return a.depth > b.depth; });
  for (const Drawn& d : seeds) print_seed(page, camera, *d.seed);
  draw_axes(page, camera, {view.x + 24.0, view.y + view.height - 26.0});
  // Beside seeds that are not in their place stands their number, over everything else.
  for (const Drawn& d : seeds)
    if (d.seed->status != SeedStatus::placed && d.seed->status != SeedStatus::undetermined) {
      const PagePoint p = camera.place(d.seed->seed.pose.center.mm);
      page.text({p.x + 4.0, p.y - 9.0}, 24.0, std::to_string(d.seed->seed.id), {6.5, true});
    }
  page.unclip();
  const std::string away = away_text(audit);
  const bool planned =
      std::any_of(audit.seeds.begin(), audit.seeds.end(), [](const SeedAudit& x) { return x.plan_center.has_value(); }) ||
      std::any_of(audit.missing.begin(), audit.missing.end(), [](const MissingSeed& m) { return m.plan_center.has_value(); });
  page.text({area.x, view.y + view.height + 2.0}, area.width,
            (away.empty() ? std::string() : away + ". ") + "Bars: seeds found" +
                (planned ? "; rings: planned places, joined to their seed" : "") + (input.targets.empty() ? "" : "; loops: target") +
                (planned ? ". Numbered: displaced, misplaced or unmatched." : "."),
            {6.5, false, {}, TextAlign::left, 3});
}

}  // namespace seedaudit
