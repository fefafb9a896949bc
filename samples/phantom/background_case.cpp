// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/background_case.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "dosimetry/source_library.h"
#include "samples/phantom/case_truth.h"
#include "samples/phantom/ct_surroundings.h"
#include "samples/phantom/insertion.h"
#include "samples/phantom/random.h"

namespace seedaudit {
namespace {

Error refused(const std::string& what, const std::string& hint) { return {ErrorCode::invalid_option, what, "background", hint}; }

/// A background is what it is: it does not breathe, turn or hold a hilum. Asking for it must not pass unseen.
Status check_possible(const Scenario& s) {
  const std::string other = "Choose another scenario, or override it in a scenario file.";
  if (s.distractors.stents > 0) return refused("stents cannot be put into a background", other);
  if (s.distractors.screws > 0) return refused("screws cannot be put into a background", other);
  if (s.distractors.contrast_mg_per_ml > 0.0) return refused("contrast medium cannot be put into a background", other);
  if (s.preop.mr_like) return refused("an MR-like image cannot be made of a background", other);
  if (s.postop.position_mistagged || s.postop.position != s.preop.position)
    return refused("a background cannot be turned to another position", other);
  return ok_status();
}

/// Contours lie in the slices and slabs are counted along z, so the slices must be axial, with rows and columns along the body's axes.
Status check_axial(const CtVolume& ct) {
  constexpr double kTolerance = 1e-3;
  if (std::abs(ct.grid.direction()(2, 2)) > 1.0 - kTolerance) return ok_status();
  return Error{ErrorCode::inconsistent_geometry, "the slices of the background are not axial", ct.series.path, "Give an axial CT."};
}

/// The scan as truth.json tells it: what the CT states, else what was assumed.
AcquisitionOptions acquisition_of(const CtVolume& ct, const AcquisitionOptions& assumed) {
  AcquisitionOptions a = assumed;
  a.matrix = ct.grid.size()[0];
  a.field_of_view_mm = ct.grid.size()[0] * ct.grid.spacing_mm().x();
  a.slice_spacing_mm = ct.grid.spacing_mm().z();
  a.slice_thickness_mm = ct.acquisition.slice_thickness_mm.value_or(ct.grid.spacing_mm().z());
  a.scan_length_mm = ct.grid.size()[2] * ct.grid.spacing_mm().z();
  a.kvp = ct.acquisition.kvp.value_or(assumed.kvp);
  const std::pair<const char*, BodyPosition> positions[] = {
      {"P", BodyPosition::prone}, {"DL", BodyPosition::left_lateral}, {"DR", BodyPosition::right_lateral}};
  a.position = BodyPosition::supine;
  for (const auto& [ending, position] : positions)
    if (ct.acquisition.patient_position.size() > 2 && ct.acquisition.patient_position.substr(2) == ending) a.position = position;
  a.position_mistagged = a.mr_like = false;
  return a;
}

InsertionOptions insertion_options(const AcquisitionOptions& a) {
  InsertionOptions o;
  o.kernel = a.kernel;
  o.kvp = a.kvp;
  o.quanta_per_mm = a.quanta_per_mm;
  o.views = a.views;
  o.detector_mm = a.detector_mm;
  return o;
}

/// Half the length about the target that lies in the volume.
double half_length_mm(const CtVolume& ct, const Eigen::Vector3d& center) {
  const double slice = ct.grid.index_of({center}).z();
  return std::min(slice, ct.grid.size()[2] - 1 - slice) * ct.grid.spacing_mm().z();
}

}  // namespace

Result<PhantomCase> simulate_in_background(CtVolume background, const Scenario& asked, const BackgroundOptions& options, std::uint64_t seed,
                                           const Progress& progress) {
  if (auto status = asked.check(); !status) return status.error();
  if (auto status = check_possible(asked); !status) return status.error();
  if (auto status = check_axial(background); !status) return status.error();
  const auto source = find_source("amersham-6711");
  if (!source) return source.error();

  PhantomCase out;
  out.scenario = asked;
  out.scenario.motion = {.setup_shift_mm = 0.0, .setup_rotation_deg = 0.0, .breathing_mm = 0.0, .deformation_mm = 0.0};
  out.scenario.postop = acquisition_of(background, asked.postop);
  out.scenario.preop = out.scenario.postop;
  out.seed = seed;
  const auto spectrum = make_spectrum(out.scenario.postop.kvp);
  if (!spectrum) return spectrum.error();
  const HuTissue tissue(spectrum.value());

  RandomStream random(seed, 80);
  std::array<double, 8> draws{};
  for (auto& d : draws) d = random.uniform();
  TargetShape target = make_target(Eigen::Vector3d::Zero(), asked.implant.target_volume_cc, draws);
  if (options.target_center) {
    if (!background.grid.covers(*options.target_center))
      return refused("the target lies outside the CT", "Name a place inside it, in mm LPS.");
    target.center = options.target_center->mm;
  } else {
    const auto found = soft_tissue_center(background, target.mean_radius_mm());
    if (!found) return found.error();
    target.center = found->mm;
  }

  auto plan = plan_implant(target, asked.implant, source.value(), seed);
  if (!plan) return plan.error();
  CaseBasis basis{out.scenario, seed, source.value(), target.grown(-std::min(4.0, 0.3 * target.mean_radius_mm())), target, {}, {}, {}, {}};
  const Eigen::Vector3d shift(random.uniform(-20, 20), random.uniform(-25, 15), random.uniform(-300, 200));
  basis.plan_from_body = Eigen::Isometry3d(Eigen::Translation3d(shift));
  const Surroundings around = surroundings_of(background, target, tissue);
  const Placement placement =
      place_seeds(plan.value(), around, basis.motion, asked.implant, basis.geometry, half_length_mm(background, target.center), seed);
  if (std::count_if(placement.seeds.begin(), placement.seeds.end(), [](const PlacedSeed& s) { return s.migrated; }) <
      asked.implant.migrated)
    return Error{ErrorCode::bad_scenario,
                 "the CT has no place far from the target for " + std::to_string(asked.implant.migrated) + " migrated seeds",
                 background.series.path, "Lower implant.migrated, or give a longer CT."};
  const auto distractors = make_distractors(around, asked.distractors, seed);

  std::vector<FineObject> metal;
  for (const auto& d : distractors) metal.insert(metal.end(), d.objects.begin(), d.objects.end());
  std::vector<FineObject> with_seeds = metal;
  for (const auto& s : placement.seeds)
    if (s.present) with_seeds.push_back(make_seed(basis.geometry, s.center, s.axis, around.tissue_at(s.center)));
  const InsertionOptions insertion = insertion_options(out.scenario.postop);

  auto preop = insert_objects(background, metal, insertion, seed, 1,
                              [&](std::string_view, double f) { report_progress(progress, "pre-op image", f); });
  if (!preop) return preop.error();
  out.preop = relabel_frame<PlanFrame>(std::move(preop).value());
  auto moved = GridGeometry<PlanFrame>::make(out.preop.grid.size(), out.preop.grid.spacing_mm(),
                                             {basis.plan_from_body * out.preop.grid.origin().mm}, out.preop.grid.direction());
  if (!moved) return moved.error();
  out.preop.grid = std::move(moved).value();
  auto postop = insert_objects(std::move(background), with_seeds, insertion, seed, 2,
                               [&](std::string_view, double f) { report_progress(progress, "post-op image", f); });
  if (!postop) return postop.error();
  out.postop = std::move(postop).value();

  out.background = BackgroundTruth{{target.center}, options.target_center.has_value()};
  fill_plan(out, basis, plan.value());
  fill_structures(out, basis);
  fill_truth(out, basis, placement, distractors);
  fill_dosimetry(out, basis);
  return out;
}

}  // namespace seedaudit
