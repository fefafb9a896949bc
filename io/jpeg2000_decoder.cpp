// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/jpeg2000_decoder.h"

#include <openjpeg.h>

#include <algorithm>
#include <cstring>
#include <memory>

namespace seedaudit {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// A code stream in memory, as OpenJPEG's stream callbacks see it.
struct Source {
  const Bytes& bytes;
  std::size_t at = 0;
};

OPJ_SIZE_T read_some(void* to, OPJ_SIZE_T n, void* user) {
  auto& s = *static_cast<Source*>(user);
  const std::size_t left = s.bytes.size() - s.at;
  if (left == 0) return static_cast<OPJ_SIZE_T>(-1);
  n = std::min<OPJ_SIZE_T>(n, left);
  std::memcpy(to, s.bytes.data() + s.at, n);
  s.at += n;
  return n;
}

OPJ_OFF_T skip_some(OPJ_OFF_T n, void* user) {
  auto& s = *static_cast<Source*>(user);
  if (n < 0) return -1;
  const auto step = std::min<std::size_t>(static_cast<std::size_t>(n), s.bytes.size() - s.at);
  s.at += step;
  return static_cast<OPJ_OFF_T>(step);
}

OPJ_BOOL seek_to(OPJ_OFF_T n, void* user) {
  auto& s = *static_cast<Source*>(user);
  if (n < 0 || static_cast<std::size_t>(n) > s.bytes.size()) return OPJ_FALSE;
  s.at = static_cast<std::size_t>(n);
  return OPJ_TRUE;
}

}  // namespace

Result<std::vector<std::int32_t>> decode_jpeg2000(const Bytes& stream, int rows, int columns) {
  const auto failed = [](const char* why) { return Error{ErrorCode::unreadable_file, why, "", "Export or copy the file again."}; };
  Source source{stream};
  const bool boxed = stream.size() > 4 && stream[0] == 0x00;  // a JP2 file rather than a bare code stream
  const std::unique_ptr<opj_stream_t, void (*)(opj_stream_t*)> in(opj_stream_default_create(OPJ_TRUE), opj_stream_destroy);
  const std::unique_ptr<opj_codec_t, void (*)(opj_codec_t*)> codec(opj_create_decompress(boxed ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K),
                                                                   opj_destroy_codec);
  if (!in || !codec) return failed("JPEG 2000 decoder cannot start");
  opj_stream_set_user_data(in.get(), &source, nullptr);
  opj_stream_set_user_data_length(in.get(), stream.size());
  opj_stream_set_read_function(in.get(), read_some);
  opj_stream_set_skip_function(in.get(), skip_some);
  opj_stream_set_seek_function(in.get(), seek_to);
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  if (!opj_setup_decoder(codec.get(), &parameters)) return failed("JPEG 2000 decoder cannot start");

  opj_image_t* raw = nullptr;
  const bool header = opj_read_header(in.get(), codec.get(), &raw) != 0;
  const std::unique_ptr<opj_image_t, void (*)(opj_image_t*)> image(raw, opj_image_destroy);
  if (!header || !image || image->numcomps != 1) return failed("JPEG 2000 header cannot be read, or the image has several components");
  if (image->x1 - image->x0 != static_cast<OPJ_UINT32>(columns) || image->y1 - image->y0 != static_cast<OPJ_UINT32>(rows))
    return failed("JPEG 2000 image of another size than the header says");
  if (!opj_decode(codec.get(), in.get(), image.get())) return failed("JPEG 2000 decoder failed");
  const opj_image_comp_t& component = image->comps[0];
  if (component.data == nullptr || component.w != static_cast<OPJ_UINT32>(columns) || component.h != static_cast<OPJ_UINT32>(rows))
    return failed("JPEG 2000 image of another size than the header says");
  return std::vector<std::int32_t>(component.data, component.data + static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns));
}

}  // namespace seedaudit
