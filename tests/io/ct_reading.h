// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <string>

#include "core/ct_volume.h"
#include "dicom_maker.h"
#include "io/ct_series_reader.h"
#include "io/dicom_index.h"
#include "io/series_catalog.h"

namespace seedaudit::test {

/// The only stack of a folder, as a volume; several stacks are an error of the test's making and reported as such.
inline Result<CtVolume> read_folder(const std::filesystem::path& folder) {
  auto index = index_folder(folder);
  if (!index) return index.error();
  const auto series = catalog_series(*index);
  if (series.size() != 1)
    return Error{ErrorCode::internal, "the folder holds " + std::to_string(series.size()) + " stacks", folder.string(), ""};
  return read_series<CtFrame>(*index, series.front());
}

inline bool has_warning(const Warnings& warnings, const std::string& code) {
  return std::any_of(warnings.begin(), warnings.end(), [&](const Warning& w) { return w.code == code; });
}

inline std::string message_of(const Warnings& warnings, const std::string& code) {
  for (const auto& w : warnings)
    if (w.code == code) return w.message;
  return {};
}

/// Greatest difference between a volume and the content it was made from, over voxels at least `margin` away from the volume's faces.
inline double worst_hu_error(const CtVolume& v, const std::function<double(const Eigen::Vector3d&)>& hu, int margin = 0) {
  double worst = 0.0;
  const auto n = v.grid.size();
  for (int k = margin; k < n[2] - margin; ++k)
    for (int j = margin; j < n[1] - margin; ++j)
      for (int i = margin; i < n[0] - margin; ++i) worst = std::max(worst, std::abs(hu(v.grid.center_of({i, j, k}).mm) - v.at(i, j, k)));
  return worst;
}

}  // namespace seedaudit::test
