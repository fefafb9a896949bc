// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/svg_panel.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "report/json_writer.h"

namespace seedaudit {
namespace {

std::string at(double v) { return decimal_text(v, 1); }

std::string quoted(const char* name, const std::string& value) { return std::string(" ") + name + "=\"" + value + "\""; }

}  // namespace

std::string svg_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

std::vector<double> round_ticks(double low, double high, int wanted) {
  assert(low < high && wanted > 0);
  const double raw = (high - low) / wanted, power = std::pow(10.0, std::floor(std::log10(raw)));
  const double part = raw / power, step = power * (part < 1.5 ? 1.0 : part < 3.5 ? 2.0 : part < 7.5 ? 5.0 : 10.0);
  std::vector<double> out;
  for (double k = std::ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; ++k) out.push_back(k * step);
  return out;
}

void SvgPanel::text(double at_x, double at_y, std::string_view what, const char* anchor, double size, bool quiet) {
  body_ += "<text" + quoted("x", at(at_x)) + quoted("y", at(at_y)) + quoted("font-size", at(size)) + quoted("text-anchor", anchor) +
           (quiet ? " opacity=\"0.75\">" : ">") + svg_escaped(what) + "</text>\n";
}

void SvgPanel::title(std::string_view what) {
  body_ += "<text" + quoted("x", at(frame_.left)) + quoted("y", at(frame_.top - 10)) + " font-size=\"13.5\" font-weight=\"600\">" +
           svg_escaped(what) + "</text>\n";
}

void SvgPanel::note(std::string_view what, double below) {
  text(frame_.left, frame_.top + frame_.height + below, what, "start", 11.5, true);
}

void SvgPanel::x_axis(std::string_view label, const std::vector<double>& ticks) {
  const double base = frame_.top + frame_.height;
  line({{frame_.x_low, frame_.y_low}, {frame_.x_high, frame_.y_low}}, {});
  for (const double t : ticks) text(x(t), base + 15, decimal_text(t, 6), "middle", 11.5);
  text(frame_.left + frame_.width / 2, base + 32, label, "middle", 12);
}

void SvgPanel::x_names(const std::vector<std::string>& names) {
  line({{frame_.x_low, frame_.y_low}, {frame_.x_high, frame_.y_low}}, {});
  const double room = frame_.width / std::max<double>(1.0, static_cast<double>(names.size()));
  const auto every = static_cast<std::size_t>(std::max(1.0, std::ceil(60.0 / room)));
  for (std::size_t i = 0; i < names.size(); i += every)
    text(x(static_cast<double>(i)), frame_.top + frame_.height + 15, names[i], "middle", 11.5);
}

void SvgPanel::y_axis(std::string_view label, const std::vector<double>& ticks) {
  for (const double t : ticks) {
    line({{frame_.x_low, t}, {frame_.x_high, t}}, {"#888888", 0.4, ""});
    text(frame_.left - 6, y(t) + 4, decimal_text(t, 6), "end", 11.5);
  }
  const double middle = frame_.top + frame_.height / 2, left = frame_.left - 44;
  body_ += "<text" + quoted("x", at(left)) + quoted("y", at(middle)) + " font-size=\"12\" text-anchor=\"middle\"" +
           quoted("transform", "rotate(-90 " + at(left) + " " + at(middle) + ")") + ">" + svg_escaped(label) + "</text>\n";
}

void SvgPanel::line(const std::vector<std::pair<double, double>>& points, const Stroke& stroke) {
  if (points.empty()) return;
  body_ += "<polyline fill=\"none\" points=\"";
  for (const auto& [px, py] : points) body_ += at(x(px)) + "," + at(y(py)) + " ";
  body_.back() = '"';
  body_ += quoted("stroke", stroke.colour) + quoted("stroke-width", at(stroke.width));
  if (*stroke.dash != '\0') body_ += quoted("stroke-dasharray", stroke.dash);
  body_ += "/>\n";
}

void SvgPanel::bar(double x_low, double x_high, double y_low, double y_high, const char* fill, double opacity) {
  body_ += "<rect" + quoted("x", at(x(x_low))) + quoted("y", at(y(y_high))) + quoted("width", at(x(x_high) - x(x_low))) +
           quoted("height", at(y(y_low) - y(y_high))) + quoted("fill", fill) + quoted("fill-opacity", decimal_text(opacity, 2)) + "/>\n";
}

void SvgPanel::dots(const std::vector<std::pair<double, double>>& points, const char* colour, double size, double opacity) {
  if (points.empty()) return;
  body_ += "<path fill=\"none\" stroke-linecap=\"round\"" + quoted("stroke", colour) + quoted("stroke-width", at(size)) +
           quoted("stroke-opacity", decimal_text(opacity, 2)) + " d=\"";
  for (const auto& [px, py] : points) body_ += "M" + at(x(px)) + " " + at(y(py)) + "h0";
  body_ += "\"/>\n";
}

void SvgPanel::circle(double x_value, double y_value, double radius, const char* fill, const char* stroke) {
  body_ += "<circle" + quoted("cx", at(x(x_value))) + quoted("cy", at(y(y_value))) + quoted("r", at(radius)) + quoted("fill", fill) +
           quoted("stroke", stroke) + " stroke-width=\"1.5\"/>\n";
}

void SvgPanel::diamond(double x_value, double y_value, double radius, const char* fill) {
  const double px = x(x_value), py = y(y_value);
  body_ += "<path d=\"M" + at(px) + " " + at(py - radius) + "L" + at(px + radius) + " " + at(py) + "L" + at(px) + " " + at(py + radius) +
           "L" + at(px - radius) + " " + at(py) + "Z\"" + quoted("fill", fill) + "/>\n";
}

std::string svg_document(double width, double height, std::string_view title, const std::string& body) {
  return "<svg xmlns=\"http://www.w3.org/2000/svg\"" + quoted("viewBox", "0 0 " + at(width) + " " + at(height)) +
         quoted("width", at(width)) + quoted("height", at(height)) + " role=\"img\"" + quoted("aria-label", svg_escaped(title)) +
         " color=\"#1b2330\" fill=\"currentColor\" font-family=\"system-ui, 'DejaVu Sans', sans-serif\">\n" +
         "<rect class=\"paper\" width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n" + body + "</svg>\n";
}

}  // namespace seedaudit
