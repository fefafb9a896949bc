// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/picture_scene.h"

#include <algorithm>

namespace seedaudit {

Rgb status_colour(SeedStatus status) {
  for (const auto& s : kStatusStyles)
    if (s.status == status) return s.colour;
  return {226, 230, 236};
}

namespace {

void add_seeds(PictureScene& scene, const OverviewInput& input) {
  if (input.audit != nullptr) {
    for (const auto& s : input.audit->seeds) {
      const bool away = s.status == SeedStatus::migrated || s.status == SeedStatus::embolised;
      scene.seeds.push_back({s.seed.id, s.seed.pose.center, s.seed.pose.axis, s.seed.axis_resolved, status_colour(s.status), away});
      if (s.plan_center) scene.planned.push_back({*s.plan_center, away ? std::nullopt : std::optional(s.seed.pose.center)});
    }
    for (const auto& m : input.audit->missing)
      if (m.plan_center) scene.planned.push_back({*m.plan_center, std::nullopt});
  } else if (input.detection != nullptr) {
    for (const auto& s : input.detection->seeds)
      scene.seeds.push_back({s.id, s.pose.center, s.pose.axis, s.axis_resolved,
                             status_colour(s.confidence >= 0.9   ? SeedStatus::placed
                                           : s.confidence >= 0.5 ? SeedStatus::displaced
                                                                 : SeedStatus::misplaced),
                             false});
  }
}

Box<CtFrame> image_box(const CtVolume& volume) {
  Box<CtFrame> box;
  const auto& size = volume.grid.size();
  for (int corner = 0; corner < 8; ++corner)
    box.include(volume.grid.point_at(
        {(corner & 1) != 0 ? size[0] - 0.5 : -0.5, (corner & 2) != 0 ? size[1] - 0.5 : -0.5, (corner & 4) != 0 ? size[2] - 0.5 : -0.5}));
  return box;
}

}  // namespace

PictureScene make_scene(const OverviewInput& input, double margin_mm) {
  PictureScene scene;
  add_seeds(scene, input);
  Box<CtFrame> content, target;
  for (const auto& t : input.targets) {
    const Box<CtFrame> b = bounding_box(t);
    if (b.empty()) continue;
    target.include({b.low_mm});
    target.include({b.high_mm});
  }
  if (!target.empty()) {
    content.include({target.low_mm});
    content.include({target.high_mm});
  }
  for (const auto& s : scene.seeds)
    if (!s.out_of_site) content.include(s.center);
  for (const auto& p : scene.planned) content.include(p.center);
  const Box<CtFrame> image = image_box(*input.postop);
  scene.box = image;
  if (!content.empty()) {
    Eigen::Vector3d low = content.low_mm.array() - margin_mm, high = content.high_mm.array() + margin_mm;
    // The same length across and from front to back: the four panels then fit one scale.
    const double side = std::max(high[0] - low[0], high[1] - low[1]);
    for (int a = 0; a < 2; ++a) {
      const double grow = 0.5 * (side - (high[a] - low[a]));
      low[a] -= grow;
      high[a] += grow;
    }
    scene.box.low_mm = low.cwiseMax(image.low_mm);
    scene.box.high_mm = high.cwiseMin(image.high_mm);
    if (!((scene.box.high_mm - scene.box.low_mm).minCoeff() > 1.0)) scene.box = image;
  }
  const Box<CtFrame>& middle = !target.empty() ? target : !content.empty() ? content : image;
  scene.depth_mm = std::clamp(middle.center().mm[2], scene.box.low_mm[2], scene.box.high_mm[2]);
  return scene;
}

}  // namespace seedaudit
