// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/json_writer.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace seedaudit {
namespace {

/// Length of the well-formed UTF-8 sequence at `i`, 0 if there is none (RFC 3629: no overlong forms, no surrogates).
std::size_t utf8_length(std::string_view s, std::size_t i) {
  const auto at = [&](std::size_t k) { return k < s.size() ? static_cast<unsigned char>(s[k]) : 0U; };
  const auto tail = [&](std::size_t k) { return (at(k) & 0xC0U) == 0x80U; };
  const unsigned b = at(i), c = at(i + 1);
  if (b < 0x80U) return 1;
  if (b >= 0xC2U && b <= 0xDFU) return tail(i + 1) ? 2 : 0;
  if (b >= 0xE0U && b <= 0xEFU) {
    if (!tail(i + 1) || !tail(i + 2)) return 0;
    return (b == 0xE0U && c < 0xA0U) || (b == 0xEDU && c > 0x9FU) ? 0 : 3;
  }
  if (b >= 0xF0U && b <= 0xF4U) {
    if (!tail(i + 1) || !tail(i + 2) || !tail(i + 3)) return 0;
    return (b == 0xF0U && c < 0x90U) || (b == 0xF4U && c > 0x8FU) ? 0 : 4;
  }
  return 0;
}

}  // namespace

std::string decimal_text(double value, int decimals) {
  if (!std::isfinite(value)) return "null";
  if (std::abs(value) >= 1e15) {  // beyond any figure here; still a number
    char big[40];
    std::snprintf(big, sizeof big, "%.15g", value);
    return big;
  }
  // Sign, 15 digits, point.
  std::string text(static_cast<std::size_t>(20 + std::max(0, decimals)), '\0');
  const auto r = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, decimals);
  text.resize(static_cast<std::size_t>(r.ptr - text.data()));
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t n = utf8_length(text, i);
    if (n == 0) {
      out += "\xEF\xBF\xBD";
      ++i;
      continue;
    }
    const char c = text[i];
    if (n > 1) {
      out += text.substr(i, n);
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20U || c == 0x7F) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(static_cast<unsigned char>(c)));
      out += escape;
    } else {
      out += c;
    }
    i += n;
  }
  return out + "\"";
}

void JsonWriter::element(std::string_view key) {
  if (!levels_.empty()) {
    Level& level = levels_.back();
    if (!level.empty) out_ += level.one_line ? ", " : ",";
    if (level.one_line) {
      if (level.empty && out_.back() == '{') out_ += " ";
    } else {
      out_ += "\n" + std::string(2 * levels_.size(), ' ');
    }
    level.empty = false;
  }
  if (!key.empty()) out_ += json_string(key) + ": ";
}

void JsonWriter::begin(std::string_view key, char bracket, Layout layout) {
  const bool inside_line = !levels_.empty() && levels_.back().one_line;
  element(key);
  out_ += bracket;
  levels_.push_back({true, inside_line || layout == Layout::one_line});
}

void JsonWriter::end(char bracket) {
  assert(!levels_.empty());
  const Level level = levels_.back();
  levels_.pop_back();
  if (!level.empty) out_ += level.one_line ? (bracket == '}' ? " " : "") : "\n" + std::string(2 * levels_.size(), ' ');
  out_ += bracket;
}

void JsonWriter::null(std::string_view key) {
  element(key);
  out_ += "null";
}

void JsonWriter::text(std::string_view key, std::string_view value) {
  element(key);
  out_ += json_string(value);
}

void JsonWriter::text_or_null(std::string_view key, std::string_view value) { value.empty() ? null(key) : text(key, value); }

void JsonWriter::boolean(std::string_view key, bool value) {
  element(key);
  out_ += value ? "true" : "false";
}

void JsonWriter::integer(std::string_view key, long long value) {
  element(key);
  out_ += std::to_string(value);
}

void JsonWriter::integer(std::string_view key, const std::optional<int>& value) { value ? integer(key, *value) : null(key); }

void JsonWriter::number(std::string_view key, double value, int decimals) {
  element(key);
  out_ += decimal_text(value, decimals);
}

void JsonWriter::number(std::string_view key, const std::optional<double>& value, int decimals) {
  value ? number(key, *value, decimals) : null(key);
}

void JsonWriter::numbers(std::string_view key, const std::vector<double>& values, int decimals) {
  element(key);
  out_ += "[";
  for (std::size_t i = 0; i < values.size(); ++i) out_ += (i == 0 ? "" : ", ") + decimal_text(values[i], decimals);
  out_ += "]";
}

void JsonWriter::vector(std::string_view key, const std::optional<Eigen::Vector3d>& v, int decimals) {
  v ? vector(key, *v, decimals) : null(key);
}

}  // namespace seedaudit
