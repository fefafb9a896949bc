// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/case_truth.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <string>

#include <Eigen/SVD>

#include "samples/phantom/random.h"
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

double reach_mm(const CaseBasis& basis) {
  return 1.35 * extent_mm({ShapeKind::ellipsoid, basis.target.center, basis.target.half_axes}).maxCoeff() + 2.0;
}

InsideTest in_post_target(const CaseBasis& basis) {
  return [&basis](const Eigen::Vector3d& p) { return basis.target.contains(basis.motion.unmap(p, 1.0)); };
}

Box<CtFrame> post_box(const CaseBasis& basis) { return around<CtFrame>(basis.motion.map(basis.target.center, 1.0), reach_mm(basis) + 3.0); }

std::chrono::sys_days implant_day(std::uint64_t seed) {
  const std::chrono::sys_days first = std::chrono::year{2025} / 3 / 3;
  return first + std::chrono::days{static_cast<int>(seed % 300)};
}

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

}  // namespace

void fill_plan(PhantomCase& out, const CaseBasis& basis, const NeedlePlan& plan) {
  ImplantPlan& p = out.plan;
  p.label = "LIVER I125";
  for (int n = 0; n < plan.needles; ++n) p.needle_names.push_back("N" + std::to_string(n + 1));
  for (const auto& planned : plan.seeds) {
    PlannedSeed s;
    s.index = static_cast<int>(p.seeds.size());
    s.center.mm = basis.plan_from_body * planned.center;
    s.axis = Axis<PlanFrame>{plan.axis};
    s.strength = AirKermaU{basis.scenario.implant.activity_mci * basis.source.air_kerma_u_per_mci};
    s.needle = planned.needle;
    p.seeds.push_back(s);
  }
  p.isotope = "I-125";
  p.half_life = basis.source.half_life;
  p.active_length_mm = to_mm(basis.source.active_length).value;
  p.strength_reference_date = DateTime{implant_day(basis.seed), std::chrono::seconds{10 * 3600}};
  p.prescription = Gy{basis.scenario.implant.prescription_gy};
  p.target_roi_name = "CTV";
  p.target_roi_number = 2;
}

void fill_structures(PhantomCase& out, const CaseBasis& basis) {
  auto& set = out.structures;
  set.label = "PLAN";
  const auto structure = [&](int number, const char* name, const char* type, const InsideTest& in_body, const Eigen::Vector3d& center,
                             double reach) {
    Structure<PlanFrame> s{number, name, type, {}, {}};
    const Eigen::Isometry3d back = basis.plan_from_body.inverse();
    s.contours = contours_of<PlanFrame>([&](const Eigen::Vector3d& p) { return in_body(back * p); },
                                        around<PlanFrame>(basis.plan_from_body * center, reach), out.preop.grid);
    set.structures.push_back(std::move(s));
  };
  const TargetShape ptv = basis.target.grown(kMarginPtvMm);
  structure(
      1, "GTV", "GTV", [&](const auto& p) { return basis.gross.contains(p); }, basis.gross.center, reach_mm(basis));
  structure(
      2, "CTV", "CTV", [&](const auto& p) { return basis.target.contains(p); }, basis.target.center, reach_mm(basis));
  structure(
      3, "PTV", "PTV", [&](const auto& p) { return ptv.contains(p); }, ptv.center, reach_mm(basis) + kMarginPtvMm);
  if (basis.liver)
    structure(
        4, "LIVER", "ORGAN", [&](const auto& p) { return contains(*basis.liver, p); }, basis.liver->center,
        extent_mm(*basis.liver).maxCoeff() + 2.0);
  if (!basis.scenario.postop_contours) return;
  StructureSet<CtFrame> post;
  post.label = "POST";
  Structure<CtFrame> s{1, "CTV", "CTV", {}, {}};
  s.contours = contours_of<CtFrame>(in_post_target(basis), post_box(basis), out.postop.grid);
  post.structures.push_back(std::move(s));
  out.postop_structures = std::move(post);
}

void fill_truth(PhantomCase& out, const CaseBasis& basis, const Placement& placement, const std::vector<Distractor>& distractors) {
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
  number_clusters(t.seeds, basis.geometry);
  t.explicit_clusters = placement.clusters;

  const Eigen::Isometry3d body_from_plan = basis.plan_from_body.inverse();
  t.ct_from_plan_bone.iso = basis.motion.rigid() * body_from_plan;
  std::vector<Eigen::Vector3d> pre, post;
  for (const auto& p : basis.target.lattice(basis.target.mean_radius_mm() / 6.0)) {
    pre.push_back(basis.plan_from_body * p);
    post.push_back(basis.motion.map(p, 1.0));
  }
  t.ct_from_plan_target.iso = fit(pre, post);
  double sum = 0.0;
  for (std::size_t i = 0; i < pre.size(); ++i) sum += (t.ct_from_plan_target.iso * pre[i] - post[i]).squaredNorm();
  t.target_residual_rms_mm = std::sqrt(sum / static_cast<double>(pre.size()));
  const Eigen::Vector3d center = basis.plan_from_body * basis.target.center;
  t.target_shift_vs_bone_mm = t.ct_from_plan_target.iso * center - t.ct_from_plan_bone.iso * center;
  t.rotation_deg = Eigen::AngleAxisd(t.ct_from_plan_bone.iso.linear()).angle() * 57.29577951308232;

  RandomStream random(basis.seed, 71);
  for (int i = 0; i < 20; ++i) {
    const Eigen::Vector3d& p = pre[static_cast<std::size_t>(random.index(static_cast<int>(pre.size())))];
    t.landmarks_target.push_back({{p}, {basis.motion.map(body_from_plan * p, 1.0)}});
  }
  while (basis.liver && t.landmarks_liver.size() < 30) {
    const Eigen::Vector3d q(random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(-1, 1));
    if (q.norm() > 0.95) continue;
    const Eigen::Vector3d p = basis.liver->center + basis.liver->half_axes * q;
    t.landmarks_liver.push_back({{basis.plan_from_body * p}, {basis.motion.map(p, 1.0)}});
  }
  for (const auto& d : distractors)
    t.distractors.push_back({d.type, {basis.motion.map(d.center, d.objects.empty() ? 1.0 : d.objects.front().follow)}, d.size_mm});
}

