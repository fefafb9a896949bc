// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <utility>

#include "io/case_draft.h"
#include "io/csv_seeds.h"
#include "io/dicom_layout.h"
#include "io/dicom_plan.h"
#include "io/text_file.h"

namespace seedaudit {
namespace {

Result<ImplantPlan> read_list(const std::filesystem::path& path) {
  const auto layout = read_dicom_layout(path.string());
  return layout && layout->has_value() ? read_plan(path) : read_seed_plan(path);
}

/// The seeds as they lie, each with its own strength or, where the list states none, the mean of the plan that they were implanted by.
Result<ImplantPlan> seeds_of_plan(const std::filesystem::path& seeds, ImplantPlan plan) {
  auto list = read_seed_plan(seeds);
  if (!list) return list.error();
  AirKermaU mean;
  for (const PlannedSeed& s : plan.seeds) mean = mean + s.strength / static_cast<double>(plan.seeds.size());
  for (PlannedSeed& s : list->seeds)
    if (!s.stated_strength) s.strength = mean;
  plan.seeds = std::move(list->seeds);
  plan.needle_names = std::move(list->needle_names);
  plan.frame_of_reference_uid.clear();  // where the seeds were seen, not where they were planned
  plan.warnings.insert(plan.warnings.end(), list->warnings.begin(), list->warnings.end());
  return plan;
}

/// A plan states its frame of reference, a list does not.
Status settle_frame(const CaseDraft& draft, EarlierImplant& earlier) {
  const std::string& own = earlier.list.frame_of_reference_uid;
  const std::string postop = draft.postop.empty() ? std::string() : draft.postop.front().frame_uid();
  if (draft.request.earlier_frame) {
    earlier.frame = *draft.request.earlier_frame == "postop" ? SeedListFrame::postop : SeedListFrame::preop;
    earlier.frame_reason = "given";
  }
  if (own.empty()) return ok_status();
  const bool is_preop = own == draft.plan_frame, is_postop = own == postop;
  const bool fits = earlier.frame == SeedListFrame::preop    ? is_preop
                    : earlier.frame == SeedListFrame::postop ? is_postop
                                                             : is_preop || is_postop;
  if (!fits)
    return Error{ErrorCode::frame_mismatch,
                 "the earlier plan lies in a frame of reference that " +
                     std::string(earlier.frame == SeedListFrame::unstated ? "neither the pre-op image nor the post-op CT has"
                                 : earlier.frame == SeedListFrame::preop  ? "the pre-op image does not have"
                                                                          : "the post-op CT does not have"),
                 earlier.list.path,
                 "give its seeds where they lie on one of these images with --earlier-seeds, for instance from the audit of that implant"};
  if (earlier.frame != SeedListFrame::unstated) return ok_status();
  earlier.frame = is_preop ? SeedListFrame::preop : SeedListFrame::postop;
  earlier.frame_reason =
      is_preop ? "the earlier plan has the pre-op frame of reference" : "the earlier plan has the post-op frame of reference";
  return ok_status();
}

Status settle_source(const CaseRequest& r, ImplantStrength& strength) {
  if (!r.earlier_source) return ok_status();
  if (!is_source_file(*r.earlier_source)) {
    strength.source_id = *r.earlier_source;
    return ok_status();
  }
  auto text = read_text_file(*r.earlier_source, "source file");
  if (!text) return text.error();
  strength.source_file = std::filesystem::path(*r.earlier_source).filename().string();
  strength.source_file_text = std::move(text).value();
  return ok_status();
}

}  // namespace

Status read_earlier(CaseDraft& draft) {
  const CaseRequest& r = draft.request;
  if (!r.earlier_plan && !r.earlier_seeds) return ok_status();
  EarlierImplant earlier;
  auto list = r.earlier_plan ? read_list(*r.earlier_plan) : read_seed_plan(*r.earlier_seeds);
  if (!list) return list.error();
  draft.claims.push_back({"earlier implant", list->path, list->patient_id, list->patient_name});
  if (list->patient_id.empty()) draft.claims.pop_back();  // a seed list is no object of the archive: that it states no patient says nothing
  if (r.earlier_plan && r.earlier_seeds) {
    list = seeds_of_plan(*r.earlier_seeds, std::move(list).value());
    if (!list) return list.error();
  }
  earlier.list = std::move(list).value();
  for (const auto& [role, path] : {std::pair{"earlier_plan", r.earlier_plan}, std::pair{"earlier_seeds", r.earlier_seeds}})
    if (path)
      if (const Status s =
              record_input(draft, role, role == std::string("earlier_plan") ? earlier.list.sop_instance_uid : "", {path->string()});
          !s)
        return s;
  if (const Status s = settle_frame(draft, earlier); !s) return s;
  if (const Status s = settle_source(r, earlier.strength); !s) return s;
  earlier.strength.isotope = earlier.list.isotope;
  earlier.strength.plan_half_life = earlier.list.half_life;
  earlier.strength.strength_reference_date = earlier.list.strength_reference_date;
  if (r.earlier_date) {
    earlier.strength.implant_date = DateTime{*parse_date(*r.earlier_date), std::nullopt};
    earlier.strength.implant_date_source = "option";
    // A list of seeds gives strengths at their implant.
    if (!earlier.strength.strength_reference_date) earlier.strength.strength_reference_date = earlier.strength.implant_date;
  }
  for (const Warning& w : earlier.list.warnings) draft.warn(w.code, "earlier implant: " + w.message);
  draft.decide("earlier_implant", std::to_string(earlier.list.seeds.size()) + " seeds",
               "given; their dose is added by name, never to the figures of this implant");
  draft.implant.earlier = std::move(earlier);
  return ok_status();
}

}  // namespace seedaudit
