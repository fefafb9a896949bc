// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/implant_case.h"
#include "core/result.h"
#include "core/source_model.h"

/// Which source, how strong, and when: settled before any long work, or refused (docs/algorithms/source_and_strength.md).
namespace seedaudit {

/// The source model of an audit.
struct ResolvedSource {
  SourceModel model;
  bool assumed = false;    ///< the site's default for the isotope: neither plan nor user named a model
  bool surrogate = false;  ///< the tables are those of another model, or the model is assumed
  Decision decision;
  Warnings warnings;
};

/// By the first that applies: the site's own source file, the id that option or case.json gave, a model of the library that the plan's text
/// names, the site default of the isotope (I-125: amersham-6711). Half-life is the model's alone, for plan and found seeds alike; a plan
/// that states another gets the warning HALF_LIFE_DIFFERS. Errors: unknown_source; plan_without_isotope (no model named and no isotope
/// stated); bad_json; source_invalid (a source file that fails its checks or bears the id of a shipped model with other data; the model is
/// of another isotope than the plan, or the plan names no isotope and its half-life is more than 5 % off the model's).
Result<ResolvedSource> resolve_source(const ImplantCase& implant);

/// Model of the library whose id or model name stands as a word in the text; nothing where none or more than one does.
/// \param isotope only models of this isotope are considered, where it is not empty
std::optional<SourceModel> model_named_in(const std::string& text, const std::string& isotope);

/// Every stated strength in U (resolve_strengths). Warnings: STRENGTH_IMPLAUSIBLE of a strength that was given, STRENGTH_DIFFERS where a
/// given one replaces the plan's and is more than 5 % off it, STRENGTHS_MIXED where the plan's seeds differ by more than 2 %. Errors: those
/// of resolve_strengths.
Result<Warnings> settle_strengths(ImplantCase& implant, const SourceModel& model);

/// When the implant was made, and what is left of the strength by then.
struct ImplantTiming {
  std::optional<DateTime> implant_date;
  std::string implant_date_source;
  bool implant_date_assumed = false;
  double decay_from_reference = 1.0;         ///< strength at implant / strength at the reference date
  std::optional<double> days_since_implant;  ///< by the post-op scan
  double fraction_delivered = 0.0;           ///< of the dose to infinity, by the post-op scan; 0 where the dates are not known
  Warnings warnings;
};

/// Warnings: IMPLANT_DATE_UNKNOWN, STRENGTH_DATE_UNKNOWN, SCAN_DATE_UNKNOWN; DATES_IMPLAUSIBLE where the implant lies before the image that
/// it was planned on, or more than five years before the post-op scan. Errors: date_implausible: the implant lies after the post-op scan,
/// or more than a year from the strength's reference date.
Result<ImplantTiming> resolve_timing(const ImplantCase& implant, const SourceModel& model);

}  // namespace seedaudit
