// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/nifti_file.h"

#include <itk_zlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>

namespace seedaudit {
namespace fs = std::filesystem;

namespace {

/// Deflate cannot pack tighter; a stream that would have to is cut or lies about its size.
constexpr double kBestCompression = 1032.0;
/// Two forms, or a form and the voxel sizes, that agree so far say the same.
constexpr double kFormsAgreeMm = 0.1;
constexpr double kSizesAgree = 0.01;
/// Cosine between two axes: float headers and scanners' rounding stay below, a tilted gantry does not.
constexpr double kShear = 1e-3;

struct CloseGz {
  void operator()(gzFile_s* f) const { gzclose(f); }
};
using GzFile = std::unique_ptr<gzFile_s, CloseGz>;

GzFile open_gz(const std::string& path) { return GzFile(gzopen(path.c_str(), "rb")); }

/// Bytes read; fewer than n at the end of the file or where the stream is damaged.
std::size_t inflate_some(gzFile_s* f, char* to, std::size_t n) {
  std::size_t done = 0;
  while (done < n) {
    const auto part = static_cast<unsigned>(std::min<std::size_t>(n - done, 1U << 24));
    const int got = gzread(f, to + done, part);
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

Error truncated_file(const std::string& path) {
  return {ErrorCode::truncated_file, "the file ends before its last voxel", path, "Export or copy the file again."};
}

Error geometry(const std::string& what, const std::string& path) {
  return {ErrorCode::inconsistent_geometry, "NIfTI: " + what, path,
          "Export the volume again with its orientation, or give the DICOM series."};
}

/// The fields of either version that are used here.
struct Header {
  std::array<std::int64_t, 8> dim{};
  int datatype = 0;
  std::array<double, 8> pixdim{};
  std::int64_t data_offset = 0;
  double slope = 0.0, inter = 0.0;
  int units = 0;
  int qform_code = 0, sform_code = 0;
  std::array<double, 3> quaternion{}, offset{};
  std::array<double, 12> rows{};
  bool big_endian = false;
  bool separate = false;  ///< voxels in a file of their own
};

class Fields {
 public:
  Fields(const std::string& bytes, bool swapped) : bytes_(bytes), swapped_(swapped) {}
  template <class T>
  T get(std::size_t at) const {
    std::array<char, sizeof(T)> b{};
    std::copy_n(bytes_.data() + at, sizeof(T), b.data());
    if (swapped_) std::reverse(b.begin(), b.end());
    T v;
    std::memcpy(&v, b.data(), sizeof(T));
    return v;
  }

 private:
  const std::string& bytes_;
  bool swapped_;
};

std::optional<Header> parse(const std::string& bytes) {
  if (!is_nifti(bytes)) return std::nullopt;
  Header h;
  // The header begins with its own length, 348 or 540: that tells the byte order and the version.
  h.big_endian = bytes[0] == '\0';
  const bool version2 = bytes[h.big_endian ? 2 : 1] == '\2';
  h.separate = bytes[version2 ? 5 : 345] == 'i';
  const Fields f(bytes, h.big_endian);
  if (version2) {
    h.datatype = f.get<std::int16_t>(12);
    for (std::size_t d = 0; d < 8; ++d) {
      h.dim[d] = f.get<std::int64_t>(16 + 8 * d);
      h.pixdim[d] = f.get<double>(104 + 8 * d);
    }
    h.data_offset = f.get<std::int64_t>(168);
    h.slope = f.get<double>(176);
    h.inter = f.get<double>(184);
    h.qform_code = f.get<std::int32_t>(344);
    h.sform_code = f.get<std::int32_t>(348);
    for (std::size_t d = 0; d < 3; ++d) {
      h.quaternion[d] = f.get<double>(352 + 8 * d);
      h.offset[d] = f.get<double>(376 + 8 * d);
    }
    for (std::size_t d = 0; d < 12; ++d) h.rows[d] = f.get<double>(400 + 8 * d);
    h.units = f.get<std::int32_t>(500);
  } else {
    h.datatype = f.get<std::int16_t>(70);
    for (std::size_t d = 0; d < 8; ++d) {
      h.dim[d] = f.get<std::int16_t>(40 + 2 * d);
      h.pixdim[d] = static_cast<double>(f.get<float>(76 + 4 * d));
    }
    const auto at = static_cast<double>(f.get<float>(108));
    h.data_offset = at >= 0.0 && at < 1e9 ? static_cast<std::int64_t>(at) : -1;
    h.slope = static_cast<double>(f.get<float>(112));
    h.inter = static_cast<double>(f.get<float>(116));
    h.units = static_cast<unsigned char>(bytes[123]);
    h.qform_code = f.get<std::int16_t>(252);
    h.sform_code = f.get<std::int16_t>(254);
    for (std::size_t d = 0; d < 3; ++d) {
      h.quaternion[d] = static_cast<double>(f.get<float>(256 + 4 * d));
      h.offset[d] = static_cast<double>(f.get<float>(268 + 4 * d));
    }
    for (std::size_t d = 0; d < 12; ++d) h.rows[d] = static_cast<double>(f.get<float>(280 + 4 * d));
  }
  return h;
}

/// RAS coordinates of voxel centres: axes.col(a) is the step along index a, mm.
struct Form {
  Eigen::Matrix3d axes = Eigen::Matrix3d::Identity();
  Eigen::Vector3d origin = Eigen::Vector3d::Zero();
};

double mm_per_unit(const Header& h) {
  switch (h.units & 7) {
    case 1:
      return 1e3;
    case 3:
      return 1e-3;
    default:
      return 1.0;  // millimetres, or not said: every exporter of CT means millimetres
  }
}

std::optional<Form> sform_of(const Header& h) {
  if (h.sform_code <= 0) return std::nullopt;
  Form f;
  for (int r = 0; r < 3; ++r) {
    for (int c = 0; c < 3; ++c) f.axes(r, c) = h.rows[static_cast<std::size_t>(4 * r + c)] * mm_per_unit(h);
    f.origin[r] = h.rows[static_cast<std::size_t>(4 * r + 3)] * mm_per_unit(h);
  }
  return f;
}

/// nifti1.h, METHOD 2.
std::optional<Form> qform_of(const Header& h) {
  if (h.qform_code <= 0) return std::nullopt;
  const auto [b, c, d] = h.quaternion;
  const double square = 1.0 - (b * b + c * c + d * d);
  Form f;
  if (!(square > -1e-3)) return f.axes.setZero(), f;
  // Float rounding may leave a trace below zero for half turns.
  Eigen::Quaterniond q(std::sqrt(std::max(0.0, square)), b, c, d);
  q.normalize();
  f.axes = q.toRotationMatrix();
  for (int a = 0; a < 3; ++a) {
    f.axes.col(a) *= std::abs(h.pixdim[static_cast<std::size_t>(a) + 1]) * mm_per_unit(h);
    f.origin[a] = h.offset[static_cast<std::size_t>(a)] * mm_per_unit(h);
  }
  if (h.pixdim[0] < 0.0) f.axes.col(2) = -f.axes.col(2);
  return f;
}

double greatest_difference_mm(const Form& a, const Form& b, const Index3& size) {
  double worst = 0.0;
  for (int corner = 0; corner < 8; ++corner) {
    Eigen::Vector3d ijk;
    for (int axis = 0; axis < 3; ++axis) ijk[axis] = (corner >> axis & 1) != 0 ? size[static_cast<std::size_t>(axis)] - 1 : 0;
    worst = std::max(worst, (a.axes * ijk + a.origin - b.axes * ijk - b.origin).norm());
  }
  return worst;
}

/// Spacing, origin and direction, LPS.
Status place(const Header& h, const std::string& path, ImageFile& out) {
  const auto s = sform_of(h), q = qform_of(h);
  if (!s && !q) return geometry("neither sform nor qform is set: it is not known where the patient's sides are", path);
  const bool scanner_sform = s && (h.sform_code == 1 || h.sform_code == 2);
  const Form form = scanner_sform || !q ? *s : *q;
  if (!form.axes.allFinite() || !form.origin.allFinite()) return geometry("the orientation is no number", path);
  const Eigen::Vector3d spacing = form.axes.colwise().norm();
  if (!(spacing.minCoeff() > 0.0)) return geometry("an axis has no length", path);
  for (int a = 0; a < 3; ++a) {
    const double stated = std::abs(h.pixdim[static_cast<std::size_t>(a) + 1]) * mm_per_unit(h);
    if (!(std::abs(spacing[a] - stated) <= kSizesAgree * spacing[a])) {
      char text[160];
      std::snprintf(text, sizeof text, "the voxels are %.4g mm long by pixdim and %.4g mm by sform along axis %d", stated, spacing[a], a);
      return geometry(text, path);
    }
  }
  Eigen::Matrix3d axes = form.axes;
  for (int a = 0; a < 3; ++a) axes.col(a) /= spacing[a];
  const Eigen::Matrix3d cosines = axes.transpose() * axes;
  if (!((cosines - Eigen::Matrix3d::Identity()).cwiseAbs().maxCoeff() < kShear))
    return geometry("the axes are sheared (a tilted gantry?); resample the volume to a rectangular grid", path);
  if (s && q)
    if (const double apart = greatest_difference_mm(*s, *q, out.size); !(apart <= kFormsAgreeMm)) {
      char text[200];
      std::snprintf(text, sizeof text, "sform and qform of the file place voxels up to %.2f mm apart; the %s was used", apart,
                    scanner_sform ? "sform" : "qform");
      out.warnings.push_back({"NIFTI_FORMS_DIFFER", text});
    }
  // The rounding of the header's floats is taken out of the axes; NIfTI is RAS.
  const Eigen::Vector3d flip(-1.0, -1.0, 1.0);
  const double hand = axes.determinant() < 0.0 ? -1.0 : 1.0;
  Eigen::Matrix3d d;
  d.col(0) = axes.col(0).normalized();
  d.col(1) = (axes.col(1) - d.col(0) * d.col(0).dot(axes.col(1))).normalized();
  d.col(2) = hand * d.col(0).cross(d.col(1));
  out.spacing_mm = spacing;
  out.direction = flip.asDiagonal() * d;
  out.origin_mm = flip.cwiseProduct(form.origin);
  return ok_status();
}

/// Bytes of a voxel of a scalar type; 0 for colours, complex numbers and what has no meaning as HU.
std::size_t bytes_of_datatype(int datatype) {
  switch (datatype) {
    case 2:
    case 256:
      return 1;
    case 4:
    case 512:
      return 2;
    case 8:
    case 16:
    case 768:
      return 4;
    case 64:
    case 1024:
    case 1280:
      return 8;
    default:
      return 0;
  }
}

template <class T>
void add_values(const std::string& slice, const Header& h, bool scaled, ImageFile& out) {
  const Fields f(slice, h.big_endian);
  for (std::size_t at = 0; at < slice.size(); at += sizeof(T)) {
    const auto v = static_cast<double>(f.get<T>(at));
    out.add(scaled ? v * h.slope + h.inter : v);
  }
}

void add_slice(const std::string& slice, const Header& h, bool scaled, ImageFile& out) {
  switch (h.datatype) {
    case 2:
      return add_values<std::uint8_t>(slice, h, scaled, out);
    case 256:
      return add_values<std::int8_t>(slice, h, scaled, out);
    case 4:
      return add_values<std::int16_t>(slice, h, scaled, out);
    case 512:
      return add_values<std::uint16_t>(slice, h, scaled, out);
    case 8:
      return add_values<std::int32_t>(slice, h, scaled, out);
    case 768:
      return add_values<std::uint32_t>(slice, h, scaled, out);
    case 16:
      return add_values<float>(slice, h, scaled, out);
    case 64:
      return add_values<double>(slice, h, scaled, out);
    case 1024:
      return add_values<std::int64_t>(slice, h, scaled, out);
    default:
      return add_values<std::uint64_t>(slice, h, scaled, out);
  }
}

Status set_size(const Header& h, const std::string& path, ImageFile& out) {
  const std::int64_t dims = h.dim[0];
  if (dims < 1 || dims > 7)
    return Error{ErrorCode::unreadable_file, "NIfTI: " + std::to_string(dims) + " dimensions", path, "Export the file again."};
  double voxels = 1.0;
  for (std::size_t a = 0; a < 3; ++a) {
    const std::int64_t n = static_cast<std::int64_t>(a) < dims ? h.dim[a + 1] : 1;
    voxels *= static_cast<double>(n);
    if (n < 1 || n > 100000 || !(voxels < kMostVoxels))
      return Error{ErrorCode::unreadable_file, "implausible volume size", path, "Export the file again."};
    out.size[a] = static_cast<int>(n);
  }
  for (std::size_t a = 4; static_cast<std::int64_t>(a) <= dims; ++a)
    if (h.dim[a] > 1)
      return Error{ErrorCode::wrong_modality, "the file holds " + std::to_string(h.dim[a]) + " volumes, not one", path,
                   "Export one volume."};
  if (dims < 3) return Error{ErrorCode::wrong_modality, "a picture of two dimensions, no volume", path, "Give a volume."};
  return ok_status();
}

/// The file of the voxels of a .hdr: the same name ending in .img, compressed or not.
Result<std::string> image_beside(const std::string& header) {
  std::string stem = header;
  if (stem.ends_with(".gz")) stem.resize(stem.size() - 3);
  std::error_code ec;
  for (const char* ending : {".img", ".img.gz"}) {
    const std::string name = fs::path(stem).replace_extension("").string() + ending;
    if (name != header && fs::is_regular_file(name, ec)) return name;
  }
  return Error{ErrorCode::path_not_found, "the header's voxels, a file of the same name ending in .img, are not there", header,
               "Put header and image side by side."};
}

}  // namespace

bool is_nifti(std::string_view head) {
  const auto magic = [&](std::size_t at, char version) {
    return head.size() > at + 3 && head[at] == 'n' && (head[at + 1] == '+' || head[at + 1] == 'i') && head[at + 2] == version &&
           head[at + 3] == '\0';
  };
  const auto begins = [&](int length) {
    const auto low = static_cast<char>(length & 0xFF), high = static_cast<char>(length >> 8);
    return head.substr(0, 4) == std::string{low, high, '\0', '\0'} || head.substr(0, 4) == std::string{'\0', '\0', high, low};
  };
  return (head.size() >= 348 && begins(348) && magic(344, '1')) || (head.size() >= 540 && begins(540) && magic(4, '2'));
}

std::string first_bytes(const std::string& path, std::size_t n) {
  const GzFile in = open_gz(path);
  std::string bytes(n, '\0');
  bytes.resize(in ? inflate_some(in.get(), bytes.data(), n) : 0);
  return bytes;
}

Result<ImageFile> read_nifti(const std::string& path) {
  const auto header = parse(first_bytes(path, 540));
  if (!header) return Error{ErrorCode::unreadable_file, "not a NIfTI file", path, "Export the file again."};
  const Header& h = *header;
  ImageFile out;
  if (auto sized = set_size(h, path, out); !sized) return sized.error();
  const std::size_t voxel = bytes_of_datatype(h.datatype);
  if (voxel == 0)
    return Error{ErrorCode::wrong_modality, "voxels are colours, complex numbers or bits, not HU", path, "Export the CT itself."};
  if (auto placed = place(h, path, out); !placed) return placed.error();
  const bool scaled = std::isfinite(h.slope) && std::isfinite(h.inter) && h.slope != 0.0;

  std::string data = path;
  if (h.separate) {
    auto beside = image_beside(path);
    if (!beside) return beside.error();
    data = *beside;
  }
  const std::int64_t start = h.data_offset;
  if (start < (h.separate ? 0 : 348) || start > 1'000'000'000)
    return Error{ErrorCode::unreadable_file, "NIfTI: voxels begin at byte " + std::to_string(start), path, "Export the file again."};
  const GzFile in = open_gz(data);
  if (!in) return Error{ErrorCode::unreadable_file, "cannot open the file", data, "Check its permissions."};
  const std::size_t slice_voxels = static_cast<std::size_t>(out.size[0]) * static_cast<std::size_t>(out.size[1]);
  const std::size_t voxels = slice_voxels * static_cast<std::size_t>(out.size[2]);
  std::error_code ec;
  const auto stored = static_cast<double>(fs::file_size(data, ec));
  const double needed = static_cast<double>(voxels) * static_cast<double>(voxel) + static_cast<double>(start);
  if (ec || stored * (gzdirect(in.get()) != 0 ? 1.0 : kBestCompression) < needed) return truncated_file(data);
  std::string skipped(static_cast<std::size_t>(start), '\0');
  if (inflate_some(in.get(), skipped.data(), skipped.size()) != skipped.size()) return truncated_file(data);
  out.values.reserve(voxels);
  std::string slice(slice_voxels * voxel, '\0');
  for (int k = 0; k < out.size[2]; ++k) {
    if (inflate_some(in.get(), slice.data(), slice.size()) != slice.size()) return truncated_file(data);
    add_slice(slice, h, scaled, out);
  }
  // To the end of the stream, where its checksum is.
  while (inflate_some(in.get(), slice.data(), slice.size()) == slice.size()) {
  }
  int problem = Z_OK;
  gzerror(in.get(), &problem);
  if (problem == Z_BUF_ERROR) return truncated_file(data);
  if (problem != Z_OK)
    return Error{ErrorCode::unreadable_file, "the compressed volume is damaged: its checksum does not fit", data, "Copy the file again."};
  put_slices_last(out);
  make_right_handed(out);
  return out;
}

}  // namespace seedaudit
