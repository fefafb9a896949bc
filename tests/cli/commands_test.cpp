// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// The smaller subcommands: each does what its help says, and refuses with the right status.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/cli/case_on_disk.h"
#include "tests/support/paths.h"
#include "tests/support/says.h"

namespace fs = std::filesystem;
using namespace seedaudit::test;
using Json = nlohmann::json;

TEST_CASE("help and version: every command has an example, and run shows its exit statuses") {
  const CommandResult version = run_program("--version");
  CHECK(version.status == 0);
  CHECK(says(version.out, "seedaudit "));
  const CommandResult help = run_program("--help");
  CHECK(help.status == 0);
  for (const char* command :
       {"run", "check", "detect", "register", "dose", "dvh", "phantom", "scan", "batch", "cohort", "receive", "push", "sources"}) {
    CHECK(says(help.out, command));
    const CommandResult own = run_program(std::string(command) + " --help");
    INFO(command);
    CHECK(own.status == 0);
    CHECK(says(own.out, "Example: seedaudit " + std::string(command)));
  }
  CHECK(says(run_program("run --help").out, "Exit:"));
}

TEST_CASE("sources: list, show, check") {
  const CommandResult list = run_program("sources list");
  CHECK(list.status == 0);
  CHECK(says(list.out, "amersham-6711"));
  const CommandResult show = run_program("sources show 6711");
  CHECK(show.status == 0);
  CHECK(says(show.out, "0.9650 cGy/(h U)"));
  CHECK(says(show.out, "59.400 d"));
  CHECK(run_program("sources show no-such-model").status == 3);
  const CommandResult check = run_program("sources check " + quoted(source_folder() / "dosimetry/sources/amersham-6711.json"));
  INFO(check.err);
  CHECK(check.status == 0);
  const TemporaryFolder folder;
  std::ofstream(folder / "bad.json") << "{}";
  CHECK(run_program("sources check " + quoted(folder / "bad.json")).status == 3);
  CHECK(run_program("sources check " + quoted(folder / "absent.json")).status == 3);
}

TEST_CASE("check: says what a case holds, and refuses as run would") {
  const TemporaryFolder folder;
  write_case(folder / "case");
  const CommandResult good = run_program("check " + quoted(folder / "case") + " --no-progress");
  INFO(good.err);
  CHECK(good.status == 0);
  CHECK(says(good.out, "27 seeds"));
  CHECK(says(good.out, "CTV"));
  CHECK(says(good.out, "amersham-6711"));
  CHECK(run_program("check " + quoted(folder / "case") + " --no-progress --target NONE").status == 3);
}

TEST_CASE("check: a site, a configuration and a way to register that run refuses are refused") {
  const TemporaryFolder folder;
  write_case(folder / "case");
  const std::string check = "check " + quoted(folder / "case") + " --no-progress ";
  CHECK(run_program(check + "--site elbow").status == 2);
  CHECK(run_program(check + "--site " + quoted(folder / "absent.json")).status == 3);
  std::ofstream(folder / "limits.json") << R"({"limits": {"margn_mm": 12}})";
  std::ofstream(folder / "case.json") << R"({"case": "case", "config": "limits.json", "no_progress": true})";
  const CommandResult config = run_program("check " + quoted(folder / "case.json"));
  CHECK(config.status == 3);
  CHECK(says(config.err, "limits.margin_mm"));
  const CommandResult given = run_program(check + "--config " + quoted(folder / "limits.json"));
  CHECK(given.status == 3);
  CHECK(given.err == config.err);
  std::ofstream(folder / "limits.json") << R"({"limits": {"margin_mm": 12}})";
  CHECK(run_program("check " + quoted(folder / "case.json")).status == 0);
  CHECK(run_program(check + "--config " + quoted(folder / "limits.json")).status == 0);
  std::ofstream(folder / "case.json") << R"({"case": "case", "site": "elbow", "no_progress": true})";
  const CommandResult site = run_program("check " + quoted(folder / "case.json"));
  CHECK(site.status == 3);
  CHECK(says(site.err, "elbow"));
  CHECK(says(site.err, "case.json"));
}

TEST_CASE("a word that is no command is named as such") {
  const CommandResult r = run_program("adit case");
  CHECK(r.status == 2);
  CHECK(says(r.err, "\"adit\""));
  CHECK(r.out.empty());
}

