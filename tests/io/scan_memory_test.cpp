// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/scan_memory.h"

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <fstream>

#include "io/archive_cases.h"
#include "io/scanned_json.h"
#include "report/manifest_json.h"
#include "tests/io/case_maker.h"

namespace seedaudit::test {
namespace fs = std::filesystem;

namespace {

constexpr const char* kProgram = "1.0 (test)";

/// Every file an hour older: what was changed just now is not remembered.
void make_old(const fs::path& root) {
  for (fs::recursive_directory_iterator it(root), end; it != end; ++it)
    if (it->is_regular_file()) fs::last_write_time(*it, fs::file_time_type::clock::now() - std::chrono::hours(1));
}

struct Scanned {
  std::string manifest;
  std::size_t read = 0, known = 0;
  Warnings notes;
};

Scanned scan(const fs::path& root, const fs::path& memory_file, const std::string& program = kProgram, bool anew = false) {
  auto memory = ScanMemory::open(memory_file, root, program, anew);
  REQUIRE(memory);
  const auto index = index_archive(root, {}, {}, &*memory);
  REQUIRE(index);
  REQUIRE(memory->commit());
  return {manifest_json(find_cases(*index,
                                   [](const std::string& id, const std::string&) {
                                     return PatientAlias{id, {}};
                                   })),
          index->headers_read, index->headers_known, memory->notes()};
}

std::string scan_without(const fs::path& root) {
  const auto index = index_archive(root, {});
  REQUIRE(index);
  return manifest_json(find_cases(*index, [](const std::string& id, const std::string&) { return PatientAlias{id, {}}; }));
}

/// One case of plain files, and one in a tar; a text, a broken slice and an empty file beside.
void make_archive(const fs::path& root) {
  CaseMaker().write(root / "plain");
  TemporaryFolder source;
  CaseMaker other;
  other.pre.patient_id = other.post.patient_id = other.plan.patient_id = other.structures.patient_id = "P2";
  other.pre.study_uid = other.plan.study_uid = other.structures.study_uid = "1.2.9.1";
  other.pre.series_uid = other.structures.image_series_uid = "1.2.9.2";
  other.pre.frame_uid = other.plan.frame_uid = other.structures.frame_uid = "1.2.9.3";
  other.pre.sop_prefix = "1.2.9.4";
  other.post.study_uid = "1.2.9.10";
  other.post.series_uid = "1.2.9.20";
  other.post.frame_uid = "1.2.9.30";
  other.post.sop_prefix = "1.2.9.40";
  other.plan.sop_uid = "1.2.9.91";
  other.structures.sop_uid = other.plan.structure_set_uid = "1.2.9.92";
  other.structures.series_uid = "1.2.9.93";
  other.with_dose = false;
  other.write(source / "in");
  const std::string pack = "tar -C '" + source.path().string() + "' -cf '" + (root / "packed.tar").string() + "' in";
  REQUIRE(std::system(pack.c_str()) == 0);
  std::ofstream(root / "readme.txt") << "no DICOM";
  std::ofstream(root / "empty.dcm");
  make_old(root);
}

fs::path first_slice(const fs::path& root) {
  std::vector<fs::path> files;
  for (fs::recursive_directory_iterator it(root / "plain"), end; it != end; ++it)
    if (it->is_regular_file()) files.push_back(it->path());
  std::sort(files.begin(), files.end());
  return files.front();
}

}  // namespace

TEST_CASE("scan memory: a second scan opens nothing that has not changed, and finds the same cases") {
  const TemporaryFolder dir, beside;
  make_archive(dir.path());
  const std::string expected = scan_without(dir.path());
  const Scanned first = scan(dir.path(), beside / "index");
  CHECK(first.manifest == expected);
  CHECK(first.known == 0);
  CHECK(first.read > 20);
  CHECK((fs::status(beside / "index").permissions() & fs::perms::all) == (fs::perms::owner_read | fs::perms::owner_write));

  // Twice, for the second is kept from what the first kept.
  for (int i = 0; i < 2; ++i) {
    const Scanned again = scan(dir.path(), beside / "index");
    CHECK(again.manifest == expected);
    CHECK(again.read == 0);
    CHECK(again.known == first.read);
    CHECK(again.notes.empty());
  }

  SECTION("what looks the same from outside is not opened: a slice and a container overwritten with their times kept") {
    for (const fs::path& file : {first_slice(dir.path()), dir / "packed.tar"}) {
      const auto when = fs::last_write_time(file);
      {
        std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
        out << std::string(300, 'x');
      }
      fs::last_write_time(file, when);
    }
    CHECK(scan_without(dir.path()) != expected);
    const Scanned again = scan(dir.path(), beside / "index");
    CHECK(again.manifest == expected);
    CHECK(again.read == 0);
    CHECK(scan(dir.path(), beside / "index", kProgram, true).manifest == scan_without(dir.path()));  // --rescan
  }
  SECTION("of the same size, but another time") {
    const fs::path slice = first_slice(dir.path());
    {
      std::fstream out(slice, std::ios::in | std::ios::out | std::ios::binary);
      out << std::string(300, 'x');
    }
    fs::last_write_time(slice, fs::file_time_type::clock::now() - std::chrono::minutes(30));
    const Scanned again = scan(dir.path(), beside / "index");
    CHECK(again.read == 1);
    CHECK(again.manifest == scan_without(dir.path()));
    CHECK(again.manifest != expected);
  }
  SECTION("another file under an old name, of the same size and time") {
    const fs::path slice = first_slice(dir.path());
    const auto when = fs::last_write_time(slice);
    std::string bytes(fs::file_size(slice), 'x');
    fs::rename(slice, beside / "away");  // keeps its inode taken
    std::ofstream(slice, std::ios::binary) << bytes;
    fs::last_write_time(slice, when);
    CHECK(scan(dir.path(), beside / "index").read == 1);
  }
  SECTION("a file and a container that are gone are gone, a new one is read") {
    fs::remove(first_slice(dir.path()));
    fs::remove(dir / "packed.tar");
    std::ofstream(dir / "new.txt") << "new";
    const Scanned again = scan(dir.path(), beside / "index");
    CHECK(again.read == 1);
    CHECK(again.manifest == scan_without(dir.path()));
    // And stay gone: nothing of them is handed on.
    CHECK(content_of(beside / "index").find("packed.tar") == std::string::npos);
  }
}

TEST_CASE("scan memory: what was changed in these seconds, and what could not be read, is read again") {
  const TemporaryFolder dir, beside;
  std::ofstream(dir / "just now.txt") << "text";
  std::ofstream(dir / "broken") << std::string(128, '\0') << "DICM" << std::string(40, '\x02');
  std::ofstream(dir / "old.txt") << "text";
  for (const char* name : {"old.txt", "broken"}) fs::last_write_time(dir / name, fs::file_time_type::clock::now() - std::chrono::hours(1));
  CHECK(scan(dir.path(), beside / "index").read == 3);
  const Scanned again = scan(dir.path(), beside / "index");
  CHECK(again.read == 2);
  CHECK(again.known == 1);
}

TEST_CASE("scan memory: a damaged one, or one of another program or archive, is made anew, with a word") {
  const TemporaryFolder dir, beside;
  make_archive(dir.path());
  const Scanned first = scan(dir.path(), beside / "index");
  const std::string whole = content_of(beside / "index");
  std::string expected_code = "INDEX_NOT_USED";
  SECTION("cut short") { fs::resize_file(beside / "index", whole.size() / 2); }
  SECTION("one character") {
    std::string altered = whole;
    const auto at = altered.find("ABDOMEN") == std::string::npos ? whole.size() / 2 : altered.find("ABDOMEN");
    altered[at] = altered[at] == 'B' ? 'C' : 'B';
    std::ofstream(beside / "index", std::ios::binary) << altered;
  }
  SECTION("something else altogether") { std::ofstream(beside / "index") << "hello\n"; }
  SECTION("empty") { std::ofstream(beside / "index") << ""; }
  SECTION("more behind its end") { std::ofstream(beside / "index", std::ios::app) << "F 1\n"; }
  SECTION("of another archive") {
    std::ofstream(beside / "index", std::ios::binary) << whole;
    const TemporaryFolder other;
    CHECK(scan(other.path(), beside / "index").notes.size() == 1);
  }
  SECTION("of another program") { CHECK(scan(dir.path(), beside / "index", "2.0").notes.size() == 1); }
  const Scanned again = scan(dir.path(), beside / "index");
  REQUIRE(again.notes.size() == 1);
  CHECK(again.notes.front().code == expected_code);
  CHECK(again.read == first.read);
  CHECK(again.manifest == first.manifest);
  CHECK(content_of(beside / "index") == whole);
}

TEST_CASE("scan memory: where it cannot be written the scan says so") {
  const TemporaryFolder dir;
  const auto memory = ScanMemory::open(dir / "no folder" / "index", dir.path(), kProgram);
  REQUIRE_FALSE(memory);
  CHECK(memory.error().code == ErrorCode::output_unwritable);
}

TEST_CASE("scanned text: every fact comes back as it was") {
  ScannedFile file;
  IndexedObject& o = file.scan.object.emplace();
  o.kind = ObjectKind::rt_plan;
  o.sop_instance_uid = "1.2.3";
  o.patient_name = "\xE8\x82\x9D^\"x\\";
  o.image_type = {"ORIGINAL", "PRIMARY"};
  o.study_date = DateTime{*parse_date("2026-03-02"), std::chrono::seconds{36000}};
  o.object_date = DateTime{*parse_date("1969-03-02"), {}};
  o.series_number = -3;
  o.kvp = 0.1 + 0.2;
  o.placement.position_mm = Eigen::Vector3d(-0.1, 1e-300, 3);
  o.placement.spacing_i_mm = 0.8;
  o.placement.rows = 512;
  o.lossy_compressed = true;
  o.referenced_series_uids = {"1", "2"};
  o.file_size = 1ULL << 40U;
  o.damage = Error{ErrorCode::truncated_file, "cut", "there", "again"};
  file.plan = PlanFacts{Error{ErrorCode::plan_unsupported, "HDR", "", ""}, true, o.study_date};
  const auto text = scanned_text(file);
  REQUIRE(text);
  const auto shared = parse_shared(text->shared);
  REQUIRE(shared);
  const auto back = parse_scanned(&*shared, text->own);
  REQUIRE(back);
  const auto again = scanned_text(*back);
  REQUIRE(again);
  CHECK(again->shared == text->shared);
  CHECK(again->own == text->own);
  const IndexedObject& b = *back->scan.object;
  CHECK(b.kind == ObjectKind::rt_plan);
  CHECK(b.patient_name == o.patient_name);
  CHECK(b.study_date->time_of_day == o.study_date->time_of_day);
  CHECK(b.object_date->date == o.object_date->date);
  CHECK_FALSE(b.object_date->time_of_day.has_value());
  CHECK(b.kvp == o.kvp);
  CHECK(*b.placement.position_mm == *o.placement.position_mm);
  CHECK(b.file_size == o.file_size);
  CHECK(b.damage->what == "cut");
  CHECK_FALSE(b.slice_thickness_mm.has_value());
  CHECK(back->plan->approved);
  CHECK(back->plan->error->code == ErrorCode::plan_unsupported);
  o.label = "\xFF\xFE";  // no UTF-8: not kept, so read again
  CHECK_FALSE(scanned_text(file));
  CHECK_FALSE(parse_shared("{}").ok());
  CHECK_FALSE(parse_scanned(nullptr, "{").ok());
}

}  // namespace seedaudit::test
