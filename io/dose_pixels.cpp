// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/dose_pixels.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <limits>

#include "core/parallel.h"
#include "io/dicom_dataset.h"
#include "io/dicom_layout.h"
#include "io/pixel_decoder.h"

namespace seedaudit {
namespace {

constexpr int kLargestSide = 8192;
constexpr int kMostFrames = 8192;
constexpr std::size_t kBytes = 4;

Error truncated(const std::string& path) {
  return Error{ErrorCode::truncated_file, "the dose holds fewer values than its header says", path, "transfer the file again"};
}

/// The whole pixel data as bytes in file order; of a deflated data set in the order of this machine.
Result<std::vector<unsigned char>> pixel_bytes(const std::string& path, const DicomLayout& layout, std::size_t wanted) {
  std::vector<unsigned char> bytes;
  if (layout.deflated) {
    const auto file = open_dicom(path, false);
    if (!file) return file.error();
    DcmElement* element = nullptr;
    if ((*file)->getDataset()->findAndGetElement(DCM_PixelData, element).bad() || element == nullptr || element->getLength() < wanted)
      return truncated(path);
    bytes.resize(wanted);
    Uint16* words = nullptr;
    Uint8* octets = nullptr;
    if (element->getUint16Array(words).good() && words != nullptr)
      std::memcpy(bytes.data(), words, wanted);
    else if (element->getUint8Array(octets).good() && octets != nullptr)
      std::memcpy(bytes.data(), octets, wanted);
    else
      return Error{ErrorCode::unreadable_file, "the deflated pixel data cannot be read", path, "export uncompressed"};
    return bytes;
  }
  // The retired big-endian syntax is read in two ways where a value spans two words; a guess would be off by thousands.
  if (layout.big_endian)
    return Error{ErrorCode::unsupported_syntax, "big-endian dose of 32 bits", path, "export the dose in little endian"};
  if (layout.encapsulated) return Error{ErrorCode::unsupported_syntax, "compressed dose of 32 bits", path, "export the dose uncompressed"};
  if (!layout.pixel_data || layout.native.length < wanted) return truncated(path);
  bytes.resize(wanted);
  std::ifstream in(path, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(layout.native.offset));
  if (!in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(wanted))) return truncated(path);
  return bytes;
}

Result<DosePixels> read_32_bits(DcmItem& header, const std::string& path, const DicomLayout& layout) {
  DosePixels pixels;
  pixels.rows = integer_of(header, {0x0028, 0x0010}).value_or(0);
  pixels.columns = integer_of(header, {0x0028, 0x0011}).value_or(0);
  const int frames = integer_of(header, {0x0028, 0x0008}).value_or(1);
  pixels.is_signed = integer_of(header, {0x0028, 0x0103}).value_or(0) == 1;
  if (integer_of(header, {0x0028, 0x0002}).value_or(1) != 1)
    return Error{ErrorCode::wrong_modality, "a colour picture, not a dose", path, ""};
  if (pixels.rows < 1 || pixels.columns < 1 || frames < 1 || pixels.rows > kLargestSide || pixels.columns > kLargestSide ||
      frames > kMostFrames)
    return Error{
        ErrorCode::unreadable_file,
        "implausible dose grid " + std::to_string(pixels.columns) + " x " + std::to_string(pixels.rows) + " x " + std::to_string(frames),
        path, "export the dose again"};
  const std::size_t plane = static_cast<std::size_t>(pixels.rows) * static_cast<std::size_t>(pixels.columns);
  const auto n = static_cast<std::size_t>(frames);
  // The header's sizes are believed only once the file proves to hold that much.
  if (!layout.deflated && layout.native.length < plane * n * kBytes && !layout.encapsulated) return truncated(path);
  const auto bytes = pixel_bytes(path, layout, plane * n * kBytes);
  if (!bytes) return bytes.error();
  pixels.frames.assign(n, std::vector<std::uint32_t>(plane));
  for (std::size_t f = 0; f < n; ++f)
    for (std::size_t v = 0; v < plane; ++v) {
      const unsigned char* b = bytes->data() + (f * plane + v) * kBytes;
      const auto at = [&](std::size_t i) { return static_cast<std::uint32_t>(b[i]); };
      pixels.frames[f][v] = at(0) | at(1) << 8U | at(2) << 16U | at(3) << 24U;
    }
  return pixels;
}

}  // namespace

Result<DosePixels> read_dose_pixels(DcmItem& header, const std::string& path) {
  const auto layout = read_dicom_layout(path);
  if (!layout) return layout.error();
  if (!*layout) return Error{ErrorCode::unreadable_file, "not DICOM", path, ""};
  if ((*layout)->truncated) return *(*layout)->truncated;
  if (integer_of(header, {0x0028, 0x0100}).value_or(16) == 32) return read_32_bits(header, path, **layout);

  const auto format = read_pixel_format(header, path);
  if (!format) return format.error();
  DosePixels pixels;
  pixels.columns = format->columns;
  pixels.rows = format->rows;
  pixels.is_signed = format->is_signed;
  pixels.frames.resize(static_cast<std::size_t>(format->frames));
  std::vector<std::optional<Error>> problems(pixels.frames.size());
  parallel_for(pixels.frames.size(), [&](std::size_t f) {
    const auto frame = decode_frame(path, **layout, *format, static_cast<int>(f));
    if (!frame) {
      problems[f] = frame.error();
      return;
    }
    pixels.frames[f].assign(frame->stored.begin(), frame->stored.end());
  });
  for (const auto& problem : problems)
    if (problem) return *problem;
  const std::size_t plane = static_cast<std::size_t>(pixels.rows) * static_cast<std::size_t>(pixels.columns);
  for (const auto& frame : pixels.frames)
    if (frame.size() != plane) return truncated(path);
  return pixels;
}

}  // namespace seedaudit
