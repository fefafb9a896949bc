// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/dose_engine.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "core/parallel.h"
#include "dosimetry/source_evaluator.h"
#include "dosimetry/tg43.h"
#include "tests/dosimetry/analytic.h"

using namespace seedaudit;
using namespace seedaudit::analytic;

namespace {

using Seeds = std::vector<DoseSeed<CtFrame>>;
using Points = std::vector<Point<CtFrame>>;

Axis<CtFrame> axis(double x, double y, double z) { return {Eigen::Vector3d(x, y, z).normalized()}; }

Seeds implant(int n) {
  Seeds s;
  for (int i = 0; i < n; ++i) {
    const double t = 2.4 * i;
    s.push_back({{{12 * std::cos(t), 12 * std::sin(t), 1.7 * i - 10}}, axis(std::sin(t), 0.3, std::cos(t)), AirKermaU{1.016}});
  }
  return s;
}

Points cloud(int n) {
  Points p;
  for (int i = 0; i < n; ++i) p.push_back({{20 * std::sin(1.3 * i), 20 * std::sin(2.1 * i + 1), 15 * std::sin(0.7 * i + 2)}});
  return p;
}

}  // namespace

TEST_CASE("two 6711 seeds by hand: 84.5515 Gy between them") {
  // Each at 5 mm, 90 degrees: 2 x 0.508 U x 0.965 x G_L(0.5)/G_L(1) x 1.071 = 4.111017 cGy/h, times 2056.7 h. Stored as float: 1e-6.
  const Seeds seeds{{{}, axis(0, 0, 1), AirKermaU{0.508}}, {{{10, 0, 0}}, axis(0, 0, 1), AirKermaU{0.508}}};
  const auto gy = dose_at(Points{{{5, 0, 0}}}, seeds, shipped());
  CHECK(std::abs(static_cast<double>(gy[0]) / 84.55153966962065 - 1.0) < 1e-6);
}

TEST_CASE("the evaluator is the reference, for every source, rule and place") {
  // The same formulae with tables worked out beforehand: rounding only.
  for (const auto& id : source_ids()) {
    const SourceModel s = shipped(id.c_str());
    for (const auto rules : {InterpolationRules::s1, InterpolationRules::linear}) {
      const SourceEvaluator fast(s, rules);
      double worst = 0.0;
      for (int i = -30; i <= 30; ++i)
        for (int j = 0; j <= 30; ++j) {
          const double z = 0.02 * i * std::abs(i) * 0.8, y = 0.02 * j * j * 0.7;
          const double reference = dose_rate_around(s, {z, y}, rules);
          worst = std::max(worst, std::abs(fast.rate_2d(z, y) / reference - 1.0));
          const double r = std::hypot(z, y);
          worst = std::max(worst, std::abs(fast.rate_1d(r) / dose_rate_1d(s, nearest_outside_capsule(s, Cm{r}), rules) - 1.0));
        }
      CAPTURE(id);
      CHECK(worst < 1e-12);
    }
  }
}

TEST_CASE("no dose is NaN: centre of a seed, on its axis, inside, at its ends, far away") {
  for (const auto& id : source_ids()) {
    const Seeds seeds{{{}, axis(0, 0, 1), AirKermaU{1.0}}};
    const Points points{{{0, 0, 0}},   {{0, 0, 1.5}}, {{0, 0, 2.25}}, {{0, 0, 2.2500001}},
                        {{0.4, 0, 0}}, {{0, 0.1, 2}}, {{0, 0, 500}},  {{300, 0, 0}}};
    for (const float d : dose_at(points, seeds, shipped(id.c_str()))) CHECK((std::isfinite(d) && d >= 0.0F));
  }
}

TEST_CASE("inside the capsule dose is constant across the wall, not unbounded") {
  const Seeds seeds{{{}, axis(0, 0, 1), AirKermaU{1.0}}};
  const auto d = dose_at(Points{{{0.4, 0, 0}}, {{0.1, 0, 0}}, {{0, 0, 0}}}, seeds, shipped());
  CHECK(d[0] == Approx(d[1]).epsilon(1e-6));
  CHECK(d[0] == Approx(d[2]).epsilon(1e-6));
}

TEST_CASE("C1-22: a seed without axis is summed in the 1-D form, and 1-D ignores axes") {
  const SourceModel s = shipped();
  const Points p{{{7, 0, 0}}, {{0, 0, 7}}};
  const Seeds unknown{{{}, std::nullopt, AirKermaU{1.0}}}, known{{{}, axis(0, 0, 1), AirKermaU{1.0}}};
  const auto a = dose_at(p, unknown, s);
  CHECK(a[0] == a[1]);
  DoseOptions one_d;
  one_d.formalism = DoseFormalism::point_1d;
  CHECK(dose_at(p, known, s, one_d) == a);
  const auto b = dose_at(p, known, s);
  CHECK(b[1] < 0.5F * b[0]);  // F(0.7 cm, 0) = 0.35
}

