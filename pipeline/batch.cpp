// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/batch.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <set>
#include <utility>

#include "core/report_hash.h"
#include "core/sha256.h"
#include "pipeline/batch_ending.h"
#include "pipeline/local_engine.h"

namespace seedaudit {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kLogBytes = 1U << 20U;  // of what a case's process said

std::string options_of(const BatchCase& c, const BatchOptions& options) {
  Sha256 hash;
  hash.add_part(options.options_sha256);
  hash.add_part(c.request_sha256);
  return hash.hexadecimal();
}

std::string limits_of(const BatchOptions& options) {
  return std::to_string(options.time_limit.count()) + " s, " + std::to_string(options.memory_limit) + " bytes";
}

std::string key_of(const BatchCase& c, const BatchOptions& options) {
  Sha256 hash;
  hash.add_part(options.program);
  hash.add_part(options_of(c, options));
  hash.add_part(limits_of(options));
  return hash.hexadecimal();
}

/// Which finished rows stay, and why the others do not.
enum class Again { no, no_row, program, options, limits, report };

Again why_again(const BatchCase& c, const RowKey* key, const BatchFolder& folder, const BatchOptions& options) {
  if (key == nullptr) return Again::no_row;
  if (key->program != options.program) return Again::program;
  if (key->options_sha256 != options_of(c, options)) return Again::options;
  if (!key->cause.empty() && key->limits != limits_of(options)) return Again::limits;
  if (!key->report_sha256.empty() && key->report_sha256 != report_hash(file_content(folder.case_folder(c.facts.case_id) / "report.json")))
    return Again::report;
  return Again::no;
}

struct Plan {
  std::vector<std::size_t> todo;
  Warnings notes;
};

Result<Plan> plan_batch(const std::vector<BatchCase>& cases, const BatchFolder& folder, Store& store, const BatchOptions& options) {
  auto keys = store.keys();
  if (!keys) return keys.error();
  if (!keys->empty() && !options.resume)
    return Error{ErrorCode::invalid_option, "the output folder holds the rows of an earlier batch", "",
                 "Add --resume, or name another folder."};
  std::vector<std::string> ids;
  for (const BatchCase& c : cases) ids.push_back(c.facts.case_id);
  std::sort(ids.begin(), ids.end());
  std::vector<std::string> gone;
  for (const auto& [id, key] : *keys)
    if (!std::binary_search(ids.begin(), ids.end(), id)) gone.push_back(id);
  // One wrong path must not set aside the work of weeks.
  if (!keys->empty() && gone.size() == keys->size())
    return Error{ErrorCode::invalid_option, "none of the audited cases is in this archive", "",
                 "Name the archive of the earlier batch, or another output folder."};
  for (const auto& id : gone)
    if (Status s = store.remove(id); !s) return s.error();
  const auto moved = folder.supersede(ids);
  if (!moved) return moved.error();

  Plan plan;
  if (const auto n = std::max(gone.size(), moved->size()); n > 0)
    plan.notes.push_back({"CASES_SUPERSEDED",
                          std::to_string(n) + " cases are no longer in the archive: their rows are gone, their audits lie in superseded/"});
  std::map<Again, std::size_t> count;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto key = keys->find(cases[i].facts.case_id);
    const Again why = why_again(cases[i], key == keys->end() ? nullptr : &key->second, folder, options);
    ++count[why];
    if (why != Again::no) plan.todo.push_back(i);
  }
  const auto note = [&](Again why, const char* code, const std::string& text) {
    if (count[why] > 0) plan.notes.push_back({code, std::to_string(count[why]) + " finished cases are audited again: " + text});
  };
  note(Again::program, "PROGRAM_CHANGED", "another version of the program audited them; this is " + options.program);
  note(Again::options, "OPTIONS_CHANGED", "their options or input files have changed");
  note(Again::limits, "LIMITS_CHANGED", "they had ended early, and the limits have changed");
  note(Again::report, "REPORT_CHANGED", "their report.json is not the one that was written, or is gone");
  return plan;
}

