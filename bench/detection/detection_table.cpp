// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/detection/detection_table.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <functional>
#include <set>

#include "bench/detection/case_record.h"
#include "bench/detection/detection_figures.h"

namespace seedaudit::bench {
namespace {

constexpr std::size_t kClasses = 3;

struct Class {
  DetectionFigures ours, reference;
};

std::size_t class_of(double thickness_mm) { return thickness_mm < 1.5 ? 0 : thickness_mm < 4.0 ? 1 : 2; }

struct Row {
  const char* name;
  std::array<const char*, kClasses> target;
  std::function<std::string(const DetectionFigures&)> value;
};

std::string text(const char* format, double v) {
  if (!std::isfinite(v)) return "-";
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, v);
  return buffer;
}

std::string share(int part, int whole) {
  return whole == 0 ? "-" : text("%.1f %%", 100.0 * part / whole) + " (" + std::to_string(whole) + ")";
}

std::string two(const std::vector<double>& v) { return text("%.2f", quantile(v, 0.5)) + " / " + text("%.2f", quantile(v, 0.95)); }

std::vector<Row> rows() {
  using F = DetectionFigures;
  return {
      {"sensitivity", {"99.9 %", "99.5 %", "98 %"}, [](const F& f) { return share(f.found, f.seeds); }},
      {"- in dense lipiodol", {"98 %", "97 %", "92 %"}, [](const F& f) { return share(f.lipiodol_found, f.lipiodol_seeds); }},
      {"- in cases without distractors", {"", "", ""}, [](const F& f) { return share(f.clean_found, f.clean_seeds); }},
      {"false seeds a case",
       {"0.05", "0.05", "0.3"},
       [](const F& f) { return text("%.2f", static_cast<double>(f.false_seeds) / f.cases); }},
      {"rods with exact count", {"99 %", "97 %", "92 %"}, [](const F& f) { return share(f.rods_exact, f.rods); }},
      {"pairs, T, X, chains with exact count", {"99 %", "95 %", "85 %"}, [](const F& f) { return share(f.others_exact, f.others); }},
      {"centre error in the slice, mm, median / 95 %", {"0.06 / 0.2", "0.08 / 0.3", "0.12 / 0.4"}, [](const F& f) { return two(f.xy_mm); }},
      {"centre error along z, mm, median / 95 %", {"0.1 / 0.3", "0.2 / 0.85", "0.9 / 2.1"}, [](const F& f) { return two(f.z_mm); }},
      {"z error over stated sigma, rms (within 1; 2 sigma)",
       {"1 (68; 95 %)", "1 (68; 95 %)", "1 (68; 95 %)"},
       [](const F& f) {
         if (f.z_over_sigma.empty()) return std::string("-");
         return text("%.2f", f.rms_z_over_sigma()) + " (" + text("%.0f", 100 * f.share_within(1)) + "; " +
                text("%.0f %%", 100 * f.share_within(2)) + ")";
       }},
      {"axis error where resolved, degrees, median / 95 %", {"3", "5", "10"}, [](const F& f) { return two(f.axis_deg); }},
      {"axis resolved", {"95 %", "85 %", "50 %"}, [](const F& f) { return share(f.resolved, f.axes); }},
      {"cases with the right count", {"", "", ""}, [](const F& f) { return share(f.right_counts, f.cases); }},
      {"- of these in review",
       {"5 %", "5 %", "10 %"},
       [](const F& f) { return f.with_interval == 0 ? std::string("-") : share(f.right_in_review, f.right_counts); }},
      {"true count inside the interval", {"95 %", "95 %", "95 %"}, [](const F& f) { return share(f.covered, f.with_interval); }},
      {"mean width of the interval",
       {"2", "2", "2"},
       [](const F& f) { return text("%.2f", f.with_interval == 0 ? std::nan("") : static_cast<double>(f.width) / f.with_interval); }},
      {"Brier score (of the base rate)",
       {"below base", "below base", "below base"},
       [](const F& f) { return f.confidence.empty() ? std::string("-") : text("%.4f", f.brier()) + " (" + text("%.4f)", f.base_brier()); }},
      {"expected calibration error",
       {"0.02", "0.02", "0.02"},
       [](const F& f) { return f.confidence.empty() ? std::string("-") : text("%.3f", f.calibration_error()); }},
      {"processor time a case, s", {"", "", ""}, [](const F& f) { return text("%.1f", f.seconds / f.cases); }},
  };
}

constexpr const char* kHead =
    "| | <= 1.25 mm: ours | components | 2.5-3 mm: ours | components | 5 mm: ours | components |\n|---|---|---|---|---|---|---|\n";

/// Rows of names that differ from run to run.
void print_details(const std::array<Class, kClasses>& classes) {
  std::set<std::string> kinds, about;
  for (const auto& c : classes)
    for (const auto* f : {&c.ours, &c.reference}) {
      for (const auto& k : f->kinds) kinds.insert(k.first);
      for (const auto& a : f->false_about) about.insert(a.first);
    }
  std::printf("\nClusters with the exact count, by kind:\n\n%s", kHead);
  for (const auto& kind : kinds) {
    std::printf("| %s |", kind.c_str());
    for (const auto& c : classes)
      for (const auto* f : {&c.ours, &c.reference}) {
        const auto it = f->kinds.find(kind);
        std::printf(" %s |", it == f->kinds.end() ? "-" : share(it->second.exact, it->second.all).c_str());
      }
    std::printf("\n");
  }
  std::printf("\nFalse seeds in all cases, by what lies nearest:\n\n%s", kHead);
  for (const auto& what : about) {
    std::printf("| %s |", what.c_str());
    for (const auto& c : classes)
      for (const auto* f : {&c.ours, &c.reference}) {
        const auto it = f->false_about.find(what);
        std::printf(" %d |", it == f->false_about.end() ? 0 : it->second);
      }
    std::printf("\n");
  }
}

}  // namespace

int print_detection_table(const std::vector<std::string>& files) {
  const auto read = read_records(files);
  if (!read) {
    std::fprintf(stderr, "%s\n", read.error().message().c_str());
    return 1;
  }
  const auto& records = *read;
  std::set<std::string> builds;
  for (const auto& [number, r] : records) builds.insert(r.value("build", "unknown"));
  std::array<Class, kClasses> classes;
  for (const auto& [number, r] : records) {
    auto& c = classes[class_of(r.at("thickness_mm").get<double>())];
    c.ours.add(r, "ours");
    c.reference.add(r, "reference");
  }
  std::string built;
  for (const auto& b : builds) built += (built.empty() ? "" : ", ") + b;
  std::printf("%zu random implants (%d, %d, %d by class of slice thickness); build %s\n\n", records.size(), classes[0].ours.cases,
              classes[1].ours.cases, classes[2].ours.cases, built.c_str());
  std::printf("| | target, <= 1.25 mm | ours | components | target, 2.5-3 mm | ours | components | target, 5 mm | ours | components |\n");
  std::printf("|---|---|---|---|---|---|---|---|---|---|\n");
  for (const auto& row : rows()) {
    std::printf("| %s |", row.name);
    for (std::size_t c = 0; c < kClasses; ++c) {
      const bool any = classes[c].ours.cases > 0;
      std::printf(" %s | %s | %s |", row.target[c], any ? row.value(classes[c].ours).c_str() : "-",
                  any ? row.value(classes[c].reference).c_str() : "-");
    }
    std::printf("\n");
  }
  print_details(classes);
  return 0;
}

}  // namespace seedaudit::bench
