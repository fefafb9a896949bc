// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/image_file.h"

// ITK brings an older Eigen of its own; ours must be complete before it, so that the two never mix in one header.
#include <Eigen/Eigenvalues>

#include <itkImageIOBase.h>
#include <itkMetaImageIO.h>
#include <itkNrrdImageIO.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <string_view>
#include <system_error>

#include "core/lower_case.h"
#include "io/dicom_layout.h"
#include "io/meta_header.h"
#include "io/nifti_file.h"

namespace seedaudit {
namespace fs = std::filesystem;

namespace {

constexpr std::int16_t kOutsideHu = -1024;

/// ITK's readers go by name; a file named otherwise is read through a link with the right name in a folder of its own.
class NamedLink {
 public:
  NamedLink(const std::string& path, std::string_view extension, const std::string& data) : path_(path) {
    const std::string lower = lower_case(path);
    if (lower.ends_with(extension) || (extension == ".mha" && lower.ends_with(".mhd")) ||
        (extension == ".nrrd" && lower.ends_with(".nhdr")))
      return;
    std::error_code ec;
    std::string name = (fs::temp_directory_path(ec) / "seedaudit-read-XXXXXX").string();
    if (ec || ::mkdtemp(name.data()) == nullptr) return;
    folder_ = name;
    const fs::path link = folder_ / ("volume" + std::string(extension));
    fs::create_symlink(fs::absolute(path, ec), link, ec);
    if (!ec) path_ = link.string();
    // Voxels beside the header are looked for beside the link.
    if (!data.empty() && fs::path(data).filename() == fs::path(data))
      fs::create_symlink(fs::absolute(path, ec).parent_path() / data, folder_ / data, ec);
  }
  ~NamedLink() {
    std::error_code ec;
    if (!folder_.empty()) fs::remove_all(folder_, ec);
  }
  NamedLink(const NamedLink&) = delete;
  NamedLink& operator=(const NamedLink&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  fs::path folder_;
};

template <class T>
void convert_values(const std::vector<char>& raw, ImageFile& out) {
  const std::size_t n = raw.size() / sizeof(T);
  out.values.reserve(n);
  for (std::size_t i = 0; i < n; ++i) {
    T v;
    std::memcpy(&v, raw.data() + i * sizeof(T), sizeof(T));
    out.add(static_cast<double>(v));
  }
}

bool convert_any(const itk::ImageIOBase& io, const std::vector<char>& raw, ImageFile& out) {
  using C = itk::IOComponentEnum;
  switch (io.GetComponentType()) {
    case C::UCHAR:
      return convert_values<unsigned char>(raw, out), true;
    case C::CHAR:
      return convert_values<signed char>(raw, out), true;
    case C::USHORT:
      return convert_values<unsigned short>(raw, out), true;
    case C::SHORT:
      return convert_values<short>(raw, out), true;
    case C::UINT:
      return convert_values<unsigned int>(raw, out), true;
    case C::INT:
      return convert_values<int>(raw, out), true;
    case C::ULONG:
      return convert_values<unsigned long>(raw, out), true;
    case C::LONG:
      return convert_values<long>(raw, out), true;
    case C::ULONGLONG:
      return convert_values<unsigned long long>(raw, out), true;
    case C::LONGLONG:
      return convert_values<long long>(raw, out), true;
    case C::FLOAT:
      return convert_values<float>(raw, out), true;
    case C::DOUBLE:
      return convert_values<double>(raw, out), true;
    default:
      return false;
  }
}

/// The space as the header itself names it: the library reports some spaces as others. Empty: it names none; nothing: it is no header.
std::optional<std::string> nrrd_space(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string line;
  std::optional<std::string> found;
  while (std::getline(in, line)) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (line.empty()) break;  // the header's end
    if (line.starts_with("sizes:")) found = found.value_or("");
    if (!line.starts_with("space:")) continue;
    const auto first = line.find_first_not_of(' ', 6);
    std::string space = first == std::string::npos ? std::string() : line.substr(first);
    std::transform(space.begin(), space.end(), space.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (space == "lps") space = "left-posterior-superior";
    if (space == "ras") space = "right-anterior-superior";
    found = space;
  }
  return found;
}

/// The reader's own last word: before it come the functions that passed it on, and an address in memory that differs from run to run.
std::string last_word(const std::string& what) {
  std::istringstream lines(what);
  std::string last;
  for (std::string line; std::getline(lines, line);)
    if (line.find_first_not_of(" \t\r:") != std::string::npos) last = line;
  for (const std::string_view prefix : {"): ", "] "})
    if (const auto at = last.find(prefix); at != std::string::npos) last.erase(0, at + prefix.size());
  return last;
}

Error from_itk(const std::string& what, const std::string& path) {
  if (what.find("orthonormal") != std::string::npos || what.find("Bad direction") != std::string::npos)
    return {ErrorCode::inconsistent_geometry, "the axes of the volume are sheared or degenerate", path,
            "Resample it to a rectangular grid first."};
  const std::string word = last_word(what);
  for (const char* of_the_end : {"got only", "but received", "end of file", "EOF"})
    if (word.find(of_the_end) != std::string::npos)
      return {ErrorCode::truncated_file, "the data end before their last voxel (" + word + ")", path, "Export or copy the file again."};
  return {ErrorCode::unreadable_file, "volume reader: " + word, path, "Export the file again."};
}

}  // namespace

void ImageFile::add(double value) {
  constexpr double kLow = std::numeric_limits<std::int16_t>::min(), kHigh = std::numeric_limits<std::int16_t>::max();
  if (!std::isfinite(value)) {
    ++not_finite;
    values.push_back(kOutsideHu);
    return;
  }
  const double r = std::floor(value + 0.5);
  if (r < kLow || r > kHigh) ++clamped;
  values.push_back(static_cast<std::int16_t>(std::clamp(r, kLow, kHigh)));
}

int slice_axis(const ImageFile& f) {
  constexpr double kAlike = 1.01;
  const auto ratio = [&](int a, int b) { return std::max(f.spacing_mm[a] / f.spacing_mm[b], f.spacing_mm[b] / f.spacing_mm[a]); };
  int unlike = 2;
  for (const int axis : {0, 1})
    if (ratio((axis + 1) % 3, (axis + 2) % 3) < ratio((unlike + 1) % 3, (unlike + 2) % 3)) unlike = axis;
  if (std::max(ratio(0, 1), std::max(ratio(1, 2), ratio(2, 0))) > kAlike) return unlike;
  int upright = 2;
  for (const int axis : {0, 1})
    if (std::abs(f.direction(2, axis)) > std::abs(f.direction(2, upright))) upright = axis;
  return upright;
}

void put_slices_last(ImageFile& f) {
  const int slices = slice_axis(f);
  if (slices == 2) return;
  // Turning the three axes round keeps their handedness.
  const std::array<int, 3> from{(slices + 1) % 3, (slices + 2) % 3, slices};
  const ImageFile old = std::move(f);
  f = ImageFile{};
  f.origin_mm = old.origin_mm;
  f.clamped = old.clamped;
  f.not_finite = old.not_finite;
  f.warnings = old.warnings;
  const std::array<std::size_t, 3> old_step{1, static_cast<std::size_t>(old.size[0]),
                                            static_cast<std::size_t>(old.size[0]) * static_cast<std::size_t>(old.size[1])};
  std::array<std::size_t, 3> step{}, size{};
  for (std::size_t a = 0; a < 3; ++a) {
    const auto source = static_cast<std::size_t>(from[a]);
    f.size[a] = old.size[source];
    size[a] = static_cast<std::size_t>(f.size[a]);
    step[a] = old_step[source];
    f.spacing_mm[static_cast<int>(a)] = old.spacing_mm[from[a]];
    f.direction.col(static_cast<int>(a)) = old.direction.col(from[a]);
  }
  f.values.reserve(old.values.size());
  for (std::size_t k = 0; k < size[2]; ++k)
    for (std::size_t j = 0; j < size[1]; ++j)
      for (std::size_t i = 0; i < size[0]; ++i) f.values.push_back(old.values[i * step[0] + j * step[1] + k * step[2]]);
}

void make_right_handed(ImageFile& f) {
  if (f.direction.determinant() > 0.0) return;
  f.origin_mm += f.direction.col(2) * (f.spacing_mm[2] * (f.size[2] - 1));
  f.direction.col(2) = -f.direction.col(2);
  const std::size_t slice = static_cast<std::size_t>(f.size[0]) * static_cast<std::size_t>(f.size[1]);
  for (int a = 0, b = f.size[2] - 1; a < b; ++a, --b)
    std::swap_ranges(f.values.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(a) * slice),
                     f.values.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(a + 1) * slice),
                     f.values.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(b) * slice));
}

