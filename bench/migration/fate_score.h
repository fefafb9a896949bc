// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bench/migration/random_fate.h"
#include "core/audit_report.h"

namespace seedaudit::bench {

/// What the detector is taken to do.
enum class Finder {
  located,  ///< finds every seed in the scan, each with an error of place
  detected  ///< and misses some of the implant's, and takes other things for seeds (README.md here)
};
std::string_view to_string(Finder v);

/// A found seed: whose it is, and what was said of it.
struct JudgedSeed {
  FatedSeed truth;
  SeedStatus status = SeedStatus::undetermined;
};

/// One implant, assigned and judged.
struct JudgedCase {
  std::vector<JudgedSeed> seeds;
  int migrated_unseen = 0;  ///< migrated, in the scan, and not found
  int missing_truth = 0;    ///< planned seeds of which none lies in the scan
  int missing_said = 0;
  int lost_truth = 0;  ///< implanted, and not in the scan
  int lost_said = 0;
  bool complete = false;          ///< the scan shows the whole trunk
  bool coverage_said = false;     ///< and the audit says so
  bool record_names_all = false;  ///< as many recorded as planned: which seeds are lost is known
};

/// Finds by the stated priors, assigns with the audit's own code, and puts truth beside what was said.
JudgedCase judge(const FateCase& c, Finder finder);

/// Counts over cases, from rows of CSV; a case already in is not counted twice.
struct FateTable {
  struct Line {
    int implants = 0, seeds = 0, migrated = 0, caught = 0, unseen = 0, said = 0, right = 0, false_implants = 0, without = 0;
    int complete = 0, missing_exact = 0, lost_exact = 0, lost_judged = 0, lost_wrongly = 0, incomplete = 0, covered_wrongly = 0;
    std::map<std::string, std::map<std::string, int>> moves;  ///< truth and distance -> status said -> seeds
  };
  std::map<std::string, Line> lines;  ///< by series and finder

  void add(const std::string& row);
  std::string text() const;
};

/// One CSV row a case and finder, and the names of its columns.
std::string fate_row(const FateCase& c, Finder finder, const JudgedCase& judged);
std::string fate_header();

}  // namespace seedaudit::bench
