// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/text_page.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace seedaudit {
namespace {

/// Columns on a terminal, not bytes: continuation bytes of UTF-8 take none.
std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool is_zero(const std::string& text) { return text.find_first_of("123456789") == std::string::npos; }

}  // namespace

std::string padded(std::string_view text, std::size_t width) {
  std::string out(text);
  const std::size_t n = columns(text);
  if (n < width) out.append(width - n, ' ');
  return out;
}

std::string right_aligned(std::string_view text, std::size_t width) {
  const std::size_t n = columns(text);
  return (n < width ? std::string(width - n, ' ') : std::string()) + std::string(text);
}

std::string fixed(double value, int decimals) {
  if (!std::isfinite(value)) return "-";
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.*f", decimals, value);
  std::string text = buffer;
  if (text.front() == '-' && is_zero(text)) text.erase(0, 1);
  return text;
}

std::string figure(const std::optional<double>& value, int decimals) { return value ? fixed(*value, decimals) : "-"; }

std::string difference(const std::optional<double>& value, int decimals) {
  if (!value || !std::isfinite(*value)) return "-";
  const std::string text = fixed(*value, decimals);
  return *value > 0.0 && !is_zero(text) ? "+" + text : text;
}

void TextPage::item(std::string_view label, std::string_view text, const char* ansi) {
  std::string head = padded(label, kIndent);
  std::size_t used = 0;
  std::string body;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = text.find(' ', i);
    if (end == std::string_view::npos) end = text.size();
    const std::string_view word = text.substr(i, end - i);
    const std::size_t width = columns(word);
    if (used > 0 && kIndent + used + 1 + width > kWidth) {
      body += "\n" + std::string(kIndent, ' ');
      used = 0;
    }
    body += (used > 0 ? " " : "") + std::string(word);
    used += width + (used > 0 ? 1 : 0);
    i = end + 1;
  }
  if (colour_ && ansi != nullptr) body = std::string(ansi) + body + "\033[0m";
  line(head + body);
}

}  // namespace seedaudit
