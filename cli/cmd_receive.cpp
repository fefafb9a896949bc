// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/peer_options.h"
#include "cli/receive_service.h"
#include "cli/shell.h"
#include "network/transport.h"

namespace seedaudit {
namespace {

struct ReceiveOptions {
  ReceiveSettings settings;
  std::vector<std::string> allow;
  std::string send_to;
  PeerOptions own;
  ShellOptions shell;
};

int receive(ReceiveOptions options) {
  if (Status s = apply(options.shell); !s) return fail(s.error());
  ReceiveSettings& settings = options.settings;
  settings.storage.ae_title = options.own.ae_title;
  settings.tls = options.own.tls();
  for (const auto& text : options.allow) {
    auto peer = parse_allowed_peer(text);
    if (!peer) return fail(peer.error());
    settings.storage.allowed.push_back(std::move(peer).value());
  }
  if (!options.send_to.empty()) {
    const auto peer = parse_peer(options.send_to);
    if (!peer) return fail(peer.error());
    settings.send_to = peer->text();
  }
  initialise_network();
  if (settings.tls.used()) {
    auto layer = make_tls_layer(settings.tls, TransportRole::acceptor);
    if (!layer) return fail(layer.error());
    settings.storage.tls = *layer;
  }
  if (Status s = serve_until_stopped(settings); !s) return fail(s.error());
  return exit_code::kOk;
}

}  // namespace

void add_receive(CLI::App& app, int& exit_status) {
  auto* command = app.add_subcommand("receive", "Receive DICOM studies (storage SCP), audit each patient's when they are quiet");
  auto options = std::make_shared<ReceiveOptions>();
  ReceiveSettings& s = options->settings;
  command->add_option("--port", s.port, "Port to listen on; 0 = any free one, which is printed")->required()->check(CLI::Range(0, 65535));
  command->add_option("--aet", options->own.ae_title, "AE title that callers must use")->required();
  command->add_option("-o,--output", s.output, "Folder for what is received and for the audits")->required()->check(not_empty);
  command->add_option("--allow", options->allow, "AET@HOST that may send; several. [without: any title, from this machine alone]");
  options->own.add_tls_to(*command);
  command->add_option("--send-to", options->send_to, "AET@HOST:PORT that gets the DICOM objects of each audit");
  command->add_option("--quiet-seconds", s.quiet_seconds, "Audit a patient for whom nothing came for so long")
      ->check(CLI::Range(1, 86400))
      ->capture_default_str();
  command->add_option("--idle-seconds", s.storage.idle_seconds, "End an association that says nothing for so long")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  command->add_option("--max-associations", s.limits.associations, "Associations at a time; further callers wait")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command->add_option("--max-object-mb", s.limits.object_mb, "Largest object that is taken")
      ->check(CLI::Range(1, 65536))
      ->capture_default_str();
  command->add_flag("--no-audit", s.no_audit, "Receive only");
  add_shell_options(*command, options->shell);
  command->footer(
      "OUT/received holds the objects, OUT/audits one audit a patient folder, OUT/state what was audited and sent. Ends on SIGTERM.\n"
      "Example: seedaudit receive --port 11112 --aet SEEDAUDIT -o inbox --allow PACS@10.0.0.5 --send-to PACS@10.0.0.5:104");
  command->callback([options, &exit_status] { exit_status = receive(*options); });
}

}  // namespace seedaudit
