// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/atomic_file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

namespace seedaudit {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMark = ".seedaudit-";
constexpr std::string_view kSuffix = ".tmp";

std::string hint_for(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return "Free space there or choose another output place; nothing was written in its stead.";
    case EFBIG:
      return "The file size limit of this session (ulimit -f) or of the file system is too small.";
    case EACCES:
    case EPERM:
    case EROFS:
      return "Check the permissions or choose another output place.";
    case ENOENT:
    case ENOTDIR:
      return "Choose an output place whose folder exists and is a folder.";
    default:
      return "Check the output place and run again.";
  }
}

Error unwritable(const fs::path& path, const char* action, int error) {
  return Error{ErrorCode::output_unwritable, std::string("cannot ") + action + ": " + std::strerror(error), path.string(), hint_for(error)};
}

std::string host_name() {
  char buffer[256] = {};
  if (gethostname(buffer, sizeof buffer - 1) != 0) return "host";
  std::string name;
  for (const char* c = buffer; *c != '\0'; ++c)
    if (*c != '-' && *c != '/') name.push_back(*c);
  return name.empty() ? "host" : name;
}

/// ".<name>.seedaudit-<host>-<pid>-<serial>.tmp": hidden, and its owner can be asked whether it still lives.
fs::path temporary_beside(const fs::path& path) {
  static std::atomic<unsigned> serial{0};
  std::string name = ".";
  name += path.filename().string().substr(0, 150);  // the mark must fit into the 255 bytes a name may have
  name += kMark;
  name += host_name() + "-" + std::to_string(getpid()) + "-" + std::to_string(serial++);
  name += kSuffix;
  return path.parent_path() / name;
}

/// The error number, 0 on success. A short write is continued: only an error ends the loop.
int write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t n = ::write(fd, content.data(), content.size());
    if (n < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    if (n == 0) return ENOSPC;
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  return 0;
}

/// File systems that cannot sync say EINVAL or ENOTSUP: then there is nothing more to be had.
int sync(int fd) {
  if (::fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP || errno == EROFS) return 0;
  return errno;
}

void sync_folder(const fs::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);  // best effort: the content is already safe, only the name could be lost
  ::close(fd);
}

Status write_directly(const fs::path& path, std::string_view content) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return unwritable(path, "open", errno);
  const int error = write_all(fd, content);
  const int closed = ::close(fd) == 0 ? 0 : errno;
  if (error != 0) return unwritable(path, "write", error);
  if (closed != 0) return unwritable(path, "write", closed);
  return ok_status();
}

/// Whether the process that a temporary name carries is gone. Those of another machine are taken for dead after a day.
bool is_stale(const fs::path& file) {
  const std::string name = file.filename().string();
  if (name.empty() || name.front() != '.' || !name.ends_with(kSuffix)) return false;
  const auto mark = name.rfind(kMark);
  if (mark == std::string::npos) return false;
  const std::string owner = name.substr(mark + kMark.size(), name.size() - mark - kMark.size() - kSuffix.size());
  const auto first = owner.find('-');
  const auto second = first == std::string::npos ? first : owner.find('-', first + 1);
  if (second == std::string::npos) return false;
  if (owner.substr(0, first) != host_name()) {
    std::error_code ec;
    const auto written = fs::last_write_time(file, ec);
    return !ec && fs::file_time_type::clock::now() - written > std::chrono::hours(24);
  }
  char* end = nullptr;
  const long pid = std::strtol(owner.c_str() + first + 1, &end, 10);
  if (pid <= 0 || *end != '-') return false;
  return ::kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH;
}

}  // namespace

PendingFile::PendingFile(PendingFile&& other) noexcept
    : path_(std::move(other.path_)), temporary_(std::exchange(other.temporary_, std::filesystem::path())) {}

PendingFile& PendingFile::operator=(PendingFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(temporary_, other.temporary_);
  return *this;
}

PendingFile::~PendingFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Result<PendingFile> PendingFile::write_temporary(const fs::path& given, std::string_view content) {
  PendingFile file;
  fs::path path = given;
  std::error_code ec;
  const auto status = fs::status(path, ec);
  if (fs::is_directory(status)) return unwritable(path, "write a file where a folder is", EISDIR);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    if (auto done = write_directly(path, content); !done) return done.error();
    return file;
  }
  if (fs::exists(status) && fs::is_symlink(fs::symlink_status(path, ec))) {  // a link stays a link: the file it names is replaced
    path = fs::canonical(path, ec);
    if (ec) return unwritable(given, "resolve", ec.value());
  }
  if (path.filename().empty()) return unwritable(given, "write a file without a name", EINVAL);

  const fs::path temporary = temporary_beside(path);
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0) return unwritable(path, "create", errno);
  file.path_ = path;
  file.temporary_ = temporary;  // from here on the destructor clears up
  int error = write_all(fd, content);
  if (error == 0) error = sync(fd);
  if (::close(fd) != 0 && error == 0) error = errno;
  if (error != 0) return unwritable(path, "write", error);
  return file;
}

Result<PendingFile> PendingFile::write(const fs::path& path, std::string_view content) {
  try {
    return write_temporary(path, content);
  } catch (const std::exception& e) {
    return Error{ErrorCode::output_unwritable, std::string("cannot write: ") + e.what(), path.string(), hint_for(0)};
  }
}

Status PendingFile::commit() {
  if (temporary_.empty()) return ok_status();
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) return unwritable(path_, "rename to", errno);
  temporary_.clear();
  sync_folder(path_.has_parent_path() ? path_.parent_path() : fs::path("."));
  return ok_status();
}

Status write_file_atomically(const fs::path& path, std::string_view content) {
  auto file = PendingFile::write(path, content);
  if (!file) return file.error();
  return file->commit();
}

Status ensure_writable_folder(const fs::path& folder) {
  try {
    if (folder.empty()) return unwritable("(empty)", "use as output folder", ENOENT);
    std::error_code ec;
    fs::create_directories(folder, ec);
    if (ec) return unwritable(folder, "make the folder", ec.value());
    if (!fs::is_directory(folder, ec)) return unwritable(folder, "use as output folder", ENOTDIR);
    const fs::path probe = temporary_beside(folder / "probe");
    const int fd = ::open(probe.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) return unwritable(folder, "make a file in the folder", errno);
    ::close(fd);
    ::unlink(probe.c_str());
    return ok_status();
  } catch (const std::exception& e) {
    return Error{ErrorCode::output_unwritable, std::string("cannot use the folder: ") + e.what(), folder.string(), hint_for(0)};
  }
}

int remove_stale_temporaries(const fs::path& folder) {
  int removed = 0;
  try {
    std::error_code ec;
    for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
      std::error_code gone;
      if (is_stale(it->path()) && fs::remove(it->path(), gone)) ++removed;
    }
  } catch (const std::exception&) {
    // A leftover that cannot be removed harms nothing: its name is never read.
  }
  return removed;
}

}  // namespace seedaudit
