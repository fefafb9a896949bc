// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/picture_canvas.h"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace seedaudit {
namespace {

/// Sub-pixel coordinates of OpenCV's line drawing.
constexpr int kShift = 4;
constexpr Rgb kRim{10, 10, 12};

int fixed_point(double v) { return static_cast<int>(std::lround(v * (1 << kShift))); }

cv::Scalar bgr(Rgb c) { return {static_cast<double>(c.b), static_cast<double>(c.g), static_cast<double>(c.r)}; }

std::string latin(const std::string& words) {
  std::string out;
  for (const char c : words) {
    const auto u = static_cast<unsigned char>(c);
    if (u >= 0x20U && u < 0x7FU)
      out.push_back(c);
    else if (u >= 0xC0U)
      out.push_back('?');  // first byte of a multi-byte letter; the rest is dropped
  }
  return out;
}

cv::Rect rect_of(const PixelRect& r) { return {r.x, r.y, r.width, r.height}; }

}  // namespace

struct Canvas::Surface {
  cv::Mat whole;
  cv::Mat view;              ///< the part that drawing reaches
  cv::Point2d origin{0, 0};  ///< of the view in the whole

  cv::Point pixel(PixelPoint p) const { return {fixed_point(p.x - origin.x), fixed_point(p.y - origin.y)}; }
  cv::Mat part(const PixelRect& area, cv::Rect& clipped) const {
    clipped = rect_of(area) & cv::Rect(0, 0, whole.cols, whole.rows);
    return whole(clipped);
  }
  void outlines(const cv::Mat& mask, const PixelRect& area, Rgb colour, int thickness) {
    std::vector<std::vector<cv::Point>> curves;
    cv::findContours(mask, curves, cv::RETR_LIST, cv::CHAIN_APPROX_NONE);
    for (auto& curve : curves) {
      // A contour follows pixel corners; a running mean gives the smooth line that it stands for.
      const auto n = static_cast<int>(curve.size());
      if (n < 8) continue;
      std::vector<cv::Point> smooth;
      for (int i = 0; i < n; ++i) {
        double x = 0.0, y = 0.0;
        for (int d = -3; d <= 3; ++d) {
          const auto& p = curve[static_cast<std::size_t>((i + d + n) % n)];
          x += p.x / 7.0;
          y += p.y / 7.0;
        }
        smooth.push_back(pixel({area.x + x + 0.5, area.y + y + 0.5}));
      }
      cv::polylines(view, smooth, true, bgr(colour), thickness, cv::LINE_AA, kShift);
    }
  }
};

Canvas::Canvas(int width, int height, Rgb background) : surface_(std::make_unique<Surface>()) {
  surface_->whole = cv::Mat(height, width, CV_8UC3, bgr(background));
  surface_->view = surface_->whole;
}

Canvas::~Canvas() = default;

void Canvas::clip(const PixelRect& area) {
  cv::Rect clipped;
  surface_->view = surface_->part(area, clipped);
  surface_->origin = {static_cast<double>(clipped.x), static_cast<double>(clipped.y)};
}

void Canvas::unclip() {
  surface_->view = surface_->whole;
  surface_->origin = {0, 0};
}

void Canvas::grey(const GreyImage& image, const PixelRect& area, float low, float high) {
  const cv::Mat source(image.height, image.width, CV_32F, const_cast<float*>(image.value.data()));
  cv::Mat scaled, bytes, colour;
  cv::resize(source, scaled, cv::Size(area.width, area.height), 0, 0, cv::INTER_CUBIC);
  const double gain = 255.0 / (static_cast<double>(high) - static_cast<double>(low));
  scaled.convertTo(bytes, CV_8U, gain, -static_cast<double>(low) * gain);
  cv::cvtColor(bytes, colour, cv::COLOR_GRAY2BGR);
  cv::Rect clipped;
  cv::Mat target = surface_->part(area, clipped);
  colour(cv::Rect(clipped.x - area.x, clipped.y - area.y, clipped.width, clipped.height)).copyTo(target);
}

void Canvas::line(PixelPoint a, PixelPoint b, Rgb colour, int thickness) {
  cv::line(surface_->view, surface_->pixel(a), surface_->pixel(b), bgr(colour), thickness, cv::LINE_AA, kShift);
}

void Canvas::dashed(PixelPoint a, PixelPoint b, Rgb colour, int thickness) {
  const double length = std::hypot(b.x - a.x, b.y - a.y);
  constexpr double kDash = 4.0;
  for (double at = 0.0; at < length; at += 2.0 * kDash) {
    const double from = at / length, to = std::min(1.0, (at + kDash) / length);
    line({a.x + from * (b.x - a.x), a.y + from * (b.y - a.y)}, {a.x + to * (b.x - a.x), a.y + to * (b.y - a.y)}, colour, thickness);
  }
}

