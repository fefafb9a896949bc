// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/detection/case_record.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <string>
#include <utility>

#include "bench/detection/reference_finder.h"
#include "bench/detection/seed_match.h"
#include "detectors/count_seeds.h"
#include "detectors/detect_seeds.h"

namespace seedaudit::bench {
namespace {

using json = nlohmann::json;

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

double rounded(double v) { return std::isfinite(v) ? std::round(v * 1e4) / 1e4 : 1e9; }

double angle_deg(const Axis<CtFrame>& a, const Axis<CtFrame>& b) {
  return std::acos(std::min(1.0, std::abs(a.unit.normalized().dot(b.unit.normalized())))) * 180.0 / std::numbers::pi;
}

json signs_json(const SeedSigns& s) {
  return {{"log_odds", rounded(s.log_odds)},  {"mass_log", rounded(s.mass_log)},
          {"needed", rounded(s.needed)},      {"independent", rounded(s.independent)},
          {"solid", rounded(s.solid)},        {"touching", s.touching},
          {"crowding", s.crowding},           {"seeds_around", s.seeds_around},
          {"others_around", s.others_around}, {"direction", rounded(s.direction)}};
}

std::vector<SeedPose> poses(const RandomCase& c) {
  std::vector<SeedPose> out;
  for (const auto& s : c.truth.seeds) out.push_back({{s.center}, {s.axis}});
  return out;
}

/// For each cluster of the truth, seeds found in it: those paired with its members, and those without partner nearest to a member.
std::vector<int> found_in_clusters(const RandomCase& c, const std::vector<SeedPose>& truth, const std::vector<SeedPose>& found,
                                   const std::vector<int>& truth_of) {
  constexpr double kLengthMm = 4.5, kBesideMm = 4.0;
  std::vector<int> cluster_of(truth.size(), -1);
  for (std::size_t n = 0; n < c.truth.clusters.size(); ++n)
    for (const int id : c.truth.clusters[n].second) cluster_of[static_cast<std::size_t>(id)] = static_cast<int>(n);
  std::vector<int> out(c.truth.clusters.size(), 0);
  for (std::size_t f = 0; f < found.size(); ++f) {
    int t = truth_of[f];
    double best = kBesideMm;
    for (std::size_t n = 0; t < 0 && n < truth.size(); ++n) best = std::min(best, from_seed_mm(truth[n], kLengthMm, found[f].center.mm));
    for (std::size_t n = 0; t < 0 && best < kBesideMm && n < truth.size(); ++n)
      if (from_seed_mm(truth[n], kLengthMm, found[f].center.mm) <= best) t = static_cast<int>(n);
    if (t >= 0 && cluster_of[static_cast<std::size_t>(t)] >= 0) ++out[static_cast<std::size_t>(cluster_of[static_cast<std::size_t>(t)])];
  }
  return out;
}

json finding_json(const RandomCase& c, const Finding& finding) {
  const auto truth = poses(c);
  const auto& d = finding.detection;
  std::vector<SeedPose> found;
  for (const auto& s : d.seeds) found.push_back(s.pose);
  // At 5 mm a seed may be anywhere in its slice: the reach grows with the slice, and stays below the pitch of a needle.
  const double reach = std::max(2.0, 0.6 * c.draw.scan.slice_thickness_mm);
  const auto found_of = match_poses(truth, found, reach);
  std::vector<int> truth_of(found.size(), -1);
  for (std::size_t t = 0; t < found_of.size(); ++t)
    if (found_of[t] >= 0) truth_of[static_cast<std::size_t>(found_of[t])] = static_cast<int>(t);

  json seeds = json::array();
  for (std::size_t f = 0; f < found.size(); ++f) {
    const auto& s = d.seeds[f];
    json j{{"truth", truth_of[f]}};
    if (truth_of[f] >= 0) {
      const auto& t = truth[static_cast<std::size_t>(truth_of[f])];
      const Eigen::Vector3d error = s.pose.center.mm - t.center.mm;
      j["xy_mm"] = rounded(error.head<2>().norm());
      j["z_mm"] = rounded(error.z());
      j["axis_deg"] = rounded(angle_deg(s.pose.axis, t.axis));
    }
    if (finding.tells_confidence) {
      j["sigma_z_mm"] = rounded(s.center_sigma_mm.z());
      j["sigma_xy_mm"] = rounded(s.center_sigma_mm.head<2>().norm() / std::numbers::sqrt2);
      j["resolved"] = s.axis_resolved;
      j["confidence"] = rounded(s.confidence);
      j["signs"] = signs_json(s.signs);
    }
    j["at"] = {rounded(s.pose.center.mm.x()), rounded(s.pose.center.mm.y()), rounded(s.pose.center.mm.z())};
    if (truth_of[f] < 0) {
      // Where the false ones are, for those who look into them.
      j["at"] = {rounded(s.pose.center.mm.x()), rounded(s.pose.center.mm.y()), rounded(s.pose.center.mm.z())};
      double nearest = 999.0;
      std::string what = "none";
      for (const auto& distractor : c.distractors)
        for (const auto& o : distractor.objects)
          if (const double mm = (o.parts.front().shape.center - s.pose.center.mm).norm(); mm < nearest) {
            nearest = mm;
            what = distractor.type;
          }
      double seed_mm = 999.0;
      for (const auto& t : truth) seed_mm = std::min(seed_mm, (t.center.mm - s.pose.center.mm).norm());
      j["distractor"] = what;
      j["distractor_mm"] = rounded(nearest);
      j["seed_mm"] = rounded(seed_mm);
    }
    seeds.push_back(j);
  }
  json out{{"seeds", seeds},
           {"clusters", found_in_clusters(c, truth, found, truth_of)},
           {"seconds", rounded(finding.seconds)},
           {"count", static_cast<int>(d.seeds.size())}};
  if (finding.tells_confidence) {
    out["count"] = d.count.best;
    out["interval"] = {d.count.low, d.count.high};
    out["review"] = outcome_alone(d).kind != OutcomeKind::ok;
    out["count_chance"] = rounded(d.count_chance);
    out["outcome"] = std::string(to_string(d.outcome.kind));
    out["why"] = d.outcome.why;
    out["further"] = d.further;
    out["all_alike"] = d.all_alike;
    // What may be a seed is one if it lies where a true seed does that nothing else was found for.
    std::vector<bool> taken(truth.size(), false);
    for (const int t : truth_of)
      if (t >= 0) taken[static_cast<std::size_t>(t)] = true;
    json possible = json::array();
    for (const auto& p : d.possible) {
      int at = -1;
      double nearest = reach;
      for (std::size_t t = 0; t < truth.size(); ++t)
        if (const double mm = (truth[t].center.mm - p.pose.center.mm).norm(); !taken[t] && mm < nearest) {
          nearest = mm;
          at = static_cast<int>(t);
        }
      if (at >= 0) taken[static_cast<std::size_t>(at)] = true;
      possible.push_back({{"truth", at}, {"confidence", rounded(p.confidence)}, {"signs", signs_json(p.signs)}});
    }
    out["possible"] = possible;
  }
  return out;
}

}  // namespace

Finding run_detector(const CtVolume& ct) {
  const double start = cpu_seconds();
  Finding f{detect_seeds(ct, {}), true, 0.0};
  f.seconds = cpu_seconds() - start;
  return f;
}

Finding run_reference(const CtVolume& ct) {
  const double start = cpu_seconds();
  Finding f;
  for (const auto& pose : find_by_components(ct)) f.detection.seeds.emplace_back().pose = pose;
  f.seconds = cpu_seconds() - start;
  return f;
}

json case_record(const RandomCase& c, const Finding& ours, const Finding& reference) {
  json clusters = json::array();
  for (const auto& [kind, ids] : c.truth.clusters) clusters.push_back({{"kind", kind}, {"seeds", ids}});
  json truth_at = json::array();
  for (const auto& t : c.truth.seeds) truth_at.push_back({rounded(t.center.x()), rounded(t.center.y()), rounded(t.center.z())});
  json lipiodol = json::array();
  for (const double mg : c.lipiodol_mg_per_ml) lipiodol.push_back(rounded(mg));
  json tilt = json::array();
  for (const auto& s : c.truth.seeds) tilt.push_back(std::round(angle_deg({s.axis}, {Eigen::Vector3d::UnitZ()})));
  const auto& s = c.draw.scan;
  return {{"case", c.draw.number},
          {"thickness_mm", c.ct.acquisition.slice_thickness_mm.value_or(0.0)},
          {"spacing_mm", rounded(c.ct.grid.spacing_mm().z())},
          {"pixel_mm", rounded(c.ct.grid.spacing_mm().x())},
          {"kernel", std::string(to_string(s.kernel))},
          {"quanta_per_mm", std::round(s.quanta_per_mm)},
          {"saturation_hu", s.saturation_hu},
          {"patient", c.draw.patient},
          {"distractors", c.draw.distractor_kind},
          {"seeds", c.truth.seeds.size()},
          {"clusters", clusters},
          {"lipiodol_mg_per_ml", lipiodol},
          {"from_z_deg", tilt},
          {"truth_at", truth_at},
          {"ours", finding_json(c, ours)},
          {"reference", finding_json(c, reference)}};
}

Result<std::map<int, json>> read_records(const std::vector<std::string>& files) {
  std::map<int, json> records;
  for (const auto& name : files) {
    const std::filesystem::path path =
        std::filesystem::is_directory(name) ? std::filesystem::path(name) / "cases.jsonl" : std::filesystem::path(name);
    std::ifstream in(path);
    if (!in) return Error{ErrorCode::unreadable_file, "cannot read the cases", path.string(), ""};
    for (std::string line; std::getline(in, line);)
      if (auto j = json::parse(line, nullptr, false); j.is_object()) {
        const int number = j.at("case").get<int>();
        records[number] = std::move(j);
      }
  }
  return records;
}

}  // namespace seedaudit::bench
