// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/audit_structure.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "dosimetry/cold_outlines.h"
#include "dosimetry/dvh_calculator.h"
#include "dosimetry/radiobiology.h"
#include "pipeline/advise_target.h"
#include "pipeline/dose_uncertainty.h"

namespace seedaudit {
namespace {

struct PreopFigures {
  DoseMetrics metrics;
  Dvh dvh;
  std::optional<DoseMetrics> planning_system, planning_system_dvh;
  const PlanningHistogram* planning_system_histogram = nullptr;
  std::optional<RadiobiologyFigures> biology;
};

std::string text_of_pct(double v) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", v);
  return text;
}

/// The planning system's own histogram of a structure.
const PlanningHistogram* histogram_of(const ImplantCase& implant, const AuditedStructure& s) {
  for (const PlanningHistogram& h : implant.planning_histograms)
    if (s.preop_roi_number && h.statement().roi_number == *s.preop_roi_number) return &h;
  return nullptr;
}

Result<std::optional<PreopFigures>> preop_figures(const AuditedStructure& s, const DoseContext& c, Warnings& warnings) {
  if (!s.preop || !c.planned) return std::optional<PreopFigures>{};
  PreopFigures out;
  const bool target = s.role == StructureRole::target;
  if (c.in.implant->planning_dose) {
    auto sampled = sample_dose(*s.preop, *c.in.implant->planning_dose, c.in.prescription, c.options.dvh);
    if (sampled) {
      const auto metrics = metrics_of(sampled->dvh, c.in.prescription);
      if (!metrics) return metrics.error();
      out.planning_system = *metrics;
      if (sampled->covered_pct < 100.0)
        warnings.push_back(
            {"PLANNING_DOSE_COVERS_PART", s.name + ": " + text_of_pct(sampled->covered_pct) +
                                              " % of it lies in the planning system's dose grid; its figures are of that part."});
    } else if (target) {
      warnings.push_back({"PLANNING_DOSE_NOT_USED", sampled.error().message()});
    }
  }
  if (const PlanningHistogram* h = histogram_of(*c.in.implant, s)) {
    out.planning_system_dvh = metrics_of(*h, c.in.prescription);
    out.planning_system_histogram = h;
  }
  auto sampled = sample_dose(*s.preop, c.planned->seeds, c.in.source->model, c.in.prescription, c.dose, c.options.dvh);
  if (!sampled) return sampled.error();
  if (!sampled->stable && target)
    warnings.push_back({"DVH_NOT_STABLE", s.name + ", planned: D90 or V100 still changed when sampling ended."});
  const auto* map = target && c.planned->map ? &*c.planned->map : nullptr;
  const auto metrics = metrics_of(*sampled, *s.preop, c.in.prescription, map, c.planned->seeds, c.in.source->model, c.dose);
  if (!metrics) return metrics.error();
  out.metrics = *metrics;
  if (target) out.biology = radiobiology_of(sampled->dvh, c.in.source->model.half_life, c.options.radiobiology);
  out.dvh = std::move(sampled->dvh);
  return std::optional<PreopFigures>{std::move(out)};
}

/// A needle's line stands in for the axis of a seed that the image does not resolve.
constexpr double kNeedleAxisSigmaDeg = 5.0;

/// Standard deviation of log odds so large that all doubted seeds of a scan are seeds, or none.
constexpr double kAllAlike = 5.0;

/// The band of the full calculation's histogram.
std::optional<DvhBand> band_of(const std::vector<DoseRatio>& ratios, const Dvh& dvh) {
  std::vector<double> volume, low, high;
  for (const DoseRatio& r : ratios) {
    const double dose = dvh.dose_at_volume_pct(r.volume_pct).value;
    volume.push_back(r.volume_pct);
    low.push_back(dose * r.ratio.first);
    high.push_back(dose * r.ratio.second);
  }
  auto band = DvhBand::make(std::move(volume), std::move(low), std::move(high));
  return band ? std::optional(std::move(band).value()) : std::nullopt;
}

/// What the detection leaves open of the number of seeds, for the seeds that are in already.
void vary_count(const Detection& found, UncertaintyInput& u) {
  AirKermaU mean;
  for (const UncertainSeed& s : u.seeds) mean = mean + s.nominal.strength_at_implant;
  mean = mean / static_cast<double>(u.seeds.size());
  for (const DetectedSeed& p : found.possible)
    u.possible.push_back({{p.pose.center, p.axis_resolved ? std::optional(p.pose.axis) : std::nullopt, mean}, p.confidence});
  u.further = found.further;
  u.further_chance = found.further_chance;
  u.fewer = found.fewer;
  u.more = found.more;
  if (found.all_alike) u.off_together = kAllAlike;
}

/// \param dvh of the full calculation
void estimate_uncertainty(const StructureVolume<CtFrame>& target, const Dvh& dvh, const DoseContext& c, bool mapped,
                          StructureAudit& entry) {
  if (!c.in.prescription || !entry.postop || !entry.postop->d90_gy) return;
  UncertaintyInput u;
  const Detection& found = *c.in.detection;
  // Settled, by the scan or by a person.
  const bool settled = found.count.low == found.count.high;
  std::set<int> with_room;
  for (const Cluster& k : found.clusters)
    if (k.count.high > k.count.best) with_room.insert(k.id);
  for (std::size_t n = 0; n < c.found->seeds.size(); ++n) {
    const DetectedSeed& seed = (*c.in.seeds)[n].seed;
    u.seeds.push_back({c.found->seeds[n], seed.center_sigma_mm, seed.axis_resolved ? seed.axis_sigma_deg : kNeedleAxisSigmaDeg,
                       settled ? 1.0 : seed.confidence, with_room.contains(seed.cluster_id)});
  }
  if (!settled) vary_count(found, u);
  u.target = target_points(target, c.options.uncertainty.points, 3.0 * c.options.uncertainty.contour_sigma_mm);
  u.registration_sigma_mm = mapped ? c.in.registration_tre_mm / std::sqrt(3.0) : 0.0;
  u.source_is_surrogate = c.in.source->surrogate;
  u.prescription = *c.in.prescription;
  u.limit_pct_of_rx = c.options.limits.red_d90_pct;
  u.random_seed = c.random_seed;
  const auto result = dose_uncertainty(u, c.in.source->model, c.dose, *entry.postop->d90_gy, c.options.uncertainty);
  if (!result) return;
  const double d90 = *entry.postop->d90_gy;
  entry.d90_gy_interval = std::pair{d90 * result->d90_ratio.first, d90 * result->d90_ratio.second};
  if (entry.postop->v100_pct) {
    const double v100 = *entry.postop->v100_pct;
    entry.v100_pct_interval = std::pair{std::clamp(v100 + result->v100_shift_pct_points.first, 0.0, 100.0),
                                        std::clamp(v100 + result->v100_shift_pct_points.second, 0.0, 100.0)};
  }
  entry.dvh_band = band_of(result->dose_ratios, dvh);
  entry.dominant_uncertainty = result->dominant;
  entry.uncertainty_shares = result->shares;
  entry.probability_d90_below_limit = result->probability_d90_below_limit;
}

std::vector<const StructureVolume<CtFrame>*> organs_at_risk(const CaseContours& contours) {
  std::vector<const StructureVolume<CtFrame>*> out;
  for (const AuditedStructure& s : contours.structures)
    if (s.role == StructureRole::oar && s.judged() != nullptr) out.push_back(s.judged());
  return out;
}

/// Whether each region's coldest point lies in the rim, and beside which organ at risk.
void place_cold_regions(const StructureVolume<CtFrame>& target, const std::vector<const StructureVolume<CtFrame>*>& organs,
                        std::vector<ColdRegion>& regions) {
  constexpr double kBesideMm = 10.0;
  for (ColdRegion& r : regions) {
    r.in_rim = target.signed_distance_mm(r.coldest) > -kRimMm;
    double nearest = kBesideMm;
    for (const auto* organ : organs) {
      // The surface counts: a target inside an organ may lie at its border, or deep in it.
      const double d = std::abs(organ->signed_distance_mm(r.coldest));
      if (d > nearest) continue;
      nearest = d;
      r.beside = organ->name();
    }
  }
}

/// The dose of an earlier implant at the same samples, alone and added to that of the found seeds.
Status add_earlier(const SampledDose<CtFrame>& sampled, const DoseContext& c, StructureAudit& entry) {
  if (!c.earlier) return ok_status();
  std::vector<float> alone = dose_at(sampled.points, c.earlier->seeds, *c.earlier->source, c.earlier->dose);
  std::vector<float> total = sampled.dose_gy;
  for (std::size_t n = 0; n < total.size(); ++n) total[n] += alone[n];
  for (const auto& [dose, into] : {std::pair{&alone, &entry.earlier_implant}, std::pair{&total, &entry.postop_with_earlier_implant}}) {
    const auto dvh = Dvh::make(std::move(*dose), sampled.dvh.volume_cc());
    if (!dvh) return dvh.error();
    const auto metrics = metrics_of(*dvh, c.in.prescription);
    if (!metrics) return metrics.error();
    *into = *metrics;
    if (dose == &total) entry.postop_with_earlier_implant_dvh = *dvh;
  }
  return ok_status();
}

/// Figures of the found seeds on one contour in the post-op frame.
Status add_postop(const StructureVolume<CtFrame>& volume, const DoseContext& c, StructureAudit& entry, StructureJudgement& judgement,
                  Warnings& warnings) {
  entry.volume_postop_cc = volume.volume_cc();
  if (!c.found) return ok_status();
  const SourceModel& source = c.in.source->model;
  auto sampled = sample_dose(volume, c.found->seeds, source, c.in.prescription, c.dose, c.options.dvh);
  if (!sampled) return sampled.error();
  const bool target = entry.role == StructureRole::target;
  if (!sampled->stable && target)
    warnings.push_back({"DVH_NOT_STABLE", entry.name + ", found: D90 or V100 still changed when sampling ended."});
  const auto* map = target && c.found->map ? &*c.found->map : nullptr;
  const auto metrics = metrics_of(*sampled, volume, c.in.prescription, map, c.found->seeds, source, c.dose);
  if (!metrics) return metrics.error();
  entry.postop = *metrics;
  if (Status s = add_earlier(*sampled, c, entry); !s) return s;
  if (target && c.in.prescription) {
    const Gy rx = *c.in.prescription;
    entry.sectors = octants(*sampled, volume, rx);
    entry.shells = shells(*sampled, volume, rx, organs_at_risk(*c.in.contours));
    entry.postop_biology = radiobiology_of(sampled->dvh, source.half_life, c.options.radiobiology);
    entry.cold_regions = cold_regions(volume, c.found->seeds, source, rx, c.dose);
    place_cold_regions(volume, organs_at_risk(*c.in.contours), entry.cold_regions);
    if (!c.in.implant->postop.empty())
      judgement.cold_outlines = cold_outlines(volume, c.found->seeds, source, rx, c.in.implant->postop.front().grid, c.dose);
    const auto coldest = cold_regions(volume, c.found->seeds, source, rx * (c.options.limits.cold_dose_pct / 100.0), c.dose);
    judgement.largest_cold_region_cc = coldest.empty() ? 0.0 : coldest.front().volume_cc;
    estimate_uncertainty(volume, sampled->dvh, c, entry.contour == ContourOrigin::mapped, entry);
  }
  entry.postop_dvh = std::move(sampled->dvh);
  return ok_status();
}

void judge(const DoseContext& c, StructureAudit& entry, StructureJudgement& judgement) {
  if (entry.role != StructureRole::target || !entry.postop || !c.in.prescription) {
    entry.verdict = Verdict::not_assessed;
    entry.verdict_reason = entry.role != StructureRole::target ? "not a target" : "no post-implant dose of this contour";
    return;
  }
  const double rx = c.in.prescription->value;
  DoseFacts facts;
  if (entry.postop->d90_gy) facts.d90_pct_of_rx = 100.0 * *entry.postop->d90_gy / rx;
  facts.v100_pct = entry.postop->v100_pct;
  for (const SectorMetrics& s : entry.sectors)
    facts.lowest_sector_v100_pct = std::min(facts.lowest_sector_v100_pct.value_or(s.v100_pct), s.v100_pct);
  if (entry.preop && entry.preop->d90_gy && entry.postop->d90_gy && *entry.preop->d90_gy > 0.0)
    facts.d90_below_planned_pct = 100.0 * (1.0 - *entry.postop->d90_gy / *entry.preop->d90_gy);
  facts.probability_d90_below_limit = entry.probability_d90_below_limit;
  facts.largest_cold_region_cc = judgement.largest_cold_region_cc;
  facts.out_of_site_strength_pct = c.out_of_site_pct;
  const VerdictDecision decision = decide_verdict(facts, c.options.limits);
  entry.verdict = decision.verdict;
  entry.verdict_reason = decision.reason;
  judgement.deciding_value = decision.value;
  judgement.deciding_limit = decision.limit;
}

/// True where the centre of a target lies in the organ, by the contours of one image.
bool holds_target(const AuditedStructure& organ, const std::vector<AuditedStructure>& structures) {
  if (organ.role == StructureRole::target) return false;
  return std::any_of(structures.begin(), structures.end(), [&](const AuditedStructure& t) {
    if (t.role != StructureRole::target) return false;
    if (organ.preop && t.preop) return organ.preop->contains(t.preop->centroid());
    return organ.judged() != nullptr && t.judged() != nullptr && organ.judged()->contains(t.judged()->centroid());
  });
}

}  // namespace

