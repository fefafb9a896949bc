// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/review_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/date.h"
#include "core/sha256.h"
#include "io/json_keys.h"
#include "io/text_file.h"

namespace seedaudit {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostBytes = 32U << 20U;  ///< far above 10 000 actions with their texts
constexpr std::size_t kMostActions = 10'000;
constexpr std::size_t kLongestName = 200, kLongestText = 2000;
constexpr double kFarthestMm = 1e5;  ///< no scanner's coordinates; keeps later arithmetic finite
constexpr double kShortestAxis = 1e-3, kLongestAxis = 1e6;

/// Reads the keys of one object; what does not fit is an error that names the entry.
class Entry {
 public:
  Entry(const Json& json, std::string name, const std::string& origin) : json_(json), name_(std::move(name)), origin_(origin) {}

  Error bad(const std::string& what, const std::string& hint = "docs/review.md defines the file") const {
    return Error{ErrorCode::review_invalid, (name_.empty() ? "" : name_ + ": ") + what, origin_, hint};
  }

  /// Every key is one of these.
  Status only(std::initializer_list<const char*> known) const {
    if (!json_.is_object()) return bad("is no object");
    for (const auto& item : json_.items())
      if (std::none_of(known.begin(), known.end(), [&](const char* k) { return item.key() == k; })) {
        std::string list;
        for (const char* k : known) list += (list.empty() ? "" : ", ") + std::string(k);
        return bad("key \"" + item.key().substr(0, 80) + "\" is not known here", "known are " + list);
      }
    return ok_status();
  }

  bool has(const char* key) const { return json_.contains(key); }

