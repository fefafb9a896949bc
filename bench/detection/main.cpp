// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Detection measured on random implants (README.md): detection_bench cases|show|table|confidence|scans|cost ...
#include <CLI/CLI.hpp>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "bench/detection/case_record.h"
#include "bench/detection/confidence_fit.h"
#include "bench/detection/cost.h"
#include "bench/detection/detection_table.h"
#include "bench/detection/random_case.h"
#include "bench/detection/real_scans.h"
#include "bench/detection/region_store.h"
#include "core/parallel.h"
#include "report/atomic_file.h"
#include "report/overview_picture.h"
#include "report/volume_writer.h"

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

struct CasesOptions {
  std::string out, cases = "0-23", build = "unknown", backgrounds, ct;
};

Result<RegionStore> regions_of(const CasesOptions& o) {
  if (!o.ct.empty()) return RegionStore::of_ct(o.ct);
  return RegionStore(o.backgrounds.empty() ? fs::path(o.out) / "backgrounds" : fs::path(o.backgrounds));
}

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
  auto regions = regions_of(o);
  if (!regions) return fail(regions.error());
  for (int number = range.first; number <= range.last; ++number) {
    if (done.count(number) != 0) continue;
    CaseDraw draw = draw_case(number);
    const auto region = regions->of(draw.patient);
    if (!region) return fail(region.error());
    if (regions->real()) fit_to_ct(draw, **region);
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

/// The volume of one case and the picture of what is found in it, to look at.
int show_case(const CasesOptions& o, int number) {
  auto regions = regions_of(o);
  if (!regions) return fail(regions.error());
  CaseDraw draw = draw_case(number);
  const auto region = regions->of(draw.patient);
  if (!region) return fail(region.error());
  if (regions->real()) fit_to_ct(draw, **region);
  const auto made = make_case(draw, **region);
  if (!made) return fail(made.error());
  fs::create_directories(o.out);
  const fs::path base = fs::path(o.out) / ("case-" + std::to_string(number));
  if (auto status = write_volume(made->ct.grid, std::vector<float>(made->ct.hu.begin(), made->ct.hu.end()), base.string() + ".nrrd");
      !status)
    return fail(status.error());
  const Detection detection = run_detector(made->ct).detection;
  OverviewInput input;
  input.postop = &made->ct;
  input.detection = &detection;
  const auto png = overview_png(input);
  if (!png) return fail(png.error());
  if (auto status = write_file_atomically(base.string() + ".png", *png); !status) return fail(status.error());
  for (const auto& s : made->truth.seeds)
    std::printf("seed %7.2f %7.2f %7.2f axis %6.3f %6.3f %6.3f\n", s.center.x(), s.center.y(), s.center.z(), s.axis.x(), s.axis.y(),
                s.axis.z());
  for (const auto& d : made->distractors) std::printf("%s %7.2f %7.2f %7.2f\n", d.type.c_str(), d.center.x(), d.center.y(), d.center.z());
  for (const auto& s : detection.seeds)
    std::printf("found %7.2f %7.2f %7.2f confidence %.2f\n", s.pose.center.mm.x(), s.pose.center.mm.y(), s.pose.center.mm.z(),
                s.confidence);
  for (const auto& r : detection.rejected)
    std::printf("rejected %7.2f %7.2f %7.2f %s\n", r.center.mm.x(), r.center.mm.y(), r.center.mm.z(), r.reason.c_str());
  std::printf("%s: %s\n", std::string(to_string(detection.outcome.kind)).c_str(), detection.outcome.why.c_str());
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
  run->add_option("--ct", cases.ct, "Put the implants into this CT instead of simulated patients");
  run->add_option("--build", cases.build, "What is measured, kept in each line");
  int shown = 0;
  auto* show = app.add_subcommand("show", "Write the volume of one case (NRRD) and the picture of what is found in it, and list both");
  show->add_option("OUT", cases.out)->required();
  show->add_option("--case", shown, "Number")->required();
  show->add_option("--backgrounds", cases.backgrounds, "Folder of cached backgrounds [OUT/backgrounds]");
  show->add_option("--ct", cases.ct, "As for cases");
  std::vector<std::string> files;
  auto* table = app.add_subcommand("table", "Print the table of the cases in files or folders");
  table->add_option("FILES", files)->required();
  auto* confidence = app.add_subcommand("confidence", "Fit the weights of the signs of a seed to the cases in files or folders");
  confidence->add_option("FILES", files)->required();
  RealScanOptions real;
  auto* scans = app.add_subcommand("scans", "Real scans: no seeds where there are none, electrode contacts where there are");
  scans->add_option("--data", real.data, "Folder of the data sets")->required();
  scans->add_option("--length-mm", real.length_mm, "Length of an electrode contact")->capture_default_str();
  scans->add_option("--diameter-mm", real.diameter_mm, "Diameter of an electrode contact")->capture_default_str();
  scans->add_option("--only", real.only, "Scans whose name holds this");
  std::string volume;
  int repeats = 5;
  auto* cost = app.add_subcommand("cost", "Time, gain of a second thread and memory on 512 x 512 x 300 voxels");
  cost->add_option("VOLUME", volume, "File of the simulated voxels, made when absent")->required();
  cost->add_option("--repeats", repeats, "Of which the median is taken")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  set_thread_count(threads);
  if (*run) return run_cases(cases);
  if (*show) return show_case(cases, shown);
  if (*confidence) return print_confidence_fit(files);
  if (*scans) return print_real_scans(real);
  if (*cost) return print_cost(volume, repeats);
  return print_detection_table(files);
}
