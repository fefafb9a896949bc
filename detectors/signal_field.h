// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Eigen/Core>

#include <array>
#include <cstddef>
#include <map>
#include <vector>

namespace seedaudit {

/// Scattered signal (voxels that stand out) seen through a Gaussian window: density, and the places where it is highest.
class SignalField {
 public:
  struct Voxel {
    Eigen::Vector3d at_mm = Eigen::Vector3d::Zero();
    double hu = 0.0;
  };
  /// A place where the density is highest.
  struct Mode {
    Eigen::Vector3d at_mm = Eigen::Vector3d::Zero();
    double density = 0.0;
  };
  /// \param width_mm of the window, standard deviation
  SignalField(std::vector<Voxel> voxels, double width_mm);

  const std::vector<Voxel>& voxels() const { return voxels_; }
  /// Sum of HU weighed by the window about a place.
  double density(const Eigen::Vector3d& at_mm) const;
  /// Uphill from each voxel of at least that signal (mean shift: Fukunaga, Hostetler, IEEE Trans Inf Theory 21:32, 1975); the same place is
  /// told once. Strongest first.
  std::vector<Mode> modes(double least_hu) const;

 private:
  using Cell = std::array<int, 3>;
  Cell cell_of(const Eigen::Vector3d& at_mm) const;
  /// Weighted mean of the places about one, and the density there.
  Mode uphill(const Eigen::Vector3d& at_mm) const;
  std::vector<Voxel> voxels_;
  double width_mm_;
  std::map<Cell, std::vector<std::size_t>> cells_;
};

}  // namespace seedaudit
