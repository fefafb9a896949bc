// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "network/object_content.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dctk.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "core/sha256.h"
#include "io/dicom_dataset.h"
#include "io/dicom_layout.h"
#include "io/pixel_decoder.h"

namespace seedaudit {
namespace {

/// Of the stored values of every frame; none where they cannot be had: no image, colour, an encoding without a decoder.
std::optional<std::string> pixels_hash(DcmDataset& dataset, const std::string& path) {
  const auto format = read_pixel_format(dataset, path);
  if (!format) return std::nullopt;
  const auto layout = read_dicom_layout(path);
  if (!layout || !*layout) return std::nullopt;
  Sha256 hash;
  std::vector<char> bytes;
  for (int frame = 0; frame < format->frames; ++frame) {
    const auto decoded = decode_frame(path, **layout, *format, frame);
    if (!decoded) return std::nullopt;
    bytes.clear();
    for (const std::int32_t v : decoded->stored)
      for (unsigned shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<char>(static_cast<std::uint32_t>(v) >> shift & 0xFFU));
    hash.add({bytes.data(), bytes.size()});
  }
  return hash.hexadecimal();
}

/// The data set as it would be sent in one transfer syntax.
Status add_written(DcmDataset& dataset, E_TransferSyntax syntax, const std::string& path, Sha256& hash) {
  std::vector<char> buffer(std::size_t{1} << 20);
  DcmOutputBufferStream stream(buffer.data(), static_cast<offile_off_t>(buffer.size()));
  dataset.transferInit();
  OFCondition done;
  do {
    done = dataset.write(stream, syntax, EET_ExplicitLength, nullptr, EGL_withoutGL, EPD_withoutPadding);
    void* start = nullptr;
    offile_off_t length = 0;
    stream.flushBuffer(start, length);
    hash.add({static_cast<const char*>(start), static_cast<std::size_t>(length)});
  } while (done == EC_StreamNotifyClient);
  dataset.transferEnd();
  if (done.bad()) return Error{ErrorCode::unreadable_file, std::string("the data set cannot be compared: ") + done.text(), path, ""};
  return ok_status();
}

}  // namespace

Result<std::string> content_hash(const std::filesystem::path& file) {
  auto object = open_dicom(file.string(), false);
  if (!object) return object.error();
  DcmDataset& dataset = *(*object)->getDataset();
  Sha256 hash;
  E_TransferSyntax syntax = EXS_LittleEndianImplicit;
  if (dataset.tagExists(DCM_PixelData)) {
    if (const auto pixels = pixels_hash(dataset, file.string())) {
      hash.add_part(*pixels);
      delete dataset.remove(DCM_PixelData);
    } else if (const DcmXfer own(dataset.getOriginalXfer()); own.isEncapsulated()) {
      syntax = own.getXfer();
      hash.add_part(own.getXferID());
    }
  }
  // Where compressors note that they were here, also lossless ones, while the object stays the same.
  delete dataset.remove(DCM_DerivationDescription);
  if (Status s = add_written(dataset, syntax, file.string(), hash); !s) return s.error();
  return hash.hexadecimal();
}

}  // namespace seedaudit
