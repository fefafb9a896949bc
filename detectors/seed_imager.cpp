// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/seed_imager.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "detectors/simd_clones.h"

namespace seedaudit {
namespace {

constexpr std::size_t kPoints = 6;  // 0.5 mm apart on a 3 mm core: below the blur of any clinical kernel
constexpr auto kReach = static_cast<float>(SeedAppearance::kReachMm - 0.02);

// Where a point of the core lies in the plane, mm from the centre, and the projected axis.
struct CorePoint {
  float x = 0.0F, y = 0.0F, ux = 0.0F, uy = 0.0F;
};

// Where in a plane to look: the entry before in radius and squared cosine, and the shares of the next; outside the kernel's reach no share.
struct Places {
  static constexpr std::size_t kMost = 64;
  alignas(32) std::int32_t entry[kMost];
  alignas(32) float radius_share[kMost], cosine_share[kMost], inside[kMost];
};

SEEDAUDIT_SIMD_CLONES void find_places(const float* __restrict at_x, const float* __restrict at_y, std::size_t count, CorePoint point,
                                       Places& __restrict out) {
  for (std::size_t n = 0; n < count; ++n) {
    const float dx = at_x[n] - point.x, dy = at_y[n] - point.y;
    const float r2 = dx * dx + dy * dy;
    const float u = dx * point.ux + dy * point.uy;
    const float radius = std::sqrt(r2);
    const float share = u * u / (r2 > 1e-12F ? r2 : 1e-12F);
    const float ct = (share < 1.0F ? share : 1.0F) * (SeedAppearance::kCosines - 1);
    const float rt = 10.0F * (radius < kReach ? radius : kReach);
    const int ri = static_cast<int>(rt);
    const int before = static_cast<int>(ct);
    const int ci = before < SeedAppearance::kCosines - 2 ? before : SeedAppearance::kCosines - 2;
    out.entry[n] = ci * SeedAppearance::kRadii + ri;
    out.radius_share[n] = rt - static_cast<float>(ri);
    out.cosine_share[n] = ct - static_cast<float>(ci);
    out.inside[n] = radius < kReach ? 1.0F : 0.0F;
  }
}

// The kernel of the plane (bilinear in radius and squared cosine) at places about a centre.
void read_plane(const float* plane, const float* at_x, const float* at_y, std::size_t count, CorePoint point, float* out) {
  constexpr int kRow = SeedAppearance::kRadii;
  Places places;
  for (std::size_t from = 0; from < count; from += Places::kMost) {
    const std::size_t some = std::min(Places::kMost, count - from);
    find_places(at_x + from, at_y + from, some, point, places);
    for (std::size_t n = 0; n < some; ++n) {
      const float* q = plane + places.entry[n];
      const float rf = places.radius_share[n], cf = places.cosine_share[n];
      const float low = q[0] * (1.0F - rf) + q[1] * rf;
      const float high = q[kRow] * (1.0F - rf) + q[kRow + 1] * rf;
      out[from + n] = (low * (1.0F - cf) + high * cf) * places.inside[n];
    }
  }
}

// Adds to each column what its points give its slices; `weight` holds a row a point, slices from `first` on, eight at once.
SEEDAUDIT_SIMD_CLONES void add_columns(const FitSite::Column* columns, const std::uint16_t* slice, const std::uint32_t* which,
                                       std::size_t count, const float* value, const float* weight, std::size_t first, std::size_t last,
                                       float* image) {
  const std::size_t blocks = (last - first) / kLanes + 1;
  for (std::size_t n = 0; n < count; ++n) {
    const FitSite::Column& column = columns[which[n]];
    std::size_t v = column.begin;
    // As a rule a column holds all its slices.
    if (slice[v] < first) v += std::min<std::size_t>(first - slice[v], column.end - v);
    while (v > column.begin && slice[v - 1] >= first) --v;
    for (std::size_t b = 0; b < blocks && v < column.end; ++b) {
      Float8 sum{};
      for (std::size_t p = 0; p < kPoints; ++p) sum += value[p * count + n] * lanes_at(weight + (p * blocks + b) * kLanes);
      alignas(32) float shown[kLanes];
      lanes_at(shown) = sum;
      const std::size_t from = first + b * kLanes, end = std::min(last + 1, from + kLanes);
      for (; v < column.end && slice[v] < end; ++v) image[v] += shown[slice[v] - from];
    }
  }
}

}  // namespace

void SeedImager::draw_in_plane(const FittedSeed& seed, InPlane& out) {
  const double in_plane = std::hypot(seed.axis[0], seed.axis[1]);
  if (std::abs(seed.axis[2]) != tilt_ || seed.shadow != shadow_) {
    tilt_ = std::abs(seed.axis[2]);
    shadow_ = seed.shadow;
    look_.plane_for(tilt_, shadow_, plane_);
  }
  CorePoint point;
  point.ux = static_cast<float>(in_plane > 1e-9 ? seed.axis[0] / in_plane : 1.0);
  point.uy = static_cast<float>(in_plane > 1e-9 ? seed.axis[1] / in_plane : 0.0);
  const double farthest = kReach + 0.5 * look_.parameters().core_length_mm * in_plane;
  out.column.clear();
  dx_.clear();
  dy_.clear();
  for (std::size_t n = 0; n < site_.columns.size(); ++n) {
    const double cx = site_.columns[n].x_mm - seed.center_mm[0], cy = site_.columns[n].y_mm - seed.center_mm[1];
    if (cx * cx + cy * cy >= farthest * farthest) continue;
    out.column.push_back(static_cast<std::uint32_t>(n));
    dx_.push_back(static_cast<float>(cx));
    dy_.push_back(static_cast<float>(cy));
  }
  out.value.resize(kPoints * out.column.size());
  for (std::size_t p = 0; p < kPoints; ++p) {
    const double along = look_.parameters().core_length_mm * ((static_cast<double>(p) + 0.5) / kPoints - 0.5);
    point.x = static_cast<float>(along * seed.axis[0]);
    point.y = static_cast<float>(along * seed.axis[1]);
    read_plane(plane_.data(), dx_.data(), dy_.data(), dx_.size(), point, out.value.data() + p * dx_.size());
  }
}

void SeedImager::add(const FittedSeed& seed, const InPlane& in_plane, std::vector<float>& image) {
  // Slices that show anything of it.
  const double reach = look_.silent_beyond_mm();
  const auto point_z = [&](std::size_t p) {
    return seed.center_mm[2] + look_.parameters().core_length_mm * ((static_cast<double>(p) + 0.5) / kPoints - 0.5) * seed.axis[2];
  };
  const double low = std::min(point_z(0), point_z(kPoints - 1)) - reach, high = std::max(point_z(0), point_z(kPoints - 1)) + reach;
  const auto begin = std::lower_bound(site_.slice_z_mm.begin(), site_.slice_z_mm.end(), low);
  const auto end = std::upper_bound(begin, site_.slice_z_mm.end(), high);
  if (begin == end) return;
  const auto first = static_cast<std::size_t>(begin - site_.slice_z_mm.begin());
  const auto slices = static_cast<std::size_t>(end - begin);
  const std::size_t blocks = (slices - 1) / kLanes + 1;
  weight_.assign(kPoints * blocks * kLanes, 0.0F);
  for (std::size_t p = 0; p < kPoints; ++p) {
    const double z = point_z(p);
    for (std::size_t k = 0; k < slices; ++k)
      weight_[p * blocks * kLanes + k] = static_cast<float>(seed.mass / kPoints * look_.slice_profile(site_.slice_z_mm[first + k] - z));
  }
  add_columns(site_.columns.data(), site_.slice.data(), in_plane.column.data(), in_plane.column.size(), in_plane.value.data(),
              weight_.data(), first, first + slices - 1, image.data());
}

void SeedImager::add(const FittedSeed& seed, std::vector<float>& image) {
  draw_in_plane(seed, in_plane_);
  add(seed, in_plane_, image);
}

}  // namespace seedaudit
