// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <atomic>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <sstream>
#include <thread>

#include "cli/audit_settings.h"
#include "cli/batch_archive.h"
#include "cli/case_command.h"
#include "cli/commands.h"
#include "cli/shell.h"
#include "core/case_dates.h"
#include "core/sha256.h"
#include "io/manifest_file.h"
#include "pipeline/batch.h"
#include "pipeline/slurm_engine.h"
#include "report/atomic_file.h"
#include "report/case_digest.h"

namespace seedaudit {
namespace {

namespace fs = std::filesystem;

struct BatchCommand {
  std::string archive, output, database, config;
  std::string engine = "local";
  std::string slurm_options;
  PrivacyOptions privacy;
  int jobs = 0, cases_per_task = 0;
  bool resume = false;
  double time_limit_min = 60.0, memory_limit_gb = 0.0;
  ShellOptions shell;
};

/// Set by the signals that ask to stop, and by an error within: the only state that a signal handler may touch.
std::atomic<bool> stop_asked{false};
static_assert(std::atomic<bool>::is_always_lock_free);

int core_count() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

/// What the system can give without swapping, less a fifth for itself.
std::uint64_t memory_budget() {
  std::ifstream in("/proc/meminfo");
  std::string name;
  for (std::uint64_t kilobytes = 0; in >> name >> kilobytes; in.ignore(256, '\n'))
    if (name == "MemAvailable:") return kilobytes * 1024U / 5U * 4U;
  return 2'000'000'000;
}

/// A configuration that no case could be run with is told once, not once a case. \return its content, for the hash of the options
Result<std::string> checked_config(const std::string& file) {
  if (file.empty()) return std::string();
  if (const auto options = configured_options({file}); !options) return options.error();
  return file_content(file);
}

std::string database_of(const BatchCommand& b) { return b.database.empty() ? (fs::path(b.output) / "seedaudit.db").string() : b.database; }

Status write_tables(Store& store, const fs::path& out, const BatchPrivacy& privacy, std::string& summary) {
  const auto rows = store.rows();
  if (!rows) return rows.error();
  summary = case_rows_summary(*rows, privacy.identity, privacy.shift_dates);
  if (Status s = write_file_atomically(out / "cases.csv", case_rows_csv(*rows)); !s) return s;
  return write_file_atomically(out / "summary.json", summary);
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

Status check_engine(const BatchCommand& b, bool slurm) {
  if (!slurm && (!b.slurm_options.empty() || b.cases_per_task > 0))
    return Error{ErrorCode::invalid_option, "--slurm-options and --cases-per-task go with --engine slurm", "",
                 "Add it, or leave them out."};
  // Its tasks would audit the same cases once more, and what they finished would be lost.
  if (!slurm && has_arrays(b.output))
    return Error{ErrorCode::invalid_option, "a job array of an earlier batch may still run in the output folder", b.output,
                 "Add --engine slurm, or end it with scancel and remove the folder slurm in there."};
  return ok_status();
}

SlurmOptions slurm_options_of(const BatchCommand& b, const fs::path& program) {
  SlurmOptions slurm;
  slurm.task_command = {program.string(), "batch-task"};
  slurm.sbatch_options = words_of(b.slurm_options);
  slurm.tasks_at_once = b.jobs;
  slurm.cases_per_task = b.cases_per_task;
  slurm.cpus_per_task = std::max(1, b.shell.threads);
  return slurm;
}

struct ArchiveRead {
  BatchPrivacy privacy;
  BatchArchive archive;
};

Result<ArchiveRead> read_archive(const BatchCommand& b, const fs::path& out) {
  std::error_code ec;
  const fs::path here = b.archive, owned = out / "private";
  if (fs::is_directory(here, ec)) {
    auto privacy = privacy_of(b.privacy, nullptr, {}, owned);
    if (!privacy) return privacy.error();
    auto archive = list_case_folders(here, owned, privacy->key);
    if (!archive) return archive.error();
    return ArchiveRead{std::move(privacy).value(), std::move(archive).value()};
  }
  auto manifest = read_manifest(here);
  if (!manifest) return manifest.error();
  auto privacy = privacy_of(b.privacy, &*manifest, fs::absolute(here, ec).parent_path(), owned);
  if (!privacy) return privacy.error();
  auto archive = list_manifest_cases(std::move(manifest).value(), here, *privacy);
  if (!archive) return archive.error();
  return ArchiveRead{std::move(privacy).value(), std::move(archive).value()};
}

Result<BatchOutcome> audit_archive(const BatchCommand& b, std::string& summary) {
  const bool slurm = b.engine == "slurm";
  if (Status s = check_engine(b, slurm); !s) return s.error();
  const auto config = checked_config(b.config);
  if (!config) return config.error();
  if (Status s = check_archive(b.archive, b.output); !s) return s.error();
  const auto folder = BatchFolder::open(b.output);
  if (!folder) return folder.error();
  auto store = Store::open(database_of(b));
  if (!store) return store.error();
  std::error_code ec;
  const fs::path out = fs::absolute(b.output, ec).lexically_normal();
  const auto read = read_archive(b, out);
  if (!read) return read.error();
  const BatchArchive* archive = &read->archive;
  const BatchPrivacy& privacy = read->privacy;
  for (const Warning& w : archive->notes) log_warn(w.code + ": " + w.message);

  const int cores = b.shell.threads > 0 ? b.shell.threads : core_count();
  BatchOptions options;
  options.jobs = b.jobs > 0 ? b.jobs : cores;
  options.resume = b.resume;
  options.time_limit = std::chrono::seconds(static_cast<long>(std::ceil(60.0 * b.time_limit_min)));
  options.memory_limit = static_cast<std::uint64_t>(1e9 * b.memory_limit_gb);
  options.memory_budget = memory_budget();
  options.program = program_text();
  Sha256 hash;
  hash.add_part(*config);
  hash.add_part(privacy.identity + (privacy.shift_dates ? " shift" : ""));
  if (privacy.identity == "pseudonym") hash.add_part(key_id_of(privacy.key));
  options.options_sha256 = hash.hexadecimal();

  std::map<std::string, std::size_t> index_of;
  for (std::size_t i = 0; i < archive->cases.size(); ++i) index_of[archive->cases[i].facts.case_id] = i;
  CaseProgram how;
  how.program = fs::read_symlink("/proc/self/exe", ec);
  if (!b.config.empty()) how.config_file = fs::absolute(b.config, ec);
  how.privacy = privacy;
  how.threads = slurm ? std::max(1, b.shell.threads) : std::max(1, cores / options.jobs);
  BatchSeams seams;
  seams.command = [&](const BatchCase& c, const fs::path& attempt) {
    return case_command(how, *archive, index_of.at(c.facts.case_id), attempt);
  };
  const SlurmOptions slurm_options = slurm_options_of(b, how.program);
  const std::function<Status(const fs::path&)> describe = [&](const fs::path& array) {
    return write_array_job(array, {options.program, how, {options.time_limit, options.memory_limit}}, *archive, b.archive);
  };
  if (slurm) seams.engine = slurm_engine(out, slurm_options, *folder, options, describe);
  seams.fill_row = [](CaseRow& row, std::string_view report) { return fill_row(row, report); };
  seams.patient_of_refused = [&](const BatchCase& c) { return pseudonym_of_folder(*archive, index_of.at(c.facts.case_id), privacy); };
  seams.scrub = [&](const std::string& text) {
    const std::string clean = without_paths(text, {archive->root, out / "work", out / "slurm"});
    // What is said before it is known whose case it is has true dates.
    return privacy.shift_dates ? without_dates(clean) : clean;
  };

  ProgressDisplay progress(b.shell);
  auto outcome = run_batch(archive->cases, *folder, *store, options, seams, progress.callback(), stop_asked);
  progress.finish();
  if (!outcome) return outcome;
  if (Status s = write_tables(*store, out, privacy, summary); !s) return s.error();
  return outcome;
}

int run_batch_command(const BatchCommand& b) {
  if (Status s = apply(b.shell); !s) return fail(s.error());
  for (const int s : {SIGINT, SIGTERM}) std::signal(s, [](int) { stop_asked = true; });
  std::string summary;
  const auto outcome = audit_archive(b, summary);
  if (!outcome) return fail(outcome.error());
  for (const Warning& w : outcome->notes) log_warn(w.code + ": " + w.message);
  const std::string head = std::to_string(outcome->cases) + " cases: " + std::to_string(outcome->audited) + " audited now, " +
                           std::to_string(outcome->kept) + " kept from before\n";
  if (Status s = write_text({}, head + summary); !s) return fail(s.error());
  return exit_code::kOk;
}

}  // namespace

void add_batch(CLI::App& app, int& exit_status) {
  auto* command = app.add_subcommand("batch", "Audit an archive unattended: each case a process of its own, one row a case, resumable");
  auto b = std::make_shared<BatchCommand>();
  command->add_option("ARCHIVE", b->archive, "manifest.json of `seedaudit scan`, or a folder whose direct subfolders are cases")
      ->required()
      ->check(not_empty);
  command->add_option("-o,--output", b->output, "Folder for cases/, logs/, seedaudit.db, cases.csv and summary.json")
      ->required()
      ->check(not_empty);
  command->add_option("--jobs", b->jobs, "Cases at once; 0 = as many as cores, or as Slurm begins. Fewer where their memory would not fit")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  command->add_flag("--resume", b->resume, "Go on after an end of any kind; finished cases are verified and left as they are");
  command->add_option("--db", b->database, "Database: a file, or postgresql://USER@HOST/NAME [OUTPUT/seedaudit.db]")->check(not_empty);
  command
      ->add_option("--engine", b->engine,
                   "Where cases run: local, or slurm: as a job array; OUTPUT, archive and program must be on a disk that all nodes see")
      ->check(CLI::IsMember({"local", "slurm"}))
      ->capture_default_str();
  command->add_option("--slurm-options", b->slurm_options, "Options of sbatch, separated by blanks: partition, account, memory, ...")
      ->check(not_empty);
  command
      ->add_option("--cases-per-task", b->cases_per_task,
                   "Cases of one task of the array, one after the other; 0 = 1, more beyond 1000 cases")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  command->add_option("--case-time-limit", b->time_limit_min, "Minutes after which a case is ended and its row is failed; 0 = none")
      ->check(CLI::Range(0.0, 1e5))
      ->capture_default_str();
  command
      ->add_option("--case-memory-limit", b->memory_limit_gb,
                   "Address space of one case in GB (1e9 bytes), beyond which its row is failed; 0 = none")
      ->check(CLI::Range(0.0, 1e5))
      ->capture_default_str();
  command
      ->add_option("--identity", b->privacy.identity,
                   "How rows, reports, pages, records and DICOM objects name patients: pseudonym, keyed; keep: pages, records and objects "
                   "name them; none")
      ->check(CLI::IsMember({"keep", "pseudonym", "none"}))
      ->capture_default_str();
  command
      ->add_option("--dates", b->privacy.dates,
                   "Dates of all outputs: keep; or, with pseudonyms, shift: each patient's by one number of days, which changes no figure "
                   "but leaves nothing to say of periods [as the manifest has them, else keep]")
      ->check(CLI::IsMember({"keep", "shift"}));
  command
      ->add_option("--key", b->privacy.key_file,
                   "The site's key file [seedaudit.key beside the manifest; of a folder in OUTPUT/private, made if absent]")
      ->check(not_empty);
  command->add_option("--config", b->config, "JSON file of limits and method options for every case, as `run` takes it")->check(not_empty);
  add_shell_options(*command, b->shell);
  command->footer(
      "Example: seedaudit batch archive -o audits --jobs 4\n         seedaudit batch archive -o audits --resume\n"
      "         seedaudit batch manifest.json -o audits --engine slurm --slurm-options '-p short -A qa'\n"
      "Exit: 0 every case has its row, 2 usage, 3 no archive, 4 Slurm fails, 5 output or database not written or stopped: go on with "
      "--resume.");
  command->callback([b, &exit_status] { exit_status = run_batch_command(*b); });
}

}  // namespace seedaudit