TEST_CASE("detect: finds the seeds of one CT, none is a result") {
  const TemporaryFolder folder;
  write_case(folder / "case");
  const CommandResult r = run_program("detect " + quoted(folder / "case" / "ct") + " -o " + quoted(folder / "seeds.json") + " --picture " +
                                      quoted(folder / "seeds.png") + " --no-progress");
  INFO(r.err);
  REQUIRE(r.status == 0);
  const Json j = Json::parse(content_of(folder / "seeds.json"));
  CHECK(j["seeds"].size() == 27);
  CHECK(content_of(folder / "seeds.png").substr(1, 3) == "PNG");

  // The list feeds `dose`, which refuses without source and strength.
  std::ofstream(folder / "points.csv") << "x_mm,y_mm,z_mm,what\n5,0,0,\"near, the centre\"\n";
  const std::string dose = "dose " + quoted(folder / "seeds.json") + " --points " + quoted(folder / "points.csv") + " --points-out " +
                           quoted(folder / "dose.csv") + " --no-progress ";
  CHECK(run_program(dose).status == 3);
  CHECK_FALSE(fs::exists(folder / "dose.csv"));
  const CommandResult d = run_program(dose + "--source 6711 --activity-mci 0.8");
  INFO(d.err);
  REQUIRE(d.status == 0);
  CHECK(says(content_of(folder / "dose.csv"), "x_mm,y_mm,z_mm,what,dose_gy\n5,0,0,\"near, the centre\","));

  DiskCaseOptions empty;
  empty.with_seeds = false;
  write_case(folder / "empty", empty);
  const CommandResult none = run_program("detect " + quoted(folder / "empty" / "ct") + " --no-progress");
  INFO(none.err);
  CHECK(none.status == 0);
  CHECK(Json::parse(none.out)["seeds"].empty());
  CHECK(run_program("detect " + quoted(folder / "case" / "rtplan.dcm") + " --no-progress").status == 3);
  CHECK(run_program("detect " + quoted(folder / "case" / "ct") + " --length-mm -1 --no-progress").status == 2);
  CHECK(run_program("detect " + quoted(folder / "case" / "ct") + " -o /no/such/folder/s.json --no-progress").status == 5);
}

