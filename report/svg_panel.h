// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace seedaudit {

/// Text of an element or attribute.
std::string svg_escaped(std::string_view text);

/// Round numbers from low to high, about `wanted` of them. low < high, both finite.
std::vector<double> round_ticks(double low, double high, int wanted);

/// One plot with axes inside an SVG document. Data coordinates go in, document coordinates come out. Nothing is clipped: the
/// caller gives ranges that hold the data. Ink follows the colour of the document (currentColor), so a page may darken it.
class SvgPanel {
 public:
  struct Frame {
    double left = 0, top = 0, width = 0, height = 0;  ///< of the plot area
    double x_low = 0, x_high = 1, y_low = 0, y_high = 1;
  };
  explicit SvgPanel(const Frame& frame) : frame_(frame) {}

  double x(double value) const { return frame_.left + (value - frame_.x_low) / (frame_.x_high - frame_.x_low) * frame_.width; }
  double y(double value) const {
    return frame_.top + frame_.height - (value - frame_.y_low) / (frame_.y_high - frame_.y_low) * frame_.height;
  }
  const Frame& frame() const { return frame_; }

  void title(std::string_view text);
  /// A line in small print, so far below the axis.
  void note(std::string_view text, double below = 50);
  void x_axis(std::string_view label, const std::vector<double>& ticks);
  /// Names instead of numbers, thinned where they would touch.
  void x_names(const std::vector<std::string>& names);
  void y_axis(std::string_view label, const std::vector<double>& ticks);

  struct Stroke {
    const char* colour = "currentColor";
    double width = 1;
    const char* dash = "";
  };
  void line(const std::vector<std::pair<double, double>>& points, const Stroke& stroke);
  void bar(double x_low, double x_high, double y_low, double y_high, const char* fill, double opacity);
  /// Many points as one element.
  void dots(const std::vector<std::pair<double, double>>& points, const char* colour, double size, double opacity = 1);
  void circle(double x_value, double y_value, double radius, const char* fill, const char* stroke);
  void diamond(double x_value, double y_value, double radius, const char* fill);
  /// At a place of the document, anchor start, middle or end.
  void text(double at_x, double at_y, std::string_view what, const char* anchor = "start", double size = 12, bool quiet = false);

  const std::string& body() const { return body_; }

 private:
  Frame frame_;
  std::string body_;
};

/// A document of that size around the bodies of panels; white paper by default.
std::string svg_document(double width, double height, std::string_view title, const std::string& body);

}  // namespace seedaudit
