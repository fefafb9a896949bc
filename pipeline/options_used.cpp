// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/options_used.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>

namespace seedaudit {
namespace {

std::string text_of(double v) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.10g", v);
  return text.data();
}

std::optional<double> number_of(const std::string& text) {
  double v = 0.0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, v);
  if (error != std::errc() || stopped != end || !std::isfinite(v)) return std::nullopt;
  return v;
}

Error bad_value(const std::string& key, const std::string& value, const std::string& expected) {
  return Error{ErrorCode::invalid_option, "option " + key + " is \"" + value + "\"", "", "Give " + expected + "."};
}

struct Entry {
  std::string key;
  std::function<std::string(const AuditOptions&)> get;
  std::function<Status(AuditOptions&, const std::string& key, const std::string& value)> set;
};

/// \param field returns a reference to the option
template <class Field>
Entry real(std::string key, Field field) {
  return {std::move(key), [field](const AuditOptions& o) { return text_of(static_cast<double>(field(const_cast<AuditOptions&>(o)))); },
          [field](AuditOptions& o, const std::string& k, const std::string& value) -> Status {
            const auto v = number_of(value);
            if (!v) return bad_value(k, value, "a number");
            field(o) = *v;
            return ok_status();
          }};
}

template <class Field>
Entry whole(std::string key, Field field) {
  return {std::move(key), [field](const AuditOptions& o) { return text_of(static_cast<double>(field(const_cast<AuditOptions&>(o)))); },
          [field](AuditOptions& o, const std::string& k, const std::string& value) -> Status {
            const auto v = number_of(value);
            if (!v || *v != std::floor(*v) || *v < 0.0 || *v > 1e9) return bad_value(k, value, "a whole number");
            using Value = std::remove_reference_t<decltype(field(o))>;
            field(o) = static_cast<Value>(*v);
            return ok_status();
          }};
}

template <class Value>
struct Choice {
  const char* name;
  Value value;
};

template <class Field, class Value>
Entry choice(std::string key, Field field, std::vector<Choice<Value>> choices) {
  return {std::move(key),
          [field, choices](const AuditOptions& o) {
            for (const auto& c : choices)
              if (c.value == field(const_cast<AuditOptions&>(o))) return std::string(c.name);
            return std::string();
          },
          [field, choices](AuditOptions& o, const std::string& k, const std::string& value) -> Status {
            std::string known;
            for (const auto& c : choices) {
              if (value == c.name) {
                field(o) = c.value;
                return ok_status();
              }
              known += (known.empty() ? "" : " or ") + std::string(c.name);
            }
            return bad_value(k, value, known);
          }};
}

/// Sites by name; what a site sets beyond the name of its organ are the other limits.
std::vector<Choice<std::string>> sites() {
  return {{"liver", "liver"}, {"prostate", "prostate"}, {"lung", "lung"}, {"pancreas", "pancreas"}};
}

#define SEEDAUDIT_FIELD(member) \
  [](AuditOptions & o) -> auto& { return o.member; }

