// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "io/series_catalog.h"

/// Which of several image series of one scan to use (docs/algorithms/choosing_inputs.md). Decided from headers.
namespace seedaudit {

/// Everything acquired in one frame of reference. Series without a frame of reference are scans of their own.
struct Scan {
  std::string frame_uid;            ///< empty where the series state none
  std::vector<std::size_t> series;  ///< into the catalogue
  std::optional<DateTime> date;     ///< of acquisition, series or study
  bool has_ct = false;
};

/// Volume-like series grouped by frame of reference, in order of first appearance. Localizers and series without placement are left out.
std::vector<Scan> group_scans(const std::vector<SeriesInfo>& catalog);

/// Date of a series: acquisition, else series, else study.
std::optional<DateTime> date_of_series(const SeriesInfo& series);

/// 0 = soft tissue to medium sharp, best for seeds; 1 = not known; 2 = edge enhancing (bone, lung); 3 = smoothing.
int kernel_class(const std::string& kernel);

/// The reconstructions to search: the best one of each body region, best first. Order of preference: original, not metal-artefact-reduced,
/// covers a body region at all (40 mm), not lossily compressed, thinnest, soft-tissue kernel, more slices, lower series number.
/// Series that share more than half of their length with a better one show the same region and are passed over.
struct ReconstructionChoice {
  std::vector<std::size_t> series;  ///< into the catalogue
  std::string reason;               ///< for people; says what was passed over
  std::string left_out;             ///< original series passed over although no chosen one shows most of their region
};
ReconstructionChoice choose_reconstructions(const std::vector<SeriesInfo>& catalog, const std::vector<std::size_t>& among);

/// A series as a person would name it: number, description, thickness, kernel.
std::string describe(const SeriesInfo& series);

}  // namespace seedaudit
