// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "core/follow_up.h"
#include "core/implant_case.h"
#include "core/progress.h"
#include "core/seed.h"
#include "pipeline/audit_options.h"

namespace seedaudit {

/// What following looks at. Pointers are never null.
struct FollowInput {
  const Detection* first = nullptr;                   ///< seeds of the first scan, and what it knew to be no seed
  const Detection* later = nullptr;                   ///< of the later scan, its own frame
  std::optional<Rigid<LaterFrame, CtFrame>> anatomy;  ///< the two scans registered by anatomy, where that succeeded
  const std::vector<CtVolume>* later_ct = nullptr;    ///< the later scan; empty: a list of seeds without image
};

/// Follows the seeds of the first scan into the later one: one to one, after the implant's common motion and shrinkage
/// (docs/algorithms/follow_up.md). Anatomy only starts the search; a seed's own move is what is left after the motion of all.
FollowUp follow_seeds(const FollowInput& input, const SiteLimits& limits);

/// The whole of it for a case that has a later CT or a later list of seeds; nothing where it has neither. Detects seeds in the later CT and
/// registers the two scans. \param first the seeds of the post-op scan as audited
std::optional<FollowUp> audit_follow_up(ImplantCase& implant, const Detection& first, const AuditOptions& options, const Progress& progress,
                                        Warnings& warnings);

}  // namespace seedaudit
