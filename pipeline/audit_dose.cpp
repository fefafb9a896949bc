// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/audit_dose.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "dosimetry/dose_engine.h"
#include "dosimetry/metrics.h"
#include "dosimetry/tg43.h"
#include "pipeline/audit_structure.h"

namespace seedaudit {
namespace {

/// The map of total dose reaches at least the isodose of this part of the prescription: matched peripheral doses lie above it.
constexpr double kLowestIsodoseFraction = 0.5;

template <class F>
Result<DosedImplant<F>> make_implant(std::vector<DoseSeed<F>> seeds, const DoseContext& c) {
  DosedImplant<F> out;
  out.seeds = std::move(seeds);
  if (c.in.prescription) {
    auto map = IsodoseMap<F>::make(out.seeds, c.in.source->model, *c.in.prescription * kLowestIsodoseFraction, c.dose, c.options.isodose);
    if (!map) return map.error();
    out.map = std::move(map).value();
  }
  return out;
}

/// FNV-1a over the figures that the dose is made of: the same input draws the same implants anywhere.
std::uint64_t content_seed(const std::vector<DoseSeed<CtFrame>>& seeds) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  const auto add = [&](double v) {
    const auto micrometres = static_cast<std::int64_t>(std::llround(v * 1000.0));
    for (int byte = 0; byte < 8; ++byte) {
      hash ^= static_cast<std::uint64_t>(micrometres >> (8 * byte)) & 0xFFU;
      hash *= 0x100000001B3ULL;
    }
  };
  for (const auto& s : seeds) {
    for (int a = 0; a < 3; ++a) add(s.center.mm[a]);
    add(s.strength_at_implant.value);
  }
  return hash;
}

std::optional<Axis<CtFrame>> dose_axis(const SeedAudit& s) {
  if (s.orientation_used == "averaged") return std::nullopt;
  return s.seed.pose.axis;
}

}  // namespace

std::vector<AirKermaU> strengths_at_implant(const ImplantCase& implant, const std::vector<SeedAudit>& seeds, const ImplantTiming& timing) {
  const double decay = timing.decay_from_reference;
  std::optional<AirKermaU> general = implant.strength.per_seed;
  if (!general && implant.plan && !implant.plan->seeds.empty()) {
    AirKermaU sum;
    for (const PlannedSeed& s : implant.plan->seeds) sum = sum + s.strength;
    general = sum / static_cast<double>(implant.plan->seeds.size());
  }
  std::vector<AirKermaU> out;
  for (std::size_t n = 0; n < seeds.size(); ++n) {
    std::optional<AirKermaU> strength;
    if (implant.given_seeds && n < implant.given_seeds->size()) strength = (*implant.given_seeds)[n].strength;
    if (!strength && seeds[n].plan_seed && implant.plan && static_cast<std::size_t>(*seeds[n].plan_seed) < implant.plan->seeds.size())
      strength = implant.plan->seeds[static_cast<std::size_t>(*seeds[n].plan_seed)].strength;
    if (!strength) strength = general;
    if (!strength || !(strength->value > 0.0)) return {};
    out.push_back(*strength * decay);
  }
  return out;
}

Result<DoseAuditOutcome> audit_dose(const DoseAuditInput& in, const AuditOptions& options, const Progress& progress) {
  DoseAuditOutcome out;
  DoseContext c{in, options, {}, {}, {}, {}, 0.0, 0};
  c.dose.formalism = options.formalism;
  c.dose.rules = options.rules;
  const SourceModel& source = in.source->model;
  c.dose.fast = fast_table(source, options.rules);

  if (in.earlier != nullptr && in.earlier->placed && in.earlier_basics != nullptr) {
    c.earlier = EarlierSeeds{in.earlier->seeds, &in.earlier_basics->source.model, c.dose};
    c.earlier->dose.fast = fast_table(*c.earlier->source, options.rules);
  }
  out.dose.source = source;
  out.dose.radiobiology = options.radiobiology;
  out.dose.source_is_surrogate = in.source->surrogate;
  out.dose.rx_gy = in.prescription ? std::optional<double>(in.prescription->value) : std::nullopt;
  out.dose.formalism = options.formalism == DoseFormalism::line_2d ? "TG-43U1 2D" : "TG-43U1 1D";
  out.dose.implant_date = in.timing->implant_date;
  out.dose.implant_date_source = in.timing->implant_date_source;
  out.dose.days_since_implant = in.timing->days_since_implant;
  out.dose.fraction_delivered = in.timing->fraction_delivered;

  report_progress(progress, "dose", 0.0);
  if (in.implant->plan && !in.implant->plan->seeds.empty()) {
    std::vector<DoseSeed<PlanFrame>> planned;
    for (const PlannedSeed& s : in.implant->plan->seeds)
      planned.push_back({s.center, s.axis, s.strength * in.timing->decay_from_reference});
    for (const auto& s : planned) out.dose.strength_u += s.strength_at_implant.value / static_cast<double>(planned.size());
    auto implant = make_implant(std::move(planned), c);
    if (!implant) return implant.error();
    c.planned = std::move(implant).value();
    out.dose.trak_planned_ugy =
        total_reference_air_kerma_ugy(AirKermaU{out.dose.strength_u * static_cast<double>(c.planned->seeds.size())}, source.half_life);
    if (c.planned->map) {
      out.dose.v_implant_planned_cc = implant_volumes_cc(*c.planned->map, *in.prescription);
      out.dose.natural_dose_ratio_planned = natural_dose_ratio(*c.planned->map, *in.prescription);
      out.planned_grid = c.planned->map->grid();
    }
  }
  const std::vector<AirKermaU> strengths = strengths_at_implant(*in.implant, *in.seeds, *in.timing);
  if (!strengths.empty()) {
    std::vector<DoseSeed<CtFrame>> found;
    for (std::size_t n = 0; n < strengths.size(); ++n) {
      const SeedAudit& s = (*in.seeds)[n];
      found.push_back({s.seed.pose.center, dose_axis(s), strengths[n]});
      out.total_strength_u += strengths[n].value;
      if (s.status == SeedStatus::migrated || s.status == SeedStatus::embolised) out.out_of_site_strength_u += strengths[n].value;
    }
    out.dose.strength_u = out.total_strength_u / static_cast<double>(strengths.size());
    out.dose.trak_ugy = total_reference_air_kerma_ugy(AirKermaU{out.total_strength_u}, source.half_life);
    c.out_of_site_pct = 100.0 * out.out_of_site_strength_u / out.total_strength_u;
    c.random_seed = content_seed(found);
    auto implant = make_implant(std::move(found), c);
    if (!implant) return implant.error();
    c.found = std::move(implant).value();
    if (c.found->map) {
      out.dose.v_implant_cc = implant_volumes_cc(*c.found->map, *in.prescription);
      out.dose.natural_dose_ratio = natural_dose_ratio(*c.found->map, *in.prescription);
      out.grid = c.found->map->grid();
    }
    out.found_seeds = c.found->seeds;
  }
  const auto& structures = in.contours->structures;
  for (std::size_t n = 0; n < structures.size(); ++n) {
    report_progress(progress, "dose", static_cast<double>(n + 1) / static_cast<double>(structures.size() + 1));
    if (Status status = audit_structure(structures[n], c, out); !status) return status.error();
  }
  report_progress(progress, "dose", 1.0);
  return out;
}

}  // namespace seedaudit
