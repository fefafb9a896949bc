// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "io/case_draft.h"
#include "io/dicom_structures.h"

namespace seedaudit {
namespace {

std::string file_name(const std::string& path) { return std::filesystem::path(path).filename().string(); }

/// The image series of the case that a structure set was drawn on.
const SeriesInfo* image_of(const CaseDraft& draft, const IndexedObject& object) {
  for (const auto& uid : object.referenced_series_uids)
    for (const auto& s : draft.pool.catalog)
      if (s.series_instance_uid == uid) return &s;
  return nullptr;
}

Error frame_mismatch(const IndexedObject& object, const std::string& what) {
  return Error{ErrorCode::frame_mismatch, what, object.path,
               "its coordinates cannot be trusted on that image; export both again from one system"};
}

/// A structure set of the case whose own image states another frame of reference is refused: contours would lie somewhere else.
Status check_own_image(const CaseDraft& draft, const IndexedObject& object) {
  if (object.frame_of_reference_uid.empty()) return ok_status();
  if (const SeriesInfo* image = image_of(draft, object)) {
    if (!image->frame_of_reference_uid.empty() && image->frame_of_reference_uid != object.frame_of_reference_uid)
      return frame_mismatch(object, "the structure set and the image it was drawn on have different frames of reference");
    return ok_status();
  }
  if (!object.referenced_series_uids.empty()) return ok_status();  // drawn on an image that is not in the case
  const auto known = [&](const Scan& scan) { return scan.frame_uid == object.frame_of_reference_uid; };
  if (std::any_of(draft.pool.scans.begin(), draft.pool.scans.end(), known)) return ok_status();
  const auto same_study = [&](const SeriesInfo& s) {
    return !s.study_instance_uid.empty() && s.study_instance_uid == object.study_instance_uid;
  };
  if (object.frame_of_reference_uid != draft.plan_frame && std::any_of(draft.pool.catalog.begin(), draft.pool.catalog.end(), same_study))
    return frame_mismatch(object, "the structure set shares no frame of reference with the images of its study");
  return ok_status();
}

/// Frame of reference of a structure set: its own, else that of its image.
std::string frame_of(const CaseDraft& draft, const IndexedObject& object) {
  if (!object.frame_of_reference_uid.empty()) return object.frame_of_reference_uid;
  const SeriesInfo* image = image_of(draft, object);
  return image ? image->frame_of_reference_uid : std::string();
}

struct StructuresPick {
  const IndexedObject* object = nullptr;
  std::string reason;
};

/// Of several structure sets of one frame: the one the plan refers to, then an approved one, then the latest.
StructuresPick pick(CaseDraft& draft, const std::vector<const IndexedObject*>& candidates, const std::string& role) {
  if (candidates.empty()) return {};
  if (candidates.size() == 1) return {candidates.front(), "the only structure set of that frame of reference"};
  if (draft.implant.plan)
    for (const auto* c : candidates)
      if (!c->sop_instance_uid.empty() && c->sop_instance_uid == draft.implant.plan->referenced_structure_set_uid)
        return {c, "the plan refers to it"};
  std::vector<const IndexedObject*> left;
  for (const auto* c : candidates)
    if (is_approved(c->path)) left.push_back(c);
  const bool approved = !left.empty();
  if (!approved) left = candidates;
  const IndexedObject* best = left.front();
  for (const auto* c : left)
    if (c->object_date && (!best->object_date || days_between(*best->object_date, *c->object_date).value > 0.0)) best = c;
  const std::string reason =
      std::string("of ") + std::to_string(candidates.size()) + " structure sets the latest" + (approved ? " that is approved" : "");
  draft.warn("STRUCTURES_SEVERAL", role + ": " + file_name(best->path) + ", " + reason + "; --" +
                                       (role == "structures" ? "structures" : "postop-structures") + " overrides");
  return {best, reason};
}

/// Frame of the newest CT: where a case has no plan, contours there are post-op contours.
std::string newest_ct_frame(const CaseDraft& draft) {
  const Scan* newest = nullptr;
  for (const Scan& scan : draft.pool.scans)
    if (scan.has_ct && (!newest || (scan.date && (!newest->date || scan.date->date > newest->date->date)))) newest = &scan;
  return newest ? newest->frame_uid : std::string();
}

template <class F>
Status take(CaseDraft& draft, const std::string& path, const std::string& role, const std::string& reason,
            std::optional<StructureSet<F>>& out) {
  auto set = read_structures<F>(path);
  if (!set) return set.error();
  draft.claims.push_back({role, path, set->patient_id, set->patient_name});
  for (const Warning& w : set->warnings) draft.warn(w.code, role + ": " + w.message);
  draft.decide(role, file_name(path), reason);
  if (const Status s = record_input(draft, role, set->sop_instance_uid, {path}); !s) return s;
  out = std::move(set).value();
  return ok_status();
}

}  // namespace

Status choose_structures(CaseDraft& draft) {
  std::string path;
  std::string reason;
  if (draft.request.structures) {
    path = draft.request.structures->string();
    reason = "named by option or case.json";
  } else {
    const auto all = objects_of(draft.pool.index, ObjectKind::rt_structures);
    std::vector<const IndexedObject*> candidates;
    for (const auto* o : all) {
      if (const Status s = check_own_image(draft, *o); !s) return s;
      const bool named =
          draft.implant.plan && !o->sop_instance_uid.empty() && o->sop_instance_uid == draft.implant.plan->referenced_structure_set_uid;
      const std::string frame = frame_of(draft, *o);
      if (named && !draft.plan_frame.empty() && !frame.empty() && frame != draft.plan_frame)
        return frame_mismatch(*o, "the plan refers to this structure set, which has another frame of reference");
      const bool fits =
          draft.plan_frame.empty() ? (draft.implant.plan ? true : frame != newest_ct_frame(draft)) : frame == draft.plan_frame;
      if (named || fits) candidates.push_back(o);
    }
    const StructuresPick choice = pick(draft, candidates, "structures");
    if (!choice.object) {
      draft.warn("STRUCTURES_ABSENT", "the case has no structure set in the frame of reference of the plan");
      return ok_status();
    }
    path = choice.object->path;
    reason = choice.reason;
  }
  if (const Status s = take(draft, path, "structures", reason, draft.implant.structures); !s) return s;
  const auto& set = *draft.implant.structures;
  draft.structures_series_uid = set.referenced_series_uid;
  if (!draft.plan_frame.empty() && !set.frame_of_reference_uid.empty() && set.frame_of_reference_uid != draft.plan_frame)
    return Error{ErrorCode::frame_mismatch, "plan and structure set have different frames of reference", path,
                 "give the structure set the plan was made on"};
  if (draft.plan_frame.empty()) draft.plan_frame = set.frame_of_reference_uid;
  return ok_status();
}

Status choose_postop_structures(CaseDraft& draft) {
  const std::string frame = draft.postop.empty() ? std::string() : draft.postop.front().frame_uid();
  if (draft.request.postop_structures) {
    const std::string path = draft.request.postop_structures->string();
    if (const Status s = take(draft, path, "postop_structures", "named by option or case.json", draft.implant.postop_structures); !s)
      return s;
    const std::string& own = draft.implant.postop_structures->frame_of_reference_uid;
    if (!own.empty() && !frame.empty() && own != frame)
      return Error{ErrorCode::frame_mismatch, "the post-op structure set and the post-op CT have different frames of reference", path,
                   "give the structure set that was drawn on this CT"};
    return ok_status();
  }
  // In a frame that the pre-op image names too, only its image tells what a set was drawn on.
  const bool shared = frame == draft.plan_frame;
  const auto drawn_on_postop = [&](const IndexedObject& o) {
    const SeriesInfo* image = image_of(draft, o);
    return std::any_of(draft.postop.begin(), draft.postop.end(),
                       [&](const ImageChoice& p) { return image && image->series_instance_uid == p.series_uid(); });
  };
  // Where the plan was made on the post-op CT itself, its structure set already is the post-op one.
  if (frame.empty() || draft.implant.plan_in_postop_frame) return ok_status();
  std::vector<const IndexedObject*> candidates;
  for (const auto* o : objects_of(draft.pool.index, ObjectKind::rt_structures)) {
    if (draft.implant.structures && o->path == draft.implant.structures->path) continue;
    if (shared ? drawn_on_postop(*o) : frame_of(draft, *o) == frame)
      candidates.push_back(o);
    else if (frame_of(draft, *o) != draft.plan_frame)
      draft.warn("STRUCTURES_PASSED_OVER", file_name(o->path) + " lies in a frame of reference that neither plan nor post-op CT has");
  }
  const StructuresPick choice = pick(draft, candidates, "postop_structures");
  if (!choice.object) return ok_status();
  return take(draft, choice.object->path, "postop_structures", choice.reason, draft.implant.postop_structures);
}

}  // namespace seedaudit
