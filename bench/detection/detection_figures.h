// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace seedaudit::bench {

/// Sums over cases of one method and one class of thickness.
struct DetectionFigures {
  int cases = 0;
  int seeds = 0, found = 0;
  int lipiodol_seeds = 0, lipiodol_found = 0;
  int clean_seeds = 0, clean_found = 0;  ///< of cases without distractors
  int false_seeds = 0;
  int rods = 0, rods_exact = 0, others = 0, others_exact = 0;
  int right_counts = 0, right_in_review = 0;
  int covered = 0, with_interval = 0, width = 0;
  int axes = 0, resolved = 0;
  std::vector<double> xy_mm, z_mm, axis_deg;
  std::vector<double> z_over_sigma;
  std::vector<std::pair<double, bool>> confidence;  ///< and whether it is a seed
  double seconds = 0.0;
  struct Exact {
    int exact = 0, all = 0;
  };
  std::map<std::string, Exact> kinds;      ///< clusters by kind, rods by size as well
  std::map<std::string, int> false_about;  ///< false seeds by what is nearest: a kind of distractor, "seed", or "nothing"

  /// \param record a line of cases.jsonl \param method "ours" or "reference"
  void add(const nlohmann::json& record, const std::string& method);

  double brier() const;
  /// Of always stating the share of right seeds.
  double base_brier() const;
  /// Expected calibration error, ten equal bins.
  double calibration_error() const;
  double rms_z_over_sigma() const;
  double share_within(double sigmas) const;
};

/// Linear between order statistics; NaN of nothing.
double quantile(std::vector<double> values, double q);

/// Lipiodol about a seed from which on it counts as dense: 100 HU on average within 4 mm, in droplets of 1000 HU and more.
inline constexpr double kDenseMgPerMl = 4.0;

}  // namespace seedaudit::bench
