// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/dicom_output.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <system_error>

#include "core/result_mark.h"
#include "core/sha256.h"
#include "report/dicom_documents_writer.h"
#include "report/dicom_dose_writer.h"
#include "report/dicom_plan_writer.h"
#include "report/dicom_registration_writer.h"
#include "report/dicom_structures_writer.h"
#include "report/identity_filter.h"
#include "report/text_page.h"

namespace seedaudit {
namespace {

namespace fs = std::filesystem;

DicomHeader header_of(const DicomOutputInput& in) {
  const CaseAudit& audit = *in.audit;
  DicomHeader header = registration_header(in.postop->series, in.postop->acquisition, audit.provenance.version);
  if (!in.keep_identity) {
    header.patient = DicomPatient{};
    header.patient.id = in.pseudonym;
    header.patient.identity_removed = true;
  }
  // An image that is no DICOM series has neither study nor frame: they come from its content.
  Sha256 hash;
  for (const InputObject& i : audit.provenance.inputs) hash.add_part(i.role + i.uid + i.sha);
  const std::string digest = hash.hexadecimal();
  if (header.study_instance_uid.empty()) header.study_instance_uid = stable_uid({"study", digest});
  const std::string& frame = in.postop->series.frame_of_reference_uid;
  header.frame_of_reference_uid = frame.empty() ? stable_uid({"frame", digest}) : frame;
  header.manufacturer = header.series_description = kResultMark;
  return header;
}

WrittenSeries images_of(const DicomOutputInput& in, const DicomHeader& header) {
  const SeriesIdentity& series = in.postop->series;
  WrittenSeries images{header.study_instance_uid, series.series_instance_uid, header.frame_of_reference_uid, {}, false};
  if (series.series_instance_uid.empty()) return images;
  // One object of many slices is an enhanced one.
  const bool enhanced = series.sop_instance_uids.size() == 1 && in.postop->grid.size()[2] > 1;
  for (const std::string& uid : series.sop_instance_uids)
    images.slices.push_back({enhanced ? UID_EnhancedCTImageStorage : UID_CTImageStorage, uid, ""});
  return images;
}

StructureSet<CtFrame> structures_of(const DicomOutputInput& in, const IdentityFilter& filter) {
  StructureSet<CtFrame> set;
  set.label = "SEEDAUDIT";
  const auto add = [&](Structure<CtFrame> s) {
    s.number = static_cast<int>(set.structures.size()) + 1;
    std::erase_if(s.contours, [](const Contour<CtFrame>& c) { return c.points.size() < 3; });
    set.structures.push_back(std::move(s));
  };
  for (const auto* drawn : {&in.targets, &in.organs})
    for (Structure<CtFrame> s : *drawn) {
      if (!in.keep_identity) s.name = filter(s.name);
      add(std::move(s));
    }
  for (Structure<CtFrame> s : in.targets_on_slices) {
    s.name = "on slices: " + (in.keep_identity ? s.name : filter(s.name));
    add(std::move(s));
  }
  const auto add_point = [&](std::string name, const Point<CtFrame>& p) { add({0, std::move(name), "MARKER", {}, {p}}); };
  for (const SeedAudit& s : in.audit->seeds)
    add_point("seed " + std::to_string(s.seed.id) + " " + std::string(to_string(s.status)), s.seed.pose.center);
  if (!in.audit->dose) return set;
  std::size_t n = 0;  // through all targets: names stay different
  for (const StructureAudit* t : judged_targets(*in.audit->dose))
    for (const ColdRegion& region : t->cold_regions) {
      const std::string number = std::to_string(n + 1);
      const std::string figures = fixed(region.min_gy, 0) + " Gy in " + fixed(region.volume_cc, 2) + " cc";
      if (n < in.cold_outlines.size() && !in.cold_outlines[n].contours.empty())
        add({0, "cold " + number + ": " + figures, "DOSE_REGION", in.cold_outlines[n].contours, {}});
      add_point("coldest " + number + ": " + figures, region.coldest);
      ++n;
    }
  return set;
}

/// The seeds as found, as a plan. Its frame is that of the scan: the type of a plan's coordinates is taken here for the file format alone.
ImplantPlan plan_of(const DicomOutputInput& in, const DicomHeader& header, const std::string& structure_set_uid, bool has_target) {
  const DoseAudit& dose = *in.audit->dose;
  ImplantPlan plan;
  plan.label = "AS FOUND";
  plan.frame_of_reference_uid = header.frame_of_reference_uid;
  plan.referenced_structure_set_uid = structure_set_uid;
  plan.isotope = dose.source.isotope;
  plan.half_life = dose.source.half_life;
  plan.source_model_hint = dose.source.name;
  plan.active_length_mm = to_mm(dose.source.active_length).value;
  plan.strength_reference_date = dose.implant_date;
  // The standard wants a time beside the date (type 1); of a day alone the strengths hold from its beginning.
  if (plan.strength_reference_date && !plan.strength_reference_date->time_of_day)
    plan.strength_reference_date->time_of_day = std::chrono::seconds{0};
  if (dose.rx_gy) plan.prescription = Gy{*dose.rx_gy};
  if (has_target && !structure_set_uid.empty()) plan.target_roi_number = 1;
  for (std::size_t n = 0; n < in.audit->seeds.size(); ++n) {
    const SeedAudit& s = in.audit->seeds[n];
    PlannedSeed seed;
    seed.index = static_cast<int>(n);
    seed.center.mm = s.seed.pose.center.mm;
    if (s.orientation_used != "averaged") seed.axis = Axis<PlanFrame>{s.seed.pose.axis.unit};
    seed.strength = in.strengths[n];
    seed.needle = static_cast<int>(n);
    plan.seeds.push_back(seed);
    plan.needle_names.push_back("seed " + std::to_string(s.seed.id));
  }
  return plan;
}

/// The histogram of the audit in steps of half a percent of the cap, cut at the cap.
std::optional<PlanningHistogram> histogram_of(const Dvh& dvh, int roi, double cap_gy) {
  constexpr int kBins = 800;
  std::vector<double> edges, at_least;
  for (int n = 0; n <= kBins; ++n) {
    edges.push_back(cap_gy * n / kBins);
    at_least.push_back(dvh.volume_pct_at(Gy{edges.back()}));
  }
  at_least.front() = 100.0;
  HistogramStatement statement;
  statement.roi_number = roi;
  statement.volume_cc = dvh.volume_cc();
  statement.minimum_gy = dvh.minimum().value;
  statement.maximum_gy = dvh.maximum().value;
  statement.mean_gy = dvh.mean().value;
  auto made = PlanningHistogram::make(std::move(edges), std::move(at_least), statement);
  if (!made) return std::nullopt;
  return std::move(made).value();
}

DoseWriteOptions dose_options(const DicomOutputInput& in, const StructureSet<CtFrame>& set, const std::string& structures,
                              const std::string& plan, const IdentityFilter& filter) {
  const DoseAudit& dose = *in.audit->dose;
  DoseWriteOptions options;
  options.bits = in.dose_bits;
  options.cap_gy = dose.rx_gy ? kDoseCapInPrescriptions * *dose.rx_gy : kDoseCapGy;
  options.comment = "TG-43 to infinity; doses above " + fixed(*options.cap_gy, 1) + " Gy are stored as that";
  options.referenced_plan_uid = plan;
  options.referenced_structure_set_uid = structures;
  if (structures.empty()) return options;
  std::vector<const StructureAudit*> judged = judged_targets(dose);
  for (const StructureAudit& s : dose.structures) {
    // Of an organ drawn on the scan the mapped contour is not in the structure set.
    const bool superseded =
        s.contour == ContourOrigin::mapped && std::any_of(dose.structures.begin(), dose.structures.end(), [&](const auto& o) {
          return o.role == s.role && o.name == s.name && o.contour == ContourOrigin::postop;
        });
    if (s.role == StructureRole::oar && !superseded) judged.push_back(&s);
  }
  for (const StructureAudit* s : judged) {
    const auto* roi = set.find(in.keep_identity ? s->name : filter(s->name));
    if (roi == nullptr || !s->postop_dvh) continue;
    if (auto h = histogram_of(*s->postop_dvh, roi->number, *options.cap_gy)) options.histograms.push_back(std::move(*h));
  }
  return options;
}

Status write_objects(const DicomOutputInput& in, const fs::path& folder) {
  const CaseAudit& audit = *in.audit;
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem) return Error{ErrorCode::output_unwritable, "cannot make the folder dicom: " + problem.message(), folder.string(), ""};
  for (const char* old : {"dose.dcm", "structures.dcm", "plan.dcm", "measurements.dcm", "report.dcm"}) fs::remove(folder / old, problem);
  const IdentityFilter filter(audit.patient_id, audit.patient_name);
  DicomHeader header = header_of(in);

