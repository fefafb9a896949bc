// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/svg_drawing.h"

#include "report/json_writer.h"

namespace seedaudit {
namespace {

/// A hundredth of a pixel is enough, and the same everywhere.
std::string px(double v) { return decimal_text(v, 2); }

std::string coordinates(const SvgDrawing::Points& points) {
  std::string out;
  for (const auto& [x, y] : points) out += (out.empty() ? "" : " ") + px(x) + "," + px(y);
  return out;
}

}  // namespace

std::string xml_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20U || c == 0x7F ? ' ' : c;
    }
  }
  return out;
}

SvgDrawing::SvgDrawing(int width, int height, std::string_view title) {
  const std::string w = std::to_string(width), h = std::to_string(height);
  out_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + w + "\" height=\"" + h + "\" viewBox=\"0 0 " + w + " " + h +
         "\" role=\"img\" font-family=\"sans-serif\" font-size=\"12\">\n<title>" + xml_text(title) +
         "</title>\n<rect class=\"paper\" width=\"" + w + "\" height=\"" + h + "\" fill=\"#fff\"/>\n";
}

void SvgDrawing::line(double x1, double y1, double x2, double y2, double width, std::string_view colour) {
  out_ += "<line x1=\"" + px(x1) + "\" y1=\"" + px(y1) + "\" x2=\"" + px(x2) + "\" y2=\"" + px(y2) + "\" stroke=\"" + std::string(colour) +
          "\" stroke-width=\"" + px(width) + "\"/>\n";
}

void SvgDrawing::path(const Points& points, double width, std::string_view colour, std::string_view dash) {
  if (points.size() < 2) return;
  out_ += "<polyline points=\"" + coordinates(points) + "\" fill=\"none\" stroke=\"" + std::string(colour) + "\" stroke-width=\"" +
          px(width) + "\"";
  if (!dash.empty()) out_ += " stroke-dasharray=\"" + std::string(dash) + "\"";
  out_ += "/>\n";
}

void SvgDrawing::area(const Points& points, std::string_view colour) {
  if (points.size() < 3) return;
  out_ += "<polygon points=\"" + coordinates(points) + "\" fill=\"" + std::string(colour) + "\"/>\n";
}

void SvgDrawing::square(double x, double y, double half, std::string_view colour) {
  out_ += "<rect x=\"" + px(x - half) + "\" y=\"" + px(y - half) + "\" width=\"" + px(2 * half) + "\" height=\"" + px(2 * half) +
          "\" fill=\"" + std::string(colour) + "\"/>\n";
}

void SvgDrawing::text(double x, double y, std::string_view words, Anchor anchor, bool bold) {
  out_ += "<text x=\"" + px(x) + "\" y=\"" + px(y) + "\"";
  if (anchor != Anchor::start) out_ += anchor == Anchor::middle ? " text-anchor=\"middle\"" : " text-anchor=\"end\"";
  if (bold) out_ += " font-weight=\"bold\"";
  out_ += ">" + xml_text(words) + "</text>\n";
}

std::string SvgDrawing::take() { return std::move(out_) + "</svg>\n"; }

}  // namespace seedaudit
