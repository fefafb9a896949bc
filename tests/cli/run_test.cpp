// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// What `seedaudit run` promises to its caller: exit status, one clear message, whole files or none.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <utility>
#include <vector>

#include "tests/cli/case_on_disk.h"
#include "tests/support/says.h"

namespace fs = std::filesystem;
using namespace seedaudit::test;
using Json = nlohmann::json;

namespace {

int lines_of(const std::string& text) { return static_cast<int>(std::count(text.begin(), text.end(), '\n')); }

/// A refused case: this status, one message on stderr that says this, nothing on stdout, no output folder.
void check_refused(const fs::path& case_path, const std::string& more, const std::string& word, int status = 3) {
  const TemporaryFolder outside;
  const fs::path out = outside / "audit";
  const CommandResult r = run_program("run " + quoted(case_path) + " -o " + quoted(out) + " --no-progress " + more);
  INFO(r.err);
  CHECK(r.status == status);
  CHECK(says(r.err, word));
  CHECK(lines_of(r.err) == 1);
  CHECK(r.out.empty());
  CHECK_FALSE(fs::exists(out));
}

Json without_timing(const fs::path& report) {
  Json j = Json::parse(content_of(report));
  j.erase("timing_s");
  j["provenance"]["options"].erase("threads");
  return j;
}

}  // namespace

TEST_CASE("run: a whole audit exits 0 and leaves a whole report") {
  const TemporaryFolder folder;
  write_case(folder / "case");
  const CommandResult r = run_program("run " + quoted(folder / "case") + " -o " + quoted(folder / "out") + " --no-progress");
  INFO(r.err);
  REQUIRE(r.status == 0);
  for (const char* name : {"report.json", "seeds.csv", "dvh.csv", "log.txt"}) CHECK(fs::exists(folder / "out" / name));
  CHECK_FALSE(fs::exists(folder / "out" / "checkerboard.png"));            // there is no pre-op image
  CHECK_FALSE(fs::exists(folder / "out" / "dicom" / "registration.dcm"));  // plan and scan share their frame of reference
  const Json j = Json::parse(content_of(folder / "out" / "report.json"));
  CHECK(j["postop"]["seed_count"] == 27);
  CHECK(j["postop"]["planned_count"] == 27);
  CHECK(j["dose"]["structures"][0]["name"] == "CTV");
  CHECK(j["dose"]["structures"][0]["postop"]["d90_gy"].is_number());
  CHECK(says(r.out, "report.json"));

  // Nobody's name in what leaves the clinic.
  for (const char* name : {"report.json", "seeds.csv", "dvh.csv", "log.txt"}) {
    const std::string text = content_of(folder / "out" / name);
    CHECK_FALSE(says(text, "Meier"));
    CHECK_FALSE(says(text, "PAT-4711"));
  }
}

TEST_CASE("run: the report does not depend on the number of threads, nor on how often it is made", "[heavy]") {
  const TemporaryFolder folder;
  write_case(folder / "case");
  for (const char* threads : {"1", "2"}) {
    const CommandResult r =
        run_program("run " + quoted(folder / "case") + " -o " + quoted(folder / threads) + " --no-progress --threads " + threads);
    INFO(r.err);
    REQUIRE(r.status == 0);
  }
  CHECK(without_timing(folder / "1" / "report.json") == without_timing(folder / "2" / "report.json"));
  for (const char* name : {"seeds.csv", "dvh.csv"}) CHECK(content_of(folder / "1" / name) == content_of(folder / "2" / name));
}

TEST_CASE("run: --json prints the report, --fail-on turns a flag into status 10, without -o the folder lies beside the case", "[heavy]") {
  const TemporaryFolder folder;
  write_case(folder / "case");
  const CommandResult r = run_program("run " + quoted(folder / "case") + " --no-progress --json --fail-on warn");
  INFO(r.err);
  CHECK(r.status == 10);  // the source model is assumed: a warning
  const Json printed = Json::parse(r.out);
  CHECK(printed == Json::parse(content_of(folder / "case-audit" / "report.json")));
  CHECK(std::regex_match(printed["case_id"].get<std::string>(), std::regex("case-[0-9a-f]{8}")));
}

