// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/jpeg2000_decoder.h"

#include <gdcmDataElement.h>
#include <gdcmFragment.h>
#include <gdcmJPEG2000Codec.h>
#include <gdcmSequenceOfFragments.h>

namespace seedaudit {

Result<std::vector<std::uint8_t>> decode_jpeg2000(const std::vector<std::uint8_t>& stream, const PixelFormat& format, int& bits_allocated) {
  const auto failed = [](const char* why) { return Error{ErrorCode::unreadable_file, why, "", "Export or copy the file again."}; };
  gdcm::JPEG2000Codec codec;
  const gdcm::PixelFormat pixels(1, static_cast<unsigned short>(format.bits_allocated), static_cast<unsigned short>(format.bits_stored),
                                 static_cast<unsigned short>(format.high_bit), format.is_signed ? 1 : 0);
  codec.SetPixelFormat(pixels);
  codec.SetPhotometricInterpretation(gdcm::PhotometricInterpretation::MONOCHROME2);
  codec.SetNumberOfDimensions(2);
  const unsigned int dimensions[3] = {static_cast<unsigned int>(format.columns), static_cast<unsigned int>(format.rows), 1};
  codec.SetDimensions(dimensions);
  codec.SetNeedOverlayCleanup(false);

  gdcm::SmartPointer<gdcm::SequenceOfFragments> fragments = gdcm::SequenceOfFragments::New();
  gdcm::Fragment fragment;
  fragment.SetByteValue(reinterpret_cast<const char*>(stream.data()), gdcm::VL(static_cast<std::uint32_t>(stream.size())));
  fragments->AddFragment(fragment);
  gdcm::DataElement in(gdcm::Tag(0x7FE0, 0x0010));
  in.SetValue(*fragments);
  gdcm::DataElement out;
  if (!codec.Decode(in, out) || out.GetByteValue() == nullptr) return failed("JPEG 2000 decoder failed");
  const std::size_t pixel_count = static_cast<std::size_t>(format.rows) * static_cast<std::size_t>(format.columns);
  const gdcm::ByteValue& bytes = *out.GetByteValue();
  const std::size_t length = bytes.GetLength();
  if (length == pixel_count)
    bits_allocated = 8;
  else if (length == 2 * pixel_count)
    bits_allocated = 16;
  else if (length == 4 * pixel_count)
    bits_allocated = 32;
  else
    return failed("JPEG 2000 decoder gave an image of another size");
  const auto* p = reinterpret_cast<const std::uint8_t*>(bytes.GetPointer());
  return std::vector<std::uint8_t>(p, p + length);
}

}  // namespace seedaudit
