// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "report/overview_picture.h"
#include "report/picture_canvas.h"

/// What the overview picture shows: marks and the part of the patient around them.
namespace seedaudit {

struct StatusStyle {
  SeedStatus status;
  const char* name;
  Rgb colour;
};
inline constexpr std::array<StatusStyle, 7> kStatusStyles = {{{SeedStatus::placed, "placed", {92, 230, 120}},
                                                              {SeedStatus::displaced, "displaced", {255, 222, 80}},
                                                              {SeedStatus::misplaced, "misplaced", {255, 156, 64}},
                                                              {SeedStatus::migrated, "migrated", {255, 72, 72}},
                                                              {SeedStatus::embolised, "embolised", {255, 72, 200}},
                                                              {SeedStatus::unmatched, "unmatched", {96, 200, 255}},
                                                              {SeedStatus::undetermined, "found", {255, 236, 170}}}};

Rgb status_colour(SeedStatus status);

/// One seed as drawn.
struct SeedMark {
  int id = 0;
  Point<CtFrame> center;
  Axis<CtFrame> axis;
  bool resolved = false;
  Rgb colour;
  bool out_of_site = false;
};

struct PlannedMark {
  Point<CtFrame> center;
  std::optional<Point<CtFrame>> found;
};

struct PictureScene {
  std::vector<SeedMark> seeds;
  std::vector<PlannedMark> planned;
  Box<CtFrame> box;
  double depth_mm = 0.0;  ///< z of the axial section

  bool shows(const Point<CtFrame>& p) const {
    return (p.mm.array() >= box.low_mm.array()).all() && (p.mm.array() <= box.high_mm.array()).all();
  }
};

/// Seeds in place, planned places and targets, with a margin; seeds that left the site do not stretch the view.
PictureScene make_scene(const OverviewInput& input, double margin_mm);

}  // namespace seedaudit