TEST_CASE("run: a case.json says how the run works, the command line goes first", "[heavy]") {
  const TemporaryFolder folder;
  write_case(folder / "case");
  std::ofstream(folder / "ours.json") << R"({"dose": {"formalism": "1d"}})";
  std::ofstream(folder / "case.json") << R"({"case": "case", "config": "ours.json", "identity": "none", "fail_on": "warn", "threads": 1,
    "no_progress": true, "log_level": "info", "json": true})";
  const CommandResult r = run_program("run " + quoted(folder / "case.json") + " -o " + quoted(folder / "out"));
  INFO(r.err);
  CHECK(r.status == 10);
  CHECK_FALSE(says(r.err, " ..."));  // a line of progress
  CHECK(says(r.err, "target: "));    // a decision, told at level info
  CHECK(r.out == content_of(folder / "out" / "report.json"));
  CHECK(Json::parse(r.out)["dose"]["formalism"] == "TG-43U1 1D");
  CHECK_FALSE(says(content_of(folder / "out" / "report.html"), "PAT-4711"));
  std::ofstream(folder / "theirs.json") << R"({"dose": {"formalism": "2d"}})";
  const CommandResult other = run_program("run " + quoted(folder / "case.json") + " -o " + quoted(folder / "out") +
                                          " --fail-on action --identity keep --log-level error --config " + quoted(folder / "theirs.json"));
  INFO(other.err);
  CHECK(other.status == 0);
  CHECK(other.err.empty());
  CHECK(Json::parse(other.out)["dose"]["formalism"] == "TG-43U1 2D");
  CHECK(says(content_of(folder / "out" / "report.html"), "PAT-4711"));
}

TEST_CASE("run: bad input, an empty folder") {
  const TemporaryFolder folder;
  check_refused(folder.path(), "", folder.path().filename().string());
  check_refused(folder / "absent", "", "absent");
}

TEST_CASE("run: bad input, wrong modality") {
  const TemporaryFolder folder;
  DiskCaseOptions o;
  o.modality = "MR";
  write_case(folder / "case", o);
  check_refused(folder / "case", "", "CT");
  // A plan where an image is expected.
  check_refused(folder / "case", "--postop-ct " + quoted(folder / "case" / "rtplan.dcm"), "rtplan.dcm");
}

TEST_CASE("run: bad input, a truncated slice is named") {
  const TemporaryFolder folder;
  write_case(folder / "case");
  fs::path slice;
  for (const auto& e : fs::directory_iterator(folder / "case" / "ct"))
    if (slice.empty() || e.path() < slice) slice = e.path();
  fs::resize_file(slice, fs::file_size(slice) / 2);
  check_refused(folder / "case", "", slice.filename().string());
}

TEST_CASE("run: bad input, a plan that cannot be read") {
  const TemporaryFolder folder;
  write_case(folder / "case");
  std::ofstream(folder / "case" / "notes.dcm") << "not DICOM at all";
  check_refused(folder / "case", "--plan " + quoted(folder / "case" / "notes.dcm"), "notes.dcm");
}

TEST_CASE("run: bad input, a plan without strength says how to give one", "[heavy]") {
  const TemporaryFolder folder;
  DiskCaseOptions o;
  o.plan.write_strength = false;
  write_case(folder / "case", o);
  check_refused(folder / "case", "", "--strength-u");
  const CommandResult r =
      run_program("run " + quoted(folder / "case") + " -o " + quoted(folder / "out") + " --no-progress --activity-mci 0.8");
  INFO(r.err);
  CHECK(r.status == 0);
}

TEST_CASE("run: bad input, a target that is not there lists the names there are") {
  const TemporaryFolder folder;
  write_case(folder / "case");
  check_refused(folder / "case", "--target GTVX", "CTV");
}

TEST_CASE("run: bad input, CT and plan of different patients") {
  const TemporaryFolder folder;
  DiskCaseOptions o;
  o.plan_patient_id = "PAT-0815";
  write_case(folder / "case", o);
  check_refused(folder / "case", "", "patient");
}

TEST_CASE("run: a CT without seeds fails with 4 and reports what needs none") {
  const TemporaryFolder folder;
  DiskCaseOptions o;
  o.with_seeds = false;
  write_case(folder / "case", o);
  // The only CT of a folder is not taken for the post-op one where it shows no metal; named, it is.
  check_refused(folder / "case", "", "no seeds");
  const CommandResult r = run_program("run " + quoted(folder / "case") + " --postop-ct " + quoted(folder / "case" / "ct") + " -o " +
                                      quoted(folder / "out") + " --no-progress");
  INFO(r.err);
  CHECK(r.status == 4);
  CHECK(says(r.err, "no seed"));
  const Json j = Json::parse(content_of(folder / "out" / "report.json"));
  CHECK(j["status"] == "failed");
  CHECK(j["postop"]["seed_count"] == 0);
  CHECK(j["dose"]["structures"][0]["preop"]["d90_gy"].is_number());
  CHECK(j["dose"]["structures"][0]["postop"].is_null());
}

