// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/csv_tables.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "tests/report/sample_audit.h"

using namespace seedaudit;

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"')
      quoted = !quoted;
    else if (c == ',' && !quoted)
      fields.emplace_back();
    else
      fields.back().push_back(c);
  }
  return fields;
}

std::size_t column(const std::vector<std::string>& header, const std::string& name) {
  const auto at = std::find(header.begin(), header.end(), name);
  REQUIRE(at != header.end());
  return static_cast<std::size_t>(at - header.begin());
}

}  // namespace

TEST_CASE("seeds.csv has a row for each found, missing and rejected object, each with every column") {
  const auto lines = lines_of(seeds_csv(test::full_audit()));
  REQUIRE(lines.size() == 1 + 3 + 1 + 1);
  const auto header = fields_of(lines[0]);
  for (const auto& line : lines) CHECK(fields_of(line).size() == header.size());
  const auto found = fields_of(lines[3]), missing = fields_of(lines[4]), rejected = fields_of(lines[5]);
  CHECK(found[column(header, "kind")] == "found");
  CHECK(found[column(header, "status")] == "migrated");
  CHECK(found[column(header, "center_z_mm")] == "-40");
  CHECK(missing[column(header, "kind")] == "missing");
  CHECK(missing[column(header, "plan_seed")] == "3");
  CHECK(missing[column(header, "status")] == "not_found");
  CHECK(missing[column(header, "center_x_mm")].empty());
  CHECK(rejected[column(header, "kind")] == "rejected");
  CHECK(rejected[column(header, "reason")] == "clip");
}

TEST_CASE("seeds.csv cannot be taken for a seed list: it has no column x_mm") {
  // Its missing and rejected rows would become seeds.
  const auto header = fields_of(lines_of(seeds_csv(test::full_audit()))[0]);
  CHECK(std::find(header.begin(), header.end(), "x_mm") == header.end());
}

TEST_CASE("dvh.csv falls from the whole volume to none, in steps of 1 % of the prescription") {
  const auto lines = lines_of(dvh_csv(test::full_audit()));
  CHECK(lines[0] == "structure,phase,dose_gy,volume_cc,volume_pct");
  double last = 101.0;
  std::map<std::string, int> rows;
  std::string phase;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto f = fields_of(lines[i]);
    REQUIRE(f.size() == 5);
    CHECK(f[0] == "CTV, boost");
    if (f[1] != phase) last = 101.0;
    phase = f[1];
    ++rows[phase];
    const double pct = std::stod(f[4]);
    CHECK(pct <= last);
    // 20 cc; both columns are rounded, to 1e-3 % and 1e-4 cc, which together is 1.5e-4 cc at most.
    CHECK(std::abs(std::stod(f[3]) - pct / 100.0 * 20.0) < 3e-4);
    last = pct;
  }
  CHECK(last == 0.0);            // all but preop end below 400 % and so reach zero
  CHECK(rows["preop"] == 401);   // 0 to 400 % of 120 Gy although doses reach 900 Gy
  CHECK(rows["postop"] == 252);  // 0 to 300 Gy in steps of 1.2 Gy, and the step that ends it
  // At 10 % the histogram is at 274 Gy, the band at 250 and 300: scaled so, they end at 300 Gy x 250 / 274 and 300 / 274.
  CHECK(rows["postop_low"] == 229);
  CHECK(rows["postop_high"] == 275);
  CHECK(rows.size() == 4);
}

TEST_CASE("dvh.csv: at the doses of the band its edges have the band's volumes, and without a prescription there is none") {
  CaseAudit audit = test::full_audit();
  const auto at = [&](const std::string& phase, const std::string& dose) {
    for (const auto& line : lines_of(dvh_csv(audit))) {
      const auto f = fields_of(line);
      if (f.size() == 5 && f[1] == phase && std::stod("0" + f[2]) == std::stod(dose)) return std::stod(f[4]);
    }
    return -1.0;
  };
  CHECK(at("postop_low", "150") == 50.0);
  CHECK(at("postop_low", "60") == 90.0);
  CHECK(at("postop_high", "300") == 10.0);
  audit.dose->rx_gy.reset();
  CHECK(at("postop_low", "0") == -1.0);
  CHECK(at("postop", "0") == 100.0);
}

TEST_CASE("dvh.csv holds the planning system's histogram as far as it goes, and the dose with an earlier implant, by name") {
  CaseAudit audit = test::full_audit();
  StructureAudit& s = audit.dose->structures[0];
  HistogramStatement statement;
  statement.volume_cc = 20.0;
  s.planning_system_histogram = PlanningHistogram::make({0, 120, 240}, {100, 90, 40}, statement).value();  // cut at 240 Gy
  s.postop_with_earlier_implant_dvh = test::sample_dvh(50.0, 300.0);
  const auto rows = [&](const std::string& phase) {
    std::vector<std::vector<std::string>> out;
    for (const auto& line : lines_of(dvh_csv(audit)))
      if (const auto f = fields_of(line); f[1] == phase) out.push_back(f);
    return out;
  };
  const auto stored = rows("planning_system");
  REQUIRE(stored.size() == 201);  // 0 to 200 % of 120 Gy
  CHECK(stored[100][2] == "120");
  CHECK(stored[100][3] == "18");
  CHECK(stored[100][4] == "90");
  CHECK(rows("postop_with_earlier_implant").size() == 252);
  s.planning_system_histogram = PlanningHistogram::make({0, 120, 240}, {100, 90, 0}, {}).value();
  const auto percent = rows("planning_system");
  CHECK(percent.back()[4] == "0");
  CHECK(percent[100][3].empty());
}

TEST_CASE("an audit without dose gives an empty table with its header") {
  CHECK(dvh_csv(test::failed_audit()) == "structure,phase,dose_gy,volume_cc,volume_pct\n");
  CHECK(lines_of(seeds_csv(test::failed_audit())).size() == 1);
}
