// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/detection/region_store.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

#include "bench/detection/random_case.h"
#include "io/volume_file.h"
#include "samples/phantom/ct_surroundings.h"

namespace seedaudit::bench {

Result<RegionStore> RegionStore::of_ct(const std::filesystem::path& path) {
  auto ct = read_volume(path);
  if (!ct) return ct.error();
  constexpr double kTargetMm = 25.0;
  const auto middle = soft_tissue_center(*ct, kTargetMm);
  if (!middle) return middle.error();
  RegionStore out{std::filesystem::path()};
  out.ct_ = std::move(ct).value();
  out.middle_ = *middle;
  return out;
}

Result<RegionBackground> RegionStore::make(int patient) {
  if (ct_) {
    // The chest wall, lung and spine come into the region at one place or another.
    const std::array<Eigen::Vector3d, kPatients> beside{Eigen::Vector3d(0, 0, 0), {35, 0, 0}, {-35, 15, 0}, {0, 10, 40}};
    const RegionOptions o = patient_region(patient);
    Point<CtFrame> center{middle_.mm + beside[static_cast<std::size_t>(patient)]};
    const auto& grid = ct_->grid;
    Eigen::Vector3d index = grid.index_of(center);
    const double slices = o.length_mm / grid.spacing_mm().z();
    const Eigen::Vector3d half(0.5 * o.matrix, 0.5 * o.matrix, 0.5 * slices);
    for (Eigen::Index a = 0; a < 3; ++a) {
      const double last = grid.size()[static_cast<std::size_t>(a)] - 1.0 - half[a];
      if (last < half[a])
        return Error{ErrorCode::invalid_option, "the CT is smaller than a region", ct_->series.path, "Give a larger one."};
      index[a] = std::clamp(index[a], half[a], last);
    }
    return region_of(*ct_, grid.point_at(index), o.matrix, o.length_mm, ReconstructionKernel::medium);
  }
  const auto file = folder_ / ("patient-" + std::to_string(patient) + ".region");
  auto region = read_region(file);
  if (region) return region;
  std::fprintf(stderr, "background of patient %d ...\n", patient);
  region = simulate_region(patient_region(patient), static_cast<std::uint64_t>(patient) + 1);
  if (!region) return region.error();
  std::error_code code;
  std::filesystem::create_directories(folder_, code);
  if (auto status = write_region(*region, file); !status) return status.error();
  return region;
}

Result<const RegionBackground*> RegionStore::of(int patient) {
  if (const auto it = loaded_.find(patient); it != loaded_.end()) return &it->second;
  auto region = make(patient);
  if (!region) return region.error();
  return &loaded_.emplace(patient, std::move(region).value()).first->second;
}

}  // namespace seedaudit::bench
