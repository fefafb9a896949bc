// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/json_review.h"

#include "core/date.h"
#include "report/json_sections.h"

namespace seedaudit {
namespace {

using Layout = JsonWriter::Layout;

void write_action(JsonWriter& json, const ReviewAction& a, const IdentityFilter& filter) {
  json.begin_object({}, Layout::one_line);
  json.text("action", to_string(a.kind));
  if (a.seed) json.integer("seed", *a.seed);
  if (a.center) json.vector("center_mm", a.center->mm, kMmDecimals);
  if (a.direction) json.vector("direction", a.direction->unit, kUnitVectorDecimals);
  if (a.count) json.integer("count", *a.count);
  if (!a.text.empty()) json.text(a.kind == ReviewActionKind::comment ? "text" : "reason", filter(a.text));
  json.end_object();
}

void write_figures(JsonWriter& json, const char* key, const ReviewFigures& f, const IdentityFilter& filter) {
  json.begin_object(key);
  json.integer("seed_count", f.seed_count);
  json.numbers("count_interval", {static_cast<double>(f.count.low), static_cast<double>(f.count.high)}, 0);
  json.text("status", to_string(f.status));
  json.text("status_reason", filter(f.status_reason));
  json.text("verdict", to_string(f.verdict));
  json.begin_array("targets");
  for (const ReviewFigures::Target& t : f.targets) {
    json.begin_object({}, Layout::one_line);
    json.text("name", filter(t.name));
    json.text("contour", to_string(t.contour));
    json.number("d90_gy", t.d90_gy, kGyDecimals);
    json.number("v100_pct", t.v100_pct, kPercentDecimals);
    json.text("verdict", to_string(t.verdict));
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

}  // namespace

void write_review(JsonWriter& json, const AppliedReview& applied, const IdentityFilter& filter) {
  const CaseReview& r = applied.review;
  json.begin_object("review");
  json.text("sha256", r.sha256);
  json.text("reviewer", filter(r.reviewer));
  json.text("date", to_iso(r.date));
  json.begin_array("actions");
  for (const ReviewAction& a : r.actions) write_action(json, a, filter);
  json.end_array();
  write_figures(json, "before", applied.before, filter);
  write_figures(json, "after", applied.after, filter);
  json.end_object();
}

SeedOrigin origin_of(const AppliedReview& applied, int seed_id) {
  const auto at = applied.origins.find(seed_id);
  return at == applied.origins.end() ? SeedOrigin::found : at->second;
}

}  // namespace seedaudit
