// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "io/case_draft.h"
#include "io/case_record.h"
#include "io/csv_points.h"
#include "io/csv_seeds.h"
#include "io/plan_channel.h"
#include "io/registration_file.h"
#include "io/target_choice.h"
#include "io/text_file.h"
#include "io/treatment_record.h"

namespace seedaudit {
namespace {

std::string name_of_file(const std::string& path) { return std::filesystem::path(path).filename().string(); }

std::optional<DateTime> scan_date(const CaseDraft& draft) {
  if (draft.postop.empty() || !draft.postop.front().info()) return std::nullopt;
  return date_of_series(*draft.postop.front().info());
}

/// The treatment record of this plan; of several the earliest, because sources stay.
Result<std::optional<TreatmentRecord>> find_record(CaseDraft& draft) {
  std::optional<TreatmentRecord> found;
  std::set<std::chrono::sys_days> dates;
  for (const IndexedObject* o : objects_of(draft.pool.index, ObjectKind::treatment_record)) {
    auto record = read_treatment_record(o->path);
    if (!record) {
      if (record.error().code == ErrorCode::wrong_modality) continue;  // of external beam
      return record.error();
    }
    const auto& plan = draft.implant.plan;
    if (plan && !plan->sop_instance_uid.empty() && !record->referenced_plan_uid.empty() &&
        record->referenced_plan_uid != plan->sop_instance_uid) {
      draft.warn("TREATMENT_RECORD_PASSED_OVER", "a treatment record refers to another plan and was not used: " + name_of_file(o->path));
      continue;
    }
    if (record->treatment_date) dates.insert(record->treatment_date->date);
    const bool earlier =
        found && record->treatment_date && (!found->treatment_date || record->treatment_date->date < found->treatment_date->date);
    if (!found || earlier) found = std::move(record).value();
  }
  if (dates.size() > 1)
    draft.warn("TREATMENT_RECORDS_SEVERAL",
               "the case has treatment records of " + std::to_string(dates.size()) + " dates; the earliest counts");
  return found;
}

/// Option > case.json > treatment record > the plan's strength reference date, assumed. A CT date is never taken for it.
Status settle_implant_date(CaseDraft& draft, const std::optional<TreatmentRecord>& record) {
  ImplantStrength& strength = draft.implant.strength;
  if (draft.implant.plan) strength.strength_reference_date = draft.implant.plan->strength_reference_date;
  std::string reason;
  if (draft.request.implant_date) {
    strength.implant_date = DateTime{*parse_date(*draft.request.implant_date), std::nullopt};
    strength.implant_date_source = draft.request.implant_date_from_case_file ? "case.json" : "option";
    reason = "given";
  } else if (record && record->treatment_date) {
    strength.implant_date = record->treatment_date;
    strength.implant_date_source = "treatment_record";
    reason = "date of the RT Brachy Treatment Record";
  } else if (strength.strength_reference_date) {
    strength.implant_date = strength.strength_reference_date;
    strength.implant_date_source = "plan_strength_reference_date";
    strength.implant_date_assumed = true;
    reason = "assumed: the plan's Source Strength Reference Date; nothing states the implant date";
  }
  if (!strength.implant_date) return ok_status();
  draft.decide("implant_date", to_iso(strength.implant_date->date), reason);
  const auto scan = scan_date(draft);
  if (scan && strength.implant_date->date > scan->date)
    return Error{ErrorCode::date_implausible,
                 "the implant date " + to_iso(strength.implant_date->date) + " (" + strength.implant_date_source +
                     ") lies after the post-op scan of " + to_iso(scan->date),
                 draft.implant.plan ? draft.implant.plan->path : draft.request.path.string(), "give the right date with --implant-date"};
  if (strength.strength_reference_date) {
    const double days = days_between(*strength.strength_reference_date, *strength.implant_date).value;
    if (std::abs(days) > 365.0)
      draft.warn("STRENGTH_DATE_FAR", "the strength's reference date " + to_iso(strength.strength_reference_date->date) + " lies " +
                                          std::to_string(std::lround(std::abs(days))) + " days from the implant date");
  }
  return ok_status();
}

Status settle_strength(CaseDraft& draft) {
  ImplantStrength& strength = draft.implant.strength;
  const CaseRequest& r = draft.request;
  if (r.source && is_source_file(*r.source)) {
    auto text = read_text_file(*r.source, "source file");
    if (!text) return text.error();
    strength.source_file = name_of_file(*r.source);
    strength.source_file_text = std::move(text).value();
  } else if (r.source) {
    strength.source_id = *r.source;
    draft.decide("source_model", *r.source, "named by option or case.json");
  }
  if (r.strength_u) strength.stated_per_seed = StatedStrength{*r.strength_u, StrengthUnit::u};
  if (r.activity_mci) strength.stated_per_seed = StatedStrength{*r.activity_mci, StrengthUnit::mci};
  if (r.activity_mbq) strength.stated_per_seed = StatedStrength{*r.activity_mbq, StrengthUnit::mbq};
  if (strength.stated_per_seed) {
    char value[32];
    std::snprintf(value, sizeof value, "%g ", strength.stated_per_seed->value);
    draft.decide("strength", value + std::string(to_string(strength.stated_per_seed->unit)) + " a seed", "given; replaces the plan's");
  }
  if (const auto& plan = draft.implant.plan) {
    strength.isotope = plan->isotope;
    strength.plan_half_life = plan->half_life;
  }
  return ok_status();
}

void settle_prescription(CaseDraft& draft) {
  const auto& plan = draft.implant.plan;
  const auto shown = [](double gy) {
    char text[32];
    std::snprintf(text, sizeof text, "%g Gy", gy);
    return std::string(text);
  };
  if (draft.request.rx_gy) {
    draft.implant.prescription = Gy{*draft.request.rx_gy};
    draft.decide("prescription", shown(*draft.request.rx_gy), "given");
    if (plan && plan->prescription && std::abs(plan->prescription->value - *draft.request.rx_gy) > 0.01 * *draft.request.rx_gy)
      draft.warn("PRESCRIPTION_DIFFERS",
                 "the plan prescribes " + shown(plan->prescription->value) + ", given is " + shown(*draft.request.rx_gy));
  } else if (plan && plan->prescription) {
    draft.implant.prescription = plan->prescription;
    draft.decide("prescription", shown(plan->prescription->value), "from the plan");
  }
}

template <class F>
std::vector<NamedRoi> rois_of(const StructureSet<F>& set) {
  std::vector<NamedRoi> rois;
  for (const auto& s : set.structures) rois.push_back({s.number, s.name, s.interpreted_type, !s.contours.empty()});
  return rois;
}

Status settle_targets(CaseDraft& draft) {
  const ImplantCase& c = draft.implant;
  if (!c.structures && !c.postop_structures) {
    if (!draft.request.targets.empty())
      return Error{ErrorCode::target_not_found, "a target is named but the case has no structures", draft.request.path.string(),
                   "give the structure set with --structures or --postop-structures"};
    return ok_status();
  }
  const std::vector<TargetReference> references = c.plan ? c.plan->targets : std::vector<TargetReference>();
  // A ROI number means something only in the structure set the plan was made with.
  const std::string referred = c.plan ? c.plan->referenced_structure_set_uid : std::string();
  const bool numbers_hold = c.structures && (referred.empty() || referred == c.structures->sop_instance_uid);
  auto choice = c.structures
                    ? choose_targets(rois_of(*c.structures), draft.request.targets, references, numbers_hold, c.structures->path)
                    : choose_targets(rois_of(*c.postop_structures), draft.request.targets, references, false, c.postop_structures->path);
  if (!choice) return choice.error();
  draft.add_warnings(choice->warnings);
  std::string names;
  for (const auto& n : choice->names) names += (names.empty() ? "" : ", ") + n;
  draft.decide("target", names, choice->reason);
  draft.implant.targets = choice->names;
  return ok_status();
}

}  // namespace

Status settle_facts(CaseDraft& draft) {
  const auto& record = draft.record;
  RecordCounts& counts = draft.implant.records;
  counts = {draft.request.implanted, draft.request.issued, draft.request.returned};
  if (!counts.implanted && record && record->implanted) {
    counts.implanted = record->implanted;
    draft.decide("implanted", std::to_string(*record->implanted), "positions in the RT Brachy Treatment Record");
  }
  if (!counts.implanted && counts.issued && counts.returned) {
    counts.implanted = *counts.issued - *counts.returned;
    draft.decide("implanted", std::to_string(*counts.implanted), "issued less returned");
  }
  if (const Status s = settle_implant_date(draft, record); !s) return s;
  if (const Status s = settle_strength(draft); !s) return s;
  if (draft.request.entry) draft.implant.needle_entry = Point<CtFrame>{*parse_place(*draft.request.entry)};
  if (const Status s = compare_record(draft); !s) return s;
  settle_prescription(draft);
  return settle_targets(draft);
}

Status read_side_files(CaseDraft& draft) {
  const CaseRequest& r = draft.request;
  if (r.seeds && !draft.seed_list_is_plan) {
    if (r.seeds_frame.value_or("postop") == "plan")
      return Error{ErrorCode::invalid_option, "the seed list is said to hold the planned seeds, but the plan has positions of its own",
                   r.seeds->string(), "leave out the plan, or the list"};
    auto seeds = read_given_seeds(*r.seeds);
    if (!seeds) return seeds.error();
    std::vector<GivenSeed> kept;
    for (auto& s : *seeds)
      if (std::none_of(kept.begin(), kept.end(), [&](const GivenSeed& k) { return distance_mm(k.center, s.center) < kSamePlaceMm; }))
        kept.push_back(std::move(s));
    if (kept.size() != seeds->size())
      draft.warn("DUPLICATE_POSITIONS",
                 std::to_string(seeds->size() - kept.size()) + " rows of the seed list repeat a place and were left out");
    draft.decide("seeds", std::to_string(kept.size()) + " seeds found, post-op frame of reference",
                 r.seeds_frame ? "seeds_frame says so"
                               : "the plan has positions of its own, so the list holds the seeds found; seeds_frame overrides");
    if (const Status s = record_input(draft, "seeds", "", {r.seeds->string()}); !s) return s;
    draft.implant.given_seeds = std::move(kept);
  } else if (r.seeds && draft.implant.plan && draft.implant.plan->path != r.seeds->string()) {
    if (const Status s = record_input(draft, "seeds", "", {r.seeds->string()}); !s) return s;
  }
  if (r.landmarks) {
    auto pairs = read_landmarks(*r.landmarks);
    if (!pairs) return pairs.error();
    draft.implant.landmarks = std::move(pairs).value();
    if (const Status s = record_input(draft, "landmarks", "", {r.landmarks->string()}); !s) return s;
  }
  auto record = find_record(draft);
  if (!record) return record.error();
  draft.record = std::move(record).value();
  if (draft.record) {
    draft.claims.push_back({"treatment_record", draft.record->path, draft.record->patient_id, ""});
    if (const Status s = record_input(draft, "treatment_record", draft.record->sop_instance_uid, {draft.record->path}); !s) return s;
  }
  if (const auto file = r.registration_file(); file && is_landmark_list(*file)) {
    auto pairs = read_landmarks(*file);
    if (!pairs) return pairs.error();
    draft.implant.registration_landmarks = std::move(pairs).value();
    draft.decide("registration", name_of_file(file->string()), "given as landmark pairs");
    if (const Status s = record_input(draft, "registration", "", {file->string()}); !s) return s;
  } else if (file) {
    const RegistrationFrames frames{draft.plan_frame, draft.postop.empty() ? std::string() : draft.postop.front().frame_uid()};
    auto registration = read_registration(*file, frames);
    if (!registration) return registration.error();
    draft.implant.given_registration = *registration;
    draft.decide("registration", name_of_file(file->string()), "given");
    if (const Status s = record_input(draft, "registration", "", {file->string()}); !s) return s;
  }
  return ok_status();
}

Status check_patient(CaseDraft& draft) {
  const PatientClaim* first = nullptr;
  std::set<std::string> names;
  bool unstated = false;
  for (const auto& claim : draft.claims) {
    if (!claim.name.empty()) names.insert(claim.name);
    if (claim.id.empty()) {
      unstated = true;
      continue;
    }
    if (!first) first = &claim;
    if (claim.id != first->id)
      return Error{ErrorCode::patient_mismatch, first->role + " and " + claim.role + " are of different patients (Patient ID differs)",
                   first->where + " and " + claim.where, "remove what is not this patient's from the case"};
  }
  if (first) {
    draft.implant.patient_id = first->id;
    for (const auto& claim : draft.claims)
      if (draft.implant.patient_name.empty()) draft.implant.patient_name = claim.name;
  }
  // The texts name no patient: warnings go to the report.
  if (names.size() > 1) draft.warn("PATIENT_NAME_DIFFERS", "the objects of the case spell the patient's name differently");
  if (unstated && first)
    draft.warn("PATIENT_UNVERIFIED", "some objects of the case state no Patient ID; that they belong together is not proven");
  return ok_status();
}

}  // namespace seedaudit
