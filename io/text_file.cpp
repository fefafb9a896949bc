// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/text_file.h"

#include <fstream>
#include <iterator>

namespace seedaudit {

Result<std::string> read_text_file(const std::filesystem::path& path, const std::string& what) {
  constexpr std::uintmax_t kMostBytes = std::uintmax_t{256} << 20;
  std::error_code problem;
  const auto status = std::filesystem::status(path, problem);
  if (problem || !std::filesystem::exists(status))
    return Error{ErrorCode::path_not_found, "no such " + what, path.string(), "check the spelling of the path"};
  if (std::filesystem::is_directory(status))
    return Error{ErrorCode::unreadable_file, "this is a folder, not a " + what, path.string(), "name the file itself"};
  const auto size = std::filesystem::file_size(path, problem);
  if (!problem && size > kMostBytes)
    return Error{ErrorCode::unreadable_file, "too large for a " + what, path.string(), "check which file was given"};
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{ErrorCode::unreadable_file, "the " + what + " cannot be opened", path.string(), "check its permissions"};
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (in.bad()) return Error{ErrorCode::unreadable_file, "the " + what + " cannot be read to its end", path.string(), "check the disk"};
  return text;
}

Result<std::string> read_file_bytes(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Error{ErrorCode::path_not_found, "cannot open the file", path.string(), "check that it exists and may be read"};
  in.seekg(0, std::ios::end);
  const auto size = in.tellg();
  if (size < 0) return Error{ErrorCode::unreadable_file, "the file cannot be read", path.string(), "check the disk"};
  std::string bytes(static_cast<std::size_t>(size), '\0');
  in.seekg(0);
  if (!in.read(bytes.data(), static_cast<std::streamsize>(bytes.size())))
    return Error{ErrorCode::unreadable_file, "the file cannot be read to its end", path.string(), "check the disk"};
  return bytes;
}

}  // namespace seedaudit