TEST_CASE("run: a scan alone gets its reduced report", "[heavy]") {
  const TemporaryFolder folder;
  DiskCaseOptions o;
  o.with_plan = o.with_structures = false;
  write_case(folder / "case", o);
  const CommandResult r = run_program("run " + quoted(folder / "case") + " -o " + quoted(folder / "out") + " --no-progress");
  INFO(r.err);
  CHECK(r.status == 0);
  const Json j = Json::parse(content_of(folder / "out" / "report.json"));
  CHECK(j["status"] == "review");
  CHECK(j["postop"]["seed_count"] == 27);
}

TEST_CASE("run: usage errors exit 2 and write nothing") {
  const TemporaryFolder folder;
  write_case(folder / "case");
  check_refused(folder / "case", "--implanted -3", "implanted", 2);
  check_refused(folder / "case", "--rx-gy 12000", "rx_gy", 2);
  check_refused(folder / "case", "--register elastic", "elastic", 3);
  check_refused(folder / "case", "--site elbow", "elbow", 2);
  check_refused(folder / "case", "--entry 1,2", "1,2", 2);
  CHECK(run_program("run").status == 2);
  CHECK(run_program("no-such-command").status == 2);
  CHECK(run_program("").status == 2);
  CHECK(run_program("run --no-such-option x").status == 2);
}

TEST_CASE("run: bad input, a file of limits with an unknown key, another type, a value out of range, a key stated twice") {
  const TemporaryFolder folder;
  write_case(folder / "case");
  const std::vector<std::pair<std::string, std::string>> files{{R"({"limits": {"margn_mm": 12}})", "limits.margin_mm"},
                                                               {R"({"limits": {"margin_mm": "wide"}})", "wide"},
                                                               {R"({"limits": {"margin_mm": -12}})", "-12"},
                                                               {R"({"limits": {"margin_mm": "nan"}})", "nan"},
                                                               {R"({"limits": {"site": "kidney"}})", "kidney"},
                                                               {R"({"limits": {"red_d90_pct": 99, "amber_d90_pct": 98}})", "not in order"},
                                                               {R"({"limits": {"margin_mm": 12}, "limits.margin_mm": 5})", "twice"}};
  for (const auto& [text, word] : files) {
    std::ofstream(folder / "limits.json") << text;
    for (const char* option : {"--config ", "--site "}) {
      check_refused(folder / "case", option + quoted(folder / "limits.json"), word);
      check_refused(folder / "case", option + quoted(folder / "limits.json"), "limits.json");
    }
  }
}

TEST_CASE("run: a configuration changes the answer and stands in the report", "[heavy]") {
  const TemporaryFolder folder;
  write_case(folder / "case");
  std::ofstream(folder / "config.json") << R"({"limits": {"placed_mm": 0.11}, "dose": {"formalism": "1d"}})";
  const CommandResult r = run_program("run " + quoted(folder / "case") + " -o " + quoted(folder / "out") + " --no-progress --config " +
                                      quoted(folder / "config.json"));
  INFO(r.err);
  REQUIRE(r.status == 0);
  const Json j = Json::parse(content_of(folder / "out" / "report.json"));
  CHECK(j["dose"]["formalism"] == "TG-43U1 1D");
  CHECK(j["provenance"]["options"]["limits.placed_mm"] == "0.11");
}

TEST_CASE("run: no space left leaves no half-written file", "[heavy]") {
  const TemporaryFolder folder;
  write_case(folder / "case");
  // A file size limit of 8 blocks stops the larger outputs as a full disk does.
  const CommandResult r =
      run_program("run " + quoted(folder / "case") + " -o " + quoted(folder / "out") + " --no-progress", "ulimit -f 8;");
  INFO(r.err);
  CHECK(r.status == 5);
  CHECK_FALSE(r.err.empty());
  CHECK_FALSE(fs::exists(folder / "out" / "report.json"));
  if (fs::exists(folder / "out")) CHECK(fs::is_empty(folder / "out"));
}

