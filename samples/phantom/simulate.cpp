// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/simulate.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <string>

#include <Eigen/SVD>

#include "dosimetry/source_library.h"
#include "samples/phantom/anatomy.h"
#include "samples/phantom/distractors.h"
#include "samples/phantom/implant.h"
#include "samples/phantom/motion.h"
#include "samples/phantom/mr_image.h"
#include "samples/phantom/random.h"
#include "samples/phantom/scanner.h"
#include "samples/phantom/target_truth.h"

namespace seedaudit {
namespace {

constexpr double kMarginPtvMm = 5.0;

template <class F>
Box<F> around(const Eigen::Vector3d& center, double reach) {
  Box<F> b;
  b.include({center - Eigen::Vector3d::Constant(reach)});
  b.include({center + Eigen::Vector3d::Constant(reach)});
  return b;
}

/// Least-squares rigid transform of point pairs (Kabsch 1976).
Eigen::Isometry3d fit(const std::vector<Eigen::Vector3d>& from, const std::vector<Eigen::Vector3d>& to) {
  Eigen::Vector3d a = Eigen::Vector3d::Zero();
  Eigen::Vector3d b = Eigen::Vector3d::Zero();
  for (std::size_t i = 0; i < from.size(); ++i) {
    a += from[i];
    b += to[i];
  }
  a /= static_cast<double>(from.size());
  b /= static_cast<double>(from.size());
  Eigen::Matrix3d h = Eigen::Matrix3d::Zero();
  for (std::size_t i = 0; i < from.size(); ++i) h += (from[i] - a) * (to[i] - b).transpose();
  const Eigen::JacobiSVD<Eigen::Matrix3d> svd(h, Eigen::ComputeFullU | Eigen::ComputeFullV);
  Eigen::Matrix3d d = Eigen::Matrix3d::Identity();
  d(2, 2) = (svd.matrixV() * svd.matrixU().transpose()).determinant();
  Eigen::Isometry3d t = Eigen::Isometry3d::Identity();
  t.linear() = svd.matrixV() * d * svd.matrixU().transpose();
  t.translation() = b - t.linear() * a;
  return t;
}

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
    const Placement placement = place_seeds(plan.value(), preop_, motion_, scenario_.implant, geometry_, half_length, seed_);
    const auto distractors = make_distractors(preop_, scenario_.distractors, seed_);

    if (auto status = make_images(out, placement, distractors, progress); !status) return status.error();
    fill_plan(out, plan.value());
    fill_structures(out);
    fill_truth(out, placement, distractors);
    fill_dosimetry(out, plan.value());
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

  void fill_plan(PhantomCase& out, const NeedlePlan& plan) const {
    ImplantPlan& p = out.plan;
    p.label = "LIVER I125";
    for (int n = 0; n < plan.needles; ++n) p.needle_names.push_back("N" + std::to_string(n + 1));
    for (const auto& planned : plan.seeds) {
      PlannedSeed s;
      s.index = static_cast<int>(p.seeds.size());
      s.center.mm = plan_from_body_ * planned.center;
      s.axis = Axis<PlanFrame>{plan.axis};
      s.strength = AirKermaU{scenario_.implant.activity_mci * source_.air_kerma_u_per_mci};
      s.needle = planned.needle;
      p.seeds.push_back(s);
    }
    p.isotope = "I-125";
    p.half_life = source_.half_life;
    p.active_length_mm = to_mm(source_.active_length).value;
    p.strength_reference_date = DateTime{implant_day(), std::chrono::seconds{10 * 3600}};
    p.prescription = Gy{scenario_.implant.prescription_gy};
    p.target_roi_name = "CTV";
    p.target_roi_number = 2;
  }

  std::chrono::sys_days implant_day() const {
    const std::chrono::sys_days first = std::chrono::year{2025} / 3 / 3;
    return first + std::chrono::days{static_cast<int>(seed_ % 300)};
  }

  void fill_structures(PhantomCase& out) const {
    auto& set = out.structures;
    set.label = "PLAN";
    const auto structure = [&](int number, const char* name, const char* type, const InsideTest& in_body, const Eigen::Vector3d& center,
                               double reach) {
      Structure<PlanFrame> s{number, name, type, {}, {}};
      const Eigen::Isometry3d back = plan_from_body_.inverse();
      s.contours = contours_of<PlanFrame>([&](const Eigen::Vector3d& p) { return in_body(back * p); },
                                          around<PlanFrame>(plan_from_body_ * center, reach), out.preop.grid);
      set.structures.push_back(std::move(s));
    };
    const TargetShape ptv = preop_.target.grown(kMarginPtvMm);
    structure(
        1, "GTV", "GTV", [&](const auto& p) { return preop_.gross.contains(p); }, preop_.gross.center, reach_mm());
    structure(
        2, "CTV", "CTV", [&](const auto& p) { return preop_.target.contains(p); }, preop_.target.center, reach_mm());
    structure(
        3, "PTV", "PTV", [&](const auto& p) { return ptv.contains(p); }, ptv.center, reach_mm() + kMarginPtvMm);
    structure(
        4, "LIVER", "ORGAN", [&](const auto& p) { return contains(preop_.right_lobe, p); }, preop_.right_lobe.center,
        extent_mm(preop_.right_lobe).maxCoeff() + 2.0);
    if (!scenario_.postop_contours) return;
    StructureSet<CtFrame> post;
    post.label = "POST";
    Structure<CtFrame> s{1, "CTV", "CTV", {}, {}};
    s.contours = contours_of<CtFrame>(in_post_target(), post_box(), out.postop.grid);
    post.structures.push_back(std::move(s));
    out.postop_structures = std::move(post);
  }