  const StructureSet<CtFrame> set = structures_of(in, filter);
  std::string structures_uid, plan_uid;
  if (!set.structures.empty()) {
    const auto written = write_structures(set, in.postop->grid, images_of(in, header), header, folder / "structures.dcm");
    if (!written) return written.error();
    structures_uid = written->sop_instance_uid;
  }
  header.series_number = 2;
  if (audit.dose && audit.dose->implant_date && !in.strengths.empty() && in.strengths.size() == audit.seeds.size()) {
    PlanWriteOptions options;
    options.source_model_id = audit.dose->source.model;
    const auto written = write_plan(plan_of(in, header, structures_uid, !in.targets.empty()), header, folder / "plan.dcm", options);
    if (!written) return written.error();
    plan_uid = written->sop_instance_uid;
  }
  header.series_number = 3;
  if (audit.dose && in.dose != nullptr) {
    DoseGrid<CtFrame> dose = *in.dose;
    dose.frame_of_reference_uid = header.frame_of_reference_uid;
    dose.patient_id = header.patient.id;
    dose.sop_instance_uid.clear();
    if (plan_uid.empty()) dose.summation_type = "RECORD";  // of no plan
    const auto written = write_dose(dose, header, folder / "dose.dcm", dose_options(in, set, structures_uid, plan_uid, filter));
    if (!written) return written.error();
  }
  header.series_number = 4;
  CaseAudit named = audit;
  if (!in.keep_identity && named.dose)
    for (StructureAudit& s : named.dose->structures) s.name = filter(s.name);
  if (const auto written = write_measurements(named, header, folder / "measurements.dcm"); !written) return written.error();
  header.series_number = 5;
  if (!in.pdf.empty())
    if (const auto written = write_encapsulated_pdf(in.pdf, "Post-implant audit " + audit.case_id, header, folder / "report.dcm"); !written)
      return written.error();
  return ok_status();
}

}  // namespace

Status write_dicom_output(const DicomOutputInput& input, const fs::path& folder) {
  if (input.audit == nullptr || input.postop == nullptr)
    return Error{ErrorCode::invalid_option, "DICOM objects need an audit and its scan", "", ""};
  return write_objects(input, folder / "dicom");
}

}  // namespace seedaudit
