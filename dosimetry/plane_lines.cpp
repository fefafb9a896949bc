// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/plane_lines.h"

#include <array>
#include <limits>
#include <utility>

namespace seedaudit {

std::vector<Contour<CtFrame>> lines_around(const PlaneNodes& nodes,
                                           const std::function<Point<CtFrame>(std::size_t inside, std::size_t outside)>& crossing) {
  constexpr std::size_t kNoEdge = std::numeric_limits<std::size_t>::max();
  // Edge 2 n runs from node n to the next of its row, edge 2 n + 1 to that of the next row.
  std::vector<std::size_t> next(2 * nodes.inside.size(), kNoEdge);
  for (int j = 0; j + 1 < nodes.height; ++j)
    for (int i = 0; i + 1 < nodes.width; ++i) {
      const auto in = [&](int di, int dj) { return nodes.inside[nodes.at(i + di, j + dj)] != 0; };
      const std::array<bool, 4> corner{in(0, 0), in(1, 0), in(1, 1), in(0, 1)};
      const std::array<std::size_t, 4> edge{2 * nodes.at(i, j), 2 * nodes.at(i + 1, j) + 1, 2 * nodes.at(i, j + 1), 2 * nodes.at(i, j) + 1};
      for (std::size_t n = 0; n < 4; ++n) {
        if (!corner[n] || corner[(n + 1) % 4]) continue;
        // From where the inside is left back to where it was entered.
        std::size_t m = (n + 3) % 4;
        while (corner[m] || !corner[(m + 1) % 4]) m = (m + 3) % 4;
        next[edge[n]] = edge[m];
      }
    }
  std::vector<Contour<CtFrame>> lines;
  for (std::size_t start = 0; start < next.size(); ++start) {
    if (next[start] == kNoEdge) continue;
    Contour<CtFrame> line;
    for (std::size_t e = start; next[e] != kNoEdge;) {
      const std::size_t first = e / 2, second = first + (e % 2 == 0 ? 1 : static_cast<std::size_t>(nodes.width));
      line.points.push_back(nodes.inside[first] != 0 ? crossing(first, second) : crossing(second, first));
      e = std::exchange(next[e], kNoEdge);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace seedaudit
