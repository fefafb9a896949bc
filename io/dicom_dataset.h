// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/date.h"
#include "core/result.h"
#include "io/dicom_index.h"

class DcmItem;
class DcmFileFormat;

/// Reading elements of a DICOM data set in the ways archives spell them. DCMTK types appear by name only.
namespace seedaudit {

/// A DICOM element's tag.
struct Tag {
  unsigned short group = 0;
  unsigned short element = 0;
};

/// Opens a file after its declared lengths were checked against its size (dicom_layout.h).
/// \param header_only stop before Pixel Data
/// Errors: path_not_found, unreadable_file (also: not DICOM), truncated_file.
Result<std::shared_ptr<DcmFileFormat>> open_dicom(const std::string& path, bool header_only);

/// Values of one element as stored, split at backslashes and trimmed; an absent element is empty. Not for text in national characters.
std::vector<std::string> values_of(DcmItem& item, Tag tag);
/// First of values_of, or "".
std::string value_of(DcmItem& item, Tag tag);
/// Decimal numbers of a DS, IS or binary element; of any length (archives exceed the 16 characters of DS). Empty unless every value is a
/// finite number.
std::vector<double> numbers_of(DcmItem& item, Tag tag);
std::optional<double> number_of(DcmItem& item, Tag tag);
std::optional<int> integer_of(DcmItem& item, Tag tag);
/// Date and, if present and sensible, time.
std::optional<DateTime> date_of(DcmItem& item, Tag date, Tag time);
/// Items of a sequence; empty if absent.
std::vector<DcmItem*> items_of(DcmItem& item, Tag sequence);

/// Image Position and Orientation (Patient) and Pixel Spacing of a data set or functional group; what it lacks or spells wrongly is left.
void read_placement(DcmItem& item, ImagePlacement& placement);

/// Decimal text to a number: blanks around it and a leading plus are allowed, anything else is not.
std::optional<double> parse_decimal(std::string_view text);

/// Converts text to UTF-8 by a data set's Specific Character Set (0008,0005), code extensions included. Where the declared set is
/// missing or does not fit the bytes: valid UTF-8 is kept, else text with Chinese characters is taken as GB18030, else Latin-1; so a name
/// is always valid UTF-8. Latin-1 fits any bytes, so a declared Latin-1 is not believed of valid UTF-8, nor of words made of Chinese
/// characters alone.
class TextDecoder {
 public:
  explicit TextDecoder(DcmItem& dataset);
  TextDecoder(const std::vector<std::string>& specific_character_set);
  ~TextDecoder();
  TextDecoder(TextDecoder&&) noexcept;
  TextDecoder& operator=(TextDecoder&&) noexcept;

  std::string decode(const std::string& raw, bool person_name = false) const;
  /// The element as UTF-8, trimmed; for Person Name the caret form is kept.
  std::string text(DcmItem& item, Tag tag) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace seedaudit
