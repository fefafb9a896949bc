// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/ct_volume.h"
#include "core/progress.h"
#include "core/result.h"
#include "samples/phantom/scenario.h"
#include "samples/phantom/scene.h"

/// Small dense objects put into a CT that exists.
namespace seedaudit {

struct InsertionOptions {
  /// Of the scanner that is imitated; should be as sharp as the CT itself.
  ReconstructionKernel kernel = ReconstructionKernel::medium;
  /// Used where the CT states none, 80 to 140.
  double kvp = 120.0;
  /// Quanta that reach one detector element unattenuated in one view, per mm of slice thickness: sets the noise that metal adds.
  double quanta_per_mm = 1.0e6;
  /// Parallel views over 180 degrees; more is fewer aliasing streaks.
  int views = 600;
  /// Detector element at the centre of rotation, mm; smaller is sharper and slower.
  double detector_mm = 0.6;
  /// Used where the CT states none; without both, the distance of its slices.
  std::optional<double> slice_thickness_mm;
  /// What the metal raises is clipped here, HU.
  double saturation_hu = 3071.0;
  /// Draw the noise by which rays through metal exceed those without.
  bool noise = true;

  Status check() const;
};

/// Puts objects, in patient coordinates of the volume, into it in the projection domain: each slice that they reach is projected as water
/// and bone with the spectrum of the beam, with and without the objects; the noise of the lost quanta is added; the difference of the two
/// water-corrected logarithms is reconstructed and added to the slice. What the volume shows stays, with its own noise and texture;
/// blooming, streaks and bands come from the physics. Pixels below -1024 HU (outside the circle of reconstruction) stay as they are, and so
/// does every slice out of reach. Slices are independent and computed in parallel; the bits do not depend on the number of threads.
/// \param stream distinguishes the noise of several insertions of one seed
/// Errors: invalid_option (also a voltage or slice thickness of the volume out of range), wrong_modality (not CT), inconsistent_geometry
/// (slices not across the body).
Result<CtVolume> insert_objects(CtVolume volume, const std::vector<FineObject>& objects, const InsertionOptions& options,
                                std::uint64_t seed, std::uint64_t stream, const Progress& progress = {});

}  // namespace seedaudit