TEST_CASE("the dose of a seed turns and moves with it, and its sign of axis means nothing") {
  const SourceModel s = shipped();
  Rigid<CtFrame, CtFrame> move;
  move.iso = Eigen::Translation3d(3, 90, -7) * Eigen::AngleAxisd(0.8, Eigen::Vector3d(1, -1, 2).normalized());
  Seeds a = implant(5), b, c;
  for (const auto& seed : a) {
    b.push_back({move * seed.center, move * *seed.axis, seed.strength_at_implant});
    c.push_back({seed.center, Axis<CtFrame>{-seed.axis->unit}, seed.strength_at_implant});
  }
  const Points p = cloud(100);
  Points q;
  for (const auto& x : p) q.push_back(move * x);
  const auto da = dose_at(p, a, s), db = dose_at(q, b, s), dc = dose_at(p, c, s);
  for (std::size_t i = 0; i < p.size(); ++i) {
    CHECK(da[i] == Approx(db[i]).epsilon(1e-6));
    CHECK(da[i] == Approx(dc[i]).epsilon(1e-6));
  }
}

TEST_CASE("dose adds over seeds and scales with strength, no seed is no dose") {
  const SourceModel s = shipped();
  Seeds seeds = implant(7);
  const Points p = cloud(50);
  std::vector<double> sum(p.size(), 0.0);
  for (const auto& seed : seeds) {
    const auto d = dose_at(p, Seeds{seed}, s);
    for (std::size_t i = 0; i < p.size(); ++i) sum[i] += static_cast<double>(d[i]);
  }
  const auto all = dose_at(p, seeds, s);
  for (auto& seed : seeds) seed.strength_at_implant = seed.strength_at_implant * 2.0;
  const auto twice = dose_at(p, seeds, s);
  for (std::size_t i = 0; i < p.size(); ++i) {
    CHECK(static_cast<double>(all[i]) == Approx(sum[i]).epsilon(1e-6));
    CHECK(twice[i] == Approx(2.0F * all[i]).epsilon(1e-6));
  }
  CHECK(dose_at(p, Seeds{}, s) == std::vector<float>(p.size(), 0.0F));
}

TEST_CASE("dose to date is the delivered fraction of the dose to infinity") {
  const SourceModel s = shipped();
  DoseOptions to_date;
  to_date.to_date = Days{31.0};
  const Points p{{{6, 2, 1}}};
  const double ratio = static_cast<double>(dose_at(p, implant(3), s, to_date)[0]) / static_cast<double>(dose_at(p, implant(3), s)[0]);
  CHECK(ratio == Approx(1.0 - std::exp2(-31.0 / 59.4)).epsilon(1e-6));
}

TEST_CASE("a cut-off is off by default and drops whole seeds beyond it when set") {
  const SourceModel s = shipped();
  const Seeds seeds{{{}, axis(0, 0, 1), AirKermaU{1.0}}};
  CHECK(dose_at(Points{{{150, 0, 0}}}, seeds, s)[0] > 0.0F);
  DoseOptions cut;
  cut.cutoff_mm = 100.0;
  CHECK(dose_at(Points{{{150, 0, 0}}}, seeds, s, cut)[0] == 0.0F);
  CHECK(dose_at(Points{{{90, 0, 0}}}, seeds, s, cut) == dose_at(Points{{{90, 0, 0}}}, seeds, s));
  cut.cutoff_mm = 0.0;
  CHECK_FALSE(cut.check().ok());
  DoseOptions never;
  never.to_date = Days{std::numeric_limits<double>::quiet_NaN()};
  CHECK_FALSE(never.check().ok());
}

TEST_CASE("interpolation rules change the answer between and beyond entries, not at them") {
  const SourceModel s = shipped();
  DoseOptions linear;
  linear.rules = InterpolationRules::linear;
  const Seeds seeds{{{}, axis(0, 0, 1), AirKermaU{1.0}}};
  CHECK(dose_at(Points{{{35, 0, 0}}}, seeds, s, linear) != dose_at(Points{{{35, 0, 0}}}, seeds, s));
  CHECK(dose_at(Points{{{0, 0, 80}}}, seeds, s, linear) != dose_at(Points{{{0, 0, 80}}}, seeds, s));
  CHECK(dose_at(Points{{{30, 0, 0}}}, seeds, s, linear)[0] == Approx(dose_at(Points{{{30, 0, 0}}}, seeds, s)[0]).epsilon(1e-6));
}

TEST_CASE("a grid holds the dose at its voxel centres, at any orientation and anisotropic spacing") {
  const SourceModel s = shipped();
  const Seeds seeds = implant(4);
  const Eigen::Matrix3d turn = Eigen::AngleAxisd(0.5, Eigen::Vector3d(1, 1, 0).normalized()).toRotationMatrix();
  const auto grid = GridGeometry<CtFrame>::make({7, 5, 4}, {3.0, 2.0, 5.0}, Point<CtFrame>{{-9, -4, -8}}, turn);
  REQUIRE(grid.ok());
  const DoseGrid<CtFrame> g = compute_dose_grid(*grid, seeds, s);
  CHECK(g.description.source_id == "amersham-6711");
  CHECK(g.description.basis == DoseBasis::to_infinity);
  for (int k = 0; k < 4; ++k)
    for (int j = 0; j < 5; ++j)
      for (int i = 0; i < 7; ++i) CHECK(g.dose_gy[grid->offset(i, j, k)] == dose_at(Points{grid->center_of({i, j, k})}, seeds, s)[0]);
}

TEST_CASE("dose is bit-identical for one and two threads") {
  const SourceModel s = shipped();
  const Seeds seeds = implant(20);
  const Points p = cloud(3000);
  set_thread_count(1);
  const auto one = dose_at(p, seeds, s);
  set_thread_count(2);
  const auto two = dose_at(p, seeds, s);
  set_thread_count(0);
  CHECK(one == two);
}
