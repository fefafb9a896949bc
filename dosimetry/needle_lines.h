// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "core/frames.h"
#include "core/result.h"
#include "dosimetry/structure_volume.h"

/// Where seeds could be added by straight needles (docs/algorithms/supplement.md).
namespace seedaudit {

struct NeedleOptions {
  /// Distance of parallel lines, and least distance of two seeds on one line. Smaller offers more places and takes longer.
  double pitch_mm = 5.0;
  /// Lines are also tried at this angle to the way in, towards four sides; 0: along the way in only.
  double fan_deg = 20.0;
  /// Lines keep this far from organs that are to be spared.
  double clearance_mm = 3.0;

  Status check() const;
};

struct NeedleLine {
  Point<CtFrame> entry;  ///< on the skin
  Axis<CtFrame> axis;    ///< from the entry into the body
};

struct NeedlePlace {
  Point<CtFrame> center;
  int line = 0;           ///< index into NeedlePlaces::lines
  double depth_mm = 0.0;  ///< from the entry
};

struct NeedlePlaces {
  std::vector<NeedleLine> lines;  ///< those with a place
  std::vector<NeedlePlace> places;
  int lines_blocked = 0;  ///< lines through the target that meet an obstacle on their way
};

/// What the patient's image says of the way to a place.
struct WayIn {
  Eigen::Vector3d direction = Eigen::Vector3d::UnitY();  ///< unit, from the skin inwards
  /// Where a line that ends at this point comes out of the body against the direction; nothing if the image ends before.
  std::function<std::optional<Point<CtFrame>>(const Point<CtFrame>& from, const Eigen::Vector3d& inwards)> skin;
  /// Whether a needle must not pass here: bone.
  std::function<bool(const Point<CtFrame>&)> blocked;
};

/// Places in the target every half pitch along lines a pitch apart, on lines whose way from the skin to their deepest place is clear.
/// \param spare volumes that a line keeps clear of
NeedlePlaces needle_places(const StructureVolume<CtFrame>& target, const WayIn& way,
                           const std::vector<const StructureVolume<CtFrame>*>& spare, const NeedleOptions& options);

}  // namespace seedaudit
