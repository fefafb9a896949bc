// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/metrics.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <tuple>

#include "dosimetry/tg43.h"
#include "tests/dosimetry/analytic.h"

using namespace seedaudit;
using namespace seedaudit::analytic;

namespace {

using Seeds = std::vector<DoseSeed<CtFrame>>;
using Map = IsodoseMap<CtFrame>;

StructureVolume<CtFrame> volume_samples(const Structure<CtFrame>& s) {
  const auto v = StructureVolume<CtFrame>::make(s);
  if (!v) FAIL(v.error().message());
  return *v;
}

Seeds seed_of_strength(double x, double y, double z, double strength = 1.0) { return {{{{x, y, z}}, std::nullopt, AirKermaU{strength}}}; }

double dose_at_mm(double r_mm) {
  const SourceModel s = point_source();
  return dose_to_infinity(dose_rate_1d(s, to_cm(Mm{r_mm})), s.half_life).value;
}

double ball_cc(double r_mm) { return 4.0 / 3.0 * kPi * r_mm * r_mm * r_mm / 1000.0; }

DoseMetrics metrics(const StructureVolume<CtFrame>& v, const Seeds& seeds, double rx, double lowest) {
  const auto sampled = sample_dose(v, seeds, point_source(), Gy{rx});
  const auto map = Map::make(seeds, point_source(), Gy{lowest});
  REQUIRE((sampled.ok() && map.ok()));
  return metrics_of(*sampled, v, std::optional<Gy>(Gy{rx}), &*map, seeds, point_source()).value();
}

}  // namespace

TEST_CASE("volume of an isodose of one point source is that of its sphere") {
  // Surface voxels are refined fourfold: 0.5 % down to a radius of 5 voxels, 1 % at 3.
  const auto map = Map::make(seed_of_strength(0.3, -0.2, 0.1), point_source(), Gy{dose_at_mm(14.0)});
  REQUIRE(map.ok());
  for (const double r : {13.0, 9.0, 5.0}) CHECK(std::abs(*map->volume_cc(Gy{dose_at_mm(r)}) / ball_cc(r) - 1.0) < 0.005);
  CHECK(std::abs(*map->volume_cc(Gy{dose_at_mm(3.0)}) / ball_cc(3.0) - 1.0) < 0.01);
}

TEST_CASE("the map grows until its lowest isodose is closed, what leaves it is null, not cut") {
  const double level = dose_at_mm(33.0);
  const auto map = Map::make(seed_of_strength(0, 0, 0), point_source(), Gy{level});
  REQUIRE(map.ok());
  CHECK(std::abs(*map->volume_cc(Gy{level}) / ball_cc(33.0) - 1.0) < 0.005);
  CHECK_FALSE(map->volume_cc(Gy{dose_at_mm(80.0)}).has_value());
  CHECK_FALSE(map->dose_enclosing_cc(ball_cc(80.0)).has_value());
  IsodoseOptions small;
  small.max_margin_mm = 10.0;
  const auto cut = Map::make(seed_of_strength(0, 0, 0), point_source(), Gy{level}, {}, small);
  REQUIRE(cut.ok());
  CHECK_FALSE(cut->volume_cc(Gy{level}).has_value());
  CHECK_FALSE(implant_volumes_cc(*cut, Gy{level}).contains(100));
  CHECK(implant_volumes_cc(*map, Gy{level}).size() == 3);
  IsodoseOptions coarse;
  coarse.spacing_mm = 2.0;
  CHECK(Map::make(seed_of_strength(0, 0, 0), point_source(), Gy{level}, {}, coarse)->grid().grid.voxel_count() <
        map->grid().grid.voxel_count() / 4);
}

