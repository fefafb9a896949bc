// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/scan_choice.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace seedaudit {
namespace {

constexpr double kBodyRegionMm = 40.0;

double thickness_mm(const SeriesInfo& s) { return s.slice_thickness_mm.value_or(s.slice_spacing_mm); }

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

bool contains_any(const std::string& text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view w) { return text.find(w) != std::string::npos; });
}

/// First run of digits, or -1.
int first_number(const std::string& text) {
  const auto at = text.find_first_of("0123456789");
  return at == std::string::npos ? -1 : std::atoi(text.c_str() + at);
}

struct Preference {
  const char* name;
  bool (*better)(const SeriesInfo&, const SeriesInfo&);  ///< strictly
};

/// In order of weight; the first that tells two series apart decides.
const std::array<Preference, 8> kPreferences{{
    {"original", [](const SeriesInfo& a, const SeriesInfo& b) { return a.original && !b.original; }},
    {"not metal-artefact-reduced",
     [](const SeriesInfo& a, const SeriesInfo& b) { return !a.metal_artefact_reduced && b.metal_artefact_reduced; }},
    {"covers a body region",
     [](const SeriesInfo& a, const SeriesInfo& b) {
       return a.high_mm - a.low_mm >= kBodyRegionMm && b.high_mm - b.low_mm < kBodyRegionMm;
     }},
    {"not lossily compressed", [](const SeriesInfo& a, const SeriesInfo& b) { return !a.lossy_compressed && b.lossy_compressed; }},
    {"thinner slices", [](const SeriesInfo& a, const SeriesInfo& b) { return thickness_mm(a) < thickness_mm(b) - 0.01; }},
    {"closer slices", [](const SeriesInfo& a, const SeriesInfo& b) { return a.slice_spacing_mm < b.slice_spacing_mm - 0.01; }},
    {"better kernel", [](const SeriesInfo& a, const SeriesInfo& b) { return kernel_class(a.kernel) < kernel_class(b.kernel); }},
    {"more slices", [](const SeriesInfo& a, const SeriesInfo& b) { return a.slices > b.slices; }},
}};

/// The preference by which a goes before b, or nullptr.
const char* goes_before(const SeriesInfo& a, const SeriesInfo& b) {
  for (const Preference& p : kPreferences) {
    if (p.better(a, b)) return p.name;
    if (p.better(b, a)) return nullptr;
  }
  return nullptr;
}

/// Share of b's length that lies within a.
double shared_fraction(const SeriesInfo& a, const SeriesInfo& b) {
  const double overlap = std::min(a.z_high_mm, b.z_high_mm) - std::max(a.z_low_mm, b.z_low_mm);
  const double length = b.z_high_mm - b.z_low_mm;
  return length > 0.0 ? std::max(0.0, overlap) / length : 1.0;
}

}  // namespace

std::optional<DateTime> date_of_series(const SeriesInfo& series) {
  if (series.acquisition_date) return series.acquisition_date;
  return series.series_date ? series.series_date : series.study_date;
}

std::vector<Scan> group_scans(const std::vector<SeriesInfo>& catalog) {
  std::vector<Scan> scans;
  for (std::size_t i = 0; i < catalog.size(); ++i) {
    const SeriesInfo& s = catalog[i];
    if (s.localizer || !s.has_placement || s.slices < 2 || (s.kind != ObjectKind::ct && s.kind != ObjectKind::mr)) continue;
    auto it = std::find_if(scans.begin(), scans.end(), [&](const Scan& scan) {
      return !s.frame_of_reference_uid.empty() && scan.frame_uid == s.frame_of_reference_uid;
    });
    if (it == scans.end()) {
      scans.push_back({s.frame_of_reference_uid, {}, {}, false});
      it = scans.end() - 1;
    }
    it->series.push_back(i);
    it->has_ct = it->has_ct || s.kind == ObjectKind::ct;
    // The earliest series dates the scan: later ones may be reconstructions of another day.
    const auto date = date_of_series(s);
    if (date && (!it->date || date->date < it->date->date)) it->date = date;
  }
  return scans;
}

int kernel_class(const std::string& kernel) {
  const std::string k = upper(kernel);
  if (k.empty()) return 1;
  if (contains_any(k, {"LUNG", "BONE", "EDGE", "ULTRA", "SHARP"})) return 2;
  if (contains_any(k, {"SMOOTH"})) return 3;
  if (contains_any(k, {"STANDARD", "STND", "DETAIL", "SOFT", "MEDIUM", "ABDOMEN"})) return 0;
  const int number = first_number(k);
  // Toshiba/Canon FC: 1-29 body, 30-39 and 80-89 bone, 50-59 lung.
  if (k.rfind("FC", 0) == 0) return number < 30 || (number >= 60 && number < 80) ? 0 : 2;
  // Siemens B, H, I, J, Br, Qr, Bl: the number grows with sharpness.
  if (number >= 10 && number < 100 && std::isalpha(static_cast<unsigned char>(k.front())) != 0)
    return number < 25 ? 3 : number <= 50 ? 0 : 2;
  return 1;
}

ReconstructionChoice choose_reconstructions(const std::vector<SeriesInfo>& catalog, const std::vector<std::size_t>& among) {
  std::vector<std::size_t> order = among;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) {
    const SeriesInfo& a = catalog[x];
    const SeriesInfo& b = catalog[y];
    if (goes_before(a, b) != nullptr) return true;
    if (goes_before(b, a) != nullptr) return false;
    return a.series_number.value_or(1 << 30) < b.series_number.value_or(1 << 30);
  });
  ReconstructionChoice choice;
  std::string passed_over;
  for (const std::size_t candidate : order) {
    const SeriesInfo& s = catalog[candidate];
    const auto better = std::find_if(choice.series.begin(), choice.series.end(),
                                     [&](std::size_t chosen) { return shared_fraction(catalog[chosen], s) > 0.5; });
    // Another region is searched as well only if it is an image of its own right; a derived or reduced series is not.
    const bool worthy = choice.series.empty() || (s.original && !s.metal_artefact_reduced && s.high_mm - s.low_mm >= kBodyRegionMm);
    if (better == choice.series.end() && worthy) {
      choice.series.push_back(candidate);
      continue;
    }
    const SeriesInfo& chosen = catalog[better == choice.series.end() ? choice.series.front() : *better];
    if (better == choice.series.end() && s.original && !s.metal_artefact_reduced)
      choice.left_out += (choice.left_out.empty() ? "" : "; ") + describe(s);
    const char* why = goes_before(chosen, s);
    passed_over +=
        (passed_over.empty() ? "" : "; ") + describe(s) + " (the chosen one: " + (why != nullptr ? why : "first in number") + ")";
  }
  if (order.size() == 1)
    choice.reason = "the only series of its scan";
  else if (choice.series.size() > 1)
    choice.reason = std::to_string(choice.series.size()) + " series of one scan show different regions";
  else
    choice.reason = "best of the reconstructions of one scan";
  if (!passed_over.empty()) choice.reason += "; passed over: " + passed_over;
  return choice;
}

std::string describe(const SeriesInfo& series) {
  std::string text = "series";
  if (series.series_number) text += " " + std::to_string(*series.series_number);
  if (!series.part.empty()) text += " part " + series.part;
  if (!series.description.empty()) text += " \"" + series.description + "\"";
  char numbers[64];
  std::snprintf(numbers, sizeof numbers, ", %d slices of %.3g mm", series.slices, thickness_mm(series));
  text += numbers;
  if (!series.kernel.empty()) text += ", kernel " + series.kernel;
  return text;
}

}  // namespace seedaudit
