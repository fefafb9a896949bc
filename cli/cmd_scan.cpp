// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "cli/case_command.h"
#include "cli/commands.h"
#include "cli/shell.h"
#include "core/patient_alias.h"
#include "io/archive_cases.h"
#include "io/key_file.h"
#include "io/scan_memory.h"
#include "report/manifest_json.h"

namespace seedaudit {
namespace {

namespace fs = std::filesystem;

struct ScanOptions {
  std::string archive, output, key;
  std::string identity = "pseudonym", dates = "keep";
  bool rescan = false;
  ShellOptions shell;
};

int scan_archive(const ScanOptions& options) {
  if (Status s = apply(options.shell); !s) return fail(s.error());
  const fs::path output = fs::absolute(options.output);
  if (Status s = check_writable(output); !s) return fail(s.error());
  const fs::path key_file = options.key.empty() ? output.parent_path() / "seedaudit.key" : fs::absolute(options.key);
  const bool pseudonyms = options.identity == "pseudonym", shift = options.dates == "shift";
  if (shift && !pseudonyms)
    return fail({ErrorCode::invalid_option, "--dates shift goes with --identity pseudonym", "", "Leave one of them out."});
  PatientAliases aliases = [](const std::string& id, const std::string&) { return PatientAlias{id, {}}; };
  std::string key_id;
  if (pseudonyms) {
    const auto key = read_or_make_key_file(key_file);
    if (!key) return fail(key.error());
    key_id = key_id_of(*key);
    aliases = [secret = *key, shift](const std::string& id, const std::string& case_id) {
      PatientAlias alias = alias_of(secret, id, case_id);
      if (!shift) alias.shift = {};
      return alias;
    };
  }
  std::error_code ec;
  // Not beside a device or a pipe.
  std::optional<ScanMemory> memory;
  if (!fs::exists(output, ec) || fs::is_regular_file(output, ec)) {
    auto opened = ScanMemory::open(output.string() + ".index", fs::weakly_canonical(options.archive, ec), program_text(), options.rescan);
    if (!opened) return fail(opened.error());
    memory.emplace(std::move(opened).value());
    for (const Warning& w : memory->notes()) log_warn(w.code + ": " + w.message);
  }
  // The program's own files are no part of the archive, wherever they lie.
  std::set<fs::path> own{fs::weakly_canonical(output), fs::weakly_canonical(key_file)};
  if (memory)
    for (const auto& file : memory->own_files()) own.insert(fs::weakly_canonical(file));
  ProgressDisplay progress(options.shell);
  const auto index = index_archive(options.archive, own, progress.callback(), memory ? &*memory : nullptr);
  progress.finish();
  if (!index) return fail(index.error());
  ArchiveManifest manifest = find_cases(*index, aliases);
  manifest.pseudonyms = pseudonyms;
  manifest.dates_shifted = shift;
  manifest.key_id = key_id;
  if (Status s = write_text(output, manifest_json(manifest)); !s) return fail(s.error());
  if (memory)
    if (Status s = memory->commit(); !s) return fail(s.error());
  std::size_t refused = 0;
  for (const auto& c : manifest.cases) refused += c.refusal ? 1 : 0;
  std::printf(
      "%zu cases, %zu of them refused; %zu files or series left out; reasons in %s\n%zu headers read, %zu known from an earlier scan\n",
      manifest.cases.size(), refused, manifest.left_out.size(), options.output.c_str(), index->headers_read, index->headers_known);
  return exit_code::kOk;
}

}  // namespace

void add_scan(CLI::App& app, int& exit_status) {
  auto* command =
      app.add_subcommand("scan", "Find the implants in an archive, from headers alone: which scan, plan and contours belong together");
  auto options = std::make_shared<ScanOptions>();
  command->add_option("ARCHIVE", options->archive, "Folder searched recursively, zip and tar files in it as well")
      ->required()
      ->check(not_empty);
  command->add_option("-o,--output", options->output, "The manifest, JSON")->required()->check(not_empty);
  command->add_option("--key", options->key, "The site's key file for pseudonyms, made if absent [seedaudit.key beside the manifest]")
      ->check(not_empty);
  command->add_option("--identity", options->identity, "How patients are named in the manifest: pseudonym, or keep their ids")
      ->check(CLI::IsMember({"keep", "pseudonym"}))
      ->capture_default_str();
  command
      ->add_option("--dates", options->dates,
                   "Dates in the manifest: keep; or shift, each patient's by one number of days, as `run --identity pseudonym` does")
      ->check(CLI::IsMember({"keep", "shift"}))
      ->capture_default_str();
  command->add_flag("--rescan", options->rescan, "Read every header, also of files that have not changed since the last scan");
  add_shell_options(*command, options->shell);
  command->footer(
      "Example: seedaudit scan /archive -o manifest.json\nExit: 0 scanned, also where cases are refused; 3 no such archive; 5 not "
      "written.");
  command->callback([options, &exit_status] { exit_status = scan_archive(*options); });
}

}  // namespace seedaudit
