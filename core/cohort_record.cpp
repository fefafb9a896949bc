// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/cohort_record.h"

#include <algorithm>
#include <cmath>

namespace seedaudit {

std::optional<double> lesion_value(const CohortLesion& lesion, CohortMetric metric, CohortPhase phase) {
  const auto &before = lesion.preop.*metric, &after = lesion.postop.*metric;
  std::optional<double> v;
  if (phase == CohortPhase::before) v = before;
  if (phase == CohortPhase::after) v = after;
  if (phase == CohortPhase::change && before && after) v = *after - *before;
  return v && std::isfinite(*v) ? v : std::nullopt;
}

std::optional<double> implant_value(const CohortRecord& record, CohortMetric metric, CohortPhase phase) {
  double sum = 0.0;
  int n = 0;
  for (const auto& lesion : record.lesions) {
    const auto v = lesion_value(lesion, metric, phase);
    if (!v) continue;
    sum += *v;
    ++n;
  }
  return n > 0 ? std::optional<double>(sum / n) : std::nullopt;
}

std::optional<double> worst_value(const CohortRecord& record, CohortMetric metric) {
  std::optional<double> worst;
  for (const auto& lesion : record.lesions)
    if (const auto v = lesion_value(lesion, metric, CohortPhase::after)) worst = std::min(worst.value_or(*v), *v);
  return worst;
}

std::string patient_key(const CohortRecord& record) {
  return record.patient.empty() ? "case " + record.case_id : "patient " + record.patient;
}

}  // namespace seedaudit
