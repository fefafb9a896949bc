// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/report_reader.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "io/text_file.h"

namespace seedaudit {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

/// Thrown and caught in this file alone.
struct WrongType {
  std::string key, wanted;
};

const Json* find(const Json& object, const char* key) {
  const auto it = object.find(key);
  return it == object.end() || it->is_null() ? nullptr : &*it;
}

const Json& object_at(const Json& object, const char* key) {
  static const Json kNone = Json::object();
  const Json* v = find(object, key);
  if (v == nullptr) return kNone;
  if (!v->is_object()) throw WrongType{key, "an object"};
  return *v;
}

const Json& list_at(const Json& object, const char* key) {
  static const Json kNone = Json::array();
  const Json* v = find(object, key);
  if (v == nullptr) return kNone;
  if (!v->is_array()) throw WrongType{key, "a list"};
  for (const auto& item : *v)
    if (!item.is_object()) throw WrongType{key, "a list of objects"};
  return *v;
}

std::optional<double> number_at(const Json& object, const char* key) {
  const Json* v = find(object, key);
  if (v == nullptr) return std::nullopt;
  if (!v->is_number()) throw WrongType{key, "a number"};
  return v->get<double>();
}

std::optional<int> count_at(const Json& object, const char* key) {
  const Json* v = find(object, key);
  if (v == nullptr) return std::nullopt;
  if (!v->is_number_integer() || v->get<long long>() < 0 || v->get<long long>() > 100000) throw WrongType{key, "a count"};
  return v->get<int>();
}

std::string text_at(const Json& object, const char* key) {
  const Json* v = find(object, key);
  if (v == nullptr) return {};
  if (!v->is_string()) throw WrongType{key, "a text"};
  return v->get<std::string>();
}

CohortMetrics metrics_of(const Json& m, std::optional<double> rx_gy) {
  CohortMetrics out;
  out.d90_gy = number_at(m, "d90_gy");
  if (out.d90_gy && rx_gy && *rx_gy > 0.0) out.d90_rx_pct = *out.d90_gy / *rx_gy * 100.0;
  out.v100_pct = number_at(m, "v100_pct");
  out.v150_pct = number_at(m, "v150_pct");
  out.v200_pct = number_at(m, "v200_pct");
  out.ci = number_at(m, "ci");
  out.ei = number_at(m, "ei");
  out.hi = number_at(m, "hi");
  return out;
}

CohortRecord record_of(const Json& json, const std::string& path) {
  CohortRecord r;
  r.path = path;
  r.case_id = text_at(json, "case_id");
  if (r.case_id.empty()) throw WrongType{"case_id", "a text that names the case"};
  r.status = text_at(json, "status");
  if (r.status != "ok" && r.status != "review" && r.status != "failed") throw WrongType{"status", "ok, review or failed"};
  r.verdict = text_at(object_at(json, "undercoverage"), "verdict");
  r.registration = text_at(object_at(json, "registration"), "outcome");
  for (const auto& flag : list_at(json, "flags"))
    if (text_at(flag, "severity") == "action") r.action_flags.push_back(text_at(flag, "code"));
  const Json& postop = object_at(json, "postop");
  r.planned_count = count_at(postop, "planned_count");
  r.seed_count = count_at(postop, "seed_count");
  const Json& seeds = list_at(postop, "seeds");
  int migrated = 0;
  bool known = !seeds.empty();
  for (const auto& seed : seeds) {
    const std::string status = text_at(seed, "status");
    if (status == "migrated" || status == "embolised") ++migrated;
    if (status.empty() || status == "undetermined") known = false;
  }
  if (known) r.migrated_count = migrated;
  const Json& dose = object_at(json, "dose");
  r.days_since_implant = number_at(dose, "days_since_implant");
  const auto rx = number_at(dose, "rx_gy");
  for (const auto& s : list_at(dose, "structures"))
    if (text_at(s, "role") == "target")
      r.lesions.push_back({text_at(s, "name"), metrics_of(object_at(s, "preop"), rx), metrics_of(object_at(s, "postop"), rx)});
  return r;
}

}  // namespace

Result<CohortRecord> parse_report(std::string_view text, const std::string& path) {
  const auto bad = [&](const std::string& what) {
    return Error{ErrorCode::bad_json, what, path, "Audit the case again with seedaudit run."};
  };
  try {
    const Json json = Json::parse(text);
    if (!json.is_object()) return bad("a report is one JSON object");
    const std::string version = text_at(json, "schema_version");
    if (version.rfind("1.", 0) != 0) return bad("schema_version is \"" + version + "\", this program reads 1.x");
    return record_of(json, path);
  } catch (const Json::exception& e) {
    return bad(std::string("not JSON: ") + e.what());
  } catch (const WrongType& e) {
    return bad(e.key + " is not " + e.wanted);
  }
}

Result<CohortFolder> read_cohort_folder(const fs::path& folder) {
  std::error_code ec;
  if (!fs::exists(folder, ec)) return Error{ErrorCode::path_not_found, "no such folder", folder.string(), "Name a folder of audits."};
  if (!fs::is_directory(folder, ec))
    return Error{ErrorCode::unreadable_file, "not a folder", folder.string(), "Name the folder that the audits were written to."};
  CohortFolder out;
  std::vector<fs::path> files, pending{folder};
  while (!pending.empty()) {
    const fs::path current = pending.back();
    pending.pop_back();
    fs::directory_iterator it(current, ec), end;
    while (!ec && it != end) {
      std::error_code none;
      if (it->is_directory(none) && !it->is_symlink(none))
        pending.push_back(it->path());
      else if (it->path().filename() == "report.json")
        files.push_back(it->path());
      it.increment(ec);
    }
    if (ec) out.left_out.push_back({current.lexically_relative(folder).generic_string(), "folder cannot be read: " + ec.message()});
    ec.clear();
  }
  std::sort(files.begin(), files.end());
  std::map<std::string, std::string> path_of;
  for (const auto& file : files) {
    const std::string path = file.lexically_relative(folder).generic_string();
    const auto text = read_text_file(file, "report");
    auto record = text ? parse_report(*text, path) : Result<CohortRecord>(text.error());
    if (!record) {
      out.left_out.push_back({path, record.error().what});
      continue;
    }
    const auto [at, fresh] = path_of.emplace(record->case_id, path);
    if (!fresh) {
      out.left_out.push_back({path, "case " + record->case_id + " is there already, from " + at->second});
      continue;
    }
    out.records.push_back(std::move(record).value());
  }
  if (out.records.empty())
    return Error{ErrorCode::empty_folder, "no report.json that can be read", folder.string(),
                 out.left_out.empty() ? "Name a folder that audits were written to."
                                      : "The first: " + out.left_out.front().path + ": " + out.left_out.front().reason + "."};
  return out;
}

}  // namespace seedaudit
