// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/migration/fate_score.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <sstream>

#include "pipeline/assign_seeds.h"
#include "samples/phantom/random.h"

namespace seedaudit::bench {
namespace {

using Eigen::Vector3d;

constexpr double kMissed = 0.01;           ///< of seeds in the implant; one that lies alone is found
constexpr double kFalsePerCase = 0.05;     ///< the target of the detection harness
constexpr double kFalseReachMm = 60.0;     ///< from a target: clips and lipiodol lie there
constexpr double kThickShare = 1.0 / 3.0;  ///< scans of 5 mm slices
constexpr double kStatedErrorMm = 1.5;     ///< the least error that an audit takes its registration to have

std::vector<StructureVolume<CtFrame>> volumes(const std::vector<Structure<CtFrame>>& structures) {
  std::vector<StructureVolume<CtFrame>> out;
  for (const auto& s : structures)
    if (auto v = StructureVolume<CtFrame>::make(s)) out.push_back(*v);
  return out;
}

KnownContours contours_of(const FateCase& c) {
  // Targets were drawn before the implant and come through the registration, with its error; organs are drawn on the scan.
  std::vector<Structure<CtFrame>> targets;
  for (const auto& t : c.targets) {
    Structure<PlanFrame> drawn;
    for (const auto& contour : outline(t, "target", 2.5).contours) {
      Contour<PlanFrame> copy;
      for (const auto& p : contour.points) copy.points.push_back({p.mm});
      drawn.contours.push_back(std::move(copy));
    }
    targets.push_back(transform(c.ct_from_plan, drawn));
  }
  KnownContours out;
  out.targets = volumes(targets);
  if (c.organs_drawn) {
    out.organ = volumes({outline(liver_shape(), "liver", 5.0)});
    out.heart = volumes({outline(heart_shape(), "heart", 5.0)});
    out.great_vessels = volumes({vessel_outline()});
  }
  return out;
}

bool in_scan(const FateCase& c, const Point<CtFrame>& p) { return p.mm.z() > c.low_z_mm && p.mm.z() < c.high_z_mm; }

bool present(const FateCase& c, const FatedSeed& s) { return s.fate != Fate::lost && s.fate != Fate::not_implanted && in_scan(c, s.place); }

}  // namespace

std::string_view to_string(Finder v) { return v == Finder::located ? "located" : "detected"; }

JudgedCase judge(const FateCase& c, Finder finder) {
  RandomStream random(static_cast<std::uint64_t>(c.number), 60 + static_cast<std::uint64_t>(c.series));
  JudgedCase out;
  const bool thick = random.uniform() < kThickShare;
  const Vector3d sigma = thick ? Vector3d(0.2, 0.2, 1.0) : Vector3d(0.1, 0.1, 0.4);
  Detection detection;
  std::vector<Point<CtFrame>> metal;
  std::vector<FatedSeed> whose;
  const auto find = [&](const FatedSeed& s) {
    DetectedSeed d;
    d.id = static_cast<int>(whose.size()) + 1;
    d.pose.center = {s.place.mm + Vector3d(random.normal(), random.normal(), random.normal()).cwiseProduct(sigma)};
    d.center_sigma_mm = sigma;
    detection.seeds.push_back(d);
    whose.push_back(s);
  };
  for (const FatedSeed& s : c.seeds) {
    if (!present(c, s)) {
      ++out.missing_truth;
      out.lost_truth += s.fate != Fate::not_implanted ? 1 : 0;
      continue;
    }
    metal.push_back(s.place);
    if (finder == Finder::detected && !s.migrated && random.uniform() < kMissed) continue;
    find(s);
  }
  if (finder == Finder::detected && random.uniform() < kFalsePerCase) {
    FatedSeed s;
    s.fate = Fate::none;
    do
      s.place = {c.targets.front().center_mm +
                 kFalseReachMm * Vector3d(random.uniform(-1, 1), random.uniform(-1, 1), random.uniform(-1, 1))};
    while (!in_scan(c, s.place) || organ_at(s.place.mm) == Organ::outside);
    metal.push_back(s.place);
    find(s);
  }
  const std::vector<CtVolume> scan{body_ct(c.low_z_mm, c.high_z_mm, metal)};
  const KnownContours contours = contours_of(c);
  AssignmentInput input;
  input.detection = &detection;
  input.postop = &scan;
  input.contours = &contours;
  input.plan = &c.plan;
  input.ct_from_plan = Warp<CtFrame, PlanFrame>{c.ct_from_plan, nullptr};
  input.frame_trusted = true;
  input.registration_tre_mm = kStatedErrorMm;
  input.records.implanted = c.implanted;
  const Assignment said = assign_seeds(input, {}, {});
  for (std::size_t n = 0; n < whose.size(); ++n) out.seeds.push_back({whose[n], said.seeds[n].status});
  out.missing_said = static_cast<int>(said.missing.size());
  out.lost_said = static_cast<int>(
      std::count_if(said.missing.begin(), said.missing.end(), [](const MissingSeed& m) { return m.status == MissingStatus::lost; }));
  out.complete = c.complete;
  out.coverage_said = said.coverage && said.coverage->complete();
  out.record_names_all = c.implanted == static_cast<int>(c.plan.seeds.size());
  return out;
}

std::string fate_header() {
  return "series,finder,case,seeds,complete,coverage_said,record_names_all,migrated_unseen,missing_truth,missing_said,lost_truth,lost_said,"
         "judged";
}

std::string fate_row(const FateCase& c, Finder finder, const JudgedCase& j) {
  std::ostringstream out;
  out << to_string(c.series) << ',' << to_string(finder) << ',' << c.number << ',' << j.seeds.size() << ',' << j.complete << ','
      << j.coverage_said << ',' << j.record_names_all << ',' << j.migrated_unseen << ',' << j.missing_truth << ',' << j.missing_said << ','
      << j.lost_truth << ',' << j.lost_said << ',';
  // Every seed that is not plainly placed and said to be: fate:migrated:move:status.
  bool first = true;
  for (const JudgedSeed& s : j.seeds) {
    if (s.truth.fate == Fate::placed && s.status == SeedStatus::placed) continue;
    std::array<char, 24> move{};
    std::snprintf(move.data(), move.size(), "%.1f", s.truth.move_mm);
    out << (first ? "" : ";") << to_string(s.truth.fate) << ':' << s.truth.migrated << ':' << move.data() << ':' << to_string(s.status);
    first = false;
  }
  return out.str();
}

void FateTable::add(const std::string& row) {
  std::istringstream in(row);
  std::vector<std::string> f;
  for (std::string part; std::getline(in, part, ',');) f.push_back(part);
  if (f.size() < 12 || f[0] == "series") return;
  const auto number = [&](std::size_t n) { return std::atoi(f[n].c_str()); };
  Line& line = lines[f[0] + ", " + f[1]];
  ++line.implants;
  line.seeds += number(3);
  line.unseen += number(7);
  bool any_migrated = false, any_false = false;
  std::istringstream seeds(f.size() > 12 ? f[12] : "");
  for (std::string text; std::getline(seeds, text, ';');) {
    std::istringstream parts(text);
    std::array<std::string, 4> p;
    for (auto& x : p) std::getline(parts, x, ':');
    const bool migrated = p[1] == "1", said = p[3] == "migrated" || p[3] == "embolised";
    line.migrated += migrated ? 1 : 0;
    line.caught += migrated && said ? 1 : 0;
    line.said += said ? 1 : 0;
    line.right += migrated && said ? 1 : 0;
    any_migrated = any_migrated || migrated;
    any_false = any_false || (said && !migrated);
    if (p[0] == "moved")
      ++line.moves[std::string(std::atof(p[2].c_str()) < 10.0 ? "5-10" : "10-15") + " mm, " + (migrated ? "migrated" : "not migrated")]
                  [p[3]];
  }
  line.without += any_migrated ? 0 : 1;
  line.false_implants += any_false ? 1 : 0;
  if (f[4] == "1") {
    ++line.complete;
    line.missing_exact += number(8) == number(9) ? 1 : 0;
    if (f[6] == "1") {
      ++line.lost_judged;
      line.lost_exact += number(10) == number(11) ? 1 : 0;
    }
  } else {
    ++line.incomplete;
    line.lost_wrongly += number(11) > 0 ? 1 : 0;
    line.covered_wrongly += number(5);
  }
}

std::string FateTable::text() const {
  std::ostringstream out;
  const auto pct = [](int part, int whole) {
    std::array<char, 40> text{};
    if (whole == 0) return std::string("-");
    std::snprintf(text.data(), text.size(), "%.1f %% (%d of %d)", 100.0 * part / whole, part, whole);
    return std::string(text.data());
  };
  out << "| series, finder | implants, seeds | migrated seeds caught | of those called migrated, right | implants with a false migration | "
         "missing "
         "exact, scan complete | lost exact, all recorded | lost said in an incomplete scan |\n|---|---|---|---|---|---|---|---|\n";
  for (const auto& [name, l] : lines)
    out << "| " << name << " | " << l.implants << ", " << l.seeds << " | " << pct(l.caught, l.migrated + l.unseen) << " | "
        << pct(l.right, l.said) << " | " << pct(l.false_implants, l.implants) << " | " << pct(l.missing_exact, l.complete) << " | "
        << pct(l.lost_exact, l.lost_judged) << " | " << pct(l.lost_wrongly, l.incomplete) << " |\n";
  for (const auto& [name, l] : lines) {
    if (l.moves.empty()) continue;
    out << "\nMoves, " << name << ":\n";
    for (const auto& [what, statuses] : l.moves) {
      out << "- " << what << ":";
      for (const auto& [status, n] : statuses) out << " " << status << " " << n;
      out << "\n";
    }
  }
  return out.str();
}

}  // namespace seedaudit::bench
