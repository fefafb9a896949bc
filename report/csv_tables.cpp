// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/csv_tables.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "report/identity_filter.h"
#include "report/json_sections.h"
#include "report/json_writer.h"

namespace seedaudit {
namespace {

constexpr double kHighestDosePct = 400.0;

/// Absent and not finite alike are empty.
std::string field(const std::optional<double>& value, int decimals) {
  return value && std::isfinite(*value) ? decimal_text(*value, decimals) : "";
}

std::string field(const std::optional<int>& value) { return value ? std::to_string(*value) : ""; }

/// One row by column name; the header and the order are written once.
class Row {
 public:
  static constexpr const char* kColumns[] = {"kind",
                                             "id",
                                             "center_x_mm",
                                             "center_y_mm",
                                             "center_z_mm",
                                             "center_sigma_x_mm",
                                             "center_sigma_y_mm",
                                             "center_sigma_z_mm",
                                             "direction_x",
                                             "direction_y",
                                             "direction_z",
                                             "direction_resolved",
                                             "direction_sigma_deg",
                                             "confidence",
                                             "cluster_id",
                                             "plan_seed",
                                             "plan_center_x_mm",
                                             "plan_center_y_mm",
                                             "plan_center_z_mm",
                                             "displacement_mm",
                                             "displacement_residual_mm",
                                             "along_needle_mm",
                                             "across_needle_mm",
                                             "status",
                                             "region",
                                             "orientation_used",
                                             "reason"};

  Row() : values_(std::size(kColumns)) {}

  void set(std::string_view column, std::string value) {
    const auto* at = std::find(std::begin(kColumns), std::end(kColumns), column);
    values_.at(static_cast<std::size_t>(at - std::begin(kColumns))) = std::move(value);
  }
  void set_vector(const std::string& stem, const std::string& tail, const Eigen::Vector3d& v, int decimals) {
    const char* axes[] = {"_x", "_y", "_z"};
    for (int a = 0; a < 3; ++a) set(stem + axes[a] + tail, field(std::optional<double>(v[a]), decimals));
  }
  std::string text() const {
    std::string line;
    for (std::size_t i = 0; i < values_.size(); ++i) line += (i == 0 ? "" : ",") + values_[i];
    return line + "\n";
  }
  static std::string header() {
    std::string line;
    for (const char* c : kColumns) line += (line.empty() ? "" : ",") + std::string(c);
    return line + "\n";
  }

