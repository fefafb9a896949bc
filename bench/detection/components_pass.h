// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/ct_volume.h"

namespace seedaudit::bench {

/// The yardstick of cost: ITK's threshold at 1500 HU and face-connected components over a volume in memory, one thread.
/// \return number of components
std::size_t itk_components(CtVolume& ct);

}  // namespace seedaudit::bench
