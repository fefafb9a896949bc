// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/dicom_dose_writer.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "core/sha256.h"
#include "report/dicom_ct_writer.h"
#include "report/dicom_object.h"

namespace seedaudit {
namespace {

/// The step as a Decimal String, rounded up: the text is what a reader multiplies by, so the stored numbers are made with the text's
/// value and the largest dose cannot run over.
std::string scaling_text(double maximum_gy, double largest_number) {
  double step = maximum_gy > 0.0 ? maximum_gy / largest_number : 1.0 / largest_number;
  for (;;) {
    char buffer[40];
    std::snprintf(buffer, sizeof buffer, "%.9e", step);  // 1.234567890e-05 is 15 characters
    if (std::strtod(buffer, nullptr) * largest_number >= maximum_gy) return buffer;
    step *= 1.0 + 1e-9;
  }
}

template <class F>
std::vector<std::uint16_t> stored_numbers(const DoseGrid<F>& dose, double step, double cap_gy, int bits) {
  const double largest = bits == 16 ? 65535.0 : 4294967295.0;
  std::vector<std::uint16_t> words;
  words.reserve(dose.dose_gy.size() * static_cast<std::size_t>(bits / 16));
  for (const float d : dose.dose_gy) {
    const double number = std::min(largest, std::round(std::min(static_cast<double>(d), cap_gy) / step));
    const auto stored = static_cast<std::uint32_t>(number);
    words.push_back(static_cast<std::uint16_t>(stored & 0xFFFFU));
    if (bits == 32) words.push_back(static_cast<std::uint16_t>(stored >> 16U));
  }
  return words;
}

template <class F>
std::string frame_offsets(const GridGeometry<F>& grid, bool absolute) {
  std::string text;
  const double first = absolute ? grid.origin().mm[2] : 0.0;
  for (int k = 0; k < grid.size()[2]; ++k) text += (k == 0 ? "" : "\\") + decimal_string(first + k * grid.spacing_mm()[2]);
  return text;
}

template <class F>
Status check_dose(const DoseGrid<F>& dose, const DoseWriteOptions& options) {
  const auto bad = [](std::string what) { return Error{ErrorCode::invalid_option, std::move(what), "", ""}; };
  if (dose.dose_gy.empty() || dose.dose_gy.size() != dose.grid.voxel_count())
    return bad("a dose without voxels, or with more or fewer than its grid, cannot be written");
  for (const float d : dose.dose_gy)
    if (!(d >= 0.0F) || !std::isfinite(d)) return bad("a dose that is negative or not finite cannot be written");
  const bool axial = (dose.grid.direction() - Eigen::Matrix3d::Identity()).cwiseAbs().maxCoeff() < 1e-6;
  if (options.absolute_frame_offsets && !axial) return bad("absolute frame offsets need a transverse grid (DICOM C.8.8.3.2)");
  return ok_status();
}

/// Each volume at the lower edge of its bin (DICOM PS3.3 C.8.8.4); the last bin is as wide as the one before.
void write_histogram(ItemWriter item, const PlanningHistogram& h) {
  const HistogramStatement& s = h.statement();
  ItemWriter roi = item.add_item(DCM_DVHReferencedROISequence);
  roi.text(DCM_DVHROIContributionType, "INCLUDED");
  roi.integer(DCM_ReferencedROINumber, s.roi_number);
  item.text(DCM_DVHType, "CUMULATIVE");
  item.text(DCM_DoseUnits, "GY");
  item.text(DCM_DoseType, "PHYSICAL");
  item.decimal(DCM_DVHDoseScaling, 1.0);
  item.text(DCM_DVHVolumeUnits, s.volume_cc ? "CM3" : "PERCENT");
  const std::vector<double>& edge = h.edges_gy();
  std::string data;
  std::size_t bins = 0;
  const auto add = [&](double width, double at_least_pct) {
    const double volume = s.volume_cc ? at_least_pct / 100.0 * *s.volume_cc : at_least_pct;
    data += (data.empty() ? "" : "\\") + decimal_string(width) + "\\" + decimal_string(volume);
    ++bins;
  };
  if (edge.front() > 0.0) add(edge.front(), 100.0);
  for (std::size_t n = 0; n < edge.size(); ++n)
    add(n + 1 < edge.size() ? edge[n + 1] - edge[n] : edge[n] - edge[n - 1], h.at_least_pct()[n]);
  item.integer(DCM_DVHNumberOfBins, static_cast<long>(bins));
  item.raw(DCM_DVHData, data);
  if (s.minimum_gy) item.decimal(DCM_DVHMinimumDose, *s.minimum_gy);
  if (s.maximum_gy) item.decimal(DCM_DVHMaximumDose, *s.maximum_gy);
  if (s.mean_gy) item.decimal(DCM_DVHMeanDose, *s.mean_gy);
}

}  // namespace

Status DoseWriteOptions::check() const {
  if (bits != 16 && bits != 32) return Error{ErrorCode::invalid_option, "bits is " + std::to_string(bits) + ", must be 16 or 32", "", ""};
  if (cap_gy && !(*cap_gy > 0.0)) return Error{ErrorCode::invalid_option, "cap_gy is " + std::to_string(*cap_gy) + ", must be > 0", "", ""};
  return ok_status();
}

template <class F>
Result<WrittenInstance> write_dose(const DoseGrid<F>& dose, const DicomHeader& header, const std::filesystem::path& file,
                                   const DoseWriteOptions& options) {
  if (auto checked = options.check(); !checked) return checked.error();
  if (auto checked = check_dose(dose, options); !checked) return checked.error();
  const double highest = static_cast<double>(*std::max_element(dose.dose_gy.begin(), dose.dose_gy.end()));
  const double cap_gy = options.cap_gy ? std::min(*options.cap_gy, highest) : highest;
  const std::string scaling = scaling_text(cap_gy, options.bits == 16 ? 65535.0 : 4294967295.0);
  const std::vector<std::uint16_t> words = stored_numbers(dose, std::strtod(scaling.c_str(), nullptr), cap_gy, options.bits);

  DicomHeader named = header;
  if (named.patient.id.empty()) named.patient.id = dose.patient_id;
  Sha256 hash;
  hash.add_part(scaling);
  hash.add_part(options.referenced_plan_uid);
  hash.add_part(std::to_string(options.absolute_frame_offsets));
  for (int a = 0; a < 3; ++a) {
    hash.add_part(decimal_string(dose.grid.origin().mm[a]));
    hash.add_part(decimal_string(dose.grid.spacing_mm()[a]));
  }
  hash.add(std::string_view(reinterpret_cast<const char*>(words.data()), words.size() * sizeof(std::uint16_t)));
  const std::string digest = hash.hexadecimal();
  const ObjectIdentity identity = identify(named, "RTDOSE", dose.frame_of_reference_uid, digest);
  WrittenInstance written{UID_RTDoseStorage, dose.sop_instance_uid, file.string()};
  if (written.sop_instance_uid.empty()) written.sop_instance_uid = stable_uid({"dose", identity.series_instance_uid, digest});

  const auto done = write_object(file, DicomSyntax::explicit_little_endian, [&](ItemWriter& item) {
    write_common(item, named, identity, "RTDOSE", written.sop_class_uid, written.sop_instance_uid);
    item.date(DCM_ContentDate, DCM_ContentTime, named.content_date.value_or(named.study_date));
    item.integer(DCM_InstanceNumber, 1);
    item.decimal(DCM_SliceThickness, dose.grid.spacing_mm()[2]);
    write_plane(item, dose.grid, 0);
    item.number(DCM_SamplesPerPixel, 1);
    item.text(DCM_PhotometricInterpretation, "MONOCHROME2");
    item.integer(DCM_NumberOfFrames, dose.grid.size()[2]);
    item.tag_value(DCM_FrameIncrementPointer, DCM_GridFrameOffsetVector);
    item.number(DCM_Rows, static_cast<std::uint16_t>(dose.grid.size()[1]));
    item.number(DCM_Columns, static_cast<std::uint16_t>(dose.grid.size()[0]));
    item.number(DCM_BitsAllocated, static_cast<std::uint16_t>(options.bits));
    item.number(DCM_BitsStored, static_cast<std::uint16_t>(options.bits));
    item.number(DCM_HighBit, static_cast<std::uint16_t>(options.bits - 1));
    item.number(DCM_PixelRepresentation, 0);
    item.text(DCM_DoseUnits, "GY");
    item.text(DCM_DoseType, "PHYSICAL");
    item.text_if(DCM_DoseComment, options.comment);
    item.text(DCM_DoseSummationType, dose.summation_type.empty() ? "PLAN" : dose.summation_type);
    item.raw(DCM_GridFrameOffsetVector, frame_offsets(dose.grid, options.absolute_frame_offsets));
    item.raw(DCM_DoseGridScaling, scaling);
    item.text(DCM_TissueHeterogeneityCorrection, "WATER");
    if (!options.referenced_plan_uid.empty()) {
      ItemWriter plan = item.add_item(DCM_ReferencedRTPlanSequence);
      plan.text(DCM_ReferencedSOPClassUID, UID_RTPlanStorage);
      plan.text(DCM_ReferencedSOPInstanceUID, options.referenced_plan_uid);
    }
    // An attribute of the RT DVH module, which is whole or absent (PS3.3 C.8.8.4).
    if (!options.referenced_structure_set_uid.empty() && !options.histograms.empty()) {
      ItemWriter set = item.add_item(DCM_ReferencedStructureSetSequence);
      set.text(DCM_ReferencedSOPClassUID, UID_RTStructureSetStorage);
      set.text(DCM_ReferencedSOPInstanceUID, options.referenced_structure_set_uid);
    }
    for (const PlanningHistogram& h : options.histograms) write_histogram(item.add_item(DCM_DVHSequence), h);
    item.words(DCM_PixelData, words);
  });
  if (!done) return done.error();
  return written;
}

template Result<WrittenInstance> write_dose(const DoseGrid<CtFrame>&, const DicomHeader&, const std::filesystem::path&,
                                            const DoseWriteOptions&);
template Result<WrittenInstance> write_dose(const DoseGrid<PlanFrame>&, const DicomHeader&, const std::filesystem::path&,
                                            const DoseWriteOptions&);

}  // namespace seedaudit
