// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
// Seeds are taken out of good implants until V100 falls below 90 %; putting them back would restore it. Does the advice, and with how many?
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "dosimetry/source_library.h"
#include "dosimetry/supplement.h"

using namespace seedaudit;

namespace {

constexpr double kRxGy = 120.0;

double uniform(std::mt19937_64& engine, double a, double b) { return a + (b - a) * static_cast<double>(engine() >> 11) * 0x1.0p-53; }

StructureVolume<CtFrame> ellipsoid(const Eigen::Vector3d& half) {
  Structure<CtFrame> s;
  s.name = "target";
  const int slabs = std::max(6, static_cast<int>(std::lround(2.0 * half.z() / 2.5)));
  for (int n = 0; n < slabs; ++n) {
    const double z = half.z() * (2.0 * (n + 0.5) / slabs - 1.0), r = std::sqrt(1.0 - z * z / (half.z() * half.z()));
    Contour<CtFrame> c;
    for (int k = 0; k < 64; ++k)
      c.points.push_back({{half.x() * r * std::cos(0.09817477 * k), half.y() * r * std::sin(0.09817477 * k), z}});
    s.contours.push_back(std::move(c));
  }
  return StructureVolume<CtFrame>::make(s).value();
}

WayIn from_the_front() {
  WayIn way;
  way.direction = Eigen::Vector3d::UnitY();
  way.skin = [](const Point<CtFrame>& from, const Eigen::Vector3d& inwards) -> std::optional<Point<CtFrame>> {
    return Point<CtFrame>{from.mm - inwards * ((from.mm.y() + 70.0) / inwards.y())};
  };
  way.blocked = [](const Point<CtFrame>&) { return false; };
  return way;
}

}  // namespace

int main(int argc, char** argv) {
  const int wanted = argc > 1 ? std::atoi(argv[1]) : 100;
  const SourceModel source = find_source("amersham-6711").value();
  DoseOptions dose;
  dose.fast = fast_table(source, dose.rules);
  int cases = 0, restored = 0, within_one = 0, removed_all = 0, advised_all = 0;
  double seconds = 0.0, slowest = 0.0;
  for (std::uint64_t number = 1; cases < wanted; ++number) {
    std::mt19937_64 engine(number);
    const Eigen::Vector3d half(uniform(engine, 10.0, 20.0), uniform(engine, 10.0, 20.0), uniform(engine, 10.0, 20.0));
    const auto target = ellipsoid(half);
    SupplementInput in;
    in.target = &target;
    in.prescription = Gy{kRxGy};
    const double pitch = uniform(engine, 8.0, 11.0);
    const Eigen::Vector3d offset(uniform(engine, -4.0, 4.0), uniform(engine, -4.0, 4.0), uniform(engine, -4.0, 4.0));
    for (int i = -4; i <= 4; ++i)
      for (int j = -4; j <= 4; ++j)
        for (int k = -4; k <= 4; ++k) {
          const Eigen::Vector3d p = offset + pitch * Eigen::Vector3d(i, j, k);
          if ((p.array() / half.array()).matrix().norm() <= 1.0)
            in.seeds.push_back({{p}, Axis<CtFrame>{Eigen::Vector3d::UnitY()}, AirKermaU{1.0}});
        }
    if (in.seeds.size() < 8) continue;
    const auto unit = sample_dose(target, in.seeds, source, Gy{kRxGy}, dose);
    const double factor = uniform(engine, 1.02, 1.12) * kRxGy / unit->dvh.dose_at_volume_pct(90.0).value;
    for (auto& s : in.seeds) s.strength_at_implant = AirKermaU{factor};
    in.strength = AirKermaU{factor};
    // Those nearest to one point on the surface go, one to six of them, until V100 is below 90 %.
    const Eigen::Vector3d way(uniform(engine, -1.0, 1.0), uniform(engine, -1.0, 1.0), uniform(engine, -1.0, 1.0));
    const Eigen::Vector3d place = half.cwiseProduct(way.normalized());
    std::sort(in.seeds.begin(), in.seeds.end(),
              [&](const auto& a, const auto& b) { return (a.center.mm - place).squaredNorm() > (b.center.mm - place).squaredNorm(); });
    const int removed = 1 + static_cast<int>(uniform(engine, 0.0, 6.0));
    if (static_cast<std::size_t>(removed) + 4 > in.seeds.size()) continue;
    in.seeds.resize(in.seeds.size() - static_cast<std::size_t>(removed));
    const auto start = std::chrono::steady_clock::now();
    const auto advice = advise_supplement(in, from_the_front(), source, dose);
    const double s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (!advice || advice->outcome == SupplementOutcome::not_needed) continue;
    ++cases;
    seconds += s;
    slowest = std::max(slowest, s);
    const bool ok = advice->outcome == SupplementOutcome::reachable;
    restored += ok ? 1 : 0;
    within_one += ok && static_cast<int>(advice->seeds.size()) <= removed + 1 ? 1 : 0;
    removed_all += removed;
    advised_all += static_cast<int>(advice->seeds.size());
    if (!ok) std::printf("case %llu: %d removed: %s\n", static_cast<unsigned long long>(number), removed, advice->why.c_str());
  }
  std::printf("implants below 90 %% by seeds taken out      %5d\n", cases);
  std::printf("advice restores V100 to 90 %%                %5.1f %%\n", 100.0 * restored / cases);
  std::printf("with at most one seed above those removed   %5.1f %%\n", 100.0 * within_one / cases);
  std::printf("seeds removed, advised                      %5d %5d\n", removed_all, advised_all);
  std::printf("time of one search, mean and longest        %5.2f %5.2f s\n", seconds / cases, slowest);
  return 0;
}
