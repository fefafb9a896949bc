// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/shell.h"
#include "dosimetry/dvh_calculator.h"
#include "dosimetry/metrics.h"
#include "dosimetry/structure_volume.h"
#include "io/dicom_dose.h"
#include "io/dicom_structures.h"
#include "report/csv_tables.h"

namespace seedaudit {
namespace {

struct DvhCommand {
  std::string dose, structures, output;
  double step_gy = 1.0;
  DvhOptions dvh;
  ShellOptions shell;
};

std::string rows_of(const std::string& name, const Dvh& dvh, double step_gy) {
  std::string text;
  const int steps = static_cast<int>(std::ceil(std::min(dvh.maximum().value, 2000.0) / step_gy));
  for (int n = 0; n <= steps; ++n) {
    const double dose = n * step_gy;
    const double pct = dvh.volume_pct_at(Gy{dose});
    text += csv_cell(name) + ",given," + text_of(dose, 3) + "," + text_of(pct / 100.0 * dvh.volume_cc(), 4) + "," + text_of(pct, 3) + "\n";
  }
  return text;
}

int dvh(const DvhCommand& options) {
  if (!(options.step_gy >= 0.01 && options.step_gy <= 100.0))
    return fail({ErrorCode::invalid_option, "--step-gy is " + text_of(options.step_gy, 4), "", "Give a value from 0.01 to 100."});
  if (Status s = options.dvh.check(); !s) return fail(s.error());
  if (!options.output.empty())
    if (Status s = check_writable(options.output); !s) return fail(s.error());
  if (Status s = apply(options.shell); !s) return fail(s.error());
  const auto dose = read_dose<PlanFrame>(options.dose);
  if (!dose) return fail(dose.error());
  const auto structures = read_structures<PlanFrame>(options.structures);
  if (!structures) return fail(structures.error());
  if (!dose->frame_of_reference_uid.empty() && !structures->frame_of_reference_uid.empty() &&
      dose->frame_of_reference_uid != structures->frame_of_reference_uid)
    return fail({ErrorCode::frame_mismatch, "dose and structures lie in different frames of reference", options.structures,
                 "Export both from one plan."});
  if (!dose->patient_id.empty() && !structures->patient_id.empty() && dose->patient_id != structures->patient_id)
    return fail(
        {ErrorCode::patient_mismatch, "dose and structures are of different patients", options.structures, "Export both from one plan."});
  const IdentityFilter filter(structures->patient_id, structures->patient_name);
  show_warnings(dose->warnings, filter);
  show_warnings(structures->warnings, filter);
  std::string csv = "structure,phase,dose_gy,volume_cc,volume_pct\n";
  std::string table = "structure                  volume cc    D90 Gy    Dmean Gy   D2cc Gy\n";
  ProgressDisplay progress(options.shell);
  std::size_t done = 0, computed = 0;
  for (const auto& s : structures->structures) {
    report_progress(progress.callback(), "dvh", static_cast<double>(done++) / static_cast<double>(structures->structures.size()));
    if (s.contours.empty()) continue;
    const auto volume = StructureVolume<PlanFrame>::make(s);
    if (!volume) {
      log_warn(s.name + ": " + volume.error().message());
      continue;
    }
    const auto sampled = sample_dose(*volume, *dose, std::nullopt, options.dvh);
    if (!sampled) {
      log_warn(s.name + ": " + sampled.error().message());
      continue;
    }
    show_warnings(volume->warnings(), filter);
    if (sampled->covered_pct < 100.0)
      log_warn(s.name + ": " + text_of(sampled->covered_pct, 1) + " % of its " + text_of(volume->volume_cc(), 2) +
               " cc lie in the dose grid; volume and histogram are of that part");
    ++computed;
    csv += rows_of(s.name, sampled->dvh, options.step_gy);
    const auto m = metrics_of(sampled->dvh, std::nullopt);
    if (!m) return fail(m.error());
    const auto cell = [](const std::optional<double>& v) {
      std::string text = v ? text_of(*v, 2) : "-";
      return std::string(text.size() < 11 ? 11 - text.size() : 1, ' ') + text;
    };
    std::string name = s.name;
    name.resize(std::max<std::size_t>(24, name.size()), ' ');
    table += name + cell(sampled->dvh.volume_cc()) + cell(m->d90_gy) + cell(m->dmean_gy) + cell(m->d2cc_gy) + "\n";
  }
  progress.finish();
  if (computed == 0)
    return fail({ErrorCode::dose_invalid, "no structure lies wholly in the dose grid", options.dose, "See the warnings above."});
  const auto out = options.output.empty() ? std::nullopt : std::optional<std::filesystem::path>(options.output);
  if (Status s = write_text(out, csv); !s) return fail(s.error());
  if (out)
    if (Status s = write_text({}, table); !s) return fail(s.error());
  return exit_code::kOk;
}

}  // namespace

void add_dvh(CLI::App& app, int& exit_status) {
  auto* command = app.add_subcommand("dvh", "Dose-volume histograms of any RTDOSE over any RTSTRUCT");
  auto options = std::make_shared<DvhCommand>();
  command->add_option("DOSE", options->dose, "RTDOSE")->required();
  command->add_option("STRUCTURES", options->structures, "RTSTRUCT")->required();
  command->add_option("-o,--output", options->output, "dvh.csv; a table goes to standard output [CSV on standard output]");
  command->add_option("--step-gy", options->step_gy, "Dose step of the CSV, Gy; the figures do not depend on it")->capture_default_str();
  command
      ->add_option("--least-covered-pct", options->dvh.least_covered_pct,
                   "Share of a structure that the dose grid must hold; the histogram is of the part inside")
      ->capture_default_str();
  add_shell_options(*command, options->shell);
  command->footer(
      "A structure that leaves the dose grid is left out with a warning, unless --least-covered-pct is below 100: then the part inside is\n"
      "taken, and the warning says how much that is.\nExample: seedaudit dvh rtdose.dcm rtstruct.dcm -o "
      "dvh.csv");
  command->callback([options, &exit_status] { exit_status = dvh(*options); });
}

}  // namespace seedaudit
