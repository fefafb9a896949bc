// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// The moves of explanation_moves.h that turn seeds into pairs and rows.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "detectors/explanation_moves.h"

namespace seedaudit {
namespace {

// Two seeds taken for one, asked for on every side: directions, half their distance, and the tangent of half the angle between them.
constexpr std::size_t kSides = 8;
constexpr std::array kAsideMm{0.5, 0.8};
constexpr double kCrossing = 0.3;

// Seeds of one needle that follow each other: how far apart at the most, nearer than what they are one, and the cosine of the angles
// between their axes and the line through them.
constexpr double kRowMm = 9.0, kOverlapMm = 2.0, kInRow = 0.94;
// Share of a seed by which the middle one of a row is too heavy, or several of it together, from which one more is tried.
constexpr double kHeavyInRow = 0.08, kHeavyTogether = 0.15;

// Cosine to the table axis up to which a seed lies in the slice.
constexpr double kLying = 0.5;

// Directions across an axis, the second half opposite to the first.
std::array<Eigen::Vector3d, kSides> sides_of(const Eigen::Vector3d& axis) {
  const auto [u, w] = across(axis);
  std::array<Eigen::Vector3d, kSides> sides;
  for (std::size_t n = 0; n < kSides; ++n) {
    const double angle = 2.0 * 3.14159265358979323846 * static_cast<double>(n) / kSides;
    sides[n] = std::cos(angle) * u + std::sin(angle) * w;
  }
  return sides;
}

}  // namespace

Change ExplanationMoves::split(const std::vector<FittedSeed>& around, const FittedSeed& s, Thoroughness how) const {
  const auto [u, w] = across(s.axis);
  const double end = 0.5 * prior_.capsule_length_mm, side = 0.6 * prior_.capsule_diameter_mm + 0.1;
  // Two that stand beside each other look like one that lies.
  const Eigen::Vector3d z = Eigen::Vector3d::UnitZ();
  const std::array<std::array<FittedSeed, 2>, 6> pairs{{
      {{{s.center_mm + end * s.axis, s.axis, 0.0}, {s.center_mm - end * s.axis, s.axis, 0.0}}},
      {{{s.center_mm + side * u, s.axis, 0.0}, {s.center_mm - side * u, s.axis, 0.0}}},
      {{{s.center_mm + side * w, s.axis, 0.0}, {s.center_mm - side * w, s.axis, 0.0}}},
      {{{s.center_mm + side * w, (s.axis + u).normalized(), 0.0}, {s.center_mm - side * w, (s.axis - u).normalized(), 0.0}}},
      {{{s.center_mm + 1.0 * u, u, 0.0}, {s.center_mm - 1.0 * u, s.axis, 0.0}}},
      {{{s.center_mm + side * s.axis, z, 0.0}, {s.center_mm - side * s.axis, z, 0.0}}},
  }};
  std::vector<std::vector<FittedSeed>> guesses;
  const auto guess = [&](const std::array<FittedSeed, 2>& pair) {
    auto& after = guesses.emplace_back();
    for (const auto& a : around)
      if (a.center_mm != s.center_mm) after.push_back(a);
    for (FittedSeed q : pair) {
      q.mass = mass_at(q.axis);
      after.push_back(q);
    }
  };
  for (const auto& pair : pairs)
    if (&pair != &pairs.back() || std::abs(s.axis[2]) <= kLying) guess(pair);
  if (how == Thoroughness::every_side) {
    const auto sides = sides_of(s.axis);
    for (std::size_t n = 0; n < kSides; ++n) {
      const Eigen::Vector3d &aside = sides[n], along = s.axis.cross(aside);
      for (const double apart : kAsideMm)
        for (const double turn : {0.0, kCrossing}) {
          // Parallel ones are the same from the other side.
          if (turn == 0.0 && 2 * n >= kSides) continue;
          guess({{{s.center_mm + apart * aside, (s.axis + turn * along).normalized(), 0.0},
                  {s.center_mm - apart * aside, (s.axis - turn * along).normalized(), 0.0}}});
        }
    }
  }
  return best_of(around, std::move(guesses), s.center_mm, 6.0, 8);
}

std::optional<Change> ExplanationMoves::paired_anew(const std::vector<FittedSeed>& seeds, std::size_t n, std::size_t m) const {
  const FittedSeed &one = seeds[n], &other = seeds[m];
  const Eigen::Vector3d middle = 0.5 * (one.center_mm + other.center_mm);
  const auto around = near(seeds, middle, kInfluenceMm);
  std::vector<FittedSeed> others;
  for (const auto& s : around)
    if (s.center_mm != one.center_mm && s.center_mm != other.center_mm) others.push_back(s);
  const FitSite left = left_by(others, {one.center_mm, other.center_mm});
  std::vector<Eigen::Vector3d> axes = seed_directions();
  axes.push_back(one.axis);
  axes.push_back(other.axis);
  // The best place for each axis: among all places those of the cross's own axes would come first.
  std::vector<std::vector<FittedSeed>> guesses;
  for (const auto& axis : axes) {
    const double mass = mass_at(axis);
    const auto sides = sides_of(axis);
    double least = 0.0;
    std::array<FittedSeed, 2> pair;
    for (std::size_t side = 0; 2 * side < kSides; ++side) {
      const Eigen::Vector3d& aside = sides[side];
      for (const double apart : kAsideMm) {
        const std::array<FittedSeed, 2> one_pair{{{middle + apart * aside, axis, mass}, {middle - apart * aside, axis, mass}}};
        const double chi2 = cost_of(look_, prior_, left, {one_pair[0], one_pair[1]}, options_.correlation).chi2;
        if (pair.front().mass > 0.0 && chi2 >= least) continue;
        least = chi2;
        pair = one_pair;
      }
    }
    auto& after = guesses.emplace_back(others);
    after.insert(after.end(), pair.begin(), pair.end());
  }
  Change best = best_of(around, std::move(guesses), middle, 7.0, 12);
  if (best.gain.total() < kWorthMoving || !in_core(best.after.back().center_mm)) return std::nullopt;
  return best;
}

std::optional<Change> ExplanationMoves::one_more_in_row(const std::vector<FittedSeed>& around, const FittedSeed& s) const {
  // The nearest on that side of a seed that continues its needle.
  const auto next = [&](const FittedSeed& from, double side) {
    const FittedSeed* nearest = nullptr;
    for (const auto& o : around) {
      const Eigen::Vector3d d = o.center_mm - from.center_mm;
      const double apart = d.norm(), along = side * d.dot(s.axis);
      if (apart < kOverlapMm || apart > kRowMm || along < kInRow * apart || std::abs(o.axis.dot(s.axis)) < kInRow) continue;
      if (nearest == nullptr || apart < (nearest->center_mm - from.center_mm).norm()) nearest = &o;
    }
    return nearest;
  };
  std::vector<const FittedSeed*> row;  // from one end to the other
  for (const FittedSeed* o = next(s, -1.0); o != nullptr; o = next(*o, -1.0)) row.insert(row.begin(), o);
  const auto before = static_cast<std::ptrdiff_t>(row.size());
  row.push_back(&s);
  for (const FittedSeed* o = next(s, 1.0); o != nullptr; o = next(*o, 1.0)) row.push_back(o);
  if (before == 0 || row.back() == &s) return std::nullopt;
  // Those about it that are all a little too heavy.
  const auto excess = [&](const FittedSeed& o) { return o.mass / mass_at(o.axis) - 1.0; };
  auto from = row.begin() + before, to = from + 1;
  while (from != row.begin() && excess(**(from - 1)) > 0.0) --from;
  while (to != row.end() && excess(**to) > 0.0) ++to;
  const std::vector<const FittedSeed*> heavy(from, to);
  const double together =
      std::accumulate(heavy.begin(), heavy.end(), 0.0, [&](double sum, const FittedSeed* o) { return sum + excess(*o); });
  const bool by_itself = excess(s) > kHeavyInRow, heaviest = std::all_of(heavy.begin(), heavy.end(), [&](const FittedSeed*o) {
                                                    return o == row.front() || o == row.back() || excess(*o) <= excess(s);
                                                  });
  const bool by_all = heavy.size() > 3 && together > kHeavyTogether && heaviest;
  if (!by_itself && !by_all) return std::nullopt;
  std::vector<std::vector<FittedSeed>> guesses;
  double longest_mm = 0.0;
  const auto guess = [&](const std::vector<const FittedSeed*>& some, double wider) {
    const Eigen::Vector3d &first = some.front()->center_mm, &last = some.back()->center_mm, whole = last - first;
    longest_mm = std::max(longest_mm, whole.norm());
    auto& after = guesses.emplace_back();
    for (const auto& o : around)
      if (std::none_of(some.begin(), some.end(), [&](const FittedSeed* r) { return r->center_mm == o.center_mm; })) after.push_back(o);
    const auto more = static_cast<double>(some.size());
    for (std::size_t n = 0; n <= some.size(); ++n) {
      const Eigen::Vector3d at = 0.5 * (first + last) + wider * (static_cast<double>(n) / more - 0.5) * whole;
      const Eigen::Vector3d axis = whole.normalized();
      after.push_back({at, axis, mass_at(axis)});
    }
  };
  // As many outer ends as before; three that stand for four are a quarter of their distance too far in.
  const std::vector<const FittedSeed*> three(row.begin() + before - 1, row.begin() + before + 2);
  if (by_itself)
    for (const double wider : {1.0, 1.25}) guess(three, wider);
  // Of a longer row each is only a little too heavy, and all of them stand wrong.
  if (row.size() > three.size()) guess(row, 1.0);
  if (by_all && heavy.size() < row.size()) guess(heavy, 1.0);
  return best_of(around, std::move(guesses), s.center_mm, longest_mm, 12);
}

}  // namespace seedaudit
