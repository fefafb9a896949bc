// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/checkerboard_picture.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "report/picture_canvas.h"
#include "report/png_image.h"

namespace seedaudit {
namespace {

constexpr double kSquareMm = 15.0;
constexpr int kZoom = 3;  ///< picture pixels a pixel of the plane
constexpr int kGap = 56;  ///< beside the planes: room for a letter
constexpr int kTop = 44, kBottom = 78;
constexpr double kLetter = 16.0, kKeyApart = 36.0;
constexpr Rgb kBackground{16, 17, 21}, kText{222, 222, 222}, kQuiet{160, 160, 160};
constexpr std::pair<double, double> kSoftTissue{-160.0, 240.0};

std::pair<double, double> window_of(const std::vector<float>& values, bool hu) {
  if (hu || values.empty()) return kSoftTissue;
  std::vector<float> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  const double low = static_cast<double>(sorted[sorted.size() / 100]),
               high = static_cast<double>(sorted[sorted.size() - 1 - sorted.size() / 100]);
  return {low, std::max(high, low + 1.0)};
}

/// What comes from the pre-op scan is tinted a little: the reader must know which is which.
Rgb tinted(int v) { return {v - v / 8, v, v + (255 - v) / 8}; }

void write_beside(Canvas& canvas, const FusionPlane& p, int left) {
  const int width = kZoom * p.width, height = kZoom * p.height;
  const double middle = left + 0.5 * width, half = kTop + 0.5 * height;
  canvas.text(p.name, {static_cast<double>(left), kTop - 14.0}, kLetter, kText);
  if (p.sides.size() != 4) return;
  const auto letter = [&](std::size_t n, double x, double y) { canvas.text(p.sides.substr(n, 1), {x, y}, kLetter, kQuiet); };
  letter(0, left - 20.0, half);
  letter(1, left + width + 6.0, half);
  letter(2, middle, kTop - 14.0);
  letter(3, middle, kTop + height + 22.0);
}

void write_key(Canvas& canvas, int y, bool preop_is_ct) {
  const double line = y;
  double x = kGap;
  const auto write = [&](const std::string& words, Rgb colour) {
    canvas.text(words, {x, line}, kLetter, colour);
    x += canvas.text_width(words, kLetter) + kKeyApart;
  };
  const auto sample = [&](Rgb colour) {
    canvas.rectangle({static_cast<int>(x), y - 14, 16, 16}, colour, -1);
    x += 26.0;
  };
  sample({150, 150, 150});
  write("post-op scan", kText);
  sample(tinted(150));
  write(preop_is_ct ? "pre-op scan, mapped onto it" : "pre-op image, mapped onto it", kText);
  write("squares of 15 mm", kQuiet);
}

std::uint8_t gray(float value, const std::pair<double, double>& window) {
  const double share = (static_cast<double>(value) - window.first) / (window.second - window.first);
  return static_cast<std::uint8_t>(std::lround(255.0 * std::clamp(share, 0.0, 1.0)));
}

}  // namespace

Result<std::string> checkerboard_png(const std::vector<FusionPlane>& planes, bool preop_is_ct) {
  int width = kGap, height = 0;
  for (const FusionPlane& p : planes) {
    const auto pixels = static_cast<std::size_t>(p.width) * static_cast<std::size_t>(p.height);
    if (p.width < 1 || p.height < 1 || p.postop.size() != pixels || p.preop.size() != pixels || !(p.pixel_mm > 0.0))
      return Error{ErrorCode::invalid_option, "a plane of the checkerboard has no pixels", "", ""};
    width += kZoom * p.width + kGap;
    height = std::max(height, kZoom * p.height);
  }
  if (planes.empty()) return Error{ErrorCode::invalid_option, "no plane to draw a checkerboard of", "", ""};
  Canvas canvas(std::max(width, 900), kTop + height + kBottom, kBackground);
  int beside = kGap;
  for (const FusionPlane& p : planes) {
    write_beside(canvas, p, beside);
    beside += kZoom * p.width + kGap;
  }
  write_key(canvas, kTop + height + kBottom - 18, preop_is_ct);
  RgbImage image = canvas.take();
  int left = kGap;
  for (const FusionPlane& p : planes) {
    const auto post = window_of(p.postop, true), pre = window_of(p.preop, preop_is_ct);
    for (int y = 0; y < kZoom * p.height; ++y)
      for (int x = 0; x < kZoom * p.width; ++x) {
        const int i = x / kZoom, j = y / kZoom;
        const auto square = [&](int n) { return static_cast<int>(n * p.pixel_mm / kSquareMm); };
        const bool of_preop = (square(i) + square(j)) % 2 == 1;
        const auto at = static_cast<std::size_t>(i + p.width * j);
        const int v = of_preop ? gray(p.preop[at], pre) : gray(p.postop[at], post);
        const Rgb colour = of_preop ? tinted(v) : Rgb{v, v, v};
        const auto to =
            3 * (static_cast<std::size_t>(kTop + y) * static_cast<std::size_t>(image.width) + static_cast<std::size_t>(left + x));
        image.rgb[to] = static_cast<std::uint8_t>(colour.r);
        image.rgb[to + 1] = static_cast<std::uint8_t>(colour.g);
        image.rgb[to + 2] = static_cast<std::uint8_t>(colour.b);
      }
    left += kZoom * p.width + kGap;
  }
  return encode_png(image);
}

}  // namespace seedaudit
