// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/seed.h"
#include "detectors/detector_options.h"

namespace seedaudit {

/// The two legs of a surgical clip are two rods of about a seed's size, side by side, and where each has a seed's mass nothing in the image
/// tells them from two seeds; its bow may be taken for a third, and a marker or a coil for a handful. Among other seeds such a knot is
/// likely of seeds; far from all of them it is more likely one thing. So seeds of which each is nearer than a core's length to another,
/// centre to centre, and one more within 8 mm of them, keep a confidence of 0.1 at most where all are 15 mm or more from
/// every other seed and the implant is elsewhere (three times as many seeds that are of no such knot), 0.6 where it is not. Seeds end to
/// end on a needle are farther apart.
/// \param others whether the scan holds objects that were weighed as seeds and not believed: where there are none, no clips are likely
/// either, and such a knot keeps 0.6 at most wherever the implant is
void doubt_pairs_apart(std::vector<DetectedSeed>& seeds, bool others, const DetectorOptions& options);

/// Whether more of the seeds touch another one (2.5 mm, centre to centre) than in an implant: above 0.7 of them. In 270 simulated ones it
/// was 0.57 at the most. The legs of clips do, and where nothing lies alone they may be all that taught what a seed looks like.
bool mostly_touching(const std::vector<DetectedSeed>& seeds);

}  // namespace seedaudit