TEST_CASE("an isodose map without seeds or level, or with impossible options, is refused") {
  CHECK_FALSE(Map::make({}, point_source(), Gy{100.0}).ok());
  CHECK_FALSE(Map::make(seed_of_strength(0, 0, 0), point_source(), Gy{0.0}).ok());
  IsodoseOptions bad;
  bad.spacing_mm = 0.0;
  CHECK_FALSE(Map::make(seed_of_strength(0, 0, 0), point_source(), Gy{100.0}, {}, bad).ok());
  bad = {};
  bad.max_margin_mm = 1.0;
  CHECK_FALSE(bad.check().ok());
}

TEST_CASE("a seed that migrated far costs a small grid of its own and still counts") {
  Seeds seeds = seed_of_strength(0, 0, 0);
  seeds.push_back(seed_of_strength(6, 0, 0)[0]);
  const Gy level{dose_at_mm(9.0)};
  const std::size_t near = Map::make(seeds, point_source(), level)->grid().grid.voxel_count();
  const double near_cc = *Map::make(seeds, point_source(), level)->volume_cc(level);
  seeds.push_back(seed_of_strength(150, 80, 300)[0]);
  const auto map = Map::make(seeds, point_source(), level);
  CHECK(map->grid().grid.voxel_count() == near);
  // The others add 2 x (9 / 350)^2 = 0.13 % to its dose, and 1.5 times that to its volume.
  CHECK(std::abs(*map->volume_cc(level) / (near_cc + ball_cc(9.0)) - 1.0) < 0.006);
}

TEST_CASE("V_implant at 100, 150 and 200 % falls as the power -3/2 of dose for one point source") {
  const double rx = dose_at_mm(12.0);
  const auto map = Map::make(seed_of_strength(0, 0, 0), point_source(), Gy{rx});
  const auto v = implant_volumes_cc(*map, Gy{rx});
  CHECK(std::abs(v.at(150) / v.at(100) - std::pow(1.5, -1.5)) < 0.004);
  CHECK(std::abs(v.at(200) / v.at(100) - std::pow(2.0, -1.5)) < 0.004);
}

TEST_CASE("CI and EI: isodose within, equal to and beyond the target") {
  const auto v = volume_samples(sphere(10.0, 60));
  const Seeds seeds = seed_of_strength(0, 0, 0);
  // Isodose of radius 8 in a target of radius 10: all of it inside. CI = V_ref / V_T, EI = 0.
  const DoseMetrics small = metrics(v, seeds, dose_at_mm(8.0), dose_at_mm(12.0));
  CHECK(std::abs(*small.ci - 0.512) < 0.005);
  CHECK(std::abs(*small.ei) < 0.003);
  // Isodose of radius 12: all the target covered. CI = V_T / V_ref, EI = V_ref / V_T - 1.
  const DoseMetrics large = metrics(v, seeds, dose_at_mm(12.0), dose_at_mm(12.0));
  CHECK(std::abs(*large.ci - 1.0 / 1.728) < 0.005);
  CHECK(std::abs(*large.ei - 0.728) < 0.008);
  CHECK(*large.v100_pct == 100.0);
}

TEST_CASE("an isodose that touches nothing of the target does not count for CI") {
  Seeds seeds = seed_of_strength(0, 0, 0);
  seeds.push_back(seed_of_strength(60, 0, 0)[0]);
  const auto map = Map::make(seeds, point_source(), Gy{dose_at_mm(8.0)});
  const auto v = volume_samples(sphere(10.0, 40));
  const Gy level{dose_at_mm(8.0)};
  // The other seed, 60 mm away, adds 1.8 % at 8 mm, which swells the ball by 2.7 %.
  CHECK(*map->volume_cc(level) == Approx(2.0 * *map->volume_touching_cc(level, v)).epsilon(0.01));
  CHECK(std::abs(*map->volume_touching_cc(level, v) / ball_cc(8.0) - 1.0) < 0.04);
}

