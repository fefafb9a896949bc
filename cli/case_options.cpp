// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/case_options.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/shell.h"
#include "core/findings_hash.h"

namespace seedaudit {
namespace {

struct FileOption {
  const char* name;
  std::string CaseOptions::*value;
  std::optional<std::filesystem::path> CaseRequest::*request;
  const char* help;
};

constexpr FileOption kFiles[] = {
    {"postop-ct", &CaseOptions::postop_ct, &CaseRequest::postop_ct, "Post-op CT: a DICOM folder, NIfTI, NRRD or MHA"},
    {"preop-ct", &CaseOptions::preop_ct, &CaseRequest::preop_ct, "Pre-op image (CT or MR) that the plan was made on"},
    {"plan", &CaseOptions::plan, &CaseRequest::plan, "RTPLAN, or a CSV list of planned seeds"},
    {"structures", &CaseOptions::structures, &CaseRequest::structures, "RTSTRUCT on the pre-op image"},
    {"postop-structures", &CaseOptions::postop_structures, &CaseRequest::postop_structures, "RTSTRUCT on the post-op CT"},
    {"dose", &CaseOptions::dose, &CaseRequest::dose, "RTDOSE of the planning system, for comparison"},
    {"seeds", &CaseOptions::seeds, &CaseRequest::seeds, "CSV seed list: planned, or found (see --seeds-frame)"},
    {"earlier-plan", &CaseOptions::earlier_plan, &CaseRequest::earlier_plan,
     "RTPLAN, or CSV, of an earlier implant whose seeds are still in place: told apart, and their dose reported by name"},
    {"earlier-seeds", &CaseOptions::earlier_seeds, &CaseRequest::earlier_seeds, "CSV of its seeds as they lie"},
    {"landmarks", &CaseOptions::landmarks, &CaseRequest::landmarks, "CSV of point pairs that the registration is measured at"},
    {"later-ct", &CaseOptions::later_ct, &CaseRequest::later_ct,
     "A CT of the same patient at a later time: the seeds are followed into it"},
    {"later-seeds", &CaseOptions::later_seeds, &CaseRequest::later_seeds,
     "CSV of the seeds seen at the later time, in place of detection in its CT"},
    {"review", &CaseOptions::review, &CaseRequest::review,
     "review.json: a person's corrections, applied to what is found; the report shows both results (docs/review.md)"},
};

struct TextOption {
  const char* name;
  std::string CaseOptions::*value;
  std::optional<std::string> CaseRequest::*request;
  const char* help;
};

constexpr TextOption kTexts[] = {
    {"case-id", &CaseOptions::case_id, &CaseRequest::case_id, "Name of the case in the report [a hash of the input's UIDs]"},
    {"seeds-frame", &CaseOptions::seeds_frame, &CaseRequest::seeds_frame,
     "What --seeds holds: plan (planned, pre-op frame) or postop (found, in place of detection) [plan where the case has no plan]"},
    {"register", &CaseOptions::registration, &CaseRequest::registration,
     "auto, rigid, deformable, none, or a file: the transform from pre-op to post-op, or a CSV of landmark pairs to fit it to [auto]"},
    {"source", &CaseOptions::source, &CaseRequest::source,
     "Source model, e.g. amersham-6711, or the site's own source file (.json) [named in the plan, else the default of the isotope]"},
    {"implant-date", &CaseOptions::implant_date, &CaseRequest::implant_date,
     "YYYY-MM-DD [treatment record, else the strength's reference date]"},
    {"entry", &CaseOptions::entry, &CaseRequest::entry,
     "X,Y,Z: where needles of a supplement would enter the skin, mm of the post-op CT [along the seeds' axes, else the nearest skin]"},
    {"earlier-frame", &CaseOptions::earlier_frame, &CaseRequest::earlier_frame,
     "Where those seeds are listed: preop or postop frame [by the earlier plan's frame of reference, else by the scan]"},
    {"earlier-date", &CaseOptions::earlier_date, &CaseRequest::earlier_date,
     "YYYY-MM-DD of the earlier implant [its plan's strength reference date]"},
    {"earlier-source", &CaseOptions::earlier_source, &CaseRequest::earlier_source,
     "Its source model, or a source file (.json) [named in its plan, else the default of its isotope]"},
    {"site", &CaseOptions::site, &CaseRequest::site,
     "liver, prostate, lung, pancreas, or a JSON file of the site's limits, keys as for --config [liver]"},
};

struct CountOption {
  const char* name;
  std::optional<int> CaseOptions::*value;
  std::optional<int> CaseRequest::*request;
  const char* help;
};

constexpr CountOption kCounts[] = {
    {"implanted", &CaseOptions::implanted, &CaseRequest::implanted, "Seeds implanted, by the record"},
    {"issued", &CaseOptions::issued, &CaseRequest::issued, "Seeds issued for the implant, by the record"},
    {"returned", &CaseOptions::returned, &CaseRequest::returned, "Seeds returned, by the record"},
};

struct NumberOption {
  const char* name;
  std::optional<double> CaseOptions::*value;
  std::optional<double> CaseRequest::*request;
  const char* help;
};

constexpr NumberOption kNumbers[] = {
    {"rx-gy", &CaseOptions::rx_gy, &CaseRequest::rx_gy, "Prescription dose, Gy [of the plan]"},
    {"strength-u", &CaseOptions::strength_u, &CaseRequest::strength_u,
     "Air-kerma strength of each seed at its reference date, U [of the plan]"},
    {"activity-mci", &CaseOptions::activity_mci, &CaseRequest::activity_mci, "The same as apparent activity, mCi"},
    {"activity-mbq", &CaseOptions::activity_mbq, &CaseRequest::activity_mbq, "The same as apparent activity, MBq"},
};

}  // namespace

void CaseOptions::add_to(CLI::App& command) {
  command.add_option("CASE", path, "Folder, searched recursively for DICOM of any names, or a case.json")->required()->check(not_empty);
  for (const auto& o : kFiles) command.add_option(std::string("--") + o.name, this->*o.value, o.help)->type_name("PATH")->check(not_empty);
  for (const auto& o : kTexts) command.add_option(std::string("--") + o.name, this->*o.value, o.help)->check(not_empty);
  for (const auto& o : kCounts) command.add_option(std::string("--") + o.name, this->*o.value, o.help);
  for (const auto& o : kNumbers) command.add_option(std::string("--") + o.name, this->*o.value, o.help);
  command.add_option("--target", targets, "Name of the target structure; may be repeated [of the plan, else PTV, CTV, GTV in this order]")
      ->take_all()
      ->expected(1)
      ->check(not_empty);
}

CaseRequest CaseOptions::request() const {
  CaseRequest out;
  out.path = path;
  for (const auto& o : kFiles)
    if (!(this->*o.value).empty()) out.*o.request = this->*o.value;
  for (const auto& o : kTexts)
    if (!(this->*o.value).empty()) out.*o.request = this->*o.value;
  for (const auto& o : kCounts) out.*o.request = this->*o.value;
  for (const auto& o : kNumbers) out.*o.request = this->*o.value;
  out.targets = targets;
  return out;
}

std::vector<std::pair<std::string, std::string>> CaseOptions::given() const {
  std::vector<std::pair<std::string, std::string>> out;
  const auto name_only = [](const std::string& file) { return std::filesystem::path(file).filename().string(); };
  for (const auto& o : kFiles)
    if (!(this->*o.value).empty()) out.emplace_back(o.name, name_only(this->*o.value));
  for (const auto& o : kTexts)
    if (!(this->*o.value).empty()) out.emplace_back(o.name, name_only(this->*o.value));
  for (const auto& o : kCounts)
    if (this->*o.value) out.emplace_back(o.name, std::to_string(*(this->*o.value)));
  for (const auto& o : kNumbers)
    if (this->*o.value) out.emplace_back(o.name, text_of(*(this->*o.value), 6));
  for (const auto& t : targets) out.emplace_back("target", t);
  return out;
}

std::string anonymous_case_id(const ImplantCase& implant) { return "case-" + input_uids_sha256(implant.inputs).substr(0, 8); }

}  // namespace seedaudit
