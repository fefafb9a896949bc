// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Detection measured on random implants (README.md): detection_bench cases|table ...
#include <CLI/CLI.hpp>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "bench/detection/case_record.h"
#include "bench/detection/detection_table.h"
#include "bench/detection/random_case.h"
#include "core/parallel.h"

namespace {

using namespace seedaudit;
using namespace seedaudit::bench;
namespace fs = std::filesystem;

int fail(const Error& e) {
  std::fprintf(stderr, "detection_bench: %s\n", e.message().c_str());
  return 1;
}

struct Range {
  int first = 0, last = -1;
};

bool parse(const std::string& text, Range& out) { return std::sscanf(text.c_str(), "%d-%d", &out.first, &out.last) == 2 && out.first >= 0; }

/// Regions of the patients, made when first asked for and kept in a folder.
class Regions {
 public:
  explicit Regions(fs::path folder) : folder_(std::move(folder)) {}

  Result<const RegionBackground*> of(int patient) {
    if (const auto it = loaded_.find(patient); it != loaded_.end()) return &it->second;
    const fs::path file = folder_ / ("patient-" + std::to_string(patient) + ".region");
    auto region = read_region(file);
    if (!region) {
      std::fprintf(stderr, "background of patient %d ...\n", patient);
      region = simulate_region(patient_region(patient), static_cast<std::uint64_t>(patient) + 1);
      if (!region) return region.error();
      std::error_code code;
      fs::create_directories(folder_, code);
      if (auto status = write_region(*region, file); !status) return status.error();
    }
    return &loaded_.emplace(patient, std::move(region).value()).first->second;
  }

 private:
  fs::path folder_;
  std::map<int, RegionBackground> loaded_;
};

struct CasesOptions {
  std::string out, cases = "0-23", build = "unknown", backgrounds;
};

int run_cases(const CasesOptions& o) {
  Range range;
  if (!parse(o.cases, range)) {
    std::fprintf(stderr, "--cases wants A-B\n");
    return 2;
  }
  fs::create_directories(o.out);
  const fs::path file = fs::path(o.out) / "cases.jsonl";
  std::set<int> done;
  {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);)
      if (const auto j = nlohmann::json::parse(line, nullptr, false); j.is_object()) done.insert(j.value("case", -1));
  }
  Regions regions(o.backgrounds.empty() ? fs::path(o.out) / "backgrounds" : fs::path(o.backgrounds));
  for (int number = range.first; number <= range.last; ++number) {
    if (done.count(number) != 0) continue;
    const CaseDraw draw = draw_case(number);
    const auto region = regions.of(draw.patient);
    if (!region) return fail(region.error());
    const auto start = std::clock();
    const auto made = make_case(draw, **region);
    if (!made) return fail(made.error());
    const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    const Finding ours = run_detector(made->ct);
    const Finding reference = run_reference(made->ct);
    auto record = case_record(*made, ours, reference);
    record["build"] = o.build;
    record["simulation_seconds"] = seconds;
    const std::string line = record.dump() + "\n";
    std::ofstream(file, std::ios::app) << line << std::flush;
    std::fprintf(stderr, "case %d: %.2f mm, %s, %d seeds, ours %d, reference %d (%.1f s made, %.1f s found)\n", number,
                 draw.scan.slice_thickness_mm, draw.distractor_kind.c_str(), record["seeds"].get<int>(), record["ours"]["count"].get<int>(),
                 record["reference"]["count"].get<int>(), seconds, ours.seconds);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Detection measured on random implants");
  app.require_subcommand(1);
  int threads = 1;
  app.add_option("--threads", threads, "Threads, 0 = all")->capture_default_str();
  CasesOptions cases;
  auto* run = app.add_subcommand("cases", "Make cases, run both methods, append a line a case to OUT/cases.jsonl");
  run->add_option("OUT", cases.out)->required();
  run->add_option("--cases", cases.cases, "Numbers A-B; those already there are skipped")->capture_default_str();
  run->add_option("--backgrounds", cases.backgrounds, "Folder of cached backgrounds [OUT/backgrounds]");
  run->add_option("--build", cases.build, "What is measured, kept in each line");
  std::vector<std::string> files;
  auto* table = app.add_subcommand("table", "Print the table of the cases in files or folders");
  table->add_option("FILES", files)->required();
  CLI11_PARSE(app, argc, argv);
  set_thread_count(threads);
  if (*run) return run_cases(cases);
  return print_detection_table(files);
}
