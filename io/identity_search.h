// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/result.h"
#include "io/clean_text.h"

class DcmItem;

namespace seedaudit {

/// Knows every identifier of a case's input and searches for them in what is to be shared: a check that does not trust the cleaning.
/// Identifiers: all names of persons, whole and in parts, in the bytes they had and in UTF-8; the numbers, institutions and places of
/// confidentiality_table.h; all UIDs that DICOM does not define; AE titles; all dates, and the birth date above all.
/// Not searched for: words that TextCleaner knows, numbers of fewer than four digits, single letters.
class IdentitySearch {
 public:
  /// \param shift of the dates: a date that another one became is not taken for a leak. Zero where true dates are shared: then only the
  /// birth date is searched for.
  IdentitySearch(const TextCleaner& cleaner, std::chrono::days shift) : cleaner_(cleaner), shift_(shift) {}

  /// Takes the identifiers of a DICOM file. Errors: those of open_dicom.
  Status learn(const std::string& path);
  /// Takes a text, e.g. the case's name. \param what it is, for messages
  void learn_text(const std::string& text, const std::string& what);
  void learn_date(const std::string& date, const std::string& what);

  /// Searches every value of a DICOM file, and all its bytes: pixel data for identifiers of at least eight bytes. Errors: internal, naming
  /// what was found (not its value) and where; those of open_dicom.
  Status search_object(const std::string& path) const;
  /// Searches a text file. Errors: internal.
  Status search_text(std::string_view bytes, const std::string& where) const;

 private:
  struct Needle {
    std::string lower;  ///< ASCII letters in lower case
    std::string what;
    bool digits = false;
    bool bounded = false;  ///< counts only where no letter or digit is beside it
  };
  struct Range {
    std::uint64_t begin = 0, end = 0;
  };

  void learn_item(DcmItem& item, const class TextDecoder& decoder);
  void learn_words(const std::string& text, const std::string& what);
  void add(std::string text, const std::string& what);
  Status search_item(DcmItem& item, const std::string& where) const;
  Status search_value(const std::string& value, std::string_view vr, const std::string& tag, const std::string& where) const;
  Status search_bytes(std::string_view bytes, const std::vector<Range>& pixels, const std::string& where) const;
  bool date_leaks(const std::string& date) const;

  const TextCleaner& cleaner_;
  std::chrono::days shift_;
  std::vector<Needle> needles_;
  std::set<std::string> known_;                                           ///< of needles_
  std::unordered_map<std::uint32_t, std::vector<std::size_t>> by_start_;  ///< first four bytes -> needles
  std::unordered_set<std::string> uids_;
  std::set<std::string> dates_;    ///< YYYYMMDD
  std::set<std::string> shifted_;  ///< what they become
};

}  // namespace seedaudit
