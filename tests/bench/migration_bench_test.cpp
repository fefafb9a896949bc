// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "bench/migration/fate_score.h"
#include "bench/migration/random_fate.h"
#include "dosimetry/structure_volume.h"
#include "pipeline/tissue_regions.h"

namespace seedaudit::bench {

TEST_CASE("distances from an ellipsoid are those of its nearest surface point, and its outline encloses its volume") {
  const Ellipsoid e{{10.0, 0.0, 0.0}, {20.0, 10.0, 8.0}};
  CHECK(e.distance_mm({40.0, 0.0, 0.0}) == Approx(10.0).margin(1e-6));
  CHECK(e.distance_mm({10.0, 0.0, -6.0}) == Approx(-2.0).margin(1e-6));
  CHECK(e.distance_mm({10.0, 13.0, 0.0}) == Approx(3.0).margin(1e-6));
  // Off the axes: no point of a dense sampling of the surface is nearer, and one is as near.
  const Eigen::Vector3d p(28.0, 12.0, 9.0);
  double nearest = 1e9;
  for (double a = 0.0; a < 6.283; a += 0.002)
    for (double b = 0.0; b < 3.142; b += 0.004)
      nearest = std::min(nearest,
                         (p - e.center_mm -
                          e.half_axes_mm.cwiseProduct(Eigen::Vector3d(std::sin(b) * std::cos(a), std::sin(b) * std::sin(a), std::cos(b))))
                             .norm());
  CHECK(e.distance_mm(p) == Approx(nearest).margin(0.02));
  const auto volume = StructureVolume<CtFrame>::make(outline(e, "target", 1.0));
  REQUIRE(volume);
  CHECK(volume->volume_cc() == Approx(4.0 / 3.0 * 3.14159 * 20.0 * 10.0 * 8.0 / 1000.0).epsilon(0.02));
}

TEST_CASE("the body shows its regions by HU, and covers its lungs") {
  const std::vector<CtVolume> ct{body_ct(kTrunkLowMm, kTrunkHighMm, {})};
  for (const auto& p : {Eigen::Vector3d(90.0, 0.0, 100.0), Eigen::Vector3d(0.0, 70.0, 0.0), Eigen::Vector3d(185.0, 0.0, 0.0),
                        Eigen::Vector3d(-60.0, 0.0, -20.0)}) {
    const auto region = region_around(ct, {p});
    REQUIRE(region);
    const Organ truth = organ_at(p);
    CHECK((*region == TissueRegion::lung) == (truth == Organ::lung));
    CHECK((*region == TissueRegion::bone) == (truth == Organ::bone));
    CHECK((*region == TissueRegion::outside) == (truth == Organ::outside));
  }
  Box<CtFrame> target;
  target.include({{-75.0, -20.0, -30.0}});
  target.include({{-45.0, 10.0, 0.0}});
  CHECK(coverage_of(ct, target, 100.0).complete());
  CHECK_FALSE(coverage_of({body_ct(-60.0, 60.0, {})}, target, 100.0).complete());
}

TEST_CASE("drawn fates are as they say: the same number the same case, migrated seeds beyond 10 mm, placed ones on their channel") {
  int migrated = 0, moved = 0, moved_out = 0, two_lesions = 0;
  double tip_sum = 0.0;
  std::set<std::size_t> counts;
  for (int n = 1; n <= 30; ++n)
    for (const Series series : {Series::placement, Series::migration, Series::moves}) {
      const FateCase c = draw_fate(series, n), again = draw_fate(series, n);
      REQUIRE(c.seeds.size() == c.plan.seeds.size());
      REQUIRE(c.seeds.size() == again.seeds.size());
      CHECK(c.seeds.size() >= 5);
      CHECK(c.seeds.size() <= 119);
      counts.insert(c.seeds.size());
      two_lesions += c.targets.size() > 1 ? 1 : 0;
      for (std::size_t i = 0; i < c.seeds.size(); ++i) {
        const FatedSeed& s = c.seeds[i];
        CHECK(s.place.mm == again.seeds[i].place.mm);
        const NeedleTrack& used = c.used[static_cast<std::size_t>(c.plan.seeds[i].needle)];
        if (s.fate == Fate::placed || s.fate == Fate::dragged) CHECK(*distance_to_line_mm(used, s.place) < 1e-6);
        if (s.fate == Fate::migrated) {
          ++migrated;
          CHECK(series == Series::migration);
          CHECK(s.migrated);
          CHECK(s.move_mm >= 15.0);
        }
        if (s.migrated) {
          CHECK(is_migrated(c, s.place));
          for (const auto& t : c.targets) CHECK(t.distance_mm(s.place.mm) > 10.0);
        }
        moved += s.fate == Fate::moved ? 1 : 0;
        moved_out += s.fate == Fate::moved && s.migrated ? 1 : 0;
        if (series == Series::placement) CHECK_FALSE(s.migrated);
      }
      double tip = 0.0;
      for (const auto& t : c.used) {
        const auto first =
            std::find_if(c.plan.seeds.begin(), c.plan.seeds.end(), [&](const PlannedSeed& s) { return s.needle == t.needle; });
        tip += (t.end.mm - kTrackReachMm * t.axis->unit - first->center.mm).norm() / static_cast<double>(c.used.size());
      }
      tip_sum += tip;
    }
  CHECK(migrated > 20);
  CHECK(moved_out > 5);
  CHECK(moved > moved_out + 10);
  CHECK(two_lesions > 3);
  CHECK(counts.size() > 20);
  // 4.4 mm on the mean: 90 implants of about ten needles, 2.9 mm of scatter.
  CHECK(tip_sum / 90.0 == Approx(4.4).margin(0.5));
}

TEST_CASE("a case is judged against its fates, and the table counts what the rows say") {
  const FateCase c = draw_fate(Series::migration, 3);
  const JudgedCase j = judge(c, Finder::located);
  const auto in_scan = [&](const FatedSeed& s) {
    return s.fate != Fate::lost && s.fate != Fate::not_implanted && s.place.mm.z() > c.low_z_mm && s.place.mm.z() < c.high_z_mm;
  };
  CHECK(j.seeds.size() == static_cast<std::size_t>(std::count_if(c.seeds.begin(), c.seeds.end(), in_scan)));
  CHECK(j.missing_truth == static_cast<int>(c.seeds.size() - j.seeds.size()));
  CHECK(fate_row(c, Finder::located, j) == fate_row(c, Finder::located, judge(c, Finder::located)));

  FateTable table;
  table.add(fate_header());
  table.add("migration,located,1,20,1,1,1,0,1,1,1,1,migrated:1:80.0:embolised;migrated:1:40.0:displaced;placed:0:0.0:migrated");
  table.add("migration,located,2,20,0,0,1,0,0,0,0,0,dragged:0:9.0:placed");
  table.add("moves,located,1,20,1,1,0,0,2,1,0,0,moved:1:12.0:migrated;moved:0:7.0:displaced");
  const auto& l = table.lines.at("migration, located");
  CHECK(l.implants == 2);
  CHECK(l.migrated == 2);
  CHECK(l.caught == 1);
  CHECK(l.said == 2);
  CHECK(l.right == 1);
  CHECK(l.false_implants == 1);
  CHECK(l.complete == 1);
  CHECK(l.missing_exact == 1);
  CHECK(l.lost_exact == 1);
  CHECK(l.lost_wrongly == 0);
  const auto& m = table.lines.at("moves, located");
  CHECK(m.missing_exact == 0);
  CHECK(m.lost_judged == 0);
  CHECK(m.moves.at("10-15 mm, migrated").at("migrated") == 1);
  CHECK(m.moves.at("5-10 mm, not migrated").at("displaced") == 1);
  CHECK(table.text().find("50.0 % (1 of 2)") != std::string::npos);
}

}  // namespace seedaudit::bench
