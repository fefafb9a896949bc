// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/cohort_bootstrap.h"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <tuple>

#include "core/parallel.h"
#include "core/sha256.h"
#include "pipeline/cohort_statistics.h"

namespace seedaudit {
namespace {

/// SplitMix64 (Steele, Lea and Flood 2014): small, and the same on every machine.
std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31U);
}

class Draws {
 public:
  explicit Draws(std::uint64_t start) : state_(start) {}
  /// 0 to n - 1, all alike but for 1 in 2^53 / n.
  std::size_t below(std::size_t n) {
    state_ += 0x9E3779B97F4A7C15ULL;
    const double u = static_cast<double>(mix(state_) >> 11U) * 0x1.0p-53;
    return std::min(n - 1, static_cast<std::size_t>(u * static_cast<double>(n)));
  }

 private:
  std::uint64_t state_;
};

struct Patient {
  double sum = 0;
  int n = 0;
};

/// Values in ascending order, each with its patient.
struct Ordered {
  std::vector<double> value;
  std::vector<std::size_t> patient;
};

/// The value at place `k` (from 0) when each is there as often as its patient was drawn.
double median_of(const Ordered& values, const std::vector<int>& drawn, long long total) {
  const long long low = (total - 1) / 2, high = total / 2;
  long long passed = 0;
  double lower = 0.0;
  bool has_lower = false;
  for (std::size_t i = 0; i < values.value.size(); ++i) {
    passed += drawn[values.patient[i]];
    if (!has_lower && passed > low) {
      lower = values.value[i];
      has_lower = true;
    }
    if (passed > high) return 0.5 * (lower + values.value[i]);
  }
  return lower;
}

}  // namespace

BootstrapInterval bootstrap_by_patient(std::vector<PatientValue> values, BootstrapStatistic statistic, int replicates) {
  assert(replicates >= 1);
  BootstrapInterval out;
  out.statistic = statistic == BootstrapStatistic::mean ? "mean" : "median";
  out.implants = static_cast<int>(values.size());
  std::sort(values.begin(), values.end(),
            [](const auto& a, const auto& b) { return std::tie(a.patient, a.value) < std::tie(b.patient, b.value); });
  std::vector<Patient> patients;
  std::vector<std::pair<double, std::size_t>> order;
  Sha256 keys;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i == 0 || values[i].patient != values[i - 1].patient) {
      patients.emplace_back();
      keys.add_part(values[i].patient);
    }
    patients.back().sum += values[i].value;
    ++patients.back().n;
    order.emplace_back(values[i].value, patients.size() - 1);
  }
  out.patients = static_cast<int>(patients.size());
  if (out.patients < kFewestBootstrapPatients) {
    out.why_not = "fewer than " + std::to_string(kFewestBootstrapPatients) + " patients";
    return out;
  }
  std::sort(order.begin(), order.end());
  Ordered ordered;
  for (const auto& [value, patient] : order) {
    ordered.value.push_back(value);
    ordered.patient.push_back(patient);
  }
  const auto statistic_of = [&](const std::vector<int>& drawn) {
    double sum = 0.0;
    long long total = 0;
    for (std::size_t p = 0; p < patients.size(); ++p) {
      sum += drawn[p] * patients[p].sum;
      total += static_cast<long long>(drawn[p]) * patients[p].n;
    }
    return statistic == BootstrapStatistic::mean ? sum / static_cast<double>(total) : median_of(ordered, drawn, total);
  };
  out.estimate = statistic_of(std::vector<int>(patients.size(), 1));
  const auto digest = keys.digest();
  std::uint64_t seed = 0;
  for (std::size_t i = 0; i < 8; ++i) seed = (seed << 8U) | digest[i];
  std::vector<double> found(static_cast<std::size_t>(replicates));
  parallel_for(found.size(), [&](std::size_t b) {
    Draws draws(mix(seed + b));
    std::vector<int> drawn(patients.size(), 0);
    for (std::size_t i = 0; i < patients.size(); ++i) ++drawn[draws.below(patients.size())];
    found[b] = statistic_of(drawn);
  });
  std::sort(found.begin(), found.end());
  out.low = quantile_of_sorted(found, 0.025);
  out.high = quantile_of_sorted(found, 0.975);
  return out;
}

}  // namespace seedaudit
