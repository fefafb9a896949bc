// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/dicom_layout.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctag.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <fstream>
#include <string_view>

#include "io/dicom_runtime.h"

namespace seedaudit {
namespace {

constexpr std::uint32_t kUndefined = 0xFFFFFFFFU;
constexpr int kDeepest = 64;  ///< nesting no sane object reaches; a crafted file must not exhaust the stack

/// Bytes of a file by offset, through one small window.
class Window {
 public:
  explicit Window(const std::string& path) : in_(path, std::ios::binary) {
    if (!in_) return;
    in_.seekg(0, std::ios::end);
    const auto end = in_.tellg();
    size_ = end < 0 ? 0 : static_cast<std::uint64_t>(end);
    open_ = true;
  }
  bool open() const { return open_; }
  std::uint64_t size() const { return size_; }
  /// n <= 512 bytes at `offset`, or nullptr where the file has fewer.
  const unsigned char* at(std::uint64_t offset, std::size_t n) {
    if (offset > size_ || n > size_ - offset) return nullptr;
    if (offset < start_ || offset + n > start_ + filled_) {
      in_.clear();
      in_.seekg(static_cast<std::streamoff>(offset));
      in_.read(reinterpret_cast<char*>(buffer_.data()), static_cast<std::streamsize>(buffer_.size()));
      start_ = offset;
      filled_ = static_cast<std::size_t>(std::max<std::streamsize>(0, in_.gcount()));
      if (n > filled_) return nullptr;
    }
    return buffer_.data() + (offset - start_);
  }

 private:
  std::ifstream in_;
  bool open_ = false;
  std::uint64_t size_ = 0;
  std::uint64_t start_ = 0;
  std::size_t filled_ = 0;
  std::array<unsigned char, 16384> buffer_{};
};

bool is_vr(const unsigned char* p) { return std::isupper(p[0]) != 0 && std::isupper(p[1]) != 0; }

bool long_form(std::string_view vr) {
  static constexpr std::array<std::string_view, 13> kLong{"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"};
  return std::find(kLong.begin(), kLong.end(), vr) != kLong.end();
}

struct Element {
  std::uint16_t group = 0;
  std::uint16_t number = 0;
  std::string vr;  ///< empty when implicit
  std::uint32_t length = 0;
  std::uint64_t value = 0;  ///< offset
};

std::string tag_text(const Element& e) {
  char b[16];
  std::snprintf(b, sizeof b, "(%04X,%04X)", e.group, e.number);
  return b;
}

class Walker {
 public:
  Walker(Window& file, DicomLayout& layout, std::string path) : file_(file), layout_(layout), path_(std::move(path)) {}

  /// True when [begin, end) was walked to its end or to a cut; false when the structure makes no sense.
  bool items(std::uint64_t& at, std::uint64_t end, bool explicit_vr, bool undefined_length, int depth) {
    if (depth > kDeepest) return false;
    while (at < end && !layout_.truncated) {
      const unsigned char* p = file_.at(at, 8);
      if (p == nullptr || end - at < 8) return cut(at);
      const std::uint16_t group = u16(p), number = u16(p + 2);
      const std::uint32_t length = u32(p + 4);
      if (group != 0xFFFE) return false;
      at += 8;
      if (number == 0xE0DD) return undefined_length;
      if (number != 0xE000) return false;
      if (length == kUndefined) {
        if (!elements(at, end, explicit_vr, true, depth + 1)) return false;
      } else {
        if (length > end - at) return cut(at);
        const std::uint64_t item_end = at + length;
        if (!elements(at, item_end, explicit_vr, false, depth + 1)) return false;
        at = item_end;
      }
    }
    return layout_.truncated || !undefined_length || cut(at);
  }

