// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include "io/audit_output.h"
#include "io/case_draft.h"
#include "io/content_hash.h"
#include "io/dicom_dataset.h"

namespace seedaudit {
namespace {

namespace fs = std::filesystem;

void leave_out_earlier_output(CaseDraft& draft) {
  const fs::path root(draft.pool.index.root);
  std::map<fs::path, bool> known;  // by folder: there are far fewer than files
  const auto inside_output = [&](const std::string& path) {
    const auto [it, is_new] = known.try_emplace(fs::path(path).parent_path(), false);
    if (is_new) it->second = lies_in_audit_output(path, root);
    return it->second;
  };
  auto& objects = draft.pool.index.objects;
  const std::size_t before = objects.size();
  objects.erase(std::remove_if(objects.begin(), objects.end(), [&](const IndexedObject& o) { return inside_output(o.path); }),
                objects.end());
  if (objects.size() != before)
    draft.warn("EARLIER_OUTPUT_IGNORED",
               std::to_string(before - objects.size()) + " objects lie in the output folder of an earlier audit and were left out");
}

/// Results of an earlier audit that came back with the patient, e.g. from an archive.
void leave_out_earlier_results(CaseDraft& draft) {
  if (const std::size_t n = std::erase_if(draft.pool.index.objects, is_audit_result); n != 0)
    draft.warn("EARLIER_RESULTS_IGNORED", std::to_string(n) + " objects are results that an earlier audit wrote and were left out");
}

/// A damaged file whose header could be read is judged when its series is read.
void warn_of_damage(CaseDraft& draft) {
  for (const Error& e : draft.pool.index.unreadable)
    draft.warn("DAMAGED_FILE", e.what + " (" + fs::path(e.where).filename().string() + ")");
}

/// Exactly the named files and folders; a file named twice counts once.
Result<DicomIndex> index_listed(const CaseRequest& request, const Progress& progress) {
  std::set<std::string> files;
  DicomIndex all;
  for (const fs::path& path : request.files) {
    std::error_code problem;
    if (!fs::exists(path, problem))
      return Error{ErrorCode::path_not_found, "a file that the case names is not there", path.string(), "correct the key \"files\""};
    if (!fs::is_directory(path, problem)) {
      files.insert(path.lexically_normal().string());
      continue;
    }
    auto below = index_folder(path, progress);
    if (!below) return below.error();
    std::move(below->objects.begin(), below->objects.end(), std::back_inserter(all.objects));
    std::move(below->ignored.begin(), below->ignored.end(), std::back_inserter(all.ignored));
    std::move(below->unreadable.begin(), below->unreadable.end(), std::back_inserter(all.unreadable));
  }
  DicomIndex single = index_files({files.begin(), files.end()}, progress);
  std::move(single.objects.begin(), single.objects.end(), std::back_inserter(all.objects));
  std::move(single.ignored.begin(), single.ignored.end(), std::back_inserter(all.ignored));
  std::move(single.unreadable.begin(), single.unreadable.end(), std::back_inserter(all.unreadable));
  const auto by_path = [](const IndexedObject& a, const IndexedObject& b) { return a.path < b.path; };
  const auto one_path = [](const IndexedObject& a, const IndexedObject& b) { return a.path == b.path; };
  std::stable_sort(all.objects.begin(), all.objects.end(), by_path);
  all.objects.erase(std::unique(all.objects.begin(), all.objects.end(), one_path), all.objects.end());
  all.root = request.path.string();
  return all;
}

}  // namespace

Status gather_objects(CaseDraft& draft, const Progress& progress) {
  auto index = draft.request.files.empty() ? index_folder(draft.request.path, progress) : index_listed(draft.request, progress);
  if (!index) {
    // A case may name all its inputs elsewhere; its own folder may then be empty.
    if (index.error().code == ErrorCode::empty_folder && draft.request.postop_ct) return ok_status();
    return index.error();
  }
  draft.pool.index = std::move(index).value();
  if (draft.request.files.empty()) leave_out_earlier_output(draft);
  leave_out_earlier_results(draft);
  if (const Status s = check_nothing_lost(draft.pool.index); !s) return s;
  warn_of_damage(draft);
  draft.pool.catalog = catalog_series(draft.pool.index);
  draft.pool.scans = group_scans(draft.pool.catalog);
  return ok_status();
}

Result<const ObjectPool*> gather_given(CaseDraft& draft, const fs::path& path, const Progress& progress) {
  auto index = index_named(path, progress);
  if (!index) return index.error();
  ObjectPool pool;
  pool.index = std::move(index).value();
  if (const Status s = check_nothing_lost(pool.index); !s) return s.error();
  for (const Error& e : pool.index.unreadable) return e;
  pool.catalog = catalog_series(pool.index);
  pool.scans = group_scans(pool.catalog);
  draft.given.push_back(std::move(pool));
  return &draft.given.back();
}

std::vector<const IndexedObject*> objects_of(const DicomIndex& index, ObjectKind kind) {
  std::vector<const IndexedObject*> found;
  std::set<std::string> uids;
  for (const auto& o : index.objects)
    if (o.kind == kind && (o.sop_instance_uid.empty() || uids.insert(o.sop_instance_uid).second)) found.push_back(&o);
  return found;
}

Status record_input(CaseDraft& draft, const std::string& role, const std::string& uid, const std::vector<std::string>& paths) {
  auto sha = sha256_of_files(paths);
  if (!sha) return sha.error();
  const std::string name = uid.empty() && !paths.empty() ? fs::path(paths.front()).filename().string() : uid;
  draft.implant.inputs.push_back({role, name, std::move(sha).value(), static_cast<int>(paths.size())});
  return ok_status();
}

std::string shown_date(const std::optional<DateTime>& date) { return date ? to_iso(date->date) : "no date"; }

bool is_approved(const std::string& path) {
  const auto file = open_dicom(path, true);
  return file && value_of(*(*file)->getDataset(), Tag{0x300E, 0x0002}) == "APPROVED";
}

}  // namespace seedaudit
