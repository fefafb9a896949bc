// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/pixel_decoder.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <bit>
#include <fstream>

#include "io/codestream.h"
#include "io/dicom_dataset.h"
#include "io/dicom_runtime.h"
#include "io/jpeg2000_decoder.h"

namespace seedaudit {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// Larger than any detector matrix; a header must not make us allocate gigabytes.
constexpr int kLargestSide = 8192;
constexpr int kMostFrames = 20000;

const char* kAgain = "Export or copy the file again.";

Error broken(const std::string& what, const std::string& path) { return {ErrorCode::unreadable_file, what, path, kAgain}; }
Error truncated(const std::string& what, const std::string& path) { return {ErrorCode::truncated_file, what, path, kAgain}; }

Result<Bytes> read_ranges(const std::string& path, const std::vector<ByteRange>& ranges) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{ErrorCode::path_not_found, "cannot open the file", path, "Check that it exists and may be read."};
  Bytes out;
  for (const auto& r : ranges) {
    const std::size_t before = out.size();
    out.resize(before + static_cast<std::size_t>(r.length));
    in.seekg(static_cast<std::streamoff>(r.offset));
    in.read(reinterpret_cast<char*>(out.data() + before), static_cast<std::streamsize>(r.length));
    if (in.gcount() != static_cast<std::streamsize>(r.length)) return truncated("pixel data end early", path);
  }
  return out;
}

std::uint64_t frame_bytes(const PixelFormat& f) {
  return static_cast<std::uint64_t>(f.rows) * static_cast<std::uint64_t>(f.columns) * static_cast<std::uint64_t>(f.bits_allocated / 8);
}

/// Raw words (in this machine's byte order) to stored values: overlay and other unused bits go, the sign is extended from the high bit.
std::vector<std::int32_t> to_stored(const Bytes& raw, int bits_allocated, const PixelFormat& f) {
  const std::size_t n = static_cast<std::size_t>(f.rows) * static_cast<std::size_t>(f.columns);
  const int bits = std::min(f.bits_stored, bits_allocated);
  const int shift = std::max(0, std::min(f.high_bit, bits_allocated - 1) - bits + 1);
  const std::uint32_t mask = bits >= 32 ? 0xFFFFFFFFU : (1U << bits) - 1U;
  const std::uint32_t sign = f.is_signed ? 1U << (bits - 1) : 0U;
  std::vector<std::int32_t> out(n);
  const auto convert = [&](std::size_t i, std::uint32_t v) {
    v = (v >> shift) & mask;
    out[i] = static_cast<std::int32_t>((v ^ sign) - sign);
  };
  if (bits_allocated == 8)
    for (std::size_t i = 0; i < n; ++i) convert(i, raw[i]);
  else if (bits_allocated == 16)
    for (std::size_t i = 0; i < n; ++i) convert(i, static_cast<std::uint32_t>(raw[2 * i] | raw[2 * i + 1] << 8));
  else
    for (std::size_t i = 0; i < n; ++i)
      convert(i, static_cast<std::uint32_t>(raw[4 * i]) | static_cast<std::uint32_t>(raw[4 * i + 1]) << 8 |
                     static_cast<std::uint32_t>(raw[4 * i + 2]) << 16 | static_cast<std::uint32_t>(raw[4 * i + 3]) << 24);
  return out;
}

Result<DecodedFrame> decode_native(const std::string& path, const DicomLayout& layout, const PixelFormat& f, int frame) {
  const std::uint64_t size = frame_bytes(f);
  const std::uint64_t begin = size * static_cast<std::uint64_t>(frame);
  if (begin + size > layout.native.length)
    return truncated("pixel data hold " + std::to_string(layout.native.length) + " bytes, the image needs " + std::to_string(begin + size),
                     path);
  if (layout.big_endian && f.bits_allocated == 8)
    return Error{ErrorCode::unsupported_syntax, "8-bit pixels in a big-endian file", path, "Export in another transfer syntax."};
  auto raw = read_ranges(path, {{layout.native.offset + begin, size}});
  if (!raw) return raw.error();
  if (layout.big_endian) {
    const auto word = static_cast<std::ptrdiff_t>(f.bits_allocated / 8);
    for (auto it = raw->begin(); it != raw->end(); it += word) std::reverse(it, it + word);
  }
  return DecodedFrame{to_stored(*raw, f.bits_allocated, f), false, false};
}

