// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "registration/register_volumes.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <string>
#include <utility>

#include "registration/prepared_image.h"
#include "registration/registration_outcome.h"

namespace seedaudit {
namespace {

Status check_range(const char* name, double value, double low, double high) {
  if (value >= low && value <= high) return ok_status();
  return Error{ErrorCode::invalid_option, std::string(name) + " = " + std::to_string(value), "registration options",
               "Give a value from " + std::to_string(low) + " to " + std::to_string(high) + "."};
}

template <class F>
bool is_whole(const Volume<F>& volume) {
  const auto& size = volume.grid.size();
  return size[0] >= 8 && size[1] >= 8 && size[2] >= 4 && volume.hu.size() == volume.grid.voxel_count();
}

PlanRegistration not_usable(std::string why) {
  PlanRegistration out;
  out.method = "rigid+local";
  out.outcome = {OutcomeKind::failed, std::move(why)};
  return out;
}

/// The blur along the slice axis that both images shall have: that of the thicker slices.
double common_slice_sigma(double a_spacing_mm, double b_spacing_mm) {
  return std::clamp(0.5 * std::max(a_spacing_mm, b_spacing_mm), 1.5, 4.0);
}

void add_deformation(const DeformableResult& d, PlanRegistration& out) {
  out.qa.deformable_similarity_before = d.value_before;
  out.qa.deformable_similarity_after = d.value;
  out.qa.jacobian_min = d.jacobian_min;
  out.qa.jacobian_max = d.jacobian_max;
  out.qa.deformable_inverse_mm = d.inverse_mm;
  out.qa.rigid_deformable_mm = d.target_shift_mm;
  if (!d.usable) {
    out.warnings.push_back({"DEFORMATION_NOT_USED", "The deformation is not used: " + d.why_not + ". The rigid transform stands."});
    return;
  }
  const auto grid = GridGeometry<PlanFrame>::make(d.grid.size, d.grid.spacing_mm, {d.grid.origin_mm}, d.grid.direction);
  auto field = DisplacementField<CtFrame, PlanFrame>::make(grid.value(), d.mm);
  if (!field) return;
  out.deformation = std::make_shared<const DisplacementField<CtFrame, PlanFrame>>(std::move(field).value());
  out.method += "+deformable";
}

/// Radius about the target that may deform: its margin, and the organs at risk as far as they lie within twice that.
double deformable_radius(const Ball& ball, const std::optional<TargetRegion>& target, const RegistrationOptions& options) {
  double radius = ball.radius_mm + options.deformable_margin_mm;
  if (!target) return radius;
  const double most = ball.radius_mm + 2.0 * options.deformable_margin_mm;
  for (const auto& organ : target->organs) {
    if (organ.empty()) continue;
    const Eigen::Vector3d far = (organ.low_mm - ball.center_mm).cwiseAbs().cwiseMax((organ.high_mm - ball.center_mm).cwiseAbs());
    radius = std::max(radius, std::min(most, far.norm()));
  }
  return radius;
}

PlanRegistration result_of(const Evidence& e, const RegistrationOptions& options) {
  PlanRegistration out;
  out.method = options.local_step ? "rigid+local" : "rigid";
  out.qa.starts_tried = e.starts;
  out.outcome = judge(e, options);
  if (e.search.poses.empty()) return out;
  out.ct_from_plan.iso = options.local_step ? e.local.moving_from_fixed : e.search.poses.front().moving_from_fixed;
  out.qa.similarity_before = e.local.value_at_start;
  out.qa.similarity_after = e.local.value;
  out.qa.start_agreement_mm = e.local.agreement_mm;
  out.qa.inverse_consistency_mm = e.local.inverse_mm;
  out.qa.local_shift_mm = e.local_shift_mm;
  out.qa.overlap_fraction = e.local.overlap;
  if (e.deformable) add_deformation(*e.deformable, out);
  return out;
}

}  // namespace

Status RegistrationOptions::check() const {
  for (const Status& s :
       {check_range("local_margin_mm", local_margin_mm, 10.0, 120.0), check_range("metal_hu", metal_hu, 500.0, 10000.0),
        check_range("metal_margin_mm", metal_margin_mm, 0.0, 30.0), check_range("agreement_ok_mm", agreement_ok_mm, 0.1, 5.0),
        check_range("max_local_shift_mm", max_local_shift_mm, 1.0, 100.0),
        check_range("deformable_margin_mm", deformable_margin_mm, 10.0, 150.0)})
    if (!s) return s;
  return ok_status();
}

PlanRegistration register_preop_to_postop(const PreopVolume& preop, const CtVolume& postop, const std::optional<TargetRegion>& target,
                                          const RegistrationOptions& options, const Progress& progress) {
  try {
    if (const Status s = options.check(); !s) return not_usable(s.error().message());
    if (!is_whole(preop) || !is_whole(postop)) return not_usable("an image is empty or has too few slices to register");
    if (target && !(target->radius_mm > 0.0 && target->radius_mm < 200.0 && target->center.mm.allFinite()))
      return not_usable("the target region is not a ball of 0 to 200 mm radius");
    if (target && !preop.grid.covers(target->center)) return not_usable("the pre-op image does not show the target");
    report_progress(progress, "registration: preparing", 0.0);
    const double sigma = common_slice_sigma(preop.grid.spacing_mm()[2], postop.grid.spacing_mm()[2]);
    PreparedImage pre = prepare_image(preop, sigma, options);
    PreparedImage post = prepare_image(postop, sigma, options);
    if (!(pre.anatomy.body_volume_cc > 200.0)) return not_usable("no body found in the pre-op image");
    if (!(post.anatomy.body_volume_cc > 200.0)) return not_usable("no body found in the post-op image");
    Ball ball{pre.anatomy.body_center_mm, 20.0};
    if (target) ball = {target->center.mm, target->radius_mm};
    PlanRegistration out = result_of(gather_evidence(std::move(pre), std::move(post), ball, target.has_value(),
                                                     deformable_radius(ball, target, options), options, progress),
                                     options);
    if (!target)
      out.warnings.push_back(
          {"REGISTRATION_WITHOUT_TARGET", "No target region was given: the registration is right at the middle of the body only."});
    report_progress(progress, "registration", 1.0);
    return out;
  } catch (const std::exception& e) {
    return not_usable(std::string("registration stopped: ") + e.what());
  }
}

}  // namespace seedaudit
