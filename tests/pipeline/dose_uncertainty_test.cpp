// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/dose_uncertainty.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "core/parallel.h"
#include "dosimetry/source_library.h"

using namespace seedaudit;

namespace {

/// Nine seeds on a grid, a cube of points around them.
UncertaintyInput implant() {
  UncertaintyInput in;
  for (int n = 0; n < 9; ++n)
    in.seeds.push_back({{{{10.0 * (n % 3 - 1), 10.0 * (n / 3 - 1), 0.0}}, Axis<CtFrame>{}, AirKermaU{1.0}}, Eigen::Vector3d::Zero()});
  for (int x = -8; x <= 8; ++x)
    for (int y = -8; y <= 8; ++y)
      for (int z = -3; z <= 3; ++z) in.target.points.push_back({{1.5 * x, 1.5 * y, 1.5 * z}});
  in.prescription = Gy{60.0};
  in.random_seed = 7;
  return in;
}

UncertaintyOptions only_strength(double sigma_pct) {
  UncertaintyOptions o;
  o.draws = 400;
  o.strength_sigma_pct = sigma_pct;
  o.model_sigma_pct = 0.0;
  o.surrogate_sigma_pct = 0.0;
  return o;
}

const SourceModel& model() {
  static const SourceModel m = find_source("amersham-6711").value();
  return m;
}

DoseUncertainty estimate(const UncertaintyInput& in, const UncertaintyOptions& o, double d90 = 60.0) {
  auto u = dose_uncertainty(in, model(), {}, d90, o);
  REQUIRE(u);
  return *u;
}

double width(const DoseUncertainty& u) { return u.d90_ratio.second - u.d90_ratio.first; }

}  // namespace

TEST_CASE("uncertainty: dose is proportional to strength, so its spread is the strength's") {
  const DoseUncertainty u = estimate(implant(), only_strength(3.0));
  // 95 % of a normal spread of 3 %: 1 +- 0.0588. With 400 draws the 2.5 % point has a standard error of about 1 / (sqrt(400) x density),
  // sqrt(0.025 x 0.975 / 400) / 0.0584 x 3 % = 0.4 %; four of them are 0.016.
  CHECK(std::abs(u.d90_ratio.first - (1.0 - 0.0588)) < 0.016);
  CHECK(std::abs(u.d90_ratio.second - (1.0 + 0.0588)) < 0.016);
  CHECK(u.dominant == "source strength");
}

TEST_CASE("uncertainty: the band of the histogram is the interval of D90 at 90 %, and of a common factor the same everywhere") {
  UncertaintyOptions o = only_strength(3.0);
  o.draws = 100;
  const DoseUncertainty u = estimate(implant(), o);
  REQUIRE(u.dose_ratios.size() == 51);
  CHECK(u.dose_ratios.front().volume_pct == 1.0);
  CHECK(u.dose_ratios.back().volume_pct == 99.0);
  for (const DoseRatio& r : u.dose_ratios) {
    if (r.volume_pct == 90.0) CHECK(r.ratio == u.d90_ratio);
    // Every dose of a draw has the same factor: what is left is single precision of sums over nine seeds, some 1e-6.
    CHECK(std::abs(r.ratio.first - u.d90_ratio.first) < 1e-5);
    CHECK(std::abs(r.ratio.second - u.d90_ratio.second) < 1e-5);
  }
  // Errors of place move the hot parts beside seeds more than the rest.
  UncertaintyInput in = implant();
  for (auto& s : in.seeds) s.sigma_mm = Eigen::Vector3d::Constant(1.0);
  const DoseUncertainty moved = estimate(in, o);
  const auto width_at = [&](std::size_t n) { return moved.dose_ratios[n].ratio.second - moved.dose_ratios[n].ratio.first; };
  CHECK(moved.dose_ratios[45].volume_pct == 90.0);
  CHECK(moved.dose_ratios[45].ratio == moved.d90_ratio);
  CHECK(width_at(0) > 1.05 * width_at(25));
}

TEST_CASE("uncertainty: probability of missing the limit is that of the normal distribution", "[heavy]") {
  UncertaintyInput in = implant();
  in.limit_pct_of_rx = 90.0;
  // D90 at 54 Gy / 0.97: the limit lies one standard deviation (3 %) below: P = Phi(-1) = 0.159. Standard error of 400 draws 0.018.
  CHECK(std::abs(estimate(in, only_strength(3.0), 54.0 / 0.97).probability_d90_below_limit - 0.159) < 0.075);
  CHECK(estimate(in, only_strength(3.0), 54.0 * 1.5).probability_d90_below_limit == 0.0);
  CHECK(estimate(in, only_strength(3.0), 54.0 / 1.5).probability_d90_below_limit == 1.0);
}