ImageFormat image_format_of(const std::string& path) {
  const std::string head = first_bytes(path, 4096);
  const std::string_view h = head;
  if (is_nifti(h)) return ImageFormat::nifti;
  if (h.starts_with("NRRD000")) return ImageFormat::nrrd;
  if (h.substr(0, 2048).find("ElementDataFile") != std::string_view::npos || h.starts_with("ObjectType") || h.starts_with("NDims"))
    return ImageFormat::meta;
  const auto layout = read_dicom_layout(path);
  if (!layout.ok() || layout->has_value()) return layout.ok() || h.size() > 132 ? ImageFormat::dicom : ImageFormat::unknown;
  return ImageFormat::unknown;
}

Result<ImageFile> read_image_file(const std::string& path, ImageFormat format) {
  try {
    if (format == ImageFormat::nifti) return read_nifti(path);
    itk::ImageIOBase::Pointer io;
    std::string_view extension;
    switch (format) {
      case ImageFormat::nrrd:
        io = itk::NrrdImageIO::New();
        extension = ".nrrd";
        break;
      case ImageFormat::meta:
        io = itk::MetaImageIO::New();
        extension = ".mha";
        break;
      default:
        return Error{ErrorCode::unreadable_file, "neither NIfTI, NRRD nor MetaImage", path, "Give a volume file or a DICOM folder."};
    }
    std::string data;
    if (format == ImageFormat::meta) {
      auto checked = check_meta_image(path);
      if (!checked) return checked.error();
      data = *checked;
    }
    if (format == ImageFormat::nrrd) {
      // The library is right about these two spaces only; in others, or in none, nobody knows where the patient's sides are.
      const auto space = nrrd_space(path);
      if (space && *space != "left-posterior-superior" && *space != "right-anterior-superior")
        return Error{ErrorCode::inconsistent_geometry,
                     space->empty() ? "NRRD: no space is stated: it is not known where the patient's sides are"
                                    : "NRRD: volumes in the space " + *space + " are not read",
                     path, "Export in left-posterior-superior space, or give the DICOM series."};
    }
    const NamedLink named(path, extension, data);
    if (!io->CanReadFile(named.path().c_str()))
      return Error{ErrorCode::unreadable_file, "the header of the volume cannot be read", path, "Export the file again."};
    io->SetFileName(named.path());
    io->ReadImageInformation();
    const unsigned dims = io->GetNumberOfDimensions();
    for (unsigned d = 3; d < dims; ++d)
      if (io->GetDimensions(d) != 1)
        return Error{ErrorCode::wrong_modality, "the file holds " + std::to_string(io->GetDimensions(d)) + " volumes, not one", path,
                     "Export one volume."};
    if (io->GetNumberOfComponents() != 1 || io->GetPixelType() != itk::IOPixelEnum::SCALAR)
      return Error{ErrorCode::wrong_modality, "voxels are vectors or colours, not HU", path, "Export the CT itself."};
    if (dims < 3) return Error{ErrorCode::inconsistent_geometry, "a picture of two dimensions, no volume", path, "Give a volume."};

    ImageFile out;
    double voxels = 1.0;
    for (unsigned a = 0; a < 3; ++a) {
      voxels *= static_cast<double>(io->GetDimensions(a));
      if (io->GetDimensions(a) < 1 || io->GetDimensions(a) > 100000 || !(voxels < kMostVoxels))
        return Error{ErrorCode::unreadable_file, "implausible volume size", path, "Export the file again."};
      out.size[a] = static_cast<int>(io->GetDimensions(a));
      const int row = static_cast<int>(a);
      out.spacing_mm[row] = io->GetSpacing(a);
      out.origin_mm[row] = io->GetOrigin(a);
      const auto axis = io->GetDirection(a);
      for (unsigned c = 0; c < 3 && c < axis.size(); ++c) out.direction(static_cast<int>(c), row) = axis[c];
    }
    const double bytes = voxels * static_cast<double>(io->GetComponentSize());
    std::vector<char> raw(static_cast<std::size_t>(io->GetImageSizeInBytes()));
    if (static_cast<double>(raw.size()) < bytes)
      return Error{ErrorCode::unreadable_file, "the volume reader promises fewer bytes than voxels", path, "Export the file again."};
    itk::ImageIORegion region(dims);
    for (unsigned d = 0; d < dims; ++d) {
      region.SetIndex(d, 0);
      region.SetSize(d, io->GetDimensions(d));
    }
    io->SetIORegion(region);
    io->Read(raw.data());
    if (!convert_any(*io, raw, out))
      return Error{ErrorCode::wrong_modality, "voxels of an unknown type", path, "Export as 16-bit integers."};
    put_slices_last(out);
    make_right_handed(out);
    return out;
  } catch (const itk::ExceptionObject& e) {
    return from_itk(e.GetDescription(), path);
  } catch (const std::exception& e) {
    return Error{ErrorCode::unreadable_file, std::string("volume reader: ") + e.what(), path, "Export the file again."};
  }
}

}  // namespace seedaudit