  Status text(const char* key, std::size_t longest, std::string& out) const {
    const auto at = json_.find(key);
    if (at == json_.end()) return bad(std::string("no key \"") + key + "\"");
    if (!at->is_string()) return bad(std::string("\"") + key + "\" must be text");
    out = at->get<std::string>();
    if (out.find_first_not_of(" \t\r\n") == std::string::npos) return bad(std::string("\"") + key + "\" is empty");
    if (out.size() > longest)
      return bad(std::string("\"") + key + "\" has " + std::to_string(out.size()) + " bytes, at most " + std::to_string(longest));
    // Control characters would break the lines of log and terminal; a comment may have several lines.
    if (std::any_of(out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t'; }))
      return bad(std::string("\"") + key + "\" holds a control character");
    return ok_status();
  }

  Status hash(const char* key, std::string& out) const {
    if (Status s = text(key, 64, out); !s) return s;
    const auto digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    if (out.size() != 64 || !std::all_of(out.begin(), out.end(), digit))
      return bad(std::string("\"") + key + "\" is no SHA-256 of 64 hexadecimal digits", "copy it from provenance of the report.json");
    return ok_status();
  }

  Status whole(const char* key, int low, int high, std::optional<int>& out) const {
    const auto at = json_.find(key);
    if (at == json_.end()) return bad(std::string("no key \"") + key + "\"");
    const auto range = std::to_string(low) + " to " + std::to_string(high);
    if (!at->is_number_integer() || *at < low || *at > high) return bad(std::string("\"") + key + "\" must be a whole number, " + range);
    out = at->get<int>();
    return ok_status();
  }

  Status vector(const char* key, Eigen::Vector3d& out) const {
    const auto at = json_.find(key);
    if (at == json_.end()) return bad(std::string("no key \"") + key + "\"");
    if (!at->is_array() || at->size() != 3) return bad(std::string("\"") + key + "\" must be three numbers");
    for (std::size_t a = 0; a < 3; ++a) {
      if (!(*at)[a].is_number()) return bad(std::string("\"") + key + "\" must be three numbers");
      out[static_cast<Eigen::Index>(a)] = (*at)[a].get<double>();
    }
    if (!out.allFinite()) return bad(std::string("\"") + key + "\" is not finite");
    return ok_status();
  }

  Status place(const char* key, std::optional<Point<CtFrame>>& out) const {
    Eigen::Vector3d mm;
    if (Status s = vector(key, mm); !s) return s;
    if (!(mm.cwiseAbs().maxCoeff() < kFarthestMm)) return bad(std::string("\"") + key + "\" lies outside every scan");
    out = Point<CtFrame>{mm};
    return ok_status();
  }

  Status axis(const char* key, std::optional<Axis<CtFrame>>& out) const {
    if (!has(key)) return ok_status();
    Eigen::Vector3d v;
    if (Status s = vector(key, v); !s) return s;
    const double length = v.norm();
    if (!(length > kShortestAxis) || !(length < kLongestAxis)) return bad(std::string("\"") + key + "\" is no direction");
    // One sign for one axis, as found seeds have it.
    Eigen::Vector3d unit = v / length;
    if (unit[2] < 0.0) unit = -unit;
    out = Axis<CtFrame>{unit};
    return ok_status();
  }

  Status reason(std::string& out) const { return has("reason") ? text("reason", kLongestText, out) : ok_status(); }

 private:
  const Json& json_;
  std::string name_;
  const std::string& origin_;
};

/// The first that fails.
Status all(std::initializer_list<Status> parts) {
  for (const Status& s : parts)
    if (!s) return s;
  return ok_status();
}

constexpr int kLargestId = 1'000'000, kLargestCount = 100'000;

Result<ReviewAction> parse_action(const Json& json, std::size_t n, const std::string& origin) {
  const Entry e(json, "actions[" + std::to_string(n) + "]", origin);
  if (!json.is_object()) return e.bad("is no object");
  std::string kind;
  if (Status s = e.text("action", 40, kind); !s) return s.error();
  ReviewAction a;
  Status status = ok_status();
  if (kind == "reject") {
    a.kind = ReviewActionKind::reject;
    status = all({e.only({"action", "seed", "reason"}), e.whole("seed", 1, kLargestId, a.seed), e.text("reason", kLongestText, a.text)});
  } else if (kind == "add") {
    a.kind = ReviewActionKind::add;
    status = all({e.only({"action", "center_mm", "direction", "reason"}), e.place("center_mm", a.center), e.axis("direction", a.direction),
                  e.reason(a.text)});
  } else if (kind == "move") {
    a.kind = ReviewActionKind::move;
    status = all({e.only({"action", "seed", "center_mm", "direction", "reason"}), e.whole("seed", 1, kLargestId, a.seed),
                  e.place("center_mm", a.center), e.axis("direction", a.direction), e.reason(a.text)});
  } else if (kind == "confirm_count") {
    a.kind = ReviewActionKind::confirm_count;
    status = all({e.only({"action", "count", "reason"}), e.whole("count", 0, kLargestCount, a.count), e.reason(a.text)});
  } else if (kind == "comment") {
    a.kind = ReviewActionKind::comment;
    status = all({e.only({"action", "text", "seed"}), e.text("text", kLongestText, a.text)});
    if (status && e.has("seed")) status = e.whole("seed", 1, kLargestId, a.seed);
  } else {
    return e.bad("action \"" + kind + "\" is not known", "known are reject, add, move, confirm_count, comment");
  }
  if (!status) return status.error();
  return a;
}

}  // namespace

Result<CaseReview> parse_review(std::string_view text, const std::string& origin) {
  const auto bad = [&](const std::string& what) {
    return Error{ErrorCode::review_invalid, what, origin, "docs/review.md defines the file"};
  };
  if (text.size() > kMostBytes) return bad("the file is too large for a review");
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::exception& e) {
    return bad(std::string("not JSON: ") + e.what());
  }
  const Entry e(json, "", origin);
  if (!json.is_object()) return bad("a review holds one object");
  if (const std::string key = repeated_json_key(text); !key.empty()) return bad("key \"" + key.substr(0, 80) + "\" is there twice");
  if (Status s = e.only({"schema_version", "case_id", "inputs_sha256", "findings_sha256", "reviewer", "date", "actions"}); !s)
    return s.error();
  CaseReview out;
  out.origin = origin;
  std::string version, date;
  if (Status s = e.text("schema_version", 20, version); !s) return s.error();
  if (version != "1.0") return bad("schema_version is \"" + version + "\", this program reads 1.0");
  if (Status s = e.text("case_id", kLongestText, out.case_id); !s) return s.error();
  if (Status s = e.hash("inputs_sha256", out.inputs_sha256); !s) return s.error();
  if (Status s = e.hash("findings_sha256", out.findings_sha256); !s) return s.error();
  if (Status s = e.text("reviewer", kLongestName, out.reviewer); !s) return s.error();
  if (out.reviewer.find('\n') != std::string::npos) return bad("\"reviewer\" has several lines");
  if (Status s = e.text("date", 10, date); !s) return s.error();
  const auto day = parse_date(date);
  if (!day || to_iso(*day) != date) return bad("date is \"" + date + "\", must be YYYY-MM-DD");
  out.date = *day;
  const auto list = json.find("actions");
  if (list == json.end() || !list->is_array()) return bad("no list \"actions\"");
  if (list->size() > kMostActions) return bad("more than " + std::to_string(kMostActions) + " actions");
  std::optional<std::size_t> confirmed;
  for (std::size_t n = 0; n < list->size(); ++n) {
    auto action = parse_action((*list)[n], n, origin);
    if (!action) return action.error();
    if (action->kind == ReviewActionKind::confirm_count) {
      if (confirmed)
        return bad("actions[" + std::to_string(n) + "]: the count is confirmed already, by actions[" + std::to_string(*confirmed) + "]");
      confirmed = n;
    }
    out.actions.push_back(std::move(action).value());
  }
  Sha256 hash;
  hash.add(text);
  out.sha256 = hash.hexadecimal();
  return out;
}

Result<CaseReview> read_review(const std::filesystem::path& path) {
  const auto text = read_text_file(path, "review");
  if (!text) return text.error();
  return parse_review(*text, path.string());
}

Result<std::optional<EarlierReport>> earlier_report(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "report.json";
  std::error_code problem;
  if (!std::filesystem::exists(path, problem)) return std::optional<EarlierReport>{};
  const auto text = read_text_file(path, "report");
  if (!text) return text.error();
  const Json json = Json::parse(*text, nullptr, false);
  if (!json.is_object()) return Error{ErrorCode::bad_json, "not a report", path.string(), "choose another output folder"};
  EarlierReport out;
  if (const auto review = json.find("review"); review != json.end() && review->is_object()) {
    const auto sha = review->find("sha256");
    out.review_sha256 = sha != review->end() && sha->is_string() ? sha->get<std::string>() : std::string();
  }
  return std::optional<EarlierReport>(out);
}

}  // namespace seedaudit
