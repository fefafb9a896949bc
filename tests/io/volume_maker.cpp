// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "volume_maker.h"

#include <Eigen/Geometry>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <sstream>

#include "dicom_maker.h"

namespace seedaudit::test {
namespace {

template <class T>
void append(std::string& to, T value, bool big_endian) {
  char b[sizeof(T)];
  std::memcpy(b, &value, sizeof(T));
  if (big_endian) std::reverse(b, b + sizeof(T));
  to.append(b, sizeof(T));
}

template <class T>
void put(std::string& bytes, std::size_t at, T value, bool big_endian) {
  std::string b;
  append(b, value, big_endian);
  bytes.replace(at, b.size(), b);
}

int nifti_type(VoxelType t) {
  switch (t) {
    case VoxelType::uint8:
      return 2;
    case VoxelType::int16:
      return 4;
    case VoxelType::uint16:
      return 512;
    case VoxelType::int32:
      return 8;
    case VoxelType::float32:
      return 16;
    case VoxelType::float64:
      return 64;
  }
  return 0;
}

int bits_of(VoxelType t) {
  switch (t) {
    case VoxelType::uint8:
      return 8;
    case VoxelType::int16:
    case VoxelType::uint16:
      return 16;
    case VoxelType::int32:
    case VoxelType::float32:
      return 32;
    case VoxelType::float64:
      return 64;
  }
  return 0;
}

const char* nrrd_type(VoxelType t) {
  switch (t) {
    case VoxelType::uint8:
      return "uchar";
    case VoxelType::int16:
      return "short";
    case VoxelType::uint16:
      return "ushort";
    case VoxelType::int32:
      return "int";
    case VoxelType::float32:
      return "float";
    case VoxelType::float64:
      return "double";
  }
  return "";
}

const char* meta_type(VoxelType t) {
  switch (t) {
    case VoxelType::uint8:
      return "MET_UCHAR";
    case VoxelType::int16:
      return "MET_SHORT";
    case VoxelType::uint16:
      return "MET_USHORT";
    case VoxelType::int32:
      return "MET_INT";
    case VoxelType::float32:
      return "MET_FLOAT";
    case VoxelType::float64:
      return "MET_DOUBLE";
  }
  return "";
}

std::string text(const Eigen::Vector3d& v, const char* separator) {
  std::ostringstream s;
  s.precision(12);
  s << v[0] << separator << v[1] << separator << v[2];
  return s.str();
}

}  // namespace

Eigen::Vector3d VolumeSpec::position_of(int i, int j, int k) const {
  return origin_mm + direction * Eigen::Vector3d(i * spacing_mm[0], j * spacing_mm[1], k * spacing_mm[2]);
}

std::string voxel_bytes(const VolumeSpec& s) {
  std::string out;
  for (int k = 0; k < s.size[2]; ++k)
    for (int j = 0; j < s.size[1]; ++j)
      for (int i = 0; i < s.size[0]; ++i) {
        const Eigen::Vector3d p = s.position_of(i, j, k);
        const double v = ((s.hu ? s.hu(p) : smooth_hu(p)) - s.intercept) / s.slope;
        switch (s.type) {
          case VoxelType::uint8:
            append(out, static_cast<std::uint8_t>(std::lround(v)), s.big_endian);
            break;
          case VoxelType::int16:
            append(out, static_cast<std::int16_t>(std::lround(v)), s.big_endian);
            break;
          case VoxelType::uint16:
            append(out, static_cast<std::uint16_t>(std::lround(v)), s.big_endian);
            break;
          case VoxelType::int32:
            append(out, static_cast<std::int32_t>(std::lround(v)), s.big_endian);
            break;
          case VoxelType::float32:
            append(out, static_cast<float>(v), s.big_endian);
            break;
          case VoxelType::float64:
            append(out, v, s.big_endian);
            break;
        }
      }
  return out;
}

std::string nifti_bytes(const VolumeSpec& s, const NiftiForm& form) {
  const bool be = s.big_endian;
  // NIfTI is RAS: the first two coordinates change sign.
  const Eigen::Matrix3d flip = Eigen::Vector3d(-1, -1, 1).asDiagonal();
  Eigen::Matrix4d sform = Eigen::Matrix4d::Identity();
  sform.topLeftCorner<3, 3>() = flip * s.direction * s.spacing_mm.asDiagonal() * form.length_scale;
  sform.topRightCorner<3, 1>() = flip * s.origin_mm * form.length_scale;
  Eigen::Matrix3d rotation = flip * s.direction;
  const double qfac = rotation.determinant() < 0.0 ? -1.0 : 1.0;
  if (qfac < 0.0) rotation.col(2) = -rotation.col(2);
  Eigen::Quaterniond q(rotation);
  if (q.w() < 0.0) q.coeffs() = -q.coeffs();
  const Eigen::Vector3d offset = sform.topRightCorner<3, 1>();
  if (form.sform) sform = *form.sform;
  const Eigen::Vector3d pixdim = s.spacing_mm * form.length_scale;
  const double slope = form.write_scaling ? s.slope : 0.0, inter = form.write_scaling ? s.intercept : 0.0;
  std::string h;
  if (form.version2) {
    h.assign(544, '\0');
    put(h, 0, std::int32_t{540}, be);
    h.replace(4, 8, std::string("n+2\0\r\n\x1a\n", 8));
    put(h, 12, static_cast<std::int16_t>(nifti_type(s.type)), be);
    put(h, 14, static_cast<std::int16_t>(bits_of(s.type)), be);
    const std::array<int, 8> dim{form.volumes > 1 ? 4 : 3, s.size[0], s.size[1], s.size[2], form.volumes, 1, 1, 1};
    for (std::size_t d = 0; d < 8; ++d) put(h, 16 + 8 * d, static_cast<std::int64_t>(dim[d]), be);
    const std::array<double, 8> pix{qfac, pixdim[0], pixdim[1], pixdim[2], 1, 1, 1, 1};
    for (std::size_t d = 0; d < 8; ++d) put(h, 104 + 8 * d, pix[d], be);
    put(h, 168, std::int64_t{544}, be);
    put(h, 176, slope, be);
    put(h, 184, inter, be);
    put(h, 344, static_cast<std::int32_t>(form.qform_code), be);
    put(h, 348, static_cast<std::int32_t>(form.sform_code), be);
    const std::array<double, 6> quaternion{q.x(), q.y(), q.z(), offset[0], offset[1], offset[2]};
    for (std::size_t d = 0; d < 6; ++d) put(h, 352 + 8 * d, quaternion[d], be);
    for (std::size_t r = 0; r < 3; ++r)
      for (std::size_t c = 0; c < 4; ++c) put(h, 400 + 8 * (4 * r + c), sform(static_cast<int>(r), static_cast<int>(c)), be);
    put(h, 500, static_cast<std::int32_t>(form.units), be);
  } else {
    h.assign(352, '\0');
    put(h, 0, std::int32_t{348}, be);
    const std::array<int, 8> dim{form.volumes > 1 ? 4 : 3, s.size[0], s.size[1], s.size[2], form.volumes, 1, 1, 1};
    for (std::size_t d = 0; d < 8; ++d) put(h, 40 + 2 * d, static_cast<std::int16_t>(dim[d]), be);
    put(h, 70, static_cast<std::int16_t>(nifti_type(s.type)), be);
    put(h, 72, static_cast<std::int16_t>(bits_of(s.type)), be);
    const std::array<double, 8> pix{qfac, pixdim[0], pixdim[1], pixdim[2], 1, 1, 1, 1};
    for (std::size_t d = 0; d < 8; ++d) put(h, 76 + 4 * d, static_cast<float>(pix[d]), be);
    put(h, 108, 352.0F, be);
    put(h, 112, static_cast<float>(slope), be);
    put(h, 116, static_cast<float>(inter), be);
    h[123] = static_cast<char>(form.units);
    put(h, 252, static_cast<std::int16_t>(form.qform_code), be);
    put(h, 254, static_cast<std::int16_t>(form.sform_code), be);
    const std::array<double, 6> quaternion{q.x(), q.y(), q.z(), offset[0], offset[1], offset[2]};
    for (std::size_t d = 0; d < 6; ++d) put(h, 256 + 4 * d, static_cast<float>(quaternion[d]), be);
    for (std::size_t r = 0; r < 3; ++r)
      for (std::size_t c = 0; c < 4; ++c)
        put(h, 280 + 4 * (4 * r + c), static_cast<float>(sform(static_cast<int>(r), static_cast<int>(c))), be);
    h.replace(344, 4, std::string("n+1\0", 4));
  }
  const std::string voxels = voxel_bytes(s);
  for (int v = 0; v < form.volumes; ++v) h += voxels;
  return h;
}

std::string nrrd_bytes(const VolumeSpec& s, const std::string& space, const std::string& data_file) {
  Eigen::Vector3d sign = Eigen::Vector3d::Ones();
  if (space.starts_with("right")) sign[0] = -1;
  if (space.find("anterior") != std::string::npos) sign[1] = -1;
  const Eigen::Matrix3d d = sign.asDiagonal() * s.direction;
  std::ostringstream h;
  h << "NRRD0004\ntype: " << nrrd_type(s.type) << "\ndimension: 3\n";
  if (space.empty())
    h << "space dimension: 3\n";
  else
    h << "space: " << space << "\n";
  h << "sizes: " << s.size[0] << " " << s.size[1] << " " << s.size[2] << "\nspace directions:";
  for (int a = 0; a < 3; ++a) h << " (" << text(d.col(a) * s.spacing_mm[a], ",") << ")";
  h << "\nkinds: domain domain domain\nendian: " << (s.big_endian ? "big" : "little") << "\nencoding: raw\nspace origin: ("
    << text(sign.asDiagonal() * s.origin_mm, ",") << ")\n";
  if (!data_file.empty()) {
    h << "data file: " << data_file << "\n";
    return h.str();
  }
  return h.str() + "\n" + voxel_bytes(s);
}

std::string meta_bytes(const VolumeSpec& s, const std::string& data_file) {
  std::ostringstream h;
  h << "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = " << (s.big_endian ? "True" : "False")
    << "\nCompressedData = False\nTransformMatrix = " << text(s.direction.col(0), " ") << " " << text(s.direction.col(1), " ") << " "
    << text(s.direction.col(2), " ") << "\nOffset = " << text(s.origin_mm, " ")
    << "\nCenterOfRotation = 0 0 0\nElementSpacing = " << text(s.spacing_mm, " ") << "\nDimSize = " << s.size[0] << " " << s.size[1] << " "
    << s.size[2] << "\nElementType = " << meta_type(s.type) << "\nElementDataFile = " << data_file << "\n";
  return data_file == "LOCAL" ? h.str() + voxel_bytes(s) : h.str();
}

std::string gzip(const std::string& bytes) {
  std::string out("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
  // Stored blocks of at most 65535 bytes (RFC 1951, 3.2.4), then CRC-32 and length (RFC 1952).
  for (std::size_t at = 0; at == 0 || at < bytes.size(); at += 65535) {
    const auto n = static_cast<std::uint16_t>(std::min<std::size_t>(65535, bytes.size() - at));
    out.push_back(at + n >= bytes.size() ? '\1' : '\0');
    append(out, n, false);
    append(out, static_cast<std::uint16_t>(~n), false);
    out.append(bytes, at, n);
  }
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int b = 0; b < 8; ++b) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  append(out, ~crc, false);
  append(out, static_cast<std::uint32_t>(bytes.size()), false);
  return out;
}

}  // namespace seedaudit::test
