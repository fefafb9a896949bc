// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "bench/migration/body_map.h"
#include "core/frames.h"
#include "core/plan.h"
#include "pipeline/needle_tracks.h"

/// Implants whose every seed has a known fate, drawn in geometry (no image of seeds): README.md here states every prior.
namespace seedaudit::bench {

enum class Fate {
  placed,         ///< where its needle left it
  dragged,        ///< along its needle's channel, up to 15 mm
  moved,          ///< 5 to 15 mm in any direction
  migrated,       ///< by the definition of is_migrated, and at least 15 mm from where it was left
  lost,           ///< implanted, and nowhere in the body
  not_implanted,  ///< planned only
  none            ///< no seed at all: a false find
};
std::string_view to_string(Fate v);

struct FatedSeed {
  int planned = -1;  ///< index into the plan; -1: none
  Fate fate = Fate::placed;
  Point<CtFrame> place;   ///< where it lies; undefined for lost and not_implanted
  double move_mm = 0.0;   ///< from where its needle left it
  bool migrated = false;  ///< truth: in another region, or more than 10 mm off, from target and every track used alike
};

/// What sort of implant is drawn.
enum class Series {
  placement,  ///< needle errors, dragged, lost and omitted seeds; nothing migrates
  migration,  ///< and one to four migrated seeds
  moves       ///< and one to four seeds moved by 5 to 15 mm
};
std::string_view to_string(Series v);

struct FateCase {
  int number = 0;
  Series series = Series::placement;
  std::vector<Ellipsoid> targets;  ///< as they lie in the scan
  ImplantPlan plan;                ///< its frame is the scan's, but for the error of the registration
  Rigid<CtFrame, PlanFrame> ct_from_plan;
  std::vector<NeedleTrack> used;  ///< the channels as punctured, from 10 mm beyond the tip to the skin
  std::vector<FatedSeed> seeds;   ///< one for each planned seed
  int implanted = 0;              ///< as recorded
  bool complete = true;           ///< the scan shows the whole trunk
  double low_z_mm = kTrunkLowMm, high_z_mm = kTrunkHighMm;
  bool organs_drawn = false;  ///< liver, heart and great vessel are contoured
};

/// Truth of one place: farther than 10 mm from every target and every channel used.
bool is_migrated(const FateCase& c, const Point<CtFrame>& place);

/// Case `number` of its series; the same number gives the same case, bit for bit.
FateCase draw_fate(Series series, int number);

}  // namespace seedaudit::bench
