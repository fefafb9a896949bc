// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/isotope.h"

#include <array>
#include <cctype>
#include <utility>
#include <vector>

#include "io/trimmed.h"

namespace seedaudit {
namespace {

struct Run {
  bool digits = false;
  std::string text;  ///< lower case
};

std::vector<Run> runs_of(std::string_view text) {
  std::vector<Run> runs;
  bool joined = false;
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    const bool digit = std::isdigit(u) != 0;
    // Bytes above 127 belong to a UTF-8 word, e.g. the Chinese name of the element.
    const bool letter = std::isalpha(u) != 0 || u > 127;
    if (!digit && !letter) {
      joined = false;
      continue;
    }
    if (!joined || runs.empty() || runs.back().digits != digit) runs.push_back({digit, ""});
    runs.back().text += static_cast<char>(std::tolower(u));
    joined = true;
  }
  return runs;
}

std::string symbol_of(const std::string& word) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kElements{
      {{"i", "I"},   {"iodine", "I"},     {"jod", "I"},     {"iod", "I"},      {"碘", "I"},  {"pd", "Pd"},    {"palladium", "Pd"},
       {"钯", "Pd"}, {"cs", "Cs"},        {"cesium", "Cs"}, {"caesium", "Cs"}, {"铯", "Cs"}, {"au", "Au"},    {"gold", "Au"},
       {"yb", "Yb"}, {"ytterbium", "Yb"}, {"ir", "Ir"},     {"iridium", "Ir"}, {"co", "Co"}, {"cobalt", "Co"}}};
  for (const auto& [name, symbol] : kElements)
    if (word == name) return std::string(symbol);
  return {};
}

}  // namespace

std::string normalised_isotope(std::string_view text) {
  const std::vector<Run> runs = runs_of(text);
  for (std::size_t i = 0; i + 1 < runs.size(); ++i) {
    const Run& a = runs[i];
    const Run& b = runs[i + 1];
    if (a.digits == b.digits) continue;
    const std::string& mass = a.digits ? a.text : b.text;
    const std::string symbol = symbol_of(a.digits ? b.text : a.text);
    if (!symbol.empty() && (mass.size() == 2 || mass.size() == 3)) return symbol + "-" + mass;
  }
  return trimmed(text);
}

}  // namespace seedaudit
