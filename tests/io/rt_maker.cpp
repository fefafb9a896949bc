// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "rt_maker.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <charconv>
#include <fstream>

namespace seedaudit::test {
namespace {

void put_text(DcmItem& item, const DcmTagKey& tag, const std::string& value) { item.putAndInsertString(tag, value.c_str()); }
void put_if(DcmItem& item, const DcmTagKey& tag, const std::string& value) {
  if (!value.empty()) put_text(item, tag, value);
}
void put_text(DcmItem& item, const DcmTagKey& tag, int value) { put_text(item, tag, std::to_string(value)); }

DcmItem& append_item(DcmItem& item, const DcmTagKey& sequence) {
  DcmItem* added = nullptr;
  item.findOrCreateSequenceItem(sequence, added, -2);
  return *added;
}

std::string number(double v) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, v).ptr;
  return {text, end};
}

std::string joined(const Eigen::Vector3d& v) { return number(v[0]) + "\\" + number(v[1]) + "\\" + number(v[2]); }

void put_rt_identity(DcmDataset& d, const char* sop_class, const char* modality, const std::string& sop_uid, const std::string& study_uid,
                     const std::string& patient_id) {
  put_text(d, DCM_SOPClassUID, sop_class);
  put_text(d, DCM_SOPInstanceUID, sop_uid);
  put_text(d, DCM_Modality, modality);
  put_text(d, DCM_Manufacturer, "ACME");
  put_if(d, DCM_PatientID, patient_id);
  put_text(d, DCM_PatientName, "Test^Patient");
  put_text(d, DCM_StudyInstanceUID, study_uid);
  put_text(d, DCM_SeriesInstanceUID, sop_uid + ".1");
  put_text(d, DCM_StudyDate, "20250301");
}

void put_point(DcmItem& channel, const DcmTagKey& sequence, const CpSpec& cp, int index) {
  DcmItem& item = append_item(channel, sequence);
  put_text(item, DCM_ControlPointIndex, index);
  if (cp.position_mm) put_text(item, DCM_ControlPoint3DPosition, joined(*cp.position_mm));
  if (cp.weight) put_text(item, DCM_CumulativeTimeWeight, number(*cp.weight));
  if (cp.orientation) {
    const Eigen::Vector3f o = cp.orientation->cast<float>();
    item.putAndInsertFloat32Array(DCM_ControlPointOrientation, o.data(), 3);
  }
}

void put_histogram(DcmItem& item, const HistogramSpec& h) {
  for (const int roi : h.rois) {
    DcmItem& reference = append_item(item, DCM_DVHReferencedROISequence);
    put_text(reference, DCM_DVHROIContributionType, h.contribution);
    put_text(reference, DCM_ReferencedROINumber, roi);
  }
  put_if(item, DCM_DVHType, h.type);
  put_if(item, DCM_DoseUnits, h.dose_units);
  put_if(item, DCM_DVHDoseScaling, h.scaling);
  put_if(item, DCM_DVHVolumeUnits, h.volume_units);
  const auto numbers = static_cast<int>(std::count(h.data.begin(), h.data.end(), '\\')) + 1;
  put_text(item, DCM_DVHNumberOfBins, h.bins.value_or(numbers / 2));
  put_if(item, DCM_DVHData, h.data);
  put_if(item, DCM_DVHMinimumDose, h.minimum);
  put_if(item, DCM_DVHMaximumDose, h.maximum);
  put_if(item, DCM_DVHMeanDose, h.mean);
}

}  // namespace

ChannelSpec seed_channel(int number, const Eigen::Vector3d& position_mm, const std::string& applicator) {
  ChannelSpec c;
  c.number = number;
  c.applicator = applicator;
  c.points = {{position_mm, 0.0, std::nullopt}, {position_mm, 7404141.8, std::nullopt}};
  return c;
}

PlanSpec simple_plan(int n, const Eigen::Vector3d& first) {
  PlanSpec plan;
  SetupSpec setup;
  for (int i = 0; i < n; ++i) setup.channels.push_back(seed_channel(i + 1, first + Eigen::Vector3d(10.0 * i, 0, 0)));
  plan.setups = {setup};
  plan.references = {{1, "CTV", "120", "TARGET"}};
  return plan;
}

