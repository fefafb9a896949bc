// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/case_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "io/case_file.h"
#include "io/json_keys.h"
#include "io/run_keys.h"
#include "io/text_file.h"

namespace seedaudit {
namespace {

using Json = nlohmann::json;
using Path = std::filesystem::path;

/// Reads one key after the other into the request; the first that does not fit is the error.
class CaseFileReader {
 public:
  CaseFileReader(const Json& json, Path folder, std::string origin) : json_(json), folder_(std::move(folder)), origin_(std::move(origin)) {}

  Result<CaseRequest> read() {
    request_.path = folder_;
    for (const auto& [key, value] : json_.items()) {
      const Status status = read_key(key, value);
      if (!status) return status.error();
    }
    // What a file says wrongly is input, whatever it would be on the command line.
    if (const Status s = request_.check(); !s) return Error{ErrorCode::bad_json, s.error().what, origin_, s.error().hint};
    return request_;
  }

 private:
  Error bad(const std::string& key, const std::string& what, const std::string& hint = "") const {
    return Error{ErrorCode::bad_json, "key \"" + key + "\" " + what, origin_, hint};
  }

  Status read_key(const std::string& key, const Json& value) {
    if (key == "case") return path_into(key, value, request_.path);
    if (key == "case_id") return text_into(key, value, request_.case_id);
    if (key == "files") return files_into(key, value);
    if (key == "postop_ct") return path_into(key, value, request_.postop_ct);
    if (key == "preop_ct") return path_into(key, value, request_.preop_ct);
    if (key == "plan") return path_into(key, value, request_.plan);
    if (key == "structures") return path_into(key, value, request_.structures);
    if (key == "postop_structures") return path_into(key, value, request_.postop_structures);
    if (key == "dose") return path_into(key, value, request_.dose);
    if (key == "seeds") return path_into(key, value, request_.seeds);
    if (key == "seeds_frame") return text_into(key, value, request_.seeds_frame);
    if (key == "landmarks") return path_into(key, value, request_.landmarks);
    if (key == "earlier_plan") return path_into(key, value, request_.earlier_plan);
    if (key == "earlier_seeds") return path_into(key, value, request_.earlier_seeds);
    if (key == "earlier_frame") return text_into(key, value, request_.earlier_frame);
    if (key == "earlier_date") return text_into(key, value, request_.earlier_date);
    if (key == "earlier_source") return file_or_text_into(key, value, request_.earlier_source);
    if (key == "later_ct") return path_into(key, value, request_.later_ct);
    if (key == "later_seeds") return path_into(key, value, request_.later_seeds);
    if (key == "register") return registration_into(key, value);
    if (key == "implanted") return count_into(key, value, request_.implanted);
    if (key == "issued") return count_into(key, value, request_.issued);
    if (key == "returned") return count_into(key, value, request_.returned);
    if (key == "rx_gy") return number_into(key, value, request_.rx_gy);
    if (key == "source") return file_or_text_into(key, value, request_.source);
    if (key == "strength_u") return number_into(key, value, request_.strength_u);
    if (key == "activity_mci") return number_into(key, value, request_.activity_mci);
    if (key == "activity_mbq") return number_into(key, value, request_.activity_mbq);
    if (key == "implant_date") return text_into(key, value, request_.implant_date);
    if (key == "target") return targets_into(key, value);
    if (key == "entry") return place_into(key, value);
    if (key == "review") return path_into(key, value, request_.review);
    if (key == "site") return file_or_text_into(key, value, request_.site);
    if (is_run_key(key)) return ok_status();
    return bad(
        key, "is not known",
        "known are case, case_id, files, postop_ct, preop_ct, plan, structures, postop_structures, dose, seeds, seeds_frame, landmarks, "
        "later_ct, later_seeds, earlier_plan, earlier_seeds, earlier_frame, earlier_date, earlier_source, register, implanted, "
        "issued, returned, rx_gy, "
        "source, strength_u, activity_mci, activity_mbq, implant_date, target, entry, review, "
        "site, and for `run` config, identity, fail_on, log_level, threads, no_progress, json; other "
        "options belong on the command line");
  }

  template <class PathLike>
  Status path_into(const std::string& key, const Json& value, PathLike& out) {
    if (!value.is_string() || value.get<std::string>().empty()) return bad(key, "must be a path");
    out = folder_ / Path(value.get<std::string>());  // an absolute path stays as it is
    return ok_status();
  }
  Status text_into(const std::string& key, const Json& value, std::optional<std::string>& out) {
    if (!value.is_string()) return bad(key, "must be text");
    out = value.get<std::string>();
    return ok_status();
  }
  /// A name stays as it is; a source or site file is relative to this file.
  Status file_or_text_into(const std::string& key, const Json& value, std::optional<std::string>& out) {
    if (const Status s = text_into(key, value, out); !s) return s;
    if (is_source_file(*out)) out = (folder_ / Path(*out)).string();
    return ok_status();
  }
  Status number_into(const std::string& key, const Json& value, std::optional<double>& out) {
    if (!value.is_number()) return bad(key, "must be a number");
    out = value.get<double>();
    return ok_status();
  }
  Status count_into(const std::string& key, const Json& value, std::optional<int>& out) {
    if (!value.is_number_integer() || value < 0 || value > 1'000'000) return bad(key, "must be a whole number, not negative");
    out = value.get<int>();
    return ok_status();
  }
  /// As on the command line, or as a list of three numbers.
  Status place_into(const std::string& key, const Json& value) {
    if (!value.is_array()) return text_into(key, value, request_.entry);
    const bool numbers = value.size() == 3 && std::all_of(value.begin(), value.end(), [](const Json& v) { return v.is_number(); });
    if (!numbers) return bad(key, "must be \"X,Y,Z\" or a list of three numbers");
    request_.entry = value[0].dump() + "," + value[1].dump() + "," + value[2].dump();
    return ok_status();
  }
  Status registration_into(const std::string& key, const Json& value) {
    const Status status = text_into(key, value, request_.registration);
    if (!status) return status;
    if (const auto file = request_.registration_file()) request_.registration = (folder_ / *file).string();
    return ok_status();
  }
  Status files_into(const std::string& key, const Json& value) {
    if (!value.is_array() || value.empty()) return bad(key, "must be a list of files and folders, not empty");
    for (const auto& path : value)
      if (const Status s = path_into(key, path, request_.files.emplace_back()); !s) return s;
    return ok_status();
  }
  Status targets_into(const std::string& key, const Json& value) {
    const Json list = value.is_array() ? value : Json::array({value});
    for (const auto& name : list) {
      if (!name.is_string()) return bad(key, "must be a name or a list of names");
      request_.targets.push_back(name.get<std::string>());
    }
    return ok_status();
  }

