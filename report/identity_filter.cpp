// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/identity_filter.h"

#include <algorithm>
#include <array>

namespace seedaudit {
namespace {

constexpr std::string_view kRemoved = "(removed)";
constexpr std::string_view kPath = "(path)";

/// Words that reports are made of; a phantom's "patient name" is made of them too and identifies nobody.
constexpr std::array<std::string_view, 24> kVocabulary = {
    "seed",    "seeds",   "liver", "lung", "prostate", "pancreas", "phantom", "simulated", "test",  "patient", "case",      "plan",
    "planned", "implant", "dose",  "ct",   "target",   "ctv",      "gtv",     "ptv",       "water", "found",   "synthetic", "sample"};

/// A shorter number as patient id would take figures out of messages ("20 seeds") and identifies nobody without its archive.
constexpr std::size_t kShortestNumber = 5;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lowered(std::string_view s) {
  std::string out(s);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

/// Letters and digits, and every byte of a multi-byte character.
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80U;
}

bool is_ascii(std::string_view s) {
  return std::all_of(s.begin(), s.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80U; });
}

bool is_path(std::string_view token) {
  if (token.size() > 1 && (token.front() == '/' || token.front() == '~')) return true;
  return token.starts_with("./") || token.starts_with("../") || token.starts_with("file:") || token.find(":\\") != std::string_view::npos ||
         token.find("\\\\") != std::string_view::npos;
}

bool ends_token(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '"' || c == '\'' || c == '(' || c == ')' || c == ',' || c == ';';
}

}  // namespace

IdentityFilter::IdentityFilter(std::string_view patient_id, std::string_view patient_name) {
  const auto add = [&](std::string_view word) {
    while (!word.empty() && (word.back() == ' ' || word.back() == '\0')) word.remove_suffix(1);
    while (!word.empty() && word.front() == ' ') word.remove_prefix(1);
    std::string w = lowered(word);
    const bool number = std::all_of(w.begin(), w.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (w.size() < (number ? kShortestNumber : 2) || std::find(kVocabulary.begin(), kVocabulary.end(), w) != kVocabulary.end()) return;
    if (std::find(words_.begin(), words_.end(), w) == words_.end()) words_.push_back(std::move(w));
  };
  add(patient_id);
  add(patient_name);
  std::string part, joined;
  const auto close_group = [&] {
    add(part);
    add(joined);
    part.clear();
    joined.clear();
  };
  for (const char c : patient_name) {
    if (c == '=') {
      close_group();
    } else if (c == '^' || c == ' ' || c == ',') {
      add(part);
      part.clear();
    } else {
      part.push_back(c);
      joined.push_back(c);  // "WangXiaodong", also without spaces as folders are named
    }
  }
  close_group();
  std::stable_sort(words_.begin(), words_.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
}

bool IdentityFilter::inside(std::string_view token) const {
  const std::string l = lowered(token);
  return std::any_of(words_.begin(), words_.end(), [&](const std::string& w) { return l.find(w) != std::string::npos; });
}

void IdentityFilter::remove_words(std::string& text) const {
  for (const auto& word : words_) {
    const bool ascii = is_ascii(word);
    std::string l = lowered(text);
    for (std::size_t at = l.find(word); at != std::string::npos; at = l.find(word, at)) {
      const std::size_t end = at + word.size();
      // Ideographs stand without spaces: there any occurrence counts.
      const bool whole = !ascii || ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end])));
      if (!whole) {
        at = end;
        continue;
      }
      text.replace(at, word.size(), kRemoved);
      l = lowered(text);
      at += kRemoved.size();
    }
  }
}

std::string IdentityFilter::operator()(std::string_view text) const {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    if (ends_token(text[i])) {
      out.push_back(text[i++]);
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && !ends_token(text[end])) ++end;
    const std::string_view token = text.substr(i, end - i);
    const bool slashed = token.find('/') != std::string_view::npos;
    if (is_path(token) || (slashed && inside(token)))
      out += kPath;
    else
      out += token;
    i = end;
  }
  remove_words(out);
  return out;
}

}  // namespace seedaudit
