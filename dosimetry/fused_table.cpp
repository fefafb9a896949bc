// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/fused_table.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "dosimetry/tg43.h"

namespace seedaudit {

FusedTable::FusedTable(const SourceModel& source, InterpolationRules table_rules) : source_id(source.id), rules(table_rules) {
  half_capsule_cm = static_cast<float>(0.5 * to_cm(source.capsule_length).value);
  const double radius = 0.5 * to_cm(source.capsule_diameter).value;
  capsule_radius_cm = static_cast<float>(radius);
  const double length = source.active_length.value;
  length2_cm2 = static_cast<float>(length * length);
  // No point outside the capsule is nearer than its radius.
  const int first_exponent = static_cast<int>(std::floor(std::log2(radius / kUnitCm)));
  first_bits = std::bit_cast<std::int32_t>(std::ldexp(1.0F, first_exponent));
  rows = (kLastExponent - first_exponent) * (1 << kRowBits) + 1;
  value.resize(static_cast<std::size_t>(rows) * kColumns);
  value_1d.resize(static_cast<std::size_t>(rows));
  for (std::int32_t row = 0; row < rows; ++row) {
    const Cm r{kUnitCm * static_cast<double>(std::bit_cast<float>(first_bits + (row << (23 - kRowBits))))};
    const double r2 = r.value * r.value;
    value_1d[static_cast<std::size_t>(row)] =
        static_cast<float>(dose_rate_1d(source, r, table_rules) * (r2 + 0.25 * length * length) * flattening(r2));
    float* line = &value[static_cast<std::size_t>(row) * kColumns];
    for (int column = kColumns - 1; column >= 0; --column) {
      const double theta_deg = static_cast<double>(column) / kColumnsPerDegree;
      const double along = r.value * std::cos(theta_deg * 3.14159265358979323846 / 180.0);
      const double middle = r2 + 0.25 * length * length;
      const double ends = std::sqrt(std::max(0.0, middle * middle - length * length * along * along));
      const double product = dose_rate_2d(source, r, theta_deg, table_rules) * ends * flattening(r2);
      // On the line itself, inside the capsule, there is no value; no point that is looked up has a neighbour there.
      line[column] = std::isfinite(product) && ends > 0.0 ? static_cast<float>(product) : line[column + 1];
    }
  }
}

}  // namespace seedaudit