TEST_CASE("HI, DNR, D2cc and both peripheral doses of a sphere around a point source") {
  const auto v = volume_samples(sphere(10.0, 100));
  const double rx = dose_at_mm(9.0);
  const DoseMetrics m = metrics(v, seed_of_strength(0, 0, 0), rx, dose_at_mm(15.0));
  CHECK(std::abs(*m.dnr - std::pow(1.5, -1.5)) < 0.003);
  CHECK(*m.hi == Approx(1.0 - *m.dnr));
  // 2 cc is a ball of 7.816 mm.
  CHECK(std::abs(*m.d2cc_gy / dose_at_mm(std::cbrt(2000.0 * 3.0 / (4.0 * kPi))) - 1.0) < 0.005);
  CHECK(std::abs(*m.matched_peripheral_dose_gy / dose_at_mm(10.0) - 1.0) < 0.005);
  // The stack of discs sticks out of its sphere by up to 0.2 mm at its rim: least dose is up to 5 % below that at the radius.
  CHECK(*m.minimum_peripheral_dose_gy < dose_at_mm(10.0));
  CHECK(*m.minimum_peripheral_dose_gy > 0.9 * dose_at_mm(10.0));
  CHECK(*m.minimum_peripheral_dose_gy <= *m.d100_gy * 1.001);
}

TEST_CASE("without a prescription the V figures and indices are null, the doses are not") {
  const auto v = volume_samples(sphere(10.0, 20));
  const auto s = sample_dose(v, seed_of_strength(0, 0, 0), point_source(), std::nullopt);
  const DoseMetrics m = metrics_of(s->dvh, std::nullopt).value();
  CHECK(m.d90_gy.has_value());
  CHECK_FALSE(m.v100_pct.has_value());
  CHECK_FALSE(m.hi.has_value());
  CHECK_FALSE(m.ci.has_value());
}

TEST_CASE("nothing reaches the prescription: V100 and CI are zero, ratios to V100 null") {
  const auto v = volume_samples(sphere(5.0, 20));
  const DoseMetrics m = metrics(v, seed_of_strength(40, 0, 0), dose_at_mm(4.0), dose_at_mm(8.0));
  CHECK(*m.v100_pct == 0.0);
  CHECK(*m.ci == 0.0);
  CHECK_FALSE(m.hi.has_value());
  CHECK_FALSE(m.dnr.has_value());
}

TEST_CASE("delta is post minus pre, field by field, null where either is") {
  DoseMetrics pre, post;
  pre.d90_gy = 130.0;
  post.d90_gy = 118.0;
  pre.v100_pct = 95.0;
  post.ci = 0.7;
  const DoseMetrics d = metrics_delta(post, pre);
  CHECK(*d.d90_gy == Approx(-12.0));
  CHECK_FALSE(d.v100_pct.has_value());
  CHECK_FALSE(d.ci.has_value());
}

TEST_CASE("a cold region has the volume, place and least dose that geometry gives") {
  // Source on the left pole of a target of radius 10; cold beyond 10 mm of it: the target less the lens of two such balls, 11/12 pi R^3.
  const auto v = volume_samples(sphere(10.0, 100));
  const auto cold = cold_regions(v, seed_of_strength(10, 0, 0), point_source(), Gy{dose_at_mm(10.0)});
  REQUIRE(cold.size() == 1);
  CHECK(std::abs(cold[0].volume_cc / (11.0 / 12.0 * kPi) - 1.0) < 0.01);
  CHECK(cold[0].where.substr(0, 5) == "right");
  CHECK(cold[0].center.mm.x() < -2.0);
  CHECK(std::abs(cold[0].center.mm.y()) < 0.1);
  CHECK(std::abs(cold[0].min_gy / dose_at_mm(20.0) - 1.0) < 0.06);  // the last lattice point is up to half a voxel short of the pole
}

