// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "detectors/fit_site.h"
#include "detectors/seed_appearance.h"
#include "detectors/seed_fit.h"

namespace seedaudit {

/// Draws seeds of one look into one site, again and again as a fit does: keeps what two images share. Keeps references to what it is made
/// of; one a thread.
class SeedImager {
 public:
  SeedImager(const SeedAppearance& look, const FitSite& site) : look_(look), site_(site) {}

  /// The part of an image that the height of the seed and its mass do not change: its core's points seen in each column.
  struct InPlane {
    std::vector<std::uint32_t> column;  ///< of the site, within reach
    std::vector<float> value;           ///< 1/mm^2, a row a point, as long as `column`
  };
  void draw_in_plane(const FittedSeed& seed, InPlane& out);
  /// Adds the image of a seed to `image` (one value a voxel of the site); `in_plane` as drawn for its place, axis and shadow.
  void add(const FittedSeed& seed, const InPlane& in_plane, std::vector<float>& image);
  void add(const FittedSeed& seed, std::vector<float>& image);

 private:
  const SeedAppearance& look_;
  const FitSite& site_;
  SeedAppearance::Plane plane_;  ///< of the last tilt and shadow
  double tilt_ = 2.0, shadow_ = -1.0;
  InPlane in_plane_;
  std::vector<float> dx_, dy_, weight_;
};

}  // namespace seedaudit
