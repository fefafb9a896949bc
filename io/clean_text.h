// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace seedaudit {

/// Descriptions that people typed, reduced to words that name nobody (docs/deidentify.md). A text made of known words alone stays as it is;
/// any other keeps its known words and gets a token in place of the rest, the same wherever the same text stands: what refers to a
/// structure by its name finds it again.
class TextCleaner {
 public:
  /// \param key of the tokens
  /// \param source_words names of seed models and their makers, known in the description of a source alone
  TextCleaner(std::string key, const std::vector<std::string>& source_words);

  /// Known: words of anatomy, imaging and planning, English and Chinese; numbers below 1000 and short codes such as "B30f" or "CTV1"; one
  /// single letter. \param longest characters that the attribute may have
  std::string clean(std::string_view text, std::size_t longest = 64) const;
  /// The same of a source or a reconstruction kernel: model numbers and the source_words are known as well.
  std::string clean_technical(std::string_view text, std::size_t longest = 64) const;
  /// True of a text that clean() leaves as it is: it says nothing of a person.
  bool is_known(std::string_view text) const;

 private:
  std::string reduced(std::string_view text, std::size_t longest, bool technical) const;

  std::string key_;
  std::set<std::string, std::less<>> source_words_;
};

}  // namespace seedaudit
