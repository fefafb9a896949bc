// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dicom_maker.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmdata/dcrleerg.h>
#include <dcmtk/dcmdata/dcrlerp.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmjpeg/djencode.h>
#include <dcmtk/dcmjpeg/djrplol.h>
#include <dcmtk/dcmjpeg/djrploss.h>
#include <dcmtk/dcmjpls/djencode.h>
#include <dcmtk/dcmjpls/djrparam.h>
#include <openjpeg.h>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <sstream>
#include <stdexcept>

namespace seedaudit::test {
namespace {

void register_encoders() {
  static std::once_flag once;
  std::call_once(once, [] {
    DcmRLEEncoderRegistration::registerCodecs();
    DJEncoderRegistration::registerCodecs();
    DJLSEncoderRegistration::registerCodecs();
  });
}

void check(const OFCondition& c, const char* what) {
  if (c.bad()) throw std::runtime_error(std::string(what) + ": " + c.text());
}

E_TransferSyntax dcmtk_syntax(Syntax s) {
  switch (s) {
    case Syntax::implicit_le:
      return EXS_LittleEndianImplicit;
    case Syntax::explicit_le:
      return EXS_LittleEndianExplicit;
    case Syntax::explicit_be:
      return EXS_BigEndianExplicit;
    case Syntax::deflated:
      return EXS_DeflatedLittleEndianExplicit;
    case Syntax::rle:
      return EXS_RLELossless;
    case Syntax::jpeg_baseline:
      return EXS_JPEGProcess1;
    case Syntax::jpeg_extended:
      return EXS_JPEGProcess2_4;
    case Syntax::jpeg_lossless:
      return EXS_JPEGProcess14;
    case Syntax::jpeg_lossless_sv1:
      return EXS_JPEGProcess14SV1;
    case Syntax::jpeg_ls_lossless:
      return EXS_JPEGLSLossless;
    case Syntax::jpeg_ls_near:
      return EXS_JPEGLSLossy;
    case Syntax::jpeg2000_lossless:
      return EXS_JPEG2000LosslessOnly;
    case Syntax::jpeg2000_lossy:
      return EXS_JPEG2000;
  }
  return EXS_LittleEndianExplicit;
}

std::string ds(double v) {
  char b[64];
  std::snprintf(b, sizeof b, "%.10g", v);
  return b;
}

std::string ds(const Eigen::Vector3d& v) { return ds(v[0]) + "\\" + ds(v[1]) + "\\" + ds(v[2]); }

OPJ_SIZE_T append(void* from, OPJ_SIZE_T n, void* user) {
  static_cast<std::string*>(user)->append(static_cast<const char*>(from), n);
  return n;
}

std::string encode_jpeg2000(const Uint16* words, int rows, int columns, int stored, bool is_signed, bool lossy) {
  opj_image_cmptparm_t component{};
  component.dx = component.dy = 1;
  component.w = static_cast<OPJ_UINT32>(columns);
  component.h = static_cast<OPJ_UINT32>(rows);
  component.prec = static_cast<OPJ_UINT32>(stored);
  component.sgnd = is_signed ? 1 : 0;
  opj_image_t* image = opj_image_create(1, &component, OPJ_CLRSPC_GRAY);
  image->x1 = component.w;
  image->y1 = component.h;
  const int sign = 1 << (stored - 1), mask = (1 << stored) - 1;
  for (int i = 0; i < rows * columns; ++i) {
    const int v = words[i] & mask;
    image->comps[0].data[i] = is_signed ? (v ^ sign) - sign : v;
  }
  opj_cparameters_t parameters;
  opj_set_default_encoder_parameters(&parameters);
  parameters.numresolution = 4;
  parameters.irreversible = lossy ? 1 : 0;
  parameters.tcp_numlayers = 1;
  parameters.cp_disto_alloc = 1;
  parameters.tcp_rates[0] = lossy ? 6.0F : 0.0F;
  std::string out;
  opj_codec_t* codec = opj_create_compress(OPJ_CODEC_J2K);
  opj_stream_t* stream = opj_stream_default_create(OPJ_FALSE);
  opj_stream_set_user_data(stream, &out, nullptr);
  opj_stream_set_write_function(stream, append);
  const bool done = opj_setup_encoder(codec, &parameters, image) && opj_start_compress(codec, image, stream) && opj_encode(codec, stream) &&
                    opj_end_compress(codec, stream);
  opj_stream_destroy(stream);
  opj_destroy_codec(codec);
  opj_image_destroy(image);
  if (!done) throw std::runtime_error("JPEG 2000 encoder");
  return out;
}

/// JPEG 2000 is not in DCMTK: OpenJPEG encodes, DCMTK keeps the result as the original representation.
void put_jpeg2000(DcmDataset& d, bool lossy, E_TransferSyntax syntax) {
  Uint16 rows = 0, columns = 0, stored = 0, representation = 0;
  d.findAndGetUint16(DCM_Rows, rows);
  d.findAndGetUint16(DCM_Columns, columns);
  d.findAndGetUint16(DCM_BitsStored, stored);
  d.findAndGetUint16(DCM_PixelRepresentation, representation);
  const Uint16* words = nullptr;
  check(d.findAndGetUint16Array(DCM_PixelData, words), "pixels");
  std::string stream = encode_jpeg2000(words, rows, columns, stored, representation == 1, lossy);
  if (stream.size() % 2 != 0) stream.push_back('\0');
  auto* sequence = new DcmPixelSequence(DCM_PixelSequenceTag);
  sequence->insert(new DcmPixelItem(DCM_PixelItemTag));
  auto* item = new DcmPixelItem(DCM_PixelItemTag);
  check(item->putUint8Array(reinterpret_cast<const Uint8*>(stream.data()), static_cast<unsigned long>(stream.size())), "fragment");
  sequence->insert(item);
  auto* pixels = new DcmPixelData(DCM_PixelData);
  pixels->putOriginalRepresentation(syntax, nullptr, sequence);
  check(d.insert(pixels, OFTrue), "pixel data");
}

void put(DcmItem& d, const DcmTagKey& key, const std::string& value) { check(d.putAndInsertString(key, value.c_str()), "element"); }

std::vector<Uint16> pixels_of(const CtSpec& s, int k) {
  const auto [slope, intercept] = s.rescale ? s.rescale(k) : std::pair(s.slope, s.intercept);
  const double low = s.is_signed ? -std::ldexp(1.0, s.bits_stored - 1) : 0.0;
  const double high = std::ldexp(1.0, s.is_signed ? s.bits_stored - 1 : s.bits_stored) - 1.0;
  const unsigned mask = (1U << s.bits_stored) - 1U;
  std::vector<Uint16> out;
  for (int j = 0; j < s.rows; ++j)
    for (int i = 0; i < s.columns; ++i) {
      const Eigen::Vector3d p = s.position_of(i, j, k);
      const double v = std::round(((s.hu ? s.hu(p) : smooth_hu(p)) - intercept) / slope);
      const auto stored = static_cast<int>(std::min(high, std::max(low, v)));
      out.push_back(static_cast<Uint16>(static_cast<unsigned>(stored) & mask));
    }
  return out;
}

void put_pixel_module(DcmDataset& d, const CtSpec& s) {
  d.putAndInsertUint16(DCM_SamplesPerPixel, 1);
  put(d, DCM_PhotometricInterpretation, "MONOCHROME2");
  d.putAndInsertUint16(DCM_Rows, static_cast<Uint16>(s.rows));
  d.putAndInsertUint16(DCM_Columns, static_cast<Uint16>(s.columns));
  d.putAndInsertUint16(DCM_BitsAllocated, static_cast<Uint16>(s.bits_allocated));
  d.putAndInsertUint16(DCM_BitsStored, static_cast<Uint16>(s.bits_stored));
  d.putAndInsertUint16(DCM_HighBit, static_cast<Uint16>(s.bits_stored - 1));
  d.putAndInsertUint16(DCM_PixelRepresentation, s.is_signed ? 1 : 0);
}

void put_identity(DcmDataset& d, const CtSpec& s) {
  if (!s.character_set.empty()) put(d, DCM_SpecificCharacterSet, s.character_set);
  put(d, DCM_ImageType, s.image_type);
  put(d, DCM_StudyDate, s.study_date);
  put(d, DCM_StudyTime, "101500");
  put(d, DCM_AcquisitionDate, s.study_date);
  put(d, DCM_Modality, s.modality);
  put(d, DCM_SeriesDescription, s.description);
  put(d, DCM_PatientName, s.patient_name);
  put(d, DCM_PatientID, s.patient_id);
  put(d, DCM_KVP, "120");
  put(d, DCM_ConvolutionKernel, s.kernel);
  put(d, DCM_PatientPosition, s.patient_position);
  put(d, DCM_StudyInstanceUID, s.study_uid);
  put(d, DCM_SeriesInstanceUID, s.series_uid);
  if (!s.frame_uid.empty()) put(d, DCM_FrameOfReferenceUID, s.frame_uid);
}

}  // namespace

std::string uid_of(Syntax s) { return DcmXfer(dcmtk_syntax(s)).getXferID(); }

double CtSpec::normal_position_mm(int k) const {
  return positions_mm.empty() ? k * spacing_k_mm : positions_mm[static_cast<std::size_t>(k)];
}

Eigen::Vector3d CtSpec::position_of(int i, int j, int k) const {
  const double t = normal_position_mm(k);
  return origin_mm + row_direction * (i * spacing_i_mm) + column_direction * (j * spacing_j_mm) +
         row_direction.cross(column_direction) * t + shear_mm_per_mm * t;
}

double smooth_hu(const Eigen::Vector3d& p) {
  return 600.0 + 700.0 * std::sin(0.11 * p[0] + 0.3) + 500.0 * std::cos(0.13 * p[1]) + 300.0 * std::sin(0.07 * p[2]);
}

void save(DcmDataset& dataset, const std::filesystem::path& file, Syntax syntax, bool meta_header) {
  register_encoders();
  const E_TransferSyntax xfer = dcmtk_syntax(syntax);
  DcmFileFormat format(&dataset);
  DcmDataset& d = *format.getDataset();
  DJ_RPLossless lossless(6, 0), lossless_sv1(1, 0);
  DJ_RPLossy lossy(90);
  const DcmRepresentationParameter* parameter = nullptr;
  if (syntax == Syntax::jpeg_lossless) parameter = &lossless;
  if (syntax == Syntax::jpeg_lossless_sv1) parameter = &lossless_sv1;
  if (syntax == Syntax::jpeg_baseline || syntax == Syntax::jpeg_extended) parameter = &lossy;
  DJLSRepresentationParameter ls_lossless(2, OFTrue), ls_near(3, OFFalse);
  if (syntax == Syntax::jpeg_ls_lossless) parameter = &ls_lossless;
  if (syntax == Syntax::jpeg_ls_near) parameter = &ls_near;
  if (syntax == Syntax::jpeg2000_lossless || syntax == Syntax::jpeg2000_lossy)
    put_jpeg2000(d, syntax == Syntax::jpeg2000_lossy, xfer);
  else
    check(d.chooseRepresentation(xfer, parameter), "encode");
  check(
      format.saveFile(file.c_str(), xfer, EET_ExplicitLength, EGL_recalcGL, EPD_noChange, 0, 0, meta_header ? EWM_fileformat : EWM_dataset),
      "save");
}

std::vector<std::string> write_ct(const std::filesystem::path& folder, const CtSpec& s) {
  std::filesystem::create_directories(folder);
  std::vector<std::string> paths;
  for (int k = 0; k < s.slices; ++k) {
    DcmDataset d;
    put_identity(d, s);
    put(d, DCM_SOPClassUID, s.modality == "MR" ? UID_MRImageStorage : UID_CTImageStorage);
    put(d, DCM_SOPInstanceUID, s.sop_prefix + "." + std::to_string(k + 1));
    const double thickness = s.thickness_mm.value_or(s.spacing_k_mm);
    if (thickness > 0.0) put(d, DCM_SliceThickness, ds(thickness));
    // Instance numbers that order nothing: 1, 4, 7, ... modulo the number of slices.
    put(d, DCM_InstanceNumber, std::to_string((k * 7) % (s.slices + 1) + 1));
    put(d, DCM_SliceLocation, ds(-s.normal_position_mm(k)));  // the opposite sign, as some scanners write it
    put(d, DCM_ImagePositionPatient, ds(s.position_of(0, 0, k)));
    put(d, DCM_ImageOrientationPatient, ds(s.row_direction) + "\\" + ds(s.column_direction));
    put(d, DCM_PixelSpacing, ds(s.spacing_j_mm) + "\\" + ds(s.spacing_i_mm));
    put_pixel_module(d, s);
    if (s.modality != "MR") {
      const auto [slope, intercept] = s.rescale ? s.rescale(k) : std::pair(s.slope, s.intercept);
      put(d, DCM_RescaleIntercept, ds(intercept));
      put(d, DCM_RescaleSlope, ds(slope));
      put(d, DCM_RescaleType, "HU");
    }
    const auto pixels = pixels_of(s, k);
    if (s.bits_allocated == 8) {
      std::vector<Uint8> bytes(pixels.begin(), pixels.end());
      d.putAndInsertUint8Array(DCM_PixelData, bytes.data(), static_cast<unsigned long>(bytes.size()));
    } else {
      d.putAndInsertUint16Array(DCM_PixelData, pixels.data(), static_cast<unsigned long>(pixels.size()));
    }
    if (s.edit) s.edit(d, k);
    const auto file = folder / (s.file_prefix + std::to_string(1000 - k));
    save(d, file, s.syntax, s.meta_header);
    if (s.spoil) {
      std::string bytes = read_bytes(file);
      s.spoil(bytes, k);
      write_bytes(file, bytes);
    }
    paths.push_back(file.string());
  }
  return paths;
}

std::string write_enhanced_ct(const std::filesystem::path& file, const CtSpec& s) {
  DcmDataset d;
  put_identity(d, s);
  put(d, DCM_SOPClassUID, UID_EnhancedCTImageStorage);
  put(d, DCM_SOPInstanceUID, s.sop_prefix + ".1");
  put_pixel_module(d, s);
  put(d, DCM_NumberOfFrames, std::to_string(s.slices));
  DcmItem* shared = nullptr;
  check(d.findOrCreateSequenceItem(DCM_SharedFunctionalGroupsSequence, shared, 0), "shared groups");
  DcmItem* measures = nullptr;
  check(shared->findOrCreateSequenceItem(DCM_PixelMeasuresSequence, measures, 0), "measures");
  put(*measures, DCM_PixelSpacing, ds(s.spacing_j_mm) + "\\" + ds(s.spacing_i_mm));
  put(*measures, DCM_SliceThickness, ds(s.spacing_k_mm));
  DcmItem* orientation = nullptr;
  check(shared->findOrCreateSequenceItem(DCM_PlaneOrientationSequence, orientation, 0), "orientation");
  put(*orientation, DCM_ImageOrientationPatient, ds(s.row_direction) + "\\" + ds(s.column_direction));
  std::vector<Uint16> all;
  for (int f = 0; f < s.slices; ++f) {
    const int k = (f * 3) % s.slices;  // a permutation where slices is no multiple of 3
    DcmItem* frame = nullptr;
    check(d.findOrCreateSequenceItem(DCM_PerFrameFunctionalGroupsSequence, frame, f), "frame group");
    DcmItem* position = nullptr;
    check(frame->findOrCreateSequenceItem(DCM_PlanePositionSequence, position, 0), "position");
    put(*position, DCM_ImagePositionPatient, ds(s.position_of(0, 0, k)));
    DcmItem* transformation = nullptr;
    check(frame->findOrCreateSequenceItem(DCM_PixelValueTransformationSequence, transformation, 0), "rescale");
    const auto [slope, intercept] = s.rescale ? s.rescale(k) : std::pair(s.slope, s.intercept);
    put(*transformation, DCM_RescaleIntercept, ds(intercept));
    put(*transformation, DCM_RescaleSlope, ds(slope));
    put(*transformation, DCM_RescaleType, "HU");
    const auto pixels = pixels_of(s, k);
    all.insert(all.end(), pixels.begin(), pixels.end());
  }
  d.putAndInsertUint16Array(DCM_PixelData, all.data(), static_cast<unsigned long>(all.size()));
  if (s.edit) s.edit(d, 0);
  save(d, file, s.syntax, s.meta_header);
  return file.string();
}

std::string read_bytes(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream s;
  s << in.rdbuf();
  return s.str();
}

void write_bytes(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream out(file, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace seedaudit::test