  double reach_mm() const {
    return 1.35 * extent_mm({ShapeKind::ellipsoid, preop_.target.center, preop_.target.half_axes}).maxCoeff() + 2.0;
  }
  InsideTest in_post_target() const {
    return [this](const Eigen::Vector3d& p) { return preop_.target.contains(motion_.unmap(p, 1.0)); };
  }
  Box<CtFrame> post_box() const { return around<CtFrame>(motion_.map(preop_.target.center, 1.0), reach_mm() + 3.0); }

  void fill_truth(PhantomCase& out, const Placement& placement, const std::vector<Distractor>& distractors);
  void fill_dosimetry(PhantomCase& out, const NeedlePlan& plan) const;

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

/// Numbers groups of seeds whose surfaces are nearer than 1 mm.
void number_clusters(std::vector<TrueSeed>& seeds, const SeedGeometry& geometry) {
  constexpr double kClusterGapMm = 1.0;
  for (std::size_t i = 0; i < seeds.size(); ++i) seeds[i].cluster_id = static_cast<int>(i);
  for (std::size_t i = 0; i < seeds.size(); ++i)
    for (std::size_t j = 0; j < seeds.size(); ++j) {
      if (i == j || !seeds[i].present || !seeds[j].present) continue;
      const double gap = surface_gap_mm(geometry, seeds[i].center.mm, seeds[i].axis.unit, seeds[j].center.mm, seeds[j].axis.unit);
      seeds[i].gap_to_nearest_mm = std::min(seeds[i].gap_to_nearest_mm, gap);
      if (gap >= kClusterGapMm) continue;
      const int from = std::max(seeds[i].cluster_id, seeds[j].cluster_id);
      const int to = std::min(seeds[i].cluster_id, seeds[j].cluster_id);
      for (auto& s : seeds)
        if (s.cluster_id == from) s.cluster_id = to;
    }
  for (auto& s : seeds)
    s.cluster_size =
        static_cast<int>(std::count_if(seeds.begin(), seeds.end(), [&](const TrueSeed& o) { return o.cluster_id == s.cluster_id; }));
}

void Builder::fill_truth(PhantomCase& out, const Placement& placement, const std::vector<Distractor>& distractors) {
  PhantomTruth& t = out.truth;
  for (const auto& s : placement.seeds) {
    TrueSeed seed;
    seed.id = s.plan_index;
    seed.plan_index = s.plan_index;
    seed.present = s.present;
    seed.migrated = s.migrated;
    seed.migration = s.migration;
    seed.plan_center = out.plan.seeds[static_cast<std::size_t>(s.plan_index)].center;
    seed.expected_center = {s.expected};
    seed.center = {s.center};
    seed.axis = {s.axis};
    seed.in_image = s.present && out.postop.grid.covers(seed.center);
    t.seeds.push_back(seed);
  }
  number_clusters(t.seeds, geometry_);
  t.explicit_clusters = placement.clusters;

  const Eigen::Isometry3d body_from_plan = plan_from_body_.inverse();
  t.ct_from_plan_bone.iso = motion_.rigid() * body_from_plan;
  std::vector<Eigen::Vector3d> pre, post;
  for (const auto& p : preop_.target.lattice(preop_.target.mean_radius_mm() / 6.0)) {
    pre.push_back(plan_from_body_ * p);
    post.push_back(motion_.map(p, 1.0));
  }
  t.ct_from_plan_target.iso = fit(pre, post);
  double sum = 0.0;
  for (std::size_t i = 0; i < pre.size(); ++i) sum += (t.ct_from_plan_target.iso * pre[i] - post[i]).squaredNorm();
  t.target_residual_rms_mm = std::sqrt(sum / static_cast<double>(pre.size()));
  const Eigen::Vector3d center = plan_from_body_ * preop_.target.center;
  t.target_shift_vs_bone_mm = t.ct_from_plan_target.iso * center - t.ct_from_plan_bone.iso * center;
  t.rotation_deg = Eigen::AngleAxisd(t.ct_from_plan_bone.iso.linear()).angle() * 57.29577951308232;

  RandomStream random(seed_, 71);
  for (int i = 0; i < 20; ++i) {
    const Eigen::Vector3d& p = pre[static_cast<std::size_t>(random.index(static_cast<int>(pre.size())))];
    t.landmarks_target.push_back({{p}, {motion_.map(body_from_plan * p, 1.0)}});
  }
  while (t.landmarks_liver.size() < 30) {
    const Eigen::Vector3d q(random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(-1, 1));
    if (q.norm() > 0.95) continue;
    const Eigen::Vector3d p = preop_.right_lobe.center + preop_.right_lobe.half_axes * q;
    t.landmarks_liver.push_back({{plan_from_body_ * p}, {motion_.map(p, 1.0)}});
  }
  for (const auto& d : distractors)
    t.distractors.push_back({d.type, {motion_.map(d.center, d.objects.empty() ? 1.0 : d.objects.front().follow)}, d.size_mm});
}

void Builder::fill_dosimetry(PhantomCase& out, const NeedlePlan&) const {
  PhantomTruth& t = out.truth;
  std::vector<DoseSeed<PlanFrame>> planned;
  for (const auto& s : out.plan.seeds) planned.push_back({s.center, s.axis, s.strength});
  std::vector<DoseSeed<CtFrame>> placed;
  for (const auto& s : t.seeds)
    if (s.present) placed.push_back({s.center, s.axis, out.plan.seeds[static_cast<std::size_t>(s.id)].strength});

  const double rx = scenario_.implant.prescription_gy;
  t.target_volume_preop_cc = preop_.target.volume_cc();
  // About 60000 points: the 90th percentile of a smooth distribution is then good to 0.1 %.
  const double spacing = std::cbrt(t.target_volume_preop_cc * 1000.0 / 60000.0);
  const Eigen::Isometry3d back = plan_from_body_.inverse();
  const auto pre_points = lattice_of<PlanFrame>([&](const Eigen::Vector3d& p) { return preop_.target.contains(back * p); },
                                                around<PlanFrame>(plan_from_body_ * preop_.target.center, reach_mm()), spacing);
  const auto post_points = lattice_of<CtFrame>(in_post_target(), post_box(), spacing);
  t.target_volume_postop_cc = static_cast<double>(post_points.size()) * spacing * spacing * spacing / 1000.0;
  constexpr auto k1d = DoseFormalism::point_1d;
  constexpr auto k2d = DoseFormalism::line_2d;
  auto& d = t.dosimetry;
  d.plan_1d = dose_figures(pre_points, planned, source_, k1d, rx);
  d.plan_2d = dose_figures(pre_points, planned, source_, k2d, rx);
  if (!placed.empty()) {
    d.postop_1d = dose_figures(post_points, placed, source_, k1d, rx);
    d.postop_2d = dose_figures(post_points, placed, source_, k2d, rx);
  }
  const auto* ctv = out.structures.find("CTV");
  const double pre_spacing = out.preop.grid.spacing_mm().z();
  if (ctv != nullptr && !ctv->contours.empty()) {
    const auto slabs = slab_points(ctv->contours, pre_spacing, spacing);
    d.plan_1d_contour_stack = dose_figures(slabs, planned, source_, k1d, rx);
    d.plan_2d_contour_stack = dose_figures(slabs, planned, source_, k2d, rx);
    // The same slabs moved with the target as a whole: what a rigid registration at the target can know at best.
    if (!placed.empty()) {
      std::vector<Point<CtFrame>> moved;
      moved.reserve(slabs.size());
      for (const auto& p : slabs) moved.push_back(t.ct_from_plan_target * p);
      d.postop_1d_mapped_stack = dose_figures(moved, placed, source_, k1d, rx);
      d.postop_2d_mapped_stack = dose_figures(moved, placed, source_, k2d, rx);
    }
  }
  if (out.postop_structures && !placed.empty()) {
    const auto slabs = slab_points(out.postop_structures->structures.front().contours, out.postop.grid.spacing_mm().z(), spacing);
    d.postop_1d_contour_stack = dose_figures(slabs, placed, source_, k1d, rx);
    d.postop_2d_contour_stack = dose_figures(slabs, placed, source_, k2d, rx);
  }

  const double margin = 25.0;
  const double step = scenario_.dose_grid_mm;
  const double reach = reach_mm() + margin;
  const int n = 2 * static_cast<int>(std::ceil(reach / step)) + 1;
  const Eigen::Vector3d corner = plan_from_body_ * preop_.target.center - Eigen::Vector3d::Constant(0.5 * (n - 1) * step);
  auto grid = GridGeometry<PlanFrame>::make({n, n, n}, Eigen::Vector3d::Constant(step), {corner}, Eigen::Matrix3d::Identity());
  // The planning system of these cases computes in one dimension, as most do.
  DoseOptions options;
  options.formalism = k1d;
  out.planning_dose = compute_dose_grid(grid.value(), planned, source_, options);
  out.planning_dose.summation_type = "PLAN";
}

}  // namespace

Result<PhantomCase> simulate(const Scenario& scenario, std::uint64_t seed, const Progress& progress) {
  if (auto status = scenario.check(); !status) return status.error();
  const auto source = find_source("amersham-6711");
  if (!source) return source.error();
  return Builder(scenario, seed, source.value()).build(progress);
}

}  // namespace seedaudit
