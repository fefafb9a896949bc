// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/dicom_object.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dcrleerg.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmjpeg/djencode.h>
#include <dcmtk/dcmjpls/djencode.h>
#include <dcmtk/oflog/oflog.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <memory>
#include <mutex>

#include "report/atomic_file.h"
#include "report/dicom_ct_writer.h"

namespace seedaudit {
namespace {

void register_encoders() {
  static std::once_flag once;
  std::call_once(once, [] {
    OFLog::configure(OFLogger::OFF_LOG_LEVEL);  // what goes wrong is returned, not printed
    DcmRLEEncoderRegistration::registerCodecs();
    DJEncoderRegistration::registerCodecs();
    DJLSEncoderRegistration::registerCodecs();
  });
}

E_TransferSyntax transfer_syntax(DicomSyntax syntax) {
  switch (syntax) {
    case DicomSyntax::explicit_little_endian:
      return EXS_LittleEndianExplicit;
    case DicomSyntax::implicit_little_endian:
      return EXS_LittleEndianImplicit;
    case DicomSyntax::deflated:
      return EXS_DeflatedLittleEndianExplicit;
    case DicomSyntax::rle:
      return EXS_RLELossless;
    case DicomSyntax::jpeg_lossless:
      return EXS_JPEGProcess14SV1;
    case DicomSyntax::jpeg_ls_lossless:
      return EXS_JPEGLSLossless;
  }
  return EXS_LittleEndianExplicit;
}

/// At most `limit` characters (not bytes) of UTF-8.
std::string_view clipped(std::string_view text, std::size_t limit) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool starts = (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U;
    if (starts && ++characters > limit) return text.substr(0, i);
  }
  return text;
}

/// The object as the bytes of a DICOM file.
OFCondition serialise(DcmFileFormat& file, E_TransferSyntax syntax, std::string& bytes) {
  OFCondition good = file.validateMetaInfo(syntax);
  if (good.bad()) return good;
  std::vector<char> chunk(1U << 20U);
  DcmOutputBufferStream out(chunk.data(), static_cast<offile_off_t>(chunk.size()));
  const auto drain = [&] {
    void* data = nullptr;
    offile_off_t length = 0;
    out.flushBuffer(data, length);
    bytes.append(static_cast<const char*>(data), static_cast<std::size_t>(length));
    return length;
  };
  file.transferInit();
  do {
    good = file.write(out, syntax, EET_ExplicitLength, nullptr, EGL_recalcGL, EPD_noChange, 0, 0, 0, EWM_updateMeta);
    drain();
  } while (good == EC_StreamNotifyClient);
  if (good.good()) {
    do out.flush();  // what a compression filter still holds
    while (drain() > 0);
  }
  file.transferEnd();
  return good;
}

}  // namespace

void ItemWriter::keep(bool good, const DcmTagKey& tag) {
  if (!good && failure_->empty()) *failure_ = "cannot encode " + std::string(DcmTag(tag).getTagName());
}

void ItemWriter::raw(const DcmTagKey& tag, const std::string& backslash_separated) {
  keep(item_->putAndInsertString(tag, backslash_separated.c_str()).good(), tag);
}

void ItemWriter::text(const DcmTagKey& tag, std::string_view value) {
  const DcmVR vr = DcmTag(tag).getVR();
  const Uint32 limit = vr.getMaxValueLength();
  std::string clean(vr.getEVR() == EVR_PN ? value : clipped(value, limit));
  if (vr.getEVR() != EVR_LT && vr.getEVR() != EVR_ST && vr.getEVR() != EVR_UT)
    std::replace(clean.begin(), clean.end(), '\\', '/');  // a backslash would separate values
  raw(tag, clean);
}

void ItemWriter::texts(const DcmTagKey& tag, const std::vector<std::string>& values) {
  std::string joined;
  for (const auto& v : values) joined += (joined.empty() ? "" : "\\") + v;
  raw(tag, joined);
}

void ItemWriter::text_if(const DcmTagKey& tag, std::string_view value) {
  if (!value.empty()) text(tag, value);
}

void ItemWriter::integer(const DcmTagKey& tag, long value) { raw(tag, std::to_string(value)); }

void ItemWriter::decimal(const DcmTagKey& tag, double value) { raw(tag, decimal_string(value)); }