void fill_dosimetry(PhantomCase& out, const CaseBasis& basis) {
  PhantomTruth& t = out.truth;
  std::vector<DoseSeed<PlanFrame>> planned;
  for (const auto& s : out.plan.seeds) planned.push_back({s.center, s.axis, s.strength});
  std::vector<DoseSeed<CtFrame>> placed;
  for (const auto& s : t.seeds)
    if (s.present) placed.push_back({s.center, s.axis, out.plan.seeds[static_cast<std::size_t>(s.id)].strength});

  const double rx = basis.scenario.implant.prescription_gy;
  t.target_volume_preop_cc = basis.target.volume_cc();
  // About 60000 points: the 90th percentile of a smooth distribution is then good to 0.1 %.
  const double spacing = std::cbrt(t.target_volume_preop_cc * 1000.0 / 60000.0);
  const Eigen::Isometry3d back = basis.plan_from_body.inverse();
  const auto pre_points = lattice_of<PlanFrame>([&](const Eigen::Vector3d& p) { return basis.target.contains(back * p); },
                                                around<PlanFrame>(basis.plan_from_body * basis.target.center, reach_mm(basis)), spacing);
  const auto post_points = lattice_of<CtFrame>(in_post_target(basis), post_box(basis), spacing);
  t.target_volume_postop_cc = static_cast<double>(post_points.size()) * spacing * spacing * spacing / 1000.0;
  constexpr auto k1d = DoseFormalism::point_1d;
  constexpr auto k2d = DoseFormalism::line_2d;
  auto& d = t.dosimetry;
  d.plan_1d = dose_figures(pre_points, planned, basis.source, k1d, rx);
  d.plan_2d = dose_figures(pre_points, planned, basis.source, k2d, rx);
  if (!placed.empty()) {
    d.postop_1d = dose_figures(post_points, placed, basis.source, k1d, rx);
    d.postop_2d = dose_figures(post_points, placed, basis.source, k2d, rx);
  }
  const auto* ctv = out.structures.find("CTV");
  const double pre_spacing = out.preop.grid.spacing_mm().z();
  if (ctv != nullptr && !ctv->contours.empty()) {
    const auto slabs = slab_points(ctv->contours, pre_spacing, spacing);
    d.plan_1d_contour_stack = dose_figures(slabs, planned, basis.source, k1d, rx);
    d.plan_2d_contour_stack = dose_figures(slabs, planned, basis.source, k2d, rx);
    DoseOptions as_planned;
    as_planned.formalism = k1d;
    if (!slabs.empty())
      out.planning_histograms.push_back(
          stored_histogram(dose_at(slabs, planned, basis.source, as_planned), ctv->number, slab_volume_cc(ctv->contours, pre_spacing), rx));
    // The same slabs moved with the target as a whole: what a rigid registration at the target can know at best.
    if (!placed.empty()) {
      std::vector<Point<CtFrame>> moved;
      moved.reserve(slabs.size());
      for (const auto& p : slabs) moved.push_back(t.ct_from_plan_target * p);
      d.postop_1d_mapped_stack = dose_figures(moved, placed, basis.source, k1d, rx);
      d.postop_2d_mapped_stack = dose_figures(moved, placed, basis.source, k2d, rx);
    }
  }
  if (out.postop_structures && !placed.empty()) {
    const auto slabs = slab_points(out.postop_structures->structures.front().contours, out.postop.grid.spacing_mm().z(), spacing);
    d.postop_1d_contour_stack = dose_figures(slabs, placed, basis.source, k1d, rx);
    d.postop_2d_contour_stack = dose_figures(slabs, placed, basis.source, k2d, rx);
  }

  const double margin = 25.0;
  const double step = basis.scenario.dose_grid_mm;
  const double reach = reach_mm(basis) + margin;
  const int n = 2 * static_cast<int>(std::ceil(reach / step)) + 1;
  const Eigen::Vector3d corner = basis.plan_from_body * basis.target.center - Eigen::Vector3d::Constant(0.5 * (n - 1) * step);
  auto grid = GridGeometry<PlanFrame>::make({n, n, n}, Eigen::Vector3d::Constant(step), {corner}, Eigen::Matrix3d::Identity());
  // The planning system of these cases computes in one dimension, as most do.
  DoseOptions options;
  options.formalism = k1d;
  out.planning_dose = compute_dose_grid(grid.value(), planned, basis.source, options);
  out.planning_dose.summation_type = "PLAN";
}

}  // namespace seedaudit
