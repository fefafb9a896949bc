// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/content_hash.h"

#include <algorithm>
#include <fstream>
#include <optional>

#include "core/parallel.h"
#include "core/sha256.h"

namespace seedaudit {

std::string sha256_hex(std::string_view bytes) {
  Sha256 sha;
  sha.add(bytes);
  return sha.hexadecimal();
}

Result<std::string> sha256_of_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{ErrorCode::path_not_found, "cannot open the file", path, "Check that it exists and may be read."};
  Sha256 sha;
  std::vector<char> buffer(std::size_t{1} << 16);
  while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || in.gcount() > 0)
    sha.add({buffer.data(), static_cast<std::size_t>(in.gcount())});
  if (in.bad()) return Error{ErrorCode::unreadable_file, "cannot read the file", path, "Check the disk."};
  return sha.hexadecimal();
}

Result<std::string> sha256_of_files(const std::vector<std::string>& paths) {
  if (paths.size() == 1) return sha256_of_file(paths.front());
  std::vector<std::optional<Result<std::string>>> each(paths.size());
  parallel_for(paths.size(), [&](std::size_t i) { each[i] = sha256_of_file(paths[i]); });
  std::vector<std::string> digests;
  for (auto& e : each) {
    if (!*e) return e->error();
    digests.push_back(std::move(**e));
  }
  std::sort(digests.begin(), digests.end());
  std::string all;
  for (const auto& d : digests) all += d;
  return sha256_hex(all);
}

}  // namespace seedaudit
