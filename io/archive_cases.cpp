// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/archive_cases.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <unordered_map>

#include "core/sha256.h"
#include "io/archive_patient.h"
#include "io/case_json.h"

namespace seedaudit {
namespace {

/// Which rows of shared facts belong together: of one patient, of one study, or naming each other.
class Links {
 public:
  explicit Links(const ArchiveIndex& index) : parent_(index.shared.size()) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
    std::unordered_map<std::string, std::size_t> owner;
    const auto join = [&](const std::string& what, const std::string& value, std::size_t row) {
      if (value.empty()) return;
      const auto [it, is_new] = owner.try_emplace(what + value, row);
      if (!is_new) parent_[root(row)] = root(it->second);
    };
    for (std::size_t i = 0; i < index.shared.size(); ++i) {
      const IndexedObject& o = index.shared[i];
      join("patient ", o.patient_id, i);
      join("study ", o.study_instance_uid, i);
      join("series ", o.series_instance_uid, i);
      for (const auto& s : o.referenced_series_uids) join("series ", s, i);
    }
    for (const ArchiveFile& f : index.files)
      if (const ObjectKind kind = index.shared[f.shared].kind; kind == ObjectKind::rt_plan || kind == ObjectKind::rt_structures)
        join("object ", f.sop_instance_uid, f.shared);
    for (std::size_t i = 0; i < index.shared.size(); ++i) {
      join("object ", index.shared[i].referenced_structure_set_uid, i);
      join("object ", index.shared[i].referenced_plan_uid, i);
    }
  }

  std::size_t root(std::size_t row) {
    while (parent_[row] != row) row = parent_[row] = parent_[parent_[row]];
    return row;
  }

 private:
  std::vector<std::size_t> parent_;
};

/// The folder above, inside a container and out of it; false at the archive's root.
bool go_up(std::string& place) {
  if (place.empty()) return false;
  const auto cut = place.find_last_of("/!");
  place = cut == std::string::npos ? std::string() : place.substr(0, cut);
  return true;
}

std::string name_of(const ArchivePlace& p) {
  return p.container.empty() ? p.folder : p.folder.empty() ? p.container : p.container + "!" + p.folder;
}

/// Patients of which something lies in or below each folder. The archive's root is everybody's.
std::unordered_map<std::string, std::set<std::size_t>> groups_by_folder(const ArchiveIndex& index,
                                                                        const std::vector<std::size_t>& group_of_file) {
  std::unordered_map<std::string, std::set<std::size_t>> out;
  std::set<std::pair<std::uint32_t, std::size_t>> seen;
  for (std::size_t f = 0; f < index.files.size(); ++f) {
    if (!seen.insert({index.files[f].place, group_of_file[f]}).second) continue;
    std::string place = name_of(index.places[index.files[f].place]);
    do {
      auto& groups = out[place];
      if (groups.size() < 3) groups.insert(group_of_file[f]);
    } while (go_up(place));
  }
  return out;
}

struct FoundCase {
  ArchiveCase found;
  std::string patient_id;
  std::size_t group = 0;
  bool joined = false;  ///< it became part of another case
};

bool has_note(const ArchiveCase& c, const std::string& code) {
  return std::any_of(c.notes.begin(), c.notes.end(), [&](const Warning& w) { return w.code == code; });
}

/// A plan without its post-op scan and a scan without a plan, alone together in one folder, are one case under two patients' names.
void join_wrong_patients(std::vector<FoundCase>& cases, const std::unordered_map<std::string, std::set<std::size_t>>& around) {
  std::map<std::size_t, std::vector<FoundCase*>> of_group;
  for (FoundCase& c : cases) of_group[c.group].push_back(&c);
  for (FoundCase& c : cases) {
    if (!c.found.refusal || c.found.refusal->code != ErrorCode::no_postop_ct || c.found.inputs.empty()) continue;
    const ArchiveInput& plan = c.found.inputs.front();
    std::string place = name_of({plan.container, plan.folder, 0});
    for (bool more = !place.empty(); more; more = go_up(place) && !place.empty()) {
      const auto at = around.find(place);
      if (at == around.end() || at->second.size() < 2) continue;
      if (at->second.size() > 2) break;
      const std::size_t other = *at->second.begin() == c.group ? *at->second.rbegin() : *at->second.begin();
      const auto& rows = of_group[other];
      if (rows.size() != 1 || !has_note(rows.front()->found, "PLAN_ABSENT")) break;
      FoundCase& scan = *rows.front();
      c.found.refusal =
          Error{ErrorCode::patient_mismatch, "plan and post-op CT in one folder are of different patients (Patient ID differs)", place,
                "find out whose they are; export them again"};
      std::move(scan.found.inputs.begin(), scan.found.inputs.end(), std::back_inserter(c.found.inputs));
      c.found.scan_date = scan.found.scan_date;
      scan.joined = true;
      break;
    }
  }
}

ArchiveCase request_case(const ArchiveIndex& index, const std::string& file) {
  ArchiveCase c;
  c.request_file = file;
  const auto request = read_case_json(index.root / file);
  Sha256 hash;
  hash.add_part("request");
  hash.add_part(file);
  c.case_id = "case-" + hash.hexadecimal().substr(0, 16);
  c.implant = "implant-" + c.case_id.substr(5);
  if (!request) {
    c.refusal = request.error();
    c.refusal->where = file;
  } else if (request->implant_date) {
    if (const auto day = parse_date(*request->implant_date)) c.implant_date = DateTime{*day, std::nullopt};
  }
  return c;
}

}  // namespace

