// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Compares report.json with the truth.json of a simulated case: one line a case, or --header for the column names.
//   compare_truth NAME REPORT TRUTH
#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace {

using json = nlohmann::json;
using Eigen::Vector3d;

/// A found seed within this distance of a true one is that seed (the acceptance distance for positions).
constexpr double kMatchMm = 2.0;

Vector3d point(const json& j) { return {j.at(0).get<double>(), j.at(1).get<double>(), j.at(2).get<double>()}; }

double quantile(std::vector<double> v, double q) {
  if (v.empty()) return std::nan("");
  std::sort(v.begin(), v.end());
  return v[static_cast<std::size_t>(std::lround(q * static_cast<double>(v.size() - 1)))];
}

struct SeedErrors {
  int truth = 0, found = 0, matched = 0;
  std::vector<double> in_plane_mm, z_mm, axis_deg;
  int resolved = 0;
};

/// Nearest pairs first: for errors well below the distance of two seeds this is the optimal assignment.
SeedErrors compare_seeds(const json& report, const json& truth) {
  SeedErrors e;
  std::vector<Vector3d> true_center, true_axis, center, axis;
  std::vector<bool> resolved;
  for (const auto& s : truth.at("seeds"))
    if (s.value("present", true) && s.value("in_image", true)) {
      true_center.push_back(point(s.at("center_mm")));
      true_axis.push_back(point(s.at("direction")));
    }
  for (const auto& s : report.at("postop").at("seeds")) {
    center.push_back(point(s.at("center_mm")));
    axis.push_back(s.at("direction").is_null() ? Vector3d::UnitZ().eval() : point(s.at("direction")));
    resolved.push_back(s.at("direction_resolved").get<bool>());
  }
  e.truth = static_cast<int>(true_center.size());
  e.found = static_cast<int>(center.size());
  struct Pair {
    double d;
    std::size_t t, f;
  };
  std::vector<Pair> pairs;
  for (std::size_t t = 0; t < true_center.size(); ++t)
    for (std::size_t f = 0; f < center.size(); ++f)
      if (const double d = (true_center[t] - center[f]).norm(); d <= kMatchMm) pairs.push_back({d, t, f});
  std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) { return a.d < b.d; });
  std::vector<bool> used_t(true_center.size()), used_f(center.size());
  for (const auto& p : pairs) {
    if (used_t[p.t] || used_f[p.f]) continue;
    used_t[p.t] = used_f[p.f] = true;
    ++e.matched;
    const Vector3d d = center[p.f] - true_center[p.t];
    e.in_plane_mm.push_back(std::hypot(d.x(), d.y()));
    e.z_mm.push_back(std::abs(d.z()));
    if (resolved[p.f]) {
      ++e.resolved;
      const double c = std::min(1.0, std::abs(axis[p.f].normalized().dot(true_axis[p.t].normalized())));
      e.axis_deg.push_back(std::acos(c) * 180.0 / 3.14159265358979323846);
    }
  }
  return e;
}

struct Tre {
  double mean = std::nan(""), worst = std::nan("");
};

Tre registration_error(const json& report, const json& truth) {
  const auto& r = report.at("registration");
  Tre out;
  if (!r.contains("postop_from_preop") || r.at("postop_from_preop").is_null() || !truth.contains("landmarks_ctv")) return out;
  Eigen::Matrix4d m;
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 4; ++j) m(i, j) = r.at("postop_from_preop").at(static_cast<std::size_t>(4 * i + j)).get<double>();
  double sum = 0.0, worst = 0.0;
  int n = 0;
  for (const auto& l : truth.at("landmarks_ctv")) {
    const Eigen::Vector4d mapped = m * point(l.at("pre")).homogeneous();
    const double d = (mapped.head<3>() - point(l.at("post"))).norm();
    sum += d;
    worst = std::max(worst, d);
    ++n;
  }
  if (n > 0) out = {sum / n, worst};
  return out;
}

