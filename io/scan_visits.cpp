// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/scan_visits.h"

#include <algorithm>

#include "io/scan_choice.h"

namespace seedaudit {
namespace {

/// Another study on another day is another visit, whatever frame of reference it names: some archives give every scan of a patient one
/// identifier. Without dates another study is: two visits taken for one would show seeds twice. One visit stays one (chest and abdomen, a
/// reconstruction made the day after).
bool other_visit(const SeriesInfo& a, const SeriesInfo& b) {
  const auto x = date_of_series(a), y = date_of_series(b);
  return a.study_instance_uid != b.study_instance_uid && (!x || !y || x->date != y->date);
}

}  // namespace

std::vector<std::vector<std::size_t>> visits_of(const std::vector<SeriesInfo>& catalog, const std::vector<std::size_t>& series) {
  std::vector<std::vector<std::size_t>> visits;
  for (const std::size_t s : series) {
    const auto own = std::find_if(visits.begin(), visits.end(), [&](const std::vector<std::size_t>& visit) {
      return std::none_of(visit.begin(), visit.end(), [&](std::size_t v) { return other_visit(catalog[v], catalog[s]); });
    });
    if (own != visits.end())
      own->push_back(s);
    else
      visits.push_back({s});
  }
  return visits;
}

std::optional<DateTime> date_of_visit(const std::vector<SeriesInfo>& catalog, const std::vector<std::size_t>& visit) {
  std::optional<DateTime> earliest;
  for (const std::size_t s : visit)
    if (const auto date = date_of_series(catalog[s]); date && (!earliest || date->date < earliest->date)) earliest = date;
  return earliest;
}

}  // namespace seedaudit
