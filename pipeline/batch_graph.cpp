// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/batch_graph.h"

#include <oneapi/tbb/flow_graph.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace seedaudit {
namespace {

namespace flow = oneapi::tbb::flow;
using Worker = flow::async_node<std::size_t, std::size_t>;

/// Threads that wait for children. Not the pool's own: a wait there would take a core's thread from the other stages.
class Waiters {
 public:
  Waiters(const GraphStages& stages, const std::atomic<bool>& stop) : stages_(stages), stop_(stop) {
    for (int i = 0; i < std::max(1, stages.jobs); ++i) threads_.emplace_back([this] { serve(); });
  }
  Waiters(const Waiters&) = delete;
  Waiters& operator=(const Waiters&) = delete;
  ~Waiters() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
    for (auto& t : threads_) t.join();
  }

  void add(std::size_t item, Worker::gateway_type& gateway) {
    gateway.reserve_wait();
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back({item, &gateway});
    }
    changed_.notify_all();
  }

 private:
  struct Waiting {
    std::size_t item;
    Worker::gateway_type* gateway;
  };

  bool may_begin() const {
    if (queue_.empty()) return false;
    return running_ == 0 || in_use_ + stages_.memory_of(queue_.front().item) <= stages_.memory_budget;
  }

  void serve() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [&] { return may_begin() || (closed_ && queue_.empty()); });
      if (queue_.empty()) return;
      const Waiting next = queue_.front();
      queue_.pop_front();
      const std::uint64_t need = stages_.memory_of(next.item);
      in_use_ += need;
      ++running_;
      lock.unlock();
      if (!stop_) stages_.work(next.item);
      next.gateway->try_put(next.item);
      next.gateway->release_wait();
      lock.lock();
      in_use_ -= need;
      --running_;
      changed_.notify_all();
    }
  }

  const GraphStages& stages_;
  const std::atomic<bool>& stop_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> queue_;
  std::vector<std::thread> threads_;
  std::uint64_t in_use_ = 0;
  int running_ = 0;
  bool closed_ = false;
};

}  // namespace

void run_graph(const GraphStages& stages, const std::atomic<bool>& stop) {
  Waiters waiters(stages, stop);
  flow::graph graph;
  std::size_t next = 0;
  flow::input_node<std::size_t> source(graph, [&](oneapi::tbb::flow_control& control) -> std::size_t {
    if (next < stages.count && !stop) return next++;
    control.stop();
    return 0;
  });
  flow::limiter_node<std::size_t> in_flight(graph, static_cast<std::size_t>(std::max(1, stages.jobs)) + 1);
  flow::function_node<std::size_t, std::size_t> read_ahead(graph, flow::serial, [&](std::size_t i) {
    if (!stop) stages.read_ahead(i);
    return i;
  });
  Worker worker(graph, flow::unlimited, [&](std::size_t i, Worker::gateway_type& gateway) { waiters.add(i, gateway); });
  flow::function_node<std::size_t, flow::continue_msg> collect(graph, flow::serial, [&](std::size_t i) {
    stages.collect(i);
    return flow::continue_msg();
  });
  flow::make_edge(source, in_flight);
  flow::make_edge(in_flight, read_ahead);
  flow::make_edge(read_ahead, worker);
  flow::make_edge(flow::output_port<0>(worker), collect);
  flow::make_edge(collect, in_flight.decrementer());
  source.activate();
  graph.wait_for_all();
}

}  // namespace seedaudit
