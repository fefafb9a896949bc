// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/identity_search.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <bitset>
#include <cstring>

#include "core/date_shift.h"
#include "core/lower_case.h"
#include "io/confidentiality_table.h"
#include "io/dicom_dataset.h"
#include "io/dicom_layout.h"
#include "io/text_file.h"
#include "io/trimmed.h"

namespace seedaudit {
namespace {

constexpr std::size_t kLeastInBytes = 4;   ///< shorter ones stand in any file by chance
constexpr std::size_t kLeastInPixels = 8;  ///< of so many bytes none stands in a thousand images by chance
constexpr std::size_t kFree = 6;           ///< shorter words count only where they stand alone: "Lin" is not in "spline"

char low(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_digit(c) || (low(c) >= 'a' && low(c) <= 'z'); }
bool is_number(char c) { return is_word(c) || c == '.' || c == '-' || c == '+'; }

std::vector<std::string> split(const std::string& text, const char* separators) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (std::strchr(separators, c) != nullptr && c != '\0')
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

std::uint32_t start_of(const char* p) {
  std::uint32_t v = 0;
  for (int i = 0; i < 4; ++i) v = v << 8U | static_cast<unsigned char>(low(p[i]));
  return v;
}

bool boundaries_hold(std::string_view text, std::size_t at, std::size_t length, bool digits) {
  const auto inner = [&](char c) { return digits ? is_number(c) : is_word(c); };
  const bool before = at > 0 && inner(text[at - 1]) && (digits || is_word(text[at]));
  const bool after = at + length < text.size() && inner(text[at + length]) && (digits || is_word(text[at + length - 1]));
  return !before && !after;
}

std::string compact(const std::string& date) {
  const std::string day = shifted_date(date.substr(0, 10), std::chrono::days{0});
  std::string digits;
  for (const char c : day)
    if (is_digit(c) && digits.size() < 8) digits += c;
  return digits.size() == 8 ? digits : std::string();
}

std::string raw_value(DcmElement& e) {
  OFString s;
  if (e.getOFStringArray(s).bad()) return {};
  return {s.c_str(), s.length()};
}

std::string tag_name(DcmElement& e) {
  const DcmTag tag(e.getGTag(), e.getETag());
  return std::string(const_cast<DcmTag&>(tag).getTagName()) + " " + tag.toString().c_str();
}

Error found(const std::string& what, const std::string& where, const std::string& place) {
  return Error{ErrorCode::internal, what + " of the input is still in the output (" + place + ")", where,
               "nothing was shared; remove it from the input, or report it"};
}

}  // namespace

void IdentitySearch::add(std::string text, const std::string& what) {
  text = trimmed(text);
  const bool digits = std::all_of(text.begin(), text.end(), is_digit);
  if (text.size() < 2 || (digits && text.size() < kLeastInBytes) || cleaner_.is_known(text)) return;
  Needle needle{lower_case(text), what, digits, digits || text.size() < kFree};
  if (!known_.insert(needle.lower).second) return;
  if (needle.lower.size() >= kLeastInBytes) by_start_[start_of(needle.lower.data())].push_back(needles_.size());
  needles_.push_back(std::move(needle));
}

void IdentitySearch::learn_words(const std::string& text, const std::string& what) {
  for (const std::string& value : split(text, "\\")) {
    add(value, what);
    for (const std::string& group : split(value, "=")) {
      add(group, what);
      for (const std::string& part : split(group, "^ ,")) add(part, what);
    }
  }
}

void IdentitySearch::learn_text(const std::string& text, const std::string& what) { add(text, what); }

void IdentitySearch::learn_date(const std::string& date, const std::string& what) {
  const std::string day = compact(date);
  if (day.empty()) return;
  const bool birth = what.starts_with("PatientBirthDate");
  if (shift_.count() != 0 || birth) dates_.insert(day);
  if (!birth) shifted_.insert(shifted_date(day, shift_));
}

void IdentitySearch::learn_item(DcmItem& item, const TextDecoder& decoder) {
  for (DcmObject* o = item.nextInContainer(nullptr); o != nullptr; o = item.nextInContainer(o)) {
    auto& e = *static_cast<DcmElement*>(o);
    const Tag tag{e.getGTag(), e.getETag()};
    const DcmEVR vr = e.ident();
    if (vr == EVR_SQ) {
      auto& sequence = static_cast<DcmSequenceOfItems&>(e);
      for (DcmObject* i = sequence.nextInContainer(nullptr); i != nullptr; i = sequence.nextInContainer(i))
        learn_item(*static_cast<DcmItem*>(i), decoder);
      continue;
    }
    const bool identifier = is_identifier(tag);
    if (vr != EVR_PN && vr != EVR_UI && vr != EVR_AE && vr != EVR_DA && vr != EVR_DT && !identifier) continue;
    const std::string raw = raw_value(e);
    if (trimmed(raw).empty()) continue;
    const std::string what = tag_name(e);
    if (vr == EVR_UI) {
      for (const std::string& uid : split(raw, "\\"))
        if (const std::string u = trimmed(uid); !u.empty() && !u.starts_with("1.2.840.10008.")) uids_.insert(u);
    } else if (vr == EVR_DA || vr == EVR_DT) {
      for (const std::string& date : split(raw, "\\")) learn_date(date, what);
    } else if (vr == EVR_PN) {
      learn_words(raw, what);
      learn_words(decoder.decode(raw, true), what);
    } else {
      for (const std::string& value : split(raw, "\\")) add(value, what);
      for (const std::string& value : split(decoder.decode(raw), "\\")) add(value, what);
    }
  }
}

Status IdentitySearch::learn(const std::string& path) {
  const auto file = open_dicom(path, true);
  if (!file) return file.error();
  DcmDataset& dataset = *(*file)->getDataset();
  const TextDecoder decoder(dataset);
  learn_item(dataset, decoder);
  if (DcmMetaInfo* meta = (*file)->getMetaInfo()) {
    for (const Tag tag : {Tag{0x0002, 0x0016}, Tag{0x0002, 0x0017}, Tag{0x0002, 0x0018}}) add(value_of(*meta, tag), "an AE title");
    if (const std::string uid = value_of(*meta, {0x0002, 0x0003}); !uid.empty()) uids_.insert(uid);
  }
  return ok_status();
}

bool IdentitySearch::date_leaks(const std::string& date) const { return dates_.contains(date) && !shifted_.contains(date); }

Status IdentitySearch::search_value(const std::string& value, std::string_view vr, const std::string& tag, const std::string& where) const {
  if (vr == "UI") {
    for (const std::string& uid : split(value, "\\"))
      if (uids_.contains(trimmed(uid))) return found("a UID", where, tag);
    return ok_status();
  }
  if (vr == "DA" || vr == "DT") {
    for (const std::string& date : split(value, "\\"))
      if (date_leaks(compact(date))) return found("a date", where, tag);
    return ok_status();
  }
  if (vr == "DS" || vr == "IS" || vr == "TM") return ok_status();
  const std::string text = lower_case(value);
  for (const Needle& n : needles_) {
    if (vr == "CS" && n.lower.size() < kLeastInBytes) continue;  // terms of the standard
    for (auto at = text.find(n.lower); at != std::string::npos; at = text.find(n.lower, at + 1))
      if (!n.bounded || boundaries_hold(text, at, n.lower.size(), n.digits)) return found(n.what, where, tag);
  }
  return ok_status();
}

Status IdentitySearch::search_item(DcmItem& item, const std::string& where) const {
  for (DcmObject* o = item.nextInContainer(nullptr); o != nullptr; o = item.nextInContainer(o)) {
    auto& e = *static_cast<DcmElement*>(o);
    if (e.ident() == EVR_SQ) {
      auto& sequence = static_cast<DcmSequenceOfItems&>(e);
      for (DcmObject* i = sequence.nextInContainer(nullptr); i != nullptr; i = sequence.nextInContainer(i))
        if (Status s = search_item(*static_cast<DcmItem*>(i), where); !s) return s;
    } else if (e.isaString()) {
      if (Status s = search_value(raw_value(e), DcmVR(e.ident()).getVRName(), tag_name(e), where); !s) return s;
    }
  }
  return ok_status();
}

Status IdentitySearch::search_bytes(std::string_view bytes, const std::vector<Range>& pixels, const std::string& where) const {
  std::bitset<65536> starts;  // of the first two bytes: most places need no more
  for (const auto& [start, list] : by_start_) starts.set(start >> 16U);
  const auto in_pixels = [&](std::size_t at) {
    return std::any_of(pixels.begin(), pixels.end(), [&](const Range& r) { return at >= r.begin && at < r.end; });
  };
  for (std::size_t at = 0; at + kLeastInBytes <= bytes.size(); ++at) {
    // A run of digits and points may be a UID or a date.
    if (is_digit(bytes[at]) && (at == 0 || !(is_digit(bytes[at - 1]) || bytes[at - 1] == '.'))) {
      std::size_t end = at;
      while (end < bytes.size() && (is_digit(bytes[end]) || bytes[end] == '.')) ++end;
      const std::string run(bytes.substr(at, end - at));
      if (run.size() >= 5 && uids_.contains(run)) return found("a UID", where, "byte " + std::to_string(at));
      const bool alone = (at == 0 || !is_number(bytes[at - 1])) && (end == bytes.size() || !is_number(bytes[end]));
      if (run.size() == 8 && alone && date_leaks(run)) return found("a date", where, "byte " + std::to_string(at));
      if (run.size() == 4 && end + 6 <= bytes.size() && bytes[end] == '-') {
        const std::string day = compact(std::string(bytes.substr(at, 10)));
        if (date_leaks(day)) return found("a date", where, "byte " + std::to_string(at));
      }
    }
    if (!starts[static_cast<std::size_t>(static_cast<unsigned char>(low(bytes[at]))) << 8U |
                static_cast<unsigned char>(low(bytes[at + 1]))])
      continue;
    const auto it = by_start_.find(start_of(bytes.data() + at));
    if (it == by_start_.end()) continue;
    for (const std::size_t i : it->second) {
      const Needle& n = needles_[i];
      const std::size_t size = n.lower.size();
      if (size > bytes.size() - at) continue;
      bool same = true;
      for (std::size_t k = 4; k < size && same; ++k) same = low(bytes[at + k]) == n.lower[k];
      if (!same || (n.bounded && !boundaries_hold(bytes, at, size, n.digits))) continue;
      // Short numbers stand among coordinates as well; the values that are texts were searched for them.
      if (n.digits && size < kLeastInPixels) continue;
      if (size < kLeastInPixels && in_pixels(at)) continue;
      return found(n.what, where, "byte " + std::to_string(at));
    }
  }
  return ok_status();
}

Status IdentitySearch::search_object(const std::string& path) const {
  const auto layout = read_dicom_layout(path);
  if (!layout) return layout.error();
  const auto file = open_dicom(path, true);
  if (!file) return file.error();
  if (Status s = search_item(*(*file)->getDataset(), path); !s) return s;
  if (DcmMetaInfo* meta = (*file)->getMetaInfo())
    if (Status s = search_item(*meta, path); !s) return s;
  std::vector<Range> pixels;
  if (layout->has_value()) {
    const DicomLayout& l = **layout;
    if (l.native.length > 0) pixels.push_back({l.native.offset, l.native.offset + l.native.length});
    for (const ByteRange& f : l.fragments) pixels.push_back({f.offset, f.offset + f.length});
  }
  const auto bytes = read_file_bytes(path);
  if (!bytes) return bytes.error();
  return search_bytes(*bytes, pixels, path);
}

Status IdentitySearch::search_text(std::string_view bytes, const std::string& where) const {
  if (Status s = search_value(std::string(bytes), "UT", "text", where); !s) return s;
  return search_bytes(bytes, {}, where);
}

}  // namespace seedaudit
