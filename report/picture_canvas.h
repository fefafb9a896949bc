// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "report/picture_views.h"
#include "report/png_image.h"

namespace seedaudit {

/// Pixels, y down.
struct PixelPoint {
  double x = 0.0;
  double y = 0.0;
};

struct PixelRect {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};

struct Rgb {
  int r = 0;
  int g = 0;
  int b = 0;
};

/// A drawing surface; anti-aliased. Text is drawn in the Latin alphabet: other letters become '?'.
class Canvas {
 public:
  Canvas(int width, int height, Rgb background);
  ~Canvas();
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;

  /// The grey image stretched over `area`; `low` is black and `high` white.
  void grey(const GreyImage& image, const PixelRect& area, float low, float high);
  void line(PixelPoint a, PixelPoint b, Rgb colour, int thickness);
  void dashed(PixelPoint a, PixelPoint b, Rgb colour, int thickness);
  /// A rounded bar with a dark rim, filled or hollow.
  void capsule(PixelPoint a, PixelPoint b, double diameter, Rgb colour, bool filled);
  void circle(PixelPoint center, double radius, Rgb colour, int thickness);  ///< thickness < 0: filled
  void closed_line(const std::vector<PixelPoint>& points, Rgb colour, int thickness);
  void rectangle(const PixelRect& area, Rgb colour, int thickness);  ///< thickness < 0: filled
  /// `at` is the left end of the base line; bold is drawn twice as strong.
  void text(const std::string& words, PixelPoint at, double height, Rgb colour, bool bold = false);
  double text_width(const std::string& words, double height) const;
  /// Outlines of where `field`, stretched over `area`, is at least `level`.
  void level_lines(const GreyImage& field, const PixelRect& area, float level, Rgb colour, int thickness);
  /// Outline of the union of filled convex hulls, given in pixels: how a body of slices looks in projection.
  void hull_outline(const std::vector<std::vector<PixelPoint>>& parts, const PixelRect& area, Rgb colour, int thickness);
  /// Later drawing is confined to `area`, until unclip().
  void clip(const PixelRect& area);
  void unclip();

  RgbImage take() const;

 private:
  struct Surface;
  std::unique_ptr<Surface> surface_;
};

}  // namespace seedaudit
