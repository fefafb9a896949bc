// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/archive_container.h"

#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <fstream>
#include <memory>
#include <string_view>
#include <vector>

namespace seedaudit {
namespace fs = std::filesystem;

namespace {

Error unreadable(archive* a, const fs::path& path, const std::string& what) {
  const char* why = a != nullptr ? archive_error_string(a) : nullptr;
  return Error{ErrorCode::archive_unreadable, what + (why != nullptr ? std::string(": ") + why : std::string()), path.string(),
               "unpack it by hand, or copy it again"};
}

bool is_safe(const std::string& name) {
  if (name.empty() || name.front() == '/' || name.find('\\') != std::string::npos) return false;
  for (const auto& part : fs::path(name))
    if (part == "..") return false;
  return true;
}

Status write_member(archive* a, const fs::path& container, const fs::path& file) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  const Error unwritable{ErrorCode::output_unwritable, "a member of the archive cannot be unpacked", file.string(), "check the disk"};
  if (!out) return unwritable;
  std::vector<char> buffer(std::size_t{1} << 16U);
  std::uint64_t total = 0;
  while (true) {
    const la_ssize_t n = archive_read_data(a, buffer.data(), buffer.size());
    if (n < 0) return unreadable(a, container, "a member cannot be read");
    if (n == 0) break;
    total += static_cast<std::uint64_t>(n);
    if (total > kLargestMember) return unreadable(nullptr, container, "a member is larger than 2 GiB");
    if (!out.write(buffer.data(), n)) return unwritable;
  }
  out.close();
  return out ? ok_status() : Status(unwritable);
}

}  // namespace

bool is_container(const fs::path& path) {
  std::array<char, 512> head{};
  std::ifstream in(path, std::ios::binary);
  in.read(head.data(), head.size());
  const std::string_view bytes(head.data(), static_cast<std::size_t>(in.gcount()));
  const auto starts = [&](std::string_view magic) { return bytes.substr(0, magic.size()) == magic; };
  if (bytes.size() > 132 && bytes.substr(128, 4) == "DICM") return false;
  return starts({"PK\x03\x04", 4}) || (bytes.size() > 262 && bytes.substr(257, 5) == "ustar") || starts({"\x1f\x8b", 2}) || starts("BZh") ||
         starts({"\xfd"
                 "7zXZ",
                 5}) ||
         starts({"\x28\xb5\x2f\xfd", 4});
}

Status walk_container(const fs::path& path, const std::function<Status(const ContainerMember&)>& visit) {
  const std::unique_ptr<archive, decltype(&archive_read_free)> reader(archive_read_new(), archive_read_free);
  archive* a = reader.get();
  archive_read_support_filter_all(a);
  archive_read_support_format_zip(a);
  archive_read_support_format_tar(a);
  if (archive_read_open_filename(a, path.c_str(), 1U << 16U) != ARCHIVE_OK) return unreadable(a, path, "the archive cannot be opened");
  archive_entry* entry = nullptr;
  while (true) {
    const int status = archive_read_next_header(a, &entry);
    if (status == ARCHIVE_EOF) return ok_status();
    if (status < ARCHIVE_WARN) return unreadable(a, path, "the archive cannot be walked to its end");
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr) continue;
    const char* name = archive_entry_pathname(entry);
    ContainerMember member;
    member.name = name != nullptr ? name : "";
    while (member.name.starts_with("./")) member.name.erase(0, 2);
    member.safe = is_safe(member.name);
    member.extract = [a, &path](const fs::path& file) { return write_member(a, path, file); };
    if (const Status s = visit(member); !s) return s;
  }
}

}  // namespace seedaudit
