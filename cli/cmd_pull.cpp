// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.h"
#include "cli/peer_options.h"
#include "cli/shell.h"
#include "network/fetch_studies.h"
#include "network/move_studies.h"

namespace seedaudit {
namespace {

struct PullOptions {
  StudyQuery query;
  std::string output;
  int move_port = 0;  ///< 0: C-GET
  std::vector<std::string> senders;
  CallOptions call;
};

int pull(const PullOptions& options) {
  const auto peer = options.call.begin();
  if (!peer) return fail(peer.error());
  if (Status s = options.query.check(); !s) return fail(s.error());
  MoveOptions move{options.move_port, {}};
  for (const auto& text : options.senders) {
    auto sender = parse_allowed_peer(text);
    if (!sender) return fail(sender.error());
    move.senders.push_back(std::move(sender).value());
  }
  auto folder = OutputFolder::make(options.output);
  if (!folder) return fail(folder.error());
  ProgressDisplay progress(options.call.shell);
  const TlsFiles tls = options.call.own.tls();
  const auto result = options.move_port > 0
                          ? move_studies(options.query, *peer, options.call.own.ae_title, tls, move, folder->path(), progress.callback())
                          : fetch_studies(options.query, *peer, options.call.own.ae_title, tls, folder->path(), progress.callback());
  progress.finish();
  if (!result || result->objects == 0) folder->discard();
  if (!result) return fail(result.error());
  for (const auto& f : result->failures) std::fprintf(stderr, "seedaudit: not fetched whole: %s.\n", f.c_str());
  std::printf("%d studies, %d objects from %s\n", result->studies, result->objects, peer->text().c_str());
  return result->failures.empty() ? exit_code::kOk : exit_code::kFailed;
}

}  // namespace

void add_pull(CLI::App& app, int& exit_status) {
  auto* command = app.add_subcommand("pull", "Fetch studies from an archive (C-FIND, then C-GET or C-MOVE)");
  auto options = std::make_shared<PullOptions>();
  command->add_option("--patient", options->query.patient_id, "Patient ID")->check(not_empty);
  command->add_option("--date", options->query.date, "Study date YYYYMMDD or range YYYYMMDD-YYYYMMDD, an end may be left out")
      ->check(not_empty);
  command->add_option("--description", options->query.description, "Study description; * and ? are wildcards")->check(not_empty);
  command->add_option("-o,--output", options->output, "Folder for the studies, one below it for each")->required()->check(not_empty);
  auto* move_port = command
                        ->add_option("--move-port", options->move_port,
                                     "Fetch by C-MOVE: the archive sends to this port, and must know it under the title --aet [C-GET]")
                        ->check(CLI::Range(1, 65535));
  command->add_option("--allow", options->senders, "AET@HOST that may send to --move-port; several [the archive itself]")->needs(move_port);
  options->call.add_to(*command, "the archive");
  command->footer(
      "Example: seedaudit pull --peer PACS@10.0.0.5:104 --patient 4711 --date 20260101-20260401 -o case\n"
      "Exit: 0 all that was found came (also none), 4 a study did not come whole, or the archive cannot be reached.");
  command->callback([options, &exit_status] { exit_status = pull(*options); });
}

}  // namespace seedaudit
