// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/detector_options.h"

#include <string>

namespace seedaudit {
namespace {

// NaN fails every comparison, so it fails the check.
bool within(double v, double low, double high) { return v >= low && v <= high; }

Error out_of_range(const char* name, double v, const char* range) {
  return Error{ErrorCode::invalid_option, std::string(name) + " = " + std::to_string(v) + " is outside " + range, "detector options", ""};
}

}  // namespace

double DetectorOptions::core_length() const {
  if (core_length_mm) return *core_length_mm;
  return capsule_length_mm >= 3.5 ? capsule_length_mm - 1.5 : capsule_length_mm;
}

Status DetectorOptions::check() const {
  if (!within(capsule_length_mm, 1.0, 12.0)) return out_of_range("capsule_length_mm", capsule_length_mm, "1..12 mm");
  if (!within(capsule_diameter_mm, 0.2, 3.0)) return out_of_range("capsule_diameter_mm", capsule_diameter_mm, "0.2..3 mm");
  if (!(capsule_diameter_mm <= capsule_length_mm))
    return out_of_range("capsule_diameter_mm", capsule_diameter_mm, "the capsule's length: an axis needs an object longer than wide");
  if (!within(core_length(), 0.5, capsule_length_mm)) return out_of_range("core_length_mm", core_length(), "0.5 mm .. capsule length");
  if (!within(cluster_gap_mm, 0.0, 20.0)) return out_of_range("cluster_gap_mm", cluster_gap_mm, "0..20 mm");
  if (!within(minimum_confidence, 0.0, 1.0)) return out_of_range("minimum_confidence", minimum_confidence, "0..1");
  return ok_status();
}

}  // namespace seedaudit
