// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/json_dose.h"

#include <map>

#include "report/json_sections.h"
#include "report/json_undercoverage.h"

namespace seedaudit {
namespace {

using Layout = JsonWriter::Layout;

struct DoseWriter {
  JsonWriter& json;
  const IdentityFilter& filter;
};

/// The keys of one dose-figure object; `percent` is "_pct", or "_pct_points" for a difference.
void write_metrics_fields(JsonWriter& json, const DoseMetrics& m, const std::string& percent) {
  json.number("d90_gy", m.d90_gy, kGyDecimals);
  json.number("d100_gy", m.d100_gy, kGyDecimals);
  json.number("d95_gy", m.d95_gy, kGyDecimals);
  json.number("d80_gy", m.d80_gy, kGyDecimals);
  json.number("dmean_gy", m.dmean_gy, kGyDecimals);
  json.number("v80" + percent, m.v80_pct, kPercentDecimals);
  json.number("v90" + percent, m.v90_pct, kPercentDecimals);
  json.number("v100" + percent, m.v100_pct, kPercentDecimals);
  json.number("v150" + percent, m.v150_pct, kPercentDecimals);
  json.number("v200" + percent, m.v200_pct, kPercentDecimals);
  json.number("ci", m.ci, kIndexDecimals);
  json.number("ei", m.ei, kIndexDecimals);
  json.number("hi", m.hi, kIndexDecimals);
  json.number("dnr", m.dnr, kIndexDecimals);
  json.number("d2cc_gy", m.d2cc_gy, kGyDecimals);
  json.number("d1cc_gy", m.d1cc_gy, kGyDecimals);
  json.number("d0_1cc_gy", m.d0_1cc_gy, kGyDecimals);
  json.number("minimum_peripheral_dose_gy", m.minimum_peripheral_dose_gy, kGyDecimals);
  json.number("matched_peripheral_dose_gy", m.matched_peripheral_dose_gy, kGyDecimals);
}

void write_metrics(JsonWriter& json, std::string_view key, const std::optional<DoseMetrics>& m, const std::string& percent) {
  if (!m) return json.null(key);
  json.begin_object(key);
  write_metrics_fields(json, *m, percent);
  json.end_object();
}

void write_interval(JsonWriter& json, std::string_view key, const std::optional<std::pair<double, double>>& interval) {
  interval ? json.numbers(key, {interval->first, interval->second}, kGyDecimals) : json.null(key);
}

void write_dvh_band(JsonWriter& json, const std::optional<DvhBand>& band) {
  if (!band) return json.null("dvh_interval");
  json.begin_object("dvh_interval");
  json.numbers("volume_pct", band->volume_pct(), 0);
  json.numbers("low_gy", band->low_gy(), kGyDecimals);
  json.numbers("high_gy", band->high_gy(), kGyDecimals);
  json.end_object();
}

void write_sectors(const DoseWriter& w, std::string_view key, const std::vector<SectorMetrics>& sectors) {
  w.json.begin_array(key);
  for (const auto& sector : sectors) {
    w.json.begin_object({}, Layout::one_line);
    w.json.text("name", w.filter(sector.name));
    w.json.number("volume_cc", sector.volume_cc, kVolumeDecimals);
    w.json.number("v100_pct", sector.v100_pct, kPercentDecimals);
    w.json.number("d90_gy", sector.d90_gy, kGyDecimals);
    w.json.number("min_gy", sector.min_gy, kGyDecimals);
    w.json.end_object();
  }
  w.json.end_array();
}

void write_biology(JsonWriter& json, std::string_view key, const std::optional<RadiobiologyFigures>& b) {
  if (!b) return json.null(key);
  json.begin_object(key, Layout::one_line);
  json.number("bed_d90_gy", b->bed_d90_gy, kGyDecimals);
  json.number("effective_time_days", b->effective_time_days, 1);
  json.number("eud_bed_gy", b->eud_bed_gy, kGyDecimals);
  json.number("geud_gy", b->geud_gy, kGyDecimals);
  json.end_object();
}

void write_volumes(JsonWriter& json, std::string_view key, const std::map<int, double>& cc_of) {
  json.begin_object(key, Layout::one_line);
  for (const auto& [percent, cc] : cc_of) json.number(std::to_string(percent), cc, kVolumeDecimals);
  json.end_object();
}

void write_structure(const DoseWriter& w, const StructureAudit& s, double rx_gy) {
  w.json.begin_object();
  w.json.text("name", w.filter(s.name));
  w.json.text("role", to_string(s.role));
  w.json.text("contour", to_string(s.contour));
  w.json.begin_object("volume_cc", Layout::one_line);
  w.json.number("preop", s.volume_preop_cc, kVolumeDecimals);
  w.json.number("postop", s.volume_postop_cc, kVolumeDecimals);
  w.json.number("planning_system", s.volume_planning_system_cc, kVolumeDecimals);
  w.json.end_object();
  write_metrics(w.json, "preop", s.preop, "_pct");
  if (s.postop) {
    w.json.begin_object("postop");
    write_metrics_fields(w.json, *s.postop, "_pct");
    write_interval(w.json, "d90_gy_interval", s.d90_gy_interval);
    write_interval(w.json, "v100_pct_interval", s.v100_pct_interval);
    write_dvh_band(w.json, s.dvh_band);
    w.json.text_or_null("dominant_uncertainty", s.dominant_uncertainty);
    w.json.begin_array("uncertainty");
    for (const auto& u : s.uncertainty_shares) {
      w.json.begin_object({}, Layout::one_line);
      w.json.text("contribution", u.contribution);
      w.json.number("d90_sigma_pct", u.d90_sigma_pct, kPercentDecimals);
      w.json.number("share_pct", u.share_pct, 1);
      w.json.end_object();
    }
    w.json.end_array();
    w.json.end_object();
  } else {
    w.json.null("postop");
  }
  write_metrics(w.json, "delta", s.delta, "_pct_points");
  write_metrics(w.json, "planning_system", s.planning_system, "_pct");
  write_metrics(w.json, "planning_system_difference", s.planning_system_difference, "_pct_points");
  write_metrics(w.json, "planning_system_dvh", s.planning_system_dvh, "_pct");
  write_metrics(w.json, "planning_system_dvh_difference", s.planning_system_dvh_difference, "_pct_points");
  write_metrics(w.json, "earlier_implant", s.earlier_implant, "_pct");
  write_metrics(w.json, "postop_with_earlier_implant", s.postop_with_earlier_implant, "_pct");
  write_undercoverage(w.json, w.filter, s, rx_gy);
  write_sectors(w, "sectors", s.sectors);
  write_sectors(w, "shells", s.shells);
  if (s.preop_biology || s.postop_biology) {
    w.json.begin_object("radiobiology");
    write_biology(w.json, "preop", s.preop_biology);
    write_biology(w.json, "postop", s.postop_biology);
    w.json.end_object();
  } else {
    w.json.null("radiobiology");
  }
  w.json.end_object();
}

void write_earlier_implant(const DoseWriter& w, const std::optional<EarlierImplantAudit>& earlier) {
  if (!earlier) return w.json.null("earlier_implant");
  const EarlierImplantAudit& e = *earlier;
  w.json.begin_object("earlier_implant");
  w.json.boolean("placed", e.placed);
  w.json.text("why", w.filter(e.why));
  w.json.text_or_null("frame", e.frame);
  w.json.text("source_model", e.source.id);
  w.json.boolean("source_is_surrogate", e.source_is_surrogate);
  w.json.text("isotope", e.source.isotope);
  w.json.integer("seeds", e.seeds);
  e.placed ? w.json.integer("found_again", e.found_again) : w.json.null("found_again");
  w.json.number("strength_u", e.strength_u, kStrengthDecimals);
  w.json.number("trak_ugy", e.trak_ugy, 1);
  e.implant_date ? w.json.text("implant_date", to_iso(e.implant_date->date)) : w.json.null("implant_date");
  w.json.number("days_since_implant", e.days_since_implant, 2);
  if (e.days_since_implant)
    w.json.number("fraction_delivered", e.fraction_delivered, kIndexDecimals);
  else
    w.json.null("fraction_delivered");
  w.json.end_object();
}

std::string_view to_text(SourceDataStatus status) {
  switch (status) {
    case SourceDataStatus::consensus_confirmed:
      return "consensus_confirmed";
    case SourceDataStatus::single_transcription:
      return "single_transcription";
    case SourceDataStatus::author_data:
      return "author_data";
  }
  return "single_transcription";
}

}  // namespace

void write_dose_section(JsonWriter& json, const IdentityFilter& filter, const CaseAudit& audit) {
  const DoseWriter w{json, filter};
  if (!audit.dose) return w.json.null("dose");
  const DoseAudit& d = *audit.dose;
  w.json.begin_object("dose");
  w.json.text("source_model", d.source.id);
  w.json.boolean("source_is_surrogate", d.source_is_surrogate);
  w.json.text_or_null("surrogate_of", d.source.surrogate_of);
  w.json.text("dataset", d.source.dataset);
  w.json.text("source_data_status", to_text(d.source.status));
  w.json.text("isotope", d.source.isotope);
  w.json.number("dose_rate_constant", d.source.dose_rate_constant, kStrengthDecimals);
  w.json.number("half_life_days", to_days(d.source.half_life).value, 4);
  w.json.number("strength_u", d.strength_u, kStrengthDecimals);
  w.json.number("trak_ugy", d.trak_ugy, 1);
  w.json.number("trak_planned_ugy", d.trak_planned_ugy, 1);
  w.json.number("rx_gy", d.rx_gy, kGyDecimals);
  w.json.text("formalism", d.formalism);
  w.json.text("basis", "to_infinity");
  d.implant_date ? w.json.text("implant_date", to_iso(d.implant_date->date)) : w.json.null("implant_date");
  w.json.text_or_null("implant_date_source", d.implant_date_source);
  w.json.number("days_since_implant", d.days_since_implant, 2);
  if (d.days_since_implant)
    w.json.number("fraction_delivered", d.fraction_delivered, kIndexDecimals);
  else
    w.json.null("fraction_delivered");
  write_volumes(w.json, "v_implant_cc", d.v_implant_cc);
  write_volumes(w.json, "v_implant_planned_cc", d.v_implant_planned_cc);
  w.json.number("natural_dose_ratio", d.natural_dose_ratio, kIndexDecimals);
  w.json.number("natural_dose_ratio_planned", d.natural_dose_ratio_planned, kIndexDecimals);
  w.json.begin_object("radiobiology_parameters", Layout::one_line);
  w.json.number("alpha_per_gy", d.radiobiology.alpha_per_gy, 4);
  w.json.number("alpha_beta_gy", d.radiobiology.alpha_beta_gy, 2);
  w.json.number("repair_half_time_h", d.radiobiology.repair_half_time_h, 3);
  w.json.number("doubling_time_days", d.radiobiology.doubling_time_days, 1);
  w.json.number("geud_exponent", d.radiobiology.geud_exponent, 2);
  w.json.end_object();
  if (d.heterogeneity) {
    w.json.begin_object("heterogeneity", Layout::one_line);
    w.json.number("dense_cc", d.heterogeneity->dense_cc, kVolumeDecimals);
    w.json.number("dense_at_rx_pct", d.heterogeneity->dense_at_rx_pct, 1);
    w.json.number("dense_near_cc", d.heterogeneity->dense_near_cc, kVolumeDecimals);
    w.json.number("air_cc", d.heterogeneity->air_cc, kVolumeDecimals);
    w.json.number("interseed_shadow_pct", d.heterogeneity->interseed_shadow_pct, 2);
    w.json.end_object();
  } else {
    w.json.null("heterogeneity");
  }
  write_earlier_implant(w, d.earlier_implant);
  w.json.begin_array("structures");
  for (const auto& s : d.structures) write_structure(w, s, d.rx_gy.value_or(0.0));
  w.json.end_array();
  w.json.end_object();
}

}  // namespace seedaudit
