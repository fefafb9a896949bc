// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <optional>

#include "samples/phantom/write_phantom.h"

namespace seedaudit {
namespace {

using OrderedJson = nlohmann::ordered_json;

double rounded(double v, double step) { return std::round(v / step) * step; }

template <class P>
OrderedJson point(const P& p) {
  return OrderedJson::array({rounded(p.mm.x(), 1e-4), rounded(p.mm.y(), 1e-4), rounded(p.mm.z(), 1e-4)});
}

OrderedJson matrix(const Eigen::Isometry3d& t) {
  OrderedJson rows = OrderedJson::array();
  for (int r = 0; r < 4; ++r) {
    OrderedJson row = OrderedJson::array();
    for (int c = 0; c < 4; ++c) row.push_back(t.matrix()(r, c));
    rows.push_back(row);
  }
  return rows;
}

OrderedJson landmarks(const std::vector<TrueLandmark>& all) {
  OrderedJson out = OrderedJson::array();
  for (const auto& l : all) out.push_back({{"pre", point(l.pre)}, {"post", point(l.post)}});
  return out;
}

void put(OrderedJson& out, const char* name, const std::optional<TrueDose>& d) {
  if (d)
    out[name] = {
        {"d90_gy", d->d90_gy}, {"v100_pct", d->v100_pct}, {"v150_pct", d->v150_pct}, {"v200_pct", d->v200_pct}, {"mean_gy", d->mean_gy}};
}

OrderedJson acquisition(const AcquisitionOptions& a, int slices) {
  return {{"thick", a.slice_thickness_mm},
          {"spacing", a.slice_spacing_mm},
          {"kernel", to_string(a.kernel)},
          {"kvp", a.kvp},
          {"quanta_per_mm", a.quanta_per_mm},
          {"views", a.views},
          {"detector_mm", a.detector_mm},
          {"position", to_string(a.position)},
          {"position_mistagged", a.position_mistagged},
          {"mr_like", a.mr_like},
          {"slices", slices},
          {"matrix", a.matrix}};
}

OrderedJson seed_json(const TrueSeed& s) {
  return {
      {"id", s.id},
      {"plan_index", s.plan_index ? OrderedJson(*s.plan_index) : OrderedJson(nullptr)},
      {"present", s.present},
      {"in_image", s.in_image},
      {"plan_center_preop_mm", point(s.plan_center)},
      {"expected_center_postop_mm", point(s.expected_center)},
      {"migrated", s.migrated},
      {"migration", s.migrated ? OrderedJson(s.migration) : OrderedJson(nullptr)},
      {"center_mm", point(s.center)},
      {"direction", OrderedJson::array({rounded(s.axis.unit.x(), 1e-6), rounded(s.axis.unit.y(), 1e-6), rounded(s.axis.unit.z(), 1e-6)})},
      {"displacement_mm", rounded((s.center.mm - s.expected_center.mm).norm(), 1e-3)},
      {"gap_to_nearest_mm", rounded(s.gap_to_nearest_mm, 1e-3)},
      {"cluster_id", s.cluster_id},
      {"cluster_size", s.cluster_size},
      {"clustered", s.cluster_size > 1}};
}

}  // namespace

std::string truth_json(const PhantomCase& c) {
  const PhantomTruth& t = c.truth;
  OrderedJson out;
  out["case"] = c.scenario.name;
  out["description"] = c.scenario.description;
  out["random_seed"] = c.seed;
  out["rx_gy"] = c.scenario.implant.prescription_gy;
  out["mci_per_seed"] = c.scenario.implant.activity_mci;
  out["sk_u_per_seed"] = c.plan.seeds.empty() ? 0.0 : c.plan.seeds.front().strength.value;
  out["source_model"] = "amersham-6711";
  out["n_planned"] = c.plan.seeds.size();
  out["n_present"] = std::count_if(t.seeds.begin(), t.seeds.end(), [](const TrueSeed& s) { return s.present; });
  out["n_in_image"] = std::count_if(t.seeds.begin(), t.seeds.end(), [](const TrueSeed& s) { return s.in_image; });
  out["needles"] = c.plan.needle_names.size();
  out["days_after_implant"] = c.scenario.days_after_implant;
  out["frames"] = {{"units", "mm"},
                   {"coordinates", "DICOM patient LPS of each series"},
                   {"bone_rigid_preop_to_postop", matrix(t.ct_from_plan_bone.iso)},
                   {"ctv_best_rigid_preop_to_postop", matrix(t.ct_from_plan_target.iso)},
                   {"ctv_rigid_residual_rms_mm", t.target_residual_rms_mm},
                   {"ctv_shift_vs_bone_mm",
                    OrderedJson::array({t.target_shift_vs_bone_mm.x(), t.target_shift_vs_bone_mm.y(), t.target_shift_vs_bone_mm.z()})},
                   {"rotation_deg", t.rotation_deg}};
  out["landmarks_ctv"] = landmarks(t.landmarks_target);
  out["landmarks_liver"] = landmarks(t.landmarks_liver);
  out["ctv_volume_cc"] = {{"pre", t.target_volume_preop_cc}, {"post", t.target_volume_postop_cc}};
  OrderedJson dose = OrderedJson::object();
  const auto& d = t.dosimetry;
  put(dose, "plan_1d", d.plan_1d);
  put(dose, "plan_2d", d.plan_2d);
  put(dose, "postop_1d", d.postop_1d);
  put(dose, "postop_2d", d.postop_2d);
  put(dose, "plan_1d_contour_stack", d.plan_1d_contour_stack);
  put(dose, "plan_2d_contour_stack", d.plan_2d_contour_stack);
  put(dose, "postop_1d_contour_stack", d.postop_1d_contour_stack);
  put(dose, "postop_2d_contour_stack", d.postop_2d_contour_stack);
  put(dose, "postop_1d_mapped_stack", d.postop_1d_mapped_stack);
  put(dose, "postop_2d_mapped_stack", d.postop_2d_mapped_stack);
  out["dosimetry"] = dose;
  out["contour_stack_rule"] = "each contour stands for its slice, half the slice spacing up and half down, the first and the last too";
  if (d.plan_1d && d.postop_1d)
    out["deltas"] = {{"d90_1d_gy", d.postop_1d->d90_gy - d.plan_1d->d90_gy},
                     {"v100_1d_pct", d.postop_1d->v100_pct - d.plan_1d->v100_pct},
                     {"d90_2d_gy", d.postop_2d->d90_gy - d.plan_2d->d90_gy},
                     {"v100_2d_pct", d.postop_2d->v100_pct - d.plan_2d->v100_pct}};
  OrderedJson clusters = OrderedJson::array();
  for (const auto& [kind, ids] : t.explicit_clusters) clusters.push_back(OrderedJson::array({kind, ids}));
  out["explicit_clusters"] = clusters;
  OrderedJson seeds = OrderedJson::array();
  for (const auto& s : t.seeds) seeds.push_back(seed_json(s));
  out["seeds"] = seeds;
  OrderedJson distractors = OrderedJson::array();
  for (const auto& x : t.distractors) distractors.push_back({{"type", x.type}, {"center_mm", point(x.center)}, {"size_mm", x.size_mm}});
  out["distractors"] = distractors;
  out["lipiodol"] = c.scenario.distractors.lipiodol_deposits > 0;
  if (c.background)
    out["background"] = {{"target_center_mm", point(c.background->target_center)},
                         {"target", c.background->target_given ? "given" : "middle of the largest ball of soft tissue"},
                         {"preop", "the same CT without seeds, its origin shifted: no test of registration"}};
  out["acquisition"] = {{"post", acquisition(c.scenario.postop, c.postop.grid.size()[2])},
                        {"pre", acquisition(c.scenario.preop, c.preop.grid.size()[2])}};
  return out.dump(1) + "\n";
}

}  // namespace seedaudit
