// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/date.h"
#include "core/result.h"
#include "report/picture_views.h"

namespace seedaudit {

/// PDF points (1/72 inch), y down, from the top left of the page.
struct PagePoint {
  double x = 0.0;
  double y = 0.0;
};

struct PageRect {
  double x = 0.0;
  double y = 0.0;
  double width = 0.0;
  double height = 0.0;
};

/// 0..1 each.
struct PageColour {
  double r = 0.0;
  double g = 0.0;
  double b = 0.0;
};
inline constexpr PageColour grey(double level) { return {level, level, level}; }

/// A line as drawn: what tells lines apart on a grey print is width and dashes, colour comes on top.
struct Pen {
  double width = 0.7;
  PageColour colour = {};
  std::vector<double> dashes = {};  ///< lengths on and off; empty: solid
};

enum class TextAlign { left, centre, right };

struct TextStyle {
  double size = 8.0;
  bool bold = false;
  PageColour colour = {};
  TextAlign align = TextAlign::left;
  int most_lines = 1;  ///< what does not fit ends in an ellipsis
};

/// A PDF of A4 pages, made in memory. Letters of any script for which the machine has a font; text stays text (it can be searched and
/// copied). The same calls give the same bytes.
class PdfDocument {
 public:
  static constexpr double kWidth = 595.28;
  static constexpr double kHeight = 841.89;

  /// \param stated_date goes into the file as its creation date: the file never asks the clock
  PdfDocument(const std::string& title, const DateTime& stated_date);
  ~PdfDocument();
  PdfDocument(const PdfDocument&) = delete;
  PdfDocument& operator=(const PdfDocument&) = delete;

  /// Text wrapped to `width`, its top at `at`. \return the height it takes
  double text(PagePoint at, double width, const std::string& words, const TextStyle& style = {});
  double text_height(double width, const std::string& words, const TextStyle& style) const;
  double text_width(const std::string& words, const TextStyle& style) const;

  void line(PagePoint a, PagePoint b, const Pen& pen = {});
  void path(const std::vector<PagePoint>& points, bool closed, const Pen& pen);
  void fill(const std::vector<PagePoint>& points, PageColour colour, double opacity = 1.0);
  void rectangle(const PageRect& area, const Pen& pen);
  void fill(const PageRect& area, PageColour colour);
  void circle(PagePoint center, double radius, const Pen& pen);
  /// The image stretched over `area`; `low` is black and `high` white.
  void grey_image(const GreyImage& image, const PageRect& area, float low, float high);
  /// Later drawing is confined to `area`, until unclip().
  void clip(const PageRect& area);
  void unclip();
  void next_page();
  /// Ends the document. Errors: internal (what Cairo says).
  Result<std::string> take();

 private:
  struct Surface;
  std::unique_ptr<Surface> surface_;
};

}  // namespace seedaudit
