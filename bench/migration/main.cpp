// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Migration measured on implants of known fate (README.md here).
//   migration_bench cases OUT FIRST LAST     rows of cases FIRST to LAST of every series into OUT/fates.csv; those that exist are kept
//   migration_bench table OUT
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "bench/migration/fate_score.h"
#include "bench/migration/random_fate.h"

namespace {

using namespace seedaudit::bench;
namespace fs = std::filesystem;

int cases(const fs::path& file, int first, int last) {
  std::set<std::string> done;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    std::istringstream parts(line);
    std::string series, finder, number;
    std::getline(parts, series, ',');
    std::getline(parts, finder, ',');
    std::getline(parts, number, ',');
    done.insert(series + finder + number);
  }
  std::ofstream out(file, std::ios::app);
  if (done.empty()) out << fate_header() << "\n";
  for (int n = first; n <= last; ++n)
    for (const Series series : {Series::placement, Series::migration, Series::moves}) {
      const FateCase c = draw_fate(series, n);
      for (const Finder finder : {Finder::located, Finder::detected}) {
        if (done.count(std::string(to_string(series)) + std::string(to_string(finder)) + std::to_string(n)) != 0) continue;
        out << fate_row(c, finder, judge(c, finder)) << "\n" << std::flush;
      }
    }
  return out ? 0 : 5;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 5 && std::strcmp(argv[1], "cases") == 0) {
    fs::create_directories(argv[2]);
    return cases(fs::path(argv[2]) / "fates.csv", std::atoi(argv[3]), std::atoi(argv[4]));
  }
  if (argc == 3 && std::strcmp(argv[1], "table") == 0) {
    FateTable table;
    std::ifstream in(fs::path(argv[2]) / "fates.csv");
    for (std::string line; std::getline(in, line);) table.add(line);
    std::fputs(table.text().c_str(), stdout);
    return table.lines.empty() ? 3 : 0;
  }
  std::fprintf(stderr, "usage: migration_bench cases OUT FIRST LAST | table OUT\n");
  return 2;
}