ArchiveManifest find_cases(const ArchiveIndex& index, const PatientAliases& aliases) {
  ArchiveManifest manifest;
  manifest.root = index.root.string();
  manifest.left_out = index.left_out;
  Links links(index);
  std::map<std::size_t, PatientGroup> groups;
  std::vector<std::size_t> group_of_file(index.files.size());
  for (std::size_t f = 0; f < index.files.size(); ++f) {
    group_of_file[f] = links.root(index.files[f].shared);
    groups[group_of_file[f]].files.push_back(f);
  }
  // A broken file that names no patient is held against the only patient around it: it may be the slice, or the plan, that is missing.
  const auto around = groups_by_folder(index, group_of_file);
  std::map<std::size_t, Error> broken;
  for (const ArchiveSuspect& s : index.suspects) {
    std::string place = name_of(index.places[s.place]);
    do {
      const auto at = around.find(place);
      if (at == around.end()) continue;
      if (at->second.size() == 1) broken.try_emplace(*at->second.begin(), s.error);
      break;
    } while (go_up(place));
  }
  std::vector<FoundCase> found_cases;
  for (auto& [id, group] : groups) {
    std::sort(group.files.begin(), group.files.end(), [&](std::size_t a, std::size_t b) { return index.path_of(a) < index.path_of(b); });
    PatientCases found = cases_of_patient(index, group);
    for (std::size_t k = 0; k < found.cases.size(); ++k) {
      ArchiveCase& c = found.cases[k];
      if (const auto b = broken.find(id); b != broken.end() && (!c.refusal || c.refusal->code == ErrorCode::no_postop_ct))
        c.refusal = b->second;
      found_cases.push_back({std::move(c), found.patients[k], id, false});
    }
    std::move(found.left_out.begin(), found.left_out.end(), std::back_inserter(manifest.left_out));
  }
  join_wrong_patients(found_cases, around);
  for (FoundCase& f : found_cases) {
    if (f.joined) continue;
    take_alias(f.found, aliases(f.patient_id, f.found.case_id));
    manifest.cases.push_back(std::move(f.found));
  }
  for (const auto& file : index.requests) {
    ArchiveCase c = request_case(index, file);
    take_alias(c, aliases("", c.case_id));
    manifest.cases.push_back(std::move(c));
  }
  std::stable_sort(manifest.cases.begin(), manifest.cases.end(),
                   [](const ArchiveCase& a, const ArchiveCase& b) { return a.case_id < b.case_id; });
  std::stable_sort(manifest.left_out.begin(), manifest.left_out.end(),
                   [](const ArchiveLeftOut& a, const ArchiveLeftOut& b) { return a.path < b.path; });
  return manifest;
}

}  // namespace seedaudit
