// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "cli/audit_settings.h"
#include "cli/case_options.h"
#include "cli/commands.h"
#include "cli/shell.h"
#include "io/case_json.h"
#include "io/case_reader.h"
#include "pipeline/case_basics.h"
#include "report/identity_filter.h"

namespace seedaudit {
namespace {

struct CheckOptions {
  CaseOptions input;
  std::string config;
  ShellOptions shell;
};

std::string dash(bool present, const std::string& what) { return present ? what : "none"; }

std::string describe(const ImplantCase& c, const CaseBasics& basics) {
  std::string text;
  for (const CtVolume& ct : c.postop)
    text += "post-op CT         " + std::to_string(ct.grid.size()[2]) + " slices of " + text_of(ct.grid.spacing_mm()[2], 2) + " mm\n";
  text += "pre-op image       " +
          dash(c.preop.has_value(), c.preop ? c.preop->series.modality + ", " + std::to_string(c.preop->grid.size()[2]) + " slices of " +
                                                  text_of(c.preop->grid.spacing_mm()[2], 2) + " mm"
                                            : "") +
          "\n";
  text += "plan               " + dash(c.plan.has_value(), c.plan ? std::to_string(c.plan->seeds.size()) + " seeds" : "") + "\n";
  std::string targets;
  for (const auto& t : c.targets) targets += (targets.empty() ? "" : ", ") + t;
  text += "target             " + dash(!targets.empty(), targets) + "\n";
  text += "post-op contours   " + dash(c.postop_structures.has_value(), "yes") + "\n";
  text += "planning dose      " + dash(c.planning_dose.has_value(), "yes") + "\n";
  if (c.earlier) {
    text += "earlier implant    " + std::to_string(c.earlier->list.seeds.size()) + " seeds";
    if (basics.earlier) text += " of " + basics.earlier->source.model.id;
    text += "\n";
  }
  text +=
      "source             " +
      dash(basics.dose.has_value(), basics.dose ? basics.dose->source.model.id + (basics.dose->source.surrogate ? " (assumed)" : "") : "") +
      "\n";
  for (const Decision& d : c.decisions) text += "decided            " + d.what + ": " + d.choice + " (" + d.reason + ")\n";
  if (basics.dose)
    text += "decided            source_model: " + basics.dose->source.decision.choice + " (" + basics.dose->source.decision.reason + ")\n";
  const auto warn = [&](const Warnings& warnings) {
    for (const Warning& w : warnings) text += "warning            " + w.code + ": " + w.message + "\n";
  };
  warn(c.warnings);
  for (const CtVolume& ct : c.postop) warn(ct.warnings);
  if (c.preop) warn(c.preop->warnings);
  if (basics.dose) {
    warn(basics.dose->source.warnings);
    warn(basics.dose->timing.warnings);
  }
  warn(basics.warnings);
  warn(basics.contours.warnings);
  const IdentityFilter filter(c.patient_id, c.patient_name);
  return filter(text) + "`seedaudit run` would accept this case.\n";
}

int check_case(CheckOptions options, const CLI::App& command) {
  const auto resolved = resolve_request(options.input.request());
  if (!resolved) return fail(resolved.error());
  const auto keys = take_run_keys(options.input.path, command, options.shell);
  if (!keys) return fail(keys.error());
  if (Status s = apply(options.shell); !s) return fail(s.error());
  const auto settings =
      audit_settings(options.input.request(), *resolved, options.config.empty() ? keys->config : std::filesystem::path(options.config));
  if (!settings) return fail(settings.error());
  ProgressDisplay progress(options.shell);
  auto implant = read_case(options.input.request(), progress.callback());
  progress.finish();
  if (!implant) return fail(implant.error());
  const auto basics = settle_basics(*implant, settings->limits.site);
  if (!basics) return fail(basics.error());
  if (Status s = write_text({}, describe(*implant, *basics)); !s) return fail(s.error());
  return exit_code::kOk;
}

}  // namespace

void add_check(CLI::App& app, int& exit_status) {
  auto* command =
      app.add_subcommand("check", "What a case holds, what is missing and what would be refused; audits nothing, writes nothing");
  auto options = std::make_shared<CheckOptions>();
  options->input.add_to(*command);
  add_config_option(*command, options->config);
  add_shell_options(*command, options->shell);
  command->footer("Example: seedaudit check patient_folder\nExit: 0 run would accept it, 3 it would be refused, with the reason.");
  command->callback([options, command, &exit_status] { exit_status = check_case(*options, *command); });
}

}  // namespace seedaudit
