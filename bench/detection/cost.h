// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace seedaudit::bench {

/// Cost of finding and fitting 119 seeds in 512 x 512 x 300 voxels: time of one thread against an ITK pass over the same volume, gain of a
/// second thread against that of a loop of equal independent tasks, peak memory against the volume. Prints one table.
/// \param volume the simulated volume, made there when it is absent (157 MB, minutes) \return exit code
int print_cost(const std::filesystem::path& volume, int repeats);

}  // namespace seedaudit::bench
