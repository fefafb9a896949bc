// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/target_choice.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "core/lower_case.h"

namespace seedaudit {
namespace {

std::string listed(const std::vector<NamedRoi>& rois) {
  std::string text;
  for (const auto& r : rois) text += (text.empty() ? "" : ", ") + ("\"" + r.name + "\"") + (r.drawn ? "" : " (not drawn)");
  return text.empty() ? "none" : text;
}

/// "ptv", "ptv1", "ptv_1", "ptv 120", "ptv-a": the word, then at most a separator and a number or letter.
bool is_word_with_number(const std::string& name, std::string_view word) {
  if (name.rfind(word, 0) != 0) return false;
  std::string rest = name.substr(word.size());
  rest.erase(std::remove_if(rest.begin(), rest.end(), [](char c) { return c == ' ' || c == '_' || c == '-' || c == '.' || c == '#'; }),
             rest.end());
  if (rest.size() >= 2 && rest.substr(rest.size() - 2) == "gy") rest.resize(rest.size() - 2);
  const bool digits = std::all_of(rest.begin(), rest.end(), [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; });
  return rest.empty() || digits || rest.size() == 1;
}

/// The name as it was written: several ROIs of one name are read as "CTV (ROI 2)" and "CTV (ROI 5)".
std::string written_name(const NamedRoi& roi) {
  const std::string suffix = " (ROI " + std::to_string(roi.number) + ")";
  return roi.name.ends_with(suffix) ? roi.name.substr(0, roi.name.size() - suffix.size()) : roi.name;
}

const NamedRoi* find_name(const std::vector<NamedRoi>& rois, const std::string& name, std::size_t& matches) {
  const NamedRoi* found = nullptr;
  matches = 0;
  for (const auto& r : rois)
    if (r.name == name) {
      found = found ? found : &r;
      ++matches;
    }
  if (found) return found;
  for (const auto& r : rois)
    if (lower_case(r.name) == lower_case(name) || lower_case(written_name(r)) == lower_case(name)) {
      found = found ? found : &r;
      ++matches;
    }
  return found;
}

Error not_found(const std::string& what, const std::vector<NamedRoi>& rois, const std::string& path) {
  return Error{ErrorCode::target_not_found, what + "; the structures are: " + listed(rois), path, "name the target with --target"};
}

Result<TargetChoice> by_option(const std::vector<NamedRoi>& rois, const std::vector<std::string>& wanted, const std::string& path) {
  TargetChoice choice;
  choice.reason = "named by option or case.json";
  for (const auto& name : wanted) {
    std::size_t matches = 0;
    const NamedRoi* roi = find_name(rois, name, matches);
    if (!roi) return not_found("no structure is named \"" + name + "\"", rois, path);
    if (matches > 1)
      return Error{ErrorCode::target_ambiguous, "several structures are named \"" + name + "\": " + listed(rois), path,
                   "name the one that is meant as it is listed, or rename one of them"};
    if (!roi->drawn) return not_found("the structure \"" + name + "\" has no contours", rois, path);
    if (std::find(choice.names.begin(), choice.names.end(), roi->name) == choice.names.end()) choice.names.push_back(roi->name);
  }
  return choice;
}

/// The structure that one dose reference of the plan means; null where it means none. Error: target_ambiguous.
Result<const NamedRoi*> referenced(const std::vector<NamedRoi>& rois, const TargetReference& reference, bool numbers_hold,
                                   const std::string& path, Warnings& warnings) {
  std::vector<NamedRoi> drawn;
  for (const auto& r : rois)
    if (r.drawn) drawn.push_back(r);
  std::size_t matches = 0;
  const NamedRoi* found = reference.name.empty() ? nullptr : find_name(drawn, reference.name, matches);
  const NamedRoi* named = nullptr;
  const NamedRoi* numbered = nullptr;
  for (const auto& r : rois) {
    if (found && matches == 1 && r.number == found->number) named = &r;
    if (numbers_hold && reference.roi_number && r.number == *reference.roi_number && r.drawn) numbered = &r;
  }
  if (!numbered && matches > 1)
    return Error{ErrorCode::target_ambiguous,
                 "the plan's dose reference names \"" + reference.name + "\", and several structures bear it: " + listed(drawn), path,
                 "name the target with --target as it is listed"};
  if (named && numbered && named != numbered)
    warnings.push_back({"TARGET_REFERENCE_CONFLICT", "the plan's dose reference gives the ROI number of \"" + numbered->name +
                                                         "\" and the name of \"" + named->name + "\"; the number is used"});
  return numbered ? numbered : named;
}

}  // namespace

std::optional<int> target_rank(const NamedRoi& roi) {
  static constexpr std::array<std::string_view, 3> kTypes{"ptv", "ctv", "gtv"};
  for (std::size_t r = 0; r < kTypes.size(); ++r)
    if (lower_case(roi.type) == kTypes[r]) return static_cast<int>(r) + 1;
  // A type that says it is something else settles it.
  if (!roi.type.empty() && lower_case(roi.type) != "none" && lower_case(roi.type) != "control" &&
      lower_case(roi.type) != "treated_volume" && lower_case(roi.type) != "irrad_volume")
    return std::nullopt;
  const std::string name = lower_case(written_name(roi));
  for (std::size_t r = 0; r < kTypes.size(); ++r)
    if (is_word_with_number(name, kTypes[r])) return static_cast<int>(r) + 1;
  struct Term {
    std::string_view word;
    int rank;
  };
  static constexpr std::array<Term, 9> kTerms{{{"计划靶区", 1},
                                               {"临床靶区", 2},
                                               {"大体肿瘤", 3},
                                               {"肿瘤靶区", 3},
                                               {"靶区", 4},
                                               {"肿瘤", 4},
                                               {"target", 4},
                                               {"tumor", 4},
                                               {"tumour", 4}}};
  for (const auto& [word, rank] : kTerms)
    if (is_word_with_number(name, word)) return rank;
  return std::nullopt;
}

Result<TargetChoice> choose_targets(const std::vector<NamedRoi>& rois, const std::vector<std::string>& wanted,
                                    const std::vector<TargetReference>& references, bool numbers_hold, const std::string& path) {
  if (!wanted.empty()) return by_option(rois, wanted, path);

  TargetChoice choice;
  for (const auto& reference : references) {
    const auto meant = referenced(rois, reference, numbers_hold, path, choice.warnings);
    if (!meant) return meant.error();
    const NamedRoi* roi = *meant;
    if (roi && std::find(choice.names.begin(), choice.names.end(), roi->name) == choice.names.end()) choice.names.push_back(roi->name);
    if (!roi && (!reference.name.empty() || reference.roi_number))
      choice.warnings.push_back(
          {"TARGET_REFERENCE_UNRESOLVED", "the plan's dose reference \"" + reference.name + "\" names no drawn structure"});
  }
  if (!choice.names.empty()) {
    choice.reason = "named by the plan's dose reference";
    return choice;
  }

  for (int rank = 1; rank <= 4; ++rank) {
    std::vector<NamedRoi> candidates;
    for (const auto& r : rois)
      if (r.drawn && target_rank(r) == rank) candidates.push_back(r);
    if (candidates.empty()) continue;
    static constexpr std::array<const char*, 4> kRanks{"PTV", "CTV", "GTV", "target"};
    const char* what = kRanks[static_cast<std::size_t>(rank - 1)];
    if (candidates.size() > 1) {
      // Of several typed alike, the one that bears the plain name is meant.
      std::vector<NamedRoi> plain;
      for (const auto& c : candidates)
        if (lower_case(written_name(c)) == lower_case(what)) plain.push_back(c);
      if (plain.size() != 1)
        return Error{ErrorCode::target_ambiguous, std::string("several structures are a ") + what + ": " + listed(candidates), path,
                     "name the target, or each of several, with --target"};
      choice.warnings.push_back({"TARGET_SEVERAL", std::string("several structures are a ") + what + ": " + listed(candidates) + "; \"" +
                                                       plain.front().name +
                                                       "\" alone is judged. If the others are lesions too, name each with --target"});
      candidates = plain;
      choice.reason = std::string("of several that are a ") + what + " by type and name, the one called so plainly";
    } else {
      choice.reason = std::string("the only ") + what + " by type and name (PTV before CTV before GTV)";
    }
    choice.names = {candidates.front().name};
    return choice;
  }
  return not_found("no structure is a target by type or name", rois, path);
}

}  // namespace seedaudit
