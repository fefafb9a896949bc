// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/batch_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <thread>
#include <utility>

#include "core/sha256.h"
#include "pipeline/child_process.h"
#include "pipeline/unwritable.h"

namespace seedaudit {
namespace {

namespace fs = std::filesystem;

Status sync(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool ok = fd >= 0 && fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0) close(fd);
  if (ok) return ok_status();
  return unwritable("cannot be written to the disk", path, std::strerror(error));
}

Status rename_to(const fs::path& from, const fs::path& to) {
  std::error_code ec;
  fs::rename(from, to, ec);
  if (ec) return unwritable("cannot be moved into place", to, ec.message());
  return sync(to.parent_path());
}

}  // namespace

std::string file_content(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(in)), {});
}

std::string file_tail(const fs::path& file, std::size_t bytes) {
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  const std::streamoff size = in ? static_cast<std::streamoff>(in.tellg()) : 0;
  in.seekg(std::max<std::streamoff>(0, size - static_cast<std::streamoff>(bytes)));
  std::string text((std::istreambuf_iterator<char>(in)), {});
  // Not the rest of a line: what takes paths out of it needs it whole.
  if (size > static_cast<std::streamoff>(bytes)) text.erase(0, text.find('\n') == std::string::npos ? text.size() : text.find('\n') + 1);
  return text;
}

std::string file_sha256(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return {};
  Sha256 hash;
  std::vector<char> block(1U << 16U);
  while (in) {
    in.read(block.data(), static_cast<std::streamsize>(block.size()));
    hash.add({block.data(), static_cast<std::size_t>(in.gcount())});
  }
  return in.bad() ? std::string() : hash.hexadecimal();
}

Status replace_file(const fs::path& file, const std::string& content) {
  const fs::path beside = file.string() + ".part";
  const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  bool ok = fd >= 0;
  for (std::size_t done = 0; ok && done < content.size();) {
    const ssize_t n = write(fd, content.data() + done, content.size() - done);
    ok = n > 0 || (n < 0 && errno == EINTR);
    if (n > 0) done += static_cast<std::size_t>(n);
  }
  ok = ok && fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0) close(fd);
  if (ok) return rename_to(beside, file);
  unlink(beside.c_str());
  return unwritable("cannot be written", file, std::strerror(error));
}

BatchFolder::BatchFolder(BatchFolder&& other) noexcept
    : out_(std::move(other.out_)), batch_id_(std::move(other.batch_id_)), lock_(std::exchange(other.lock_, -1)) {}

BatchFolder::~BatchFolder() {
  if (lock_ >= 0) close(lock_);
}

Result<BatchFolder> BatchFolder::open(const fs::path& out) {
  BatchFolder folder;
  std::error_code ec;
  folder.out_ = fs::absolute(out, ec).lexically_normal();
  for (const char* part : {"cases", "logs", "work"}) {
    fs::create_directories(folder.out_ / part, ec);
    if (ec) return unwritable("the output folder cannot be made", folder.out_ / part, ec.message());
  }
  if (Status s = folder.take_hold(); !s) return s.error();
  if (Status s = folder.read_batch_id(); !s) return s.error();
  folder.clear_work();
  return folder;
}

Status BatchFolder::take_hold() {
  const fs::path file = out_ / "batch.lock";
  lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (lock_ < 0) return unwritable("the output folder cannot be written", file, std::strerror(errno));
  if (flock(lock_, LOCK_EX | LOCK_NB) == 0) return ok_status();
  return Error{ErrorCode::invalid_option, "another batch is at work in this output folder", out_.string(),
               "Wait until it has ended, or name another folder."};
}

Status BatchFolder::read_batch_id() {
  const fs::path file = out_ / "batch.id";
  batch_id_ = file_content(file);
  if (batch_id_.size() == 32) return ok_status();
  std::random_device device;
  batch_id_.clear();
  for (int i = 0; i < 32; ++i) batch_id_ += "0123456789abcdef"[device() % 16U];
  return replace_file(file, batch_id_);
}

void BatchFolder::clear_work() const {
  std::error_code ec;
  std::vector<fs::path> left;
  for (fs::directory_iterator it(out_ / "work", ec), end; !ec && it != end; it.increment(ec)) left.push_back(it->path());
  for (const auto& attempt : left) {
    end_orphan(attempt / "process");
    // A process takes a moment to end, and may add a file meanwhile.
    for (int i = 0; i < 50 && (fs::remove_all(attempt, ec), fs::exists(attempt, ec)); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

Result<fs::path> BatchFolder::begin_attempt(const std::string& case_id) const {
  std::string name = (out_ / "work" / (case_id + ".XXXXXX")).string();
  if (mkdtemp(name.data()) == nullptr) return unwritable("a working folder cannot be made", out_ / "work", std::strerror(errno));
  return fs::path(name);
}

Status BatchFolder::withdraw(const std::string& case_id, const fs::path& attempt) const {
  std::error_code ec;
  if (!fs::exists(case_folder(case_id), ec)) return ok_status();
  return rename_to(case_folder(case_id), attempt / "replaced");
}

Status BatchFolder::publish(const std::string& case_id, const fs::path& attempt, const fs::path& finished) const {
  if (Status s = withdraw(case_id, attempt); !s) return s;
  return rename_to(finished, case_folder(case_id));
}

void BatchFolder::end_attempt(const fs::path& attempt) const {
  std::error_code ec;
  fs::remove_all(attempt, ec);
}

Result<std::vector<std::string>> BatchFolder::supersede(const std::vector<std::string>& case_ids) const {
  std::vector<std::string> moved;
  std::error_code ec;
  for (fs::directory_iterator it(out_ / "cases", ec), end; !ec && it != end; it.increment(ec)) {
    const std::string name = it->path().filename().string();
    if (!std::binary_search(case_ids.begin(), case_ids.end(), name)) moved.push_back(name);
  }
  std::sort(moved.begin(), moved.end());
  for (const auto& name : moved) {
    fs::create_directories(out_ / "superseded", ec);
    fs::path to = out_ / "superseded" / name;
    for (int n = 2; fs::exists(to, ec); ++n) to = out_ / "superseded" / (name + "-" + std::to_string(n));
    if (Status s = rename_to(case_folder(name), to); !s) return s.error();
  }
  return moved;
}

}  // namespace seedaudit
