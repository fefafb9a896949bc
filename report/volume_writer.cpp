// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/volume_writer.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>

#include "report/atomic_file.h"

namespace seedaudit {
namespace {

static_assert(std::endian::native == std::endian::little, "the files are declared little endian");

/// A grid without its frame: the third axis is along the slices.
struct Placement {
  Index3 size{};
  Eigen::Vector3d spacing_mm, origin_mm;
  Eigen::Matrix3d direction;
};

/// Shortest text that reads back as the same number.
std::string text(double v) {
  std::array<char, 40> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), v == 0.0 ? 0.0 : v);
  return error == std::errc() ? std::string(buffer.data(), end) : std::string("0");
}

std::string joined(const Eigen::Vector3d& v, const char* separator) { return text(v[0]) + separator + text(v[1]) + separator + text(v[2]); }

std::string size_text(const Index3& size) {
  return std::to_string(size[0]) + " " + std::to_string(size[1]) + " " + std::to_string(size[2]);
}

/// NRRD format 4 (teem.sourceforge.net/nrrd/format.html).
std::string nrrd_header(const Placement& p) {
  std::string h =
      "NRRD0004\ntype: float\ndimension: 3\nspace: left-posterior-superior\nsizes: " + size_text(p.size) + "\nspace directions:";
  for (int a = 0; a < 3; ++a) h += " (" + joined(p.direction.col(a) * p.spacing_mm[a], ",") + ")";
  return h + "\nkinds: domain domain domain\nendian: little\nencoding: raw\nspace origin: (" + joined(p.origin_mm, ",") + ")\n\n";
}

/// MetaImage: rows of TransformMatrix are the axes.
std::string meta_header(const Placement& p) {
  std::string h =
      "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\nCompressedData = False\nTransformMatrix =";
  for (int a = 0; a < 3; ++a) h += " " + joined(p.direction.col(a), " ");
  return h + "\nOffset = " + joined(p.origin_mm, " ") +
         "\nCenterOfRotation = 0 0 0\nAnatomicalOrientation = RAI\nElementSpacing = " + joined(p.spacing_mm, " ") +
         "\nDimSize = " + size_text(p.size) + "\nElementType = MET_FLOAT\nElementDataFile = LOCAL\n";
}

/// NIfTI-1 (nifti.nimh.nih.gov, nifti1.h): 348 bytes and four of no extension; the affine is the sform, x and y turned from LPS to RAS.
std::string nifti_header(const Placement& p) {
  std::string h(352, '\0');
  const auto put = [&h](std::size_t at, auto value) { std::memcpy(h.data() + at, &value, sizeof value); };
  put(0, std::int32_t{348});
  put(40, std::int16_t{3});
  for (std::size_t a = 0; a < 3; ++a) put(42 + 2 * a, static_cast<std::int16_t>(p.size[a]));
  for (std::size_t d = 3; d < 7; ++d) put(42 + 2 * d, std::int16_t{1});
  put(70, std::int16_t{16});  // float
  put(72, std::int16_t{32});
  put(76, 1.0F);
  for (std::size_t a = 0; a < 3; ++a) put(80 + 4 * a, static_cast<float>(p.spacing_mm[static_cast<int>(a)]));
  put(108, 352.0F);
  put(112, 1.0F);             // slope
  put(123, std::int8_t{2});   // millimetres
  put(254, std::int16_t{1});  // sform: scanner coordinates
  for (int row = 0; row < 3; ++row) {
    const double sign = row < 2 ? -1.0 : 1.0;
    const std::size_t at = 280 + 16 * static_cast<std::size_t>(row);
    for (int a = 0; a < 3; ++a) put(at + 4 * static_cast<std::size_t>(a), static_cast<float>(sign * p.direction(row, a) * p.spacing_mm[a]));
    put(at + 12, static_cast<float>(sign * p.origin_mm[row]));
  }
  std::memcpy(h.data() + 344, "n+1", 4);
  return h;
}

