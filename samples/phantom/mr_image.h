// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/ct_volume.h"
#include "samples/phantom/scenario.h"
#include "samples/phantom/scene.h"

namespace seedaudit {

/// An MR-like image of the same anatomy: intensity by organ (fat and vessels bright, bone and gas dark), a smooth shading of the coil,
/// Rician noise. It has other contrast than CT, not the physics of a sequence.
Result<PreopVolume> mr_image(const Scene& scene, const AcquisitionOptions& options, const Point<PlanFrame>& center, std::uint64_t seed);

}  // namespace seedaudit
