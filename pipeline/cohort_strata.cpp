// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/cohort_strata.h"

#include <algorithm>
#include <map>

#include "pipeline/cohort_statistics.h"

namespace seedaudit {
namespace {

std::string or_unknown(const std::string& text) { return text.empty() ? kUnknownStratum : text; }

std::string thickness_stratum(const std::optional<double>& mm) {
  if (!mm) return kUnknownStratum;
  // Above 3 mm an audit says that slices are thick; 1.5 mm parts thin reconstructions from the usual ones.
  return *mm <= 1.5 ? "1.5 mm or less" : *mm <= 3.0 ? "1.5 to 3 mm" : "over 3 mm";
}

SampleSummary summary_of(const RecordList& records, CohortMetric metric, CohortPhase phase) {
  std::vector<double> values;
  for (const auto* r : records)
    if (const auto v = implant_value(*r, metric, phase)) values.push_back(*v);
  return summarise(std::move(values));
}

}  // namespace

std::vector<RecordStratum> strata_of(const CohortRecord& r, CohortPeriod period) {
  return {{"site", or_unknown(r.site)},
          {"scanner", or_unknown(r.scanner)},
          {"slice_thickness", thickness_stratum(r.slice_thickness_mm)},
          {"adjacency", !r.organ_near   ? kUnknownStratum
                        : *r.organ_near ? "organ at risk near"
                                        : "no organ at risk near"},
          {"position", or_unknown(r.position)},
          {"period", or_unknown(period_of(r, period))}};
}

std::vector<StratumSummary> stratify(const RecordList& records, CohortPeriod period, double limit_d90_pct, double limit_v100_pct) {
  std::vector<StratumSummary> out;
  std::vector<std::vector<RecordStratum>> strata;
  for (const auto* r : records) strata.push_back(strata_of(*r, period));
  if (strata.empty()) return out;
  for (std::size_t f = 0; f < strata.front().size(); ++f) {
    std::map<std::pair<bool, std::string>, RecordList> groups;
    for (std::size_t i = 0; i < records.size(); ++i) {
      const std::string& name = strata[i][f].stratum;
      groups[{name == kUnknownStratum, name}].push_back(records[i]);
    }
    for (const auto& [key, members] : groups) {
      StratumSummary s;
      s.factor = strata.front()[f].factor;
      s.stratum = key.second;
      s.implants = static_cast<int>(members.size());
      s.d90_after = summary_of(members, &CohortMetrics::d90_rx_pct, CohortPhase::after);
      s.d90_change = summary_of(members, &CohortMetrics::d90_rx_pct, CohortPhase::change);
      s.v100_after = summary_of(members, &CohortMetrics::v100_pct, CohortPhase::after);
      s.d90_below_limit = share_below(members, &CohortMetrics::d90_rx_pct, limit_d90_pct);
      s.v100_below_limit = share_below(members, &CohortMetrics::v100_pct, limit_v100_pct);
      const auto in_review = std::count_if(members.begin(), members.end(), [](const auto* r) { return r->status == "review"; });
      s.review = wilson(static_cast<int>(in_review), s.implants);
      s.migrated = share_migrated(members);
      out.push_back(std::move(s));
    }
  }
  return out;
}

}  // namespace seedaudit
