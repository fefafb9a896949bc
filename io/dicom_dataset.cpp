// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/dicom_dataset.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcspchrs.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/ofstd/ofchrenc.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "io/dicom_layout.h"
#include "io/dicom_runtime.h"
#include "io/trimmed.h"

namespace seedaudit {
namespace {

/// No header text or number list of ours is longer; a longer one is not loaded.
constexpr Uint32 kLongestText = 1U << 20;

DcmTagKey key(Tag t) { return {static_cast<Uint16>(t.group), static_cast<Uint16>(t.element)}; }

DcmElement* element_of(DcmItem& item, Tag tag) {
  DcmElement* e = nullptr;
  if (item.findAndGetElement(key(tag), e).bad() || e == nullptr) return nullptr;
  return e->getLengthField() > kLongestText ? nullptr : e;
}

/// The bytes of a text element, or the printed values of a numeric one.
std::string raw_text(DcmItem& item, Tag tag) {
  DcmElement* e = element_of(item, tag);
  if (e == nullptr) return {};
  OFString s;
  if (e->getOFStringArray(s).bad()) return {};
  return {s.c_str(), s.length()};
}

bool plain_ascii(std::string_view s) {
  return std::all_of(s.begin(), s.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80 && c != 0x1B; });
}

bool valid_utf8(std::string_view s) {
  for (std::size_t i = 0; i < s.size();) {
    const auto c = static_cast<unsigned char>(s[i]);
    const std::size_t n = c < 0x80 ? 1 : (c >= 0xC2 && c < 0xE0) ? 2 : (c >= 0xE0 && c < 0xF0) ? 3 : (c >= 0xF0 && c < 0xF5) ? 4 : 0;
    if (n == 0 || i + n > s.size()) return false;
    for (std::size_t k = 1; k < n; ++k)
      if ((static_cast<unsigned char>(s[i + k]) & 0xC0) != 0x80) return false;
    i += n;
  }
  return true;
}

std::optional<std::string> convert(const std::string& raw, const char* encoding) {
  OFCharacterEncoding converter;
  OFString out;
  if (converter.selectEncoding(encoding, "UTF-8").bad()) return std::nullopt;
  if (converter.convertString(OFString(raw.c_str(), raw.size()), out).bad()) return std::nullopt;
  std::string s(out.c_str(), out.length());
  if (!valid_utf8(s)) return std::nullopt;
  return s;
}

bool hanzi_pair(std::string_view s, std::size_t i) {
  // Rows 16 to 87 of GB2312, the characters that names are made of.
  const auto a = static_cast<unsigned char>(s[i]);
  return a >= 0xB0 && a <= 0xF7 && i + 1 < s.size() && static_cast<unsigned char>(s[i + 1]) >= 0xA1 &&
         static_cast<unsigned char>(s[i + 1]) != 0xFF;
}

bool holds_hanzi(std::string_view s) {
  for (std::size_t i = 0; i < s.size(); ++i)
    if (hanzi_pair(s, i)) return true;
  return false;
}

/// Every word with bytes beyond ASCII is made of Chinese characters alone. Read as Latin-1 such a word would be accented letters without
/// a plain one among them, which no language writes.
bool all_hanzi(std::string_view s) {
  bool any = false;
  constexpr std::string_view kBreaks = "^= \\";
  for (std::size_t i = 0; i < s.size();) {
    const std::size_t end = std::min(s.size(), s.find_first_of(kBreaks, i));
    const std::string_view word = s.substr(i, end - i);
    if (!plain_ascii(word)) {
      for (std::size_t k = 0; k < word.size(); k += 2)
        if (!hanzi_pair(word, k)) return false;
      any = true;
    }
    i = end + 1;
  }
  return any;
}

std::optional<Eigen::Vector3d> unit(const std::vector<double>& v, std::size_t first) {
  if (v.size() < first + 3) return std::nullopt;
  const Eigen::Vector3d d(v[first], v[first + 1], v[first + 2]);
  // Direction cosines carry a few decimals; anything far from unit length is no direction.
  if (!(std::abs(d.norm() - 1.0) < 0.01)) return std::nullopt;
  return d.normalized();
}

}  // namespace

