// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace seedaudit {

/// The stages that each item passes, named by its index.
struct GraphStages {
  std::size_t count = 0;
  int jobs = 1;                                         ///< items in `work` at once, at most
  std::uint64_t memory_budget = 0;                      ///< bytes that the items in `work` may need together; one alone may exceed it
  std::function<std::uint64_t(std::size_t)> memory_of;  ///< what an item may need
  std::function<void(std::size_t)> read_ahead;          ///< one at a time, in order, at most one item ahead of the work
  std::function<void(std::size_t)> work;                ///< may block; `jobs` at once, begun in order
  std::function<void(std::size_t)> collect;             ///< one at a time, in the order in which work ends
};

/// Passes all items through a oneTBB flow graph: reading ahead, work and collecting overlap, and only jobs + 1 items are in it at once, so
/// that memory does not grow with their number. Returns when all are through; once `stop` is set, items not begun are left out of every
/// stage. The stages must not throw.
void run_graph(const GraphStages& stages, const std::atomic<bool>& stop);

}  // namespace seedaudit
