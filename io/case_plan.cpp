// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "io/case_draft.h"
#include "io/csv_seeds.h"
#include "io/dicom_layout.h"
#include "io/dicom_plan.h"

namespace seedaudit {
namespace {

/// One RTPLAN of the case with what speaks for it.
struct PlanCandidate {
  ImplantPlan plan;
  const IndexedObject* object = nullptr;
  bool has_image = false;   ///< an image of the case shares its frame of reference
  bool later_scan = false;  ///< another scan of the case is not older than that image: the plan precedes an implant that was scanned
  bool referenced = false;  ///< a treatment record or a dose refers to it
  bool approved = false;
};

struct PlanPreference {
  const char* name;
  bool (*better)(const PlanCandidate&, const PlanCandidate&);
};

/// The first that tells two plans apart decides.
constexpr PlanPreference kPreferences[] = {
    {"an image of the case shares its frame of reference",
     [](const PlanCandidate& a, const PlanCandidate& b) { return a.has_image && !b.has_image; }},
    {"it was made before the scan of another frame of reference",
     [](const PlanCandidate& a, const PlanCandidate& b) { return a.later_scan && !b.later_scan; }},
    {"a dose or treatment record refers to it",
     [](const PlanCandidate& a, const PlanCandidate& b) { return a.referenced && !b.referenced; }},
    {"it is approved", [](const PlanCandidate& a, const PlanCandidate& b) { return a.approved && !b.approved; }},
    {"it is the latest",
     [](const PlanCandidate& a, const PlanCandidate& b) {
       if (!a.object->object_date || !b.object->object_date) return a.object->object_date.has_value() && !b.object->object_date.has_value();
       const auto& x = *a.object->object_date;
       const auto& y = *b.object->object_date;
       if (x.date != y.date) return x.date > y.date;
       return x.time_of_day.value_or(std::chrono::seconds{0}) > y.time_of_day.value_or(std::chrono::seconds{0});
     }},
};

const char* preferred(const PlanCandidate& a, const PlanCandidate& b) {
  for (const auto& p : kPreferences) {
    if (p.better(a, b)) return p.name;
    if (p.better(b, a)) return nullptr;
  }
  return nullptr;
}

void weigh(const CaseDraft& draft, PlanCandidate& c) {
  const Scan* own = nullptr;
  for (const Scan& scan : draft.pool.scans)
    if (!scan.frame_uid.empty() && scan.frame_uid == c.plan.frame_of_reference_uid) own = &scan;
  c.has_image = own != nullptr;
  for (const Scan& scan : draft.pool.scans)
    if (own && &scan != own && scan.has_ct && scan.date && own->date && scan.date->date >= own->date->date) c.later_scan = true;
  for (const auto& o : draft.pool.index.objects)
    if (!o.referenced_plan_uid.empty() && o.referenced_plan_uid == c.plan.sop_instance_uid) c.referenced = true;
  c.approved = is_approved(c.object->path);
}

bool is_dicom(const std::filesystem::path& path) {
  const auto layout = read_dicom_layout(path.string());
  return layout && layout->has_value();
}

/// The seed list as positions for a plan that has none, where it is not declared to be something else.
Result<std::optional<ImplantPlan>> seed_list_as_plan(const CaseDraft& draft) {
  if (!draft.request.seeds || draft.request.seeds_frame.value_or("plan") == "postop") return std::optional<ImplantPlan>();
  auto plan = read_seed_plan(*draft.request.seeds);
  if (!plan) return plan.error();
  return std::optional<ImplantPlan>(std::move(plan).value());
}

Status take_plan(CaseDraft& draft, ImplantPlan plan, const std::string& reason) {
  draft.plan_frame = plan.frame_of_reference_uid;
  // A seed list is no object of the archive: that it states no patient says nothing.
  if (!plan.sop_instance_uid.empty() || !plan.patient_id.empty())
    draft.claims.push_back({"plan", plan.path, plan.patient_id, plan.patient_name});
  draft.seed_list_is_plan = draft.seed_list_is_plan || std::any_of(plan.warnings.begin(), plan.warnings.end(),
                                                                   [](const Warning& w) { return w.code == "POSITIONS_FROM_LIST"; });
  draft.add_warnings(plan.warnings);
  draft.decide("plan", std::filesystem::path(plan.path).filename().string(), reason);
  if (const Status s = record_input(draft, "plan", plan.sop_instance_uid, {plan.path}); !s) return s;
  draft.implant.plan = std::move(plan);
  return ok_status();
}

/// The seed list as the plan: no RTPLAN of the case holds positions.
Status take_seed_list(CaseDraft& draft, ImplantPlan list) {
  draft.decide("seeds", "planned seeds, pre-op frame of reference",
               draft.request.seeds_frame ? "seeds_frame says so" : "the case has no RTPLAN with positions; seeds_frame overrides");
  draft.seed_list_is_plan = true;
  return take_plan(draft, std::move(list), "the seed list is the plan");
}

}  // namespace

Status choose_plan(CaseDraft& draft) {
  const CaseRequest& request = draft.request;
  auto list = seed_list_as_plan(draft);
  if (!list) return list.error();
  PlanReadOptions options;
  options.strength_given = request.strength_u || request.activity_mci || request.activity_mbq;
  options.seed_list = *list;

  if (request.plan) {
    if (std::filesystem::is_directory(*request.plan))
      return Error{ErrorCode::unreadable_file, "the plan is a folder, not a file", request.plan->string(),
                   "name the RTPLAN file itself, or a CSV of planned seeds"};
    if (std::filesystem::exists(*request.plan) && !is_dicom(*request.plan)) {
      auto plan = read_seed_plan(*request.plan);
      if (!plan) return plan.error();
      return take_plan(draft, std::move(plan).value(), "named by option or case.json (CSV)");
    }
    auto plan = read_plan(*request.plan, options);
    if (!plan) return plan.error();
    return take_plan(draft, std::move(plan).value(), "named by option or case.json");
  }

  std::vector<PlanCandidate> candidates;
  std::optional<Error> unsupported;
  for (const IndexedObject* object : objects_of(draft.pool.index, ObjectKind::rt_plan)) {
    std::error_code problem;
    if (request.earlier_plan && std::filesystem::equivalent(object->path, *request.earlier_plan, problem)) continue;
    auto plan = read_plan(object->path, options);
    if (plan) {
      candidates.push_back({std::move(plan).value(), object});
      continue;
    }
    // An external-beam or afterloading plan is no business of this audit; a permanent one that cannot be used is.
    if (plan.error().code != ErrorCode::plan_unsupported) return plan.error();
    unsupported = plan.error();
    draft.warn("PLAN_PASSED_OVER", std::filesystem::path(object->path).filename().string() + ": " + plan.error().what);
  }
  if (candidates.empty()) {
    if (list->has_value()) return take_seed_list(draft, std::move(**list));
    if (unsupported) return *unsupported;
    draft.warn("PLAN_ABSENT", "the case has no plan: nothing is compared with one");
    return ok_status();
  }
  for (const auto& c : candidates)
    for (const auto& other : candidates)
      if (!c.plan.patient_id.empty() && !other.plan.patient_id.empty() && c.plan.patient_id != other.plan.patient_id)
        return Error{ErrorCode::patient_mismatch, "the case holds plans of different patients (Patient ID differs)",
                     c.plan.path + " and " + other.plan.path, "give the folder of one patient, or name the plan with --plan"};
  for (auto& c : candidates) weigh(draft, c);
  std::size_t best = 0;
  for (std::size_t i = 1; i < candidates.size(); ++i)
    if (preferred(candidates[i], candidates[best]) != nullptr) best = i;
  std::string reason = "the only plan of a permanent implant in the case";
  if (candidates.size() > 1) {
    const char* why = nullptr;
    for (std::size_t i = 0; i < candidates.size(); ++i)
      if (i != best) {
        why = preferred(candidates[best], candidates[i]);
        if (why == nullptr) break;
      }
    reason = "of " + std::to_string(candidates.size()) + " plans: " + (why != nullptr ? why : "the first, nothing tells it from another");
    draft.warn(why != nullptr ? "PLANS_SEVERAL" : "PLAN_AMBIGUOUS",
               "the case has " + std::to_string(candidates.size()) + " plans; used is " +
                   std::filesystem::path(candidates[best].object->path).filename().string() + " (" + reason + "); --plan overrides");
  }
  return take_plan(draft, std::move(candidates[best].plan), reason);
}

}  // namespace seedaudit
