// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/source_library.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "core/lower_case.h"
#include "dosimetry/embedded_sources.h"
#include "dosimetry/source_parser.h"

namespace seedaudit {
namespace {

bool is_alnum(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

/// "CS-1 Rev2" and "cs1rev2" are one name.
std::string normalised(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (is_alnum(c)) out.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  return out;
}

std::string listed(const std::vector<std::string>& ids) {
  std::string out;
  for (const auto& id : ids) out += (out.empty() ? "" : ", ") + id;
  return out;
}

/// The shipped files, read once: constant data in their in-memory form.
const std::vector<Result<ParsedSource>>& shipped() {
  static const std::vector<Result<ParsedSource>> parsed = [] {
    std::vector<Result<ParsedSource>> out;
    for (const EmbeddedSource& e : embedded_sources()) out.push_back(parse_source_file(e.json, e.id));
    return out;
  }();
  return parsed;
}

Result<SourceModel> with_surrogate(ParsedSource&& parsed, std::string_view origin) {
  SourceModel& m = parsed.model;
  if (m.surrogate_of.empty()) return std::move(m);
  for (const Result<ParsedSource>& other : shipped()) {
    if (!other) return other.error();
    if (other->model.id != m.surrogate_of) continue;
    if (!other->model.surrogate_of.empty()) break;
    SourceModel out = other->model;
    if (out.isotope != m.isotope)
      return Error{ErrorCode::source_invalid,
                   "source file: " + m.id + " is " + m.isotope + ", its surrogate " + out.id + " is " + out.isotope, std::string(origin),
                   ""};
    out.id = m.id;
    out.name = m.name;
    out.model = m.model;
    out.citation = m.citation;
    out.note = m.note;
    out.surrogate_of = m.surrogate_of;
    out.checksum = content_checksum(m.checksum + other->model.checksum);
    return out;
  }
  return Error{ErrorCode::source_invalid,
               "source file: surrogate_of names \"" + m.surrogate_of + "\", which is no shipped model with tables", std::string(origin),
               "Use one of: " + listed(source_ids()) + "."};
}

}  // namespace

std::vector<std::string> source_ids() {
  std::vector<std::string> ids;
  for (const EmbeddedSource& e : embedded_sources()) ids.emplace_back(e.id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

Result<SourceModel> parse_source(std::string_view json, std::string_view origin) {
  Result<ParsedSource> parsed = parse_source_file(json, origin);
  if (!parsed) return parsed.error();
  return with_surrogate(std::move(parsed).value(), origin);
}

Result<SourceModel> find_source(std::string_view id_or_model) {
  const std::string wanted = normalised(id_or_model);
  const ParsedSource* by_id = nullptr;
  std::vector<const ParsedSource*> by_name;
  for (const Result<ParsedSource>& parsed : shipped()) {
    if (!parsed) return parsed.error();
    if (normalised(parsed->model.id) == wanted) by_id = &*parsed;
    bool named = normalised(parsed->model.model) == wanted || normalised(parsed->model.name) == wanted;
    for (const auto& alias : parsed->aliases) named = named || normalised(alias) == wanted;
    if (named) by_name.push_back(&*parsed);
  }
  const ParsedSource* found = by_id != nullptr ? by_id : (by_name.size() == 1 ? by_name.front() : nullptr);
  if (found != nullptr) return with_surrogate(ParsedSource(*found), found->model.id);
  if (by_name.size() > 1) {
    std::vector<std::string> ids;
    for (const auto* s : by_name) ids.push_back(s->model.id);
    return Error{ErrorCode::unknown_source, "\"" + std::string(id_or_model) + "\" names several source models", "",
                 "Use one of: " + listed(ids) + "."};
  }
  return Error{ErrorCode::unknown_source, "no source model \"" + std::string(id_or_model) + "\"", "",
               "Known: " + listed(source_ids()) + "."};
}

std::vector<std::string> source_ids_named_in(std::string_view text) {
  const std::string low = lower_case(text);
  struct Hit {
    std::size_t begin, end;
    std::string id;
  };
  std::vector<Hit> hits;
  for (const Result<ParsedSource>& parsed : shipped()) {
    if (!parsed) continue;
    std::vector<std::string> names = parsed->aliases;
    names.push_back(parsed->model.model);
    names.push_back(parsed->model.id);
    for (const std::string& written : names) {
      const std::string name = lower_case(written);
      // A bare "200" may be anything: so short a name counts only beside its maker's.
      if (name.size() < 4 && normalised(low).find(normalised(parsed->manufacturer)) == std::string::npos) continue;
      for (std::size_t at = low.find(name); at != std::string::npos; at = low.find(name, at + 1)) {
        const std::size_t end = at + name.size();
        if ((at > 0 && is_alnum(low[at - 1])) || (end < low.size() && is_alnum(low[end]))) continue;
        hits.push_back({at, end, parsed->model.id});
      }
    }
  }
  std::vector<std::string> ids;
  for (const Hit& h : hits) {
    // "6711" inside "CIAE-6711" is part of the longer name.
    const bool part = std::any_of(hits.begin(), hits.end(), [&](const Hit& o) {
      return o.begin <= h.begin && h.end <= o.end && o.end - o.begin > h.end - h.begin && o.id != h.id;
    });
    if (!part && std::find(ids.begin(), ids.end(), h.id) == ids.end()) ids.push_back(h.id);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::string source_library_checksum() {
  std::string all;
  for (const EmbeddedSource& e : embedded_sources()) all.append(e.id).append("\n").append(e.json);
  return content_checksum(all);
}

}  // namespace seedaudit
