// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/parallel.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#ifndef SEEDAUDIT_STD_THREADS
#include <tbb/blocked_range.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#endif

namespace seedaudit {
namespace {

int& configured() {
  static int threads = 0;
  return threads;
}

}  // namespace

int thread_count() {
  const int hardware = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return configured() > 0 ? configured() : hardware;
}

#ifdef SEEDAUDIT_STD_THREADS

void set_thread_count(int threads) { configured() = threads; }

void parallel_for(std::size_t n, const std::function<void(std::size_t)>& body) {
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < n; i = next++) body(i);
  };
  std::vector<std::thread> pool;
  for (int t = 1; t < thread_count(); ++t) pool.emplace_back(work);
  work();
  for (auto& t : pool) t.join();
}

#else

void set_thread_count(int threads) {
  configured() = threads;
  static std::unique_ptr<tbb::global_control> limit;
  limit.reset();
  limit = std::make_unique<tbb::global_control>(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(thread_count()));
}

void parallel_for(std::size_t n, const std::function<void(std::size_t)>& body) {
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, n), [&](const tbb::blocked_range<std::size_t>& r) {
    for (std::size_t i = r.begin(); i != r.end(); ++i) body(i);
  });
}

#endif

}  // namespace seedaudit
