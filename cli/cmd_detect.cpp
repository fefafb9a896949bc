// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "cli/commands.h"
#include "cli/shell.h"
#include "core/hu_scale.h"
#include "detectors/count_seeds.h"
#include "detectors/detect_seeds.h"
#include "io/volume_file.h"
#include "report/atomic_file.h"
#include "report/overview_picture.h"
#include "report/seeds_json.h"

namespace seedaudit {
namespace {

struct DetectOptions {
  std::string image;
  std::string output, picture;
  DetectorOptions detector;
  ShellOptions shell;
};

std::optional<std::filesystem::path> optional_path(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::filesystem::path>(text);
}

int detect(const DetectOptions& options) {
  if (Status s = apply(options.shell); !s) return fail(s.error());
  if (Status s = options.detector.check(); !s) return fail(s.error());
  for (const std::string& file : {options.output, options.picture})
    if (!file.empty())
      if (Status s = check_writable(file); !s) return fail(s.error());

  ProgressDisplay progress(options.shell);
  auto ct = read_volume(options.image, progress.callback());
  if (!ct) return fail(ct.error());
  if (auto doubt = judge_hu_scale(*ct, "The CT")) ct->warnings.push_back(std::move(*doubt));
  const IdentityFilter filter(ct->series.patient_id, ct->series.patient_name);
  log_warnings(ct->warnings, filter);
  Detection detection = detect_seeds(*ct, options.detector, progress.callback());
  detection.outcome = outcome_alone(detection);
  progress.finish();
  log_warnings(detection.warnings, filter);
  if (detection.outcome.kind == OutcomeKind::failed) {
    std::fprintf(stderr, "seedaudit: no search was possible: %s\n", detection.outcome.why.c_str());
    return exit_code::kFailed;
  }
  if (!options.picture.empty()) {
    OverviewInput input;
    input.postop = &*ct;
    input.detection = &detection;
    const auto png = overview_png(input);
    if (!png) return fail(png.error());
    if (Status s = write_file_atomically(options.picture, *png); !s) return fail(s.error());
  }
  if (Status s = write_text(optional_path(options.output), seeds_json(detection, *ct)); !s) return fail(s.error());
  if (!options.output.empty())
    std::printf("%d seeds (%d to %d), %zu candidates rejected: %s\n", detection.count.best, detection.count.low, detection.count.high,
                detection.rejected.size(), options.output.c_str());
  if (detection.outcome.kind != OutcomeKind::ok) std::fprintf(stderr, "seedaudit: low confidence: %s\n", detection.outcome.why.c_str());
  return exit_code::kOk;
}

}  // namespace

void add_detect(CLI::App& app, int& exit_status) {
  auto* command = app.add_subcommand("detect", "Find seeds, or other small cylinders, in one CT");
  auto options = std::make_shared<DetectOptions>();
  command->add_option("CT", options->image, "DICOM folder or file, NIfTI, NRRD or MHA")->required();
  command->add_option("-o,--output", options->output, "seeds.json [standard output]");
  command->add_option("--length-mm", options->detector.capsule_length_mm, "Outer length of the capsule, mm")->capture_default_str();
  command->add_option("--diameter-mm", options->detector.capsule_diameter_mm, "Outer diameter of the capsule, mm")->capture_default_str();
  command->add_option("--picture", options->picture, "PNG with projections of what was found");
  add_shell_options(*command, options->shell);
  command->footer("Example: seedaudit detect postop_ct -o seeds.json\nA scan without seeds is a result: exit 0.");
  command->callback([options, &exit_status] { exit_status = detect(*options); });
}

}  // namespace seedaudit
