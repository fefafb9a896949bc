// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/slurm.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>
#include <cstdlib>
#include <sstream>

#include "pipeline/batch_folder.h"
#include "pipeline/child_process.h"

namespace seedaudit {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kPatience{120};  // the commands themselves retry while the controller is busy

Error failed(const std::string& what, const std::string& hint) { return Error{ErrorCode::scheduler_failed, what, "", hint}; }

std::string find_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const fs::path file = fs::path(folder.empty() ? "." : folder) / name;
    std::error_code ec;
    if (fs::is_regular_file(file, ec) && access(file.c_str(), X_OK) == 0) return file.string();
  }
  return {};
}

std::string in_one_line(const std::string& text) {
  std::string line;
  for (const char c : text) line += static_cast<unsigned char>(c) < 0x20U ? ' ' : c;
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

struct Said {
  bool good = false;
  std::string text;
};

Result<Said> run(std::vector<std::string> arguments, const fs::path& scratch) {
  const std::string name = arguments.front();
  arguments.front() = find_program(name);
  if (arguments.front().empty())
    return failed(name + " is not on the PATH", "Run on a machine that can submit to Slurm, or leave --engine out.");
  const std::atomic<bool> never{false};  // a cancel must go through also when the batch is to stop
  const fs::path log = scratch / (name + ".said");
  const auto outcome = run_child({arguments, log, {}, kPatience, 0}, never);
  if (!outcome) return outcome.error();
  if (outcome->end != ChildEnd::exited)
    return failed(name + " gave no answer within " + std::to_string(kPatience.count()) + " s",
                  "Check that slurmctld is up (scontrol ping).");
  return Said{outcome->exit_status == 0, file_content(log)};
}

Status cancel(const std::string& which, const fs::path& scratch) {
  const auto said = run({"scancel", "--quiet", which}, scratch);
  if (!said) return said.error();
  if (!said->good && said->text.find("Invalid job id") == std::string::npos)
    return failed("scancel: " + in_one_line(said->text), "Cancel the array by hand: scancel " + which + ".");
  return ok_status();
}

}  // namespace

Result<std::string> submit_array(const std::vector<std::string>& options, const fs::path& script, const fs::path& scratch) {
  std::vector<std::string> arguments{"sbatch"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  arguments.push_back("--parsable");
  arguments.push_back(script.string());
  const auto said = run(arguments, scratch);
  if (!said) return said.error();
  if (!said->good)
    return failed("sbatch refuses the array: " + in_one_line(said->text), "Give partition, account, memory or time with --slurm-options.");
  // Warnings may stand before the number, and the cluster's name behind it.
  std::istringstream lines(said->text);
  std::string job;
  for (std::string line; std::getline(lines, line);)
    if (!line.empty() && std::all_of(line.begin(), line.end(), [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }))
      job = line;
  if (job.empty())
    return failed("sbatch gave no number of a job: " + in_one_line(said->text), "Options of sbatch that name another cluster do not work.");
  return job;
}

bool ArrayState::hopeless() const {
  // A held array is not among them: whoever held it may release it.
  static constexpr std::array kReasons{
      "PartitionTimeLimit", "PartitionNodeLimit", "PartitionConfig",          "BadConstraints",
      "InvalidAccount",     "InvalidQOS",         "DependencyNeverSatisfied", "launch_failed_requeued_held"};
  return running == 0 && pending > 0 && std::find(kReasons.begin(), kReasons.end(), reason) != kReasons.end();
}

ArrayState parse_array_state(const std::string& text) {
  static constexpr std::array kEnded{"BOOT_FAIL", "CANCELLED",     "COMPLETED", "DEADLINE", "FAILED",
                                     "NODE_FAIL", "OUT_OF_MEMORY", "PREEMPTED", "REVOKED",  "TIMEOUT"};
  static constexpr std::array kPending{"PENDING", "REQUEUE_HOLD", "REQUEUE_FED", "REQUEUED", "RESV_DEL_HOLD", "SPECIAL_EXIT"};
  ArrayState state;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto blank = line.find(' ');
    const std::string word = line.substr(0, blank);
    if (word.empty() || std::find(kEnded.begin(), kEnded.end(), word) != kEnded.end()) continue;
    if (std::find(kPending.begin(), kPending.end(), word) == kPending.end()) {
      ++state.running;  // also one that completes, is suspended or in a state that a later Slurm invents
      continue;
    }
    ++state.pending;
    if (blank != std::string::npos) {
      state.reason = in_one_line(line.substr(blank + 1));
      std::replace(state.reason.begin(), state.reason.end(), ' ', '_');
    }
  }
  return state;
}

Result<ArrayState> array_state(const std::string& job, const fs::path& scratch) {
  // Every option that the environment could set otherwise is given.
  const auto said = run({"squeue", "--noheader", "--array", "--states=all", "--jobs=" + job, "--format=%T %r"}, scratch);
  if (!said) return said.error();
  if (said->good) return parse_array_state(said->text);
  if (said->text.find("Invalid job id") != std::string::npos) return ArrayState{};
  return failed("squeue: " + in_one_line(said->text), "Check that slurmctld is up (scontrol ping), then run again with --resume.");
}

Status cancel_array(const std::string& job, const fs::path& scratch) { return cancel(job, scratch); }
Status cancel_named(const std::string& job_name, const fs::path& scratch) { return cancel("--name=" + job_name, scratch); }

}  // namespace seedaudit
