// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/json_sections.h"

#include <set>
#include <utility>

namespace seedaudit {

using Layout = JsonWriter::Layout;

void write_seed_fields(JsonWriter& json, const DetectedSeed& seed) {
  json.integer("id", seed.id);
  json.vector("center_mm", seed.pose.center.mm, kMmDecimals);
  json.vector("center_sigma_mm", seed.center_sigma_mm, kMmDecimals);
  json.vector("direction", seed.pose.axis.unit, kUnitVectorDecimals);
  json.boolean("direction_resolved", seed.axis_resolved);
  json.number("direction_sigma_deg", seed.axis_sigma_deg, 2);
  json.number("confidence", seed.confidence, kIndexDecimals);
  json.integer("cluster_id", seed.cluster_id);
  json.number("excess_mass_hu_mm3", seed.excess_mass_hu_mm3, 0);
  json.integer("series_index", seed.series_index);
}

void write_clusters(JsonWriter& json, const std::vector<Cluster>& clusters) {
  json.begin_array("clusters");
  for (const auto& c : clusters) {
    json.begin_object({}, Layout::one_line);
    json.integer("cluster_id", c.id);
    json.integer("count", c.count.best);
    json.numbers("count_interval", {static_cast<double>(c.count.low), static_cast<double>(c.count.high)}, 0);
    json.numbers("seed_ids", std::vector<double>(c.seed_ids.begin(), c.seed_ids.end()), 0);
    json.end_object();
  }
  json.end_array();
}

void write_needles(JsonWriter& json, const std::vector<NeedleAudit>& needles, const IdentityFilter& filter) {
  json.begin_array("needles");
  for (const NeedleAudit& n : needles) {
    json.begin_object({}, Layout::one_line);
    json.text("id", filter(n.id));
    json.vector("entry_mm", n.entry ? std::optional<Eigen::Vector3d>(n.entry->mm) : std::nullopt, kMmDecimals);
    json.vector("tip_mm", n.tip ? std::optional<Eigen::Vector3d>(n.tip->mm) : std::nullopt, kMmDecimals);
    json.numbers("seeds", std::vector<double>(n.seeds.begin(), n.seeds.end()), 0);
    json.number("depth_error_mm", n.depth_error_mm, kMmDecimals);
    json.number("angle_error_deg", n.angle_error_deg, 3);
    json.number("entry_error_mm", n.entry_error_mm, kMmDecimals);
    json.end_object();
  }
  json.end_array();
}

void write_rejected(JsonWriter& json, const std::vector<RejectedCandidate>& rejected, const IdentityFilter& filter) {
  json.begin_array("rejected");
  for (const auto& r : rejected) {
    json.begin_object({}, Layout::one_line);
    json.vector("center_mm", r.center.mm, kMmDecimals);
    json.text("reason", filter(r.reason));
    json.number("volume_mm3", r.volume_mm3, 2);
    json.number("peak_hu", r.peak_hu, 0);
    json.end_object();
  }
  json.end_array();
}

void write_acquisition_fields(JsonWriter& json, const AcquisitionSummary& summary, const IdentityFilter& filter) {
  const Acquisition& a = summary.acquisition;
  json.number("slice_thickness_mm", a.slice_thickness_mm, kMmDecimals);
  json.vector("spacing_mm", summary.spacing_mm, 4);
  json.integer("slices", summary.slices);
  json.text_or_null("kernel", filter(a.kernel));
  json.number("kvp", a.kvp, 1);
  json.number("saturation_hu", a.saturation_hu, 0);
  json.text_or_null("patient_position", filter(a.patient_position));
  a.study_date ? json.text("study_date", to_iso(a.study_date->date)) : json.null("study_date");
  a.acquisition_date ? json.text("acquisition_date", to_iso(a.acquisition_date->date)) : json.null("acquisition_date");
  json.text_or_null("manufacturer", filter(a.manufacturer));
  json.begin_array("image_type", Layout::one_line);
  for (const auto& value : a.image_type) json.text({}, filter(value));
  json.end_array();
  json.boolean("metal_artefact_reduced", a.metal_artefact_reduced);
  json.boolean("lossy_compressed", a.lossy_compressed);
}

void write_warnings(JsonWriter& json, const std::vector<const Warnings*>& lists, const IdentityFilter& filter) {
  // Stages hand their warnings on, so the same one may stand in several lists.
  std::set<std::pair<std::string, std::string>> seen;
  json.begin_array("warnings");
  for (const auto* list : lists) {
    for (const auto& w : *list) {
      if (!seen.emplace(w.code, w.message).second) continue;
      json.begin_object({}, Layout::one_line);
      json.text("code", w.code);
      json.text("message", filter(w.message));
      json.end_object();
    }
  }
  json.end_array();
}

}  // namespace seedaudit
