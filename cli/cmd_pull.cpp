// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/peer_options.h"
#include "cli/shell.h"
#include "network/fetch_studies.h"

namespace seedaudit {
namespace {

struct PullOptions {
  StudyQuery query;
  std::string peer, output;
  PeerOptions own;
  ShellOptions shell;
};

int pull(const PullOptions& options) {
  if (Status s = apply(options.shell); !s) return fail(s.error());
  const auto peer = parse_peer(options.peer);
  if (!peer) return fail(peer.error());
  if (Status s = options.query.check(); !s) return fail(s.error());
  auto folder = OutputFolder::make(options.output);
  if (!folder) return fail(folder.error());
  ProgressDisplay progress(options.shell);
  const auto result = fetch_studies(options.query, *peer, options.own.ae_title, options.own.tls(), folder->path(), progress.callback());
  progress.finish();
  if (!result || result->objects == 0) folder->discard();
  if (!result) return fail(result.error());
  for (const auto& f : result->failures) std::fprintf(stderr, "seedaudit: not fetched whole: %s.\n", f.c_str());
  std::printf("%d studies, %d objects from %s\n", result->studies, result->objects, peer->text().c_str());
  return result->failures.empty() ? exit_code::kOk : exit_code::kFailed;
}

}  // namespace

void add_pull(CLI::App& app, int& exit_status) {
  auto* command = app.add_subcommand("pull", "Fetch studies from an archive (C-FIND, C-GET)");
  auto options = std::make_shared<PullOptions>();
  command->add_option("--peer", options->peer, "AET@HOST:PORT of the archive")->required();
  command->add_option("--patient", options->query.patient_id, "Patient ID")->check(not_empty);
  command->add_option("--date", options->query.date, "Study date YYYYMMDD or range YYYYMMDD-YYYYMMDD, an end may be left out")
      ->check(not_empty);
  command->add_option("--description", options->query.description, "Study description; * and ? are wildcards")->check(not_empty);
  command->add_option("-o,--output", options->output, "Folder for the studies, one below it for each")->required()->check(not_empty);
  options->own.add_title_to(*command);
  options->own.add_tls_to(*command);
  add_shell_options(*command, options->shell);
  command->footer(
      "Example: seedaudit pull --peer PACS@10.0.0.5:104 --patient 4711 --date 20260101-20260401 -o case\n"
      "Exit: 0 all that was found came (also none), 4 a study did not come whole, or the archive cannot be reached.");
  command->callback([options, &exit_status] { exit_status = pull(*options); });
}

}  // namespace seedaudit
