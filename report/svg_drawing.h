// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace seedaudit {

/// A drawing in SVG 1.1, in black and grey on white, of lines and words; sizes in pixels, y downwards. It can stand in a file or in a page.
class SvgDrawing {
 public:
  enum class Anchor { start, middle, end };
  using Points = std::vector<std::pair<double, double>>;

  /// \param title for those who do not see it
  SvgDrawing(int width, int height, std::string_view title);

  void line(double x1, double y1, double x2, double y2, double width = 1.0, std::string_view colour = "#000");
  /// \param dash as stroke-dasharray; empty: solid
  void path(const Points& points, double width, std::string_view colour, std::string_view dash);
  void area(const Points& points, std::string_view colour);
  void square(double x, double y, double half, std::string_view colour = "#000");
  void text(double x, double y, std::string_view words, Anchor anchor = Anchor::start, bool bold = false);

  /// The finished element with a final newline.
  std::string take();

 private:
  std::string out_;
};

/// Text between tags or in quotes of XML and HTML; control characters become blanks.
std::string xml_text(std::string_view text);

}  // namespace seedaudit