TEST_CASE("uncertainty: each component widens the interval and is named when it dominates", "[heavy]") {
  const UncertaintyOptions o = only_strength(0.5);
  const double base = width(estimate(implant(), o));
  UncertaintyInput in = implant();
  for (auto& s : in.seeds) s.sigma_mm = Eigen::Vector3d::Constant(2.5);
  DoseUncertainty u = estimate(in, o);
  CHECK(width(u) > 1.5 * base);
  CHECK(u.dominant == "seed positions");
  in = implant();
  in.registration_sigma_mm = 3.0;
  u = estimate(in, o);
  CHECK(width(u) > 1.5 * base);
  CHECK(u.dominant == "registration");
  in = implant();
  for (std::size_t n = 0; n < 4; ++n) in.seeds[n].confidence = 0.5;
  u = estimate(in, o);
  CHECK(width(u) > 1.5 * base);
  CHECK(u.dominant == "seed count");
  UncertaintyOptions surrogate = o;
  surrogate.surrogate_sigma_pct = 5.0;
  in = implant();
  in.source_is_surrogate = true;
  u = estimate(in, surrogate);
  CHECK(width(u) > 1.5 * base);
  CHECK(u.dominant == "source model");
}

TEST_CASE("uncertainty: a doubted seed may be none, and a possible one may be one") {
  const UncertaintyOptions o = only_strength(0.1);
  UncertaintyInput in = implant();
  // More likely there than not: the nominal dose is the upper end, and without it the lower.
  in.seeds[4].confidence = 0.6;
  const DoseUncertainty doubted = estimate(in, o);
  CHECK(doubted.d90_ratio.first < 0.97);
  CHECK(doubted.d90_ratio.second < 1.01);
  CHECK(doubted.dominant == "seed count");
  in = implant();
  in.possible = {{in.seeds[4].nominal, 0.4}};
  const DoseUncertainty possible = estimate(in, o);
  CHECK(possible.d90_ratio.first > 0.99);
  CHECK(possible.d90_ratio.second > 1.02);
  // What is out of the question within 95 % leaves the interval as it is.
  in.possible[0].confidence = 0.001;
  CHECK(width(estimate(in, o)) < 0.01);
  // Sure ones are sure.
  in = implant();
  for (auto& s : in.seeds) s.confidence = 0.97;
  CHECK(width(estimate(in, o)) < 0.01);
}

TEST_CASE("uncertainty: what is off together makes all seeds or none") {
  const UncertaintyOptions o = only_strength(0.1);
  UncertaintyInput in = implant();
  // Nine more seeds in the places of the nine, each as likely as not: together they double the dose, or leave it; each by itself, hardly
  // ever.
  for (const auto& s : in.seeds) in.possible.push_back({s.nominal, 0.5});
  in.off_together = 0.0;
  const DoseUncertainty each = estimate(in, o);
  in.off_together = 50.0;
  const DoseUncertainty all = estimate(in, o);
  CHECK(each.d90_ratio.second < 1.95);
  CHECK(each.d90_ratio.first > 1.05);
  CHECK(all.d90_ratio.second == Approx(2.0).margin(0.02));
  CHECK(all.d90_ratio.first == Approx(1.0).margin(0.02));
}

TEST_CASE("uncertainty: hidden seeds lie behind what leaves room, and a search cut short widens both ways") {
  const UncertaintyOptions o = only_strength(0.1);
  UncertaintyInput in = implant();
  in.further = 3;
  in.further_chance = 0.13;
  CHECK(estimate(in, o).d90_ratio.second > 1.01);
  CHECK(estimate(in, o).d90_ratio.first > 0.99);
  in = implant();
  in.fewer = in.more = 2;
  const DoseUncertainty cut = estimate(in, o);
  CHECK(cut.d90_ratio.first < 0.97);
  CHECK(cut.d90_ratio.second > 1.01);
  // No seed left to lie behind: nothing to add, and no harm.
  in.seeds.resize(1);
  in.fewer = 3;
  in.more = 0;
  CHECK(estimate(in, o).d90_ratio.first < 0.1);
}

