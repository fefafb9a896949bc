// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>

#include "samples/phantom/region_background.h"

namespace seedaudit::bench {

/// The regions of the patients, made when first asked for: simulated ones kept in a folder, or four places of a CT that exists.
class RegionStore {
 public:
  /// Simulated patients, cached in `folder`.
  explicit RegionStore(std::filesystem::path folder) : folder_(std::move(folder)) {}
  /// Places of a CT: the middle of its largest soft tissue and beside it. Errors: those of read_volume, soft_tissue_center.
  static Result<RegionStore> of_ct(const std::filesystem::path& path);

  bool real() const { return ct_.has_value(); }
  Result<const RegionBackground*> of(int patient);

 private:
  Result<RegionBackground> make(int patient);

  std::filesystem::path folder_;
  std::optional<CtVolume> ct_;
  Point<CtFrame> middle_;
  std::map<int, RegionBackground> loaded_;
};

}  // namespace seedaudit::bench
