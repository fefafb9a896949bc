// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/outcome_tables.h"

#include <algorithm>

#include "pipeline/cohort_statistics.h"

namespace seedaudit {
namespace {

ComplicationTable complication_table(const std::string& name, const std::vector<std::optional<int>>& grades) {
  ComplicationTable t;
  t.name = name;
  t.by_grade.assign(6, 0);
  for (const auto& g : grades) {
    if (g)
      ++t.by_grade[static_cast<std::size_t>(*g)];
    else
      ++t.not_recorded;
  }
  int recorded = 0, severe = 0;
  for (int g = 0; g < 6; ++g) {
    recorded += t.by_grade[static_cast<std::size_t>(g)];
    if (g >= 3) severe += t.by_grade[static_cast<std::size_t>(g)];
  }
  t.any = clopper_pearson(recorded - t.by_grade[0], recorded);
  t.severe = clopper_pearson(severe, recorded);
  return t;
}

}  // namespace

void add_responses(const OutcomeTable& table, const MatchedPatients& patients, OutcomesSummary& out) {
  if (!table.has_response) return;
  out.responses.assign(kTumourResponses.size(), 0);
  for (const auto* row : patients.rows) {
    if (row->response)
      ++out.responses[static_cast<std::size_t>(*row->response)];
    else
      ++out.responses_missing;
  }
  const int cr = out.responses[0], pr = out.responses[1], sd = out.responses[2], pd = out.responses[3];
  const int evaluable = cr + pr + sd + pd, all = static_cast<int>(patients.rows.size());
  out.response_shares = {{"objective response (CR + PR), of the evaluable", clopper_pearson(cr + pr, evaluable)},
                         {"objective response (CR + PR), of all", clopper_pearson(cr + pr, all)},
                         {"disease control (CR + PR + SD), of the evaluable", clopper_pearson(cr + pr + sd, evaluable)},
                         {"disease control (CR + PR + SD), of all", clopper_pearson(cr + pr + sd, all)}};
}

void add_complications(const OutcomeTable& table, const MatchedPatients& patients, OutcomesSummary& out) {
  if (table.complications.empty()) return;
  std::vector<std::optional<int>> worst;
  for (const auto* row : patients.rows) {
    std::optional<int> most = 0;
    for (const auto& g : row->grades) most = most && g ? std::optional<int>(std::max(*most, *g)) : std::nullopt;
    worst.push_back(most);
  }
  for (std::size_t c = 0; c < table.complications.size(); ++c) {
    std::vector<std::optional<int>> grades;
    for (const auto* row : patients.rows) grades.push_back(row->grades[c]);
    out.complications.push_back(complication_table(table.complications[c], grades));
  }
  out.complications.push_back(complication_table("worst of the patient", worst));
}

}  // namespace seedaudit