TEST_CASE("separate cold regions come one by one, largest first, small ones left out") {
  // A bar of 60 mm with its source at x = 5: cold at both ends, more of it on the left side (LPS: +x) ... the far end.
  std::vector<Contour<CtFrame>> c;
  for (const double z : {-4.0, 0.0, 4.0}) c.push_back(rectangle(-30, -6, 30, 6, z));
  const auto v = volume_samples(structure(c));
  const auto cold = cold_regions(v, seed_of_strength(-5, 0, 0), point_source(), Gy{dose_at_mm(15.0)});
  REQUIRE(cold.size() == 2);
  CHECK(cold[0].volume_cc > cold[1].volume_cc);
  CHECK(cold[0].where.substr(0, 4) == "left");
  CHECK(cold[1].where.substr(0, 5) == "right");
  ColdRegionOptions large;
  large.min_volume_cc = 0.5 * (cold[0].volume_cc + cold[1].volume_cc);
  CHECK(cold_regions(v, seed_of_strength(-5, 0, 0), point_source(), Gy{dose_at_mm(15.0)}, {}, large).size() == 1);
  CHECK(cold_regions(v, seed_of_strength(-5, 0, 0), point_source(), Gy{dose_at_mm(60.0)}).empty());
  large.min_volume_cc = -1.0;
  CHECK_FALSE(large.check().ok());
  large = {};
  large.spacing_mm = 0.0;
  CHECK_FALSE(large.check().ok());
}

TEST_CASE("octants are named in patient terms, share the volume, and find the cold side") {
  CHECK(octant_name({1, 1, 1}) == "left-posterior-superior");
  CHECK(octant_name({-1, -1, -1}) == "right-anterior-inferior");
  const auto v = volume_samples(sphere(10.0, 30));
  const Seeds seeds = seed_of_strength(6, 6, 6);
  const Gy rx{dose_at_mm(9.0)};
  const auto s = sample_dose(v, seeds, point_source(), rx);
  const auto sectors = octants(*s, v, rx);
  REQUIRE(sectors.size() == 8);
  double volume = 0.0, weighted = 0.0;
  for (const auto& o : sectors) {
    volume += o.volume_cc;
    weighted += o.volume_cc * o.v100_pct;
    CHECK(std::abs(o.volume_cc - v.volume_cc() / 8.0) < 0.002 * v.volume_cc());
    if (o.name == "left-posterior-superior") CHECK(o.v100_pct > 95.0);
    if (o.name == "right-anterior-inferior") CHECK(o.v100_pct == 0.0);
  }
  CHECK(volume == Approx(v.volume_cc()).epsilon(1e-9));
  CHECK(weighted / volume == Approx(s->dvh.volume_pct_at(rx)).epsilon(1e-6));
}

TEST_CASE("rim, core and what lies beside an organ have the volumes and doses of their geometry", "[heavy]") {
  // Point source in a ball of 20 mm: the dose falls outwards, so the rim of 5 mm is the coldest 1 - (15/20)^3 = 57.8 %.
  const auto v = volume_samples(sphere(20.0, 80));
  const Gy rx{dose_at_mm(16.0)};
  const auto sampled = sample_dose(v, seed_of_strength(0, 0, 0), point_source(), rx);
  REQUIRE(sampled.ok());
  // Slabs of 0.5 mm: the staircase of its surface shifts depths by up to half of one, 0.25 mm of 15: 5 % of the core's volume at most.
  const auto parts = shells(*sampled, v, rx, {});
  REQUIRE(parts.size() == 2);
  CHECK(parts[0].name == "rim");
  CHECK(std::abs(parts[0].volume_cc / (ball_cc(20.0) - ball_cc(15.0)) - 1.0) < 0.04);
  CHECK(std::abs(parts[1].volume_cc / ball_cc(15.0) - 1.0) < 0.05);
  // V100 of the rim: between 15 and 16 mm, 721 of 4625 mm3 (over 4/3 pi) = 15.6 %; the shift is a quarter of that shell's millimetre.
  CHECK(std::abs(parts[0].v100_pct - 100.0 * (4096.0 - 3375.0) / (8000.0 - 3375.0)) < 3.0);
  CHECK(parts[1].v100_pct == 100.0);
  CHECK(parts[1].min_gy > parts[0].min_gy);
  // An organ whose face touches the ball at x = 20: a cap of height 5 mm, pi h^2 (R - h/3) = 1.44 cc.
  std::vector<Contour<CtFrame>> slices;
  for (double z = -30.0; z <= 30.0; z += 5.0) slices.push_back(rectangle(20.0, -40.0, 60.0, 40.0, z));
  const auto organ = volume_samples(structure(slices, "stomach")), far = volume_samples(cylinder(5.0, 90.0, 2.0, 4));
  const auto beside = shells(*sampled, v, rx, {&organ, &far});
  REQUIRE(beside.size() == 3);
  CHECK(beside[2].name == "beside stomach");
  CHECK(std::abs(beside[2].volume_cc - kPi * 25.0 * (20.0 - 5.0 / 3.0) / 1000.0) < 0.1);
}

