// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "io/case_draft.h"
#include "io/dicom_dose.h"
#include "io/dose_histograms.h"

namespace seedaudit {
namespace {

std::string file_name(const std::string& path) { return std::filesystem::path(path).filename().string(); }

struct DoseCandidate {
  const IndexedObject* object = nullptr;
  bool refers = false;  ///< to the plan; else it only shares its frame of reference
};

/// A dose of this plan whose frame of reference, or whose study's images, contradict it.
Status check_frame(const CaseDraft& draft, const IndexedObject& o, bool refers, bool fits) {
  const auto mismatch = [&](const char* what) {
    return Error{ErrorCode::frame_mismatch, what, o.path,
                 "its coordinates cannot be trusted on that image; export both again from one system"};
  };
  if (o.frame_of_reference_uid.empty() || fits) return ok_status();
  if (refers && !draft.plan_frame.empty()) return mismatch("the dose and the plan it was computed for have different frames of reference");
  const auto in_scan = [&](const Scan& s) { return s.frame_uid == o.frame_of_reference_uid; };
  const auto same_study = [&](const SeriesInfo& s) {
    return !s.study_instance_uid.empty() && s.study_instance_uid == o.study_instance_uid;
  };
  if (std::none_of(draft.pool.scans.begin(), draft.pool.scans.end(), in_scan) &&
      std::any_of(draft.pool.catalog.begin(), draft.pool.catalog.end(), same_study))
    return mismatch("the dose shares no frame of reference with the images of its study");
  return ok_status();
}

/// Doses that may be of this plan, the best first: one that refers to it, then the latest.
Result<std::vector<DoseCandidate>> candidates_of(const CaseDraft& draft) {
  std::vector<DoseCandidate> out;
  const auto& plan = draft.implant.plan;
  for (const auto* o : objects_of(draft.pool.index, ObjectKind::rt_dose)) {
    const bool refers = plan && !o->referenced_plan_uid.empty() && o->referenced_plan_uid == plan->sop_instance_uid;
    const bool fits = !o->frame_of_reference_uid.empty() && o->frame_of_reference_uid == draft.plan_frame;
    if (const Status s = check_frame(draft, *o, refers, fits); !s) return s.error();
    if (!refers && !fits) continue;
    // A dose of another plan is not this plan's.
    if (!refers && !o->referenced_plan_uid.empty() && plan && !plan->sop_instance_uid.empty()) continue;
    out.push_back({o, refers});
  }
  std::stable_sort(out.begin(), out.end(), [](const DoseCandidate& a, const DoseCandidate& b) {
    if (a.refers != b.refers) return a.refers;
    if (!b.object->object_date) return a.object->object_date.has_value();
    return a.object->object_date && days_between(*b.object->object_date, *a.object->object_date).value > 0.0;
  });
  return out;
}

/// Histograms stored with one dose, where they are of the structures of this case.
void take_histograms(CaseDraft& draft, const std::string& path) {
  if (!draft.implant.planning_histograms.empty()) return;
  auto read = read_dose_histograms(path);
  if (!read) return;  // what is wrong with the file was said when its grid was read
  for (const Warning& w : read->warnings) draft.warn(w.code, file_name(path) + ": " + w.message);
  if (read->histograms.empty()) return;
  const std::string& own = draft.implant.structures ? draft.implant.structures->sop_instance_uid : std::string();
  // A ROI number means something only in its own structure set.
  if (!draft.implant.structures || (!read->structure_set_uid.empty() && read->structure_set_uid != own)) {
    draft.warn("DVH_PASSED_OVER", file_name(path) + ": its histograms are of another structure set than the one used");
    return;
  }
  draft.decide("planning_histograms", std::to_string(read->histograms.size()) + " in " + file_name(path),
               read->structure_set_uid.empty() ? "stored with the dose; matched by ROI number, the structure set is not stated"
                                               : "stored with the dose; they refer to the structure set used");
  draft.implant.planning_histograms = std::move(read->histograms);
}

Status take_grid(CaseDraft& draft, const std::string& path, const std::string& reason, bool named) {
  auto dose = read_dose<PlanFrame>(path);
  if (!dose) {
    if (named) return dose.error();
    // The planning system's dose is a comparison, no stage needs it.
    draft.warn("DOSE_PASSED_OVER", file_name(path) + ": " + dose.error().what);
    return ok_status();
  }
  if (!dose->frame_of_reference_uid.empty() && !draft.plan_frame.empty() && dose->frame_of_reference_uid != draft.plan_frame)
    return Error{ErrorCode::frame_mismatch, "the dose has another frame of reference than the plan", path, "give the dose of this plan"};
  draft.claims.push_back({"dose", path, dose->patient_id, ""});
  for (const Warning& w : dose->warnings) draft.warn(w.code, "dose: " + w.message);
  draft.decide("dose", file_name(path), reason);
  if (const Status s = record_input(draft, "dose", dose->sop_instance_uid, {path}); !s) return s;
  draft.implant.planning_dose = std::move(dose).value();
  return ok_status();
}

}  // namespace

Status choose_dose(CaseDraft& draft) {
  if (draft.request.dose) {
    const std::string path = draft.request.dose->string();
    if (const Status s = take_grid(draft, path, "named by option or case.json", true); !s) return s;
    take_histograms(draft, path);
    return ok_status();
  }
  const auto candidates = candidates_of(draft);
  if (!candidates) return candidates.error();
  if (candidates->empty()) return ok_status();
  const DoseCandidate& best = candidates->front();
  if (const Status s =
          take_grid(draft, best.object->path, best.refers ? "it refers to the plan" : "it shares the plan's frame of reference", false);
      !s)
    return s;
  // Some systems store grid and histograms apart.
  for (const DoseCandidate& c : *candidates)
    if (c.refers || !best.refers) take_histograms(draft, c.object->path);
  return ok_status();
}

}  // namespace seedaudit
