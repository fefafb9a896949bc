// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/seeds_json.h"

#include "report/json_report.h"
#include "report/json_sections.h"

namespace seedaudit {
namespace {

std::string write(const Detection& detection, const std::vector<const CtVolume*>& series) {
  const SeriesIdentity none;
  const SeriesIdentity& identity = series.empty() ? none : series.front()->series;
  const IdentityFilter filter(identity.patient_id, identity.patient_name);
  JsonWriter json;
  json.begin_object();
  json.text("schema_version", kReportSchemaVersion);
  json.text("frame_of_reference_uid", identity.frame_of_reference_uid);
  json.null("source_model");
  json.null("strength_u");
  json.begin_array("seeds");
  for (const auto& seed : detection.seeds) {
    json.begin_object();
    write_seed_fields(json, seed);
    json.end_object();
  }
  json.end_array();
  json.integer("seed_count", detection.count.best);
  json.numbers("count_interval", {static_cast<double>(detection.count.low), static_cast<double>(detection.count.high)}, 0);
  json.begin_object("detection");
  json.text("outcome", to_string(detection.outcome.kind));
  json.text("why", filter(detection.outcome.why));
  json.number("count_chance", detection.outcome.usable() ? std::optional(detection.count_chance) : std::nullopt, kIndexDecimals);
  json.end_object();
  write_clusters(json, detection.clusters);
  write_rejected(json, detection.rejected, filter);
  if (series.empty()) {
    json.null("acquisition");
  } else {
    json.begin_object("acquisition");
    const CtVolume& first = *series.front();
    write_acquisition_fields(json, {first.acquisition, first.grid.spacing_mm(), first.grid.size()[2]}, filter);
    json.end_object();
  }
  std::vector<const Warnings*> lists;
  for (const auto* volume : series) lists.push_back(&volume->warnings);
  lists.push_back(&detection.warnings);
  write_warnings(json, lists, filter);
  json.end_object();
  return json.take();
}

}  // namespace

std::string seeds_json(const Detection& detection, const std::vector<CtVolume>& postop) {
  std::vector<const CtVolume*> series;
  for (const auto& volume : postop) series.push_back(&volume);
  return write(detection, series);
}

std::string seeds_json(const Detection& detection, const CtVolume& postop) { return write(detection, {&postop}); }

}  // namespace seedaudit
