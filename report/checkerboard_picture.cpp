// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/checkerboard_picture.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "report/png_image.h"

namespace seedaudit {
namespace {

constexpr double kSquareMm = 15.0;
constexpr int kZoom = 3;  ///< picture pixels a pixel of the plane
constexpr int kGap = 12;  ///< between the planes
constexpr std::pair<double, double> kSoftTissue{-160.0, 240.0};

std::pair<double, double> window_of(const std::vector<float>& values, bool hu) {
  if (hu || values.empty()) return kSoftTissue;
  std::vector<float> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  const double low = static_cast<double>(sorted[sorted.size() / 100]),
               high = static_cast<double>(sorted[sorted.size() - 1 - sorted.size() / 100]);
  return {low, std::max(high, low + 1.0)};
}

std::uint8_t gray(float value, const std::pair<double, double>& window) {
  const double share = (static_cast<double>(value) - window.first) / (window.second - window.first);
  return static_cast<std::uint8_t>(std::lround(255.0 * std::clamp(share, 0.0, 1.0)));
}

}  // namespace

Result<std::string> checkerboard_png(const std::vector<FusionPlane>& planes, bool preop_is_ct) {
  RgbImage image;
  for (const FusionPlane& p : planes) {
    const auto pixels = static_cast<std::size_t>(p.width) * static_cast<std::size_t>(p.height);
    if (p.width < 1 || p.height < 1 || p.postop.size() != pixels || p.preop.size() != pixels || !(p.pixel_mm > 0.0))
      return Error{ErrorCode::invalid_option, "a plane of the checkerboard has no pixels", "", ""};
    image.width += kZoom * p.width + (image.width > 0 ? kGap : 0);
    image.height = std::max(image.height, kZoom * p.height);
  }
  if (planes.empty()) return Error{ErrorCode::invalid_option, "no plane to draw a checkerboard of", "", ""};
  image.rgb.assign(3 * static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height), 0);
  int left = 0;
  for (const FusionPlane& p : planes) {
    const auto post = window_of(p.postop, true), pre = window_of(p.preop, preop_is_ct);
    for (int y = 0; y < kZoom * p.height; ++y)
      for (int x = 0; x < kZoom * p.width; ++x) {
        const int i = x / kZoom, j = y / kZoom;
        const auto square = [&](int n) { return static_cast<int>(n * p.pixel_mm / kSquareMm); };
        const bool of_preop = (square(i) + square(j)) % 2 == 1;
        const auto at = static_cast<std::size_t>(i + p.width * j);
        const std::uint8_t v = of_preop ? gray(p.preop[at], pre) : gray(p.postop[at], post);
        const auto to = 3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) + static_cast<std::size_t>(left + x));
        // What comes from the pre-op scan is tinted a little: the reader must know which is which.
        image.rgb[to] = of_preop ? static_cast<std::uint8_t>(v - v / 8) : v;
        image.rgb[to + 1] = v;
        image.rgb[to + 2] = of_preop ? static_cast<std::uint8_t>(v + (255 - v) / 8) : v;
      }
    left += kZoom * p.width + kGap;
  }
  return encode_png(image);
}

}  // namespace seedaudit