TEST_CASE("dose and dvh: one seed at 1 cm, then the plan's grid over the target") {
  const TemporaryFolder folder;
  write_case(folder / "case");
  // One seed of 1 U along S; 1 cm away across its axis: Lambda x T / ln 2 = 0.965 cGy/(h U) x 2056.7 h = 19.847 Gy (TG-43U1).
  std::ofstream(folder / "seed.json")
      << R"({"schema_version": "1.0", "frame_of_reference_uid": "1.2", "source_model": "amersham-6711", "strength_u": 1.0,
    "seeds": [{"id": 1, "center_mm": [0, 0, 0], "center_sigma_mm": [0.1, 0.1, 0.1], "direction": [0, 0, 1], "direction_resolved": true,
    "direction_sigma_deg": 1.0, "confidence": 1.0, "cluster_id": 1}], "count_interval": [1, 1], "clusters": [], "rejected": [],
    "acquisition": {}, "warnings": []})";
  std::ofstream(folder / "p.csv") << "x_mm,y_mm,z_mm\n10,0,0\n";
  const CommandResult point = run_program("dose " + quoted(folder / "seed.json") + " --points " + quoted(folder / "p.csv") +
                                          " --points-out " + quoted(folder / "d.csv") + " --no-progress");
  INFO(point.err);
  REQUIRE(point.status == 0);
  const std::string csv = content_of(folder / "d.csv");
  const double gy = std::stod(csv.substr(csv.rfind(',') + 1));
  // 19.847 is printed to three decimals; g_L(1 cm) and F(1 cm, 90) are 1 by definition. Half of its last digit, and float.
  CHECK(std::abs(gy - 19.847) < 6e-4);

  // The same seed twice, as two implants: twice the dose. And with a site's own file of the same data in the library's place.
  const std::string seed = quoted(folder / "seed.json"), points = " --points " + quoted(folder / "p.csv") + " --no-progress --points-out ";
  REQUIRE(run_program("dose " + seed + " " + seed + points + quoted(folder / "d2.csv")).status == 0);
  const std::string twice = content_of(folder / "d2.csv");
  CHECK(std::abs(std::stod(twice.substr(twice.rfind(',') + 1)) - 2.0 * gy) < 2e-5 * gy);
  const std::string file = quoted(source_folder() / "dosimetry/sources/amersham-6711.json");
  REQUIRE(run_program("dose " + seed + " --source " + file + points + quoted(folder / "d3.csv")).status == 0);
  CHECK(content_of(folder / "d3.csv") == csv);
  CHECK(run_program("dose " + seed + " --source " + quoted(folder / "none.json") + points + quoted(folder / "d4.csv")).status == 3);
  CHECK(run_program("dose " + seed + " " + seed + " --implant-date 2026-01-01" + points + quoted(folder / "d4.csv")).status == 2);
  // Implants in different frames of reference are not added.
  CHECK(run_program("dose " + seed + " " + quoted(folder / "case" / "rtplan.dcm") + points + quoted(folder / "d4.csv")).status == 3);

  const CommandResult grid =
      run_program("dose " + quoted(folder / "case" / "rtplan.dcm") + " -o " + quoted(folder / "dose.dcm") + " --grid-mm 1.5 --no-progress");
  INFO(grid.err);
  REQUIRE(grid.status == 0);
  const CommandResult histogram = run_program("dvh " + quoted(folder / "dose.dcm") + " " + quoted(folder / "case" / "rtstruct.dcm") +
                                              " -o " + quoted(folder / "dvh.csv") + " --no-progress");
  INFO(histogram.err);
  REQUIRE(histogram.status == 0);
  CHECK(says(histogram.out, "CTV"));
  CHECK(says(content_of(folder / "dvh.csv"), "structure,phase,dose_gy,volume_cc,volume_pct\nCTV,given,0.000,"));

  CHECK(run_program("dose " + quoted(folder / "case" / "rtplan.dcm") + " --no-progress").status == 2);
  CHECK(run_program("dose " + quoted(folder / "case" / "rtplan.dcm") + " -o " + quoted(folder / "d.xyz") + " --no-progress").status == 2);
  CHECK(run_program("dvh " + quoted(folder / "case" / "rtplan.dcm") + " " + quoted(folder / "case" / "rtstruct.dcm")).status == 3);
  CHECK(run_program("dvh " + quoted(folder / "dose.dcm") + " " + quoted(folder / "case" / "rtstruct.dcm") + " --least-covered-pct 0")
            .status == 2);
}

TEST_CASE("dose: as a volume by extension, and in the voxels of a CT") {
  const TemporaryFolder folder;
  write_case(folder / "case");
  const std::string dose = "dose " + quoted(folder / "case" / "rtplan.dcm") + " --no-progress ";
  const CommandResult volume = run_program(dose + "--grid-mm 2 -o " + quoted(folder / "d.nrrd"));
  INFO(volume.err);
  CHECK(volume.status == 0);
  CHECK(says(content_of(folder / "d.nrrd").substr(0, 400), "space: left-posterior-superior"));
  const CommandResult on_ct = run_program(dose + "--ct " + quoted(folder / "case" / "ct") + " -o " + quoted(folder / "d.mha"));
  INFO(on_ct.err);
  CHECK(on_ct.status == 0);
  CHECK(says(content_of(folder / "d.mha").substr(0, 500), "DimSize = 72 72 48\n"));
  CHECK(run_program(dose + "--ct " + quoted(folder / "case" / "ct")).status == 2);
  CHECK(run_program(dose + "--ct " + quoted(folder / "case" / "ct") + " --grid-mm 2 -o " + quoted(folder / "x.mha")).status == 2);
  CHECK(run_program(dose + "--ct " + quoted(folder / "absent") + " -o " + quoted(folder / "x.mha")).status == 3);
  CHECK_FALSE(fs::exists(folder / "x.mha"));
}