TEST_CASE("run: an output folder that cannot be written is told before the work") {
  const TemporaryFolder folder;
  write_case(folder / "case");
  std::ofstream(folder / "file") << "in the way";
  const CommandResult r = run_program("run " + quoted(folder / "case") + " -o " + quoted(folder / "file" / "out") + " --no-progress");
  INFO(r.err);
  CHECK(r.status == 5);
  CHECK(lines_of(r.err) == 1);
  CHECK(content_of(folder / "file") == "in the way");
}

TEST_CASE("run: an output folder that another run holds, or that holds the user's own files of our names, is refused") {
  const TemporaryFolder folder;
  write_case(folder / "case");
  fs::create_directories(folder / "out");
  const int held = open((folder / "out").c_str(), O_RDONLY | O_DIRECTORY);
  REQUIRE(flock(held, LOCK_EX) == 0);
  const std::string run = "run " + quoted(folder / "case") + " --no-progress -o ";
  const CommandResult second = run_program(run + quoted(folder / "out"));
  close(held);
  CHECK(second.status == 2);
  CHECK(says(second.err, "another run"));
  CHECK(fs::is_empty(folder / "out"));
  // The case's own folder as the output: its list and plan would be lost.
  std::ofstream(folder / "case" / "seeds.csv") << "x_mm,y_mm,z_mm\n";
  const CommandResult own = run_program(run + quoted(folder / "case"));
  CHECK(own.status == 2);
  CHECK(says(own.err, "seeds.csv"));
  CHECK(content_of(folder / "case" / "seeds.csv") == "x_mm,y_mm,z_mm\n");
}

TEST_CASE("run: a folder that a killed run left half written is made whole", "[heavy]") {
  const TemporaryFolder folder;
  write_case(folder / "case");
  fs::create_directories(folder / "out");
  std::ofstream(folder / "out" / "seeds.csv") << "kind,id\nfound,";
  std::ofstream(folder / "out" / "notes.txt") << "the user's own";
  const CommandResult r = run_program("run " + quoted(folder / "case") + " -o " + quoted(folder / "out") + " --no-progress");
  INFO(r.err);
  REQUIRE(r.status == 0);
  CHECK(fs::exists(folder / "out" / "report.json"));
  CHECK(lines_of(content_of(folder / "out" / "seeds.csv")) >= 28);
  CHECK(content_of(folder / "out" / "notes.txt") == "the user's own");
  for (const auto& e : fs::directory_iterator(folder / "out")) CHECK(e.path().filename().string().front() != '.');
}

TEST_CASE("run: seeds of an earlier implant are set aside, and their dose is added by name", "[heavy]") {
  const TemporaryFolder folder;
  write_case(folder / "case");
  const std::string audit = "run " + quoted(folder / "case") + " --no-progress -o ";
  REQUIRE(run_program(audit + quoted(folder / "all")).status == 0);
  const Json all = Json::parse(content_of(folder / "all" / "report.json"));
  // Three of the 27 seeds that the scan shows are said to be old ones.
  std::ofstream list((folder / "old.csv").string());
  list << "x_mm,y_mm,z_mm,strength_u\n";
  for (std::size_t n = 0; n < 3; ++n) {
    const Json& c = all["postop"]["seeds"][n]["center_mm"];
    list << c[0].get<double>() + 0.4 << "," << c[1] << "," << c[2] << ",0.5\n";
  }
  list.close();
  const std::string earlier = " --earlier-seeds " + quoted(folder / "old.csv");
  const CommandResult without = run_program(audit + quoted(folder / "out") + earlier);
  CHECK(without.status == 3);
  CHECK(says(without.err, "--earlier-source"));
  const CommandResult r = run_program(audit + quoted(folder / "out") + earlier + " --earlier-source 6711 --earlier-date 2024-01-31");
  INFO(r.err);
  REQUIRE(r.status == 0);
  const Json j = Json::parse(content_of(folder / "out" / "report.json"));
  CHECK(j["postop"]["seed_count"] == 24);
  CHECK(j["dose"]["earlier_implant"]["found_again"] == 3);
  const Json& target = j["dose"]["structures"][0];
  CHECK(target["postop"]["d90_gy"] < all["dose"]["structures"][0]["postop"]["d90_gy"]);
  CHECK(target["postop_with_earlier_implant"]["d90_gy"] > target["postop"]["d90_gy"]);
  CHECK(target["earlier_implant"]["d90_gy"] > 0.0);
  CHECK(says(r.out, "earlier implant"));
  CHECK(run_program(audit + quoted(folder / "no") + " --earlier-date 2024-01-31").status != 0);
}

