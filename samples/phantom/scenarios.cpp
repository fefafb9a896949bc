// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "samples/phantom/scenario.h"

namespace seedaudit {
namespace {

Scenario base(const char* name, const char* description) {
  Scenario s;
  s.name = name;
  s.description = description;
  return s;
}

std::vector<Scenario> make_scenarios() {
  std::vector<Scenario> all;
  {
    Scenario s = base("demo", "2.5 mm slices, breathing, a few clips; one side of the target left without seeds");
    s.postop.matrix = s.preop.matrix = 384;
    s.postop.views = 480;
    s.postop.detector_mm = 0.7;
    s.preop.views = 360;
    s.preop.detector_mm = 1.0;
    s.preop.scan_length_mm = 160.0;
    s.distractors.clips = 3;
    s.distractors.calcifications = 2;
    s.motion.breathing_mm = 8.0;
    s.implant.target_volume_cc = 22.0;
    s.implant.left_out_fraction = 0.16;
    s.implant.touching_pairs = 1;
    all.push_back(s);
  }
  {
    Scenario s = base("clean-1mm", "1 mm slices, seeds apart from each other");
    s.postop.slice_thickness_mm = s.postop.slice_spacing_mm = 1.0;
    s.postop.scan_length_mm = 100.0;
    all.push_back(s);
  }
  {
    Scenario s = base("clean-2p5mm", "2.5 mm slices, seeds apart from each other");
    s.motion.breathing_mm = 6.0;
    all.push_back(s);
  }
  {
    Scenario s = base("liver-5mm-lipiodol", "5 mm slices, soft kernel, lipiodol in and about the target, contrast medium");
    s.postop.slice_thickness_mm = s.postop.slice_spacing_mm = 5.0;
    s.postop.kernel = ReconstructionKernel::soft;
    s.postop.scan_length_mm = 180.0;
    s.distractors.lipiodol_deposits = 3;
    s.distractors.clips = 2;
    s.distractors.contrast_mg_per_ml = 4.0;
    s.motion.breathing_mm = -7.0;
    s.motion.deformation_mm = 1.0;
    all.push_back(s);
  }
  {
    Scenario s = base("lateral", "2.5 mm slices, left lateral decubitus after a supine plan");
    s.postop.position = BodyPosition::left_lateral;
    s.motion.setup_shift_mm = 15.0;
    s.motion.breathing_mm = 5.0;
    s.motion.deformation_mm = 1.5;
    s.distractors.clips = 2;
    all.push_back(s);
  }
  {
    Scenario s = base("lateral-mistagged", "as lateral, but the header says supine");
    s.postop.position = BodyPosition::right_lateral;
    s.postop.position_mistagged = true;
    s.motion.setup_shift_mm = 15.0;
    all.push_back(s);
  }
  {
    Scenario s = base("prone", "2.5 mm slices, prone after a supine plan");
    s.postop.position = BodyPosition::prone;
    s.motion.setup_shift_mm = 12.0;
    s.motion.breathing_mm = -9.0;
    s.motion.deformation_mm = 1.5;
    all.push_back(s);
  }
  {
    Scenario s = base("clusters", "1.25 mm slices, seeds every 5 mm on a needle, touching pairs, crossings, chains, seeds along the body");
    s.postop.slice_thickness_mm = s.postop.slice_spacing_mm = 1.25;
    s.postop.scan_length_mm = 110.0;
    s.implant.seed_pitch_mm = 5.0;
    s.implant.minimum_gap_mm = 0.05;
    s.implant.target_volume_cc = 32.0;
    s.implant.touching_pairs = 3;
    s.implant.crossings = 2;
    s.implant.chains = 2;
    s.implant.along_z = 2;
    all.push_back(s);
  }
  {
    Scenario s = base("undercovered", "1.25 mm slices, a quarter of the seeds, all on one side, not delivered");
    s.postop.slice_thickness_mm = s.postop.slice_spacing_mm = 1.25;
    s.postop.scan_length_mm = 110.0;
    s.implant.left_out_fraction = 0.25;
    s.implant.prescription_gy = 110.0;
    s.motion.breathing_mm = 4.0;
    all.push_back(s);
  }
  {
    Scenario s = base("migrated", "2.5 mm slices, long scan, two seeds far away, one nowhere; post-op contours");
    s.postop.scan_length_mm = 200.0;
    s.preop.scan_length_mm = 200.0;
    s.implant.migrated = 2;
    s.implant.lost = 1;
    s.postop_contours = true;
    s.motion.breathing_mm = 5.0;
    all.push_back(s);
  }
  {
    Scenario s = base("metal", "2.5 mm slices, clips, coils, stent, screws, fiducials, calcifications beside the seeds");
    s.distractors = {.clips = 6,
                     .calcifications = 6,
                     .lipiodol_deposits = 1,
                     .coils = 2,
                     .stents = 1,
                     .screws = 1,
                     .fiducials = 2,
                     .contrast_mg_per_ml = 3.0};
    all.push_back(s);
  }
  {
    Scenario s = base("mr-preop", "2.5 mm slices, the pre-op image has the contrast of MR");
    s.preop.mr_like = true;
    s.preop.matrix = 256;
    s.motion.breathing_mm = 5.0;
    all.push_back(s);
  }
  {
    Scenario s = base("no-seeds", "2.5 mm slices, metal and lipiodol but not one seed: the negative control");
    s.implant.no_seeds = true;
    s.distractors = {.clips = 5,
                     .calcifications = 6,
                     .lipiodol_deposits = 2,
                     .coils = 1,
                     .stents = 1,
                     .screws = 1,
                     .fiducials = 0,
                     .contrast_mg_per_ml = 4.0};
    all.push_back(s);
  }
  {
    Scenario s = base("tiny", "a small body in a small image: seconds, for tests");
    s.body_scale = 0.45;
    s.postop.matrix = 192;
    s.postop.field_of_view_mm = 165.0;
    s.postop.views = 300;
    s.postop.detector_mm = 0.8;
    s.postop.scan_length_mm = 60.0;
    s.preop.matrix = 128;
    s.preop.field_of_view_mm = 170.0;
    s.preop.views = 240;
    s.preop.detector_mm = 1.3;
    s.preop.slice_thickness_mm = s.preop.slice_spacing_mm = 4.0;
    s.preop.scan_length_mm = 72.0;
    s.implant.target_volume_cc = 7.0;
    s.motion.setup_shift_mm = 4.0;
    s.motion.breathing_mm = 2.0;
    all.push_back(s);
  }
  return all;
}

}  // namespace

const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> all = make_scenarios();
  return all;
}

Result<Scenario> find_scenario(std::string_view name) {
  std::string names;
  for (const auto& s : scenarios()) {
    if (s.name == name) return s;
    names += (names.empty() ? "" : ", ") + s.name;
  }
  return Error{ErrorCode::bad_scenario, "no scenario named '" + std::string(name) + "'", "scenario",
               "Choose one of " + names + ", or give a .json file."};
}

Result<Scenario> load_scenario(const std::string& name_or_file) {
  if (!name_or_file.ends_with(".json")) return find_scenario(name_or_file);
  std::ifstream file(name_or_file, std::ios::binary);
  if (!file) return Error{ErrorCode::path_not_found, "cannot read the scenario file", name_or_file, "Check the path."};
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return parse_scenario(text, name_or_file);
}

std::string scenario_list() {
  std::ostringstream out;
  for (const auto& s : scenarios()) {
    out << s.name << std::string(s.name.size() < 20 ? 20 - s.name.size() : 1, ' ') << s.description << '\n';
  }
  return out.str();
}

}  // namespace seedaudit
