// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/match_seeds.h"

#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace seedaudit {

std::vector<SeedMatch> match_seeds(const std::vector<Point<CtFrame>>& found, const std::vector<Point<CtFrame>>& planned_mapped,
                                   double gate_mm, MatchCost cost_of) {
  std::vector<SeedMatch> out;
  if (!(gate_mm > 0.0) || !std::isfinite(gate_mm)) return out;
  // Whole micrometres: sums are exact, so the optimum is one of the numbers and not of their rounding.
  constexpr double kPerMm = 1000.0;
  struct Pair {
    std::size_t found, planned;
    std::int64_t distance;
  };
  std::vector<Pair> pairs;
  std::int64_t longest = 0;
  for (std::size_t f = 0; f < found.size(); ++f)
    for (std::size_t p = 0; p < planned_mapped.size(); ++p) {
      const double d = distance_mm(found[f], planned_mapped[p]);
      if (!(d <= gate_mm)) continue;
      // Of roots too a whole number stands for a micrometre where seeds lie 1 mm apart.
      pairs.push_back({f, p, std::llround((cost_of == MatchCost::distance ? d : std::sqrt(d)) * kPerMm)});
      longest = std::max(longest, pairs.back().distance);
    }
  if (pairs.empty()) return out;

  // Weight = a bonus for the pair, less its distance. The bonus exceeds what all other distances together could cost, so one pair more
  // always wins, whatever it costs (maximum cardinality first); among equal numbers of pairs the shortest sum wins.
  const auto most = static_cast<std::int64_t>(std::min(found.size(), planned_mapped.size()));
  const std::int64_t bonus = (most + 1) * (longest + 1);
  // A unit of flow is a pair; the arc from start to end lets the rest go unmatched. (LEMON's matching classes do not compile as C++20.)
  using Graph = lemon::SmartDigraph;
  Graph graph;
  graph.reserveNode(static_cast<int>(found.size() + planned_mapped.size() + 2));
  graph.reserveArc(static_cast<int>(pairs.size() + found.size() + planned_mapped.size() + 1));
  const Graph::Node start = graph.addNode(), end = graph.addNode();
  std::vector<Graph::Node> left(found.size()), right(planned_mapped.size());
  for (auto& node : left) node = graph.addNode();
  for (auto& node : right) node = graph.addNode();
  std::vector<Graph::Arc> arcs;
  arcs.reserve(pairs.size());
  for (const Pair& pair : pairs) arcs.push_back(graph.addArc(left[pair.found], right[pair.planned]));
  for (const auto node : left) graph.addArc(start, node);
  for (const auto node : right) graph.addArc(node, end);
  const Graph::Arc spare = graph.addArc(start, end);
  Graph::ArcMap<std::int64_t> capacity(graph, 1), cost(graph, 0);
  capacity[spare] = most;
  for (std::size_t e = 0; e < arcs.size(); ++e) cost[arcs[e]] = pairs[e].distance - bonus;

  lemon::NetworkSimplex<Graph, std::int64_t, std::int64_t> flow(graph);
  flow.upperMap(capacity).costMap(cost).stSupply(start, end, most);
  if (flow.run() != lemon::NetworkSimplex<Graph, std::int64_t, std::int64_t>::OPTIMAL) return out;  // cannot be: the spare arc takes all
  for (std::size_t e = 0; e < arcs.size(); ++e)
    if (flow.flow(arcs[e]) > 0) {
      const Pair& pair = pairs[e];
      out.push_back(
          {static_cast<int>(pair.found), static_cast<int>(pair.planned), distance_mm(found[pair.found], planned_mapped[pair.planned])});
    }
  std::sort(out.begin(), out.end(), [](const SeedMatch& a, const SeedMatch& b) { return a.found < b.found; });
  return out;
}

}  // namespace seedaudit
