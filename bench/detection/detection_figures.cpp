// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/detection/detection_figures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace seedaudit::bench {

double quantile(std::vector<double> v, double q) {
  if (v.empty()) return std::nan("");
  std::sort(v.begin(), v.end());
  const double x = q * static_cast<double>(v.size() - 1);
  const auto i = std::min(static_cast<std::size_t>(x), v.size() - 1);
  const std::size_t next = std::min(i + 1, v.size() - 1);
  return v[i] + (x - static_cast<double>(i)) * (v[next] - v[i]);
}

namespace {

std::string kind_of(const std::string& kind, std::size_t size) {
  if (kind != "rod") return kind;
  return size <= 3 ? "rod of 2 or 3" : "rod of 4 to 8";
}

/// What a false seed lies at: the nearer of a distractor's part and a true seed, if within a few millimetres.
std::string about(const nlohmann::json& seed) {
  constexpr double kNearMm = 5.0;
  const double distractor = seed.at("distractor_mm").get<double>(), true_seed = seed.at("seed_mm").get<double>();
  if (std::min(distractor, true_seed) > kNearMm) return "nothing";
  return distractor < true_seed ? seed.at("distractor").get<std::string>() : "seed";
}

}  // namespace

void DetectionFigures::add(const nlohmann::json& record, const std::string& method) {
  const auto& m = record.at(method);
  ++cases;
  const int truth = record.at("seeds").get<int>();
  std::vector<bool> hit(static_cast<std::size_t>(truth), false);
  for (const auto& s : m.at("seeds")) {
    const int t = s.at("truth").get<int>();
    if (s.contains("confidence")) confidence.emplace_back(s.at("confidence").get<double>(), t >= 0);
    if (t < 0) {
      ++false_seeds;
      ++false_about[about(s)];
      continue;
    }
    hit[static_cast<std::size_t>(t)] = true;
    xy_mm.push_back(s.at("xy_mm").get<double>());
    const double z = s.at("z_mm").get<double>();
    z_mm.push_back(std::abs(z));
    if (s.contains("sigma_z_mm")) z_over_sigma.push_back(z / std::max(1e-4, s.at("sigma_z_mm").get<double>()));
    ++axes;
    if (!s.value("resolved", true)) continue;
    ++resolved;
    axis_deg.push_back(s.at("axis_deg").get<double>());
  }
  const bool clean = record.at("distractors") == "none";
  for (std::size_t t = 0; t < hit.size(); ++t) {
    ++seeds;
    found += hit[t] ? 1 : 0;
    if (record.at("lipiodol_mg_per_ml").at(t).get<double>() >= kDenseMgPerMl) {
      ++lipiodol_seeds;
      lipiodol_found += hit[t] ? 1 : 0;
    }
    if (clean) {
      ++clean_seeds;
      clean_found += hit[t] ? 1 : 0;
    }
  }
  for (std::size_t n = 0; n < record.at("clusters").size(); ++n) {
    const auto& c = record.at("clusters").at(n);
    const bool exact = m.at("clusters").at(n).get<std::size_t>() == c.at("seeds").size();
    const bool rod = c.at("kind") == "rod";
    auto& kind = kinds[kind_of(c.at("kind").get<std::string>(), c.at("seeds").size())];
    ++kind.all;
    kind.exact += exact ? 1 : 0;
    (rod ? rods : others) += 1;
    (rod ? rods_exact : others_exact) += exact ? 1 : 0;
  }
  const bool right = m.at("count").get<int>() == truth;
  right_counts += right ? 1 : 0;
  if (m.contains("review") && right && m.at("review").get<bool>()) ++right_in_review;
  if (m.contains("interval")) {
    ++with_interval;
    const int low = m.at("interval").at(0).get<int>(), high = m.at("interval").at(1).get<int>();
    covered += low <= truth && truth <= high ? 1 : 0;
    width += high - low;
  }
  seconds += m.at("seconds").get<double>();
}

double DetectionFigures::brier() const {
  double sum = 0.0;
  for (const auto& [p, right] : confidence) sum += (p - (right ? 1.0 : 0.0)) * (p - (right ? 1.0 : 0.0));
  return sum / static_cast<double>(confidence.size());
}

double DetectionFigures::base_brier() const {
  double right = 0.0;
  for (const auto& c : confidence) right += c.second ? 1.0 : 0.0;
  const double p = right / static_cast<double>(confidence.size());
  return p * (1.0 - p);
}

double DetectionFigures::calibration_error() const {
  constexpr std::size_t kBins = 10;
  std::array<double, kBins> stated{}, right{};
  for (const auto& [p, is_seed] : confidence) {
    const auto bin = std::min(kBins - 1, static_cast<std::size_t>(std::max(0.0, p) * static_cast<double>(kBins)));
    stated[bin] += p;
    right[bin] += is_seed ? 1.0 : 0.0;
  }
  double sum = 0.0;
  for (std::size_t b = 0; b < kBins; ++b) sum += std::abs(stated[b] - right[b]);
  return sum / static_cast<double>(confidence.size());
}

double DetectionFigures::rms_z_over_sigma() const {
  double sum = 0.0;
  for (const double r : z_over_sigma) sum += r * r;
  return std::sqrt(sum / static_cast<double>(z_over_sigma.size()));
}

double DetectionFigures::share_within(double sigmas) const {
  double inside = 0.0;
  for (const double r : z_over_sigma) inside += std::abs(r) <= sigmas ? 1.0 : 0.0;
  return inside / static_cast<double>(z_over_sigma.size());
}

}  // namespace seedaudit::bench
