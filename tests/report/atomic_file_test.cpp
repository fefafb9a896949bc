// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/atomic_file.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>

#include "report/output_folder.h"
#include "tests/report/sample_audit.h"
#include "tests/support/temporary_folder.h"

using namespace seedaudit;
namespace fs = std::filesystem;

namespace {

int files_in(const fs::path& folder) {
  int n = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(folder)) ++n;
  return n;
}

/// No file of this process may grow beyond `bytes` while it lives: write() then fails as on a full disk (EFBIG for ENOSPC).
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    old_handler_ = ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &old_);
    rlimit limit = old_;
    limit.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    ::signal(SIGXFSZ, old_handler_);
  }

 private:
  rlimit old_{};
  void (*old_handler_)(int) = nullptr;
};

}  // namespace

TEST_CASE("a file is written whole and an older one replaced") {
  const test::TemporaryFolder folder;
  REQUIRE(write_file_atomically(folder / "a.txt", "first"));
  REQUIRE(write_file_atomically(folder / "a.txt", "second"));
  CHECK(test::content_of(folder / "a.txt") == "second");
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("a write that runs out of room leaves the old file and no temporary") {
  const test::TemporaryFolder folder;
  REQUIRE(write_file_atomically(folder / "a.txt", "kept"));
  {
    const FileSizeLimit limit(4096);
    const auto done = write_file_atomically(folder / "a.txt", std::string(100000, 'x'));
    REQUIRE(!done);
    CHECK(done.error().code == ErrorCode::output_unwritable);
    CHECK(done.error().where == (folder / "a.txt").string());
    CHECK(!done.error().hint.empty());
  }
  CHECK(test::content_of(folder / "a.txt") == "kept");
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("a full device is reported as such") {
  const auto done = write_file_atomically("/dev/full", "anything");
  REQUIRE(!done);
  CHECK(done.error().code == ErrorCode::output_unwritable);
  CHECK(done.error().what.find("No space left") != std::string::npos);
}

TEST_CASE("a folder in the way, a missing folder and a file as folder are refused with the path") {
  const test::TemporaryFolder folder;
  fs::create_directories(folder / "taken");
  CHECK(write_file_atomically(folder / "taken", "x").error().code == ErrorCode::output_unwritable);
  CHECK(write_file_atomically(folder.path() / "absent" / "a.txt", "x").error().code == ErrorCode::output_unwritable);
  REQUIRE(write_file_atomically(folder / "file", "x"));
  const auto inside = ensure_writable_folder(folder / "file");
  REQUIRE(!inside);
  CHECK(inside.error().where == (folder / "file").string());
  CHECK(ensure_writable_folder("").error().code == ErrorCode::output_unwritable);
}

TEST_CASE("a link stays a link and its file is replaced") {
  const test::TemporaryFolder folder;
  REQUIRE(write_file_atomically(folder / "real.txt", "old"));
  fs::create_symlink(folder / "real.txt", folder / "link.txt");
  REQUIRE(write_file_atomically(folder / "link.txt", "new"));
  CHECK(fs::is_symlink(folder / "link.txt"));
  CHECK(test::content_of(folder / "real.txt") == "new");
}

TEST_CASE("temporaries of a killed run are removed, those of a living one kept") {
  const test::TemporaryFolder folder;
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {  // leaves its temporary behind, as a killed run does
    auto pending = PendingFile::write(folder / "report.json", "half");
    ::_exit(pending ? 0 : 1);
  }
  int state = 0;
  REQUIRE(::waitpid(child, &state, 0) == child);
  REQUIRE(WEXITSTATUS(state) == 0);
  REQUIRE(files_in(folder.path()) == 1);
  {
    auto mine = PendingFile::write(folder / "seeds.csv", "mine");
    REQUIRE(mine);
    CHECK(remove_stale_temporaries(folder.path()) == 1);
    CHECK(files_in(folder.path()) == 1);
    REQUIRE(mine->commit());
  }
  CHECK(test::content_of(folder / "seeds.csv") == "mine");
  CHECK(!fs::exists(folder / "report.json"));
}

TEST_CASE("a pending file that is never committed leaves no trace") {
  const test::TemporaryFolder folder;
  { auto pending = PendingFile::write(folder / "a.txt", "x"); }
  CHECK(files_in(folder.path()) == 0);
}

TEST_CASE("an output folder holds the whole report, keeps foreign files and replaces its own") {
  const test::TemporaryFolder folder;
  const fs::path out = folder.path() / "deep" / "out";
  REQUIRE(write_outputs(test::full_audit(), out, {"PNG"}));
  for (const char* name : {"report.json", "seeds.csv", "dvh.csv", "log.txt", "overview.png"}) CHECK(fs::file_size(out / name) > 0);
  REQUIRE(write_file_atomically(out / "notes.txt", "mine"));
  REQUIRE(write_outputs(test::failed_audit(), out));
  CHECK(test::content_of(out / "notes.txt") == "mine");
  CHECK(test::content_of(out / "report.json").find("case-18") != std::string::npos);
  CHECK(!fs::exists(out / "overview.png"));  // the picture of the run before would be another patient's
  CHECK(files_in(out) == 5);
}

TEST_CASE("a full disk leaves the output of the run before as it was") {
  const test::TemporaryFolder folder;
  REQUIRE(write_outputs(test::full_audit(), folder.path(), {"PNG"}));
  const std::string before = test::content_of(folder / "report.json");
  {
    const FileSizeLimit limit(2048);
    const auto done = write_outputs(test::full_audit(), folder.path(), {std::string(50000, 'p')});
    REQUIRE(!done);
    CHECK(done.error().code == ErrorCode::output_unwritable);
  }
  CHECK(test::content_of(folder / "report.json") == before);
  CHECK(test::content_of(folder / "overview.png") == "PNG");
  CHECK(files_in(folder.path()) == 5);
}

TEST_CASE("a half-written output folder of a killed run is completed") {
  const test::TemporaryFolder folder;
  REQUIRE(write_file_atomically(folder / "seeds.csv", "old"));
  REQUIRE(write_outputs(test::full_audit(), folder.path()));
  CHECK(test::content_of(folder / "seeds.csv") != "old");
  CHECK(fs::exists(folder / "report.json"));
}

TEST_CASE("what no audit wrote is not replaced, what an audit wrote or a killed one left is") {
  const auto refused = [](const std::string& name, const std::string& text) {
    const test::TemporaryFolder folder;
    fs::create_directories((folder / name).parent_path());
    REQUIRE(write_file_atomically(folder / name, text));
    const Status s = check_replaceable(folder.path());
    if (s) return false;
    CHECK(s.error().code == ErrorCode::invalid_option);
    CHECK(s.error().where == (folder / name).string());
    return true;
  };
  // A case's own seed list, a planning system's export, another program's report.
  CHECK(refused("seeds.csv", "x_mm,y_mm,z_mm\n1,2,3\n"));
  CHECK(refused("dicom/plan.dcm", "DICM"));
  CHECK(refused("report.json", "{}"));
  CHECK(refused("report.json", "no JSON"));
  CHECK(refused("report.pdf", "%PDF"));
  CHECK_FALSE(refused("notes.txt", "mine"));
  CHECK_FALSE(refused("seeds.csv", "kind,id\nfound,"));  // a killed run's

  const test::TemporaryFolder folder;
  CHECK(check_replaceable(folder / "absent"));
  CHECK(check_replaceable(folder.path()));
  REQUIRE(write_outputs(test::full_audit(), folder.path(), {"PNG"}));
  CHECK(check_replaceable(folder.path()));
  fs::remove(folder / "report.json");
  CHECK(check_replaceable(folder.path()));
}