void ItemWriter::decimals(const DcmTagKey& tag, const std::vector<double>& values) {
  std::string joined;
  for (const double v : values) joined += (joined.empty() ? "" : "\\") + decimal_string(v);
  raw(tag, joined);
}

void ItemWriter::number(const DcmTagKey& tag, std::uint16_t value) { keep(item_->putAndInsertUint16(tag, value).good(), tag); }

void ItemWriter::floats(const DcmTagKey& tag, const std::vector<float>& values) {
  keep(item_->putAndInsertFloat32Array(tag, values.data(), values.size()).good(), tag);
}

void ItemWriter::doubles(const DcmTagKey& tag, const std::vector<double>& values) {
  keep(item_->putAndInsertFloat64Array(tag, values.data(), values.size()).good(), tag);
}

void ItemWriter::unsigned_longs(const DcmTagKey& tag, const std::vector<std::uint32_t>& values) {
  auto element = std::make_unique<DcmUnsignedLong>(DcmTag(tag));
  const bool good = element->putUint32Array(values.data(), static_cast<unsigned long>(values.size())).good() &&
                    item_->insert(element.get(), OFTrue).good();
  if (good) static_cast<void>(element.release());  // the item owns it now
  keep(good, tag);
}

void ItemWriter::words(const DcmTagKey& tag, const std::vector<std::uint16_t>& values) {
  keep(item_->putAndInsertUint16Array(tag, values.data(), values.size()).good(), tag);
}

void ItemWriter::bytes(const DcmTagKey& tag, std::string_view value) {
  std::vector<Uint8> data(value.begin(), value.end());
  if (data.size() % 2 != 0) data.push_back(0);
  keep(item_->putAndInsertUint8Array(tag, data.data(), static_cast<unsigned long>(data.size())).good(), tag);
}

void ItemWriter::empty(const DcmTagKey& tag) { keep(item_->insertEmptyElement(tag).good(), tag); }

void ItemWriter::tag_value(const DcmTagKey& tag, const DcmTagKey& value) { keep(item_->putAndInsertTagKey(tag, value).good(), tag); }

void ItemWriter::date(const DcmTagKey& date_tag, const DcmTagKey& time_tag, const DateTime& when) {
  std::string iso = to_iso(when.date);
  iso.erase(std::remove(iso.begin(), iso.end(), '-'), iso.end());
  raw(date_tag, iso);
  std::string clock;
  if (when.time_of_day) {
    const auto s = when.time_of_day->count();
    char buffer[40];
    std::snprintf(buffer, sizeof buffer, "%02d%02d%02d", static_cast<int>(s / 3600 % 24), static_cast<int>(s / 60 % 60),
                  static_cast<int>(s % 60));
    clock = buffer;
  }
  raw(time_tag, clock);
}

ItemWriter ItemWriter::add_item(const DcmTagKey& sequence) {
  DcmItem* item = nullptr;
  keep(item_->findOrCreateSequenceItem(sequence, item, -2).good() && item != nullptr, sequence);
  if (item == nullptr) item = item_;  // the failure is kept: nothing of this object will be written
  return {*item, *failure_};
}

ObjectIdentity identify(const DicomHeader& header, std::string_view modality, std::string_view frame_of_reference_uid,
                        std::string_view series_content) {
  ObjectIdentity id;
  const std::string date = to_iso(header.study_date.date);
  id.study_instance_uid = !header.study_instance_uid.empty()
                              ? header.study_instance_uid
                              : stable_uid({"study", header.patient.id, header.study_id, date, header.study_description});
  id.series_instance_uid = !header.series_instance_uid.empty()
                               ? header.series_instance_uid
                               : stable_uid({"series", id.study_instance_uid, modality, std::to_string(header.series_number),
                                             header.series_description, series_content});
  id.frame_of_reference_uid = !header.frame_of_reference_uid.empty() ? header.frame_of_reference_uid
                              : !frame_of_reference_uid.empty()      ? std::string(frame_of_reference_uid)
                                                                     : stable_uid({"frame", id.study_instance_uid});
  return id;
}