void write_plan_file(const std::filesystem::path& file, const PlanSpec& spec) {
  DcmDataset d;
  put_rt_identity(d, UID_RTPlanStorage, "RTPLAN", spec.sop_uid, spec.study_uid, spec.patient_id);
  put_if(d, DCM_FrameOfReferenceUID, spec.frame_uid);
  put_text(d, DCM_RTPlanLabel, "SEEDS");
  put_if(d, DCM_RTPlanDate, spec.date);
  put_if(d, DCM_BrachyTreatmentTechnique, spec.technique);
  put_if(d, DCM_BrachyTreatmentType, spec.type);
  put_if(d, DCM_ApprovalStatus, spec.approval);
  if (!spec.structure_set_uid.empty())
    put_text(append_item(d, DCM_ReferencedStructureSetSequence), DCM_ReferencedSOPInstanceUID, spec.structure_set_uid);
  for (const auto& r : spec.references) {
    DcmItem& item = append_item(d, DCM_DoseReferenceSequence);
    if (r.roi) put_text(item, DCM_ReferencedROINumber, *r.roi);
    put_if(item, DCM_DoseReferenceDescription, r.name);
    put_if(item, DCM_DoseReferenceType, r.type);
    put_if(item, DCM_TargetPrescriptionDose, r.dose);
  }
  if (!spec.setup_dose.empty())
    put_text(append_item(append_item(d, DCM_FractionGroupSequence), DCM_ReferencedBrachyApplicationSetupSequence),
             DCM_BrachyApplicationSetupDose, spec.setup_dose);
  for (const auto& s : spec.sources) {
    DcmItem& item = append_item(d, DCM_SourceSequence);
    put_text(item, DCM_SourceNumber, s.number);
    put_if(item, DCM_SourceIsotopeName, s.isotope);
    put_if(item, DCM_SourceIsotopeHalfLife, s.half_life);
    put_if(item, DCM_ReferenceAirKermaRate, s.strength);
    put_if(item, DCM_SourceStrengthUnits, s.strength_units);
    put_if(item, DCM_SourceStrengthReferenceDate, s.date);
    put_if(item, DCM_SourceStrengthReferenceTime, s.time);
    put_if(item, DCM_SourceManufacturer, s.manufacturer);
    put_if(item, DCM_SourceModelID, s.model);
  }
  for (std::size_t i = 0; i < spec.setups.size(); ++i) {
    DcmItem& setup = append_item(d, DCM_ApplicationSetupSequence);
    put_text(setup, DCM_ApplicationSetupNumber, static_cast<int>(i) + 1);
    put_if(setup, DCM_TotalReferenceAirKerma, spec.setups[i].total_kerma);
    for (const auto& c : spec.setups[i].channels) {
      DcmItem& channel = append_item(setup, DCM_ChannelSequence);
      put_text(channel, DCM_ChannelNumber, c.number);
      put_if(channel, DCM_ChannelTotalTime, c.total_time);
      put_if(channel, DCM_SourceApplicatorID, c.applicator);
      if (c.source) put_text(channel, DCM_ReferencedSourceNumber, *c.source);
      for (std::size_t p = 0; p < c.points.size(); ++p)
        put_point(channel, DCM_BrachyControlPointSequence, c.points[p], static_cast<int>(p));
    }
  }
  if (spec.edit) spec.edit(d);
  save(d, file);
}

ContourSpec square(const Eigen::Vector3d& c, double h) {
  ContourSpec contour;
  contour.points = {c + Eigen::Vector3d(-h, -h, 0), c + Eigen::Vector3d(h, -h, 0), c + Eigen::Vector3d(h, h, 0),
                    c + Eigen::Vector3d(-h, h, 0)};
  return contour;
}

RoiSpec box_roi(int number, const std::string& name, const std::string& type, const Eigen::Vector3d& center, double half_mm) {
  RoiSpec roi;
  roi.number = number;
  roi.name = name;
  roi.type = type;
  for (double z = -half_mm; z <= half_mm; z += 2.5) roi.contours.push_back(square(center + Eigen::Vector3d(0, 0, z), half_mm));
  return roi;
}

void write_structures_file(const std::filesystem::path& file, const StructuresSpec& spec) {
  DcmDataset d;
  put_if(d, DCM_SpecificCharacterSet, spec.character_set);
  put_rt_identity(d, UID_RTStructureSetStorage, "RTSTRUCT", spec.sop_uid, spec.study_uid, spec.patient_id);
  put_text(d, DCM_SeriesInstanceUID, spec.series_uid);
  put_text(d, DCM_StructureSetLabel, "SET");
  put_if(d, DCM_StructureSetDate, spec.date);
  put_if(d, DCM_ApprovalStatus, spec.approval);
  if (!spec.frame_uid.empty()) {
    DcmItem& frame = append_item(d, DCM_ReferencedFrameOfReferenceSequence);
    put_text(frame, DCM_FrameOfReferenceUID, spec.frame_uid);
    if (!spec.image_series_uid.empty())
      put_text(append_item(append_item(frame, DCM_RTReferencedStudySequence), DCM_RTReferencedSeriesSequence), DCM_SeriesInstanceUID,
               spec.image_series_uid);
  }
  for (const auto& r : spec.rois) {
    DcmItem& item = append_item(d, DCM_StructureSetROISequence);
    put_text(item, DCM_ROINumber, r.number);
    put_text(item, DCM_ROIName, r.name);
    put_if(item, DCM_ReferencedFrameOfReferenceUID, r.frame_uid.empty() ? spec.frame_uid : r.frame_uid);
  }
  for (const auto& r : spec.rois) {
    if (!r.in_contour_sequence) continue;
    DcmItem& roi = append_item(d, DCM_ROIContourSequence);
    put_text(roi, DCM_ReferencedROINumber, r.number);
    for (const auto& c : r.contours) {
      DcmItem& item = append_item(roi, DCM_ContourSequence);
      put_if(item, DCM_ContourGeometricType, c.type);
      put_text(item, DCM_NumberOfContourPoints, c.stated_points.value_or(static_cast<int>(c.points.size())));
      std::string data;
      for (const auto& p : c.points) data += (data.empty() ? "" : "\\") + joined(p);
      put_text(item, DCM_ContourData, c.data.value_or(data));
    }
  }
  for (const auto& r : spec.rois) {
    if (r.type.empty()) continue;
    DcmItem& item = append_item(d, DCM_RTROIObservationsSequence);
    put_text(item, DCM_ReferencedROINumber, r.number);
    put_text(item, DCM_RTROIInterpretedType, r.type);
  }
  if (spec.edit) spec.edit(d);
  save(d, file);
}