/// Everything of one batch under way. Each case writes its own slot; collect() alone touches the store.
class Run {
 public:
  Run(const std::vector<BatchCase>& cases, const BatchFolder& folder, Store& store, const BatchOptions& options, const BatchSeams& seams,
      const Progress& progress, std::atomic<bool>& stop)
      : cases_(cases), folder_(folder), store_(store), options_(options), seams_(seams), progress_(progress), stop_(stop) {}

  Result<BatchOutcome> operator()() {
    auto plan = plan_batch(cases_, folder_, store_, options_);
    if (!plan) return plan.error();
    todo_ = std::move(plan->todo);
    BatchOutcome outcome;
    outcome.cases = cases_.size();
    outcome.kept = cases_.size() - todo_.size();
    outcome.notes = std::move(plan->notes);
    start_ = Clock::now();
    EngineWork work;
    for (const std::size_t i : todo_) {
      work.todo.push_back(&cases_[i]);
      work.keys.push_back(key_of(cases_[i], options_));
    }
    work.collect = [&](std::size_t n, const CaseAttempt& a) { return collect(n, a); };
    work.note = [&](const std::string& text) {
      engine_note_ = text;
      show_progress();
    };
    const Status ended = seams_.engine ? seams_.engine(work, stop_) : local_engine(folder_, options_, seams_)(work, stop_);
    outcome.audited = done_;
    if (fatal_) return *fatal_;
    if (!ended) return ended.error();
    if (done_ < todo_.size())
      return Error{
          ErrorCode::output_unwritable,
          "the batch was stopped after " + std::to_string(outcome.kept + done_) + " of " + std::to_string(cases_.size()) + " cases", "",
          "Run again with --resume to go on."};
    return outcome;
  }

 private:
  const BatchCase& case_of(std::size_t n) const { return cases_[todo_[n]]; }

  void end_batch(const Error& error) {
    if (!fatal_) fatal_ = error;
    stop_ = true;
  }

  bool collect(std::size_t n, const CaseAttempt& a) {
    const std::size_t before = done_;
    if (Status s = finish(case_of(n), a); !s) end_batch(s.error());
    return done_ > before;
  }

  /// The row of a case. Its audit takes its place first and the row is committed then: a kill between them leaves an audit without a valid
  /// row, which a resumed batch makes anew.
  Status finish(const BatchCase& c, const CaseAttempt& a) {
    if (stop_ && a.outcome && a.outcome->end == ChildEnd::stopped) return ok_status();
    if (a.error && ends_batch(*a.error)) return *a.error;
    const std::string said = a.outcome ? seams_.scrub(file_tail(a.folder / "log", kLogBytes)) : std::string();
    CaseRow row = c.facts;
    row.program = options_.program;
    row.options_sha256 = options_of(c, options_);
    row.limits = limits_of(options_);
    row.started_at = a.started_at;
    std::string report;
    if (a.error) {
      row.status = "refused";
      row.reason = seams_.scrub(a.error->message());
    } else {
      const Status judged = judge(c, row, a, said, report);
      if (!judged) return judged;
      row.elapsed_s = a.outcome->elapsed.count();
      row.peak_memory_mb = static_cast<double>(a.outcome->peak_memory) / 1e6;
    }
    if (Status s = replace_file(folder_.log_file(row.case_id), a.error ? row.reason + "\n" : said); !s) return s;
    if (Status s = report.empty() ? folder_.withdraw(row.case_id, a.folder) : folder_.publish(row.case_id, a.folder, a.folder / "out"); !s)
      return s;
    row.finished_at = utc_now();
    if (Status s = store_.put(row, report); !s) return s;
    ++done_;
    ++status_count_[row.status];
    show_progress();
    return ok_status();
  }

