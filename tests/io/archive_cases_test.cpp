// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <set>

#include "archive_maker.h"

namespace seedaudit::test {

namespace fs = std::filesystem;

TEST_CASE("archive: patients in one heap of files become their cases, and each reads as it does alone") {
  TemporaryFolder dir;
  for (const char* n : {"501", "502"}) {
    const CaseMaker m = patient(n);
    // Objects of both patients side by side in the same folders.
    write_ct(dir / "pre", [&] {
      CtSpec s = m.pre;
      s.file_prefix = n;
      return s;
    }());
    write_ct(dir / "post", [&] {
      CtSpec s = m.post;
      s.file_prefix = n;
      return s;
    }());
    fs::create_directories(dir / "rt");
    write_plan_file(dir / "rt" / (std::string("plan") + n), m.plan);
    write_structures_file(dir / "rt" / (std::string("set") + n), m.structures);
  }
  std::ofstream(dir / "readme.txt") << "no DICOM";
  const auto m = scan(dir.path());
  REQUIRE(m.cases.size() == 2);
  for (const char* id : {"P501", "P502"}) {
    const ArchiveCase* c = of_patient(m, id);
    REQUIRE(c);
    CHECK_FALSE(c->refusal);
    CHECK(roles(*c) == std::vector<std::string>{"plan", "postop_ct", "preop", "structures"});
    CHECK(c->phase == "day_30");  // 2025-03-01 to 2025-04-01
    CHECK(c->days_since_implant == 31);
    TemporaryFolder work;
    const auto read = read_materialised(m, *c, work.path());
    REQUIRE(read);
    CHECK(read->patient_id == id);
    CHECK(read->case_id == c->case_id);
    CHECK(read->inputs.size() == 4);
    CHECK(read->plan->seeds.size() == 5);
  }
  REQUIRE(left_out(m, "not_dicom"));
  CHECK(left_out(m, "not_dicom")->path == "readme.txt");
  CHECK(m.left_out.size() == 1);
  // The same archive, the same cases.
  CHECK(scan(dir.path()).cases[0].case_id == m.cases[0].case_id);
}

TEST_CASE("archive: day 0 and day 30 are two cases of one implant, a scan before it is left out") {
  TemporaryFolder dir;
  const CaseMaker m = patient("503");
  m.write(dir / "a");
  CtSpec early = m.post, before = m.post;
  early.study_date = "20250302";
  before.study_date = "20240101";
  for (auto [spec, n] : {std::pair{&early, "0"}, std::pair{&before, "1"}}) {
    spec->series_uid += n;
    spec->frame_uid += n;
    spec->sop_prefix += n;
    write_ct(dir / (std::string("more") + n), *spec);
  }
  const auto found = scan(dir.path());
  REQUIRE(found.cases.size() == 2);
  CHECK(found.cases[0].implant == found.cases[1].implant);
  CHECK(found.cases[0].case_id != found.cases[1].case_id);
  std::vector<std::string> phases{found.cases[0].phase, found.cases[1].phase};
  std::sort(phases.begin(), phases.end());
  CHECK(phases == std::vector<std::string>{"day_0", "day_30"});
  REQUIRE(left_out(found, "before_plan"));
  CHECK(left_out(found, "before_plan")->path.starts_with("more1/"));
}

TEST_CASE("archive: a supplementary implant is an implant of its own") {
  TemporaryFolder dir;
  patient("504").write(dir / "first");
  CaseMaker second = patient("505");
  for (std::string* id : {&second.pre.patient_id, &second.post.patient_id, &second.plan.patient_id, &second.structures.patient_id})
    *id = "P504";
  second.pre.study_date = "20250601";
  second.post.study_date = "20250702";
  second.plan.date = "20250601";
  second.plan.sources[0].date = "20250602";
  second.write(dir / "second");
  const auto m = scan(dir.path());
  std::set<std::string> implants;
  for (const auto& c : m.cases) {
    implants.insert(c.implant);
    CHECK_FALSE(c.refusal);
    CHECK(c.patient == "P504");
  }
  CHECK(implants.size() == 2);
  // Day 30 of each, and the image of the second plan, which shows the seeds of the first.
  CHECK(m.cases.size() == 3);
}

TEST_CASE("archive: what cannot be audited keeps its row, with the reason") {
  TemporaryFolder dir;
  CaseMaker m = patient("506");
  SECTION("no post-op CT") {
    m.with_post = false;
    m.write(dir / "p/c");
    const auto found = scan(dir.path());
    REQUIRE(found.cases.size() == 1);
    REQUIRE(found.cases[0].refusal);
    CHECK(found.cases[0].refusal->code == ErrorCode::no_postop_ct);
    TemporaryFolder work;
    const auto text = materialise_case(found, found.cases[0], work.path());
    REQUIRE_FALSE(text);
    CHECK(text.error().code == ErrorCode::no_postop_ct);
  }
  SECTION("two plans that nothing tells apart") {
    m.write(dir / "p");
    PlanSpec twin = m.plan;
    twin.sop_uid += ".1";
    write_plan_file(dir / "p" / "twin", twin);
    const auto found = scan(dir.path());
    REQUIRE(found.cases.size() == 1);
    REQUIRE(found.cases[0].refusal);
    CHECK(found.cases[0].refusal->what.find("nothing tells apart") != std::string::npos);
    CHECK(left_out(found, "ambiguous_plan"));
  }
  SECTION("of two plans the later goes before, and the other is named") {
    m.write(dir / "p");
    PlanSpec later = m.plan;
    later.sop_uid += ".1";
    later.date = "20250302";
    write_plan_file(dir / "p" / "later", later);
    const auto found = scan(dir.path());
    REQUIRE(found.cases.size() == 1);
    CHECK_FALSE(found.cases[0].refusal);
    CHECK(left_out(found, "other_plan"));
  }
  SECTION("an external-beam plan is none") {
    m.with_plan = false;
    m.write(dir / "p");
    PlanSpec other = m.plan;
    other.technique = "INTRACAVITARY";
    write_plan_file(dir / "p" / "other", other);
    const auto found = scan(dir.path());
    CHECK(left_out(found, "plan_unsupported"));
    REQUIRE(found.cases.size() == 1);
    CHECK(found.cases[0].notes.front().code == "PLAN_ABSENT");
  }
  SECTION("the post-op CT of another patient") {
    m.post.patient_id = "P999";
    m.write(dir / "p/c");
    patient("507").write(dir / "p2/c");
    const auto found = scan(dir.path());
    REQUIRE(found.cases.size() == 2);
    CHECK_FALSE(of_patient(found, "P507")->refusal);
    REQUIRE(of_patient(found, "P506"));
    REQUIRE(of_patient(found, "P506")->refusal);
    CHECK(of_patient(found, "P506")->refusal->code == ErrorCode::patient_mismatch);
  }
  SECTION("a plan of another patient in the same study") {
    m.plan.patient_id = "P998";
    m.write(dir / "p");
    const auto found = scan(dir.path());
    REQUIRE(found.cases.size() == 1);
    REQUIRE(found.cases[0].refusal);
    CHECK(found.cases[0].refusal->code == ErrorCode::patient_mismatch);
  }
  SECTION("a truncated file that names nobody is held against the patient around it, and nobody else") {
    m.write(dir / "p");
    patient("508").write(dir / "q");
    const std::string bytes = read_bytes(dir / "p/a/2");
    write_bytes(dir / "p/a/2", bytes.substr(0, bytes.size() / 2));
    const auto found = scan(dir.path());
    REQUIRE(found.cases.size() == 2);
    CHECK_FALSE(of_patient(found, "P508")->refusal);
    REQUIRE(of_patient(found, "P506")->refusal);
    CHECK(of_patient(found, "P506")->refusal->code == ErrorCode::truncated_file);
    CHECK(of_patient(found, "P506")->refusal->where == "p/a/2");
    CHECK(left_out(found, "truncated"));
  }
  SECTION("a slice whose pixels are cut") {
    m.post.spoil = [](std::string& b, int k) {
      if (k == 3) b.resize(b.size() - 100);
    };
    m.write(dir / "p");
    const auto found = scan(dir.path());
    REQUIRE(found.cases.size() == 1);
    REQUIRE(found.cases[0].refusal);
    CHECK(found.cases[0].refusal->code == ErrorCode::truncated_file);
  }
  SECTION("copies are left out; different objects of one UID are refused") {
    m.write(dir / "p");
    fs::copy_file(dir / "p/a/1", dir / "p/a/copy");
    auto found = scan(dir.path());
    REQUIRE(found.cases.size() == 1);
    CHECK_FALSE(found.cases[0].refusal);
    REQUIRE(left_out(found, "duplicate"));
    CHECK(left_out(found, "duplicate")->path == "p/a/copy");
    CtSpec clash = m.post;
    clash.slices = 1;
    clash.origin_mm.z() += 1.1;
    write_ct(dir / "p/clash", clash);
    found = scan(dir.path());
    REQUIRE(found.cases.size() == 1);
    REQUIRE(found.cases[0].refusal);
    CHECK(found.cases[0].refusal->what.find("one SOP Instance UID") != std::string::npos);
  }
}

TEST_CASE("archive: without a plan the CT is still a case, earlier output and links to nothing are left out, loops end") {
  TemporaryFolder dir;
  CaseMaker m = patient("509");
  m.with_plan = m.with_structures = m.with_pre = false;
  m.write(dir / "p");
  fs::create_directories(dir / "p-audit/dicom");
  std::ofstream(dir / "p-audit/report.json") << "{}";
  std::ofstream(dir / "p-audit/seeds.csv") << "id";
  write_plan_file(dir / "p-audit/dicom/plan.dcm", m.plan);
  fs::create_directory_symlink("..", dir / "p/loop");
  fs::create_symlink("nowhere", dir / "p/broken");
  const auto found = scan(dir.path());
  REQUIRE(found.cases.size() == 1);
  CHECK_FALSE(found.cases[0].refusal);
  CHECK(found.cases[0].phase.empty());
  CHECK(found.cases[0].notes.front().code == "PLAN_ABSENT");
  CHECK(left_out(found, "audit_output"));
  CHECK(left_out(found, "broken_link"));
}

TEST_CASE("archive: a folder with a case.json is a case by itself") {
  TemporaryFolder dir;
  patient("510").write(dir / "p");
  std::ofstream(dir / "p/case.json") << R"({"implant_date": "2025-03-01"})";
  fs::create_directories(dir / "bad");
  std::ofstream(dir / "bad/case.json") << R"({"implant_dat": 1})";
  const auto found = scan(dir.path());
  REQUIRE(found.cases.size() == 2);
  for (const auto& c : found.cases) CHECK(c.inputs.empty());
  const bool first_good = found.cases[0].request_file == "p/case.json";
  CHECK_FALSE(found.cases[first_good ? 0 : 1].refusal);
  REQUIRE(found.cases[first_good ? 1 : 0].refusal);
  CHECK(found.cases[first_good ? 1 : 0].refusal->code == ErrorCode::bad_json);
}

TEST_CASE("archive: an absent archive, and one that is a file, are refused") {
  TemporaryFolder dir;
  std::ofstream(dir / "file") << "x";
  CHECK(index_archive(dir / "nowhere", {}).error().code == ErrorCode::path_not_found);
  CHECK(index_archive(dir / "file", {}).error().code == ErrorCode::unreadable_file);
}

}  // namespace seedaudit::test