Status audit_structure(const AuditedStructure& s, const DoseContext& c, DoseAuditOutcome& out) {
  auto preop = preop_figures(s, c, out.warnings);
  if (!preop) return preop.error();
  const auto add = [&](ContourOrigin origin, const StructureVolume<CtFrame>* volume) -> Status {
    StructureAudit entry;
    StructureJudgement judgement;
    judgement.holds_target = holds_target(s, c.in.contours->structures);
    entry.name = s.name;
    entry.role = s.role;
    entry.contour = origin;
    if (s.preop) entry.volume_preop_cc = s.preop->volume_cc();
    if (*preop) {
      entry.preop = (*preop)->metrics;
      entry.preop_dvh = (*preop)->dvh;
      entry.planning_system = (*preop)->planning_system;
      if (entry.planning_system) entry.planning_system_difference = metrics_delta(*entry.planning_system, *entry.preop);
      entry.planning_system_dvh = (*preop)->planning_system_dvh;
      if (entry.planning_system_dvh) entry.planning_system_dvh_difference = metrics_delta(*entry.planning_system_dvh, *entry.preop);
      if (const PlanningHistogram* h = (*preop)->planning_system_histogram) {
        entry.planning_system_histogram = *h;
        entry.volume_planning_system_cc = h->statement().volume_cc;
      }
      entry.preop_biology = (*preop)->biology;
    }
    if (volume != nullptr)
      if (Status status = add_postop(*volume, c, entry, judgement, out.warnings); !status) return status;
    if (entry.preop && entry.postop) entry.delta = metrics_delta(*entry.postop, *entry.preop);
    judge(c, entry, judgement);
    const bool judged = origin == ContourOrigin::postop || !s.postop;
    if (judged && s.role == StructureRole::target && volume != nullptr && c.found && c.in.prescription) {
      const AdviceInput input{c.in.implant,        c.in.contours,      &c.found->seeds,
                              &c.in.source->model, *c.in.prescription, c.earlier ? &*c.earlier : nullptr};
      auto advice = advise_target(input, *volume, c.dose, c.options.supplement, c.options.dvh);
      if (!advice) return advice.error();
      entry.supplement = std::move(advice).value();
    }
    out.dose.structures.push_back(std::move(entry));
    out.judgements.push_back(std::move(judgement));
    return ok_status();
  };
  if (s.postop)
    if (Status status = add(ContourOrigin::postop, &*s.postop); !status) return status;
  if (s.mapped || !s.postop) return add(ContourOrigin::mapped, s.mapped ? &*s.mapped : nullptr);
  return ok_status();
}

}  // namespace seedaudit
