// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/json_follow_up.h"

#include "report/json_sections.h"

namespace seedaudit {
namespace {

using Layout = JsonWriter::Layout;

std::optional<Eigen::Vector3d> later_mm(const std::optional<Point<LaterFrame>>& p) {
  if (!p) return std::nullopt;
  return p->mm;
}

}  // namespace

void write_follow_up(JsonWriter& json, const FollowUp& f, const IdentityFilter& filter) {
  json.begin_object("follow_up");
  json.text("outcome", to_string(f.outcome.kind));
  json.text("why", filter(f.outcome.why));
  const bool dated = f.acquisition && (f.acquisition->acquisition_date || f.acquisition->study_date);
  if (dated)
    json.text("later_date", to_iso((f.acquisition->acquisition_date ? f.acquisition->acquisition_date : f.acquisition->study_date)->date));
  else
    json.null("later_date");
  json.number("days_between", f.days_between, 2);
  json.integer("seed_count", f.seed_count);
  json.numbers("count_interval", {static_cast<double>(f.interval.low), static_cast<double>(f.interval.high)}, 0);
  json.integer("pairs", f.pairs);
  json.text_or_null("start", f.start);
  if (f.outcome.usable()) {
    std::vector<double> row_major;
    for (int r = 0; r < 4; ++r)
      for (int c = 0; c < 4; ++c) row_major.push_back(f.motion.iso.matrix()(r, c));
    json.numbers("later_from_postop", row_major, kRotationDecimals);
  } else {
    json.null("later_from_postop");
  }
  json.number("scale", f.scale, kIndexDecimals);
  json.number("shrinkage_pct", f.shrinkage_pct, kPercentDecimals);
  json.number("residual_rms_mm", f.residual_rms_mm, kMmDecimals);
  json.number("anatomy_mm", f.anatomy_mm, kMmDecimals);
  json.begin_array("seeds");
  for (const FollowedSeed& s : f.seeds) {
    json.begin_object({}, Layout::one_line);
    json.integer("id", s.seed);
    json.text("status", to_string(s.status));
    json.vector("expected_mm", later_mm(s.expected), kMmDecimals);
    json.vector("later_center_mm", later_mm(s.center), kMmDecimals);
    json.number("residual_mm", s.residual_mm, kMmDecimals);
    json.text_or_null("region", s.region);
    json.end_object();
  }
  json.end_array();
  json.begin_array("only_later");
  for (const LaterSeed& s : f.only_later) {
    json.begin_object({}, Layout::one_line);
    json.vector("later_center_mm", s.center.mm, kMmDecimals);
    json.text_or_null("region", s.region);
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

}  // namespace seedaudit
