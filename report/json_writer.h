// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <Eigen/Core>

namespace seedaudit {

/// Writes JSON text in the order it is told, numbers with fixed decimals so that the same audit gives the same bytes everywhere. An empty
/// key means an array element (or the root). Not finite and absent values become null.
class JsonWriter {
 public:
  enum class Layout { lines, one_line };

  void begin_object(std::string_view key = {}, Layout layout = Layout::lines) { begin(key, '{', layout); }
  void end_object() { end('}'); }
  void begin_array(std::string_view key = {}, Layout layout = Layout::lines) { begin(key, '[', layout); }
  void end_array() { end(']'); }

  void null(std::string_view key);
  void text(std::string_view key, std::string_view value);
  void text_or_null(std::string_view key, std::string_view value);  ///< null when empty
  void boolean(std::string_view key, bool value);
  void integer(std::string_view key, long long value);
  void integer(std::string_view key, const std::optional<int>& value);
  /// Rounded to `decimals` places, trailing zeros left out.
  void number(std::string_view key, double value, int decimals);
  void number(std::string_view key, const std::optional<double>& value, int decimals);
  void numbers(std::string_view key, const std::vector<double>& values, int decimals);
  void vector(std::string_view key, const Eigen::Vector3d& v, int decimals) { numbers(key, {v[0], v[1], v[2]}, decimals); }
  void vector(std::string_view key, const std::optional<Eigen::Vector3d>& v, int decimals);

  /// The finished text with a final newline.
  std::string take() { return std::move(out_) + "\n"; }

 private:
  void begin(std::string_view key, char bracket, Layout layout);
  void end(char bracket);
  void element(std::string_view key);  ///< separator, line break and key

  struct Level {
    bool empty = true;
    bool one_line = false;
  };
  std::string out_;
  std::vector<Level> levels_;
};

/// `value` with at most `decimals` places, "0" for -0, "null" where not finite. The number text of JSON and CSV.
std::string decimal_text(double value, int decimals);

/// A JSON string literal; bytes that are no UTF-8 become U+FFFD.
std::string json_string(std::string_view text);

}  // namespace seedaudit