/// A deflated data set is inflated by DCMTK as a whole.
Result<DecodedFrame> decode_deflated(const std::string& path, const PixelFormat& f, int frame) {
  auto file = open_dicom(path, false);
  if (!file) return file.error();
  DcmElement* e = nullptr;
  if ((*file)->getDataset()->findAndGetElement(DCM_PixelData, e).bad() || e == nullptr)
    return truncated("the deflated data set holds no pixel data", path);
  const std::uint64_t size = frame_bytes(f);
  const std::uint64_t begin = size * static_cast<std::uint64_t>(frame);
  if (e->getLength() < begin + size) return truncated("pixel data are shorter than the image", path);
  Bytes raw(static_cast<std::size_t>(size));
  if (f.bits_allocated == 16) {
    Uint16* words = nullptr;
    if (e->getUint16Array(words).bad() || words == nullptr) return broken("the deflated pixel data cannot be read", path);
    const auto first = static_cast<std::size_t>(begin / 2);
    for (std::size_t i = 0; i < raw.size() / 2; ++i) {
      raw[2 * i] = static_cast<std::uint8_t>(words[first + i] & 0xFF);
      raw[2 * i + 1] = static_cast<std::uint8_t>(words[first + i] >> 8);
    }
  } else if (f.bits_allocated == 8) {
    Uint8* bytes = nullptr;
    if (e->getUint8Array(bytes).bad() || bytes == nullptr) return broken("the deflated pixel data cannot be read", path);
    std::copy_n(bytes + begin, raw.size(), raw.begin());
  } else {
    return Error{ErrorCode::unsupported_syntax, "deflated pixels of 32 bit", path, "Export uncompressed."};
  }
  return DecodedFrame{to_stored(raw, f.bits_allocated, f), false, false};
}

/// The fragments that make up one frame.
Result<std::vector<ByteRange>> fragments_of(const std::string& path, const DicomLayout& l, const PixelFormat& f, int frame) {
  const auto frames = static_cast<std::size_t>(f.frames);
  const auto wanted = static_cast<std::size_t>(frame);
  if (l.fragments.empty()) return truncated("no compressed pixel data", path);
  if (frames == 1) return l.fragments;
  if (l.fragments.size() == frames) return std::vector<ByteRange>{l.fragments[wanted]};
  if (l.offset_table.size() != frames) return broken("frames cannot be told apart: no offset table", path);
  // Offsets count from the first fragment's item tag, 8 bytes before its value.
  const std::uint64_t base = l.fragments.front().offset - 8;
  const std::uint64_t begin = base + l.offset_table[wanted];
  const std::uint64_t end = wanted + 1 < frames ? base + l.offset_table[wanted + 1] : l.file_size;
  std::vector<ByteRange> out;
  for (const auto& r : l.fragments)
    if (r.offset - 8 >= begin && r.offset - 8 < end) out.push_back(r);
  if (out.empty()) return broken("the offset table names no fragment for frame " + std::to_string(frame + 1), path);
  return out;
}

