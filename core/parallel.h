// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>

namespace seedaudit {

/// Calls body(i) for every i in [0, n), in parallel where a thread pool is present. Each call writes its own slot and reads none that
/// another writes, so results do not depend on the number of threads. The only thread seam of our own loops: oneTBB, or
/// std::thread in thread-sanitizer builds (libtbb is not instrumented).
void parallel_for(std::size_t n, const std::function<void(std::size_t)>& body);

/// Number of threads parallel_for uses at most; 0 = all cores. Set once, in cli.
void set_thread_count(int threads);
int thread_count();

}  // namespace seedaudit
