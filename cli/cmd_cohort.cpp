// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/cohort_outcomes.h"
#include "cli/commands.h"
#include "cli/shell.h"
#include "io/report_reader.h"
#include "pipeline/cohort_summary.h"
#include "pipeline/store.h"
#include "report/atomic_file.h"
#include "report/cohort_json.h"
#include "report/cohort_page.h"
#include "report/cohort_plots.h"
#include "report/cohort_sections.h"

namespace seedaudit {
namespace {

struct CohortCommand {
  std::string input, output, period = "quarter";
  CohortOptions cohort;
  OutcomesCommand outcomes;
};

namespace fs = std::filesystem;

/// The reports that a batch keeps in its database, as if they lay in its folder.
Result<CohortFolder> read_store(const std::string& database) {
  auto store = Store::open_existing(database);
  if (!store) return store.error();
  CohortFolder out;
  const Status walked = store->for_each_report([&](const CaseRow& row, std::string_view report) {
    const std::string path = "cases/" + row.case_id + "/report.json";
    auto record = parse_report(report, path);
    if (record) {
      if (!row.patient.empty()) record->patient = row.patient;
      out.records.push_back(std::move(record).value());
    } else
      out.left_out.push_back({path, record.error().message()});
    return ok_status();
  });
  if (!walked) return walked.error();
  if (out.records.empty())
    return Error{ErrorCode::empty_folder, "the database holds no report that can be read", "",
                 "See the rows in cases.csv for what became of the cases."};
  return out;
}

/// The database of a batch; empty: a folder of audits without one.
std::string given_database(const std::string& input) {
  std::error_code ec;
  if (!fs::is_directory(input, ec)) return input;
  const fs::path database = fs::path(input) / "seedaudit.db";
  return fs::exists(database, ec) ? database.string() : std::string();
}

/// A batch's folder is read by its database, which knows the audits that count; another folder by the reports that lie in it.
Result<CohortFolder> read_audits(const std::string& input) {
  std::error_code ec;
  if (!fs::is_directory(input, ec)) {
    if (input.find("://") == std::string::npos && !fs::exists(input, ec))
      return Error{ErrorCode::path_not_found, "no such folder or database", input, "Name the output of `batch`, or its database."};
    return read_store(input);
  }
  const std::string database = given_database(input);
  return database.empty() ? read_cohort_folder(input) : read_store(database);
}

/// From the page to each audit: its report.html where it lies there, else its report.json, else nothing.
std::vector<std::string> links_of(const CohortSummary& summary, const CohortCommand& options) {
  std::vector<std::string> out(summary.records.size());
  std::error_code ec;
  const fs::path folder = fs::is_directory(options.input, ec) ? fs::path(options.input) : fs::path(options.input).parent_path();
  const fs::path relative = fs::relative(folder.empty() ? fs::path(".") : folder, options.output, ec);
  if (ec || relative.empty()) return out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const fs::path report = summary.records[i].path, page = report.parent_path() / "report.html";
    for (const auto& file : {page, report}) {
      if (!fs::exists(folder / file, ec)) continue;
      out[i] = (relative / file).generic_string();
      break;
    }
  }
  return out;
}

int cohort(const CohortCommand& options) {
  if (Status s = options.cohort.check(); !s) return fail(s.error());
  auto read = read_audits(options.input);
  if (!read) return fail(read.error());
  const CohortSummary summary = summarise_cohort(std::move(read->records), std::move(read->left_out), options.cohort);
  const auto outcomes = analyse_outcomes(options.outcomes, summary, given_database(options.input), options.cohort.limit_d90_pct,
                                         options.cohort.limit_v100_pct);
  if (!outcomes) return fail(outcomes.error());
  if (Status s = check_outcomes_apart(options.outcomes, options.output, *outcomes); !s) return fail(s.error());
  auto folder = OutputFolder::make(options.output);
  if (!folder) return fail(folder.error());
  auto plots = cohort_plots(summary);
  // All lie on the medium before the first takes its name.
  std::vector<PendingFile> files;
  std::vector<std::pair<std::string, std::string>> contents{
      {"summary.csv", cohort_summary_csv(summary)},
      {"cases.csv", cohort_cases_csv(summary)},
      {"strata.csv", cohort_strata_csv(summary)},
      {"cohort.html", cohort_html(summary, links_of(summary, options), plots, outcomes->section)},
      {"cohort.json", cohort_json(summary)}};
  for (auto& plot : plots) contents.emplace_back(std::move(plot.file), std::move(plot.svg));
  contents.insert(contents.end(), outcomes->files.begin(), outcomes->files.end());
  for (const auto& [name, content] : contents) {
    auto file = PendingFile::write(folder->path() / name, content);
    if (!file) {
      files.clear();
      folder->discard();
      return fail(file.error());
    }
    files.push_back(std::move(file).value());
  }
  for (auto& file : files)
    if (Status s = file.commit(); !s) return fail(s.error());
  remove_old_outcomes(folder->path(), *outcomes);
  if (Status s = write_text({}, cohort_text(summary) + outcomes->text); !s) return fail(s.error());
  return exit_code::kOk;
}

}  // namespace

void add_cohort(CLI::App& app, int& exit_status) {
  auto* command = app.add_subcommand("cohort", "Summary of many audits: doses, seeds, what to look at first");
  auto options = std::make_shared<CohortCommand>();
  command
      ->add_option("OUT", options->input, "Output folder or database of `batch`, or a folder of audits: every report.json below it is read")
      ->required()
      ->check(not_empty);
  command->add_option("-o,--output", options->output, "Folder for cohort.json, cohort.html, tables (CSV) and plots (SVG)")
      ->required()
      ->check(not_empty);
  command->add_option("--equivalence-margin-pct-points", options->cohort.equivalence_margin_pct_points,
                      "Largest mean change of D90 (% of the prescription) and V100 that does not matter [no test of equivalence]");
  command->add_option("--limit-d90-pct", options->cohort.limit_d90_pct, "Implants with a lesion below are counted, % of the prescription")
      ->capture_default_str();
  command->add_option("--limit-v100-pct", options->cohort.limit_v100_pct, "Implants with a lesion below are counted, %")
      ->capture_default_str();
  command->add_option("--period", options->period, "Of implants, for strata and control charts")
      ->check(CLI::IsMember({"month", "quarter", "year"}))
      ->capture_default_str();
  command->add_option("--ewma-lambda", options->cohort.ewma_lambda, "Weight of the newest period in the moving average of D90, 0.01 to 1")
      ->capture_default_str();
  command->add_option("--ewma-width-sd", options->cohort.ewma_width, "Limits of the moving average, standard deviations")
      ->capture_default_str();
  command->add_option("--bootstrap-replicates", options->cohort.bootstrap_replicates, "Resamples of patients, 200 to 100000")
      ->capture_default_str();
  add_outcomes_options(*command, options->outcomes);
  command->footer(
      "Day 0, day 30 and other times are never pooled; failed audits are listed and give no figure.\n"
      "Example: seedaudit cohort archive_audits -o cohort");
  command->callback([options, &exit_status] {
    options->cohort.period = options->period == "month"  ? CohortPeriod::month
                             : options->period == "year" ? CohortPeriod::year
                                                         : CohortPeriod::quarter;
    exit_status = cohort(*options);
  });
}

}  // namespace seedaudit
