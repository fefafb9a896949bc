// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/seed.h"
#include "detectors/detector_options.h"

namespace seedaudit {

/// Takes seeds (by id) out of a detection and lists them as rejected for `reason`. The others are numbered and clustered anew; what was
/// doubtful of a cluster is first taken to be what was set aside. Unknown ids are ignored.
void set_aside(Detection& detection, const std::vector<int>& ids, const std::string& reason, const DetectorOptions& options);

/// Takes out of what may be a seed (Detection::possible) the objects that are known to be none; the count's upper end falls by as many.
void forget_possible(Detection& detection, const std::function<bool(const DetectedSeed&)>& known);

}  // namespace seedaudit
