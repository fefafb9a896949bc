// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/parallel.h"

#include <catch2/catch.hpp>
#include <vector>

using namespace seedaudit;

TEST_CASE("every index is visited once, whatever the number of threads") {
  for (const int threads : {1, 2, 4}) {
    set_thread_count(threads);
    CHECK(thread_count() == threads);
    std::vector<int> visits(10007, 0);
    parallel_for(visits.size(), [&](std::size_t i) { visits[i] += 1; });
    CHECK(visits == std::vector<int>(10007, 1));
    parallel_for(0, [](std::size_t) { FAIL("nothing to visit"); });
  }
  set_thread_count(0);
  CHECK(thread_count() >= 1);
}
