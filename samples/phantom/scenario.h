// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

/// What a simulated implant holds: the input of simulate().
namespace seedaudit {

/// How the patient lies on the couch. The rotation about the long axis of the patient is real: gas rises, the couch is below.
enum class BodyPosition { supine, prone, left_lateral, right_lateral };
std::string_view to_string(BodyPosition v);

enum class ReconstructionKernel { soft, medium, sharp };
std::string_view to_string(ReconstructionKernel v);

/// One image acquisition.
struct AcquisitionOptions {
  /// Rows and columns of the image; computing time grows with the square.
  int matrix = 512;
  /// Reconstructed field of view, mm, square, centred on the patient; larger gives larger pixels.
  double field_of_view_mm = 384.0;
  double slice_thickness_mm = 2.5;
  /// Distance of slice centres.
  double slice_spacing_mm = 2.5;
  /// Length scanned along the patient about the target, mm.
  double scan_length_mm = 150.0;
  double kvp = 120.0;
  /// Quanta that reach one detector element unattenuated in one view, per mm of slice thickness; more is less noise.
  double quanta_per_mm = 1.0e6;
  ReconstructionKernel kernel = ReconstructionKernel::medium;
  /// Parallel views over 180 degrees; more is fewer aliasing streaks.
  int views = 600;
  /// Detector element at the centre of rotation, mm; smaller is sharper and slower.
  double detector_mm = 0.6;
  BodyPosition position = BodyPosition::supine;
  /// The header says supine although the patient is not: patient coordinates are then those of the couch.
  bool position_mistagged = false;
  /// Write an MR-like image instead of CT (pre-op only).
  bool mr_like = false;

  Status check() const;
};

/// Counts of things that are not seeds.
struct DistractorOptions {
  int clips = 0;
  int calcifications = 0;
  /// Lipiodol deposits: droplet clusters in and about the target.
  int lipiodol_deposits = 0;
  int coils = 0;
  int stents = 0;
  int screws = 0;
  int fiducials = 0;
  /// Iodine in vessels, mg/ml; 0 = no contrast medium.
  double contrast_mg_per_ml = 0.0;

  Status check() const;
};

/// The implant as planned and as it came out.
struct ImplantOptions {
  /// Volume of the clinical target, cc.
  double target_volume_cc = 25.0;
  double prescription_gy = 120.0;
  /// Apparent activity of a seed, mCi (1.27 U per mCi).
  double activity_mci = 0.8;
  /// Distance of seed centres along a needle, mm.
  double seed_pitch_mm = 10.0;
  /// V100 of the target that the plan must reach, percent.
  double plan_v100_pct = 95.0;
  /// Standard deviation of the needle's lateral error, per axis, mm.
  double needle_sigma_mm = 1.0;
  /// Standard deviation of a seed's place along the needle, mm.
  double depth_sigma_mm = 1.5;
  /// Standard deviation of a seed's tilt against its needle, degrees.
  double tilt_sigma_deg = 12.0;
  /// Smallest gap between surfaces of two seeds that are not asked to touch, mm.
  double minimum_gap_mm = 1.5;
  int touching_pairs = 0;
  int crossings = 0;  ///< T or X
  int chains = 0;     ///< three seeds end to end
  int along_z = 0;    ///< seeds turned parallel to the long axis of the patient
  int migrated = 0;   ///< seeds far from the implant but in the image
  int lost = 0;       ///< seeds planned but nowhere
  /// Fraction of the seeds, those farthest to one side, left out: an undercovered sector.
  double left_out_fraction = 0.0;
  /// No seed is present at all: the negative control.
  bool no_seeds = false;

  Status check() const;
};

/// What changes between pre-op and post-op.
struct MotionOptions {
  /// Standard deviation of the patient's shift on the couch, mm, and rotation, degrees.
  double setup_shift_mm = 8.0;
  double setup_rotation_deg = 2.0;
  /// Movement of the liver against the bones along the body, mm, signed towards the head.
  double breathing_mm = 0.0;
  /// Non-rigid part of the liver's movement at its rim, mm.
  double deformation_mm = 0.0;

  Status check() const;
};

struct Scenario {
  std::string name;
  std::string description;
  AcquisitionOptions postop;
  AcquisitionOptions preop{
      .slice_thickness_mm = 5.0, .slice_spacing_mm = 5.0, .scan_length_mm = 180.0, .kernel = ReconstructionKernel::soft};
  DistractorOptions distractors;
  ImplantOptions implant;
  MotionOptions motion;
  /// Write contours of the target on the post-op CT as well.
  bool postop_contours = false;
  /// Days from implant to post-op scan.
  int days_after_implant = 30;
  /// Body size against the standard body (340 x 230 mm); small is fast.
  double body_scale = 1.0;
  /// Grid of the planning dose, mm.
  double dose_grid_mm = 2.0;

  Status check() const;
};

/// All named scenarios in the order in which `phantom --list` prints them.
const std::vector<Scenario>& scenarios();
/// A named scenario. Errors: bad_scenario (with the list of names).
Result<Scenario> find_scenario(std::string_view name);
/// A scenario as JSON text: { "base": NAME, overrides... } with the field names of the structs; an unknown key is an error.
/// Errors: bad_scenario, bad_json.
Result<Scenario> parse_scenario(std::string_view json, std::string_view origin);
/// A scenario by name, or from a JSON file if `name_or_file` ends in .json. Errors: as above, path_not_found.
Result<Scenario> load_scenario(const std::string& name_or_file);
/// The text of `phantom --list`: a line a scenario.
std::string scenario_list();

}  // namespace seedaudit
