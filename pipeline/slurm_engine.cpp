// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/slurm_engine.h"

#include <algorithm>
#include <map>
#include <optional>
#include <thread>

#include "pipeline/array_folder.h"
#include "pipeline/batch_ending.h"
#include "pipeline/local_engine.h"
#include "pipeline/slurm.h"

namespace seedaudit {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kTasks = 1000;             // Slurm's MaxArraySize is 1001 unless a site raises it
constexpr std::chrono::milliseconds kLook{200};  // between two looks into done/
constexpr std::chrono::minutes kSilence{10};     // of the controller, which a site may restart

std::vector<fs::path> arrays_of(const fs::path& batch) {
  std::vector<fs::path> found;
  std::error_code ec;
  for (fs::directory_iterator it(batch / "slurm", ec), end; !ec && it != end; it.increment(ec)) found.push_back(it->path());
  std::sort(found.begin(), found.end());
  return found;
}

std::string job_name(const ArrayFolder& array) { return "seedaudit-" + array.name(); }

std::string shell_word(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

class Engine {
 public:
  Engine(fs::path batch, const SlurmOptions& slurm, const BatchFolder& folder, const BatchOptions& options,
         const std::function<Status(const fs::path&)>& describe, const EngineWork& work, std::atomic<bool>& stop)
      : batch_(std::move(batch)), slurm_(slurm), folder_(folder), options_(options), describe_(describe), work_(work), stop_(stop) {}

  Status operator()() {
    if (Status s = slurm_.check(); !s) return s;
    for (std::size_t n = 0; n < work_.todo.size() && !stop_; ++n) {
      const BatchCase& c = *work_.todo[n];
      if (!c.refusal) {
        open_[c.facts.case_id] = n;
        continue;
      }
      const auto refused = refused_attempt(folder_, c);
      if (!refused) return refused.error();
      work_.collect(n, *refused);
      folder_.end_attempt(refused->folder);
    }
    for (const auto& path : arrays_of(batch_)) {
      if (stop_) return ok_status();
      if (Status s = take_up(ArrayFolder(path)); !s) return s;
    }
    while (!open_.empty() && !stop_) {
      const std::size_t before = open_.size();
      const auto array = submit();
      if (!array) return array.error();
      if (Status s = watch(*array); !s) return s;
      if (stop_) return ok_status();
      if (open_.size() == before) return no_progress(*array);
      array->remove();
    }
    return ok_status();
  }

 private:
  ArrayCase array_case(const std::string& id) const { return {id, work_.keys[open_.at(id)]}; }

  /// An array that an earlier batch left.
  Status take_up(const ArrayFolder& array) {
    const std::string job = array.job();
    harvest(array, true);
    if (job.empty()) {
      // Killed between the submission and the note of its number.
      if (Status s = cancel_named(job_name(array), array.path()); !s) return s;
    } else {
      const auto state = array_state(job, array.path());
      if (!state) return state.error();
      if (!state->ended() && covers_all(array)) {
        work_.note("going on with array " + job);
        if (Status s = watch(array); !s) return s;
      } else if (!state->ended()) {
        if (Status s = cancel_array(job, array.path()); !s) return s;
        harvest(array, true);
      }
    }
    if (!stop_) array.remove();
    return ok_status();
  }

  bool covers_all(const ArrayFolder& array) const {
    std::map<std::string, std::string> keys;
    for (const ArrayCase& c : array.cases()) keys[c.case_id] = c.key;
    return !open_.empty() && std::all_of(open_.begin(), open_.end(), [&](const auto& o) {
      const auto key = keys.find(o.first);
      return key != keys.end() && key->second == work_.keys[o.second];
    });
  }

  /// Collects what has ended. \param earlier of an earlier batch: what ended because it could not be written is made again, not told again
  void harvest(const ArrayFolder& array, bool earlier) {
    for (const std::string& id : array.done()) {
      if (stop_) return;
      if (open_.count(id) == 0) {  // it has its row, or has left the archive
        if (!array.mark_collected(id)) return;
        array.drop(id);
        continue;
      }
      if (earlier) array.recover(id, folder_.case_folder(id));
      const auto attempt = array.read(array_case(id));
      if (!attempt || (earlier && ends_batch(*attempt))) {
        array.drop(id);
        continue;
      }
      if (!work_.collect(open_.at(id), *attempt)) continue;
      // In this order: a task that begins again finds one of them at any moment.
      if (!array.mark_collected(id)) return;
      array.drop(id);
      open_.erase(id);
    }
  }

  Result<ArrayFolder> submit() {
    auto array = ArrayFolder::make(batch_ / "slurm");
    if (!array) return array;
    if (Status s = describe_(array->path()); !s) return s.error();
    const std::size_t per_task =
        slurm_.cases_per_task > 0 ? static_cast<std::size_t>(slurm_.cases_per_task) : (open_.size() + kTasks - 1) / kTasks;
    std::vector<std::vector<ArrayCase>> chunks;
    std::uint64_t memory = 0;
    for (const auto& [id, n] : open_) {
      if (chunks.empty() || chunks.back().size() == per_task) chunks.emplace_back();
      chunks.back().push_back(array_case(id));
      memory = std::max(memory, memory_estimate(work_.todo[n]->input_bytes));
    }
    if (Status s = array->write_chunks(chunks); !s) return s.error();
    const fs::path script = array->path() / "task.sh";
    std::string text = "#!/bin/sh\nexec";  // so that the scheduler's signals reach the program itself
    for (const auto& word : slurm_.task_command) text += " " + shell_word(word);
    text += " " + shell_word(array->path().string()) + " \"$SLURM_ARRAY_TASK_ID\"\n";
    if (Status s = replace_file(script, text); !s) return s.error();

    std::vector<std::string> arguments{"--cpus-per-task=" + std::to_string(slurm_.cpus_per_task),
                                       "--mem=" + std::to_string(memory / (1U << 20U) + 1) + "M"};
    if (options_.time_limit.count() > 0) {
      const auto minutes = static_cast<std::int64_t>(per_task) * (options_.time_limit.count() / 60 + 1) + 5;
      arguments.push_back("--time=" + std::to_string(minutes));
    }
    arguments.insert(arguments.end(), slurm_.sbatch_options.begin(), slurm_.sbatch_options.end());
    std::string range = "--array=1-" + std::to_string(chunks.size());
    if (slurm_.tasks_at_once > 0) range += "%" + std::to_string(slurm_.tasks_at_once);
    arguments.insert(arguments.end(), {range, "--job-name=" + job_name(*array), "--requeue", "--open-mode=append",
                                       "--output=" + (array->path() / "logs" / "task-%a.log").string(), "--chdir=/"});
    const auto job = submit_array(arguments, script, array->path());
    if (!job) {
      array->remove();
      return job.error();
    }
    if (Status s = array->note_job(*job); !s) return s.error();
    return array;
  }

  /// Until every case has its row, or the array has ended, or the batch is to stop.
  Status watch(const ArrayFolder& array) {
    const std::string job = array.job();
    auto pause = slurm_.ask_first;
    auto ask_at = Clock::now() + pause;
    auto heard = Clock::now();
    std::optional<Clock::time_point> ended;
    while (!stop_) {
      harvest(array, false);
      if (open_.empty() || stop_) break;
      const auto now = Clock::now();
      if (ended && now - *ended > slurm_.settle) return ok_status();
      if (!ended && now >= ask_at) {
        const auto state = array_state(job, array.path());
        pause = std::min(2 * pause, slurm_.ask_last);
        ask_at = Clock::now() + pause;
        if (!state) {
          // The tasks work on while the controller is away.
          if (Clock::now() - heard > kSilence) return state.error();
        } else {
          heard = Clock::now();
          if (state->ended()) ended = heard;
          if (state->hopeless()) {
            if (Status s = cancel_array(job, array.path()); !s) return s;
            return Error{ErrorCode::scheduler_failed, "the array can never begin: " + state->reason, "job " + job,
                         "Give what the cluster asks for with --slurm-options, then run again with --resume."};
          }
          work_.note(standing(job, *state));
        }
      }
      std::this_thread::sleep_for(kLook);
    }
    // The last tasks have still to end themselves.
    for (const auto until = Clock::now() + slurm_.settle; !stop_ && Clock::now() < until; std::this_thread::sleep_for(slurm_.ask_first))
      if (const auto state = array_state(job, array.path()); state && state->ended()) return ok_status();
    // What is left: all where the batch is to stop; else second attempts at cases whose first came back after all.
    return cancel_array(job, array.path());
  }

  static std::string standing(const std::string& job, const ArrayState& state) {
    std::string text = "array " + job + ": " + std::to_string(state.running) + " tasks run";
    if (state.pending > 0) text += ", " + std::to_string(state.pending) + " wait (" + state.reason + ")";
    return text;
  }

  Error no_progress(const ArrayFolder& array) const {
    std::string said;
    std::error_code ec;
    std::vector<fs::path> logs;
    for (fs::directory_iterator it(array.path() / "logs", ec), end; !ec && it != end; it.increment(ec)) logs.push_back(it->path());
    std::sort(logs.begin(), logs.end());
    for (const auto& log : logs) {
      constexpr std::size_t kTail = 4096;
      const std::string tail = file_tail(log, kTail);
      said = last_message(tail);
      if (said.empty()) said = tail.substr(0, tail.find_last_not_of(" \n") + 1);
      if (!said.empty()) break;
    }
    return Error{ErrorCode::scheduler_failed,
                 "array " + array.job() + " ended without a result of any of its " + std::to_string(open_.size()) + " cases" +
                     (said.empty() ? "" : "; a task said: " + said),
                 (array.path() / "logs").string(),
                 "Check that every node sees the output folder, the archive and the program under the same paths, and the limits of the "
                 "partition; then run again with --resume."};
  }

  const fs::path batch_;
  const SlurmOptions& slurm_;
  const BatchFolder& folder_;
  const BatchOptions& options_;
  const std::function<Status(const fs::path&)>& describe_;
  const EngineWork& work_;
  std::atomic<bool>& stop_;
  std::map<std::string, std::size_t> open_;  ///< cases without a row, and their place in the work
};

}  // namespace

Status SlurmOptions::check() const {
  const auto bad = [](const std::string& what, const std::string& hint) { return Error{ErrorCode::invalid_option, what, "", hint}; };
  if (task_command.empty()) return bad("no command for the tasks", "Name the program.");
  if (tasks_at_once < 0)
    return bad("tasks at once = " + std::to_string(tasks_at_once) + " is negative", "Give a number, or 0 for no limit.");
  if (cases_per_task < 0)
    return bad("cases per task = " + std::to_string(cases_per_task) + " is negative", "Give a number, or 0 for the smallest that works.");
  if (cpus_per_task < 1) return bad("cpus per task = " + std::to_string(cpus_per_task) + " is less than 1", "Give the cores of one task.");
  for (const auto& o : sbatch_options)
    if (o == "-M" || o.rfind("--clusters", 0) == 0 || o.rfind("--wrap", 0) == 0 || o == "-W" || o == "--wait")
      return bad("\"" + o + "\" is no option of sbatch that works here", "Leave it out.");
  return ok_status();
}

BatchEngine slurm_engine(const fs::path& batch, const SlurmOptions& slurm, const BatchFolder& folder, const BatchOptions& options,
                         const std::function<Status(const fs::path&)>& describe) {
  std::error_code ec;
  return [place = fs::absolute(batch, ec).lexically_normal(), &slurm, &folder, &options, &describe](
             const EngineWork& work, std::atomic<bool>& stop) { return Engine(place, slurm, folder, options, describe, work, stop)(); };
}

bool has_arrays(const fs::path& batch) { return !arrays_of(batch).empty(); }

}  // namespace seedaudit
