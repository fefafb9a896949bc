// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "detectors/seed_fit.h"

namespace seedaudit {

/// What the other seeds take from one of them. A detector element sees the mean of what passes it, and the logarithm of that mean is no
/// sum: of two cores one behind the other the second hardly shows, while two that pass each other within one element darken it more than
/// each by itself. A seed of a needle shows less of itself along the needle than a lone one, and of two side by side in a slice each shows
/// less as a whole (docs/algorithms/detection.md, "Neighbours").
/// `beyond`: seeds that are not among these and cast theirs as well.
Shade shade_by(const SeedAppearance& look, const std::vector<FittedSeed>& seeds, std::size_t of,
               const std::vector<FittedSeed>& beyond = {});

/// How much of the core of `other` the rays through that of `s` meet, in paths through its own, by the angle of Shade; below zero where
/// they pass each other within a detector element. What several add is their sum.
Shade::Cores cores_by(const SeedAppearance& look, const FittedSeed& s, const FittedSeed& other);

/// The sum over all others of one of these seeds; `beyond` as of shade_by.
Shade::Cores cores_by_others(const SeedAppearance& look, const std::vector<FittedSeed>& seeds, std::size_t of,
                             const std::vector<FittedSeed>& beyond);

/// The shade of a seed under so much (cores_by); what several take together is bounded here.
Shade shade_under(const SeedAppearance& look, const FittedSeed& s, Shade::Cores cores);

/// Sets the shade of every seed.
void cast_shadows(const SeedAppearance& look, std::vector<FittedSeed>& seeds, const std::vector<FittedSeed>& beyond = {});

/// How many other seeds stand in line with one, along the slice: those of its needle, each weighed by how far beside and above the line it
/// lies. How an uneven needle shades its seeds is known less well than the rest of the look.
double seeds_in_line(const SeedAppearance& look, const std::vector<FittedSeed>& seeds, std::size_t of,
                     const std::vector<FittedSeed>& beyond = {});

}  // namespace seedaudit
