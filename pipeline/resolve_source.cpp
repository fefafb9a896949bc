// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/resolve_source.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdio>

#include "core/strength.h"
#include "dosimetry/source_library.h"
#include "dosimetry/tg43.h"

namespace seedaudit {
namespace {

constexpr double kHalfLifeNotePct = 0.05;     ///< 59.40 d against 59.43 d: rounding, nobody needs to read of it
constexpr double kHalfLifeRefusalPct = 5.0;   ///< no two published half-lives of one nuclide differ by this much
constexpr double kReferenceDateDays = 366.0;  ///< no strength certificate is older
constexpr double kMixedRatio = 1.02;          ///< seeds of one batch are within this of each other
constexpr double kStrengthNotePct = 5.0;      ///< a measured strength replaces a nominal one within this
constexpr double kLateScanDays = 5.0 * 365.25;

struct SiteDefault {
  const char* isotope;
  const char* source_id;
};
constexpr std::array<SiteDefault, 1> kSiteDefaults{{{"I-125", "amersham-6711"}}};

std::string number(double v, const char* format = "%.4g") {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), format, v);
  return text.data();
}

/// Lower-case letters and digits; everything else parts words.
std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words(1);
  for (const char raw : text) {
    const auto c = static_cast<unsigned char>(raw);
    if (std::isalnum(c) != 0)
      words.back() += static_cast<char>(std::tolower(c));
    else if (!words.back().empty())
      words.emplace_back();
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& w : words) all += w;
  return all;
}

/// True where consecutive words of the text, written together, are the name: "STM 1251" and "STM1251" name one model.
bool names(const std::vector<std::string>& text, const std::string& name) {
  for (std::size_t first = 0; first < text.size(); ++first) {
    std::string run;
    for (std::size_t last = first; last < text.size() && run.size() < name.size(); ++last) {
      run += text[last];
      if (run == name) return true;
    }
  }
  return false;
}

std::string isotope_of(const ImplantCase& implant) {
  if (!implant.strength.isotope.empty()) return implant.strength.isotope;
  return implant.plan ? implant.plan->isotope : std::string();
}

std::optional<DateTime> date_of(const Acquisition& a) { return a.acquisition_date ? a.acquisition_date : a.study_date; }

std::string where_of(const ImplantCase& implant) { return implant.plan ? implant.plan->path : std::string(); }

std::string ids_of(const std::string& isotope) {
  std::string list;
  for (const std::string& id : source_ids()) {
    const auto model = find_source(id);
    if (!model || (!isotope.empty() && model->isotope != isotope)) continue;
    list += (list.empty() ? "" : ", ") + id;
  }
  return list;
}

/// A site's own file. It must not pass for a shipped model whose data it does not hold.
Result<ResolvedSource> own_source(const ImplantStrength& strength) {
  auto model = parse_source(strength.source_file_text, strength.source_file);
  if (!model) return model.error();
  ResolvedSource out;
  out.model = std::move(model).value();
  if (const auto shipped = find_source(out.model.id); shipped && shipped->id == out.model.id && shipped->checksum != out.model.checksum)
    return Error{ErrorCode::source_invalid, "the id " + out.model.id + " is that of a shipped model with other data", strength.source_file,
                 "Give the site's own data an id of their own."};
  out.decision = {"source_model", out.model.id, "the site's own source file, checksum " + out.model.checksum};
  return out;
}