  bool elements(std::uint64_t& at, std::uint64_t end, bool explicit_vr, bool undefined_length, int depth) {
    if (depth > kDeepest) return false;
    while (at < end && !layout_.truncated) {
      Element e;
      if (!header(at, end, explicit_vr, e)) return cut(at);
      if (e.group == 0xFFFE) {
        at = e.value;
        return undefined_length && e.number == 0xE00D;
      }
      if (depth == 0) ++top_level_;
      if (depth == 0 && e.group == 0x0008 && e.number == 0x0016) sop_class_seen_ = true;
      if (depth == 0 && e.group == 0x7FE0 && e.number == 0x0010) {
        layout_.pixel_data = true;
        at = e.value;
        if (!pixel_data(at, end, e)) return false;
        continue;
      }
      at = e.value;
      if (e.length == kUndefined) {
        // Undefined length: a sequence, or UN that holds one in implicit form (PS3.5 6.2.2).
        if (!items(at, end, explicit_vr && e.vr != "UN", true, depth + 1)) return false;
        continue;
      }
      if (e.length > end - at) {
        if (depth > 0 && end < file_.size()) return false;  // longer than its own item: broken, not cut
        return cut_element(e);
      }
      const std::uint64_t value_end = at + e.length;
      if (is_sequence(e) && !items(at, value_end, explicit_vr, false, depth + 1)) return false;
      at = value_end;
    }
    return layout_.truncated || !undefined_length || cut(at);
  }

  bool header(std::uint64_t at, std::uint64_t end, bool explicit_vr, Element& e) {
    const unsigned char* p = end - at >= 8 ? file_.at(at, 8) : nullptr;
    if (p == nullptr) return false;
    e.group = u16(p);
    e.number = u16(p + 2);
    e.value = at + 8;
    // Items have no VR. Without two capital letters there is none either: some writers mix implicit elements into explicit files.
    if (!explicit_vr || e.group == 0xFFFE || !is_vr(p + 4)) {
      e.length = u32(p + 4);
      return true;
    }
    e.vr.assign(reinterpret_cast<const char*>(p + 4), 2);
    if (!long_form(e.vr)) {
      e.length = u16(p + 6);
      return true;
    }
    p = end - at >= 12 ? file_.at(at, 12) : nullptr;
    if (p == nullptr) return false;
    e.length = u32(p + 8);
    e.value = at + 12;
    return true;
  }

  std::string text(const Element& e) {
    const unsigned char* p = e.length <= 128 ? file_.at(e.value, e.length) : nullptr;
    if (p == nullptr) return {};
    std::string s(reinterpret_cast<const char*>(p), e.length);
    while (!s.empty() && (s.back() == '\0' || s.back() == ' ')) s.pop_back();
    return s;
  }

  bool sop_class_seen() const { return sop_class_seen_; }
  int top_level() const { return top_level_; }

 private:
  std::uint16_t u16(const unsigned char* p) const {
    return static_cast<std::uint16_t>(layout_.big_endian ? (p[0] << 8 | p[1]) : (p[1] << 8 | p[0]));
  }
  std::uint32_t u32(const unsigned char* p) const {
    const auto a = static_cast<std::uint32_t>(u16(p)), b = static_cast<std::uint32_t>(u16(p + 2));
    return layout_.big_endian ? (a << 16 | b) : (b << 16 | a);
  }
  bool cut(std::uint64_t at) {
    layout_.truncated = Error{ErrorCode::truncated_file, "the file ends within an element at byte " + std::to_string(at), path_,
                              "Export or copy the file again."};
    return true;
  }
  bool cut_element(const Element& e) {
    layout_.truncated = Error{ErrorCode::truncated_file,
                              "element " + tag_text(e) + " declares " + std::to_string(e.length) + " bytes, but only " +
                                  std::to_string(file_.size() - std::min(file_.size(), e.value)) + " follow",
                              path_, "Export or copy the file again."};
    return true;
  }
  static bool is_sequence(const Element& e) {
    if (!e.vr.empty()) return e.vr == "SQ";
    return DcmTag(e.group, e.number).getEVR() == EVR_SQ;
  }

  bool pixel_data(std::uint64_t& at, std::uint64_t end, const Element& e) {
    if (e.length != kUndefined) {
      layout_.native = {e.value, std::min<std::uint64_t>(e.length, end - at)};
      if (e.length > end - at) return cut_element(e);
      at += e.length;
      return true;
    }
    layout_.encapsulated = true;
    bool first = true;
    while (true) {
      const unsigned char* p = file_.at(at, 8);
      if (p == nullptr) return cut(at);
      const std::uint16_t group = u16(p), number = u16(p + 2);
      const std::uint32_t length = u32(p + 4);
      at += 8;
      if (group != 0xFFFE) return false;
      if (number == 0xE0DD) return true;
      if (number != 0xE000) return false;
      if (length > end - at) {
        layout_.truncated = Error{ErrorCode::truncated_file, "compressed pixel data is cut short", path_, "Export or copy the file again."};
        if (!first) layout_.fragments.push_back({at, end - at});
        return true;
      }
      if (first) {
        for (std::uint32_t o = 0; o + 4 <= length; o += 4) {
          const unsigned char* q = file_.at(at + o, 4);
          if (q != nullptr) layout_.offset_table.push_back(u32(q));
        }
      } else {
        layout_.fragments.push_back({at, length});
      }
      first = false;
      at += length;
    }
  }