void Canvas::capsule(PixelPoint a, PixelPoint b, double diameter, Rgb colour, bool filled) {
  const int inner = std::max(1, static_cast<int>(std::lround(diameter)));
  if (filled) {
    line(a, b, kRim, inner + 3);
    line(a, b, colour, inner);
    return;
  }
  // Hollow: the outline of the bar, two half circles and two sides.
  const double length = std::hypot(b.x - a.x, b.y - a.y);
  const double angle = length > 1e-6 ? std::atan2(b.y - a.y, b.x - a.x) : 0.0;
  const double radius = 0.5 * diameter;
  std::vector<PixelPoint> outline;
  constexpr double kPi = 3.14159265358979323846;
  for (int i = 0; i <= 8; ++i)
    outline.push_back({b.x + radius * std::cos(angle - kPi / 2 + kPi * i / 8), b.y + radius * std::sin(angle - kPi / 2 + kPi * i / 8)});
  for (int i = 0; i <= 8; ++i)
    outline.push_back({a.x + radius * std::cos(angle + kPi / 2 + kPi * i / 8), a.y + radius * std::sin(angle + kPi / 2 + kPi * i / 8)});
  closed_line(outline, colour, 1);
}

void Canvas::circle(PixelPoint center, double radius, Rgb colour, int thickness) {
  cv::circle(surface_->view, surface_->pixel(center), fixed_point(radius), bgr(colour), thickness, cv::LINE_AA, kShift);
}

void Canvas::closed_line(const std::vector<PixelPoint>& points, Rgb colour, int thickness) {
  std::vector<cv::Point> pixels;
  for (const auto& p : points) pixels.push_back(surface_->pixel(p));
  cv::polylines(surface_->view, pixels, true, bgr(colour), thickness, cv::LINE_AA, kShift);
}

void Canvas::rectangle(const PixelRect& area, Rgb colour, int thickness) {
  cv::rectangle(surface_->view, rect_of(area), bgr(colour), thickness, cv::LINE_8);
}

namespace {

// Hershey Simplex capitals are 21 units high at scale 1.
constexpr double kCapitalHeight = 21.0;

int stroke(double height, bool bold) { return std::max(1, static_cast<int>(std::lround(height / (bold ? 9.0 : 16.0)))); }

}  // namespace

void Canvas::text(const std::string& words, PixelPoint at, double height, Rgb colour, bool bold) {
  cv::putText(surface_->view, latin(words),
              {static_cast<int>(std::lround(at.x - surface_->origin.x)), static_cast<int>(std::lround(at.y - surface_->origin.y))},
              cv::FONT_HERSHEY_SIMPLEX, height / kCapitalHeight, bgr(colour), stroke(height, bold), cv::LINE_AA);
}

double Canvas::text_width(const std::string& words, double height) const {
  int base = 0;
  return cv::getTextSize(latin(words), cv::FONT_HERSHEY_SIMPLEX, height / kCapitalHeight, stroke(height, false), &base).width;
}

void Canvas::level_lines(const GreyImage& field, const PixelRect& area, float level, Rgb colour, int thickness) {
  const cv::Mat source(field.height, field.width, CV_32F, const_cast<float*>(field.value.data()));
  cv::Mat scaled;
  cv::resize(source, scaled, cv::Size(area.width, area.height), 0, 0, cv::INTER_LINEAR);
  surface_->outlines(cv::Mat(scaled >= static_cast<double>(level)), area, colour, thickness);
}

void Canvas::hull_outline(const std::vector<std::vector<PixelPoint>>& parts, const PixelRect& area, Rgb colour, int thickness) {
  cv::Mat mask = cv::Mat::zeros(area.height, area.width, CV_8U);
  for (const auto& part : parts) {
    std::vector<cv::Point2f> points;
    for (const auto& p : part) points.emplace_back(static_cast<float>(p.x - area.x), static_cast<float>(p.y - area.y));
    if (points.size() < 3) continue;
    std::vector<cv::Point2f> hull;
    cv::convexHull(points, hull);
    std::vector<cv::Point> pixels;
    for (const auto& p : hull) pixels.emplace_back(cvRound(p.x), cvRound(p.y));
    cv::fillConvexPoly(mask, pixels, cv::Scalar(255));
  }
  surface_->outlines(mask, area, colour, thickness);
}

RgbImage Canvas::take() const {
  cv::Mat rgb;
  cv::cvtColor(surface_->whole, rgb, cv::COLOR_BGR2RGB);
  RgbImage out{rgb.cols, rgb.rows, {}};
  out.rgb.assign(rgb.data, rgb.data + rgb.total() * 3);
  return out;
}

}  // namespace seedaudit