/// Runs one code stream through DCMTK's decoder for `syntax`, in a data set made for it alone.
Result<DecodedFrame> decode_by_dcmtk(const std::string& path, const Bytes& stream, E_TransferSyntax syntax, const PixelFormat& f) {
  DcmDataset d;
  d.putAndInsertUint16(DCM_SamplesPerPixel, 1);
  d.putAndInsertString(DCM_PhotometricInterpretation, "MONOCHROME2");
  d.putAndInsertUint16(DCM_Rows, static_cast<Uint16>(f.rows));
  d.putAndInsertUint16(DCM_Columns, static_cast<Uint16>(f.columns));
  d.putAndInsertUint16(DCM_BitsAllocated, static_cast<Uint16>(f.bits_allocated));
  d.putAndInsertUint16(DCM_BitsStored, static_cast<Uint16>(f.bits_stored));
  d.putAndInsertUint16(DCM_HighBit, static_cast<Uint16>(f.high_bit));
  d.putAndInsertUint16(DCM_PixelRepresentation, f.is_signed ? 1 : 0);
  d.putAndInsertString(DCM_SOPClassUID, UID_CTImageStorage);

  auto sequence = std::make_unique<DcmPixelSequence>(DCM_PixelSequenceTag);
  sequence->insert(new DcmPixelItem(DCM_PixelItemTag));  // empty offset table
  auto item = std::make_unique<DcmPixelItem>(DCM_PixelItemTag);
  Bytes even = stream;
  if (even.size() % 2 != 0) even.push_back(0);
  if (item->putUint8Array(even.data(), static_cast<unsigned long>(even.size())).bad()) return broken("compressed pixel data", path);
  sequence->insert(item.release());
  auto pixels = std::make_unique<DcmPixelData>(DCM_PixelData);
  pixels->putOriginalRepresentation(syntax, nullptr, sequence.release());
  d.insert(pixels.release(), OFTrue);

  const OFCondition decoded = d.chooseRepresentation(EXS_LittleEndianExplicit, nullptr);
  if (decoded.bad()) return broken(std::string("decoder: ") + decoded.text(), path);
  Uint16 allocated = 0;
  d.findAndGetUint16(DCM_BitsAllocated, allocated);
  const std::size_t n = static_cast<std::size_t>(f.rows) * static_cast<std::size_t>(f.columns);
  DcmElement* e = nullptr;
  if (d.findAndGetElement(DCM_PixelData, e).bad() || e == nullptr) return broken("decoder gave no pixels", path);
  if (allocated != 8 && allocated != 16) return broken("decoder gave pixels of " + std::to_string(allocated) + " bit", path);
  if (e->getLength() < n * static_cast<std::size_t>(allocated / 8)) return truncated("decoded pixels are fewer than the image", path);
  Bytes raw(n * static_cast<std::size_t>(allocated / 8));
  if (allocated == 8) {
    Uint8* p = nullptr;
    if (e->getUint8Array(p).bad() || p == nullptr) return broken("decoder gave no pixels", path);
    std::copy_n(p, n, raw.begin());
  } else {
    Uint16* p = nullptr;
    if (e->getUint16Array(p).bad() || p == nullptr) return broken("decoder gave no pixels", path);
    for (std::size_t i = 0; i < n; ++i) {
      raw[2 * i] = static_cast<std::uint8_t>(p[i] & 0xFF);
      raw[2 * i + 1] = static_cast<std::uint8_t>(p[i] >> 8);
    }
  }
  return DecodedFrame{to_stored(raw, allocated, f), false, false};
}

Result<DecodedFrame> decode_encapsulated(const std::string& path, const DicomLayout& layout, const PixelFormat& f, int frame) {
  auto ranges = fragments_of(path, layout, f, frame);
  if (!ranges) return ranges.error();
  auto stream = read_ranges(path, *ranges);
  if (!stream) return stream.error();
  const CodestreamInfo info = inspect_codestream(*stream, layout.transfer_syntax_uid);
  if (info.kind == Codestream::unknown)
    return Error{ErrorCode::unsupported_syntax, "no decoder for transfer syntax " + layout.transfer_syntax_uid, path,
                 "Export uncompressed, JPEG lossless, JPEG-LS, JPEG 2000, RLE or deflated."};
  if (info.rows > 0 && (info.rows != f.rows || info.columns != f.columns))
    return broken("compressed image is " + std::to_string(info.columns) + " x " + std::to_string(info.rows) + ", the header says " +
                      std::to_string(f.columns) + " x " + std::to_string(f.rows),
                  path);
  if (info.components > 1)
    return Error{ErrorCode::wrong_modality, "the compressed image is in colour", path, "Give the original CT series."};
  if (!info.complete) return truncated("the compressed image ends before its end marker", path);
  Result<DecodedFrame> out = [&]() -> Result<DecodedFrame> {
    switch (info.kind) {
      case Codestream::rle:
        return decode_by_dcmtk(path, *stream, EXS_RLELossless, f);
      case Codestream::jpeg_baseline:
        return decode_by_dcmtk(path, *stream, EXS_JPEGProcess1, f);
      case Codestream::jpeg_extended:
        return decode_by_dcmtk(path, *stream, EXS_JPEGProcess2_4, f);
      case Codestream::jpeg_progressive:
        return decode_by_dcmtk(path, *stream, EXS_JPEGProcess10_12, f);
      case Codestream::jpeg_lossless:
        return decode_by_dcmtk(path, *stream, EXS_JPEGProcess14, f);
      case Codestream::jpeg_ls:
        return decode_by_dcmtk(path, *stream, info.lossy ? EXS_JPEGLSLossy : EXS_JPEGLSLossless, f);
      case Codestream::jpeg_2000: {
        auto values = decode_jpeg2000(*stream, f.rows, f.columns);
        if (!values) return broken(values.error().what, path);
        Bytes raw(values->size() * 4);
        for (std::size_t i = 0; i < values->size(); ++i) {
          const auto v = static_cast<std::uint32_t>((*values)[i]);
          for (std::size_t b = 0; b < 4; ++b) raw[4 * i + b] = static_cast<std::uint8_t>(v >> (8 * b));
        }
        return DecodedFrame{to_stored(raw, 32, f), false, false};
      }
      case Codestream::unknown:
        break;
    }
    return broken("no decoder", path);
  }();
  if (out.ok()) {
    out->lossy = info.lossy;
    out->syntax_mismatch = !info.as_declared;
  }
  return out;
}

}  // namespace

