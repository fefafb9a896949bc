// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Hands one simulated pair to elastix and measures what comes back, at the same landmarks as measure_pair.
//   elastix_pair export PREOP POSTOP TRUTH DIR      DIR/fixed.mha (pre-op), moving.mha (post-op), points.txt (landmarks, pre-op)
//   elastix_pair score NAME METHOD TRUTH POINTS WALL_S CPU_S    POINTS: transformix's outputpoints.txt; one CSV line
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "io/volume_file.h"
#include "report/volume_writer.h"

namespace {

using json = nlohmann::json;
using namespace seedaudit;

constexpr const char* kSets[] = {"landmarks_ctv", "landmarks_liver"};

template <class F>
bool write(const std::string& from, const std::string& to) {
  const auto v = read_volume_as<F>(from);
  if (!v) return false;
  const auto grid = GridGeometry<CtFrame>::make(v->grid.size(), v->grid.spacing_mm(), {v->grid.origin().mm}, v->grid.direction());
  return write_volume(grid.value(), std::vector<float>(v->hu.begin(), v->hu.end()), to).ok();
}

int export_pair(char** argv, const json& truth) {
  const std::string folder = argv[5];
  if (!write<PlanFrame>(argv[2], folder + "/fixed.mha") || !write<CtFrame>(argv[3], folder + "/moving.mha")) return 3;
  std::ofstream points(folder + "/points.txt");
  points << "point\n" << truth.at(kSets[0]).size() + truth.at(kSets[1]).size() << "\n";
  for (const char* set : kSets)
    for (const auto& l : truth.at(set)) {
      for (int a = 0; a < 3; ++a) points << l.at("pre").at(static_cast<std::size_t>(a)).get<double>() << " ";
      points << "\n";
    }
  return points ? 0 : 5;
}

int score(char** argv, const json& truth) {
  std::ifstream in(argv[5]);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  constexpr const char* kMark = "OutputPoint = [";
  std::size_t at = 0;
  double mean[2]{}, most[2]{}, p95 = 0.0;
  for (int set = 0; set < 2; ++set) {
    std::vector<double> each;
    for (const auto& l : truth.at(kSets[set])) {
      at = text.find(kMark, at);
      if (at == std::string::npos) return 4;
      at += std::strlen(kMark);
      const char* s = text.c_str() + at;
      double squares = 0.0;
      for (std::size_t a = 0; a < 3; ++a) {
        char* end = nullptr;
        const double d = std::strtod(s, &end) - l.at("post").at(a).get<double>();
        squares += d * d;
        s = end;
      }
      each.push_back(std::sqrt(squares));
    }
    std::sort(each.begin(), each.end());
    for (const double d : each) mean[set] += d / static_cast<double>(each.size());
    most[set] = each.back();
    if (set == 0) p95 = each[static_cast<std::size_t>(std::lround(0.95 * static_cast<double>(each.size() - 1)))];
  }
  std::printf("%s,%s,%.3f,%.3f,%.3f,%.3f,%.3f,%s,%s\n", argv[2], argv[3], mean[0], p95, most[0], mean[1], most[1], argv[6], argv[7]);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const bool exporting = argc == 6 && std::strcmp(argv[1], "export") == 0, scoring = argc == 8 && std::strcmp(argv[1], "score") == 0;
  if (!exporting && !scoring) {
    std::fprintf(stderr, "usage: elastix_pair export PREOP POSTOP TRUTH DIR | score NAME METHOD TRUTH POINTS WALL_S CPU_S\n");
    return 2;
  }
  const json truth = json::parse(std::ifstream(argv[4]), nullptr, false);
  if (truth.is_discarded()) return 3;
  return exporting ? export_pair(argv, truth) : score(argv, truth);
}
