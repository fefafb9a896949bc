// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/contour_agreement.h"

#include <algorithm>
#include <cstddef>

namespace seedaudit {
namespace {

constexpr std::size_t kPoints = 20000;

/// Volume of `of` that lies in `in`.
double common_cc(const StructureVolume<CtFrame>& of, const StructureVolume<CtFrame>& in) {
  const auto points = of.sample(0, kPoints);
  const auto inside = std::count_if(points.begin(), points.end(), [&](const Point<CtFrame>& p) { return in.contains(p); });
  return of.volume_cc() * static_cast<double>(inside) / static_cast<double>(points.size());
}

}  // namespace

double dice(const StructureVolume<CtFrame>& a, const StructureVolume<CtFrame>& b) {
  // The common volume seen from both sides: symmetric, and with half the scatter.
  return std::min(1.0, (common_cc(a, b) + common_cc(b, a)) / (a.volume_cc() + b.volume_cc()));
}

std::vector<ContourDice> contour_agreement(const CaseContours& contours) {
  std::vector<ContourDice> out;
  const auto add = [&](const AuditedStructure& s) {
    if (s.mapped && s.postop) out.push_back({s.name, dice(*s.mapped, *s.postop)});
  };
  for (const auto& s : contours.structures) add(s);
  const auto known = [&](const std::string& name) {
    return std::any_of(out.begin(), out.end(), [&](const ContourDice& d) { return d.name == name; });
  };
  if (contours.organ && !known(contours.organ->name)) add(*contours.organ);
  return out;
}

}  // namespace seedaudit
