// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <string>

#include "samples/phantom/scenario.h"

namespace seedaudit {
namespace {

Error bad(const std::string& name, double value, const std::string& range) {
  return Error{ErrorCode::invalid_option, name + " = " + std::to_string(value) + " is outside " + range, name,
               "Give a value in " + range + "."};
}

bool within(double v, double low, double high) { return v >= low && v <= high; }  // NaN is outside

}  // namespace

std::string_view to_string(BodyPosition v) {
  switch (v) {
    case BodyPosition::supine:
      return "supine";
    case BodyPosition::prone:
      return "prone";
    case BodyPosition::left_lateral:
      return "left_lateral";
    case BodyPosition::right_lateral:
      return "right_lateral";
  }
  return "supine";
}

std::string_view to_string(ReconstructionKernel v) {
  switch (v) {
    case ReconstructionKernel::soft:
      return "soft";
    case ReconstructionKernel::medium:
      return "medium";
    case ReconstructionKernel::sharp:
      return "sharp";
  }
  return "medium";
}

Status AcquisitionOptions::check() const {
  if (!within(matrix, 16, 1024)) return bad("matrix", matrix, "16 to 1024");
  if (!within(field_of_view_mm, 20, 600)) return bad("field_of_view_mm", field_of_view_mm, "20 to 600");
  if (!within(slice_thickness_mm, 0.4, 10)) return bad("slice_thickness_mm", slice_thickness_mm, "0.4 to 10");
  if (!within(slice_spacing_mm, 0.3, 10)) return bad("slice_spacing_mm", slice_spacing_mm, "0.3 to 10");
  if (!within(scan_length_mm, 1, 800)) return bad("scan_length_mm", scan_length_mm, "1 to 800");
  if (!within(kvp, 80, 140)) return bad("kvp", kvp, "80 to 140");
  if (!within(quanta_per_mm, 1e2, 1e9)) return bad("quanta_per_mm", quanta_per_mm, "1e2 to 1e9");
  if (!within(views, 30, 4000)) return bad("views", views, "30 to 4000");
  if (!within(detector_mm, 0.2, 4)) return bad("detector_mm", detector_mm, "0.2 to 4");
  return ok_status();
}

Status DistractorOptions::check() const {
  const std::pair<const char*, int> counts[] = {{"clips", clips},
                                                {"calcifications", calcifications},
                                                {"lipiodol_deposits", lipiodol_deposits},
                                                {"coils", coils},
                                                {"stents", stents},
                                                {"screws", screws},
                                                {"fiducials", fiducials}};
  for (const auto& [name, value] : counts)
    if (!within(value, 0, 100)) return bad(name, value, "0 to 100");
  if (!within(contrast_mg_per_ml, 0, 30)) return bad("contrast_mg_per_ml", contrast_mg_per_ml, "0 to 30");
  return ok_status();
}

Status ImplantOptions::check() const {
  if (!within(target_volume_cc, 2, 120)) return bad("target_volume_cc", target_volume_cc, "2 to 120");
  if (!within(prescription_gy, 20, 300)) return bad("prescription_gy", prescription_gy, "20 to 300");
  if (!within(activity_mci, 0.1, 2)) return bad("activity_mci", activity_mci, "0.1 to 2");
  if (!within(seed_pitch_mm, 5, 20)) return bad("seed_pitch_mm", seed_pitch_mm, "5 to 20");
  if (!within(plan_v100_pct, 50, 99.5)) return bad("plan_v100_pct", plan_v100_pct, "50 to 99.5");
  if (!within(needle_sigma_mm, 0, 10)) return bad("needle_sigma_mm", needle_sigma_mm, "0 to 10");
  if (!within(depth_sigma_mm, 0, 10)) return bad("depth_sigma_mm", depth_sigma_mm, "0 to 10");
  if (!within(tilt_sigma_deg, 0, 45)) return bad("tilt_sigma_deg", tilt_sigma_deg, "0 to 45");
  if (!within(minimum_gap_mm, 0, 5)) return bad("minimum_gap_mm", minimum_gap_mm, "0 to 5");
  const std::pair<const char*, int> counts[] = {{"touching_pairs", touching_pairs},
                                                {"crossings", crossings},
                                                {"chains", chains},
                                                {"along_z", along_z},
                                                {"migrated", migrated},
                                                {"lost", lost}};
  for (const auto& [name, value] : counts)
    if (!within(value, 0, 30)) return bad(name, value, "0 to 30");
  if (!within(left_out_fraction, 0, 0.8)) return bad("left_out_fraction", left_out_fraction, "0 to 0.8");
  return ok_status();
}

Status MotionOptions::check() const {
  if (!within(setup_shift_mm, 0, 60)) return bad("setup_shift_mm", setup_shift_mm, "0 to 60");
  if (!within(setup_rotation_deg, 0, 20)) return bad("setup_rotation_deg", setup_rotation_deg, "0 to 20");
  if (!within(breathing_mm, -30, 30)) return bad("breathing_mm", breathing_mm, "-30 to 30");
  if (!within(deformation_mm, 0, 10)) return bad("deformation_mm", deformation_mm, "0 to 10");
  return ok_status();
}

Status Scenario::check() const {
  if (auto s = postop.check(); !s) return s;
  if (auto s = preop.check(); !s) return s;
  if (auto s = distractors.check(); !s) return s;
  if (auto s = implant.check(); !s) return s;
  if (auto s = motion.check(); !s) return s;
  if (!within(days_after_implant, 0, 3650)) return bad("days_after_implant", days_after_implant, "0 to 3650");
  if (!within(body_scale, 0.2, 1.4)) return bad("body_scale", body_scale, "0.2 to 1.4");
  if (!within(dose_grid_mm, 0.5, 5)) return bad("dose_grid_mm", dose_grid_mm, "0.5 to 5");
  if (postop.mr_like) return Error{ErrorCode::invalid_option, "mr_like is for the pre-op image only", "postop", "Seeds are found in CT."};
  return ok_status();
}

}  // namespace seedaudit