 private:
  std::vector<std::string> values_;
};

Row found_row(const SeedAudit& s, const IdentityFilter& filter) {
  Row row;
  row.set("kind", "found");
  row.set("id", std::to_string(s.seed.id));
  row.set_vector("center", "_mm", s.seed.pose.center.mm, kMmDecimals);
  row.set_vector("center_sigma", "_mm", s.seed.center_sigma_mm, kMmDecimals);
  row.set_vector("direction", "", s.seed.pose.axis.unit, kUnitVectorDecimals);
  row.set("direction_resolved", s.seed.axis_resolved ? "true" : "false");
  row.set("direction_sigma_deg", field(s.seed.axis_sigma_deg, 2));
  row.set("confidence", field(s.seed.confidence, kIndexDecimals));
  row.set("cluster_id", std::to_string(s.seed.cluster_id));
  row.set("plan_seed", field(s.plan_seed));
  if (s.plan_center) row.set_vector("plan_center", "_mm", s.plan_center->mm, kMmDecimals);
  row.set("displacement_mm", field(s.displacement_mm, kMmDecimals));
  row.set("displacement_residual_mm", field(s.displacement_residual_mm, kMmDecimals));
  row.set("along_needle_mm", field(s.along_needle_mm, kMmDecimals));
  row.set("across_needle_mm", field(s.across_needle_mm, kMmDecimals));
  row.set("status", std::string(to_string(s.status)));
  row.set("region", csv_cell(filter(s.region)));
  row.set("orientation_used", csv_cell(s.orientation_used));
  return row;
}

void append_dvh(std::string& out, const std::string& name, std::string_view phase, const Dvh& dvh, const std::optional<double>& rx_gy) {
  const double step = rx_gy && *rx_gy > 0.0 ? *rx_gy / 100.0 : 1.0;
  const double highest = dvh.maximum().value;
  const double last = rx_gy && *rx_gy > 0.0 ? std::min(highest, *rx_gy * kHighestDosePct / 100.0) : highest;
  // The row after the last full step ends the curve at zero volume, unless it is cut at 400 %.
  const auto steps = static_cast<long>(std::floor(last / step + 1e-9)) + (last < highest ? 0 : 1);
  for (long i = 0; i <= steps; ++i) {
    const double dose = static_cast<double>(i) * step;
    const double pct = dvh.volume_pct_at(Gy{dose});
    out += name + "," + std::string(phase) + "," + decimal_text(dose, kGyDecimals) + "," +
           decimal_text(pct / 100.0 * dvh.volume_cc(), kVolumeDecimals) + "," + decimal_text(pct, kPercentDecimals) + "\n";
  }
}

/// One edge of the band at the doses of its histogram, down to where it ends or to 400 %.
/// \param upper which edge
void append_edge(std::string& out, const std::string& name, bool upper, const DvhBand& band, const Dvh& dvh, double rx_gy) {
  for (int percent = 0; percent <= static_cast<int>(kHighestDosePct); ++percent) {
    const double dose = percent * rx_gy / 100.0;
    const auto [low, high] = band.volume_pct_at(Gy{dose}, dvh);
    const double pct = upper ? high : low;
    out += name + (upper ? ",postop_high," : ",postop_low,") + decimal_text(dose, kGyDecimals) + "," +
           decimal_text(pct / 100.0 * dvh.volume_cc(), kVolumeDecimals) + "," + decimal_text(pct, kPercentDecimals) + "\n";
    if (pct <= 0.0) return;
  }
}

/// The planning system's own histogram at the same doses, as far as it goes; volumes in cc only where it states them.
void append_histogram(std::string& out, const std::string& name, const PlanningHistogram& h, const std::optional<double>& rx_gy) {
  const double step = rx_gy && *rx_gy > 0.0 ? *rx_gy / 100.0 : 1.0;
  const double last = rx_gy && *rx_gy > 0.0 ? *rx_gy * kHighestDosePct / 100.0 : h.edges_gy().back();
  for (long i = 0; static_cast<double>(i) * step <= last * (1.0 + 1e-9); ++i) {
    const double dose = static_cast<double>(i) * step;
    const auto pct = h.volume_pct_at(Gy{dose});
    if (!pct) return;
    const auto& cc = h.statement().volume_cc;
    out += name + ",planning_system," + decimal_text(dose, kGyDecimals) + "," +
           (cc ? decimal_text(*pct / 100.0 * *cc, kVolumeDecimals) : std::string()) + "," + decimal_text(*pct, kPercentDecimals) + "\n";
    if (*pct <= 0.0) return;
  }
}

}  // namespace

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

std::string seeds_csv(const CaseAudit& audit) {
  const IdentityFilter filter(audit.patient_id, audit.patient_name);
  std::string out = Row::header();
  for (const auto& s : audit.seeds) out += found_row(s, filter).text();
  for (const auto& m : audit.missing) {
    Row row;
    row.set("kind", "missing");
    row.set("plan_seed", std::to_string(m.plan_seed));
    if (m.plan_center) row.set_vector("plan_center", "_mm", m.plan_center->mm, kMmDecimals);
    row.set("status", std::string(to_string(m.status)));
    out += row.text();
  }
  for (const auto& r : audit.detection.rejected) {
    Row row;
    row.set("kind", "rejected");
    row.set_vector("center", "_mm", r.center.mm, kMmDecimals);
    row.set("reason", csv_cell(filter(r.reason)));
    out += row.text();
  }
  return out;
}

std::string dvh_csv(const CaseAudit& audit) {
  const IdentityFilter filter(audit.patient_id, audit.patient_name);
  std::string out = "structure,phase,dose_gy,volume_cc,volume_pct\n";
  if (!audit.dose) return out;
  for (const auto& s : audit.dose->structures) {
    const std::string name = csv_cell(filter(s.name));
    if (s.preop_dvh) append_dvh(out, name, "preop", *s.preop_dvh, audit.dose->rx_gy);
    if (s.planning_system_histogram) append_histogram(out, name, *s.planning_system_histogram, audit.dose->rx_gy);
    if (s.postop_dvh) append_dvh(out, name, "postop", *s.postop_dvh, audit.dose->rx_gy);
    // Without a prescription nothing is drawn and no band is known.
    if (s.postop_dvh && s.dvh_band && audit.dose->rx_gy && *audit.dose->rx_gy > 0.0)
      for (const bool upper : {false, true}) append_edge(out, name, upper, *s.dvh_band, *s.postop_dvh, *audit.dose->rx_gy);
    if (s.postop_with_earlier_implant_dvh)
      append_dvh(out, name, "postop_with_earlier_implant", *s.postop_with_earlier_implant_dvh, audit.dose->rx_gy);
  }
  return out;
}

}  // namespace seedaudit