TEST_CASE("run: seeds are followed to a later list", "[heavy]") {
  const TemporaryFolder folder;
  write_case(folder / "case");
  REQUIRE(run_program("run " + quoted(folder / "case") + " -o " + quoted(folder / "first") + " --no-progress").status == 0);
  const Json first = Json::parse(content_of(folder / "first" / "report.json"));
  CHECK_FALSE(first.contains("follow_up"));
  std::ofstream list(folder / "later.csv");
  list << "x_mm,y_mm,z_mm\n";
  for (const auto& s : first["postop"]["seeds"]) {
    const double away = s["id"] == 5 ? 40.0 : 0.0;
    list << 0.95 * s["center_mm"][0].get<double>() + 8.0 << "," << 0.95 * s["center_mm"][1].get<double>() + away << ","
         << 0.95 * s["center_mm"][2].get<double>() - 30.0 << "\n";
  }
  list.close();
  const CommandResult r = run_program("run " + quoted(folder / "case") + " -o " + quoted(folder / "out") + " --no-progress --later-seeds " +
                                      quoted(folder / "later.csv"));
  INFO(r.err);
  REQUIRE(r.status == 0);
  CHECK(says(r.out, "Follow-up"));
  const Json f = Json::parse(content_of(folder / "out" / "report.json"))["follow_up"];
  CHECK(f["outcome"] == "ok");
  CHECK(std::abs(f["scale"].get<double>() - 0.95) < 0.002);
  for (const auto& s : f["seeds"]) CHECK(s["status"] == (s["id"] == 5 ? "migrated" : "stayed"));
}

TEST_CASE("run: a review is applied in a folder of its own, shows both results, and never overwrites an audit", "[heavy]") {
  const TemporaryFolder folder;
  write_case(folder / "case");
  REQUIRE(run_program("run " + quoted(folder / "case") + " -o " + quoted(folder / "out") + " --no-progress").status == 0);
  const Json own = Json::parse(content_of(folder / "out" / "report.json"));
  Json review = {{"schema_version", "1.0"},
                 {"case_id", own["case_id"]},
                 {"inputs_sha256", own["provenance"]["inputs_sha256"]},
                 {"findings_sha256", own["provenance"]["findings_sha256"]},
                 {"reviewer", "A. Physicist"},
                 {"date", "2026-04-02"},
                 {"actions", Json::array({{{"action", "reject"}, {"seed", 14}, {"reason", "clip"}}})}};
  std::ofstream(folder / "review.json") << review;
  const std::string with = " --no-progress --review " + quoted(folder / "review.json");
  const std::string before = content_of(folder / "out" / "report.json");
  const CommandResult over = run_program("run " + quoted(folder / "case") + " -o " + quoted(folder / "out") + with);
  CHECK(over.status == 2);
  CHECK(says(over.err, "without review"));
  CHECK(content_of(folder / "out" / "report.json") == before);

  const CommandResult r = run_program("run " + quoted(folder / "case") + with);
  INFO(r.err);
  REQUIRE(r.status == 0);
  CHECK(says(r.out, "A. Physicist"));
  const Json reviewed = Json::parse(content_of(folder / "case-audit-reviewed" / "report.json"));
  CHECK(reviewed["review"]["before"]["seed_count"] == 27);
  CHECK(reviewed["review"]["after"]["seed_count"] == 26);
  CHECK(reviewed["review"]["before"]["targets"][0]["d90_gy"] == own["dose"]["structures"][0]["postop"]["d90_gy"]);
  CHECK(reviewed["review"]["after"]["targets"][0]["d90_gy"] == reviewed["dose"]["structures"][0]["postop"]["d90_gy"]);
  CHECK(reviewed["review"]["actions"] == review["actions"]);
  CHECK(reviewed["provenance"]["findings_sha256"] == own["provenance"]["findings_sha256"]);
  CHECK(reviewed["postop"]["seeds"][0]["origin"] == "found");

  review["actions"][0]["seed"] = 99;
  std::ofstream(folder / "review.json") << review;
  check_refused(folder / "case", "--review " + quoted(folder / "review.json"), "no seed 99");
}
