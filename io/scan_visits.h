// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/date.h"
#include "io/series_catalog.h"

namespace seedaudit {

/// Series of one frame of reference, parted into visits in order of first appearance: another study on another day, or undated, is another
/// visit. \param series into the catalogue
std::vector<std::vector<std::size_t>> visits_of(const std::vector<SeriesInfo>& catalog, const std::vector<std::size_t>& series);

/// Date of the earliest series of a visit: later ones may be reconstructions of another day.
std::optional<DateTime> date_of_visit(const std::vector<SeriesInfo>& catalog, const std::vector<std::size_t>& visit);

}  // namespace seedaudit