Result<PixelFormat> read_pixel_format(DcmItem& d, const std::string& path) {
  PixelFormat f;
  f.rows = integer_of(d, {0x0028, 0x0010}).value_or(0);
  f.columns = integer_of(d, {0x0028, 0x0011}).value_or(0);
  f.frames = std::max(1, integer_of(d, {0x0028, 0x0008}).value_or(1));
  f.bits_allocated = integer_of(d, {0x0028, 0x0100}).value_or(16);
  f.bits_stored = integer_of(d, {0x0028, 0x0101}).value_or(f.bits_allocated);
  f.high_bit = integer_of(d, {0x0028, 0x0102}).value_or(f.bits_stored - 1);
  f.is_signed = integer_of(d, {0x0028, 0x0103}).value_or(0) == 1;
  if (integer_of(d, {0x0028, 0x0002}).value_or(1) != 1)
    return Error{ErrorCode::wrong_modality, "a colour picture, not a CT slice", path, "Give the original CT series."};
  if (f.rows < 1 || f.columns < 1 || f.rows > kLargestSide || f.columns > kLargestSide || f.frames > kMostFrames)
    return broken("implausible image size " + std::to_string(f.columns) + " x " + std::to_string(f.rows) + " x " + std::to_string(f.frames),
                  path);
  if ((f.bits_allocated != 8 && f.bits_allocated != 16 && f.bits_allocated != 32) || f.bits_stored < 1 ||
      f.bits_stored > f.bits_allocated || f.high_bit < f.bits_stored - 1 || f.high_bit >= f.bits_allocated)
    return broken("contradictory Bits Allocated " + std::to_string(f.bits_allocated) + ", Bits Stored " + std::to_string(f.bits_stored) +
                      ", High Bit " + std::to_string(f.high_bit),
                  path);
  // An unsigned 32-bit value would not fit the stored type; no CT needs it.
  if (f.bits_stored == 32 && !f.is_signed) return Error{ErrorCode::unsupported_syntax, "unsigned 32-bit pixels", path, "Export as 16 bit."};
  return f;
}

Result<DecodedFrame> decode_frame(const std::string& path, const DicomLayout& layout, const PixelFormat& format, int frame) {
  initialise_dicom();
  if (frame < 0 || frame >= format.frames) return broken("frame " + std::to_string(frame + 1) + " does not exist", path);
  try {
    if (layout.deflated) return decode_deflated(path, format, frame);
    if (!layout.pixel_data) {
      if (layout.truncated) return *layout.truncated;
      return broken("the object holds no pixel data", path);
    }
    return layout.encapsulated ? decode_encapsulated(path, layout, format, frame) : decode_native(path, layout, format, frame);
  } catch (const std::exception& e) {
    return broken(std::string("decoder: ") + e.what(), path);
  }
}

}  // namespace seedaudit
