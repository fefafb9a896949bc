// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/audit_output.h"

#include <system_error>

#include "core/result_mark.h"

namespace seedaudit {
namespace fs = std::filesystem;

bool lies_in_audit_output(const fs::path& file, const fs::path& given_root) {
  fs::path root = given_root;
  if (!root.has_filename()) root = root.parent_path();  // named with a slash at its end
  for (fs::path folder = file.parent_path(); !folder.empty() && folder != root; folder = folder.parent_path()) {
    std::error_code problem;
    if (fs::exists(folder / "report.json", problem) && fs::exists(folder / "seeds.csv", problem)) return true;
    if (folder == folder.parent_path()) break;
  }
  return false;
}

bool is_audit_result(const IndexedObject& object) { return object.manufacturer == kResultMark && object.series_description == kResultMark; }

}  // namespace seedaudit