TEST_CASE("natural dose ratio: proportional to strength, and absent where sources do not join") {
  Seeds implant;
  for (int n = 0; n < 27; ++n) implant.push_back({{{10.0 * (n % 3), 10.0 * (n / 3 % 3), 10.0 * (n / 9)}}, std::nullopt, AirKermaU{1.0}});
  const auto at = [&](double factor) {
    Seeds s = implant;
    for (auto& seed : s) seed.strength_at_implant = seed.strength_at_implant * factor;
    const auto map = Map::make(s, point_source(), Gy{125.0});
    REQUIRE(map.ok());
    return natural_dose_ratio(*map, Gy{250.0});
  };
  const auto one = at(1.0), more = at(1.2);
  REQUIRE((one && more));
  // Positions of the peak are found to a fraction of a step of 3 %.
  CHECK(std::abs(*more / *one / 1.2 - 1.0) < 0.015);
  const auto lone = Map::make(seed_of_strength(0.3, -0.2, 0.1), point_source(), Gy{dose_at_mm(14.0) * 0.5});
  REQUIRE(lone.ok());
  CHECK_FALSE(natural_dose_ratio(*lone, Gy{dose_at_mm(14.0)}));
}

TEST_CASE("figures that break the identity of D90 and V100 are an error, in release builds too") {
  const Gy rx{120.0};
  DoseMetrics m;
  CHECK(check_coverage_identity(m, rx).ok());  // nothing computed, nothing broken
  for (const auto& [d90, v100, holds] :
       {std::tuple{120.0, 90.0, true}, std::tuple{119.999, 89.999, true}, std::tuple{150.0, 99.0, true}, std::tuple{120.0, 89.999, false},
        std::tuple{119.999, 90.0, false}, std::tuple{std::nan(""), 95.0, false}, std::tuple{130.0, std::nan(""), false}}) {
    CAPTURE(d90, v100);
    m.d90_gy = d90;
    m.v100_pct = v100;
    const Status checked = check_coverage_identity(m, rx);
    CHECK(checked.ok() == holds);
    if (!checked) {
      CHECK(checked.error().code == ErrorCode::internal);
      CHECK(checked.error().message().find("contradict") != std::string::npos);
    }
  }
}

TEST_CASE("the identity holds where the prescription is a sample's own dose, for any number of samples") {
  // At the edge itself, where rounding of counts, percents or floats would show.
  for (const std::size_t n : {1U, 3U, 7U, 10U, 99U, 100U, 1000U, 1003U, 4097U}) {
    std::vector<float> dose;
    for (std::size_t k = 0; k < n; ++k) dose.push_back(80.1F + 0.1F * static_cast<float>(k));
    const Dvh dvh = Dvh::make(dose, 1.0).value();
    for (const float d : dose)
      for (const double rx :
           {static_cast<double>(d), std::nextafter(static_cast<double>(d), 0.0), std::nextafter(static_cast<double>(d), 1e9)})
        CHECK(metrics_of(dvh, Gy{rx}).ok());
  }
}
