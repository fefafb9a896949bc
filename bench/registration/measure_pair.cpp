// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Registers one simulated pair and measures it at the landmarks of its truth.json: one CSV line, or --header for the column names.
//   measure_pair NAME PREOP POSTOP TRUTH [rigid|auto|deformable]
// Time is that of registration alone; reading the images is left out.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/parallel.h"
#include "io/volume_file.h"
#include "registration/register_volumes.h"

namespace {

using json = nlohmann::json;
using namespace seedaudit;

struct Pair {
  Point<PlanFrame> pre;
  Point<CtFrame> post;
};

std::vector<Pair> landmarks(const json& truth, const char* key) {
  std::vector<Pair> out;
  const auto point = [](const json& j) { return Eigen::Vector3d(j.at(0).get<double>(), j.at(1).get<double>(), j.at(2).get<double>()); };
  for (const auto& l : truth.at(key)) out.push_back({{point(l.at("pre"))}, {point(l.at("post"))}});
  return out;
}

/// The ball that the audit would take: the box of the target.
TargetRegion region_of(const std::vector<Pair>& target) {
  Eigen::Vector3d low = target.front().pre.mm, high = low;
  for (const Pair& p : target) {
    low = low.cwiseMin(p.pre.mm);
    high = high.cwiseMax(p.pre.mm);
  }
  return {{0.5 * (low + high)}, std::max(10.0, 0.5 * (high - low).maxCoeff())};
}

struct Errors {
  double mean = 0.0, p95 = 0.0, max = 0.0;
};

template <class Map>
Errors errors_of(const std::vector<Pair>& pairs, const Map& map) {
  std::vector<double> each;
  for (const Pair& p : pairs) each.push_back(distance_mm(map(p.pre), p.post));
  std::sort(each.begin(), each.end());
  Errors e;
  for (const double d : each) e.mean += d / static_cast<double>(each.size());
  e.p95 = each[static_cast<std::size_t>(std::lround(0.95 * static_cast<double>(each.size() - 1)))];
  e.max = each.back();
  return e;
}

double cpu_seconds() {
  rusage u{};
  getrusage(RUSAGE_SELF, &u);
  const auto s = [](const timeval& t) { return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec); };
  return s(u.ru_utime) + s(u.ru_stime);
}

double wall_seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "--header") == 0) {
    std::printf("name,slice_mm,outcome,target_mean_mm,target_p95_mm,target_max_mm,liver_mean_mm,liver_max_mm,wall_s,cpu_s,why\n");
    return 0;
  }
  RegistrationOptions options;
  const bool deformable = argc == 6 && std::strcmp(argv[5], "deformable") == 0;
  if (deformable) options.deformable = DeformableUse::always;
  if (argc == 6 && std::strcmp(argv[5], "auto") == 0) options.deformable = DeformableUse::automatic;
  if (argc != 5 && argc != 6) {
    std::fprintf(stderr, "usage: measure_pair NAME PREOP POSTOP TRUTH [rigid|auto|deformable] | --header\n");
    return 2;
  }
  const json truth = json::parse(std::ifstream(argv[4]), nullptr, false);
  if (truth.is_discarded()) {
    std::fprintf(stderr, "%s is no JSON\n", argv[4]);
    return 3;
  }
  const auto pre = read_volume_as<PlanFrame>(argv[2]);
  const auto post = read_volume_as<CtFrame>(argv[3]);
  if (!pre || !post) {
    std::fprintf(stderr, "%s\n", (!pre ? pre.error() : post.error()).message().c_str());
    return 3;
  }
  const auto target = landmarks(truth, "landmarks_ctv"), liver = landmarks(truth, "landmarks_liver");
  double stage_start = wall_seconds();
  std::string stage;
  const Progress progress = [&](std::string_view name, double) {
    const double now = wall_seconds();
    if (!stage.empty()) std::fprintf(stderr, "%-32s %6.2f s\n", stage.c_str(), now - stage_start);
    stage = name;
    stage_start = now;
  };
  const double wall = wall_seconds(), cpu = cpu_seconds();
  const PlanRegistration r = register_preop_to_postop(*pre, *post, region_of(target), options, progress);
  const double wall_s = wall_seconds() - wall, cpu_s = cpu_seconds() - cpu;
  const Warp<CtFrame, PlanFrame> warp = r.warp();
  const auto map = [&](const Point<PlanFrame>& p) { return warp * p; };
  const Errors at_target = errors_of(target, map), at_liver = errors_of(liver, map);
  if (r.qa.jacobian_min)
    std::fprintf(stderr, "similarity %.4f to %.4f, Jacobian %.2f to %.2f, inverse %.2f mm, rigid against deformed %.2f mm%s\n",
                 *r.qa.deformable_similarity_before, *r.qa.deformable_similarity_after, *r.qa.jacobian_min, *r.qa.jacobian_max,
                 *r.qa.deformable_inverse_mm, *r.qa.rigid_deformable_mm, r.deformation ? "" : ", not used");
  std::string why = r.outcome.why;
  std::replace(why.begin(), why.end(), '"', '\'');
  std::printf("%s,%.2f,%s,%.3f,%.3f,%.3f,%.3f,%.3f,%.2f,%.2f,\"%s\"\n", argv[1],
              std::max(pre->grid.spacing_mm()[2], post->grid.spacing_mm()[2]), std::string(to_string(r.outcome.kind)).c_str(),
              at_target.mean, at_target.p95, at_target.max, at_liver.mean, at_liver.max, wall_s, cpu_s, why.c_str());
  return 0;
}
