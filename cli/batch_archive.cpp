// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/batch_archive.h"

#include <algorithm>
#include <set>
#include <sstream>

#include "core/pseudonym.h"
#include "core/sha256.h"
#include "io/case_materialise.h"
#include "io/dicom_index.h"
#include "io/key_file.h"
#include "report/atomic_file.h"
#include "report/csv_tables.h"

namespace seedaudit {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code ec;
  for (fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied, ec), end; !ec && it != end;
       it.increment(ec))
    if (it->is_regular_file(ec)) files.push_back(it->path());
  return files;
}

/// The files of a manifest's case that lie in the archive: a container as a whole, a request with its own folder.
std::vector<fs::path> files_of(const ArchiveCase& c, const fs::path& root) {
  if (!c.request_file.empty()) return files_below((root / c.request_file).parent_path());
  std::vector<fs::path> files;
  std::error_code ec;
  for (const ArchiveInput& in : c.inputs) {
    if (!in.container.empty()) {
      files.push_back(root / in.container);
    } else if (!in.files.empty()) {
      for (const std::string& name : in.files) files.push_back(root / in.folder / name);
    } else {
      for (fs::directory_iterator it(root / in.folder, ec), end; !ec && it != end; it.increment(ec))
        if (it->is_regular_file(ec)) files.push_back(it->path());
    }
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

std::string day_of(const std::optional<DateTime>& when) { return when ? to_iso(when->date) : std::string(); }

/// Names, sizes and times of the files: what changes them makes the case another one.
void take_inputs(BatchCase& c, std::vector<fs::path> files, const fs::path& folder) {
  std::error_code ec;
  c.inputs = std::move(files);
  std::sort(c.inputs.begin(), c.inputs.end());
  Sha256 hash;
  for (const auto& file : c.inputs) {
    const auto size = fs::file_size(file, ec);
    const bool known = !ec;
    if (known) c.input_bytes += size;
    hash.add_part(fs::relative(file, folder, ec).generic_string());
    hash.add_part(std::to_string(known ? size : 0));
    hash.add_part(std::to_string(fs::last_write_time(file, ec).time_since_epoch().count()));
  }
  c.request_sha256 = hash.hexadecimal();
}

}  // namespace

Status check_archive(const fs::path& root, const fs::path& out) {
  std::error_code ec;
  if (!fs::exists(root, ec))
    return Error{ErrorCode::path_not_found, "no such file or folder", root.string(), "Name the folder of the archive."};
  if (!fs::is_directory(root, ec)) return ok_status();
  const std::string inner = fs::weakly_canonical(fs::absolute(out, ec), ec).string() + "/";
  const std::string outer = fs::weakly_canonical(fs::absolute(root, ec), ec).string() + "/";
  if (inner.rfind(outer, 0) == 0)
    return Error{ErrorCode::invalid_option, "the output folder lies in the archive and would be taken for a case", out.string(),
                 "Name a folder outside the archive."};
  return ok_status();
}

Result<BatchPrivacy> privacy_of(const PrivacyOptions& options, const ArchiveManifest* manifest, const fs::path& beside,
                                const fs::path& private_folder) {
  const auto conflict = [](const std::string& what, const std::string& hint) { return Error{ErrorCode::invalid_option, what, "", hint}; };
  BatchPrivacy out;
  out.identity = options.identity;
  const bool pseudonyms = out.identity == "pseudonym", shifted = manifest != nullptr && manifest->dates_shifted;
  out.shift_dates = options.dates.empty() ? shifted : options.dates == "shift";
  if (out.shift_dates && !pseudonyms)
    return conflict(shifted ? "the dates of the manifest are shifted, which goes with --identity pseudonym"
                            : "--dates shift goes with --identity pseudonym",
                    "Add that, or scan the archive with true dates.");
  if (manifest != nullptr && manifest->pseudonyms && pseudonyms && out.shift_dates != shifted)
    return conflict(shifted ? "--dates keep, but the dates of the manifest are shifted" : "--dates shift, but the manifest has true dates",
                    "Scan the archive again with the same --dates.");
  if (!options.key_file.empty() && !pseudonyms && manifest != nullptr)
    return conflict("--key goes with --identity pseudonym", "Leave one of them out.");
  if (manifest != nullptr && !pseudonyms) return out;

  std::error_code ec;
  if (options.key_file.empty() && manifest == nullptr) {
    fs::create_directories(private_folder, ec);
    fs::permissions(private_folder, fs::perms::owner_all, ec);
  }
  out.key_file = !options.key_file.empty() ? fs::absolute(options.key_file, ec)
                                           : (manifest == nullptr ? private_folder : fs::absolute(beside, ec)) / "seedaudit.key";
  const bool must_exist = manifest != nullptr && manifest->pseudonyms;
  auto key = must_exist ? read_key_file(out.key_file) : read_or_make_key_file(out.key_file);
  if (!key) return key.error();
  if (must_exist && key_id_of(*key) != manifest->key_id)
    return Error{ErrorCode::invalid_option, "the key is not that of the manifest's pseudonyms", out.key_file.string(),
                 "Name with --key the key file that the scan was given, or scan again."};
  out.key = std::move(key).value();
  return out;
}

Result<BatchArchive> list_case_folders(const fs::path& root, const fs::path& private_folder, const std::string& key) {
  std::error_code ec;
  BatchArchive archive;
  archive.root = fs::weakly_canonical(fs::absolute(root, ec), ec);
  std::vector<fs::path> folders;
  std::size_t loose = 0;
  for (fs::directory_iterator it(archive.root, ec), end; !ec && it != end; it.increment(ec)) {
    std::error_code ignored;
    if (it->is_directory(ignored))
      folders.push_back(it->path());
    else
      ++loose;
  }
  if (ec)
    return Error{ErrorCode::archive_unreadable, "the archive cannot be read: " + ec.message(), root.string(), "Check the permissions."};
  if (folders.empty())
    return Error{ErrorCode::empty_folder, "the archive holds no subfolder, so no case", root.string(),
                 "Put each case into a folder of its own."};
  std::sort(folders.begin(), folders.end());
  if (loose > 0)
    archive.notes.push_back({"FILES_LEFT_OUT", std::to_string(loose) + " files lie beside the case folders and are part of no case"});

  fs::create_directories(private_folder, ec);
  fs::permissions(private_folder, fs::perms::owner_all, ec);
  std::string list = "case_id,folder\n";
  for (const auto& folder : folders) {
    BatchCase c;
    c.facts.case_id = keyed_case_id(key, folder.filename().string());
    take_inputs(c, files_below(folder), folder);
    const fs::path request = folder / "case.json";
    archive.paths.push_back(fs::is_regular_file(request, ec) ? request : folder);
    list += c.facts.case_id + "," + csv_cell(folder.filename().string()) + "\n";
    archive.cases.push_back(std::move(c));
  }
  if (Status s = write_file_atomically(private_folder / "case_folders.csv", list); !s) return s.error();
  return archive;
}

Result<BatchArchive> list_manifest_cases(ArchiveManifest manifest, const fs::path& file, const BatchPrivacy& privacy) {
  BatchArchive archive;
  archive.root = manifest.root;
  if (manifest.cases.empty())
    return Error{ErrorCode::empty_folder, "the manifest holds no case", file.string(), "See its left_out for what was found instead."};
  for (const ArchiveCase& read : manifest.cases) {
    ArchiveCase a = read;
    if (privacy.identity == "none") a.patient.clear();
    if (privacy.identity == "pseudonym" && !manifest.pseudonyms) {
      PatientAlias alias = alias_of(privacy.key, a.patient, a.case_id);
      if (!privacy.shift_dates) alias.shift = {};
      take_alias(a, alias);
    }
    BatchCase c;
    c.facts.case_id = a.case_id;
    c.facts.patient = a.patient;
    c.facts.implant = a.implant;
    c.facts.phase = a.phase;
    c.facts.implant_date = day_of(a.implant_date);
    c.facts.scan_date = day_of(a.scan_date);
    c.refusal = a.refusal;
    take_inputs(c, files_of(a, archive.root), archive.root);
    archive.paths.push_back(a.request_file.empty() ? fs::path() : archive.root / a.request_file);
    archive.cases.push_back(std::move(c));
  }
  archive.manifest = std::move(manifest);
  return archive;
}

std::string pseudonym_of_folder(const BatchArchive& archive, std::size_t i, const BatchPrivacy& privacy) {
  std::error_code ec;
  if (archive.manifest || privacy.identity != "pseudonym" || !fs::is_directory(archive.paths[i], ec)) return {};
  const auto index = index_folder(archive.paths[i]);
  if (!index) return {};
  std::set<std::string> ids;
  for (const IndexedObject& object : index->objects) ids.insert(object.patient_id);
  return ids.size() == 1 ? pseudonym_of(privacy.key, *ids.begin()) : std::string();
}

Result<fs::path> request_of(const BatchArchive& archive, std::size_t i, const fs::path& attempt) {
  if (!archive.manifest || !archive.paths[i].empty()) return archive.paths[i];
  const auto text = materialise_case(*archive.manifest, archive.manifest->cases[i], attempt / "unpacked");
  if (!text) return text.error();
  const fs::path request = attempt / "case.json";
  if (Status s = write_file_atomically(request, *text); !s) return s.error();
  return request;
}

std::string without_paths(const std::string& text, const std::vector<fs::path>& roots) {
  std::istringstream lines(text);
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    std::size_t from = line.find("(/");
    if (from != std::string::npos) ++from;
    for (const auto& root : roots)
      if (!root.empty()) from = std::min(from, line.find(root.string()));
    if (from != std::string::npos) {
      // A folder's name may hold brackets itself: the last one ends it.
      const auto to = line.rfind(").");
      line = line.substr(0, from) + "..." + (to == std::string::npos || to < from ? "" : line.substr(to));
    }
    out += line + "\n";
  }
  if (!out.empty() && (text.empty() || text.back() != '\n')) out.pop_back();
  return out;
}

}  // namespace seedaudit
