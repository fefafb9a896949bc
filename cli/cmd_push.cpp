// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/peer_options.h"
#include "cli/shell.h"
#include "io/dicom_index.h"
#include "network/send_objects.h"

namespace seedaudit {
namespace {

struct PushOptions {
  std::vector<std::string> paths;
  CallOptions call;
};

int push(const PushOptions& options) {
  const auto peer = options.call.begin();
  if (!peer) return fail(peer.error());
  std::vector<std::string> files;
  int unreadable = 0;
  ProgressDisplay progress(options.call.shell);
  for (const auto& path : options.paths) {
    const auto index = index_folder(path, progress.callback());
    if (!index) return fail(index.error());
    for (const auto& e : index->unreadable) std::fprintf(stderr, "seedaudit: not sent: %s\n", e.message().c_str());
    unreadable += static_cast<int>(index->unreadable.size());
    for (const auto& o : index->objects)
      if (!o.damage) files.push_back(o.path);
  }
  if (files.empty() && unreadable == 0)
    return fail({ErrorCode::empty_folder, "no DICOM object to send", options.paths.front(), "Name files or folders with DICOM objects."});
  const auto result = send_objects(files, *peer, options.call.own.ae_title, options.call.own.tls(), progress.callback());
  progress.finish();
  if (!result) return fail(result.error());
  for (const auto& f : result->warnings) log_warn(f.path + ": " + f.why);
  for (const auto& f : result->failures) std::fprintf(stderr, "seedaudit: not sent: %s (%s).\n", f.why.c_str(), f.path.c_str());
  std::printf("%d of %zu objects sent to %s\n", result->sent, files.size() + static_cast<std::size_t>(unreadable), peer->text().c_str());
  return result->failures.empty() && unreadable == 0 ? exit_code::kOk : exit_code::kFailed;
}

}  // namespace

void add_push(CLI::App& app, int& exit_status) {
  auto* command = app.add_subcommand("push", "Send DICOM objects to a peer (C-STORE)");
  auto options = std::make_shared<PushOptions>();
  command->add_option("PATH", options->paths, "Files, or folders searched through")->required()->check(not_empty);
  options->call.add_to(*command, "the receiver");
  command->footer(
      "Example: seedaudit push audit/dicom --peer PACS@10.0.0.5:104\n"
      "Exit: 0 the peer has all of them, 4 it lacks some, each named on standard error, or it cannot be reached.");
  command->callback([options, &exit_status] { exit_status = push(*options); });
}

}  // namespace seedaudit
