// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <map>
#include <memory>

#include "cli/case_command.h"
#include "cli/commands.h"
#include "cli/shell.h"
#include "pipeline/array_task.h"

namespace seedaudit {
namespace {

struct TaskCommand {
  std::string array;
  int task = 0;
};

std::atomic<bool> stop_task{false};
static_assert(std::atomic<bool>::is_always_lock_free);

int run_task(const TaskCommand& t) {
  // The scheduler says SIGTERM some time before it kills: the case under way is then given back.
  for (const int s : {SIGINT, SIGTERM}) std::signal(s, [](int) { stop_task = true; });
  const auto read = read_array_job(t.array);
  if (!read) return fail(read.error());
  if (read->job.version != program_text())
    return fail({ErrorCode::scheduler_failed, "the batch was begun by seedaudit " + read->job.version + ", this is " + program_text(), "",
                 "Have the same program on every node."});
  std::map<std::string, std::size_t> index_of;
  for (std::size_t i = 0; i < read->archive.cases.size(); ++i) index_of[read->archive.cases[i].facts.case_id] = i;
  const Status done = run_array_task(
      ArrayFolder(t.array), t.task, read->job.limits,
      [&](const std::string& case_id, const std::filesystem::path& attempt) -> Result<std::vector<std::string>> {
        const auto i = index_of.find(case_id);
        if (i == index_of.end()) return Error{ErrorCode::internal, "a case that the array does not know", case_id, "Please report it."};
        return case_command(read->job.how, read->archive, i->second, attempt);
      },
      stop_task);
  return done ? exit_code::kOk : fail(done.error());
}

}  // namespace

void add_batch_task(CLI::App& app, int& exit_status) {
  auto* command = app.add_subcommand("batch-task", "One task of the job array that `batch --engine slurm` submits; Slurm runs it");
  command->group("");  // not for people
  auto t = std::make_shared<TaskCommand>();
  command->add_option("ARRAY", t->array, "Folder of the array")->required()->check(not_empty);
  command->add_option("TASK", t->task, "Number of the task")->required()->check(CLI::Range(1, 100'000'000));
  command->callback([t, &exit_status] { exit_status = run_task(*t); });
}

}  // namespace seedaudit
