// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/case_request.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "core/date.h"
#include "core/significant.h"

namespace seedaudit {
namespace {

Error bad_request(std::string what, std::string hint) { return Error{ErrorCode::invalid_option, std::move(what), "", std::move(hint)}; }

Status in_range(const char* name, const std::optional<double>& value, double low, double high, const char* unit) {
  if (!value || (*value >= low && *value <= high)) return ok_status();
  return bad_request(
      std::string(name) + " is " + significant(*value, 6) + ", must be " + significant(low, 6) + " to " + significant(high, 6) + " " + unit,
      "");
}

Status a_count(const char* name, const std::optional<int>& value) {
  if (!value || (*value >= 0 && *value <= 2000)) return ok_status();
  return bad_request(std::string(name) + " is " + std::to_string(*value) + ", must be 0 to 2000", "");
}

}  // namespace

Status CaseRequest::check() const {
  if (path.empty()) return bad_request("no case folder given", "name a folder or a case.json");
  for (const Status& s :
       {a_count("implanted", implanted), a_count("issued", issued), a_count("returned", returned),
        // Wide enough for any permanent implant; outside, a unit was mistaken.
        in_range("rx_gy", rx_gy, 10.0, 500.0, "Gy"), in_range("strength_u", strength_u, 0.01, 20.0, "U"),
        in_range("activity_mci", activity_mci, 0.01, 20.0, "mCi"), in_range("activity_mbq", activity_mbq, 0.3, 700.0, "MBq")})
    if (!s) return s;
  if (static_cast<int>(strength_u.has_value()) + static_cast<int>(activity_mci.has_value()) + static_cast<int>(activity_mbq.has_value()) >
      1)
    return bad_request("the strength is given in two units", "give one of strength_u, activity_mci, activity_mbq");
  if (issued && returned && *returned > *issued)
    return bad_request("returned is " + std::to_string(*returned) + ", more than issued, " + std::to_string(*issued), "");
  if (implant_date && !parse_date(*implant_date))
    return bad_request("implant_date is \"" + *implant_date + "\", no date", "write YYYY-MM-DD");
  if (seeds_frame && *seeds_frame != "plan" && *seeds_frame != "postop")
    return bad_request("seeds_frame is \"" + *seeds_frame + "\"", "write plan or postop");
  if (entry && !parse_place(*entry)) return bad_request("entry is \"" + *entry + "\", no place", "write X,Y,Z in mm");
  if (site && site->empty()) return bad_request("site is empty", "write liver, prostate, lung, pancreas, or a file");
  if (source && source->empty()) return bad_request("source is empty", "`seedaudit sources list` names them");
  if (registration && registration->empty()) return bad_request("register is empty", "write auto, rigid, deformable, none, or a file");
  if (!earlier_plan && !earlier_seeds && (earlier_frame || earlier_date || earlier_source))
    return bad_request("an earlier implant is described but not given", "give earlier_plan or earlier_seeds");
  if (earlier_frame && *earlier_frame != "preop" && *earlier_frame != "postop")
    return bad_request("earlier_frame is \"" + *earlier_frame + "\"", "write preop or postop");
  if (earlier_date && !parse_date(*earlier_date))
    return bad_request("earlier_date is \"" + *earlier_date + "\", no date", "write YYYY-MM-DD");
  if (earlier_source && earlier_source->empty()) return bad_request("earlier_source is empty", "`seedaudit sources list` names them");
  if (std::any_of(targets.begin(), targets.end(), [](const std::string& t) { return t.empty(); }))
    return bad_request("target is empty", "");
  return ok_status();
}

std::optional<std::filesystem::path> CaseRequest::registration_file() const {
  static constexpr std::array<std::string_view, 4> kModes{"auto", "rigid", "deformable", "none"};
  if (!registration || std::find(kModes.begin(), kModes.end(), *registration) != kModes.end()) return std::nullopt;
  return std::filesystem::path(*registration);
}

std::optional<Eigen::Vector3d> parse_place(const std::string& text) {
  Eigen::Vector3d out;
  const char* at = text.data();
  const char* end = at + text.size();
  for (int a = 0; a < 3; ++a) {
    const auto [stopped, problem] = std::from_chars(at, end, out[a]);
    if (problem != std::errc() || !std::isfinite(out[a])) return std::nullopt;
    at = stopped;
    if (a < 2) {
      if (at == end || *at != ',') return std::nullopt;
      ++at;
      while (at != end && *at == ' ') ++at;
    }
  }
  return at == end ? std::optional(out) : std::nullopt;
}

bool is_source_file(const std::string& source) { return std::filesystem::path(source).extension() == ".json"; }

}  // namespace seedaudit
