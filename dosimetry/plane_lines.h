// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "core/structures.h"

/// Inside the layer: lines around nodes of a plane.
namespace seedaudit {

/// Nodes in rows; their outermost ones must not be inside.
struct PlaneNodes {
  int width = 0, height = 0;
  std::vector<char> inside;  ///< width x height, row by row
  std::size_t at(int i, int j) const { return static_cast<std::size_t>(i) + static_cast<std::size_t>(width) * static_cast<std::size_t>(j); }
};

/// Closed lines around the nodes that are inside, inside on one side throughout; those inside others are holes. Marching squares (Lorensen
/// and Cline 1987, in two dimensions); of a saddle the two inner corners stay apart.
/// \param crossing where the line crosses the edge from a node that is inside to a neighbour that is not
std::vector<Contour<CtFrame>> lines_around(const PlaneNodes& nodes,
                                           const std::function<Point<CtFrame>(std::size_t inside, std::size_t outside)>& crossing);

}  // namespace seedaudit
