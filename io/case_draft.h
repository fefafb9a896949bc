// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "core/implant_case.h"
#include "core/progress.h"
#include "core/result.h"
#include "io/case_request.h"
#include "io/dicom_index.h"
#include "io/scan_choice.h"
#include "io/series_catalog.h"
#include "io/treatment_record.h"

/// A case while it is being put together: read_case() runs the steps below in order (docs/algorithms/choosing_inputs.md).
namespace seedaudit {

/// Image series and other objects below one path.
struct ObjectPool {
  DicomIndex index;
  std::vector<SeriesInfo> catalog;
  std::vector<Scan> scans;
};

/// One image to be read: a catalogued series, or a volume file.
struct ImageChoice {
  const ObjectPool* pool = nullptr;
  std::size_t series = 0;  ///< into pool->catalog
  std::string file;        ///< NIfTI, NRRD, MetaImage; then pool is null

  const SeriesInfo* info() const { return pool != nullptr ? &pool->catalog[series] : nullptr; }
  std::string frame_uid() const { return pool != nullptr ? info()->frame_of_reference_uid : std::string(); }
  std::string series_uid() const { return pool != nullptr ? info()->series_instance_uid : std::string(); }
};

/// Whose an object is, as its header says.
struct PatientClaim {
  std::string role;
  std::string where;
  std::string id, name;
};

struct CaseDraft {
  explicit CaseDraft(CaseRequest r) : request(std::move(r)) {}

  CaseRequest request;
  ObjectPool pool;                    ///< what lies below the case folder
  std::deque<ObjectPool> given;       ///< below paths named by options
  ImplantCase implant;                ///< filled step by step
  std::string plan_frame;             ///< frame of reference of plan and pre-op contours; empty = not known
  std::string structures_series_uid;  ///< image series that the pre-op contours were drawn on
  std::optional<ImageChoice> preop;
  std::vector<ImageChoice> postop;
  std::optional<ImageChoice> later;  ///< a CT of a later time
  std::optional<TreatmentRecord> record;
  std::vector<PatientClaim> claims;
  bool seed_list_is_plan = false;  ///< the CSV seed list gave the planned positions

  void decide(std::string what, std::string choice, std::string reason) {
    implant.decisions.push_back({std::move(what), std::move(choice), std::move(reason)});
  }
  void warn(std::string code, std::string message) { implant.warnings.push_back({std::move(code), std::move(message)}); }
  void add_warnings(const Warnings& more) { implant.warnings.insert(implant.warnings.end(), more.begin(), more.end()); }
};

/// Indexes the case folder. Objects of an earlier audit's output folder are left out.
/// Errors: empty_folder, truncated_file, unreadable_file.
Status gather_objects(CaseDraft& draft, const Progress& progress);
/// Objects below a path that an option names; a slice stands for its series. Errors as index_named and check_nothing_lost.
Result<const ObjectPool*> gather_given(CaseDraft& draft, const std::filesystem::path& path, const Progress& progress);

/// Chooses and reads the plan; sets plan_frame. Errors: those of read_plan and read_seed_plan.
Status choose_plan(CaseDraft& draft);
/// Chooses and reads the pre-op structures; completes plan_frame. Errors: those of read_structures, frame_mismatch.
Status choose_structures(CaseDraft& draft);
/// Chooses pre-op and post-op images. Errors: wrong_modality, no_postop_ct, ambiguous_ct, frame_mismatch, patient_mismatch.
Status choose_images(CaseDraft& draft, const Progress& progress);
/// Structures drawn on the post-op CT. Errors as choose_structures.
Status choose_postop_structures(CaseDraft& draft);
/// The planning system's dose. Errors: frame_mismatch; those of read_dose only for a dose that an option names.
Status choose_dose(CaseDraft& draft);
/// The CT of a later time, where an option names one; never chosen from the folder. Errors: wrong_modality, ambiguous_ct.
Status choose_later_ct(CaseDraft& draft, const Progress& progress);
/// It is another scan than the post-op CT, and not older. Errors: invalid_option, date_implausible.
Status check_later_ct(const CaseDraft& draft);
/// Seeds seen at the later time. Errors: those of read_given_seeds.
Status read_later_seeds(CaseDraft& draft);
/// Seed list, landmarks, treatment record, registration file. Errors: those of their readers, invalid_option.
Status read_side_files(CaseDraft& draft);
/// Seeds of an earlier implant, with their strengths, source and dates. Errors: those of read_plan and read_seed_rows, frame_mismatch.
Status read_earlier(CaseDraft& draft);
/// Implant date, strength, prescription, target. Errors: target_not_found, target_ambiguous, date_implausible.
Status settle_facts(CaseDraft& draft);
/// All objects are one patient's. Errors: patient_mismatch, naming the files.
Status check_patient(CaseDraft& draft);
/// Reads the chosen images, the series with the implant first.
Status read_images(CaseDraft& draft, const Progress& progress);

/// Objects of one kind, each SOP instance once, in order of path.
std::vector<const IndexedObject*> objects_of(const DicomIndex& index, ObjectKind kind);
/// Adds an input with the hash of its files.
Status record_input(CaseDraft& draft, const std::string& role, const std::string& uid, const std::vector<std::string>& paths);
/// The date as text, or "no date".
std::string shown_date(const std::optional<DateTime>& date);
/// Approval Status (300E,0002) is APPROVED.
bool is_approved(const std::string& path);

}  // namespace seedaudit
