// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/deidentify_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

#include "core/date_shift.h"
#include "core/lower_case.h"
#include "io/csv_table.h"

namespace seedaudit {
namespace {

using Json = nlohmann::ordered_json;
using Path = std::filesystem::path;

constexpr std::array<std::string_view, 15> kNumberColumns{"x_mm",        "y_mm",        "z_mm",         "dx",           "dy",
                                                          "dz",          "strength_u",  "activity_mci", "activity_mbq", "moving_x_mm",
                                                          "moving_y_mm", "moving_z_mm", "fixed_x_mm",   "fixed_y_mm",   "fixed_z_mm"};

/// "CTV Name (ROI 2)" is how two structures of one name are told apart: the name is cleaned, the number stays.
std::string cleaned_target(const std::string& target, const TextCleaner& cleaner) {
  const auto at = target.rfind(" (ROI ");
  const bool numbered = at != std::string::npos && target.ends_with(")") &&
                        target.find_first_not_of("0123456789", at + 6) == target.size() - 1 && target.size() > at + 7;
  return numbered ? cleaner.clean(target.substr(0, at)) + target.substr(at) : cleaner.clean(target);
}

}  // namespace

Result<std::string> deidentified_csv(const Path& path, const TextCleaner& cleaner) {
  const auto table = read_csv(path);
  if (!table) return table.error();
  std::vector<std::size_t> columns;
  std::string out;
  for (std::size_t c = 0; c < table->columns.size(); ++c) {
    const std::string name = lower_case(table->columns[c]);
    const bool known = name == "needle" || std::find(kNumberColumns.begin(), kNumberColumns.end(), name) != kNumberColumns.end();
    if (!known) continue;
    out += (columns.empty() ? "" : ",") + name;
    columns.push_back(c);
  }
  if (columns.empty()) return Error{ErrorCode::bad_csv, "no column that an audit reads", path.string(), "leave the file out of the case"};
  out += "\n";
  for (std::size_t r = 0; r < table->rows.size(); ++r) {
    for (std::size_t k = 0; k < columns.size(); ++k) {
      const std::size_t c = columns[k];
      std::string cell = table->rows[r][c];
      if (lower_case(table->columns[c]) == "needle") {
        cell = cleaner.clean(cell);
        std::replace(cell.begin(), cell.end(), '"', ' ');
        cell = "\"" + cell + "\"";
      } else if (!cell.empty()) {
        if (const auto number = table->number(r, c); !number) return number.error();
      }
      out += (k == 0 ? "" : ",") + cell;
    }
    out += "\n";
  }
  return out;
}

Result<std::string> deidentified_case_json(const CaseRequest& request, const TextCleaner& cleaner, std::chrono::days shift,
                                           const std::function<Result<std::string>(const Path&)>& new_path) {
  Json json = Json::object();
  std::optional<Error> failed;
  const auto path = [&](const char* key, const std::optional<Path>& value) {
    if (!value || failed) return;
    const auto moved = new_path(*value);
    if (moved)
      json[key] = *moved;
    else
      failed = moved.error();
  };
  const auto plain = [&](const char* key, const auto& value) {
    if (value) json[key] = *value;
  };
  const auto date = [&](const char* key, const std::optional<std::string>& value) {
    if (!value) return;
    const std::string moved = shifted_date(*value, shift);
    if (moved.empty() && !failed)
      failed =
          Error{ErrorCode::date_implausible, std::string("\"") + key + "\" is no date", request.path.string(), "correct the case.json"};
    json[key] = moved;
  };
  const auto name_or_file = [&](const char* key, const std::optional<std::string>& value) {
    if (!value) return;
    if (Path(*value).extension() == ".json")
      path(key, Path(*value));
    else
      json[key] = cleaner.clean_technical(*value);
  };
  if (request.files.empty()) {
    path("case", request.path);
  } else {
    Json files = Json::array();
    for (const Path& file : request.files) {
      const auto moved = new_path(file);
      if (!moved && !failed) failed = moved.error();
      if (moved) files.push_back(*moved);
    }
    json["files"] = files;
  }
  path("postop_ct", request.postop_ct);
  path("preop_ct", request.preop_ct);
  path("plan", request.plan);
  path("structures", request.structures);
  path("postop_structures", request.postop_structures);
  path("dose", request.dose);
  path("seeds", request.seeds);
  plain("seeds_frame", request.seeds_frame);
  path("landmarks", request.landmarks);
  path("later_ct", request.later_ct);
  path("later_seeds", request.later_seeds);
  path("earlier_plan", request.earlier_plan);
  path("earlier_seeds", request.earlier_seeds);
  plain("earlier_frame", request.earlier_frame);
  date("earlier_date", request.earlier_date);
  name_or_file("earlier_source", request.earlier_source);
  if (const auto file = request.registration_file())
    path("register", *file);
  else
    plain("register", request.registration);
  plain("implanted", request.implanted);
  plain("issued", request.issued);
  plain("returned", request.returned);
  plain("rx_gy", request.rx_gy);
  name_or_file("source", request.source);
  plain("strength_u", request.strength_u);
  plain("activity_mci", request.activity_mci);
  plain("activity_mbq", request.activity_mbq);
  date("implant_date", request.implant_date);
  if (!request.targets.empty()) {
    Json targets = Json::array();
    for (const std::string& target : request.targets) targets.push_back(cleaned_target(target, cleaner));
    json["target"] = targets;
  }
  plain("entry", request.entry);
  name_or_file("site", request.site);
  if (failed) return *failed;
  return json.dump(2) + "\n";
}

}  // namespace seedaudit
