// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/progress.h"
#include "core/result.h"
#include "samples/phantom/phantom_case.h"

namespace seedaudit {

/// Simulates one implant: anatomy, plan, placement, both images, dose. The same scenario and seed give the same bits for any number of
/// threads. Errors: invalid_option, bad_scenario (the plan goal cannot be reached), unknown_source.
Result<PhantomCase> simulate(const Scenario& scenario, std::uint64_t seed, const Progress& progress = {});

}  // namespace seedaudit
