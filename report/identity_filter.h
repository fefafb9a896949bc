// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace seedaudit {

/// Takes a patient's identity out of free text (messages, reasons, option values, names of structures) before it goes into JSON, CSV or
/// log. Replaced by "(removed)": the patient id, the name and its parts as whole words, in any case; and by "(path)" every file path,
/// because folders are often named after patients. Parts of one letter, and words of this program's own vocabulary such as "seed" or
/// "liver" (phantoms carry such names), stay.
class IdentityFilter {
 public:
  IdentityFilter() = default;
  /// \param patient_name UTF-8, DICOM form "Family^Given=ideographic=phonetic"
  IdentityFilter(std::string_view patient_id, std::string_view patient_name);

  std::string operator()(std::string_view text) const;

 private:
  bool inside(std::string_view token) const;
  void remove_words(std::string& text) const;

  std::vector<std::string> words_;  ///< lower case (ASCII), longest first
};

}  // namespace seedaudit
