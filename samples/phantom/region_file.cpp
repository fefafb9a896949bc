// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>
#include <system_error>
#include <type_traits>

#include "samples/phantom/region_background.h"

namespace seedaudit {
namespace {

/// Changes with the content or its meaning, so that an old cache is made anew and not misread.
constexpr std::uint64_t kMagic = 0x3130'4E4F'4947'4552ULL;

/// Reads or writes, as the stream is: one list of fields for both.
class Archive {
 public:
  explicit Archive(std::ofstream& out) : out_(&out) {}
  explicit Archive(std::ifstream& in, std::uintmax_t size) : in_(&in), left_(size) {}

  template <class T>
  void field(T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    bytes(&value, sizeof(T));
  }
  template <class T>
  void field(std::vector<T>& values) {
    auto count = static_cast<std::uint64_t>(values.size());
    field(count);
    if (in_ != nullptr) {
      if (!good_ || count > left_ / sizeof(T)) {
        good_ = false;
        return;
      }
      values.resize(count);
    }
    bytes(values.data(), values.size() * sizeof(T));
  }
  bool good() const { return good_; }

 private:
  void bytes(void* data, std::size_t size) {
    if (out_ != nullptr) {
      out_->write(static_cast<const char*>(data), static_cast<std::streamsize>(size));
      good_ = good_ && out_->good();
      return;
    }
    if (size > left_) good_ = false;
    if (!good_) return;
    in_->read(static_cast<char*>(data), static_cast<std::streamsize>(size));
    good_ = in_->good();
    left_ -= size;
  }

  std::ofstream* out_ = nullptr;
  std::ifstream* in_ = nullptr;
  std::uintmax_t left_ = 0;
  bool good_ = true;
};

void all_fields(Archive& a, RegionBackground& r) {
  a.field(r.matrix);
  a.field(r.pixel_mm);
  a.field(r.planes);
  a.field(r.plane_mm);
  a.field(r.kvp);
  a.field(r.slabs);
  for (auto& h : r.hu) a.field(h);
  for (auto& n : r.noise) a.field(n);
  RayPaths& p = r.paths;
  for (int* n : {&p.heights, &p.views, &p.bins}) a.field(*n);
  for (double* d : {&p.first_height_mm, &p.height_step_mm, &p.bin_mm}) a.field(*d);
  a.field(p.water);
  a.field(p.bone);
}

bool consistent(const RegionBackground& r) {
  if (r.matrix < 1 || r.planes < 1 || r.paths.heights < 1 || r.paths.views < 1 || r.paths.bins < 2) return false;
  const auto pixels = static_cast<std::size_t>(r.matrix) * static_cast<std::size_t>(r.matrix);
  bool any = false;
  for (const auto& h : r.hu) {
    if (!h.empty() && h.size() != pixels * static_cast<std::size_t>(r.planes)) return false;
    any = any || !h.empty();
  }
  for (const auto& n : r.noise)
    if (n.size() % pixels != 0) return false;
  const std::size_t rays =
      static_cast<std::size_t>(r.paths.heights) * static_cast<std::size_t>(r.paths.views) * static_cast<std::size_t>(r.paths.bins);
  return any && r.paths.water.size() == rays && r.paths.bone.size() == rays;
}

}  // namespace

Status write_region(const RegionBackground& region, const std::filesystem::path& file) {
  // Renamed when whole: a run that is stopped leaves no half file behind, and two runs do not meet.
  const std::filesystem::path part = file.string() + ".part";
  bool good = false;
  {
    std::ofstream out(part, std::ios::binary);
    std::uint64_t magic = kMagic;
    Archive archive(out);
    archive.field(magic);
    RegionBackground copy = region;
    all_fields(archive, copy);
    out.flush();
    good = archive.good() && out.good();
  }
  std::error_code code;
  if (good) std::filesystem::rename(part, file, code);
  if (!good || code) return Error{ErrorCode::output_unwritable, "cannot write the background", file.string(), "Is the disk full?"};
  return ok_status();
}

Result<RegionBackground> read_region(const std::filesystem::path& file) {
  std::error_code code;
  const auto size = std::filesystem::file_size(file, code);
  if (code) return Error{ErrorCode::path_not_found, "no such background", file.string(), ""};
  std::ifstream in(file, std::ios::binary);
  std::uint64_t magic = 0;
  RegionBackground out;
  Archive archive(in, size);
  archive.field(magic);
  if (archive.good() && magic != kMagic)
    return Error{ErrorCode::unreadable_file, "not a background of this version", file.string(), "Delete it."};
  if (archive.good()) all_fields(archive, out);
  if (!archive.good()) return Error{ErrorCode::truncated_file, "the background ends too early", file.string(), "Delete it."};
  if (!consistent(out)) return Error{ErrorCode::unreadable_file, "the parts of the background do not fit", file.string(), "Delete it."};
  return out;
}

}  // namespace seedaudit
