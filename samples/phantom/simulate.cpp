// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/simulate.h"

#include <algorithm>
#include <string>

#include "dosimetry/source_library.h"
#include "samples/phantom/anatomy.h"
#include "samples/phantom/case_truth.h"
#include "samples/phantom/mr_image.h"
#include "samples/phantom/random.h"
#include "samples/phantom/scanner.h"

namespace seedaudit {
namespace {

/// Everything of one case before the images are made.
class Builder {
 public:
  Builder(const Scenario& scenario, std::uint64_t seed, const SourceModel& source)
      : scenario_(scenario), seed_(seed), source_(source), random_(seed, 70), preop_(build_anatomy(scenario, seed, up(scenario.preop))) {
    plan_from_body_.translation() = Eigen::Vector3d(random_.uniform(-20, 20), random_.uniform(-25, 15), random_.uniform(-300, 200));
    motion_ = make_motion(scenario, preop_, seed, plan_from_body_.translation().z() + random_.uniform(-60, 60));
    if (scenario.postop.position_mistagged) {
      // The header says supine: its patient axes are those of the couch.
      Eigen::Isometry3d couch_from_patient = Eigen::Isometry3d::Identity();
      couch_from_patient.linear() = patient_from_couch(scenario.postop.position).transpose();
      motion_.then(couch_from_patient);
    }
  }

  Result<PhantomCase> build(const Progress& progress) {
    PhantomCase out;
    out.scenario = scenario_;
    out.seed = seed_;
    auto plan = plan_implant(preop_.target, scenario_.implant, source_, seed_);
    if (!plan) return plan.error();
    const double half_length = 0.5 * std::min(scenario_.postop.scan_length_mm, scenario_.preop.scan_length_mm);
    const Surroundings around = surroundings_of(preop_);
    const Placement placement = place_seeds(plan.value(), around, motion_, scenario_.implant, geometry_, half_length, seed_);
    const auto distractors = make_distractors(around, scenario_.distractors, seed_);

    if (auto status = make_images(out, placement, distractors, progress); !status) return status.error();
    const CaseBasis basis{scenario_, seed_, source_, preop_.gross, preop_.target, preop_.right_lobe, motion_, plan_from_body_, geometry_};
    fill_plan(out, basis, plan.value());
    fill_structures(out, basis);
    fill_truth(out, basis, placement, distractors);
    fill_dosimetry(out, basis);
    return out;
  }

 private:
  static Eigen::Vector3d up(const AcquisitionOptions& a) { return -patient_from_couch(a.position).col(1); }

  Status make_images(PhantomCase& out, const Placement& placement, const std::vector<Distractor>& distractors, const Progress& progress) {
    Scene pre = preop_.scene;
    pre.bodies.insert(pre.bodies.begin(), couch_top(preop_, -up(scenario_.preop)));
    for (const auto& d : distractors) pre.fine.insert(pre.fine.end(), d.objects.begin(), d.objects.end());
    const Scene pre_scene = transformed(plan_from_body_, pre);
    const Point<PlanFrame> pre_center{plan_from_body_ * scan_center()};
    const Progress first = [&](std::string_view, double f) { report_progress(progress, "pre-op image", f); };
    auto preop = scenario_.preop.mr_like ? mr_image(pre_scene, scenario_.preop, pre_center, seed_)
                                         : scan<PlanFrame>(pre_scene, scenario_.preop, pre_center, seed_, 1, first);
    if (!preop) return preop.error();
    out.preop = std::move(preop).value();

    Anatomy post = build_anatomy(scenario_, seed_, up(scenario_.postop));
    for (const auto& d : distractors) post.scene.fine.insert(post.scene.fine.end(), d.objects.begin(), d.objects.end());
    post_scene_ = motion_.map(post.scene);
    Body couch = couch_top(post, -up(scenario_.postop));
    // The couch does not move with the patient; only its height follows the body.
    const Eigen::Isometry3d& rigid = motion_.rigid();
    couch.shape.center = rigid * scan_center() + couch_axes() * couch.shape.center;
    couch.shape.half_axes = couch_axes() * couch.shape.half_axes;
    post_scene_.bodies.insert(post_scene_.bodies.begin(), couch);
    for (const auto& s : placement.seeds)
      if (s.present) post_scene_.fine.push_back(make_seed(geometry_, s.center, s.axis, post_scene_.tissue_at(s.center)));
    const Progress second = [&](std::string_view, double f) { report_progress(progress, "post-op image", f); };
    auto postop = scan<CtFrame>(post_scene_, scenario_.postop, {rigid * scan_center()}, seed_, 2, second);
    if (!postop) return postop.error();
    out.postop = std::move(postop).value();
    return ok_status();
  }

  /// On the axis of the body at the height of the target.
  Eigen::Vector3d scan_center() const { return {0, 0, preop_.target.center.z()}; }
  /// Patient coordinates of the post-op image from couch-aligned body coordinates, without the setup rotation.
  Eigen::Matrix3d couch_axes() const {
    return scenario_.postop.position_mistagged ? Eigen::Matrix3d(patient_from_couch(scenario_.postop.position).transpose())
                                               : Eigen::Matrix3d(Eigen::Matrix3d::Identity());
  }

  const Scenario& scenario_;
  std::uint64_t seed_;
  const SourceModel& source_;
  RandomStream random_;
  Anatomy preop_;
  Motion motion_;
  SeedGeometry geometry_;
  Scene post_scene_;
  Eigen::Isometry3d plan_from_body_ = Eigen::Isometry3d::Identity();
};

}  // namespace

Result<PhantomCase> simulate(const Scenario& scenario, std::uint64_t seed, const Progress& progress) {
  if (auto status = scenario.check(); !status) return status.error();
  const auto source = find_source("amersham-6711");
  if (!source) return source.error();
  return Builder(scenario, seed, source.value()).build(progress);
}

}  // namespace seedaudit
