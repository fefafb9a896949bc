// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/local_engine.h"

#include <fcntl.h>
#include <unistd.h>

#include "pipeline/batch_graph.h"

namespace seedaudit {
namespace {

/// Asks the system to have the files at hand when the case begins; a hint, nothing waits for it.
void read_ahead(const BatchCase& c) {
  for (const auto& file : c.inputs) {
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) continue;
    posix_fadvise(fd, 0, 0, POSIX_FADV_WILLNEED);
    close(fd);
  }
}

CaseAttempt attempt_here(const BatchCase& c, const BatchFolder& folder, const BatchOptions& options, const BatchSeams& seams,
                         const std::atomic<bool>& stop) {
  CaseAttempt attempt;
  if (c.refusal) {
    auto refused = refused_attempt(folder, c);
    if (refused) return std::move(refused).value();
    attempt.error = refused.error();
    return attempt;
  }
  const auto place = folder.begin_attempt(c.facts.case_id);
  if (place)
    return attempt_case(
        *place, [&](const std::filesystem::path& at) { return seams.command(c, at); }, {options.time_limit, options.memory_limit}, stop);
  attempt.error = place.error();
  return attempt;
}

}  // namespace

Result<CaseAttempt> refused_attempt(const BatchFolder& folder, const BatchCase& c) {
  const auto place = folder.begin_attempt(c.facts.case_id);
  if (!place) return place.error();
  CaseAttempt attempt;
  attempt.folder = *place;
  attempt.error = c.refusal;
  attempt.started_at = utc_now();
  return attempt;
}

BatchEngine local_engine(const BatchFolder& folder, const BatchOptions& options, const BatchSeams& seams) {
  return [&](const EngineWork& work, std::atomic<bool>& stop) -> Status {
    std::vector<std::optional<CaseAttempt>> attempts(work.todo.size());  // each case writes its own slot
    GraphStages stages;
    stages.count = work.todo.size();
    stages.jobs = options.jobs;
    stages.memory_budget = options.memory_budget;
    stages.memory_of = [&](std::size_t n) { return memory_estimate(work.todo[n]->input_bytes); };
    stages.read_ahead = [&](std::size_t n) { read_ahead(*work.todo[n]); };
    stages.work = [&](std::size_t n) { attempts[n] = attempt_here(*work.todo[n], folder, options, seams, stop); };
    stages.collect = [&](std::size_t n) {
      if (!attempts[n]) return;
      work.collect(n, *attempts[n]);
      if (!attempts[n]->folder.empty()) folder.end_attempt(attempts[n]->folder);
      attempts[n].reset();
    };
    run_graph(stages, stop);
    return ok_status();
  };
}

}  // namespace seedaudit
