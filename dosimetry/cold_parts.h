// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "dosimetry/metrics.h"

/// Inside the layer: cold regions with the points that make them.
namespace seedaudit {

/// Cubic lattice over a structure's box; index of each lattice place among the points inside, or none.
struct ColdLattice {
  static constexpr std::int32_t kOutside = -1;
  double spacing_mm = 1.0;
  Index3 size{1, 1, 1};
  std::vector<std::int32_t> slot;
  std::vector<Index3> place;
  std::vector<Point<CtFrame>> points;
  Eigen::Vector3d low_mm = Eigen::Vector3d::Zero();  ///< corner of the box

  std::size_t offset(const Index3& c) const {
    return static_cast<std::size_t>(c[0]) +
           static_cast<std::size_t>(size[0]) *
               (static_cast<std::size_t>(c[1]) + static_cast<std::size_t>(size[1]) * static_cast<std::size_t>(c[2]));
  }
};

struct ColdPart {
  ColdRegion region;
  std::vector<std::size_t> points;  ///< of the lattice
};

struct ColdParts {
  ColdLattice lattice;
  std::vector<ColdPart> parts;  ///< as cold_regions(), in its order
};

ColdParts cold_parts(const StructureVolume<CtFrame>& structure, const std::vector<DoseSeed<CtFrame>>& seeds, const SourceModel& source,
                     Gy level, const DoseOptions& dose, const ColdRegionOptions& options);

}  // namespace seedaudit
