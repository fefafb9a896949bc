// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <string>

#include "core/audit_report.h"

/// Audits as values, for tests of what is written about them.
namespace seedaudit::test {

inline constexpr const char* kPatientId = "HN2291-77";
inline constexpr const char* kPatientName = "Zhao^Mingyuan=\xE8\xB5\xB5^\xE6\x98\x8E\xE8\xBF\x9C";

inline DoseMetrics sample_metrics(double d90_gy, double v100_pct) {
  DoseMetrics m;
  m.d90_gy = d90_gy;
  m.d100_gy = d90_gy - 30.0;
  m.d95_gy = d90_gy - 8.0;
  m.d80_gy = d90_gy + 20.0;
  m.dmean_gy = d90_gy + 90.0;
  m.v80_pct = v100_pct + 2.0;
  m.v90_pct = v100_pct + 1.0;
  m.v100_pct = v100_pct;
  m.v150_pct = v100_pct - 30.0;
  m.v200_pct = v100_pct - 55.0;
  m.ci = 0.71;
  m.ei = 0.28;
  m.hi = 0.34;
  m.dnr = 0.66;
  m.d2cc_gy = 310.0;
  m.d1cc_gy = 350.0;
  m.d0_1cc_gy = 500.0;
  m.minimum_peripheral_dose_gy = d90_gy - 28.0;
  m.matched_peripheral_dose_gy = d90_gy + 5.0;
  return m;
}

inline Dvh sample_dvh(double lowest_gy, double highest_gy) {
  std::vector<float> dose;
  for (int i = 0; i < 1000; ++i) dose.push_back(static_cast<float>(lowest_gy + (highest_gy - lowest_gy) * i / 999.0));
  return Dvh::make(std::move(dose), 20.0).value();
}

/// A whole audit: 3 planned, 2 found in place, 1 migrated, 1 missing, one clip rejected. Identity stands wherever free text could carry it.
inline CaseAudit full_audit() {
  CaseAudit a;
  a.case_id = "case-17";
  a.patient_id = kPatientId;
  a.patient_name = kPatientName;
  a.status = AuditStatus::review;
  a.status_reason = "one seed left the site";
  a.flags.push_back({"SEED_MIGRATED", Severity::action, "seed 3 of Zhao^Mingyuan lies in the lung", 143.2, 30.0});
  a.flags.push_back({"SOURCE_ASSUMED", Severity::info, "the plan names no model", std::nullopt, std::nullopt});
  a.postop_acquisition.acquisition.slice_thickness_mm = 2.5;
  a.postop_acquisition.acquisition.kernel = "B30f";
  a.postop_acquisition.acquisition.kvp = 120.0;
  a.postop_acquisition.acquisition.saturation_hu = 3071.0;
  a.postop_acquisition.acquisition.patient_position = "HFS";
  a.postop_acquisition.acquisition.image_type = {"ORIGINAL", "PRIMARY", "AXIAL"};
  a.postop_acquisition.acquisition.study_date = DateTime{*parse_date("2025-04-21"), std::nullopt};
  a.postop_acquisition.spacing_mm = {0.75, 0.75, 2.5};
  a.postop_acquisition.slices = 80;
  a.preop_acquisition = a.postop_acquisition;
  for (int i = 0; i < 3; ++i) {
    SeedAudit s;
    s.seed.id = i + 1;
    s.seed.pose.center = {{-10.0 + 7.0 * i, 20.0, -100.0 + (i == 2 ? 60.0 : 0.0)}};
    s.seed.pose.axis = {Eigen::Vector3d(1.0, 0.2, 0.1).normalized()};
    s.seed.center_sigma_mm = {0.2, 0.2, 0.6};
    s.seed.axis_resolved = i != 1;
    s.seed.axis_sigma_deg = 4.0;
    s.seed.confidence = 0.98;
    s.seed.cluster_id = i + 1;
    s.seed.excess_mass_hu_mm3 = 51234.0;
    s.plan_seed = i;
    s.plan_center = Point<CtFrame>{{-10.0 + 7.0 * i, 21.0, -100.0}};
    s.displacement_mm = 1.0;
    s.displacement_residual_mm = 0.4;
    s.along_needle_mm = -0.3;
    s.across_needle_mm = 0.95;
    s.status = i == 2 ? SeedStatus::migrated : SeedStatus::placed;
    s.region = i == 2 ? "lung" : "target";
    s.orientation_used = i == 1 ? "averaged" : "image";
    a.seeds.push_back(s);
    a.detection.seeds.push_back(s.seed);
    a.detection.clusters.push_back({i + 1, {1, 1, 1}, {i + 1}});
  }
  a.detection.count = {3, 3, 4};
  a.detection.count_chance = 0.75;
  a.detection.outcome = {OutcomeKind::ok, "every metal object explained"};
  a.detection.rejected.push_back({{{5.0, 6.0, -90.0}}, "clip", 12.5, 2900.0});
  a.missing.push_back({3, MissingStatus::not_found, Point<CtFrame>{{11.0, 21.0, -100.0}}});
  a.counts.planned = 4;
  a.counts.found = 3;
  a.counts.interval = {3, 3, 4};
  a.counts.in_site = 2;
  a.counts.out_of_site = 1;
  a.counts.strength_found_u = 3.048;
  a.counts.strength_in_site_u = 2.032;
  a.counts.strength_out_of_site_u = 1.016;
  a.needles.push_back({"N1", {1, 2}, Point<CtFrame>{{10.0, 20.0, -95.0}}, Point<CtFrame>{{10.0, -80.0, -95.0}}, 1.25, 2.5, 3.5});
  a.needles.push_back({"N2", {3}, {}, {}, {}, {}, {}});
  a.registration.outcome = {OutcomeKind::ok, "independent starts agree"};
  a.registration.method = "rigid+local";
  a.registration.ct_from_plan.iso.translation() = Eigen::Vector3d(1.5, -2.25, 10.0);
  a.registration.qa.start_agreement_mm = 0.3;
  a.registration.qa.starts_tried = 8;
  a.implant_shift_mm = Eigen::Vector3d(0.1, -0.9, 0.0);
  a.implant_rotation_deg = 0.7;
  DoseAudit d;
  d.source.id = "amersham-6711";
  d.source.name = "Amersham OncoSeed 6711";
  d.source.isotope = "I-125";
  d.source.dataset = "TG-43U1 (2004)";
  d.source.dose_rate_constant = 0.965;
  d.source.half_life = to_hours(Days{59.4});
  d.source_is_surrogate = true;
  d.strength_u = 1.016;
  d.trak_ugy = 6268.8;
  d.rx_gy = 120.0;
  d.implant_date = DateTime{*parse_date("2025-03-21"), std::nullopt};
  d.implant_date_source = "plan_strength_reference_date";
  d.days_since_implant = 31.0;
  d.fraction_delivered = 0.3035;
  d.trak_planned_ugy = 8358.4;
  d.natural_dose_ratio = 1.05;
  d.v_implant_planned_cc = {{100, 19.0}};
  d.v_implant_cc = {{100, 18.5}, {150, 10.25}, {200, 6.5}};
  StructureAudit s;
  s.name = "CTV, boost";
  s.volume_preop_cc = 20.1;
  s.volume_postop_cc = 20.1;
  s.preop = sample_metrics(135.0, 96.5);
  s.postop = sample_metrics(112.4, 85.25);
  DoseMetrics delta;
  delta.d90_gy = -22.6;
  delta.v100_pct = -11.25;
  s.delta = delta;
  s.preop_dvh = sample_dvh(60.0, 900.0);
  s.postop_dvh = sample_dvh(40.0, 300.0);
  s.d90_gy_interval = {104.0, 121.0};
  s.dvh_band = DvhBand::make({10, 50, 90}, {250, 150, 60}, {300, 190, 75}).value();
  s.probability_d90_below_limit = 0.12;
  s.cold_regions.push_back({{{1.0, 2.0, 3.0}}, 0.4, 80.0, "left-posterior-superior", 40.0, {{1.5, 2.0, 3.0}}, true, "duodenum"});
  s.sectors.push_back({"left-anterior-superior", 2.5, 91.0, 121.0, 80.5});
  s.shells.push_back({"rim", 9.5, 80.0, 108.0, 80.5});
  s.postop_biology = RadiobiologyFigures{70.0, 285.0, 80.0, 118.0};
  s.planning_system = sample_metrics(134.0, 96.0);
  s.planning_system_difference = DoseMetrics{};
  s.planning_system_difference->d90_gy = -1.0;
  s.planning_system_dvh = sample_metrics(133.5, 95.5);
  s.planning_system_dvh_difference = DoseMetrics{};
  s.planning_system_dvh_difference->d90_gy = -1.5;
  s.volume_planning_system_cc = 20.3;
  s.earlier_implant = sample_metrics(12.0, 1.0);
  s.postop_with_earlier_implant = sample_metrics(124.5, 91.0);
  d.earlier_implant = EarlierImplantAudit{};
  d.earlier_implant->placed = true;
  d.earlier_implant->why = "given";
  d.earlier_implant->frame = "preop";
  d.earlier_implant->source.id = "theragenics-200";
  d.earlier_implant->source.isotope = "Pd-103";
  d.earlier_implant->seeds = 12;
  d.earlier_implant->found_again = 11;
  d.earlier_implant->strength_u = 2.5;
  d.earlier_implant->trak_ugy = 17650.0;
  d.earlier_implant->implant_date = DateTime{*parse_date("2024-03-21"), std::nullopt};
  d.earlier_implant->days_since_implant = 396.0;
  d.earlier_implant->fraction_delivered = 1.0;
  s.uncertainty_shares.push_back({"seed positions", 2.5, 60.0});
  s.supplement = SupplementAdvice{};
  s.supplement->outcome = SupplementOutcome::reachable;
  s.supplement->why = "1 seed on 1 needle";
  s.supplement->target = s.name;
  s.supplement->goal_v100_pct = 90.0;
  s.supplement->seeds.push_back({{{1.0, 2.0, 3.0}}, Axis<CtFrame>{Eigen::Vector3d::UnitY()}, 0});
  s.supplement->needles.push_back({{{1.0, -80.0, 3.0}}, {{1.0, 2.0, 3.0}}});
  s.supplement->organs.push_back({"duodenum", 20.0, 22.0, 30.0, 32.0});
  s.supplement->before_with_earlier = SupplementFigures{100.0, 84.0, 40.0, 20.0};
  s.supplement->after_with_earlier = SupplementFigures{125.0, 95.0, 50.0, 25.0};
  s.supplement->before_dvh = sample_dvh(40.0, 300.0);
  s.supplement->after_dvh = sample_dvh(60.0, 350.0);
  d.heterogeneity = HeterogeneityAudit{1.5, 80.0, 0.4, 2.5, 3.1};
  s.verdict = Verdict::amber;
  s.verdict_reason = "D90 93.7 % of the prescription is below 100 %";
  d.structures.push_back(std::move(s));
  StructureAudit organ;
  organ.name = "duodenum";
  organ.role = StructureRole::oar;
  organ.postop = sample_metrics(20.0, 3.0);
  d.structures.push_back(std::move(organ));
  a.dose = std::move(d);
  a.verdict = Verdict::amber;
  a.provenance.version = "0.1.0";
  a.provenance.git = "abc123";
  a.provenance.inputs = {{"postop_ct", "1.2.826.0.1.3680043.10.1", "0a1b", 80}, {"plan", "Zhao_Mingyuan_plan.csv", "ffee", 1}};
  a.provenance.decisions = {{"target", "CTV, boost", "named by the plan of patient HN2291-77 in /archive/zhao mingyuan/plan.dcm"}};
  a.provenance.options = {{"plan", "/archive/ZhaoMingyuan/plan.dcm"}, {"tg43_rules", "s1"}};
  a.warnings = {{"DUPLICATE_SLICE_DROPPED", "IM0003 in data/Zhao_Mingyuan/ct is a duplicate"}};
  a.timing = {1.0, 2.0, 3.0, 4.0, 0.5, 10.5};
  return a;
}

/// No seeds, registration failed: what needs neither is there, the rest is absent.
inline CaseAudit failed_audit() {
  CaseAudit a;
  a.case_id = "case-18";
  a.patient_id = kPatientId;
  a.patient_name = kPatientName;
  a.status = AuditStatus::failed;
  a.status_reason = "zero seeds found and the registration failed";
  a.postop_acquisition.spacing_mm = {0.7, 0.7, 5.0};
  a.postop_acquisition.slices = 40;
  a.detection.outcome = {OutcomeKind::failed, "no metal in the image"};
  a.registration.outcome = {OutcomeKind::failed, "the images share no anatomy"};
  a.counts.planned = 20;
  a.flags.push_back({"REGISTRATION_FAILED", Severity::action, "the images share no anatomy", std::nullopt, std::nullopt});
  a.provenance.version = "0.1.0";
  return a;
}

}  // namespace seedaudit::test
