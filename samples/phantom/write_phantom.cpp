// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/write_phantom.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

#include "report/atomic_file.h"
#include "report/dicom_common.h"
#include "report/dicom_dose_writer.h"
#include "report/dicom_structures_writer.h"

namespace seedaudit {
namespace {

/// Identifiers of one case: all derive from scenario and seed, so a case written twice is the same case.
class Identity {
 public:
  explicit Identity(const PhantomCase& c)
      : scenario_(c.scenario.name), seed_(std::to_string(c.seed)), content_(truth_json(c)), background_(c.background.has_value()) {
    patient_.id = "PHANTOM-" + scenario_ + "-" + seed_;
    patient_.name = "Phantom^" + scenario_;
    patient_.birth_date = "19600101";
    patient_.sex = "O";
    patient_.identity_removed = true;
  }

  std::string uid(const char* what) const { return stable_uid({"seedaudit phantom", scenario_, seed_, content_, what}); }

  DicomHeader header(const char* study, const char* what, int number, const std::string& description, const DateTime& when) const {
    DicomHeader h;
    h.patient = patient_;
    h.study_instance_uid = uid((std::string(study) + " study").c_str());
    h.study_id = std::string(study) == "preop" ? "1" : "2";
    h.study_description = std::string(study) == "preop" ? "Planning" : "Post-implant verification";
    h.study_date = when;
    h.series_instance_uid = uid(what);
    h.series_number = number;
    h.series_description = description;
    h.frame_of_reference_uid = uid((std::string(study) + " frame").c_str());
    h.manufacturer = "seedaudit phantom";
    h.model_name = background_ ? "Seeds in a real CT" : "CT simulator";
    if (!background_) h.institution = "Simulated";
    if (!background_) h.body_part = "ABDOMEN";
    return h;
  }

 private:
  std::string scenario_, seed_, content_;
  bool background_;
  DicomPatient patient_;
};

/// A background may hold what 12 bits cannot: padding below -1024 HU, an extended scale.
CtWriteOptions wide_enough(const std::vector<std::int16_t>& hu, CtWriteOptions options) {
  const auto [low, high] = std::minmax_element(hu.begin(), hu.end());
  if (low != hu.end() && (*low < -1024 || *high > 3071)) options.storage = CtStorage::signed_16_bit;
  return options;
}

DateTime shifted(const DateTime& d, int days, int hour) { return {d.date + std::chrono::days{days}, std::chrono::seconds{hour * 3600}}; }

}  // namespace

Status write_phantom(const PhantomCase& c, const std::filesystem::path& folder, const PhantomWriteOptions& options,
                     const Progress& progress) {
  if (!c.plan.strength_reference_date)
    return Error{ErrorCode::invalid_option, "the case has no implant date", folder.string(), "Make it with simulate()."};
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed)
    return Error{ErrorCode::output_unwritable, "cannot make the folder: " + failed.message(), folder.string(), "Choose another folder."};

  const Identity id(c);
  const DateTime implant = *c.plan.strength_reference_date;
  const DateTime planned = shifted(implant, -1, 9);
  const DateTime scanned = shifted(implant, c.scenario.days_after_implant, 14);

  report_progress(progress, "write", 0.0);
  const auto pre_header = id.header("preop", "preop ct", 1,
                                    c.scenario.preop.mr_like ? "T1 planning"
                                    : c.background           ? "Planning"
                                                             : "ABD planning",
                                    planned);
  const auto preop = write_ct_series(c.preop, pre_header, folder / "preop_ct", wide_enough(c.preop.hu, options.ct));
  if (!preop) return preop.error();
  report_progress(progress, "write", 0.3);
  const auto post_header = id.header("postop", "postop ct", 1, c.background ? "Verification" : "ABD verification", scanned);
  const auto postop = write_ct_series(c.postop, post_header, folder / "postop_ct", wide_enough(c.postop.hu, options.ct));
  if (!postop) return postop.error();
  report_progress(progress, "write", 0.8);

  StructureSet<PlanFrame> structures = c.structures;
  structures.sop_instance_uid = id.uid("preop structures instance");
  structures.frame_of_reference_uid = pre_header.frame_of_reference_uid;
  structures.patient_id = pre_header.patient.id;
  const auto written_structures =
      write_structures(structures, c.preop.grid, preop.value(), id.header("preop", "preop structures", 2, "Contours", planned),
                       folder / "preop_rtstruct.dcm");
  if (!written_structures) return written_structures.error();

  ImplantPlan plan = c.plan;
  plan.sop_instance_uid = id.uid("preop plan instance");
  plan.frame_of_reference_uid = pre_header.frame_of_reference_uid;
  plan.referenced_structure_set_uid = structures.sop_instance_uid;
  plan.patient_id = pre_header.patient.id;
  const auto written_plan =
      write_plan(plan, id.header("preop", "preop plan", 3, "Plan", planned), folder / "preop_rtplan.dcm", options.plan);
  if (!written_plan) return written_plan.error();

  DoseGrid<PlanFrame> dose = c.planning_dose;
  dose.sop_instance_uid = id.uid("preop dose instance");
  dose.frame_of_reference_uid = pre_header.frame_of_reference_uid;
  DoseWriteOptions dose_options;
  dose_options.referenced_plan_uid = plan.sop_instance_uid;
  dose_options.histograms = c.planning_histograms;
  dose_options.referenced_structure_set_uid = structures.sop_instance_uid;
  const auto written_dose =
      write_dose(dose, id.header("preop", "preop dose", 4, "Dose", planned), folder / "preop_rtdose.dcm", dose_options);
  if (!written_dose) return written_dose.error();

  if (c.postop_structures) {
    StructureSet<CtFrame> post = *c.postop_structures;
    post.sop_instance_uid = id.uid("postop structures instance");
    post.frame_of_reference_uid = post_header.frame_of_reference_uid;
    post.patient_id = post_header.patient.id;
    const auto written = write_structures(post, c.postop.grid, postop.value(),
                                          id.header("postop", "postop structures", 2, "Contours", scanned), folder / "postop_rtstruct.dcm");
    if (!written) return written.error();
  }
  if (auto status = write_file_atomically(folder / "truth.json", truth_json(c)); !status) return status;
  report_progress(progress, "write", 1.0);
  return ok_status();
}

}  // namespace seedaudit