const std::vector<Entry>& entries() {
  static const std::vector<Entry> all{
      real("detector.capsule_length_mm", SEEDAUDIT_FIELD(detector.capsule_length_mm)),
      real("detector.capsule_diameter_mm", SEEDAUDIT_FIELD(detector.capsule_diameter_mm)),
      real("detector.cluster_gap_mm", SEEDAUDIT_FIELD(detector.cluster_gap_mm)),
      real("detector.minimum_confidence", SEEDAUDIT_FIELD(detector.minimum_confidence)),
      choice("register", SEEDAUDIT_FIELD(registration_mode),
             std::vector<Choice<RegistrationMode>>{{"auto", RegistrationMode::automatic},
                                                   {"rigid", RegistrationMode::rigid},
                                                   {"deformable", RegistrationMode::deformable},
                                                   {"none", RegistrationMode::none}}),
      real("registration.local_margin_mm", SEEDAUDIT_FIELD(registration.local_margin_mm)),
      real("registration.metal_hu", SEEDAUDIT_FIELD(registration.metal_hu)),
      real("registration.metal_margin_mm", SEEDAUDIT_FIELD(registration.metal_margin_mm)),
      real("registration.agreement_ok_mm", SEEDAUDIT_FIELD(registration.agreement_ok_mm)),
      real("registration.max_local_shift_mm", SEEDAUDIT_FIELD(registration.max_local_shift_mm)),
      real("registration.deformable_margin_mm", SEEDAUDIT_FIELD(registration.deformable_margin_mm)),
      choice("registration.local_step", SEEDAUDIT_FIELD(registration.local_step),
             std::vector<Choice<bool>>{{"true", true}, {"false", false}}),
      real("matching.gate_mm", SEEDAUDIT_FIELD(matching.gate_mm)),
      choice("dose.formalism", SEEDAUDIT_FIELD(formalism),
             std::vector<Choice<DoseFormalism>>{{"2d", DoseFormalism::line_2d}, {"1d", DoseFormalism::point_1d}}),
      choice("dose.tg43_rules", SEEDAUDIT_FIELD(rules),
             std::vector<Choice<InterpolationRules>>{{"s1", InterpolationRules::s1}, {"linear", InterpolationRules::linear}}),
      whole("dvh.initial_samples", SEEDAUDIT_FIELD(dvh.initial_samples)),
      whole("dvh.max_samples", SEEDAUDIT_FIELD(dvh.max_samples)),
      real("dvh.d90_tolerance_pct", SEEDAUDIT_FIELD(dvh.d90_tolerance_pct)),
      real("dvh.v100_tolerance_pct_points", SEEDAUDIT_FIELD(dvh.v100_tolerance_pct_points)),
      real("dvh.least_covered_pct", SEEDAUDIT_FIELD(dvh.least_covered_pct)),
      real("isodose.spacing_mm", SEEDAUDIT_FIELD(isodose.spacing_mm)),
      real("isodose.max_margin_mm", SEEDAUDIT_FIELD(isodose.max_margin_mm)),
      real("radiobiology.alpha_per_gy", SEEDAUDIT_FIELD(radiobiology.alpha_per_gy)),
      real("radiobiology.alpha_beta_gy", SEEDAUDIT_FIELD(radiobiology.alpha_beta_gy)),
      real("radiobiology.repair_half_time_h", SEEDAUDIT_FIELD(radiobiology.repair_half_time_h)),
      real("radiobiology.doubling_time_days", SEEDAUDIT_FIELD(radiobiology.doubling_time_days)),
      real("radiobiology.geud_exponent", SEEDAUDIT_FIELD(radiobiology.geud_exponent)),
      whole("uncertainty.draws", SEEDAUDIT_FIELD(uncertainty.draws)),
      whole("uncertainty.points", SEEDAUDIT_FIELD(uncertainty.points)),
      real("uncertainty.strength_sigma_pct", SEEDAUDIT_FIELD(uncertainty.strength_sigma_pct)),
      real("uncertainty.model_sigma_pct", SEEDAUDIT_FIELD(uncertainty.model_sigma_pct)),
      real("uncertainty.surrogate_sigma_pct", SEEDAUDIT_FIELD(uncertainty.surrogate_sigma_pct)),
      real("uncertainty.contour_sigma_mm", SEEDAUDIT_FIELD(uncertainty.contour_sigma_mm)),
      real("supplement.goal_v100_pct", SEEDAUDIT_FIELD(supplement.goal_v100_pct)),
      whole("supplement.max_seeds", SEEDAUDIT_FIELD(supplement.max_seeds)),
      real("supplement.max_v200_pct", SEEDAUDIT_FIELD(supplement.max_v200_pct)),
      real("supplement.max_organ_d2cc_pct", SEEDAUDIT_FIELD(supplement.max_organ_d2cc_pct)),
      choice("supplement.earlier_dose_counts", SEEDAUDIT_FIELD(supplement.earlier_dose_counts),
             std::vector<Choice<bool>>{{"true", true}, {"false", false}}),
      real("supplement.pitch_mm", SEEDAUDIT_FIELD(supplement.needles.pitch_mm)),
      real("supplement.fan_deg", SEEDAUDIT_FIELD(supplement.needles.fan_deg)),
      real("supplement.clearance_mm", SEEDAUDIT_FIELD(supplement.needles.clearance_mm)),
      choice("limits.site", SEEDAUDIT_FIELD(limits.site), sites()),
      real("limits.placed_mm", SEEDAUDIT_FIELD(limits.placed_mm)),
      real("limits.needle_line_mm", SEEDAUDIT_FIELD(limits.needle_line_mm)),
      real("limits.margin_mm", SEEDAUDIT_FIELD(limits.margin_mm)),
      real("limits.tre_factor", SEEDAUDIT_FIELD(limits.tre_factor)),
      real("limits.far_mm", SEEDAUDIT_FIELD(limits.far_mm)),
      real("limits.coverage_mm", SEEDAUDIT_FIELD(limits.coverage_mm)),
      real("limits.urgent_d90_pct", SEEDAUDIT_FIELD(limits.urgent_d90_pct)),
      real("limits.red_d90_pct", SEEDAUDIT_FIELD(limits.red_d90_pct)),
      real("limits.amber_d90_pct", SEEDAUDIT_FIELD(limits.amber_d90_pct)),
      real("limits.red_v100_pct", SEEDAUDIT_FIELD(limits.red_v100_pct)),
      real("limits.amber_v100_pct", SEEDAUDIT_FIELD(limits.amber_v100_pct)),
      real("limits.amber_sector_v100_pct", SEEDAUDIT_FIELD(limits.amber_sector_v100_pct)),
      real("limits.amber_d90_drop_pct", SEEDAUDIT_FIELD(limits.amber_d90_drop_pct)),
      real("limits.red_probability", SEEDAUDIT_FIELD(limits.red_probability)),
      real("limits.cold_dose_pct", SEEDAUDIT_FIELD(limits.cold_dose_pct)),
      real("limits.cold_volume_cc", SEEDAUDIT_FIELD(limits.cold_volume_cc)),
      real("limits.out_of_site_pct", SEEDAUDIT_FIELD(limits.out_of_site_pct)),
      real("limits.count_amber_seeds", SEEDAUDIT_FIELD(limits.count_amber_seeds)),
      real("limits.count_amber_pct", SEEDAUDIT_FIELD(limits.count_amber_pct)),
      real("limits.plan_goal_v100_pct", SEEDAUDIT_FIELD(limits.plan_goal_v100_pct)),
      real("limits.overdose_v150_pct", SEEDAUDIT_FIELD(limits.overdose_v150_pct)),
      real("limits.overdose_v200_pct", SEEDAUDIT_FIELD(limits.overdose_v200_pct)),
      real("limits.overdose_d90_pct", SEEDAUDIT_FIELD(limits.overdose_d90_pct)),
      real("limits.target_change_pct", SEEDAUDIT_FIELD(limits.target_change_pct)),
      real("limits.plan_dose_differs_pct", SEEDAUDIT_FIELD(limits.plan_dose_differs_pct)),
      real("limits.thick_slice_mm", SEEDAUDIT_FIELD(limits.thick_slice_mm)),
      real("limits.sure_count", SEEDAUDIT_FIELD(limits.sure_count)),
  };
  return all;
}

#undef SEEDAUDIT_FIELD

std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::map<std::string, std::string> options_used(const AuditOptions& options) {
  std::map<std::string, std::string> out;
  for (const Entry& e : entries()) out[e.key] = e.get(options);
  return out;
}

Status set_option(AuditOptions& options, const std::string& key, const std::string& value) {
  const Entry* nearest = nullptr;
  std::size_t least = 0;
  for (const Entry& e : entries()) {
    if (e.key == key) return e.set(options, key, value);
    const std::size_t d = edit_distance(e.key, key);
    if (nearest == nullptr || d < least) {
      nearest = &e;
      least = d;
    }
  }
  return Error{ErrorCode::invalid_option, "unknown option \"" + key + "\"", "", "The nearest known one is \"" + nearest->key + "\"."};
}

std::vector<std::string> option_keys() {
  std::vector<std::string> out;
  for (const Entry& e : entries()) out.push_back(e.key);
  return out;
}

}  // namespace seedaudit