  /// What the child's end means. \param report its text where there is one to be kept
  Status judge(const BatchCase& c, CaseRow& row, const CaseAttempt& a, const std::string& said, std::string& report) const {
    if (ends_batch(a)) {
      const std::string message = last_message(said);
      return Error{ErrorCode::output_unwritable, message.empty() ? "the output of a case cannot be written" : message, row.case_id,
                   "Free space, then run again with --resume; finished cases are kept."};
    }
    if (a.outcome->end == ChildEnd::exited) report = file_content(a.folder / "out" / "report.json");
    if (report.empty()) {
      describe_ending(row, *a.outcome, said, options_.time_limit);
      // Not of a case that crashed: what crashed its process may crash this one.
      if (row.status == "refused" && row.patient.empty() && seams_.patient_of_refused) row.patient = seams_.patient_of_refused(c);
      return ok_status();
    }
    if (Status s = seams_.fill_row(row, report); !s) {
      row.status = "failed";
      row.cause = "no_report";
      row.reason = seams_.scrub(s.error().message());
      report.clear();
      return ok_status();
    }
    row.report_sha256 = report_hash(report);
    return ok_status();
  }

  void show_progress() const {
    const double elapsed_h = std::chrono::duration<double>(Clock::now() - start_).count() / 3600.0;
    const double per_hour = elapsed_h > 0.0 ? static_cast<double>(done_) / elapsed_h : 0.0;
    const double left_min = per_hour > 0.0 ? 60.0 * static_cast<double>(todo_.size() - done_) / per_hour : 0.0;
    const std::size_t kept = cases_.size() - todo_.size();
    std::string line = std::to_string(kept + done_) + " of " + std::to_string(cases_.size()) + " cases";
    for (const auto& [status, n] : status_count_) line += ", " + std::to_string(n) + " " + status;
    std::array<char, 96> rate{};
    std::snprintf(rate.data(), rate.size(), "; %.0f an hour, about %.0f min left", per_hour, left_min);
    report_progress(progress_, line + rate.data() + (engine_note_.empty() ? "" : "; " + engine_note_),
                    static_cast<double>(kept + done_) / static_cast<double>(cases_.size()));
  }

  const std::vector<BatchCase>& cases_;
  const BatchFolder& folder_;
  Store& store_;
  const BatchOptions& options_;
  const BatchSeams& seams_;
  const Progress& progress_;
  std::atomic<bool>& stop_;
  std::vector<std::size_t> todo_;
  std::string engine_note_;
  std::optional<Error> fatal_;
  std::size_t done_ = 0;
  std::map<std::string, std::size_t> status_count_;
  Clock::time_point start_;
};

}  // namespace

Status BatchOptions::check() const {
  const auto bad = [](const std::string& what, const std::string& hint) { return Error{ErrorCode::invalid_option, what, "", hint}; };
  if (jobs < 1 || jobs > 1024)
    return bad("jobs = " + std::to_string(jobs) + " is not within 1 to 1024", "Give the number of cases at once.");
  if (time_limit.count() < 0) return bad("the time limit is negative", "Give minutes, or 0 for none.");
  return ok_status();
}

std::uint64_t memory_estimate(std::uint64_t input_bytes) {
  constexpr std::uint64_t kProgram = 300'000'000;  // libraries, tables and the dose grid
  constexpr std::uint64_t kCopies = 12;            // of 16-bit voxels: one as read, and floats for detection and registration
  return kProgram + kCopies * input_bytes;
}

Result<BatchOutcome> run_batch(const std::vector<BatchCase>& cases, const BatchFolder& folder, Store& store, const BatchOptions& options,
                               const BatchSeams& seams, const Progress& progress, std::atomic<bool>& stop) {
  if (Status s = options.check(); !s) return s.error();
  std::set<std::string> seen;
  for (const BatchCase& c : cases) {
    const std::string& id = c.facts.case_id;
    const bool sound = !id.empty() && id.front() != '.' && id.find('/') == std::string::npos;
    if (!sound || !seen.insert(id).second)
      return Error{ErrorCode::invalid_option, "case_id \"" + id + "\" is " + (sound ? "there twice" : "no name for a folder"), "",
                   "Give each case a name of its own."};
  }
  if (Status s = store.claim(folder.batch_id()); !s) return s.error();
  return Run(cases, folder, store, options, seams, progress, stop)();
}

}  // namespace seedaudit
