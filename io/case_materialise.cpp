// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/case_materialise.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>

#include "io/archive_container.h"

namespace seedaudit {
namespace fs = std::filesystem;

namespace {

Error gone(const fs::path& path) {
  return Error{ErrorCode::path_not_found, "a file of the case is gone since the scan", path.string(), "scan the archive again"};
}

Status list_plain(const fs::path& root, const ArchiveInput& input, std::set<std::string>& files) {
  const fs::path folder = root / input.folder;
  std::error_code problem;
  for (const auto& name : input.files) {
    if (!fs::is_regular_file(folder / name, problem)) return gone(folder / name);
    files.insert((folder / name).string());
  }
  if (!input.files.empty()) return ok_status();
  const std::size_t before = files.size();
  fs::directory_iterator it(folder, problem);
  for (; !problem && it != fs::directory_iterator(); it.increment(problem))
    if (it->is_regular_file(problem)) files.insert(it->path().string());
  if (problem || files.size() == before) return gone(folder);
  return ok_status();
}

/// The members of one container that the case needs; an empty set of names is the whole folder.
using Wanted = std::map<std::string, std::set<std::string>>;

Status unpack(const fs::path& container, const Wanted& wanted, const fs::path& temporary, std::uint64_t& total,
              std::set<std::string>& files) {
  std::map<std::string, std::size_t> found;
  const Status walked = walk_container(container, [&](const ContainerMember& member) -> Status {
    const fs::path inside(member.name);
    const auto folder = wanted.find(inside.parent_path().string());
    if (!member.safe || folder == wanted.end()) return ok_status();
    if (!folder->second.empty() && !folder->second.contains(inside.filename().string())) return ok_status();
    const fs::path file = temporary / (std::to_string(files.size()) + ".dcm");
    if (const Status s = member.extract(file); !s) return s;
    std::error_code problem;
    total += fs::file_size(file, problem);
    if (total > kLargestCase)
      return Error{ErrorCode::archive_unreadable, "the case's files are larger than 16 GiB together", container.string(),
                   "unpack it by hand"};
    files.insert(file.string());
    ++found[folder->first];
    return ok_status();
  });
  if (!walked) return walked.error();
  for (const auto& [folder, names] : wanted)
    if (found[folder] < std::max<std::size_t>(names.size(), 1)) return gone(container / folder);
  return ok_status();
}

}  // namespace

Result<std::string> materialise_case(const ArchiveManifest& manifest, const ArchiveCase& archive_case, const fs::path& temporary) {
  if (archive_case.refusal) return *archive_case.refusal;
  const fs::path root = manifest.root;
  nlohmann::ordered_json json;
  if (!archive_case.request_file.empty())
    return Error{ErrorCode::invalid_option, "the case has a case.json of its own", (root / archive_case.request_file).string(),
                 "give that file to the audit"};
  std::set<std::string> files;
  std::map<std::string, Wanted> containers;
  for (const ArchiveInput& input : archive_case.inputs) {
    if (input.container.empty()) {
      if (const Status s = list_plain(root, input, files); !s) return s.error();
      continue;
    }
    auto& names = containers[input.container][input.folder];
    names.insert(input.files.begin(), input.files.end());
  }
  std::uint64_t total = 0;
  std::error_code problem;
  if (!containers.empty()) fs::create_directories(temporary, problem);
  std::size_t number = 0;
  for (const auto& [container, wanted] : containers) {
    const fs::path below = fs::absolute(temporary, problem) / std::to_string(number++);
    fs::create_directories(below, problem);
    if (problem) return Error{ErrorCode::output_unwritable, "the temporary folder cannot be made", below.string(), "check the disk"};
    if (const Status s = unpack(root / container, wanted, below, total, files); !s) return s.error();
  }
  json["case_id"] = archive_case.case_id;
  json["case"] = root.string();
  json["files"] = files;
  return json.dump(1) + "\n";
}

}  // namespace seedaudit