void write_common(ItemWriter& item, const DicomHeader& header, const ObjectIdentity& identity, std::string_view modality,
                  std::string_view sop_class_uid, std::string_view sop_instance_uid, bool has_frame) {
  const DateTime made = header.content_date.value_or(header.study_date);
  item.text(DCM_SpecificCharacterSet, "ISO_IR 192");
  item.date(DCM_InstanceCreationDate, DCM_InstanceCreationTime, made);
  item.text(DCM_SOPClassUID, sop_class_uid);
  item.text(DCM_SOPInstanceUID, sop_instance_uid);
  item.date(DCM_StudyDate, DCM_StudyTime, header.study_date);
  item.date(DCM_SeriesDate, DCM_SeriesTime, made);
  item.text(DCM_AccessionNumber, header.accession_number);
  item.text(DCM_Modality, modality);
  item.text(DCM_Manufacturer, header.manufacturer);
  item.text_if(DCM_InstitutionName, header.institution);
  item.text(DCM_ReferringPhysicianName, "");
  item.text_if(DCM_StudyDescription, header.study_description);
  item.text_if(DCM_SeriesDescription, header.series_description);
  if (has_frame) item.text(DCM_OperatorsName, "");
  item.text_if(DCM_ManufacturerModelName, header.model_name);
  item.text_if(DCM_SoftwareVersions, header.software_version);
  item.text(DCM_PatientName, header.patient.name);
  item.text(DCM_PatientID, header.patient.id);
  item.text(DCM_PatientBirthDate, header.patient.birth_date);
  item.text(DCM_PatientSex, header.patient.sex);
  if (header.patient.identity_removed) {
    item.text(DCM_PatientIdentityRemoved, "YES");
    item.text(DCM_DeidentificationMethod, "synthetic or de-identified data");
  }
  item.text_if(DCM_BodyPartExamined, header.body_part);
  item.text(DCM_StudyInstanceUID, identity.study_instance_uid);
  item.text(DCM_SeriesInstanceUID, identity.series_instance_uid);
  item.text(DCM_StudyID, header.study_id);
  item.integer(DCM_SeriesNumber, header.series_number);
  if (!has_frame) return;
  item.text(DCM_FrameOfReferenceUID, identity.frame_of_reference_uid);
  item.text(DCM_PositionReferenceIndicator, "");
}

template <class F>
void write_plane(ItemWriter& item, const GridGeometry<F>& grid, int slice) {
  const Eigen::Matrix3d& d = grid.direction();
  item.decimals(DCM_ImagePositionPatient, grid.center_of({0, 0, slice}).mm);
  item.decimals(DCM_ImageOrientationPatient, std::vector<double>{d(0, 0), d(1, 0), d(2, 0), d(0, 1), d(1, 1), d(2, 1)});
  // DICOM gives row spacing (along j) first.
  item.decimals(DCM_PixelSpacing, std::vector<double>{grid.spacing_mm()[1], grid.spacing_mm()[0]});
}
template void write_plane(ItemWriter&, const GridGeometry<CtFrame>&, int);
template void write_plane(ItemWriter&, const GridGeometry<PlanFrame>&, int);

Status write_object(const std::filesystem::path& file, DicomSyntax syntax, const std::function<void(ItemWriter&)>& fill) {
  try {
    register_encoders();
    DcmFileFormat object;
    std::string failure;
    ItemWriter item(*object.getDataset(), failure);
    fill(item);
    if (!failure.empty()) return Error{ErrorCode::internal, failure, file.string(), ""};
    const E_TransferSyntax wanted = transfer_syntax(syntax);
    OFCondition good = object.getDataset()->chooseRepresentation(wanted, nullptr);
    if (good.good() && !object.getDataset()->canWriteXfer(wanted)) good = EC_UnsupportedEncoding;
    if (good.bad()) return Error{ErrorCode::internal, std::string("cannot encode pixel data: ") + good.text(), file.string(), ""};
    std::string bytes;
    good = serialise(object, wanted, bytes);
    if (good.bad()) return Error{ErrorCode::internal, std::string("cannot encode the object: ") + good.text(), file.string(), ""};
    return write_file_atomically(file, bytes);
  } catch (const std::exception& e) {
    return Error{ErrorCode::internal, std::string("cannot encode the object: ") + e.what(), file.string(), ""};
  }
}

}  // namespace seedaudit
