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
#include "cli/version.h"
#include "core/date.h"
#include "dosimetry/dose_engine.h"
#include "dosimetry/tg43.h"
#include "io/case_request.h"
#include "io/csv_points.h"
#include "io/dicom_plan.h"
#include "io/seeds_json.h"
#include "io/text_file.h"
#include "io/volume_file.h"
#include "pipeline/resolve_source.h"
#include "report/csv_tables.h"
#include "report/dicom_common.h"
#include "report/dicom_dose_writer.h"
#include "report/volume_writer.h"

namespace seedaudit {
namespace {

struct DoseCommand {
  std::vector<std::string> inputs;
  std::string output, ct, points, points_out;
  std::string source, to_date, implant_date;
  std::string formalism = "2d", rules = "s1";
  std::optional<double> strength_u, activity_mci, activity_mbq;
  double grid_mm = 1.0;
  double margin_mm = 30.0;
  ShellOptions shell;
};

/// A plan or a seeds.json as one implant: the audit's own rules then settle source, strength and dates.
Result<ImplantCase> read_implant(const DoseCommand& options, const std::string& input) {
  ImplantCase implant;
  ImplantPlan plan;
  const std::filesystem::path path(input);
  if (path.extension() == ".json") {
    const auto seeds = read_seeds_json(path);
    if (!seeds) return seeds.error();
    plan.path = input;
    plan.frame_of_reference_uid = seeds->frame_of_reference_uid;
    plan.needle_names = {""};
    implant.strength.source_id = seeds->source_model;
    for (std::size_t n = 0; n < seeds->seeds.size(); ++n) {
      PlannedSeed s;
      s.index = static_cast<int>(n);
      s.center = {seeds->seeds[n].pose.center.mm};
      if (seeds->seeds[n].axis_resolved) s.axis = Axis<PlanFrame>{seeds->seeds[n].pose.axis.unit};
      if (const auto own = seeds->strengths[n] ? seeds->strengths[n] : seeds->strength_u) s.strength = *own;
      plan.seeds.push_back(s);
    }
  } else {
    auto read = read_plan(path, {.strength_given = options.strength_u || options.activity_mci || options.activity_mbq});
    if (!read) return read.error();
    plan = std::move(read).value();
  }
  if (plan.seeds.empty()) return Error{ErrorCode::plan_without_positions, "no seed in it", input, ""};
  implant.strength.isotope = plan.isotope;
  implant.strength.plan_half_life = plan.half_life;
  if (is_source_file(options.source)) {
    auto text = read_text_file(options.source, "source file");
    if (!text) return text.error();
    implant.strength.source_file = std::filesystem::path(options.source).filename().string();
    implant.strength.source_file_text = std::move(text).value();
  } else if (!options.source.empty()) {
    implant.strength.source_id = options.source;
  }
  if (options.strength_u) implant.strength.stated_per_seed = StatedStrength{*options.strength_u, StrengthUnit::u};
  if (options.activity_mci) implant.strength.stated_per_seed = StatedStrength{*options.activity_mci, StrengthUnit::mci};
  if (options.activity_mbq) implant.strength.stated_per_seed = StatedStrength{*options.activity_mbq, StrengthUnit::mbq};
  if (!options.implant_date.empty()) {
    const auto date = parse_date(options.implant_date);
    if (!date) return Error{ErrorCode::invalid_option, "--implant-date is \"" + options.implant_date + "\"", "", "Write YYYY-MM-DD."};
    implant.strength.implant_date = DateTime{*date, {}};
    implant.strength.implant_date_source = "option";
  }
  implant.plan = std::move(plan);
  return implant;
}

Result<GridGeometry<PlanFrame>> grid_around(const std::vector<DoseSeed<PlanFrame>>& seeds, double spacing_mm, double margin_mm) {
  Box<PlanFrame> box;
  for (const auto& s : seeds) box.include(s.center);
  Index3 size{};
  Eigen::Vector3d origin = (box.low_mm.array() - margin_mm).matrix();
  for (int a = 0; a < 3; ++a) {
    origin[a] = std::floor(origin[a] / spacing_mm) * spacing_mm;
    size[static_cast<std::size_t>(a)] = static_cast<int>(std::ceil((box.high_mm[a] + margin_mm - origin[a]) / spacing_mm)) + 1;
  }
  const double voxels = static_cast<double>(size[0]) * size[1] * size[2];
  if (voxels > 4e8)
    return Error{ErrorCode::invalid_option, "the dose grid would have " + text_of(voxels / 1e6, 0) + " million voxels", "",
                 "Raise --grid-mm."};
  return GridGeometry<PlanFrame>::make(size, Eigen::Vector3d::Constant(spacing_mm), {origin}, Eigen::Matrix3d::Identity());
}

bool is_rtdose(const std::filesystem::path& file) { return file.extension() == ".dcm"; }

/// The voxels of a CT in the frame of reference of the seeds.
Result<GridGeometry<PlanFrame>> grid_of_ct(const std::string& path, const ImplantPlan& plan, const IdentityFilter& filter,
                                           const Progress& progress) {
  const auto ct = read_volume_as<PlanFrame>(path, progress);
  if (!ct) return ct.error();
  const std::string& frame = ct->series.frame_of_reference_uid;
  if (!frame.empty() && !plan.frame_of_reference_uid.empty() && frame != plan.frame_of_reference_uid)
    return Error{ErrorCode::frame_mismatch, "the CT and the seeds lie in different frames of reference", path, "Give the CT of the seeds."};
  show_warnings(ct->warnings, filter);
  return ct->grid;
}

std::string points_csv(const PointTable& points, const std::vector<float>& dose) {
  std::string text;
  for (const auto& c : points.table.columns) text += csv_cell(c) + ",";
  text += "dose_gy\n";
  for (std::size_t row = 0; row < points.table.rows.size(); ++row) {
    for (const auto& cell : points.table.rows[row]) text += csv_cell(cell) + ",";
    text += text_of(static_cast<double>(dose[row]), 5) + "\n";
  }
  return text;
}

Result<DoseOptions> dose_options(const DoseCommand& command, const ImplantTiming& timing, const std::string& input) {
  DoseOptions dose;
  dose.formalism = command.formalism == "1d" ? DoseFormalism::point_1d : DoseFormalism::line_2d;
  dose.rules = command.rules == "linear" ? InterpolationRules::linear : InterpolationRules::s1;
  if (!command.to_date.empty()) {
    const auto date = parse_date(command.to_date);
    if (!date) return Error{ErrorCode::invalid_option, "--to-date is \"" + command.to_date + "\"", "", "Write YYYY-MM-DD."};
    if (!timing.implant_date) return Error{ErrorCode::date_implausible, "no implant date is known", input, "Give it with --implant-date."};
    const Days elapsed = days_between(DateTime{timing.implant_date->date, {}}, DateTime{*date, {}});
    if (elapsed.value < 0.0)
      return Error{ErrorCode::date_implausible, "--to-date " + command.to_date + " lies before the implant", input, ""};
    dose.to_date = elapsed;
  }
  return dose;
}

Status write_rtdose(const DoseGrid<PlanFrame>& dose, const ImplantPlan& plan, const ResolvedSource& source, const ImplantTiming& timing,
                    const std::string& file) {
  DicomHeader header;
  header.patient.id = plan.patient_id;
  header.patient.name = plan.patient_name;
  header.frame_of_reference_uid = plan.frame_of_reference_uid;
  header.series_description = "TG-43U1 dose in water, " + source.model.id;
  header.software_version = program_version();
  if (timing.implant_date) header.study_date = *timing.implant_date;
  DoseWriteOptions write;
  write.referenced_plan_uid = plan.sop_instance_uid;
  const auto written = write_dose(dose, header, file, write);
  return written ? ok_status() : Status(written.error());
}

/// One implant with everything settled that its dose depends on.
struct SettledImplant {
  ImplantPlan plan;
  ResolvedSource source;
  ImplantTiming timing;
  DoseOptions dose;
  std::vector<DoseSeed<PlanFrame>> seeds;
};

Result<SettledImplant> settle(const DoseCommand& options, const std::string& input) {
  auto implant = read_implant(options, input);
  if (!implant) return implant.error();
  SettledImplant out;
  auto source = resolve_source(*implant);
  if (!source) return source.error();
  out.source = std::move(source).value();
  const auto strength_doubts = settle_strengths(*implant, out.source.model);
  if (!strength_doubts) return strength_doubts.error();
  auto timing = resolve_timing(*implant, out.source.model);
  if (!timing) return timing.error();
  out.timing = std::move(timing).value();
  const auto dose = dose_options(options, out.timing, input);
  if (!dose) return dose.error();
  out.dose = *dose;
  out.plan = std::move(*implant->plan);
  if (out.source.assumed) log_warn("source model assumed: " + out.source.model.id);
  // No report carries them here: they are shown.
  const IdentityFilter filter(out.plan.patient_id, out.plan.patient_name);
  for (const Warnings* warnings :
       std::initializer_list<const Warnings*>{&out.plan.warnings, &*strength_doubts, &out.source.warnings, &out.timing.warnings})
    show_warnings(*warnings, filter);
  for (const PlannedSeed& s : out.plan.seeds) out.seeds.push_back({s.center, s.axis, s.strength * out.timing.decay_from_reference});
  return out;
}

/// Implants whose doses are added: each with its own source, strengths and date, all in one frame of reference of one patient.
Result<std::vector<SettledImplant>> settle_all(const DoseCommand& options) {
  std::vector<SettledImplant> all;
  for (const std::string& input : options.inputs) {
    auto one = settle(options, input);
    if (!one) return one.error();
    if (!all.empty()) {
      const ImplantPlan& first = all.front().plan;
      if (first.frame_of_reference_uid != one->plan.frame_of_reference_uid)
        return Error{ErrorCode::frame_mismatch, "it lies in another frame of reference than the first implant", input,
                     "Doses are added only in one frame."};
      if (!first.patient_id.empty() && !one->plan.patient_id.empty() && first.patient_id != one->plan.patient_id)
        return Error{ErrorCode::patient_mismatch, "it is of another patient than the first implant", input, ""};
    }
    all.push_back(std::move(one).value());
  }
  return all;
}

std::vector<float> total_dose_at(const std::vector<Point<PlanFrame>>& points, const std::vector<SettledImplant>& implants) {
  std::vector<float> total(points.size(), 0.0F);
  for (const SettledImplant& one : implants) {
    const std::vector<float> dose = dose_at(points, one.seeds, one.source.model, one.dose);
    for (std::size_t n = 0; n < total.size(); ++n) total[n] += dose[n];
  }
  return total;
}

Status write_grid(const DoseCommand& options, const std::vector<SettledImplant>& implants) {
  const SettledImplant& first = implants.front();
  std::vector<DoseSeed<PlanFrame>> all;
  for (const SettledImplant& one : implants) all.insert(all.end(), one.seeds.begin(), one.seeds.end());
  ProgressDisplay progress(options.shell);
  const IdentityFilter filter(first.plan.patient_id, first.plan.patient_name);
  const auto grid = options.ct.empty() ? grid_around(all, options.grid_mm, options.margin_mm)
                                       : grid_of_ct(options.ct, first.plan, filter, progress.callback());
  progress.finish();
  if (!grid) return grid.error();
  // Points asked for one by one are computed exactly; millions of voxels by the fused table.
  const auto dose_of = [&](const SettledImplant& one) {
    DoseOptions dose = one.dose;
    dose.fast = fast_table(one.source.model, dose.rules);
    return compute_dose_grid(*grid, one.seeds, one.source.model, dose);
  };
  DoseGrid<PlanFrame> result = dose_of(first);
  for (std::size_t k = 1; k < implants.size(); ++k) {
    const auto more = dose_of(implants[k]);
    for (std::size_t n = 0; n < result.dose_gy.size(); ++n) result.dose_gy[n] += more.dose_gy[n];
  }
  result.frame_of_reference_uid = first.plan.frame_of_reference_uid;
  result.patient_id = first.plan.patient_id;
  if (!is_rtdose(options.output)) return write_volume(result.grid, result.dose_gy, options.output);
  return write_rtdose(result, first.plan, first.source, first.timing, options.output);
}

int compute(const DoseCommand& options) {
  if (options.output.empty() && options.points.empty())
    return fail({ErrorCode::invalid_option, "nothing to compute", "", "Give -o for a dose grid, or --points and --points-out."});
  if (options.points.empty() != options.points_out.empty())
    return fail({ErrorCode::invalid_option, "--points and --points-out belong together", "", "Give both or none."});
  if (options.inputs.size() > 1 && !options.implant_date.empty())
    return fail({ErrorCode::invalid_option, "--implant-date is one date for several implants", "",
                 "Leave it out: each plan's own strength reference date is used."});
  if (!options.output.empty() && !is_rtdose(options.output) && !volume_format_of(options.output))
    return fail({ErrorCode::invalid_option, "no dose format ends in \"" + std::filesystem::path(options.output).extension().string() + "\"",
                 options.output, "Name a .dcm (RTDOSE), .nrrd, .mha, .nii or .nii.gz file."});
  for (const std::string& file : {options.output, options.points_out})
    if (!file.empty())
      if (Status s = check_writable(file); !s) return fail(s.error());
  if (Status s = apply(options.shell); !s) return fail(s.error());

  const auto implants = settle_all(options);
  if (!implants) return fail(implants.error());
  if (!options.points.empty()) {
    const auto points = read_points(options.points);
    if (!points) return fail(points.error());
    std::vector<Point<PlanFrame>> places;
    for (const auto& p : points->points_mm) places.push_back({p});
    if (Status s = write_text(std::filesystem::path(options.points_out), points_csv(*points, total_dose_at(places, *implants))); !s)
      return fail(s.error());
  }
  if (!options.output.empty())
    if (Status s = write_grid(options, *implants); !s) return fail(s.error());
  for (const SettledImplant& one : *implants) {
    AirKermaU total;
    for (const auto& s : one.seeds) total = total + s.strength_at_implant;
    std::printf("%zu seeds of %s, %s U each on average, dose %s\n", one.seeds.size(), one.source.model.id.c_str(),
                text_of(total.value / static_cast<double>(one.seeds.size()), 4).c_str(),
                one.dose.to_date ? ("delivered by " + options.to_date).c_str() : "to infinity");
  }
  return exit_code::kOk;
}

}  // namespace

void add_dose(CLI::App& app, int& exit_status) {
  auto* command = app.add_subcommand("dose", "TG-43U1 dose in water of a plan or of found seeds");
  auto options = std::make_shared<DoseCommand>();
  command->add_option("PLAN", options->inputs, "RTPLAN of a permanent implant, or seeds.json; of several the doses are added")->required();
  auto* output =
      command->add_option("-o,--output", options->output, "RTDOSE (.dcm), or a volume of floats in Gy: .nrrd, .mha, .nii, .nii.gz");
  auto* grid =
      command->add_option("--grid-mm", options->grid_mm, "Voxel of the dose grid, mm")->check(CLI::Range(0.2, 10.0))->capture_default_str();
  auto* margin = command->add_option("--margin-mm", options->margin_mm, "Reach of the dose grid around the seeds, mm")
                     ->check(CLI::Range(1.0, 300.0))
                     ->capture_default_str();
  command
      ->add_option("--ct", options->ct,
                   "CT in the frame of reference of the seeds: the dose is computed in its voxels, in place of a grid of its own")
      ->needs(output)
      ->excludes(grid)
      ->excludes(margin);
  command->add_option("--points", options->points, "CSV with x_mm,y_mm,z_mm: dose is computed at the points themselves");
  command->add_option("--points-out", options->points_out, "The same with a column dose_gy");
  command->add_option("--source", options->source,
                      "Source model, or the site's own source file (.json) [named in the plan, else the default of the isotope]");
  auto* u = command->add_option("--strength-u", options->strength_u, "Air-kerma strength of each seed, U [of the plan]")
                ->check(CLI::Range(0.01, 20.0));
  auto* mci =
      command->add_option("--activity-mci", options->activity_mci, "The same as apparent activity, mCi")->check(CLI::Range(0.01, 20.0));
  auto* mbq =
      command->add_option("--activity-mbq", options->activity_mbq, "The same as apparent activity, MBq")->check(CLI::Range(0.3, 700.0));
  mci->excludes(u);
  mbq->excludes(u)->excludes(mci);
  command->add_option("--implant-date", options->implant_date, "YYYY-MM-DD [the strength's reference date]");
  command->add_option("--to-date", options->to_date, "YYYY-MM-DD: dose delivered by then [dose to infinity]");
  command->add_option("--formalism", options->formalism, "2d with seed axes, or 1d")
      ->check(CLI::IsMember({"2d", "1d"}))
      ->capture_default_str();
  command->add_option("--tg43-rules", options->rules, "How tables are read between entries: s1 or linear")
      ->check(CLI::IsMember({"s1", "linear"}))
      ->capture_default_str();
  add_shell_options(*command, options->shell);
  command->footer(
      "Example: seedaudit dose plan.dcm -o dose.dcm --grid-mm 1\nExample: seedaudit dose seeds.json --source 6711 --activity-mci 0.8 "
      "--points p.csv --points-out d.csv\nExample: seedaudit dose first.dcm second.dcm -o total.dcm   two implants of one patient, each "
      "with its own date");
  command->callback([options, &exit_status] { exit_status = compute(*options); });
}

}  // namespace seedaudit
