// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/cohort_outcomes.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <set>

#include "cli/shell.h"
#include "io/key_file.h"
#include "io/outcomes_file.h"
#include "pipeline/outcomes_patients.h"
#include "pipeline/outcomes_summary.h"
#include "pipeline/store.h"
#include "report/outcomes_json.h"
#include "report/outcomes_page.h"
#include "report/outcomes_tables.h"

namespace seedaudit {
namespace {

constexpr const char* kTables[] = {"outcomes.json",    "outcomes_survival.csv", "outcomes_incidence.csv", "outcomes_gray.csv",
                                   "outcomes_cox.csv", "outcomes_groups.csv",   "outcomes_counts.csv"};

}  // namespace

void add_outcomes_options(CLI::App& command, OutcomesCommand& options) {
  auto* outcomes =
      command.add_option("--outcomes", options.outcomes, "CSV file of what became of the patients (docs/outcomes.md)")->check(not_empty);
  command.add_option("--covariates", options.covariates, "Covariates of the multivariate Cox model, separated by commas [no such model]")
      ->delimiter(',')
      ->check(not_empty)
      ->needs(outcomes);
  command.add_option("--key", options.key, "The site's key, where the outcomes name patients by patient_id")
      ->check(not_empty)
      ->needs(outcomes);
}

Result<OutcomesOutput> analyse_outcomes(const OutcomesCommand& options, const CohortSummary& summary, const std::string& database,
                                        double limit_d90_pct, double limit_v100_pct) {
  OutcomesOutput out;
  if (options.outcomes.empty()) return out;
  std::string key;
  if (!options.key.empty()) {
    auto read = read_key_file(options.key);
    if (!read) return read.error();
    key = std::move(read).value();
  }
  const auto table = read_outcomes(options.outcomes, key);
  if (!table) return table.error();
  std::vector<CaseIdentity> identities;
  if (!database.empty()) {
    auto store = Store::open_existing(database);
    if (!store) return store.error();
    const auto rows = store->rows();
    if (!rows) return rows.error();
    for (const auto& r : *rows) identities.push_back({r.case_id, r.patient, r.implant_date});
  } else {
    for (const auto& r : summary.records)
      if (!r.patient.empty()) identities.push_back({r.case_id, r.patient, r.implant_date});
  }
  // A shifted date says nothing of how far the implant is from a row's start, which is a true one.
  std::set<std::string> shifted;
  for (const auto& r : summary.records)
    if (r.dates_shifted) shifted.insert(r.case_id);
  for (auto& i : identities)
    if (shifted.count(i.case_id) > 0) i.implant_date.clear();
  auto patients = match_patients(*table, summary.records, summary.times, identities);
  if (!patients) return patients.error();
  if (!shifted.empty())
    patients->notes.push_back("Dates of " + std::to_string(shifted.size()) +
                              " audits are shifted: whether they are of the implant of the row's start is not checked.");
  const auto outcomes = summarise_outcomes(*table, *patients, {options.covariates, limit_d90_pct, limit_v100_pct});
  if (!outcomes) return outcomes.error();
  const std::string tables[] = {outcomes_json(*outcomes),      outcomes_survival_csv(*outcomes), outcomes_incidence_csv(*outcomes),
                                outcomes_gray_csv(*outcomes),  outcomes_cox_csv(*outcomes),      outcomes_groups_csv(*outcomes),
                                outcomes_counts_csv(*outcomes)};
  static_assert(std::size(tables) == std::size(kTables));
  for (std::size_t i = 0; i < std::size(kTables); ++i) out.files.emplace_back(kTables[i], tables[i]);
  for (auto& plot : outcomes_plots(*outcomes)) out.files.push_back(std::move(plot));
  out.section = outcomes_section(*outcomes);
  out.text = outcomes_text(*outcomes);
  return out;
}

Status check_outcomes_apart(const OutcomesCommand& options, const std::filesystem::path& folder, const OutcomesOutput& output) {
  for (const auto& [name, content] : output.files) {
    std::error_code ec;
    if (std::filesystem::equivalent(options.outcomes, folder / name, ec) && !ec)
      return Error{ErrorCode::invalid_option, "the outcomes lie where the output " + name + " would go", options.outcomes,
                   "Choose another folder for the output."};
  }
  return ok_status();
}

void remove_old_outcomes(const std::filesystem::path& folder, const OutcomesOutput& written) {
  std::error_code ec;
  // Without this file no earlier run wrote here, and what has such a name is somebody else's.
  if (!std::filesystem::exists(folder / "outcomes.json", ec)) return;
  std::vector<std::filesystem::path> old;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ec)) {
    const std::string name = entry.path().filename().string();
    const bool plot = name.rfind("outcomes_", 0) == 0 && entry.path().extension() == ".svg";
    const bool ours = plot || std::find(std::begin(kTables), std::end(kTables), name) != std::end(kTables);
    if (ours && std::none_of(written.files.begin(), written.files.end(), [&](const auto& f) { return f.first == name; }))
      old.push_back(entry.path());
  }
  for (const auto& path : old) std::filesystem::remove(path, ec);
}

}  // namespace seedaudit
