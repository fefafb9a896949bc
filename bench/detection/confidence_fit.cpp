// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/detection/confidence_fit.h"

#include <Eigen/Cholesky>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>

#include "bench/detection/case_record.h"
#include "detectors/seed_probability.h"

namespace seedaudit::bench {
namespace {

using json = nlohmann::json;
using Weights = Eigen::Matrix<double, kWeighedSigns, 1>;

struct Judged {
  int number = 0;  // of its case
  Weights signs;
  double confidence = 0.0;
  bool is_seed = false;
};

SeedSigns signs_from(const json& j) {
  return {.log_odds = j.at("log_odds"),
          .mass_log = j.at("mass_log"),
          .needed = j.at("needed"),
          .independent = j.at("independent"),
          .solid = j.at("solid"),
          .touching = j.at("touching"),
          .crowding = j.at("crowding"),
          .seeds_around = j.at("seeds_around"),
          .others_around = j.at("others_around"),
          .direction = j.at("direction")};
}

// Of scans that taught their look; of others the confidence is made otherwise.
std::vector<Judged> judged_in(const std::map<int, json>& cases) {
  std::vector<Judged> out;
  for (const auto& [number, c] : cases) {
    const json& ours = c.at("ours");
    if (ours.value("all_alike", true)) continue;
    for (const char* list : {"seeds", "possible"})
      for (const json& o : ours.at(list)) {
        const WeighedSigns w = weighed(signs_from(o.at("signs")));
        out.push_back({number, Eigen::Map<const Weights>(w.data()), o.at("confidence"), o.at("truth").get<int>() >= 0});
      }
  }
  return out;
}

double chance(const Weights& weights, const Judged& j) { return 1.0 / (1.0 + std::exp(-weights.dot(j.signs))); }

// Newton's rule; the weights, of order one, have a normal prior of unit width.
template <class Use>
Weights fitted(const std::vector<Judged>& objects, Use use) {
  Weights w = Weights::Zero();
  for (int turn = 0; turn < 30; ++turn) {
    Weights gradient = -w;
    Eigen::Matrix<double, kWeighedSigns, kWeighedSigns> curvature = decltype(curvature)::Identity();
    for (const Judged& j : objects) {
      if (!use(j)) continue;
      const double p = chance(w, j);
      gradient += ((j.is_seed ? 1.0 : 0.0) - p) * j.signs;
      curvature += p * (1.0 - p) * j.signs * j.signs.transpose();
    }
    w += curvature.ldlt().solve(gradient);
  }
  return w;
}

}  // namespace

int print_confidence_fit(const std::vector<std::string>& files) {
  const auto cases = read_records(files);
  if (!cases) {
    std::fprintf(stderr, "%s\n", cases.error().message().c_str());
    return 1;
  }
  const std::vector<Judged> objects = judged_in(*cases);
  const Weights weights = fitted(objects, [](const Judged&) { return true; });
  std::printf("%zu objects of %zu cases; weights:", objects.size(), cases->size());
  for (const double w : weights) std::printf(" %.3f", w);
  constexpr int kParts = 10;
  double log_loss = 0.0, told = 0.0;
  const auto loss = [](double p, bool is_seed) { return -std::log(std::clamp(is_seed ? p : 1.0 - p, 1e-4, 1.0)); };
  for (int part = 0; part < kParts; ++part) {
    const Weights others = fitted(objects, [part](const Judged& j) { return j.number % kParts != part; });
    for (const Judged& j : objects) {
      if (j.number % kParts != part) continue;
      log_loss += loss(chance(others, j), j.is_seed);
      told += loss(j.confidence, j.is_seed);
    }
  }
  std::printf(
      "\nlog loss on cases left out %.1f, of the confidence that was told %.1f\n\n| confidence | objects | of them seeds "
      "|\n|---|---|---|\n",
      log_loss, told);
  constexpr std::array<double, 10> kBounds{0.0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.96, 0.99, 1.0};
  for (std::size_t b = 0; b + 1 < kBounds.size(); ++b) {
    int n = 0, seeds = 0;
    double sum = 0.0;
    for (const Judged& j : objects) {
      if (j.confidence < kBounds[b] || (j.confidence >= kBounds[b + 1] && kBounds[b + 1] < 1.0)) continue;
      ++n;
      seeds += j.is_seed ? 1 : 0;
      sum += j.confidence;
    }
    if (n > 0)
      std::printf("| %.2f to %.2f (mean %.3f) | %d | %.3f |\n", kBounds[b], kBounds[b + 1], sum / n, n, static_cast<double>(seeds) / n);
  }
  return 0;
}

}  // namespace seedaudit::bench
