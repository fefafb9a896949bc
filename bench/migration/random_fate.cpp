// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/migration/random_fate.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "samples/phantom/random.h"

namespace seedaudit::bench {
namespace {

using Eigen::Vector3d;

constexpr double kLeftMm = 10.0;                        ///< truth: farther than this from target and channels has migrated
constexpr double kNeedlePitchMm = 10.0;                 ///< between neighbouring planned needles
constexpr double kTipMeanMm = 4.4, kTipSdMm = 2.9;      ///< placement error at the tip, any direction
constexpr double kEntryMeanMm = 3.4, kEntrySdMm = 1.7;  ///< at the skin, across the needle
constexpr double kSlideMm = 1.0;                        ///< of each seed along the channel, one standard deviation
constexpr double kRegistrationMm = 0.4;  ///< each coordinate, one standard deviation; three times that in a twentieth of the cases
constexpr double kRotationDeg = 0.5;     ///< about each axis of the target
constexpr int kMostTries = 2000;

Vector3d direction(RandomStream& random) {
  Vector3d d;
  do d = {random.normal(), random.normal(), random.normal()};
  while (!(d.norm() > 1e-3));
  return d.normalized();
}

/// A length with the given mean and standard deviation, heavier in the tail than a normal one (gamma; Marsaglia and Tsang 2000).
double length_mm(RandomStream& random, double mean, double sd) {
  const double shape = mean * mean / (sd * sd), d = shape - 1.0 / 3.0, c = 1.0 / std::sqrt(9.0 * d);
  while (true) {
    const double x = random.normal(), v = std::pow(1.0 + c * x, 3);
    if (v > 0.0 && std::log(random.uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v * sd * sd / mean;
  }
}

struct Needle {
  Vector3d tip, along;         // planned; along points from the skin inwards
  std::vector<double> depths;  // of seeds, back from the tip
};

/// Parallel needles 10 mm apart through one target, seeds at even distances where they lie inside it.
std::vector<Needle> plan_needles(const Ellipsoid& target, RandomStream& random) {
  // From the right side or the front, as the ribs allow.
  const double azimuth = random.uniform(-0.2, 0.6) * std::numbers::pi;
  const Vector3d along = Vector3d(std::cos(azimuth), std::sin(azimuth), random.uniform(-0.4, 0.4)).normalized();
  const Vector3d across = along.cross(Vector3d::UnitZ()).normalized(), up = across.cross(along);
  const double pitch = std::array{5.0, 7.5, 10.0}[static_cast<std::size_t>(random.index(3))];
  const double reach = target.half_axes_mm.maxCoeff();
  const int rows = static_cast<int>(std::ceil(reach / kNeedlePitchMm));
  std::vector<Needle> out;
  for (int a = -rows; a <= rows; ++a)
    for (int b = -rows; b <= rows; ++b) {
      const Vector3d middle = target.center_mm + kNeedlePitchMm * ((a + 0.5 * (b & 1)) * across + b * 0.9 * up);
      std::vector<double> inside;
      for (double t = -reach; t <= reach; t += 0.5)
        if (target.distance_mm(middle + t * along) < -1.0) inside.push_back(t);
      if (inside.empty()) continue;
      Needle n{middle + inside.back() * along, along, {}};
      for (double depth = 0.0; depth <= inside.back() - inside.front() + 1e-9; depth += pitch) n.depths.push_back(depth);
      out.push_back(std::move(n));
    }
  return out;
}

double skin_mm(const Vector3d& from, const Vector3d& outwards) {
  double t = 0.0;
  while (t < 400.0 && organ_at(from + t * outwards) != Organ::outside) t += 2.0;
  return t;
}

struct Draft {
  std::vector<Ellipsoid> targets;
  std::vector<Needle> needles;
  int seeds = 0;
};

/// One lesion, in every seventh case two; drawn again until the number of seeds is one that occurs (5 to 119).
Draft draw_plan(RandomStream& random) {
  Draft out;
  while (out.seeds < 5 || out.seeds > 119) {
    out = {};
    const int lesions = random.index(7) == 0 ? 2 : 1;
    for (int n = 0; n < lesions; ++n) {
      const Ellipsoid liver = liver_shape();
      Ellipsoid t;
      t.center_mm = liver.center_mm + liver.half_axes_mm.cwiseProduct(direction(random)) * 0.85 * std::cbrt(random.uniform());
      t.half_axes_mm = {random.uniform(8.0, 25.0), random.uniform(8.0, 25.0), random.uniform(8.0, 25.0)};
      out.targets.push_back(t);
      for (auto& needle : plan_needles(t, random)) {
        out.seeds += static_cast<int>(needle.depths.size());
        out.needles.push_back(std::move(needle));
      }
    }
  }
  return out;
}

/// A place in another region, or in the organ but away from target and channels.
Point<CtFrame> far_place(const FateCase& c, const Vector3d& left_at, RandomStream& random) {
  constexpr std::array<Organ, 7> kWhere{Organ::lung, Organ::lung, Organ::lung, Organ::heart, Organ::vessel, Organ::tissue, Organ::liver};
  while (true) {
    const Organ where = kWhere[static_cast<std::size_t>(random.index(static_cast<int>(kWhere.size())))];
    for (int n = 0; n < kMostTries; ++n) {
      const Vector3d p(random.uniform(-165.0, 165.0), random.uniform(-108.0, 108.0), random.uniform(-200.0, 220.0));
      if (organ_at(p) == where && (p - left_at).norm() >= 15.0 && is_migrated(c, {p})) return {p};
    }
  }
}

/// Five to fifteen millimetres off. Most such moves stay within 10 mm of target or channel: half of them are drawn until one does not,
/// where any does.
Point<CtFrame> near_place(const FateCase& c, const Vector3d& left_at, RandomStream& random) {
  const bool leaves = random.uniform() < 0.5;
  Point<CtFrame> p;
  for (int n = 0; n < kMostTries; ++n) {
    p.mm = left_at + random.uniform(5.0, 15.0) * direction(random);
    if (!leaves || is_migrated(c, p)) break;
  }
  return p;
}

void draw_fates(FateCase& c, const std::vector<Vector3d>& left_at, const std::vector<Vector3d>& back, RandomStream& random) {
  const auto some = [&](int most) { return 1 + random.index(most); };
  const auto draw_placed = [&]() -> FatedSeed& {
    while (true) {
      FatedSeed& s = c.seeds[static_cast<std::size_t>(random.index(static_cast<int>(c.seeds.size())))];
      if (s.fate == Fate::placed) return s;
    }
  };
  const int most = std::min(4, static_cast<int>(c.seeds.size()) / 4);
  if (random.uniform() < 0.15)
    for (int n = some(most); n > 0; --n) draw_placed().fate = Fate::not_implanted;
  if (random.uniform() < 0.3) draw_placed().fate = Fate::lost;
  if (c.series != Series::placement)
    for (int n = some(most); n > 0; --n) draw_placed().fate = c.series == Series::migration ? Fate::migrated : Fate::moved;
  for (std::size_t n = 0; n < c.seeds.size(); ++n) {
    FatedSeed& s = c.seeds[n];
    s.place = {left_at[n]};
    if (s.fate == Fate::placed && random.uniform() < 0.03) {
      s.fate = Fate::dragged;
      s.place.mm += random.uniform(5.0, 15.0) * back[n];
    } else if (s.fate == Fate::moved) {
      s.place = near_place(c, left_at[n], random);
    } else if (s.fate == Fate::migrated) {
      s.place = far_place(c, left_at[n], random);
    }
    s.move_mm = (s.place.mm - left_at[n]).norm();
    s.migrated = (s.fate == Fate::moved || s.fate == Fate::migrated) && is_migrated(c, s.place);
  }
  c.implanted =
      static_cast<int>(std::count_if(c.seeds.begin(), c.seeds.end(), [](const FatedSeed& s) { return s.fate != Fate::not_implanted; }));
}

}  // namespace

std::string_view to_string(Fate v) {
  constexpr std::array<std::string_view, 7> kNames{"placed", "dragged", "moved", "migrated", "lost", "not_implanted", "none"};
  return kNames[static_cast<std::size_t>(v)];
}

std::string_view to_string(Series v) {
  constexpr std::array<std::string_view, 3> kNames{"placement", "migration", "moves"};
  return kNames[static_cast<std::size_t>(v)];
}

bool is_migrated(const FateCase& c, const Point<CtFrame>& place) {
  for (const auto& t : c.targets)
    if (t.distance_mm(place.mm) <= kLeftMm) return false;
  return std::all_of(c.used.begin(), c.used.end(), [&](const NeedleTrack& t) { return distance_to_track_mm(t, place) > kLeftMm; });
}

FateCase draw_fate(Series series, int number) {
  RandomStream random(static_cast<std::uint64_t>(number), 40 + static_cast<std::uint64_t>(series));
  FateCase c;
  c.series = series;
  c.number = number;
  const Draft draft = draw_plan(random);
  c.targets = draft.targets;
  std::vector<Vector3d> left_at, back;
  for (const Needle& n : draft.needles) {
    const int needle = static_cast<int>(c.plan.needle_names.size());
    c.plan.needle_names.push_back(std::to_string(needle + 1));
    const double length = skin_mm(n.tip, -n.along);
    Vector3d sideways = direction(random);
    sideways = (sideways - sideways.dot(n.along) * n.along).normalized();
    const Vector3d entry = n.tip - length * n.along + length_mm(random, kEntryMeanMm, kEntrySdMm) * sideways;
    const Vector3d tip = n.tip + length_mm(random, kTipMeanMm, kTipSdMm) * direction(random);
    const Vector3d along = (tip - entry).normalized();
    NeedleTrack used;
    used.needle = needle;
    used.axis = Axis<CtFrame>{along};
    used.start = {entry};
    used.end = {tip + kTrackReachMm * along};
    c.used.push_back(used);
    for (const double depth : n.depths) {
      PlannedSeed s;
      s.index = static_cast<int>(c.plan.seeds.size());
      s.center = {n.tip - depth * n.along};
      s.axis = Axis<PlanFrame>{n.along};
      s.needle = needle;
      c.plan.seeds.push_back(s);
      c.seeds.push_back({s.index, Fate::placed, {}, 0.0, false});
      left_at.push_back(tip - (depth + random.normal(0.0, kSlideMm)) * along);
      back.push_back(-along);
    }
  }
  draw_fates(c, left_at, back, random);

  const double error = kRegistrationMm * (random.uniform() < 0.05 ? 3.0 : 1.0);
  const Vector3d turn = Vector3d(random.normal(), random.normal(), random.normal()) * kRotationDeg * std::numbers::pi / 180.0;
  const Vector3d shift(random.normal(0.0, error), random.normal(0.0, error), random.normal(0.0, error));
  const Vector3d about = c.targets.front().center_mm;
  c.ct_from_plan.iso =
      Eigen::Translation3d(about + shift) * Eigen::AngleAxisd(turn.norm(), turn.normalized()) * Eigen::Translation3d(-about);

  c.organs_drawn = random.uniform() < 0.5;
  c.complete = random.uniform() < 0.7;
  if (!c.complete) {
    double low = 1e9, high = -1e9;
    for (const auto& t : c.targets) {
      low = std::min(low, t.center_mm.z() - t.half_axes_mm.z());
      high = std::max(high, t.center_mm.z() + t.half_axes_mm.z());
    }
    c.low_z_mm = std::max(kTrunkLowMm, low - random.uniform(30.0, 80.0));
    c.high_z_mm = std::min(kTrunkHighMm, high + random.uniform(30.0, 80.0));
  }
  return c;
}

}  // namespace seedaudit::bench