void write_dose_file(const std::filesystem::path& file, const DoseSpec& spec) {
  DcmDataset d;
  put_rt_identity(d, UID_RTDoseStorage, "RTDOSE", spec.sop_uid, spec.study_uid, spec.patient_id);
  put_if(d, DCM_FrameOfReferenceUID, spec.frame_uid);
  put_text(d, DCM_SliceThickness, "99");  // means nothing in a dose, and must not be used
  put_text(d, DCM_ImagePositionPatient, joined(spec.position_mm));
  put_if(d, DCM_ImageOrientationPatient, spec.orientation);
  put_text(d, DCM_PixelSpacing, number(spec.spacing_j_mm) + "\\" + number(spec.spacing_i_mm));
  d.putAndInsertUint16(DCM_SamplesPerPixel, 1);
  put_text(d, DCM_PhotometricInterpretation, "MONOCHROME2");
  put_text(d, DCM_NumberOfFrames, spec.frames);
  d.putAndInsertUint16(DCM_Rows, static_cast<Uint16>(spec.rows));
  d.putAndInsertUint16(DCM_Columns, static_cast<Uint16>(spec.columns));
  d.putAndInsertUint16(DCM_BitsAllocated, static_cast<Uint16>(spec.bits));
  d.putAndInsertUint16(DCM_BitsStored, static_cast<Uint16>(spec.bits));
  d.putAndInsertUint16(DCM_HighBit, static_cast<Uint16>(spec.bits - 1));
  d.putAndInsertUint16(DCM_PixelRepresentation, spec.is_signed ? 1 : 0);
  put_if(d, DCM_DoseUnits, spec.units);
  put_if(d, DCM_DoseType, spec.type);
  put_text(d, DCM_DoseSummationType, "PLAN");
  std::string offsets;
  for (const double o : spec.offsets_mm) offsets += (offsets.empty() ? "" : "\\") + number(o);
  put_if(d, DCM_GridFrameOffsetVector, offsets);
  put_if(d, DCM_DoseGridScaling, spec.scaling);
  if (!spec.plan_uid.empty()) put_text(append_item(d, DCM_ReferencedRTPlanSequence), DCM_ReferencedSOPInstanceUID, spec.plan_uid);
  if (!spec.structure_set_uid.empty())
    put_text(append_item(d, DCM_ReferencedStructureSetSequence), DCM_ReferencedSOPInstanceUID, spec.structure_set_uid);
  put_if(d, DCM_DVHNormalizationDoseValue, spec.normalization_gy);
  for (const auto& h : spec.histograms) put_histogram(append_item(d, DCM_DVHSequence), h);
  std::vector<Uint16> words;
  for (int k = 0; k < spec.frames; ++k)
    for (int j = 0; j < spec.rows; ++j)
      for (int i = 0; i < spec.columns; ++i) {
        const auto v = static_cast<unsigned long long>(spec.stored ? spec.stored(i, j, k) : 1000LL * i + 100LL * j + 10LL * k);
        words.push_back(static_cast<Uint16>(v & 0xFFFFU));
        if (spec.bits == 32) words.push_back(static_cast<Uint16>((v >> 16U) & 0xFFFFU));
      }
  d.putAndInsertUint16Array(DCM_PixelData, words.data(), static_cast<unsigned long>(words.size()));
  if (spec.edit) spec.edit(d);
  save(d, file, spec.syntax);
}

void write_record_file(const std::filesystem::path& file, const RecordSpec& spec) {
  DcmDataset d;
  put_rt_identity(d, UID_RTBrachyTreatmentRecordStorage, "RTRECORD", spec.sop_uid, "1.2.3.1", spec.patient_id);
  put_if(d, DCM_TreatmentDate, spec.date);
  if (!spec.plan_uid.empty()) put_text(append_item(d, DCM_ReferencedRTPlanSequence), DCM_ReferencedSOPInstanceUID, spec.plan_uid);
  if (!spec.delivered.empty()) {
    DcmItem& setup = append_item(d, DCM_TreatmentSessionApplicationSetupSequence);
    for (const auto& p : spec.delivered) {
      DcmItem& channel = append_item(setup, DCM_RecordedChannelSequence);
      put_point(channel, DCM_BrachyControlPointDeliveredSequence, {p, 0.0, std::nullopt}, 0);
      put_point(channel, DCM_BrachyControlPointDeliveredSequence, {p, 100.0, std::nullopt}, 1);
    }
  }
  save(d, file);
}

void write_text(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

}  // namespace seedaudit::test
