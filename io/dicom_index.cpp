// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/dicom_index.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <mutex>
#include <set>
#include <system_error>

#include "core/lower_case.h"
#include "core/parallel.h"
#include "io/dicom_header.h"

namespace seedaudit {
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kStage = "read headers";

/// What lies below a folder.
struct Listing {
  std::vector<std::string> files;  ///< regular files in order of path
  std::vector<IgnoredFile> ignored;
  std::vector<Error> unreadable;
};

/// Every regular file below `root`. Folders are entered under their own names first and through links after that, each once: so a file's
/// path does not depend on the order in which a file system lists names, and loops end.
Listing files_below(const fs::path& root) {
  Listing found;
  std::set<fs::path> visited;
  std::vector<fs::path> pending{root}, linked;
  while (!pending.empty() || !linked.empty()) {
    if (pending.empty()) {
      std::sort(linked.begin(), linked.end(), std::greater<>());
      pending.push_back(std::move(linked.back()));
      linked.pop_back();
    }
    const fs::path folder = std::move(pending.back());
    pending.pop_back();
    std::error_code ec;
    const fs::path real = fs::canonical(folder, ec);
    if (ec || !visited.insert(real).second) continue;
    fs::directory_iterator it(folder, ec);
    if (ec) {
      found.unreadable.push_back(
          {ErrorCode::unreadable_file, "folder cannot be listed: " + ec.message(), folder.string(), "Check its permissions."});
      continue;
    }
    while (it != fs::directory_iterator()) {
      std::error_code type_error, link_error;
      const auto status = it->status(type_error);
      const bool link = it->is_symlink(link_error) && !link_error;
      if (link && (type_error || !fs::exists(status)))
        found.ignored.push_back({it->path().string(), "link to nothing"});
      else if (fs::is_directory(status))
        (link ? linked : pending).push_back(it->path());
      else if (fs::is_regular_file(status))
        found.files.push_back(it->path().string());
      it.increment(ec);
      if (ec) {
        found.unreadable.push_back({ErrorCode::unreadable_file, "folder cannot be listed to its end: " + ec.message(), folder.string(),
                                    "Check the disk or the network drive."});
        break;
      }
    }
  }
  std::sort(found.files.begin(), found.files.end());
  std::sort(found.ignored.begin(), found.ignored.end(), [](const IgnoredFile& a, const IgnoredFile& b) { return a.path < b.path; });
  return found;
}

}  // namespace

std::string_view to_string(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::ct:
      return "ct";
    case ObjectKind::mr:
      return "mr";
    case ObjectKind::other_image:
      return "other_image";
    case ObjectKind::rt_plan:
      return "rt_plan";
    case ObjectKind::rt_structures:
      return "rt_structures";
    case ObjectKind::rt_dose:
      return "rt_dose";
    case ObjectKind::treatment_record:
      return "treatment_record";
    case ObjectKind::registration:
      return "registration";
    case ObjectKind::other:
      return "other";
  }
  return "other";
}

DicomIndex index_files(const std::vector<std::string>& paths, const Progress& progress) {
  std::vector<HeaderScan> scans(paths.size());
  std::atomic<std::size_t> done{0};
  std::mutex reporting;
  parallel_for(paths.size(), [&](std::size_t i) {
    scans[i] = scan_header(paths[i]);
    const std::size_t n = ++done;
    if (progress && n % 64 == 0) {
      const std::lock_guard lock(reporting);
      report_progress(progress, kStage, static_cast<double>(n) / static_cast<double>(paths.size()));
    }
  });
  DicomIndex index;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    auto& s = scans[i];
    if (!s.ignored.empty()) index.ignored.push_back({paths[i], std::move(s.ignored)});
    if (s.error) index.unreadable.push_back(std::move(*s.error));
    if (s.object) index.objects.push_back(std::move(*s.object));
  }
  report_progress(progress, kStage, 1.0);
  return index;
}

Result<DicomIndex> index_folder(const fs::path& path, const Progress& progress) {
  std::error_code ec;
  const auto status = fs::status(path, ec);
  if (ec || !fs::exists(status))
    return Error{ErrorCode::path_not_found, "no such file or folder", path.string(), "Check the spelling of the path."};
  Listing found;
  if (fs::is_directory(status))
    found = files_below(path);
  else
    found.files.push_back(path.string());
  if (found.files.empty() && found.ignored.empty() && found.unreadable.empty())
    return Error{ErrorCode::empty_folder, "the folder holds no file", path.string(), "Give the folder of one patient's DICOM files."};
  DicomIndex index = index_files(found.files, progress);
  index.root = path.string();
  index.ignored.insert(index.ignored.begin(), found.ignored.begin(), found.ignored.end());
  index.unreadable.insert(index.unreadable.begin(), found.unreadable.begin(), found.unreadable.end());
  return index;
}

Result<DicomIndex> index_named(const fs::path& path, const Progress& progress) {
  auto index = index_folder(path, progress);
  std::error_code ec;
  if (!index || fs::is_directory(path, ec) || index->objects.size() != 1 || index->objects.front().placement.frames != 1) return index;
  const std::string uid = index->objects.front().series_instance_uid;
  std::vector<std::string> beside;
  std::error_code listing;
  for (fs::directory_iterator it(fs::absolute(path, ec).parent_path(), listing), end; !listing && it != end; it.increment(listing))
    if (it->is_regular_file(ec)) beside.push_back(it->path().string());
  std::sort(beside.begin(), beside.end());
  DicomIndex around = index_files(beside, progress);
  std::set<std::string> others;
  for (const auto& o : around.objects)
    if (o.series_instance_uid != uid) others.insert(o.path);
  std::erase_if(around.objects, [&](const IndexedObject& o) { return others.contains(o.path); });
  std::erase_if(around.unreadable, [&](const Error& e) { return others.contains(e.where); });
  if (around.objects.size() < 2) return index;
  around.root = path.string();
  return around;
}

Status check_nothing_lost(const DicomIndex& index) {
  constexpr const char* kHint = "transfer it again, or remove it from the folder";
  for (const IgnoredFile& file : index.ignored) {
    const std::string extension = lower_case(fs::path(file.path).extension().string());
    if (extension != ".dcm" && extension != ".ima") continue;
    if (file.reason == "empty file") return Error{ErrorCode::truncated_file, "the file is empty", file.path, kHint};
    if (file.reason == "link to nothing") return Error{ErrorCode::unreadable_file, "the link leads to no file", file.path, kHint};
    return Error{ErrorCode::unreadable_file, "the file is not DICOM although its name says so", file.path, kHint};
  }
  std::set<std::string> with_header;
  for (const auto& o : index.objects) with_header.insert(o.path);
  for (const Error& e : index.unreadable)
    if (!with_header.contains(e.where)) return Error{e.code, e.what, e.where, kHint};
  return ok_status();
}

}  // namespace seedaudit
