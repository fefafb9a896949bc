// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace seedaudit {

struct FitSite;

/// How far the background may leave the level that was found before any seed was known.
struct BackgroundFreedom {
  /// As wide as the splines that told the level (smooth_background): narrower ones could stand in for a seed.
  double knot_mm = 5.0;
  /// Of a knot for one unit of cost: halo between seeds of a chain lifts the level by 300 to 600.
  double level_hu = 300.0;
};

/// What an explanation by seeds may leave to the background: smooth splines in each slice about the level that was found before any seed
/// was known. That level holds part of the seeds' own halo, which is as wide as the splines; so neither may be settled before the other,
/// and every cost is that of the best background beside these seeds (variable projection: Golub, Pereyra, SIAM J Numer Anal 10:413, 1973).
class FreeBackground {
 public:
  explicit FreeBackground(const FitSite& site);

  /// Takes the best background out of a residual (HU, one value a voxel of the site). Clipped voxels do not teach it.
  /// Returns what the departure from the earlier level costs, in the units of squares over sigma.
  double take_from(std::vector<float>& residual) const;
  /// What the freedom itself costs when explanations with different freedoms are compared: the logarithm of the volume that the data
  /// take from the prior of the knots, in the units of squares over sigma (Laplace's approximation, here exact).
  double log_volume() const { return log_volume_; }

 private:
  double level_hu_ = 0.0, log_volume_ = 0.0;
  struct Column {
    std::size_t begin = 0, end = 0;  ///< its voxels
    std::size_t first = 0;           ///< spline along x
    std::array<float, 4> weight;
  };
  struct Row {
    std::size_t begin = 0, end = 0;  ///< its columns
    std::size_t first = 0;           ///< spline along y
    std::array<float, 4> weight;
  };
  std::size_t across_ = 0, along_ = 0;  ///< splines along x and y
  std::vector<Column> columns_;
  std::vector<Row> rows_;
  std::vector<std::uint16_t> slice_of_;                             ///< of each voxel
  std::vector<float> trust_;                                        ///< 1 / sigma^2, none where clipped
  std::vector<std::optional<Eigen::LLT<Eigen::MatrixXd>>> normal_;  ///< of each slice
};

}  // namespace seedaudit
