// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "samples/phantom/attenuation_table.h"
#include "samples/phantom/caster.h"
#include "samples/phantom/scan_geometry.h"
#include "samples/phantom/scene.h"

namespace seedaudit {

/// What small dense objects let through: exact chords at sub-rays over detector element, focal spot and slice profile, averaged as
/// intensities (the exponential edge-gradient effect). One slice; views one after the other.
class FineProjector {
 public:
  /// All references must outlive this.
  FineProjector(const std::vector<FineObject>& objects, double z_mm, const ScanGeometry& geometry, const AttenuationTable& table);

  /// No object reaches this slice.
  bool empty() const { return objects_.empty(); }
  /// Turns to a view.
  void aim(double cosine, double sine);
  /// Whether the element sees an object in this view.
  bool meets(int bin) const { return !candidates_[static_cast<std::size_t>(bin)].empty(); }
  /// Mean transmission of an element at each energy over part of the slice profile, whose weights sum to `weight`.
  Energies transmission(int bin, std::span<const ProfileSample> profile, double weight) const;

 private:
  struct Object {
    const FineObject* object;
    std::vector<Caster> parts;
    double low_mm, high_mm;  ///< along z
  };
  bool depth(const std::vector<int>& candidates, double z, double s, Energies& out) const;

  const ScanGeometry& geometry_;
  const AttenuationTable& table_;
  double z_;
  std::vector<ProfileSample> aperture_;
  std::vector<Object> objects_;
  std::vector<std::vector<int>> candidates_;  ///< by element
};

}  // namespace seedaudit