Result<ResolvedSource> choose(const ImplantCase& implant) {
  const std::string isotope = isotope_of(implant);
  ResolvedSource out;
  if (!implant.strength.source_file.empty()) return own_source(implant.strength);
  if (!implant.strength.source_id.empty()) {
    auto model = find_source(implant.strength.source_id);
    if (!model) return model.error();
    out.model = std::move(model).value();
    out.decision = {"source_model", out.model.id, "named by option or case.json"};
    return out;
  }
  const std::string hint = implant.plan ? implant.plan->source_model_hint : std::string();
  if (auto named = model_named_in(hint, isotope)) {
    out.model = std::move(*named);
    out.decision = {"source_model", out.model.id, "named in the plan: \"" + hint + "\""};
    return out;
  }
  if (isotope.empty())
    return Error{ErrorCode::plan_without_isotope, "neither a source model nor an isotope is stated", where_of(implant),
                 "Name the implanted model with --source; known: " + ids_of("") + "."};
  for (const SiteDefault& d : kSiteDefaults) {
    if (isotope != d.isotope) continue;
    auto model = find_source(d.source_id);
    if (!model) return model.error();
    out.model = std::move(model).value();
    out.assumed = true;
    out.decision = {"source_model", out.model.id,
                    "no model is named; default for " + isotope + (hint.empty() ? "" : " (the plan says \"" + hint + "\")")};
    return out;
  }
  const std::string known = ids_of(isotope);
  return Error{
      ErrorCode::unknown_source, "the plan states " + isotope + " but names no source model that is known, and there is no default",
      where_of(implant),
      known.empty() ? "No model of " + isotope + " is in the library." : "Name the implanted model with --source; known: " + known + "."};
}

}  // namespace

std::optional<SourceModel> model_named_in(const std::string& text, const std::string& isotope) {
  const std::vector<std::string> words = words_of(text);
  std::optional<SourceModel> found;
  for (const std::string& id : source_ids()) {
    auto model = find_source(id);
    if (!model || (!isotope.empty() && model->isotope != isotope)) continue;
    const std::string name = joined(words_of(model->model));
    if (!names(words, joined(words_of(id))) && (name.empty() || !names(words, name))) continue;
    if (found) return std::nullopt;
    found = std::move(model).value();
  }
  return found;
}

Result<ResolvedSource> resolve_source(const ImplantCase& implant) {
  auto chosen = choose(implant);
  if (!chosen) return chosen;
  ResolvedSource out = std::move(chosen).value();
  out.surrogate = out.assumed || !out.model.surrogate_of.empty();

  const std::string isotope = isotope_of(implant);
  if (!isotope.empty() && isotope != out.model.isotope)
    return Error{ErrorCode::source_invalid, "source model " + out.model.id + " is " + out.model.isotope + " but the plan states " + isotope,
                 where_of(implant), "Give a model of " + isotope + " with --source, or correct the plan."};

  std::optional<Hours> stated = implant.strength.plan_half_life;
  if (!stated && implant.plan) stated = implant.plan->half_life;
  if (stated && stated->value > 0.0) {
    const double difference_pct = 100.0 * std::abs(*stated / out.model.half_life - 1.0);
    const std::string figures = "half-life " + number(to_days(*stated).value) + " d in the plan, " +
                                number(to_days(out.model.half_life).value) + " d of source model " + out.model.id;
    if (isotope.empty() && difference_pct > kHalfLifeRefusalPct)
      return Error{ErrorCode::source_invalid, figures + ": not the same isotope", where_of(implant),
                   "Give the implanted model with --source, or correct the plan."};
    if (difference_pct > kHalfLifeNotePct)
      out.warnings.push_back(
          {"HALF_LIFE_DIFFERS", figures + ". The model's is used for plan and found seeds alike; total dose is proportional to it."});
  }
  return out;
}

Result<Warnings> settle_strengths(ImplantCase& implant, const SourceModel& model) {
  const auto mean_of_plan = [&] {
    double sum = 0.0;
    if (implant.plan)
      for (const PlannedSeed& s : implant.plan->seeds) sum += s.strength.value / static_cast<double>(implant.plan->seeds.size());
    return sum;
  };
  const double planned_u = mean_of_plan();
  if (Status s = resolve_strengths(implant, model.air_kerma_u_per_mci); !s) return s.error();
  Warnings warnings;
  const auto judge = [&](AirKermaU u, const std::string& who) {
    if (auto w = judge_strength(u, model.isotope, who))
      if (warnings.empty()) warnings.push_back(std::move(*w));
  };
  const auto& given = implant.strength.per_seed;
  if (given) judge(*given, "given are");
  if (implant.plan && !given)
    for (const PlannedSeed& s : implant.plan->seeds)
      if (s.stated_strength) judge(s.strength, "the seed list states");
  if (implant.given_seeds && !given)
    for (const GivenSeed& s : *implant.given_seeds)
      if (s.strength) judge(*s.strength, "the seed list states");
  if (implant.plan && !given) {
    const auto& seeds = implant.plan->seeds;
    const auto [weakest, strongest] = std::minmax_element(
        seeds.begin(), seeds.end(), [](const PlannedSeed& a, const PlannedSeed& b) { return a.strength.value < b.strength.value; });
    if (!seeds.empty() && strongest->strength.value > kMixedRatio * weakest->strength.value)
      warnings.push_back(
          {"STRENGTHS_MIXED", "the plan has seeds of " + number(weakest->strength.value) + " to " + number(strongest->strength.value) +
                                  " U: each keeps its own, a found seed has that of the planned seed it is assigned to, and one "
                                  "that is assigned to none the mean, " +
                                  number(mean_of_plan()) + " U"});
  }
  if (given && planned_u > 0.0 && !(std::abs(given->value / planned_u - 1.0) <= kStrengthNotePct / 100.0))
    warnings.push_back({"STRENGTH_DIFFERS", "the plan states " + number(planned_u) + " U a seed, given are " + number(given->value) +
                                                " U; the given strength is used for plan and found seeds alike. Check mCi, MBq and U"});
  return warnings;
}

