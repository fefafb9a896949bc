// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/png_image.h"

#include <png.h>

#include <cstddef>

namespace seedaudit {

Result<std::string> encode_png(const RgbImage& image) {
  if (image.width < 1 || image.height < 1 ||
      image.rgb.size() != 3 * static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height))
    return Error{ErrorCode::invalid_option, "a picture of no size cannot be encoded", "", ""};
  // libpng's simplified interface needs no setjmp: errors come back in the structure.
  png_image header{};
  header.version = PNG_IMAGE_VERSION;
  header.width = static_cast<png_uint_32>(image.width);
  header.height = static_cast<png_uint_32>(image.height);
  header.format = PNG_FORMAT_RGB;
  png_alloc_size_t bytes = PNG_IMAGE_PNG_SIZE_MAX(header);
  std::string out(bytes, '\0');
  if (png_image_write_to_memory(&header, out.data(), &bytes, 0, image.rgb.data(), 0, nullptr) == 0) {
    const std::string why = header.message;
    png_image_free(&header);
    return Error{ErrorCode::internal, "cannot encode the picture: " + why, "", ""};
  }
  out.resize(bytes);
  return out;
}

}  // namespace seedaudit
