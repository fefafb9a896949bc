// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/json_report.h"

#include <algorithm>

#include "report/json_dose.h"
#include "report/json_follow_up.h"
#include "report/json_review.h"
#include "report/json_sections.h"
#include "report/json_undercoverage.h"

namespace seedaudit {
namespace {

using Layout = JsonWriter::Layout;

struct Writer {
  JsonWriter& json;
  const IdentityFilter& filter;
};

void write_flags(const Writer& w, const CaseAudit& audit) {
  w.json.begin_array("flags");
  for (const auto& flag : audit.flags) {
    w.json.begin_object({}, Layout::one_line);
    w.json.text("code", flag.code);
    w.json.text("severity", to_string(flag.severity));
    w.json.text("message", w.filter(flag.message));
    w.json.number("value", flag.value, 4);
    w.json.number("limit", flag.limit, 4);
    w.json.end_object();
  }
  w.json.end_array();
}

void write_acquisition(const Writer& w, const CaseAudit& audit) {
  w.json.begin_object("acquisition");
  w.json.begin_object("postop");
  write_acquisition_fields(w.json, audit.postop_acquisition, w.filter);
  w.json.end_object();
  if (audit.preop_acquisition) {
    w.json.begin_object("preop");
    write_acquisition_fields(w.json, *audit.preop_acquisition, w.filter);
    w.json.end_object();
  } else {
    w.json.null("preop");
  }
  w.json.end_object();
}

std::optional<Eigen::Vector3d> mm_of(const std::optional<Point<CtFrame>>& p) {
  if (!p) return std::nullopt;
  return p->mm;
}

void write_seed(const Writer& w, const CaseAudit& audit, const SeedAudit& s) {
  w.json.begin_object();
  write_seed_fields(w.json, s.seed);
  if (audit.review) w.json.text("origin", to_string(origin_of(*audit.review, s.seed.id)));
  w.json.integer("plan_seed", s.plan_seed);
  w.json.vector("plan_center_mm", mm_of(s.plan_center), kMmDecimals);
  w.json.number("displacement_mm", s.displacement_mm, kMmDecimals);
  w.json.number("displacement_residual_mm", s.displacement_residual_mm, kMmDecimals);
  w.json.number("along_needle_mm", s.along_needle_mm, kMmDecimals);
  w.json.number("across_needle_mm", s.across_needle_mm, kMmDecimals);
  w.json.text("status", to_string(s.status));
  w.json.text_or_null("region", w.filter(s.region));
  w.json.text_or_null("orientation_used", s.orientation_used);
  w.json.end_object();
}

void write_postop(const Writer& w, const CaseAudit& audit) {
  const CountReconciliation& c = audit.counts;
  const bool searched = audit.detection.outcome.kind != OutcomeKind::not_run;
  w.json.begin_object("postop");
  searched ? w.json.integer("seed_count", c.found) : w.json.null("seed_count");
  if (searched)
    w.json.numbers("count_interval", {static_cast<double>(c.interval.low), static_cast<double>(c.interval.high)}, 0);
  else
    w.json.null("count_interval");
  w.json.integer("planned_count", c.planned);
  w.json.integer("implanted_count", c.implanted);
  w.json.begin_object("counts");
  w.json.integer("issued", c.issued);
  w.json.integer("returned", c.returned);
  w.json.integer("in_site", c.in_site);
  w.json.integer("out_of_site", c.out_of_site);
  w.json.integer("uncertain", c.uncertain);
  w.json.number("strength_found_u", c.strength_found_u, kStrengthDecimals);
  w.json.number("strength_in_site_u", c.strength_in_site_u, kStrengthDecimals);
  w.json.number("strength_out_of_site_u", c.strength_out_of_site_u, kStrengthDecimals);
  w.json.end_object();
  w.json.begin_object("detection");
  w.json.text("outcome", to_string(audit.detection.outcome.kind));
  w.json.text("why", w.filter(audit.detection.outcome.why));
  w.json.number("count_chance", audit.detection.outcome.usable() ? std::optional(audit.detection.count_chance) : std::nullopt,
                kIndexDecimals);
  w.json.number("noise_hu", audit.detection.noise_hu, 1);
  w.json.number("unexplained_fraction", audit.detection.unexplained_fraction, kIndexDecimals);
  w.json.end_object();
  w.json.begin_array("seeds");
  for (const auto& s : audit.seeds) write_seed(w, audit, s);
  w.json.end_array();
  w.json.begin_array("missing");
  for (const auto& m : audit.missing) {
    w.json.begin_object({}, Layout::one_line);
    w.json.integer("plan_seed", m.plan_seed);
    w.json.text("status", to_string(m.status));
    w.json.vector("plan_center_mm", mm_of(m.plan_center), kMmDecimals);
    w.json.end_object();
  }
  w.json.end_array();
  write_clusters(w.json, audit.detection.clusters);
  write_needles(w.json, audit.needles, w.filter);
  write_rejected(w.json, audit.detection.rejected, w.filter);
  w.json.end_object();
}

void write_matrix(const Writer& w, const PlanRegistration& registration) {
  if (!registration.outcome.usable()) return w.json.null("postop_from_preop");  // a transform nobody may use is not printed
  const Eigen::Matrix4d m = registration.ct_from_plan.iso.matrix();
  std::vector<double> row_major;
  for (int r = 0; r < 4; ++r)
    for (int c = 0; c < 4; ++c) row_major.push_back(m(r, c));
  w.json.numbers("postop_from_preop", row_major, kRotationDecimals);
}

void write_registration(const Writer& w, const CaseAudit& audit) {
  const PlanRegistration& r = audit.registration;
  w.json.begin_object("registration");
  w.json.text("outcome", to_string(r.outcome.kind));
  w.json.text("why", w.filter(r.outcome.why));
  w.json.text_or_null("method", r.method);
  write_matrix(w, r);
  w.json.boolean("deformable", r.outcome.usable() && r.deformation != nullptr);
  w.json.begin_object("qa");
  w.json.number("similarity_before", r.qa.similarity_before, kIndexDecimals);
  w.json.number("similarity_after", r.qa.similarity_after, kIndexDecimals);
  w.json.number("start_agreement_mm", r.qa.start_agreement_mm, kMmDecimals);
  w.json.number("inverse_consistency_mm", r.qa.inverse_consistency_mm, kMmDecimals);
  w.json.number("local_shift_mm", r.qa.local_shift_mm, kMmDecimals);
  w.json.number("overlap_fraction", r.qa.overlap_fraction, kIndexDecimals);
  w.json.number("landmark_tre_mean_mm", r.qa.landmark_tre_mean_mm, kMmDecimals);
  w.json.number("landmark_tre_max_mm", r.qa.landmark_tre_max_mm, kMmDecimals);
  w.json.number("landmark_residual_rms_mm", r.qa.landmark_residual_rms_mm, kMmDecimals);
  w.json.number("landmark_expected_tre_mm", r.qa.landmark_expected_tre_mm, kMmDecimals);
  w.json.integer("starts_tried", r.qa.starts_tried);
  w.json.number("deformable_similarity_before", r.qa.deformable_similarity_before, kIndexDecimals);
  w.json.number("deformable_similarity_after", r.qa.deformable_similarity_after, kIndexDecimals);
  w.json.number("jacobian_min", r.qa.jacobian_min, kIndexDecimals);
  w.json.number("jacobian_max", r.qa.jacobian_max, kIndexDecimals);
  w.json.number("deformable_inverse_mm", r.qa.deformable_inverse_mm, kMmDecimals);
  w.json.number("rigid_deformable_mm", r.qa.rigid_deformable_mm, kMmDecimals);
  w.json.begin_array("contour_dice");
  for (const ContourDice& d : r.qa.contour_dice) {
    w.json.begin_object({}, Layout::one_line);
    w.json.text("name", w.filter(d.name));
    w.json.number("dice", d.dice, kIndexDecimals);
    w.json.end_object();
  }
  w.json.end_array();
  w.json.end_object();
  w.json.vector("implant_shift_mm", audit.implant_shift_mm, kMmDecimals);
  w.json.number("implant_rotation_deg", audit.implant_rotation_deg, 3);
  w.json.end_object();
}

/// A UID, or nothing: a file name may be a patient's name.
bool is_uid(std::string_view text) {
  return !text.empty() && text.size() <= 64 && text.find('.') != std::string_view::npos &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

void write_provenance(const Writer& w, const CaseAudit& audit) {
  const Provenance& p = audit.provenance;
  w.json.begin_object("provenance");
  w.json.text("version", p.version);
  w.json.text("git", p.git);
  w.json.begin_array("inputs");
  for (const auto& input : p.inputs) {
    w.json.begin_object({}, Layout::one_line);
    w.json.text("role", input.role);
    is_uid(input.uid) ? w.json.text("uid", input.uid) : w.json.null("uid");
    w.json.text_or_null("sha", input.sha);
    w.json.integer("files", input.files);
    w.json.end_object();
  }
  w.json.end_array();
  w.json.begin_array("decisions");
  for (const auto& d : p.decisions) {
    w.json.begin_object({}, Layout::one_line);
    w.json.text("what", d.what);
    w.json.text("choice", w.filter(d.choice));
    w.json.text("reason", w.filter(d.reason));
    w.json.end_object();
  }
  w.json.end_array();
  w.json.begin_object("options");
  for (const auto& [name, value] : p.options) w.json.text(name, w.filter(value));
  w.json.end_object();
  w.json.text_or_null("source_checksum", p.source_checksum);
  w.json.text_or_null("inputs_sha256", p.inputs_sha256);
  w.json.text_or_null("findings_sha256", p.findings_sha256);
  write_warnings(w.json, {&audit.warnings, &audit.detection.warnings, &audit.registration.warnings}, w.filter);
  w.json.end_object();
}

void write_timing(JsonWriter& json, const StageTimes& t) {
  json.begin_object("timing_s", Layout::one_line);
  json.number("read", t.read_s, 3);
  json.number("detect", t.detect_s, 3);
  json.number("register", t.register_s, 3);
  json.number("dose", t.dose_s, 3);
  json.number("report", t.report_s, 3);
  json.number("total", t.total_s, 3);
  json.end_object();
}

}  // namespace

std::string report_json(const CaseAudit& audit) {
  const IdentityFilter filter(audit.patient_id, audit.patient_name);
  JsonWriter json;
  const Writer w{json, filter};
  json.begin_object();
  json.text("schema_version", kReportSchemaVersion);
  json.text("case_id", audit.case_id);
  if (!audit.pseudonym.empty()) json.text("patient", audit.pseudonym);
  if (audit.dates_shifted) json.boolean("dates_shifted", true);
  json.text("status", to_string(audit.status));
  json.text("status_reason", filter(audit.status_reason));
  write_flags(w, audit);
  write_acquisition(w, audit);
  write_postop(w, audit);
  write_registration(w, audit);
  if (audit.follow_up) write_follow_up(json, *audit.follow_up, filter);
  write_dose_section(json, filter, audit);
  write_undercoverage_section(json, filter, audit);
  if (audit.review) write_review(json, *audit.review, filter);
  write_provenance(w, audit);
  write_timing(json, audit.timing);
  json.end_object();
  return json.take();
}

}  // namespace seedaudit