Result<ImplantTiming> resolve_timing(const ImplantCase& implant, const SourceModel& model) {
  const ImplantStrength& s = implant.strength;
  ImplantTiming out;
  std::optional<DateTime> reference = s.strength_reference_date;
  if (!reference && implant.plan) reference = implant.plan->strength_reference_date;
  out.implant_date = s.implant_date;
  out.implant_date_source = s.implant_date_source;
  out.implant_date_assumed = s.implant_date_assumed;
  if (!out.implant_date && reference) {
    out.implant_date = reference;
    out.implant_date_source = "plan_strength_reference_date";
    out.implant_date_assumed = true;
  }
  if (!out.implant_date) {
    out.warnings.push_back(
        {"IMPLANT_DATE_UNKNOWN",
         "No implant date is known: strengths are taken as those at implant, and the dose delivered by now is not given."});
    return out;
  }
  if (reference) {
    const Days elapsed = days_between(*reference, *out.implant_date);
    if (!(std::abs(elapsed.value) <= kReferenceDateDays))
      return Error{ErrorCode::date_implausible,
                   "the implant date " + to_iso(out.implant_date->date) + " lies " + number(elapsed.value, "%.0f") +
                       " days from the strength's reference date " + to_iso(reference->date),
                   where_of(implant), "Give the right date with --implant-date."};
    out.decay_from_reference = decay_factor(model.half_life, elapsed);
  } else {
    out.warnings.push_back({"STRENGTH_DATE_UNKNOWN", "The strength has no reference date: it is taken as that at implant."});
  }
  if (implant.preop) {
    const std::optional<DateTime> planned_on = date_of(implant.preop->acquisition);
    if (planned_on && out.implant_date->date < planned_on->date)
      out.warnings.push_back({"DATES_IMPLAUSIBLE", "The implant date " + to_iso(out.implant_date->date) +
                                                       " lies before the image that the implant was planned on, of " +
                                                       to_iso(planned_on->date) + ": one of the dates is wrong."});
  }
  if (!implant.postop.empty()) {
    const std::optional<DateTime> scan = date_of(implant.postop.front().acquisition);
    if (scan) {
      const double days = days_between(*out.implant_date, *scan).value;
      // A scan of the implant's own day may carry an earlier clock time than the record.
      if (days < -1.0)
        return Error{ErrorCode::date_implausible,
                     "the implant date " + to_iso(out.implant_date->date) + " lies after the post-op scan of " + to_iso(scan->date),
                     where_of(implant), "Give the right date with --implant-date."};
      out.days_since_implant = std::max(0.0, days);
      if (days > kLateScanDays)
        out.warnings.push_back({"DATES_IMPLAUSIBLE", "The post-op scan of " + to_iso(scan->date) + " was taken " + number(days, "%.0f") +
                                                         " days after the implant: one of the dates may be wrong."});
      out.fraction_delivered = delivered_fraction(model.half_life, Days{*out.days_since_implant});
    } else {
      out.warnings.push_back({"SCAN_DATE_UNKNOWN", "The post-op scan carries no date: days since implant are not given."});
    }
  }
  return out;
}

}  // namespace seedaudit
