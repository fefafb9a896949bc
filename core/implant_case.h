// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/case_review.h"
#include "core/ct_volume.h"
#include "core/dose.h"
#include "core/frames.h"
#include "core/plan.h"
#include "core/planning_histogram.h"
#include "core/result.h"
#include "core/strength.h"
#include "core/structures.h"
#include "core/units.h"
#include "core/warp.h"

namespace seedaudit {

/// Something the program decided without being told; said in the report and overridable.
struct Decision {
  std::string what;    ///< "implant_date", "source_model", "target", "postop_ct", "preop_ct", "prescription", "strength"
  std::string choice;  ///< the value chosen, as text
  std::string reason;  ///< by which rule of docs/algorithms/choosing_inputs.md
};

/// One input object, for the report's provenance.
struct InputObject {
  std::string role;  ///< "postop_ct", "preop_ct", "plan", "structures", "postop_structures", "dose", "seeds"
  std::string uid;   ///< series or SOP Instance UID, or the file name for non-DICOM input
  std::string sha;   ///< content hash of the objects, hexadecimal
  int files = 0;
};

/// Source and strength that the audit uses, after the rules of docs/algorithms/choosing_inputs.md.
struct ImplantStrength {
  std::string source_id;         ///< under dosimetry/sources
  std::string source_file;       ///< a site's own source file by name; empty: a model of the library
  std::string source_file_text;  ///< its content, not yet validated
  bool source_assumed = false;   ///< site default, not named by plan or user
  std::string isotope;
  std::optional<Hours> plan_half_life;
  std::optional<StatedStrength> stated_per_seed;  ///< the option as given; resolve_strengths() makes per_seed of it
  std::optional<AirKermaU> per_seed;              ///< overrides the plan's strengths (option, or CSV); at strength_reference_date
  std::optional<DateTime> strength_reference_date;
  std::optional<DateTime> implant_date;
  std::string implant_date_source;  ///< "option", "case.json", "treatment_record", "plan_strength_reference_date"
  bool implant_date_assumed = false;
};

/// A seed list supplied from outside (CSV) in the post-op frame: the audit uses it in place of detection.
struct GivenSeed {
  Point<CtFrame> center;
  std::optional<Axis<CtFrame>> axis;
  std::optional<StatedStrength> stated_strength;  ///< as the list states it; resolve_strengths() makes strength of it
  std::optional<AirKermaU> strength;
  std::string needle;
};

/// The same anatomical point in both images, named by a person: used to measure the registration, never to make it.
struct LandmarkPair {
  Point<PlanFrame> preop;
  Point<CtFrame> postop;
};

/// Counts from the records, where given.
struct RecordCounts {
  std::optional<int> implanted;
  std::optional<int> issued;
  std::optional<int> returned;
};

/// The frame that a list of earlier seeds lies in. unstated: the scan decides (pipeline/earlier_implant).
enum class SeedListFrame { unstated, preop, postop };

/// Seeds of an earlier implant of the same patient that are still in place. Their dose adds to that of the implant under audit and is never
/// part of its figures.
struct EarlierImplant {
  ImplantPlan list;  ///< places in the frame that `frame` names, whichever that is; strengths as stated
  SeedListFrame frame = SeedListFrame::unstated;
  std::string frame_reason;
  ImplantStrength strength;  ///< source and dates of this implant alone
};

/// Everything that reading one patient's folder yields: what pipeline/audit_case takes.
struct ImplantCase {
  std::string case_id;
  std::string patient_id;
  std::string patient_name;      ///< UTF-8
  std::vector<CtVolume> postop;  ///< [0] is the series that covers the implant; others share its frame of reference (chest + abdomen)
  std::optional<PreopVolume> preop;
  std::optional<ImplantPlan> plan;
  std::optional<StructureSet<PlanFrame>> structures;
  std::optional<StructureSet<CtFrame>> postop_structures;
  std::optional<DoseGrid<PlanFrame>> planning_dose;
  std::vector<PlanningHistogram> planning_histograms;  ///< by ROI number of `structures`
  bool plan_in_postop_frame = false;  ///< plan and contours lie in the post-op CT's own frame of reference: no registration is needed
  std::optional<std::vector<GivenSeed>> given_seeds;
  std::optional<EarlierImplant> earlier;
  std::vector<std::string> targets;  ///< names of target structures, in `structures` or, without those, in `postop_structures`
  std::optional<Gy> prescription;
  std::optional<Point<CtFrame>> needle_entry;  ///< where needles of a supplement would enter the skin
  ImplantStrength strength;
  RecordCounts records;
  std::optional<Warp<CtFrame, PlanFrame>> given_registration;  ///< --register FILE
  std::vector<LandmarkPair> registration_landmarks;            ///< --register FILE.csv: pairs that the transform is fitted to
  std::vector<LandmarkPair> landmarks;                         ///< --landmarks CSV: moving = pre-op, fixed = post-op
  std::optional<Volume<LaterFrame>> later_ct;                  ///< a CT of the same patient at a later time
  std::optional<std::vector<Point<LaterFrame>>> later_seeds;   ///< seeds seen then, in place of detection in it
  std::optional<CaseReview> review;                            ///< corrections by a person, applied to what is found
  std::vector<Decision> decisions;
  std::vector<InputObject> inputs;
  Warnings warnings;
};

}  // namespace seedaudit