TEST_CASE("uncertainty: an outline farther out by a millimetre costs what inverse square says") {
  // One seed in the middle of a ball of 15 mm: D90 is the dose at 15 x 0.9^(1/3) = 14.48 mm, and moves with the outline.
  Structure<CtFrame> ball;
  ball.name = "ball";
  for (double z = -14.5; z < 15.0; z += 1.0) {
    const double r = std::sqrt(225.0 - z * z);
    Contour<CtFrame> c;
    for (int n = 0; n < 64; ++n) c.points.push_back({{r * std::cos(0.09817477 * n), r * std::sin(0.09817477 * n), z}});
    ball.contours.push_back(std::move(c));
  }
  const auto volume = StructureVolume<CtFrame>::make(ball).value();
  UncertaintyInput in;
  in.seeds.push_back({{{{0.0, 0.0, 0.0}}, std::nullopt, AirKermaU{1.0}}, Eigen::Vector3d::Zero()});
  in.prescription = Gy{10.0};
  in.random_seed = 7;
  UncertaintyOptions o = only_strength(0.5);
  in.target = target_points(volume, 3000, 3.0);
  REQUIRE(in.target.points.size() == in.target.distance_mm.size());
  const auto inside = std::count_if(in.target.distance_mm.begin(), in.target.distance_mm.end(), [](double d) { return d <= 0.0; });
  CHECK(inside == 3000);
  // (18^3 - 15^3) / 15^3 of 3000 points lie around it.
  CHECK(std::abs(static_cast<double>(in.target.points.size()) / 3000.0 - std::pow(18.0 / 15.0, 3)) < 0.1);
  const DoseUncertainty u = estimate(in, o);
  CHECK(u.dominant == "contour");
  REQUIRE_FALSE(u.shares.empty());
  const auto at = [](double r) {
    return static_cast<double>(dose_at<CtFrame>({{{r, 0.0, 0.0}}}, {{{{0.0, 0.0, 0.0}}, std::nullopt, AirKermaU{1.0}}}, model()).front());
  };
  const double sigma_pct = 100.0 * o.contour_sigma_mm * std::log(at(13.98) / at(14.98));
  // 100 draws know a standard deviation to 7 %, 3000 points a shift of half a millimetre to about 10 %.
  CHECK(std::abs(u.shares.front().d90_sigma_pct / sigma_pct - 1.0) < 0.3);
  double total = 0.0;
  for (const auto& s : u.shares) total += s.share_pct;
  CHECK(std::abs(total - 100.0) < 1e-9);
  o.contour_sigma_mm = 0.0;
  CHECK(estimate(in, o).dominant == "source strength");
}

TEST_CASE("uncertainty: axes matter beside a seed's end") {
  UncertaintyInput in;
  in.seeds.push_back({{{{0.0, 0.0, 0.0}}, Axis<CtFrame>{Eigen::Vector3d::UnitZ()}, AirKermaU{1.0}}, Eigen::Vector3d::Zero(), 15.0});
  for (int n = 0; n < 200; ++n) in.target.points.push_back({{0.002 * n, 0.0, 10.0}});
  in.prescription = Gy{10.0};
  in.random_seed = 7;
  CHECK(estimate(in, only_strength(0.5)).dominant == "seed axes");
  in.seeds[0].nominal.axis.reset();
  CHECK(estimate(in, only_strength(0.5)).dominant == "source strength");
}

TEST_CASE("uncertainty: the same input gives the same figures for any number of threads, another seed others", "[heavy]") {
  UncertaintyInput in = implant();
  for (auto& s : in.seeds) s.sigma_mm = Eigen::Vector3d::Constant(1.0);
  UncertaintyOptions o;
  o.draws = 60;
  set_thread_count(1);
  const DoseUncertainty one = estimate(in, o);
  set_thread_count(2);
  const DoseUncertainty two = estimate(in, o);
  set_thread_count(0);
  CHECK(one.d90_ratio == two.d90_ratio);
  CHECK(one.v100_shift_pct_points == two.v100_shift_pct_points);
  CHECK(one.probability_d90_below_limit == two.probability_d90_below_limit);
  CHECK(one.dominant == two.dominant);
  REQUIRE(one.dose_ratios.size() == two.dose_ratios.size());
  for (std::size_t n = 0; n < one.dose_ratios.size(); ++n) CHECK(one.dose_ratios[n].ratio == two.dose_ratios[n].ratio);
  in.random_seed = 8;
  CHECK(estimate(in, o).d90_ratio != one.d90_ratio);
}

TEST_CASE("uncertainty: nothing to estimate gives nothing") {
  UncertaintyOptions off;
  off.draws = 0;
  CHECK_FALSE(dose_uncertainty(implant(), model(), {}, 60.0, off));
  UncertaintyInput in = implant();
  in.seeds.clear();
  CHECK_FALSE(dose_uncertainty(in, model(), {}, 60.0, {}));
  in = implant();
  in.target.points.clear();
  CHECK_FALSE(dose_uncertainty(in, model(), {}, 60.0, {}));
  UncertaintyOptions bad;
  bad.strength_sigma_pct = -1.0;
  CHECK(bad.check().error().code == ErrorCode::invalid_option);
}
