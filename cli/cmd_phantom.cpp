// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/shell.h"
#include "samples/phantom/scenario.h"
#include "samples/phantom/simulate.h"
#include "samples/phantom/write_phantom.h"

namespace seedaudit {
namespace {

struct PhantomOptions {
  std::string scenario;
  std::string output;
  std::uint64_t seed = 1;
  bool list = false;
  ShellOptions shell;
};

int make_phantom(const PhantomOptions& options) {
  if (options.list) {
    if (Status s = write_text({}, scenario_list()); !s) return fail(s.error());
    return exit_code::kOk;
  }
  if (options.scenario.empty()) return fail({ErrorCode::invalid_option, "no scenario named", "", "`seedaudit phantom --list` names them."});
  if (options.output.empty()) return fail({ErrorCode::invalid_option, "no output folder named", "", "Give it with -o."});
  if (Status s = apply(options.shell); !s) return fail(s.error());
  const auto scenario = load_scenario(options.scenario);
  if (!scenario) return fail(scenario.error());
  auto folder = OutputFolder::make(options.output);
  if (!folder) return fail(folder.error());
  ProgressDisplay progress(options.shell);
  const auto phantom = simulate(*scenario, options.seed, progress.callback());
  if (!phantom) {
    progress.finish();
    folder->discard();
    return fail(phantom.error());
  }
  const Status written = write_phantom(*phantom, folder->path(), {}, progress.callback());
  progress.finish();
  if (!written) {
    folder->discard();
    return fail(written.error());
  }
  std::printf("%s, seed %llu: %zu seeds planned; truth in %s\n", phantom->scenario.name.c_str(),
              static_cast<unsigned long long>(options.seed), phantom->plan.seeds.size(), (folder->path() / "truth.json").c_str());
  return exit_code::kOk;
}

}  // namespace

void add_phantom(CLI::App& app, int& exit_status) {
  auto* command =
      app.add_subcommand("phantom", "Simulate an implant with known truth: CT before and after, plan, contours, dose, truth.json");
  auto options = std::make_shared<PhantomOptions>();
  command->add_option("SCENARIO", options->scenario, "Name of a scenario, or a JSON file with one");
  command->add_option("-o,--output", options->output, "Folder for the case");
  command->add_option("--seed", options->seed, "Random seed: the same gives the same case, bit for bit")->capture_default_str();
  command->add_flag("--list", options->list, "Name the scenarios");
  add_shell_options(*command, options->shell);
  command->footer("Example: seedaudit phantom --list; seedaudit phantom NAME -o case --seed 7");
  command->callback([options, &exit_status] { exit_status = make_phantom(*options); });
}

}  // namespace seedaudit