Result<std::shared_ptr<DcmFileFormat>> open_dicom(const std::string& path, bool header_only) {
  initialise_dicom();
  auto layout = read_dicom_layout(path);
  if (!layout) return layout.error();
  if (!layout->has_value()) return Error{ErrorCode::unreadable_file, "not a DICOM file", path, "Check which file was given."};
  const DicomLayout& l = **layout;
  if (l.truncated && !(header_only && l.pixel_data)) return *l.truncated;
  auto file = std::make_shared<DcmFileFormat>();
  try {
    // Elements above 4 kB stay in the file until they are asked for.
    const OFCondition loaded = header_only
                                   ? file->loadFileUntilTag(path.c_str(), EXS_Unknown, EGL_noChange, 4096, ERM_autoDetect, DCM_PixelData)
                                   : file->loadFile(path.c_str(), EXS_Unknown, EGL_noChange, 4096, ERM_autoDetect);
    if (loaded.bad() || file->getDataset() == nullptr)
      return Error{ErrorCode::unreadable_file, std::string("DICOM parser: ") + loaded.text(), path, "Export the file again."};
  } catch (const std::exception& e) {
    return Error{ErrorCode::unreadable_file, std::string("DICOM parser: ") + e.what(), path, "Export the file again."};
  }
  return file;
}

std::vector<std::string> values_of(DcmItem& item, Tag tag) {
  const std::string raw = raw_text(item, tag);
  std::vector<std::string> out;
  if (trimmed(raw).empty()) return out;
  std::size_t begin = 0;
  while (true) {
    const auto end = raw.find('\\', begin);
    out.push_back(trimmed(std::string_view(raw).substr(begin, end == std::string::npos ? end : end - begin)));
    if (end == std::string::npos) return out;
    begin = end + 1;
  }
}

std::string value_of(DcmItem& item, Tag tag) {
  const auto v = values_of(item, tag);
  return v.empty() ? std::string() : v.front();
}

std::optional<double> parse_decimal(std::string_view text) {
  const std::string t = trimmed(text);
  std::string_view s = t;
  if (!s.empty() && s.front() == '+') s.remove_prefix(1);
  double v = 0.0;
  const auto [end, ec] = std::from_chars(s.data(), s.data() + s.size(), v);
  if (ec != std::errc() || end != s.data() + s.size() || !std::isfinite(v)) return std::nullopt;
  return v;
}

std::vector<double> numbers_of(DcmItem& item, Tag tag) {
  DcmElement* e = element_of(item, tag);
  if (e == nullptr) return {};
  std::vector<double> out;
  switch (e->ident()) {
    case EVR_FD:
    case EVR_FL:
    case EVR_US:
    case EVR_SS:
    case EVR_UL:
    case EVR_SL:
      for (unsigned long i = 0; i < e->getVM(); ++i) {
        Float64 d = 0;
        Float32 f = 0;
        Uint16 us = 0;
        Sint16 ss = 0;
        Uint32 ul = 0;
        Sint32 sl = 0;
        switch (e->ident()) {
          case EVR_FD:
            if (e->getFloat64(d, i).bad()) return {};
            break;
          case EVR_FL:
            if (e->getFloat32(f, i).bad()) return {};
            d = f;
            break;
          case EVR_US:
            if (e->getUint16(us, i).bad()) return {};
            d = us;
            break;
          case EVR_SS:
            if (e->getSint16(ss, i).bad()) return {};
            d = ss;
            break;
          case EVR_UL:
            if (e->getUint32(ul, i).bad()) return {};
            d = ul;
            break;
          default:
            if (e->getSint32(sl, i).bad()) return {};
            d = sl;
        }
        if (!std::isfinite(d)) return {};
        out.push_back(d);
      }
      return out;
    default:
      break;
  }
  for (const auto& text : values_of(item, tag)) {
    const auto v = parse_decimal(text);
    if (!v) return {};
    out.push_back(*v);
  }
  return out;
}

std::optional<double> number_of(DcmItem& item, Tag tag) {
  const auto v = numbers_of(item, tag);
  return v.empty() ? std::nullopt : std::optional<double>(v.front());
}

std::optional<int> integer_of(DcmItem& item, Tag tag) {
  const auto v = number_of(item, tag);
  if (!v || !(std::abs(*v) < 2e9) || *v != std::floor(*v)) return std::nullopt;
  return static_cast<int>(*v);
}

