// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/dicom_index.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <system_error>

#include "core/parallel.h"
#include "io/dicom_header.h"

namespace seedaudit {
namespace fs = std::filesystem;

namespace {

constexpr std::string_view kStage = "read headers";

/// Every regular file below `root` in order of path. A folder reached again through a link is not entered twice.
std::vector<std::string> files_below(const fs::path& root, std::vector<Error>& unreadable) {
  std::vector<std::string> files;
  std::set<fs::path> visited;
  std::vector<fs::path> pending{root};
  while (!pending.empty()) {
    const fs::path folder = std::move(pending.back());
    pending.pop_back();
    std::error_code ec;
    const fs::path real = fs::canonical(folder, ec);
    if (ec || !visited.insert(real).second) continue;
    fs::directory_iterator it(folder, ec);
    if (ec) {
      unreadable.push_back(
          {ErrorCode::unreadable_file, "folder cannot be listed: " + ec.message(), folder.string(), "Check its permissions."});
      continue;
    }
    while (it != fs::directory_iterator()) {
      std::error_code type_error;
      const auto status = it->status(type_error);
      if (!type_error && fs::is_directory(status))
        pending.push_back(it->path());
      else if (!type_error && fs::is_regular_file(status))
        files.push_back(it->path().string());
      it.increment(ec);
      if (ec) break;
    }
  }
  std::sort(files.begin(), files.end());
  return files;
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
  std::vector<Error> unreadable;
  std::vector<std::string> files;
  if (fs::is_directory(status))
    files = files_below(path, unreadable);
  else
    files.push_back(path.string());
  if (files.empty() && unreadable.empty())
    return Error{ErrorCode::empty_folder, "the folder holds no file", path.string(), "Give the folder of one patient's DICOM files."};
  DicomIndex index = index_files(files, progress);
  index.root = path.string();
  index.unreadable.insert(index.unreadable.begin(), unreadable.begin(), unreadable.end());
  return index;
}

}  // namespace seedaudit