double number(const json& j) { return j.is_number() ? j.get<double>() : std::nan(""); }

/// The first target's figures: plan on the contour as drawn, outcome on the mapped (else the post-op) contour.
struct DoseErrors {
  double plan_d90_pct = std::nan(""), plan_v100_points = std::nan(""), post_d90_pct = std::nan(""), post_v100_points = std::nan("");
};

DoseErrors dose_errors(const json& report, const json& truth) {
  DoseErrors e;
  if (!report.contains("dose") || report.at("dose").is_null() || !truth.contains("dosimetry")) return e;
  const auto& t = truth.at("dosimetry");
  const auto& plan = t.contains("plan_2d_contour_stack") ? t.at("plan_2d_contour_stack") : t.at("plan_2d");
  // Like with like: slabs of the contours that were mapped, else of the post-op contours, and only then the target's analytic shape, whose
  // D90 differs from that of its slabs by up to 3 %.
  const json none = {{"d90_gy", nullptr}, {"v100_pct", nullptr}};  // an implant without seeds has no dose
  const auto* post = t.contains("postop_2d") ? &t.at("postop_2d") : &none;
  for (const char* slabs : {"postop_2d_contour_stack", "postop_2d_mapped_stack"})
    if (t.contains(slabs)) post = &t.at(slabs);
  for (const auto& s : report.at("dose").at("structures")) {
    if (s.at("role") != "target") continue;
    if (s.at("contour") == "mapped") {
      if (!s.at("preop").is_null()) {
        e.plan_d90_pct = 100.0 * (number(s.at("preop").at("d90_gy")) / number(plan.at("d90_gy")) - 1.0);
        e.plan_v100_points = number(s.at("preop").at("v100_pct")) - number(plan.at("v100_pct"));
      }
      if (!s.at("postop").is_null()) {
        e.post_d90_pct = 100.0 * (number(s.at("postop").at("d90_gy")) / number(post->at("d90_gy")) - 1.0);
        e.post_v100_points = number(s.at("postop").at("v100_pct")) - number(post->at("v100_pct"));
      }
      break;
    }
  }
  return e;
}

json load(const char* path) {
  std::ifstream in(path);
  if (!in) {
    std::fprintf(stderr, "cannot read %s\n", path);
    std::exit(2);
  }
  return json::parse(in);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "--header") == 0) {
    std::printf(
        "| case | status | verdict | seeds | found | right | xy mm med/p95 | z mm med/p95 | axis deg med (resolved) | registration | TRE "
        "mm mean/max | plan D90 %% / V100 pts | post D90 %% / V100 pts | s |\n");
    std::printf("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
    return 0;
  }
  if (argc != 4) {
    std::fprintf(stderr, "usage: compare_truth NAME REPORT TRUTH | --header\n");
    return 2;
  }
  const json report = load(argv[2]), truth = load(argv[3]);
  const auto s = compare_seeds(report, truth);
  const auto tre = registration_error(report, truth);
  const auto d = dose_errors(report, truth);
  const auto text = [](const json& j) { return j.is_string() ? j.get<std::string>() : std::string("-"); };
  std::printf(
      "| %s | %s | %s | %d | %d | %d | %.2f/%.2f | %.2f/%.2f | %.1f (%d) | %s | %.2f/%.2f | %+.2f / %+.2f | %+.2f / %+.2f | %.1f |\n",
      argv[1], text(report.at("status")).c_str(), text(report.at("undercoverage").at("verdict")).c_str(), s.truth, s.found, s.matched,
      quantile(s.in_plane_mm, 0.5), quantile(s.in_plane_mm, 0.95), quantile(s.z_mm, 0.5), quantile(s.z_mm, 0.95), quantile(s.axis_deg, 0.5),
      s.resolved, text(report.at("registration").at("outcome")).c_str(), tre.mean, tre.worst, d.plan_d90_pct, d.plan_v100_points,
      d.post_d90_pct, d.post_v100_points, number(report.at("timing_s").at("total")));
  return 0;
}
