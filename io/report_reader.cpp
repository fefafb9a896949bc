// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/report_reader.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/lower_case.h"
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

std::optional<double> number_or_throw(const Json& object, const char* key) {
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

std::string text_or_throw(const Json& object, const char* key) {
  const Json* v = find(object, key);
  if (v == nullptr) return {};
  if (!v->is_string()) throw WrongType{key, "a text"};
  return v->get<std::string>();
}

bool flag_at(const Json& object, const char* key) {
  const Json* v = find(object, key);
  if (v == nullptr) return false;
  if (!v->is_boolean()) throw WrongType{key, "true or false"};
  return v->get<bool>();
}

std::vector<double> numbers_at(const Json& object, const char* key) {
  std::vector<double> out;
  const Json* v = find(object, key);
  if (v == nullptr) return out;
  if (!v->is_array()) throw WrongType{key, "a list of numbers"};
  for (const auto& item : *v) {
    if (!item.is_number()) throw WrongType{key, "a list of numbers"};
    out.push_back(item.get<double>());
  }
  return out;
}

std::string date_at(const Json& object, const char* key) {
  const std::string text = text_or_throw(object, key);
  constexpr std::string_view kForm = "dddd-dd-dd";
  bool fits = text.empty() || text.size() == kForm.size();
  for (std::size_t i = 0; fits && i < text.size(); ++i) fits = kForm[i] == 'd' ? text[i] >= '0' && text[i] <= '9' : text[i] == '-';
  if (!fits || (!text.empty() && (text.substr(5, 2) < "01" || text.substr(5, 2) > "12"))) throw WrongType{key, "a date YYYY-MM-DD"};
  return text;
}

CohortMetrics metrics_of(const Json& m, std::optional<double> rx_gy) {
  CohortMetrics out;
  out.d90_gy = number_or_throw(m, "d90_gy");
  if (out.d90_gy && rx_gy && *rx_gy > 0.0) out.d90_rx_pct = *out.d90_gy / *rx_gy * 100.0;
  out.v100_pct = number_or_throw(m, "v100_pct");
  out.v150_pct = number_or_throw(m, "v150_pct");
  out.v200_pct = number_or_throw(m, "v200_pct");
  out.ci = number_or_throw(m, "ci");
  out.ei = number_or_throw(m, "ei");
  out.hi = number_or_throw(m, "hi");
  return out;
}

/// Where in the plan 0.1 cc of an organ gets that share of the prescription, the organ lies near the target.
constexpr double kNearShareOfRx = 0.5;

void read_factors(const Json& json, const std::optional<double>& rx, CohortRecord& r) {
  const Json& scan = object_at(object_at(json, "acquisition"), "postop");
  r.scanner = text_or_throw(scan, "manufacturer");
  r.position = text_or_throw(scan, "patient_position");
  r.slice_thickness_mm = number_or_throw(scan, "slice_thickness_mm");
  r.site = text_or_throw(object_at(object_at(json, "provenance"), "options"), "limits.site");
  if (!rx || !(*rx > 0.0)) return;
  for (const auto& s : list_at(object_at(json, "dose"), "structures")) {
    if (text_or_throw(s, "role") != "oar") continue;
    if (!r.site.empty() && lower_case(text_or_throw(s, "name")).find(lower_case(r.site)) != std::string::npos) continue;
    if (const auto d = number_or_throw(object_at(s, "preop"), "d0_1cc_gy"))
      r.organ_near = r.organ_near.value_or(false) || *d >= kNearShareOfRx * *rx;
  }
}

CohortQuality quality_of(const Json& json) {
  CohortQuality q;
  const auto spacing = numbers_at(object_at(object_at(json, "acquisition"), "postop"), "spacing_mm");
  if (spacing.size() == 3) q.slice_spacing_mm = spacing[2];
  const Json& qa = object_at(object_at(json, "registration"), "qa");
  q.inverse_consistency_mm = number_or_throw(qa, "inverse_consistency_mm");
  q.start_agreement_mm = number_or_throw(qa, "start_agreement_mm");
  q.landmark_residual_mm = number_or_throw(qa, "landmark_residual_rms_mm");
  q.similarity = number_or_throw(qa, "similarity_after");
  for (const auto& c : list_at(qa, "contour_dice"))
    if (const auto dice = number_or_throw(c, "dice")) q.contour_dice = std::min(q.contour_dice.value_or(1.0), *dice);
  const Json& postop = object_at(json, "postop");
  const auto found = count_at(postop, "seed_count");
  auto expected = count_at(postop, "implanted_count");
  if (!expected) expected = count_at(postop, "planned_count");
  if (found && expected) q.count_gap = *found - *expected;
  const auto interval = numbers_at(postop, "count_interval");
  if (interval.size() == 2) q.count_width = interval[1] - interval[0];
  double confidence = 0.0, sigma = 0.0;
  int with_confidence = 0, with_sigma = 0;
  for (const auto& seed : list_at(postop, "seeds")) {
    if (const auto c = number_or_throw(seed, "confidence")) {
      confidence += *c;
      ++with_confidence;
    }
    const auto s = numbers_at(seed, "center_sigma_mm");
    if (s.size() != 3) continue;
    sigma += std::sqrt(s[0] * s[0] + s[1] * s[1] + s[2] * s[2]);
    ++with_sigma;
  }
  if (with_confidence > 0) q.seed_confidence = confidence / with_confidence;
  if (with_sigma > 0) q.seed_sigma_mm = sigma / with_sigma;
  const Json& detection = object_at(postop, "detection");
  q.noise_hu = number_or_throw(detection, "noise_hu");
  q.unexplained_fraction = number_or_throw(detection, "unexplained_fraction");
  return q;
}

CohortRecord record_of(const Json& json, const std::string& path) {
  CohortRecord r;
  r.path = path;
  r.case_id = text_or_throw(json, "case_id");
  if (r.case_id.empty()) throw WrongType{"case_id", "a text that names the case"};
  r.patient = text_or_throw(json, "patient");
  r.dates_shifted = flag_at(json, "dates_shifted");
  r.status = text_or_throw(json, "status");
  if (r.status != "ok" && r.status != "review" && r.status != "failed") throw WrongType{"status", "ok, review or failed"};
  r.verdict = text_or_throw(object_at(json, "undercoverage"), "verdict");
  r.registration = text_or_throw(object_at(json, "registration"), "outcome");
  for (const auto& flag : list_at(json, "flags"))
    if (text_or_throw(flag, "severity") == "action") r.action_flags.push_back(text_or_throw(flag, "code"));
  const Json& postop = object_at(json, "postop");
  r.planned_count = count_at(postop, "planned_count");
  r.seed_count = count_at(postop, "seed_count");
  const Json& seeds = list_at(postop, "seeds");
  int migrated = 0;
  bool known = !seeds.empty();
  for (const auto& seed : seeds) {
    const std::string status = text_or_throw(seed, "status");
    if (status == "migrated" || status == "embolised") ++migrated;
    if (status.empty() || status == "undetermined") known = false;
  }
  if (known) r.migrated_count = migrated;
  const Json& dose = object_at(json, "dose");
  r.days_since_implant = number_or_throw(dose, "days_since_implant");
  r.implant_date = date_at(dose, "implant_date");
  const auto rx = number_or_throw(dose, "rx_gy");
  const Json& structures = list_at(dose, "structures");
  // A target drawn on the post-op scan is judged; its mapped double is the same lesion.
  std::set<std::string> drawn;
  for (const auto& s : structures)
    if (text_or_throw(s, "role") == "target" && text_or_throw(s, "contour") == "postop") drawn.insert(text_or_throw(s, "name"));
  const auto is_judged = [&](const Json& s) {
    return text_or_throw(s, "role") == "target" && (text_or_throw(s, "contour") != "mapped" || drawn.count(text_or_throw(s, "name")) == 0);
  };
  for (const auto& s : structures)
    if (is_judged(s))
      r.lesions.push_back({text_or_throw(s, "name"), metrics_of(object_at(s, "preop"), rx), metrics_of(object_at(s, "postop"), rx)});
  read_factors(json, rx, r);
  r.quality = quality_of(json);
  if (rx && *rx > 0.0)
    for (const auto& s : structures) {
      const auto interval = is_judged(s) ? numbers_at(object_at(s, "postop"), "d90_gy_interval") : std::vector<double>{};
      if (interval.size() != 2) continue;
      r.quality.d90_interval_pct = std::max(r.quality.d90_interval_pct.value_or(0.0), (interval[1] - interval[0]) / *rx * 100.0);
    }
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
    const std::string version = text_or_throw(json, "schema_version");
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
