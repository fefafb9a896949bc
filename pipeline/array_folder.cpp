// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/array_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <thread>

#include "pipeline/batch_folder.h"
#include "pipeline/unwritable.h"

namespace seedaudit {
namespace {

namespace fs = std::filesystem;

Error damaged(const std::string& what, const fs::path& where) {
  return Error{ErrorCode::bad_json, what, where.string(), "The case is audited again."};
}

Status append_line(const fs::path& file, const std::string& line) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  const std::string text = line + "\n";
  const bool ok = fd >= 0 && write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0) close(fd);
  return ok ? ok_status() : unwritable("cannot be written", file, std::strerror(error));
}

void remove_stubbornly(const fs::path& folder) {
  std::error_code ec;
  // A process takes a moment to end, and may add a file meanwhile.
  for (int i = 0; i < 50 && (fs::remove_all(folder, ec), fs::exists(folder, ec)); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

std::vector<ArrayCase> parse_cases(const std::string& text) {
  std::vector<ArrayCase> cases;
  std::istringstream in(text);
  for (ArrayCase c; in >> c.case_id >> c.key;) cases.push_back(c);
  return cases;
}

std::string cases_text(const std::vector<ArrayCase>& cases) {
  std::string text;
  for (const ArrayCase& c : cases) text += c.case_id + " " + c.key + "\n";
  return text;
}

}  // namespace

Result<ArrayFolder> ArrayFolder::make(const fs::path& parent) {
  std::error_code ec;
  fs::create_directories(parent, ec);
  fs::permissions(parent, fs::perms::owner_all, ec);  // file names of the archive stand below
  std::string name = (parent / "XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) return unwritable("a folder for the array cannot be made", parent, std::strerror(errno));
  for (const char* part : {"chunks", "work", "done", "collected", "begun", "logs"}) {
    fs::create_directory(fs::path(name) / part, ec);
    if (ec) return unwritable("a folder for the array cannot be made", name, ec.message());
  }
  return ArrayFolder(name);
}

Status ArrayFolder::write_chunks(const std::vector<std::vector<ArrayCase>>& chunks) const {
  std::string all;
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    if (Status s = replace_file(folder_ / "chunks" / std::to_string(i + 1), cases_text(chunks[i])); !s) return s;
    all += cases_text(chunks[i]);
  }
  return replace_file(folder_ / "keys", all);
}

Status ArrayFolder::note_job(const std::string& job) const { return replace_file(folder_ / "job", job); }
std::string ArrayFolder::job() const { return file_content(folder_ / "job"); }
std::vector<ArrayCase> ArrayFolder::cases() const { return parse_cases(file_content(folder_ / "keys")); }

std::vector<std::string> ArrayFolder::done() const {
  std::vector<std::string> names;
  std::error_code ec;
  for (fs::directory_iterator it(folder_ / "done", ec), end; !ec && it != end; it.increment(ec)) {
    // What is being removed begins with a point.
    if (const std::string name = it->path().filename().string(); name.front() != '.') names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<CaseAttempt> ArrayFolder::read(const ArrayCase& c) const {
  const fs::path folder = folder_ / "done" / c.case_id;
  const std::string text = file_content(folder / "ended");
  const auto line = text.find('\n');
  if (line == std::string::npos) return damaged("the note on how a case ended is missing", folder);
  std::istringstream head(text.substr(0, line));
  std::string key, report;
  head >> key >> report;
  if (key != c.key) return damaged("the case was audited under other options", folder);
  auto attempt = parse_attempt(std::string_view(text).substr(line + 1));
  if (!attempt) return attempt;
  const fs::path written = folder / "out" / "report.json";
  if (report != (report == "none" ? "none" : file_sha256(written))) return damaged("the report is not the one that was written", written);
  attempt->folder = folder;
  return attempt;
}

void ArrayFolder::recover(const std::string& case_id, const fs::path& published) const {
  const fs::path folder = folder_ / "done" / case_id;
  std::error_code ec;
  if (fs::exists(folder / "out", ec)) return;
  std::istringstream head(file_content(folder / "ended"));
  std::string key, report;
  head >> key >> report;
  if (!report.empty() && report == file_sha256(published / "report.json")) fs::rename(published, folder / "out", ec);
}

Status ArrayFolder::mark_collected(const std::string& case_id) const { return replace_file(folder_ / "collected" / case_id, ""); }

void ArrayFolder::drop(const std::string& case_id) const {
  // Out of the way at once: half removed it would look like an attempt without a note.
  const fs::path aside = folder_ / "done" / ("." + case_id);
  std::error_code ec;
  fs::remove_all(aside, ec);
  fs::rename(folder_ / "done" / case_id, aside, ec);
  fs::remove_all(aside, ec);
}

void ArrayFolder::remove() const {
  remove_stubbornly(folder_);
  std::error_code ec;
  fs::remove(folder_.parent_path(), ec);  // where it was the last one
}

Result<std::vector<ArrayCase>> ArrayFolder::chunk(int task) const {
  const fs::path file = folder_ / "chunks" / std::to_string(task);
  std::error_code ec;
  if (!fs::exists(file, ec))
    return Error{ErrorCode::path_not_found, "no such task", file.string(), "Its batch has ended or gone on without it; nothing is lost."};
  auto cases = parse_cases(file_content(file));
  if (cases.empty()) return Error{ErrorCode::bad_json, "the list of the task's cases is empty", file.string(), "Run the batch again."};
  return cases;
}

bool ArrayFolder::has_ended(const std::string& case_id) const {
  std::error_code ec;
  return fs::exists(folder_ / "done" / case_id / "ended", ec) || fs::exists(folder_ / "collected" / case_id, ec);
}

Result<int> ArrayFolder::begin(const std::string& case_id) const {
  std::error_code ec;
  std::vector<fs::path> left;
  for (fs::directory_iterator it(folder_ / "work", ec), end; !ec && it != end; it.increment(ec)) {
    const std::string name = it->path().filename().string();
    if (name.size() == case_id.size() + 7 && name.rfind(case_id + ".", 0) == 0) left.push_back(it->path());
  }
  for (const auto& attempt : left) {
    // Taken away first: should the task that made it still run somewhere, it finds nothing to put into place, and cannot take the end of
    // its process for an end of the case.
    const fs::path taken = folder_ / "work" / ("taken." + attempt.filename().string());
    fs::rename(attempt, taken, ec);
    if (ec) continue;
    end_orphan(taken / "process");
    remove_stubbornly(taken);
  }
  if (Status s = append_line(folder_ / "begun" / case_id, "+"); !s) return s.error();
  int begun = 0;
  for (const char c : file_content(folder_ / "begun" / case_id)) begun += c == '+' ? 1 : c == '-' ? -1 : 0;
  return begun;
}

void ArrayFolder::give_back(const std::string& case_id) const {
  // A note that cannot be made counts one attempt too many, no more.
  const Status noted = append_line(folder_ / "begun" / case_id, "-");
  static_cast<void>(noted);
}

Result<fs::path> ArrayFolder::attempt_folder(const std::string& case_id) const {
  std::string name = (folder_ / "work" / (case_id + ".XXXXXX")).string();
  if (mkdtemp(name.data()) == nullptr) return unwritable("a working folder cannot be made", folder_ / "work", std::strerror(errno));
  return fs::path(name);
}

Status ArrayFolder::put(const ArrayCase& c, const CaseAttempt& attempt) const {
  std::string report = file_sha256(attempt.folder / "out" / "report.json");
  if (report.empty()) report = "none";
  std::error_code ec;
  Status noted = replace_file(attempt.folder / "ended", c.key + " " + report + "\n" + attempt_text(attempt));
  if (noted) {
    fs::rename(attempt.folder, folder_ / "done" / c.case_id, ec);
    if (!ec) return ok_status();
    noted = unwritable("a finished case cannot be moved into place", folder_ / "done" / c.case_id, ec.message());
  }
  const bool taken_over = !fs::exists(attempt.folder, ec);
  fs::remove_all(attempt.folder, ec);
  return taken_over || has_ended(c.case_id) ? ok_status() : noted;
}

}  // namespace seedaudit