TEST_CASE("register: an image onto itself maps points and voxels to themselves, refusals are those of usage and input", "[heavy]") {
  const TemporaryFolder folder;
  REQUIRE(run_program("phantom tiny -o " + quoted(folder / "case") + " --no-progress").status == 0);
  const std::string ct = quoted(folder / "case" / "preop_ct");
  const std::string both = "register " + ct + " " + ct + " --no-progress ";
  std::ofstream(folder / "p.csv") << "name,x_mm,y_mm,z_mm\nmiddle,-40,0,-250\n";
  const CommandResult r = run_program(both + "-o " + quoted(folder / "reg.json") + " --warped " + quoted(folder / "w.nrrd") + " --points " +
                                      quoted(folder / "p.csv") + " --points-out " + quoted(folder / "q.csv"));
  INFO(r.err);
  REQUIRE(r.status == 0);
  double x = 0.0, y = 0.0, z = 0.0;
  REQUIRE(std::sscanf(content_of(folder / "q.csv").c_str(), "name,x_mm,y_mm,z_mm\nmiddle,%lf,%lf,%lf", &x, &y, &z) == 3);
  // The answer is known exactly; half a voxel is what a registration may miss it by.
  CHECK(std::hypot(x + 40.0, y, z + 250.0) < 0.5);
  CHECK(says(content_of(folder / "w.nrrd").substr(0, 400), "sizes: "));

  CHECK(run_program("register " + ct + " " + quoted(folder / "case" / "absent") + " --no-progress").status == 3);
  CHECK(run_program(both + "--points x.csv").status == 2);
  CHECK(run_program(both + "--warped x.txt").status == 2);
}

TEST_CASE("register: images without common content fail with 4 and write no transform") {
  const TemporaryFolder folder;
  write_case(folder / "case");
  std::ofstream air(folder / "air.nrrd", std::ios::binary);
  air << "NRRD0004\ntype: short\ndimension: 3\nspace: left-posterior-superior\nsizes: 40 40 30\nspace directions: (2,0,0) (0,2,0) (0,0,2)\n"
         "kinds: domain domain domain\nendian: little\nencoding: raw\nspace origin: (0,0,0)\n\n";
  for (int v = 0; v < 40 * 40 * 30; ++v) air << "\x18\xFC";  // -1000
  air.close();
  const CommandResult r = run_program("register " + quoted(folder / "case" / "ct") + " " + quoted(folder / "air.nrrd") + " -o " +
                                      quoted(folder / "reg.json") + " --warped " + quoted(folder / "w.nrrd") + " --no-progress");
  INFO(r.err);
  CHECK(r.status == 4);
  CHECK(Json::parse(content_of(folder / "reg.json"))["fixed_from_moving"].is_null());
  CHECK_FALSE(fs::exists(folder / "w.nrrd"));
}

TEST_CASE("phantom: scenarios have names, an unknown one is refused with them") {
  const CommandResult list = run_program("phantom --list");
  CHECK(list.status == 0);
  CHECK(says(list.out, "tiny"));
  const TemporaryFolder folder;
  const CommandResult unknown = run_program("phantom no-such-scenario -o " + quoted(folder / "out"));
  CHECK(unknown.status == 2);
  CHECK(says(unknown.err, "tiny"));
  CHECK_FALSE(fs::exists(folder / "out"));
  CHECK(run_program("phantom tiny").status == 2);
}

TEST_CASE("help: the manual page and the completions name every command and option") {
  const CommandResult man = run_program("help --man");
  REQUIRE(man.status == 0);
  CHECK(man.out.rfind(".TH SEEDAUDIT 1", 0) == 0);
  for (const char* word : {".SS run", ".SS phantom", "\\-\\-review", "\\-\\-fail\\-on"}) CHECK(man.out.find(word) != std::string::npos);
  CHECK(man.out.find("batch\\-task") == std::string::npos);  // for programs alone

  const CommandResult bash = run_program("help --completion bash");
  REQUIRE(bash.status == 0);
  // As the shell asks: a command's first letters, then an option's.
  const TemporaryFolder folder;
  std::ofstream(folder / "ask") << bash.out
                                << "COMP_WORDS=(seedaudit ph); COMP_CWORD=1; _seedaudit; echo \"${COMPREPLY[*]}\"\n"
                                   "COMP_WORDS=(seedaudit run --rev); COMP_CWORD=2; _seedaudit; echo \"${COMPREPLY[*]}\"\n";
  REQUIRE(std::system(("bash " + quoted(folder / "ask") + " >" + quoted(folder / "answer")).c_str()) == 0);
  std::ifstream answer(folder / "answer");
  std::string line;
  std::getline(answer, line);
  CHECK(line == "phantom");
  std::getline(answer, line);
  CHECK(line == "--review");
  CHECK(run_program("help --completion fish").status == 2);
}
