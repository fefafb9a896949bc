// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/outcomes_patients.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/date.h"

namespace seedaudit {
namespace {

/// The audits of one patient, as places in the records.
using Audits = std::vector<std::size_t>;

std::optional<double> of_patient(const Audits& audits, const std::vector<CohortRecord>& records,
                                 std::optional<double> CohortMetrics::*member, bool lowest) {
  double sum = 0.0, least = 0.0;
  int n = 0;
  for (const std::size_t i : audits)
    for (const auto& lesion : records[i].lesions) {
      const auto& v = lesion.postop.*member;
      if (!v || !std::isfinite(*v)) continue;
      least = n == 0 ? *v : std::min(least, *v);
      sum += *v;
      ++n;
    }
  if (n == 0) return std::nullopt;
  return lowest ? least : sum / n;
}

/// An event comes from the coldest place; other figures describe the implant.
bool takes_lowest(std::string_view metric) { return metric == "d90_gy" || metric == "d90_rx_pct" || metric == "v100_pct"; }

void add_dose_covariates(MatchedPatients& out, const std::vector<Audits>& audits_of, const std::vector<CohortRecord>& records,
                         const std::vector<std::string>& times) {
  const struct {
    const char *time, *suffix;
    double landmark;
  } kTimes[] = {{"day 0", "_day_0", kLandmarkDay0}, {"day 30", "_day_30", kLandmarkDay30}};
  for (const auto& at : kTimes)
    for (const auto& [metric, member] : kCohortMetrics) {
      PatientCovariate c{std::string(metric) + at.suffix, true, at.landmark, {}};
      bool any = false;
      for (const auto& audits : audits_of) {
        Audits of_time;
        for (const std::size_t i : audits)
          if (times[i] == at.time) of_time.push_back(i);
        c.values.push_back({of_patient(of_time, records, member, takes_lowest(metric)), {}});
        any = any || c.values.back().number.has_value();
      }
      if (any) out.covariates.push_back(std::move(c));
    }
}

std::string counted(std::size_t n, const std::string& one, const std::string& many) {
  return std::to_string(n) + " " + (n == 1 ? one : many);
}

}  // namespace

Result<MatchedPatients> match_patients(const OutcomeTable& table, const std::vector<CohortRecord>& records,
                                       const std::vector<std::string>& times, const std::vector<CaseIdentity>& identities) {
  const auto bad = [&](const std::string& what, const std::string& where, const std::string& hint) {
    return Error{ErrorCode::bad_csv, what, where, hint};
  };
  MatchedPatients out;
  std::map<std::string, const CaseIdentity*> identity_of;
  for (const auto& i : identities) identity_of.emplace(i.case_id, &i);
  std::map<std::string, std::size_t> record_of;
  std::map<std::string, Audits> audits_of_patient;
  for (std::size_t i = 0; i < records.size(); ++i) {
    record_of.emplace(records[i].case_id, i);
    const auto known = identity_of.find(records[i].case_id);
    if (known == identity_of.end() || known->second->patient.empty()) continue;
    out.patients_known = true;
    audits_of_patient[known->second->patient].push_back(i);
  }
  if (table.keyed_by_patient && !out.patients_known)
    return bad("rows by patient, but these audits do not say whose they are", table.path,
               "give the folder or database of a batch over a manifest, or a column case_id");
  const auto patient_of = [&](std::size_t record) -> std::string {
    const auto known = identity_of.find(records[record].case_id);
    return known == identity_of.end() ? std::string() : known->second->patient;
  };
  std::vector<bool> matched(records.size(), false);
  std::vector<Audits> audits_of;
  std::map<std::string, int> line_of_patient;
  std::size_t later_implants = 0, no_implant_then = 0;
  for (const auto& row : table.rows) {
    Audits audits;
    if (table.keyed_by_patient) {
      if (const auto at = audits_of_patient.find(row.key); at != audits_of_patient.end()) audits = at->second;
    } else if (const auto at = record_of.find(row.key); at != record_of.end()) {
      const std::string patient = patient_of(at->second);
      audits = patient.empty() ? Audits{at->second} : audits_of_patient[patient];
      if (!patient.empty()) {
        const auto [before, fresh] = line_of_patient.emplace(patient, row.line);
        if (!fresh)
          return bad("the case is of the same patient as that in line " + std::to_string(before->second) + " (column case_id)",
                     table.path + ", line " + std::to_string(row.line), "give one row a patient, with any of its cases");
      }
    }
    if (audits.empty()) {
      out.rows_without_audit.push_back({row.line, table.keyed_by_patient ? "no audit of this patient" : "no audit of this case"});
      continue;
    }
    Audits of_start;
    bool left_out = false;
    for (const std::size_t i : audits) {
      matched[i] = true;
      const auto known = identity_of.find(records[i].case_id);
      const auto implanted = known == identity_of.end() ? std::nullopt : parse_date(known->second->implant_date);
      const bool another = implanted && std::abs((*implanted - row.start).count()) > 3;
      if (another) {
        ++later_implants;
        left_out = true;
      }
      if (!another && records[i].status != "failed") of_start.push_back(i);
    }
    if (left_out && of_start.empty()) ++no_implant_then;
    out.rows.push_back(&row);
    audits_of.push_back(std::move(of_start));
  }
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (matched[i])
      ++out.audits_matched;
    else
      out.audits_without_row.push_back(records[i].case_id);
  }
  if (out.rows.empty())
    return bad("no row has an audit", table.path,
               table.keyed_by_patient ? "keys are the pseudonyms of the batch's manifest, made with its key"
                                      : "keys are the case_id of cases.csv");
  for (std::size_t c = 0; c < table.covariates.size(); ++c) {
    PatientCovariate covariate{table.covariates[c].name, table.covariates[c].numeric, std::nullopt, {}};
    for (const auto* row : out.rows) covariate.values.push_back(row->covariates[c]);
    out.covariates.push_back(std::move(covariate));
  }
  add_dose_covariates(out, audits_of, records, times);
  for (const auto& c : table.covariates)
    for (const auto& of_dose : out.covariates)
      if (of_dose.landmark_days && of_dose.name == c.name)
        return bad("the column " + c.name + " has the name of a dose figure of the audits", table.path, "rename the column");
  if (!out.patients_known) out.notes.push_back("The audits do not say which are of one patient: each case is taken for one.");
  if (later_implants > 0)
    out.notes.push_back(counted(later_implants, "audit is of an implant", "audits are of implants") +
                        " more than 3 days from the row's start and gives no dose figure; " +
                        counted(no_implant_then, "patient has", "patients have") + " no other audit that gives one.");
  return out;
}

}  // namespace seedaudit