std::string lower_extension(const std::filesystem::path& file) {
  std::string extension = file.extension().string();
  for (char& c : extension)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return extension;
}

/// RFC 1952, without a time, so that the same volume is the same file.
Result<std::string> gzipped(const std::string& content, const std::filesystem::path& file) {
  constexpr int kLevel = 6, kGzipWindow = 15 + 16, kMemory = 8;
  constexpr std::size_t kPiece = std::size_t{1} << 20;  // zlib counts in 32 bits
  const auto failed = [&] { return Error{ErrorCode::internal, "a volume could not be compressed", file.string(), ""}; };
  z_stream stream{};
  if (deflateInit2(&stream, kLevel, Z_DEFLATED, kGzipWindow, kMemory, Z_DEFAULT_STRATEGY) != Z_OK) return failed();
  std::string out;
  std::array<char, 65536> buffer{};
  int status = Z_OK;
  for (std::size_t at = 0; status == Z_OK;) {
    const std::size_t piece = std::min(kPiece, content.size() - at);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data() + at));  // read only, says zlib.h
    stream.avail_in = static_cast<uInt>(piece);
    at += piece;
    const int flush = at == content.size() ? Z_FINISH : Z_NO_FLUSH;
    do {
      stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
      stream.avail_out = static_cast<uInt>(buffer.size());
      status = deflate(&stream, flush);
      out.append(buffer.data(), buffer.size() - stream.avail_out);
    } while (stream.avail_out == 0 && status == Z_OK);
    if (status == Z_BUF_ERROR) status = Z_OK;  // the last piece ended exactly with the buffer
  }
  deflateEnd(&stream);
  if (status != Z_STREAM_END) return failed();
  return out;
}

Status write(const Placement& p, const std::vector<float>& values, const std::filesystem::path& file) {
  const auto format = volume_format_of(file);
  if (!format)
    return Error{ErrorCode::invalid_option, "no volume format ends in \"" + file.extension().string() + "\"", file.string(),
                 "Name a .nrrd, .mha, .nii or .nii.gz file."};
  std::string content;
  switch (*format) {
    case VolumeFormat::nrrd:
      content = nrrd_header(p);
      break;
    case VolumeFormat::meta_image:
      content = meta_header(p);
      break;
    case VolumeFormat::nifti:
      if (*std::max_element(p.size.begin(), p.size.end()) > 32767)
        return Error{ErrorCode::invalid_option, "a side of the volume is longer than NIfTI can say", file.string(), "Name a .nrrd file."};
      content = nifti_header(p);
      break;
  }
  content.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
  if (lower_extension(file) != ".gz") return write_file_atomically(file, content);
  const auto packed = gzipped(content, file);
  if (!packed) return packed.error();
  return write_file_atomically(file, *packed);
}

}  // namespace

std::optional<VolumeFormat> volume_format_of(const std::filesystem::path& file) {
  const std::string extension = lower_extension(file);
  if (extension == ".gz" && lower_extension(file.stem()) == ".nii") return VolumeFormat::nifti;
  if (extension == ".nrrd") return VolumeFormat::nrrd;
  if (extension == ".mha") return VolumeFormat::meta_image;
  if (extension == ".nii") return VolumeFormat::nifti;
  return std::nullopt;
}

template <class F>
Status write_volume(const GridGeometry<F>& grid, const std::vector<float>& values, const std::filesystem::path& file) {
  if (values.empty() || values.size() != grid.voxel_count())
    return Error{ErrorCode::invalid_option, std::to_string(values.size()) + " values for " + std::to_string(grid.voxel_count()) + " voxels",
                 file.string(), ""};
  return write({grid.size(), grid.spacing_mm(), grid.origin().mm, grid.direction()}, values, file);
}

template Status write_volume(const GridGeometry<CtFrame>&, const std::vector<float>&, const std::filesystem::path&);
template Status write_volume(const GridGeometry<PlanFrame>&, const std::vector<float>&, const std::filesystem::path&);

}  // namespace seedaudit