std::optional<DateTime> date_of(DcmItem& item, Tag date, Tag time) {
  const auto d = parse_date(value_of(item, date));
  if (!d) return std::nullopt;
  return DateTime{*d, parse_time(value_of(item, time))};
}

std::vector<DcmItem*> items_of(DcmItem& item, Tag sequence) {
  DcmSequenceOfItems* s = nullptr;
  std::vector<DcmItem*> out;
  if (item.findAndGetSequence(key(sequence), s).bad() || s == nullptr) return out;
  for (unsigned long i = 0; i < s->card(); ++i)
    if (DcmItem* it = s->getItem(i)) out.push_back(it);
  return out;
}

void read_placement(DcmItem& item, ImagePlacement& p) {
  if (const auto v = numbers_of(item, {0x0020, 0x0032}); v.size() == 3) p.position_mm = Eigen::Vector3d(v[0], v[1], v[2]);
  if (const auto v = numbers_of(item, {0x0020, 0x0037}); v.size() == 6) {
    const auto row = unit(v, 0), column = unit(v, 3);
    if (row && column && std::abs(row->dot(*column)) < 0.01) {
      p.row_direction = row;
      p.column_direction = column;
    }
  }
  if (const auto v = numbers_of(item, {0x0028, 0x0030}); v.size() == 2 && v[0] > 0.0 && v[1] > 0.0) {
    p.spacing_j_mm = v[0];  // row spacing comes first
    p.spacing_i_mm = v[1];
  }
}

struct TextDecoder::State {
  mutable DcmSpecificCharacterSet converter;
  bool selected = false;
  bool latin = false;  ///< Latin-1 alone is declared: what exporters write who never thought of it
};

TextDecoder::TextDecoder(DcmItem& dataset) : TextDecoder(values_of(dataset, {0x0008, 0x0005})) {}

TextDecoder::TextDecoder(const std::vector<std::string>& sets) : state_(std::make_unique<State>()) {
  std::string joined;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    std::string s = sets[i];
    // Spellings that archives hold for the standard's terms.
    std::transform(s.begin(), s.end(), s.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    if (s == "UTF-8" || s == "UTF8" || s == "ISO IR 192" || s == "ISO_IR_192" || s == "ISO-IR 192") s = "ISO_IR 192";
    if (s == "GB2312" || s == "GB_18030" || s == "GB18030-2000" || s == "GB18030-2005" || s == "GB_2312-80") s = "GB18030";
    if (s.starts_with("ISO IR ") || s.starts_with("ISO-IR ")) s = "ISO_IR " + s.substr(7);
    joined += (i == 0 ? "" : "\\") + s;
  }
  state_->latin = joined == "ISO_IR 100";
  state_->selected = !trimmed(joined).empty() && state_->converter.selectCharacterSet(OFString(joined.c_str()), "ISO_IR 192").good();
}

TextDecoder::~TextDecoder() = default;
TextDecoder::TextDecoder(TextDecoder&&) noexcept = default;
TextDecoder& TextDecoder::operator=(TextDecoder&&) noexcept = default;

std::string TextDecoder::decode(const std::string& raw, bool person_name) const {
  if (plain_ascii(raw)) return trimmed(raw);
  const bool belied = state_->latin && (valid_utf8(raw) || all_hanzi(raw));
  if (state_->selected && !belied) {
    OFString out;
    if (state_->converter.convertString(OFString(raw.c_str(), raw.size()), out, person_name ? "\\^=" : "\\").good()) {
      const std::string s(out.c_str(), out.length());
      if (valid_utf8(s)) return trimmed(s);
    }
  }
  if (valid_utf8(raw)) return trimmed(raw);
  if (holds_hanzi(raw))
    if (const auto s = convert(raw, "GB18030")) return trimmed(*s);
  if (const auto s = convert(raw, "ISO-8859-1")) return trimmed(*s);
  std::string ascii;
  for (const char c : raw) ascii.push_back(static_cast<unsigned char>(c) < 0x80 ? c : '?');
  return trimmed(ascii);
}

std::string TextDecoder::text(DcmItem& item, Tag tag) const {
  DcmElement* e = element_of(item, tag);
  if (e == nullptr) return {};
  return decode(raw_text(item, tag), e->ident() == EVR_PN);
}

}  // namespace seedaudit