  Window& file_;
  DicomLayout& layout_;
  std::string path_;
  bool sop_class_seen_ = false;
  int top_level_ = 0;
};

/// Could the bytes at `at` be the first element of a data set? Groups 2 and 8 begin every object that is kept as a file.
bool plausible_start(Window& file, std::uint64_t at, bool& big_endian, bool& explicit_vr) {
  const unsigned char* p = file.at(at, 8);
  if (p == nullptr) return false;
  explicit_vr = is_vr(p + 4);
  if ((p[0] == 0x02 || p[0] == 0x08) && p[1] == 0 && p[3] == 0) {
    big_endian = false;
    return explicit_vr || p[7] == 0;
  }
  if (p[0] == 0 && p[1] == 0x08 && p[2] == 0) {
    big_endian = true;
    return explicit_vr;
  }
  return false;
}

}  // namespace

Result<std::optional<DicomLayout>> read_dicom_layout(const std::string& path) {
  initialise_dicom();  // the dictionary is asked for sequences
  Window file(path);
  if (!file.open()) return Error{ErrorCode::path_not_found, "cannot open the file", path, "Check that it exists and may be read."};
  using None = std::optional<DicomLayout>;
  DicomLayout layout;
  layout.file_size = file.size();

  std::uint64_t at = 0;
  const auto magic = [&file](std::uint64_t offset) {
    const unsigned char* p = file.at(offset, 4);
    return p != nullptr && std::string_view(reinterpret_cast<const char*>(p), 4) == "DICM";
  };
  if (magic(128)) {
    layout.preamble = true;
    at = 132;
  } else if (magic(0)) {
    at = 4;
  }
  bool big_endian = false, explicit_vr = true;
  if (!plausible_start(file, at, big_endian, explicit_vr)) {
    if (!layout.preamble) return None{};
    layout.truncated = Error{ErrorCode::truncated_file, "the file ends after its preamble", path, "Export or copy the file again."};
    if (file.size() < at + 8) return None{std::move(layout)};
    return Error{ErrorCode::unreadable_file, "no DICOM element follows the preamble", path, "Export the file again."};
  }

  Walker walker(file, layout, path);
  Element e;
  bool meta = false;
  while (walker.header(at, file.size(), true, e) && e.group == 0x0002) {
    meta = true;
    if (e.length == kUndefined || e.length > file.size() - std::min(file.size(), e.value)) {
      if (!layout.preamble) return None{};
      layout.truncated = Error{ErrorCode::truncated_file, "the file ends within its meta header", path, "Export or copy the file again."};
      return None{std::move(layout)};
    }
    if (e.number == 0x0010) layout.transfer_syntax_uid = walker.text(e);
    at = e.value + e.length;
  }
  if (meta && !plausible_start(file, at, big_endian, explicit_vr)) big_endian = layout.transfer_syntax_uid == "1.2.840.10008.1.2.2";
  if (layout.transfer_syntax_uid == "1.2.840.10008.1.2.1.99") {
    layout.deflated = true;
    return None{std::move(layout)};
  }
  if (layout.transfer_syntax_uid.empty())
    layout.transfer_syntax_uid = big_endian ? "1.2.840.10008.1.2.2" : (explicit_vr ? "1.2.840.10008.1.2.1" : "1.2.840.10008.1.2");
  layout.big_endian = big_endian;
  const bool sane = walker.elements(at, file.size(), explicit_vr, false, 0);
  const bool certain = layout.preamble || walker.sop_class_seen();
  if (!certain) return None{};
  if (!sane)
    return Error{ErrorCode::unreadable_file, "the structure of the file is broken near byte " + std::to_string(at), path,
                 "Export the file again."};
  return None{std::move(layout)};
}

}  // namespace seedaudit
