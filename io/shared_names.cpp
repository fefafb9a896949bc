// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/shared_names.h"

#include <algorithm>
#include <set>
#include <vector>

namespace seedaudit {
namespace fs = std::filesystem;

namespace {

std::string numbered(std::size_t n, std::size_t of) {
  std::string text = std::to_string(n);
  const std::size_t width = std::to_string(of).size();
  return std::string(width - std::min(width, text.size()), '0') + text;
}

}  // namespace

SharedNames::SharedNames(const std::map<fs::path, std::string>& extensions) {
  std::vector<fs::path> files;
  for (const auto& [file, extension] : extensions) files.push_back(file);
  // As a folder search orders them: by the text of the path.
  std::sort(files.begin(), files.end(), [](const fs::path& a, const fs::path& b) { return a.native() < b.native(); });
  if (files.empty()) return;
  root_ = files.front().parent_path();
  for (const fs::path& file : files)
    while (std::mismatch(root_.begin(), root_.end(), file.begin(), file.end()).first != root_.end()) root_ = root_.parent_path();

  std::map<fs::path, std::vector<fs::path>> children;  // in order of appearance
  std::set<fs::path> seen;
  for (const fs::path& file : files)
    for (fs::path p = file; p != root_; p = p.parent_path()) {
      if (!seen.insert(p).second) break;
      children[p.parent_path()].push_back(p);
    }
  names_[root_] = ".";
  std::vector<fs::path> pending{root_};
  while (!pending.empty()) {
    const fs::path folder = pending.back();
    pending.pop_back();
    const auto& list = children[folder];
    for (std::size_t i = 0; i < list.size(); ++i) {
      const auto file = extensions.find(list[i]);
      const std::string name = numbered(i + 1, list.size()) + (file != extensions.end() ? file->second : "");
      names_[list[i]] = folder == root_ ? fs::path(name) : names_[folder] / name;
      if (file == extensions.end()) pending.push_back(list[i]);
    }
  }
}

std::optional<fs::path> SharedNames::of(const fs::path& path) const {
  fs::path p = path;
  if (!p.has_filename()) p = p.parent_path();  // "folder/"
  const auto it = names_.find(p);
  if (it == names_.end()) return std::nullopt;
  return it->second;
}

}  // namespace seedaudit
