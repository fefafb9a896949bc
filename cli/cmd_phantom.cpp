// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.h"
#include "cli/shell.h"
#include "io/volume_file.h"
#include "samples/phantom/background_case.h"
#include "samples/phantom/scenario.h"
#include "samples/phantom/simulate.h"
#include "samples/phantom/write_phantom.h"

namespace seedaudit {
namespace {

struct PhantomOptions {
  std::string scenario;
  std::string output;
  std::string background;
  std::vector<double> target_mm;
  std::uint64_t seed = 1;
  bool list = false;
  ShellOptions shell;
};

Result<PhantomCase> make_in_background(const PhantomOptions& options, const Scenario& scenario, const Progress& progress) {
  auto ct = read_volume(options.background, progress);
  if (!ct) return ct.error();
  log_warnings(ct->warnings, IdentityFilter(ct->series.patient_id, ct->series.patient_name));
  BackgroundOptions in;
  if (!options.target_mm.empty()) in.target_center = Point<CtFrame>{{options.target_mm[0], options.target_mm[1], options.target_mm[2]}};
  return simulate_in_background(std::move(ct).value(), scenario, in, options.seed, progress);
}

int make_phantom(const PhantomOptions& options) {
  if (options.list) {
    if (Status s = write_text({}, scenario_list()); !s) return fail(s.error());
    return exit_code::kOk;
  }
  if (options.scenario.empty()) return fail({ErrorCode::invalid_option, "no scenario named", "", "`seedaudit phantom --list` names them."});
  if (options.background.empty() && !options.target_mm.empty())
    return fail({ErrorCode::invalid_option, "--target names a place in a background, and there is none", "--target",
                 "Give the CT with --background, or leave --target out."});
  if (options.output.empty()) return fail({ErrorCode::invalid_option, "no output folder named", "", "Give it with -o."});
  if (Status s = apply(options.shell); !s) return fail(s.error());
  const auto scenario = load_scenario(options.scenario);
  if (!scenario) return fail(scenario.error());
  auto folder = OutputFolder::make(options.output);
  if (!folder) return fail(folder.error());
  ProgressDisplay progress(options.shell);
  const auto phantom = options.background.empty() ? simulate(*scenario, options.seed, progress.callback())
                                                  : make_in_background(options, *scenario, progress.callback());
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
  command->add_option("--background", options->background,
                      "CT (DICOM folder, NIfTI, NRRD or MHA) into which the implant of the scenario is put, instead of a simulated body: "
                      "of the scenario then count implant, distractors, kernel, noise and detector; the geometry is the CT's");
  command
      ->add_option("--target", options->target_mm,
                   "X,Y,Z: centre of the target in the background, mm LPS [middle of the largest soft tissue]")
      ->delimiter(',')
      ->expected(3);
  command->add_option("--seed", options->seed, "Random seed: the same gives the same case, bit for bit")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_flag("--list", options->list, "Name the scenarios");
  add_shell_options(*command, options->shell);
  command->footer(
      "Example: seedaudit phantom --list; seedaudit phantom NAME -o case --seed 7; seedaudit phantom NAME --background CT -o case");
  command->callback([options, &exit_status] { exit_status = make_phantom(*options); });
}

}  // namespace seedaudit
