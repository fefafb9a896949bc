// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "report/picture_views.h"

namespace seedaudit {

/// A line of equal value through the centres-based grid of an image; pixel (column, row) has its centre at (column + 0.5, row + 0.5).
struct LevelLine {
  struct Place {
    double x = 0.0, y = 0.0;  ///< pixels, y down
  };
  std::vector<Place> points;
  bool closed = false;  ///< false: it leaves the image
};

/// Where the bilinear surface of the image crosses `level`, by marching squares (Lorensen and Cline 1987, in two dimensions), chained into
/// whole lines so that a dashed pen runs through. A saddle is cut so that its two high corners stay apart.
std::vector<LevelLine> level_lines(const GreyImage& image, float level);

}  // namespace seedaudit
