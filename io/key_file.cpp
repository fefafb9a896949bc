// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/key_file.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "io/text_file.h"

namespace seedaudit {
namespace {

constexpr std::size_t kDigits = 64;

Error unwritable(const std::filesystem::path& path) {
  return Error{ErrorCode::output_unwritable, std::string("the key file cannot be made: ") + std::strerror(errno), path.string(),
               "name another place with --key"};
}

}  // namespace

Result<std::string> read_key_file(const std::filesystem::path& path) {
  auto text = read_text_file(path, "key file");
  if (!text) return text.error();
  std::string key = std::move(text).value();
  while (!key.empty() && (key.back() == '\n' || key.back() == '\r')) key.pop_back();
  const auto hexadecimal = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (key.size() != kDigits || !std::all_of(key.begin(), key.end(), hexadecimal))
    return Error{ErrorCode::unreadable_file, "a key file holds 64 hexadecimal characters", path.string(),
                 "name the site's key file with --key, or none to make one"};
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && (status.st_mode & 077U) != 0)
    return Error{ErrorCode::unreadable_file, "others than its owner may read the key file", path.string(), "chmod 600 it"};
  return key;
}

Result<std::string> read_or_make_key_file(const std::filesystem::path& path) {
  std::error_code problem;
  if (std::filesystem::exists(path, problem)) return read_key_file(path);
  std::array<unsigned char, kDigits / 2> random{};
  if (getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) return unwritable(path);
  std::string key;
  for (const unsigned char b : random) {
    key += "0123456789abcdef"[b >> 4U];
    key += "0123456789abcdef"[b & 15U];
  }
  // Whole under another name first: who finds the file finds all of it.
  const std::string temporary = path.string() + "." + std::to_string(getpid()) + ".tmp";
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return unwritable(path);
  const std::string line = key + "\n";
  const bool written = ::write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && ::fsync(file) == 0;
  const bool closed = ::close(file) == 0;
  const bool linked = written && closed && (::link(temporary.c_str(), path.c_str()) == 0 || errno == EEXIST);
  const Error error = unwritable(path);
  ::unlink(temporary.c_str());
  if (!linked) return error;
  return read_key_file(path);
}

}  // namespace seedaudit
