// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.h"
#include "cli/shell.h"
#include "cli/version.h"
#include "core/hu_scale.h"
#include "core/resample.h"
#include "io/csv_points.h"
#include "io/volume_file.h"
#include "registration/register_volumes.h"
#include "registration/registration_points.h"
#include "report/csv_tables.h"
#include "report/dicom_registration_writer.h"
#include "report/volume_writer.h"

namespace seedaudit {
namespace {

struct RegisterOptions {
  std::string moving, fixed;
  std::string output, warped, points, points_out, landmarks, dicom;
  std::string mode = "auto";
  std::vector<double> target;
  RegistrationOptions registration;
  ShellOptions shell;
};

using Json = nlohmann::ordered_json;

Json number(const std::optional<double>& v) { return v ? Json(*v) : Json(nullptr); }

std::string registration_json(const PlanRegistration& r) {
  Json j;
  j["schema_version"] = "1.0";
  j["outcome"] = std::string(to_string(r.outcome.kind));
  j["why"] = r.outcome.why;
  j["method"] = r.method;
  // A transform that may not be used is not written: nobody can use it by mistake.
  j["fixed_from_moving"] = nullptr;
  if (r.outcome.usable()) {
    Json matrix = Json::array();
    const Eigen::Matrix4d m = r.ct_from_plan.iso.matrix();
    for (int row = 0; row < 4; ++row)
      for (int column = 0; column < 4; ++column) matrix.push_back(m(row, column));
    j["fixed_from_moving"] = matrix;
  }
  j["deformable"] = r.outcome.usable() && r.deformation != nullptr;
  j["qa"] = {{"similarity_before", number(r.qa.similarity_before)},
             {"similarity_after", number(r.qa.similarity_after)},
             {"start_agreement_mm", number(r.qa.start_agreement_mm)},
             {"inverse_consistency_mm", number(r.qa.inverse_consistency_mm)},
             {"local_shift_mm", number(r.qa.local_shift_mm)},
             {"overlap_fraction", number(r.qa.overlap_fraction)},
             {"landmark_tre_mean_mm", number(r.qa.landmark_tre_mean_mm)},
             {"landmark_tre_max_mm", number(r.qa.landmark_tre_max_mm)},
             {"starts_tried", r.qa.starts_tried},
             {"deformable_similarity_before", number(r.qa.deformable_similarity_before)},
             {"deformable_similarity_after", number(r.qa.deformable_similarity_after)},
             {"jacobian_min", number(r.qa.jacobian_min)},
             {"jacobian_max", number(r.qa.jacobian_max)},
             {"deformable_inverse_mm", number(r.qa.deformable_inverse_mm)},
             {"rigid_deformable_mm", number(r.qa.rigid_deformable_mm)}};
  j["warnings"] = Json::array();
  for (const Warning& w : r.warnings) j["warnings"].push_back({{"code", w.code}, {"message", w.message}});
  return j.dump(1) + "\n";
}

/// The table as it was read, its coordinates replaced by the mapped ones.
std::string mapped_csv(const PointTable& points, const Warp<CtFrame, PlanFrame>& fixed_from_moving) {
  std::string text;
  const auto& columns = points.table.columns;
  for (std::size_t c = 0; c < columns.size(); ++c) text += (c > 0 ? "," : "") + csv_cell(columns[c]);
  text += "\n";
  const std::optional<std::size_t> axis[3] = {points.table.find("x_mm"), points.table.find("y_mm"), points.table.find("z_mm")};
  for (std::size_t row = 0; row < points.table.rows.size(); ++row) {
    const Point<CtFrame> mapped = fixed_from_moving * Point<PlanFrame>{points.points_mm[row]};
    for (std::size_t c = 0; c < columns.size(); ++c) {
      std::string cell = csv_cell(points.table.rows[row][c]);
      for (int a = 0; a < 3; ++a)
        if (axis[a] == c) cell = text_of(mapped.mm[a], 4);
      text += (c > 0 ? "," : "") + cell;
    }
    text += "\n";
  }
  return text;
}

/// Where the transform has to be right: where the user says, else where the points to be mapped lie. A cloud wider than an organ has no
/// middle that moves as one: the ball stays within it. Points beyond the image are mapped all the same, and say nothing of a place.
std::optional<TargetRegion> region_of(const RegisterOptions& options, const std::optional<PointTable>& points, const PreopVolume& moving) {
  if (options.target.size() == 3) return TargetRegion{{{options.target[0], options.target[1], options.target[2]}}, 20.0};
  if (!points || points->points_mm.empty()) return std::nullopt;
  Box<PlanFrame> box;
  for (const auto& p : points->points_mm)
    if (moving.grid.covers({p})) box.include({p});
  if (box.empty()) return std::nullopt;
  return TargetRegion{box.center(), std::clamp(0.5 * (box.high_mm - box.low_mm).maxCoeff(), 10.0, 60.0)};
}

int register_images(const RegisterOptions& options) {
  if (options.points.empty() != options.points_out.empty())
    return fail({ErrorCode::invalid_option, "--points and --points-out belong together", "", "Give both or none."});
  RegistrationOptions registration = options.registration;
  registration.deformable = options.mode == "deformable" ? DeformableUse::always
                            : options.mode == "auto"     ? DeformableUse::automatic
                                                         : DeformableUse::never;
  if (Status s = registration.check(); !s) return fail(s.error());
  if (!options.warped.empty() && !volume_format_of(options.warped))
    return fail({ErrorCode::invalid_option,
                 "no volume format ends in \"" + std::filesystem::path(options.warped).extension().string() + "\"", options.warped,
                 "Name a .nrrd, .mha, .nii or .nii.gz file."});
  for (const std::string& file : {options.output, options.points_out, options.warped, options.dicom})
    if (!file.empty())
      if (Status s = check_writable(file); !s) return fail(s.error());
  if (Status s = apply(options.shell); !s) return fail(s.error());
  std::optional<PointTable> points;
  if (!options.points.empty()) {
    auto read = read_points(options.points);
    if (!read) return fail(read.error());
    points = std::move(read).value();
  }
  std::vector<LandmarkPair> landmarks;
  if (!options.landmarks.empty()) {
    auto read = read_landmarks(options.landmarks);
    if (!read) return fail(read.error());
    landmarks = std::move(read).value();
  }
  ProgressDisplay progress(options.shell);
  auto moving = read_volume_as<PlanFrame>(options.moving, progress.callback());
  if (!moving) return fail(moving.error());
  auto fixed = read_volume_as<CtFrame>(options.fixed, progress.callback());
  if (!fixed) return fail(fixed.error());
  if (auto doubt = judge_hu_scale(*moving, "The moving CT")) moving->warnings.push_back(std::move(*doubt));
  if (auto doubt = judge_hu_scale(*fixed, "The fixed CT")) fixed->warnings.push_back(std::move(*doubt));
  PlanRegistration result =
      register_preop_to_postop(*moving, *fixed, region_of(options, points, *moving), registration, progress.callback());
  if (result.outcome.usable() && !landmarks.empty()) judge_by_landmarks(landmarks, result);
  progress.finish();
  const IdentityFilter filter(fixed->series.patient_id, fixed->series.patient_name);
  show_warnings(moving->warnings, filter);
  show_warnings(fixed->warnings, filter);
  log_warnings(result.warnings, filter);
  const auto out = options.output.empty() ? std::nullopt : std::optional<std::filesystem::path>(options.output);
  if (Status s = write_text(out, registration_json(result)); !s) return fail(s.error());
  if (!result.outcome.usable()) {
    std::fprintf(stderr, "seedaudit: registration failed: %s\n", result.outcome.why.c_str());
    return exit_code::kFailed;
  }
  if (points)
    if (Status s = write_text(std::filesystem::path(options.points_out), mapped_csv(*points, result.warp())); !s) return fail(s.error());
  if (!options.warped.empty()) {
    const float outside = moving->series.modality == "CT" ? -1024.0F : 0.0F;
    if (Status s = write_volume(fixed->grid, resample_onto(fixed->grid, *moving, result.warp(), outside), options.warped); !s)
      return fail(s.error());
  }
  if (!options.dicom.empty()) {
    const DicomHeader header = registration_header(fixed->series, fixed->acquisition, program_version());
    const auto written = write_registration(result.warp(), moving->series.frame_of_reference_uid, fixed->series.frame_of_reference_uid,
                                            header, options.dicom);
    if (!written) return fail(written.error());
  }
  if (out) std::printf("registration %s: %s\n", std::string(to_string(result.outcome.kind)).c_str(), result.outcome.why.c_str());
  return exit_code::kOk;
}

}  // namespace

void add_register(CLI::App& app, int& exit_status) {
  auto* command = app.add_subcommand("register", "Transform from one image of a patient to another: rigid, and deformed where needed");
  auto options = std::make_shared<RegisterOptions>();
  command->add_option("MOVING", options->moving, "Image that the points lie in, e.g. the pre-op CT")->required();
  command->add_option("FIXED", options->fixed, "Image to map them into, e.g. the post-op CT")->required();
  command->add_option("-o,--output", options->output, "JSON with fixed_from_moving, outcome and quality [standard output]");
  command->add_option("--warped", options->warped, "MOVING in the voxels of FIXED: .nrrd, .mha, .nii, .nii.gz");
  command->add_option("--dicom", options->dicom, "The rigid part as DICOM Spatial Registration; the images must be DICOM");
  command->add_option("--points", options->points, "CSV with x_mm,y_mm,z_mm in MOVING");
  command->add_option("--points-out", options->points_out, "The same in FIXED");
  command->add_option("--landmarks", options->landmarks, "CSV of point pairs that the result is measured at");
  command
      ->add_option("--target", options->target,
                   "X,Y,Z in MOVING where the transform has to be right, mm LPS [where the points lie, else the middle of the body]")
      ->delimiter(',')
      ->expected(3);
  command->add_option("--register", options->mode, "Whether anatomy may deform: auto (where parts lie off), rigid or deformable")
      ->check(CLI::IsMember({"auto", "rigid", "deformable"}))
      ->capture_default_str();
  add_shell_options(*command, options->shell);
  command->footer("Example: seedaudit register preop_ct postop_ct -o reg.json\nExit 4: the images could not be brought together.");
  command->callback([options, &exit_status] { exit_status = register_images(*options); });
}

}  // namespace seedaudit
