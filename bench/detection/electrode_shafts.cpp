// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/detection/electrode_shafts.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

namespace seedaudit::bench {
namespace {

using Eigen::Vector3d;

constexpr double kLeastPitchMm = 2.0, kMostPitchMm = 6.0;
constexpr double kBesideMm = 1.2;  // of the next contact from where a straight, even row would have it

/// Goes on from the last two points of a row while there is one where the next is due.
void extend(std::vector<std::size_t>& row, const std::vector<Vector3d>& p, const std::vector<bool>& used) {
  while (true) {
    const Vector3d due = 2.0 * p[row.back()] - p[row[row.size() - 2]];
    std::size_t best = p.size();
    for (std::size_t n = 0; n < p.size(); ++n) {
      if (used[n] || std::find(row.begin(), row.end(), n) != row.end() || (p[n] - due).norm() > kBesideMm) continue;
      if (best == p.size() || (p[n] - due).norm() < (p[best] - due).norm()) best = n;
    }
    if (best == p.size()) return;
    row.push_back(best);
  }
}

/// Least squares of p_n = a + n b: the residual of an even, straight row.
double even_residual_mm(const std::vector<std::size_t>& row, const std::vector<Vector3d>& p) {
  const auto count = static_cast<double>(row.size());
  Vector3d mean = Vector3d::Zero(), slope = Vector3d::Zero();
  for (const std::size_t n : row) mean += p[n] / count;
  double weight = 0.0;
  for (std::size_t n = 0; n < row.size(); ++n) {
    const double t = static_cast<double>(n) - 0.5 * (count - 1.0);
    slope += t * (p[row[n]] - mean);
    weight += t * t;
  }
  slope /= weight;
  double sum = 0.0;
  for (std::size_t n = 0; n < row.size(); ++n)
    sum += (p[row[n]] - mean - (static_cast<double>(n) - 0.5 * (count - 1.0)) * slope).squaredNorm();
  return std::sqrt(sum / count);
}

double median_pitch_mm(const std::vector<std::size_t>& row, const std::vector<Vector3d>& p) {
  std::vector<double> steps;
  for (std::size_t n = 1; n < row.size(); ++n) steps.push_back((p[row[n]] - p[row[n - 1]]).norm());
  std::sort(steps.begin(), steps.end());
  return steps[steps.size() / 2];
}

}  // namespace

Result<std::vector<Point<CtFrame>>> read_contacts(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) return Error{ErrorCode::path_not_found, "no truth of electrodes", file.string(), ""};
  std::vector<Point<CtFrame>> out;
  try {
    for (const auto& electrode : nlohmann::json::parse(in))
      for (const auto& p : electrode.at("intermediatePoints"))
        // As fitted to the volumes: their world (RAS) is the file's (-x, -y, z) less one voxel of 1 mm along each axis; here in LPS.
        out.push_back({{p.at(0).get<double>() + 1.0, p.at(1).get<double>() + 1.0, p.at(2).get<double>() - 1.0}});
  } catch (const nlohmann::json::exception& e) {
    return Error{ErrorCode::bad_json, e.what(), file.string(), ""};
  }
  return out;
}

std::vector<Shaft> find_shafts(const std::vector<Point<CtFrame>>& points, std::size_t least) {
  std::vector<Vector3d> p;
  for (const auto& point : points) p.push_back(point.mm);
  std::vector<bool> used(p.size(), false);
  std::vector<Shaft> out;
  while (true) {
    std::vector<std::size_t> longest;
    double longest_residual = 0.0;
    for (std::size_t a = 0; a < p.size(); ++a)
      for (std::size_t b = 0; b < p.size(); ++b) {
        const double pitch = (p[a] - p[b]).norm();
        if (a == b || used[a] || used[b] || pitch < kLeastPitchMm || pitch > kMostPitchMm) continue;
        std::vector<std::size_t> row{a, b};
        extend(row, p, used);
        if (row.size() < longest.size() || row.size() < least) continue;
        const double residual = even_residual_mm(row, p);
        if (row.size() > longest.size() || residual < longest_residual) {
          longest = row;
          longest_residual = residual;
        }
      }
    if (longest.size() < std::max<std::size_t>(3, least)) break;
    for (const std::size_t n : longest) used[n] = true;
    out.push_back({longest, median_pitch_mm(longest, p), longest_residual});
  }
  return out;
}

}  // namespace seedaudit::bench
