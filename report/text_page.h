// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace seedaudit {

/// `text` filled with blanks on its right, or on its left, up to a width in terminal columns (not bytes).
std::string padded(std::string_view text, std::size_t width);
std::string right_aligned(std::string_view text, std::size_t width);

/// With so many decimals; "-" where not finite; never "-0.0".
std::string fixed(double value, int decimals);
/// The same, "-" where absent.
std::string figure(const std::optional<double>& value, int decimals);
/// With its sign, except of what is zero as printed.
std::string difference(const std::optional<double>& value, int decimals);

/// Lines of "label   text", wrapped at words with a hanging indent.
class TextPage {
 public:
  static constexpr std::size_t kWidth = 100;
  static constexpr std::size_t kIndent = 14;

  explicit TextPage(bool colour) : colour_(colour) {}

  void line(std::string_view text = {}) { out_ += std::string(text) + "\n"; }
  void rule() { line(std::string(kWidth, '-')); }
  /// \param ansi escape sequence that colours the text, where the page has colour
  void item(std::string_view label, std::string_view text, const char* ansi = nullptr);
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
  bool colour_;
};

}  // namespace seedaudit
