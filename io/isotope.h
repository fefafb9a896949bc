// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace seedaudit {

/// "I-125", "Pd-103" or "Cs-131" for the ways in which exporters write them (I125, 125I, "I 125", Iodine-125, ...), "Au-198" and others in
/// the same form; the text itself, trimmed, where it names no nuclide; empty for empty.
std::string normalised_isotope(std::string_view text);

}  // namespace seedaudit