  const Json& json_;
  Path folder_;
  std::string origin_;
  CaseRequest request_;
};

template <class T>
void fill(std::optional<T>& own, std::optional<T>& from_file) {
  if (!own) own = std::move(from_file);
}

}  // namespace

Result<CaseRequest> parse_case_json(std::string_view text, const Path& folder, const std::string& origin) {
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::exception& e) {
    return Error{ErrorCode::bad_json, std::string("not JSON: ") + e.what(), origin, ""};
  }
  if (!json.is_object()) return Error{ErrorCode::bad_json, "a case.json holds one object", origin, ""};
  if (const std::string repeated = repeated_json_key(text); !repeated.empty())
    return Error{ErrorCode::bad_json, "key \"" + repeated + "\" is there twice", origin, ""};
  if (const auto how = parse_run_keys(text, folder, origin); !how) return how.error();
  return CaseFileReader(json, folder, origin).read();
}

Result<CaseRequest> read_case_json(const Path& path) {
  const auto text = read_text_file(path, "case file");
  if (!text) return text.error();
  const Path folder = path.has_parent_path() ? path.parent_path() : Path(".");
  return parse_case_json(*text, folder, path.string());
}

Result<CaseRequest> resolve_request(const CaseRequest& request) {
  if (const Status s = request.check(); !s) return s.error();
  std::error_code problem;
  if (!std::filesystem::exists(request.path, problem))
    return Error{ErrorCode::path_not_found, "no such file or folder", request.path.string(), "check the spelling of the path"};
  const auto file = case_file_of(request.path);
  if (!file && std::filesystem::is_directory(request.path, problem)) return request;
  if (!file)
    return Error{ErrorCode::unreadable_file, "a case is a folder or a case.json", request.path.string(),
                 "name the folder that holds the case"};
  auto from_file = read_case_json(*file);
  if (!from_file) return from_file.error();
  CaseRequest merged = request;
  merged.path = from_file->path;
  fill(merged.case_id, from_file->case_id);
  if (merged.files.empty()) merged.files = from_file->files;
  fill(merged.postop_ct, from_file->postop_ct);
  fill(merged.preop_ct, from_file->preop_ct);
  fill(merged.plan, from_file->plan);
  fill(merged.structures, from_file->structures);
  fill(merged.postop_structures, from_file->postop_structures);
  fill(merged.dose, from_file->dose);
  fill(merged.seeds, from_file->seeds);
  fill(merged.seeds_frame, from_file->seeds_frame);
  fill(merged.landmarks, from_file->landmarks);
  if (!merged.earlier_plan && !merged.earlier_seeds) {
    merged.earlier_plan = from_file->earlier_plan;
    merged.earlier_seeds = from_file->earlier_seeds;
    fill(merged.earlier_frame, from_file->earlier_frame);
    fill(merged.earlier_date, from_file->earlier_date);
    fill(merged.earlier_source, from_file->earlier_source);
  }
  fill(merged.later_ct, from_file->later_ct);
  fill(merged.later_seeds, from_file->later_seeds);
  fill(merged.registration, from_file->registration);
  fill(merged.implanted, from_file->implanted);
  fill(merged.issued, from_file->issued);
  fill(merged.returned, from_file->returned);
  fill(merged.rx_gy, from_file->rx_gy);
  fill(merged.source, from_file->source);
  fill(merged.entry, from_file->entry);
  fill(merged.review, from_file->review);
  fill(merged.site, from_file->site);
  if (!merged.strength_u && !merged.activity_mci && !merged.activity_mbq) {
    merged.strength_u = from_file->strength_u;
    merged.activity_mci = from_file->activity_mci;
    merged.activity_mbq = from_file->activity_mbq;
  }
  merged.implant_date_from_case_file = !merged.implant_date && from_file->implant_date;
  fill(merged.implant_date, from_file->implant_date);
  if (merged.targets.empty()) merged.targets = from_file->targets;
  if (!std::filesystem::is_directory(merged.path, problem))
    return Error{ErrorCode::path_not_found, "the case's folder is not there", merged.path.string(), "correct the key \"case\""};
  if (const Status s = merged.check(); !s) return s.error();
  return merged;
}

}  // namespace seedaudit
