// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/dicom_ct_writer.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "core/parallel.h"
#include "core/sha256.h"
#include "report/atomic_file.h"
#include "report/dicom_object.h"

namespace seedaudit {
namespace {

constexpr int kTwelveBitIntercept = -1024;
constexpr int kTwelveBitMaximum = 4095;

struct PixelFormat {
  std::uint16_t bits_stored = 16;
  std::uint16_t representation = 0;  ///< 0 unsigned, 1 two's complement
  int intercept = 0;
  int low = 0, high = 65535;  ///< of the stored number
};

PixelFormat format_of(bool mr, CtStorage storage) {
  if (mr) return {16, 0, 0, 0, 32767};
  if (storage == CtStorage::unsigned_12_bit) return {12, 0, kTwelveBitIntercept, 0, kTwelveBitMaximum};
  return {16, 1, 0, -32768, 32767};
}

template <class F>
std::vector<std::uint16_t> stored_pixels(const Volume<F>& volume, int slice, const PixelFormat& format) {
  const auto& size = volume.grid.size();
  const std::size_t n = static_cast<std::size_t>(size[0]) * static_cast<std::size_t>(size[1]);
  const std::int16_t* first = volume.hu.data() + volume.grid.offset(0, 0, slice);
  std::vector<std::uint16_t> pixels(n);
  for (std::size_t i = 0; i < n; ++i) {
    const int stored = std::clamp(static_cast<int>(first[i]) - format.intercept, format.low, format.high);
    pixels[i] = static_cast<std::uint16_t>(static_cast<std::int16_t>(stored));
  }
  return pixels;
}

template <class F>
std::string geometry_text(const GridGeometry<F>& grid) {
  std::string text;
  for (const int n : grid.size()) text += std::to_string(n) + " ";
  for (int a = 0; a < 3; ++a) text += decimal_string(grid.spacing_mm()[a]) + " " + decimal_string(grid.origin().mm[a]) + " ";
  for (int a = 0; a < 9; ++a) text += decimal_string(grid.direction()(a % 3, a / 3)) + " ";
  return text;
}

/// Identifies the series by its voxels: two series of one study with the same header stay two.
template <class F>
std::string content_of(const Volume<F>& volume) {
  const auto slices = static_cast<std::size_t>(volume.grid.size()[2]);
  const std::size_t n = volume.hu.size() / slices;
  std::vector<std::string> hashes(slices);
  parallel_for(slices, [&](std::size_t k) {
    Sha256 h;
    h.add(std::string_view(reinterpret_cast<const char*>(volume.hu.data() + k * n), n * sizeof(std::int16_t)));
    hashes[k] = h.hexadecimal();
  });
  Sha256 all;
  all.add_part(geometry_text(volume.grid));
  for (const auto& h : hashes) all.add_part(h);
  return all.hexadecimal();
}

void write_ct_module(ItemWriter& item, const Acquisition& acquisition, const CtWriteOptions& options) {
  item.decimal(DCM_KVP, acquisition.kvp.value_or(options.default_kvp));
  item.decimal(DCM_GantryDetectorTilt, 0.0);
  item.text_if(DCM_ConvolutionKernel, acquisition.kernel);
}

void write_mr_module(ItemWriter& item) {
  item.text(DCM_ScanningSequence, "SE");
  item.text(DCM_SequenceVariant, "NONE");
  item.text(DCM_ScanOptions, "");
  item.text(DCM_MRAcquisitionType, "2D");
  item.raw(DCM_RepetitionTime, "");
  item.raw(DCM_EchoTime, "");
  item.raw(DCM_EchoTrainLength, "");
}

template <class F>
void write_slice(ItemWriter& item, const Volume<F>& volume, const DicomHeader& header, const ObjectIdentity& identity,
                 const WrittenInstance& instance, int k, bool mr, const CtWriteOptions& options) {
  const Acquisition& acquisition = volume.acquisition;
  const DateTime acquired = acquisition.acquisition_date.value_or(header.content_date.value_or(header.study_date));
  write_common(item, header, identity, mr ? "MR" : "CT", instance.sop_class_uid, instance.sop_instance_uid);
  item.texts(DCM_ImageType, acquisition.image_type.empty() ? std::vector<std::string>{"ORIGINAL", "PRIMARY", mr ? "OTHER" : "AXIAL"}
                                                           : acquisition.image_type);
  item.date(DCM_AcquisitionDate, DCM_AcquisitionTime, acquired);
  item.date(DCM_ContentDate, DCM_ContentTime, acquired);
  item.decimal(DCM_SliceThickness, acquisition.slice_thickness_mm.value_or(volume.grid.spacing_mm()[2]));
  mr ? write_mr_module(item) : write_ct_module(item, acquisition, options);
  item.text(DCM_PatientPosition, acquisition.patient_position.empty() ? "HFS" : acquisition.patient_position);
  if (header.body_part.empty()) item.text(DCM_Laterality, "");  // type 2C: not known whether the part is paired
  item.integer(DCM_AcquisitionNumber, 1);
  item.integer(DCM_InstanceNumber, k + 1);
  write_plane(item, volume.grid, k);
  item.decimal(DCM_SliceLocation, volume.grid.direction().col(2).dot(volume.grid.center_of({0, 0, k}).mm));

  const PixelFormat format = format_of(mr, options.storage);
  item.number(DCM_SamplesPerPixel, 1);
  item.text(DCM_PhotometricInterpretation, "MONOCHROME2");
  item.number(DCM_Rows, static_cast<std::uint16_t>(volume.grid.size()[1]));
  item.number(DCM_Columns, static_cast<std::uint16_t>(volume.grid.size()[0]));
  item.number(DCM_BitsAllocated, 16);
  item.number(DCM_BitsStored, format.bits_stored);
  item.number(DCM_HighBit, static_cast<std::uint16_t>(format.bits_stored - 1));
  item.number(DCM_PixelRepresentation, format.representation);
  if (!mr) {
    item.decimal(DCM_WindowCenter, 40);
    item.decimal(DCM_WindowWidth, 400);
    item.decimal(DCM_RescaleIntercept, format.intercept);
    item.decimal(DCM_RescaleSlope, 1);
    item.text(DCM_RescaleType, "HU");
  }
  item.words(DCM_PixelData, stored_pixels(volume, k, format));
}

}  // namespace

Status CtWriteOptions::check() const {
  if (!(default_kvp > 0.0) || !(default_kvp <= 1000.0))
    return Error{ErrorCode::invalid_option, "default_kvp is " + std::to_string(default_kvp) + ", must be in (0, 1000]", "", ""};
  if (file_prefix.find('/') != std::string::npos)
    return Error{ErrorCode::invalid_option, "file_prefix \"" + file_prefix + "\" must not contain '/'", "", ""};
  return ok_status();
}

template <class F>
Result<WrittenSeries> write_ct_series(const Volume<F>& volume, const DicomHeader& header, const std::filesystem::path& folder,
                                      const CtWriteOptions& options) {
  if (auto checked = options.check(); !checked) return checked.error();
  if (volume.hu.empty() || volume.hu.size() != volume.grid.voxel_count())
    return Error{ErrorCode::invalid_option, "a volume without voxels, or with more or fewer than its grid, cannot be written", "", ""};
  if (volume.grid.size()[0] > 65535 || volume.grid.size()[1] > 65535)
    return Error{ErrorCode::invalid_option, "a slice of more than 65535 rows or columns cannot be written as DICOM", "", ""};
  if (auto made = ensure_writable_folder(folder); !made) return made.error();

  const bool mr = volume.series.modality == "MR";
  const std::string content = content_of(volume);
  const ObjectIdentity identity = identify(header, mr ? "MR" : "CT", volume.series.frame_of_reference_uid, content);
  const auto slices = static_cast<std::size_t>(volume.grid.size()[2]);
  WrittenSeries written{identity.study_instance_uid, identity.series_instance_uid, identity.frame_of_reference_uid, {}};
  written.slices.resize(slices);
  std::vector<std::optional<Error>> errors(slices);
  parallel_for(slices, [&](std::size_t k) {
    char number[24];
    std::snprintf(number, sizeof number, "%04d.dcm", static_cast<int>(k) + 1);
    auto& slice = written.slices[k];
    slice.sop_class_uid = mr ? UID_MRImageStorage : UID_CTImageStorage;
    slice.sop_instance_uid = stable_uid({"slice", identity.series_instance_uid, std::to_string(k), content});
    slice.path = (folder / (options.file_prefix + number)).string();
    const auto done = write_object(slice.path, options.syntax, [&](ItemWriter& item) {
      write_slice(item, volume, header, identity, slice, static_cast<int>(k), mr, options);
    });
    if (!done) errors[k] = done.error();
  });
  for (auto& e : errors) {
    if (!e) continue;
    std::error_code ec;  // half a series would read as a shorter scan
    for (std::size_t k = 0; k < slices; ++k)
      if (!errors[k]) std::filesystem::remove(written.slices[k].path, ec);
    return std::move(*e);
  }
  return written;
}

template Result<WrittenSeries> write_ct_series(const Volume<CtFrame>&, const DicomHeader&, const std::filesystem::path&,
                                               const CtWriteOptions&);
template Result<WrittenSeries> write_ct_series(const Volume<PlanFrame>&, const DicomHeader&, const std::filesystem::path&,
                                               const CtWriteOptions&);

}  // namespace seedaudit
