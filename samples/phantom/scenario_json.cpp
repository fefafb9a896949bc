// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include <string>

#include "samples/phantom/scenario.h"

namespace seedaudit {
namespace {

using Json = nlohmann::json;

/// Reads named members of one object; a name that no member claims is an error, so a misspelt override cannot pass unseen.
class Reader {
 public:
  Reader(const Json& object, std::string where, std::string& problem) : object_(object), where_(std::move(where)), problem_(problem) {
    if (!object_.is_object()) fail("is not an object");
  }
  ~Reader() {
    if (!problem_.empty() || !object_.is_object()) return;
    for (const auto& item : object_.items())
      if (std::find(known_.begin(), known_.end(), item.key()) == known_.end()) fail("has the unknown key '" + item.key() + "'");
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  const Json* find(const char* key) {
    known_.emplace_back(key);
    if (!object_.is_object()) return nullptr;
    const auto it = object_.find(key);
    return it == object_.end() ? nullptr : &*it;
  }
  void number(const char* key, double& value) {
    if (const Json* j = find(key)) {
      if (!j->is_number()) return fail(std::string(key) + " is not a number");
      value = j->get<double>();
    }
  }
  void whole(const char* key, int& value) {
    if (const Json* j = find(key)) {
      if (!j->is_number_integer() || std::abs(j->get<double>()) > 1e9) return fail(std::string(key) + " is not a whole number");
      value = j->get<int>();
    }
  }
  void flag(const char* key, bool& value) {
    if (const Json* j = find(key)) {
      if (!j->is_boolean()) return fail(std::string(key) + " is neither true nor false");
      value = j->get<bool>();
    }
  }
  void text(const char* key, std::string& value) {
    if (const Json* j = find(key)) {
      if (!j->is_string()) return fail(std::string(key) + " is not a text");
      value = j->get<std::string>();
    }
  }
  template <class Enum>
  void choice(const char* key, Enum& value, std::initializer_list<Enum> all) {
    if (const Json* j = find(key)) {
      for (const Enum e : all)
        if (j->is_string() && j->get<std::string>() == to_string(e)) {
          value = e;
          return;
        }
      fail(std::string(key) + " = " + j->dump() + " is not known");
    }
  }
  void fail(const std::string& what) {
    if (problem_.empty()) problem_ = where_ + " " + what;
  }
  std::string& problem() { return problem_; }

 private:
  const Json& object_;
  std::string where_;
  std::string& problem_;
  std::vector<std::string> known_;
};

void read(const Json& json, const char* where, AcquisitionOptions& o, std::string& problem) {
  Reader r(json, where, problem);
  r.whole("matrix", o.matrix);
  r.number("field_of_view_mm", o.field_of_view_mm);
  r.number("slice_thickness_mm", o.slice_thickness_mm);
  r.number("slice_spacing_mm", o.slice_spacing_mm);
  r.number("scan_length_mm", o.scan_length_mm);
  r.number("kvp", o.kvp);
  r.number("quanta_per_mm", o.quanta_per_mm);
  r.choice("kernel", o.kernel, {ReconstructionKernel::soft, ReconstructionKernel::medium, ReconstructionKernel::sharp});
  r.whole("views", o.views);
  r.number("detector_mm", o.detector_mm);
  r.choice("position", o.position, {BodyPosition::supine, BodyPosition::prone, BodyPosition::left_lateral, BodyPosition::right_lateral});
  r.flag("position_mistagged", o.position_mistagged);
  r.flag("mr_like", o.mr_like);
}

void read(const Json& json, const char* where, DistractorOptions& o, std::string& problem) {
  Reader r(json, where, problem);
  r.whole("clips", o.clips);
  r.whole("calcifications", o.calcifications);
  r.whole("lipiodol_deposits", o.lipiodol_deposits);
  r.whole("coils", o.coils);
  r.whole("stents", o.stents);
  r.whole("screws", o.screws);
  r.whole("fiducials", o.fiducials);
  r.number("contrast_mg_per_ml", o.contrast_mg_per_ml);
}

void read(const Json& json, const char* where, ImplantOptions& o, std::string& problem) {
  Reader r(json, where, problem);
  r.number("target_volume_cc", o.target_volume_cc);
  r.number("prescription_gy", o.prescription_gy);
  r.number("activity_mci", o.activity_mci);
  r.number("seed_pitch_mm", o.seed_pitch_mm);
  r.number("plan_v100_pct", o.plan_v100_pct);
  r.number("needle_sigma_mm", o.needle_sigma_mm);
  r.number("depth_sigma_mm", o.depth_sigma_mm);
  r.number("tilt_sigma_deg", o.tilt_sigma_deg);
  r.number("minimum_gap_mm", o.minimum_gap_mm);
  r.whole("touching_pairs", o.touching_pairs);
  r.whole("crossings", o.crossings);
  r.whole("chains", o.chains);
  r.whole("along_z", o.along_z);
  r.whole("migrated", o.migrated);
  r.whole("lost", o.lost);
  r.number("left_out_fraction", o.left_out_fraction);
  r.flag("no_seeds", o.no_seeds);
}

void read(const Json& json, const char* where, MotionOptions& o, std::string& problem) {
  Reader r(json, where, problem);
  r.number("setup_shift_mm", o.setup_shift_mm);
  r.number("setup_rotation_deg", o.setup_rotation_deg);
  r.number("breathing_mm", o.breathing_mm);
  r.number("deformation_mm", o.deformation_mm);
}

}  // namespace

Result<Scenario> parse_scenario(std::string_view text, std::string_view origin) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return Error{ErrorCode::bad_json, "not JSON", std::string(origin), "Check brackets, commas and quotes."};
  std::string problem;
  Scenario s;
  {
    Reader r(json, "the scenario", problem);
    std::string base = "clean-2p5mm";
    r.text("base", base);
    if (problem.empty()) {
      auto found = find_scenario(base);
      if (!found) return found.error();
      s = std::move(found).value();
      s.name = "custom";
      s.description = "after " + base;
    }
    r.text("name", s.name);
    r.text("description", s.description);
    if (const Json* j = r.find("postop")) read(*j, "postop", s.postop, problem);
    if (const Json* j = r.find("preop")) read(*j, "preop", s.preop, problem);
    if (const Json* j = r.find("distractors")) read(*j, "distractors", s.distractors, problem);
    if (const Json* j = r.find("implant")) read(*j, "implant", s.implant, problem);
    if (const Json* j = r.find("motion")) read(*j, "motion", s.motion, problem);
    r.flag("postop_contours", s.postop_contours);
    r.whole("days_after_implant", s.days_after_implant);
    r.number("body_scale", s.body_scale);
    r.number("dose_grid_mm", s.dose_grid_mm);
  }
  if (problem.empty())
    if (const auto status = s.check(); !status) problem = status.error().what;
  if (!problem.empty()) return Error{ErrorCode::bad_scenario, problem, std::string(origin), "docs/algorithms/phantom.md lists the keys."};
  return s;
}

}  // namespace seedaudit
