// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/fast_kernel.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "core/parallel.h"
#include "dosimetry/dose_engine.h"
#include "dosimetry/tg43.h"
#include "tests/dosimetry/analytic.h"

using namespace seedaudit;

namespace {

/// The claim of fast_kernel.h: 0.1 % of the reference everywhere beyond the capsule.
constexpr double kClaim = 1e-3;

/// Points around a seed at the origin along z, from the capsule's surface outwards: on the surface itself, where the geometry function is
/// steepest, and at 60 radii up to 20 cm, at angles that meet no node of a table.
std::vector<Point<CtFrame>> around(const SourceModel& source) {
  std::vector<Point<CtFrame>> out;
  const double radius = 0.5 * source.capsule_diameter.value, half = 0.5 * source.capsule_length.value;
  const auto add = [&](double along, double away) {
    for (const double sign : {1.0, -1.0}) out.push_back({{away * std::cos(0.7), away * std::sin(0.7), sign * along}});
  };
  for (int n = 0; n <= 200; ++n) {
    add(half * n / 200.0, radius * 1.0001);
    add(half * 1.0001, radius * n / 200.0);
  }
  for (int n = 0; n < 60; ++n) {
    const double r = radius * std::pow(199.0 / radius, (n + 0.37) / 60.0);
    for (double theta = 0.0; theta <= 90.0; theta += 0.83) {
      const double along = r * std::cos(theta * analytic::kPi / 180.0), away = r * std::sin(theta * analytic::kPi / 180.0);
      if (along > half || away > radius) add(along, away);
    }
  }
  return out;
}

std::vector<DoseSeed<CtFrame>> seed_of_kernel(bool with_axis) {
  DoseSeed<CtFrame> s{{{0.0, 0.0, 0.0}}, std::nullopt, AirKermaU{1.0}};
  if (with_axis) s.axis = Axis<CtFrame>{Eigen::Vector3d::UnitZ()};
  return {s};
}

double worst_deviation(const std::vector<float>& fast, const std::vector<float>& exact) {
  double worst = 0.0;
  for (std::size_t n = 0; n < fast.size(); ++n) {
    const double e = std::abs(static_cast<double>(fast[n]) / static_cast<double>(exact[n]) - 1.0);
    if (!(e <= worst)) worst = e;  // a NaN is the worst of all, and stays
  }
  return worst;
}

/// A chain and a cross of seeds, and points among and around them.
struct Cloud {
  std::vector<DoseSeed<CtFrame>> seeds;
  std::vector<Point<CtFrame>> points;
};

Cloud cloud_around() {
  Cloud c;
  for (int n = 0; n < 7; ++n) {
    DoseSeed<CtFrame> s{{{100.0 + 5.0 * n, -40.0 + 2.0 * (n % 3), 300.0 - 3.0 * n}}, std::nullopt, AirKermaU{0.5 + 0.1 * n}};
    if (n != 3) s.axis = Axis<CtFrame>{Eigen::Vector3d(1.0 + n, 2.0, -0.5 * n).normalized()};
    c.seeds.push_back(s);
  }
  for (int i = 0; i < 1001; ++i)
    c.points.push_back({{95.0 + 0.041 * i, -45.0 + 0.013 * ((7 * i) % 1001), 270.0 + 0.037 * ((3 * i) % 1001)}});
  return c;
}

}  // namespace

TEST_CASE("fast kernel: within 0.1 % of the reference beyond the capsule, for every source and both rules") {
  for (const std::string& id : source_ids()) {
    const SourceModel source = analytic::shipped(id.c_str());
    for (const auto rules : {InterpolationRules::s1, InterpolationRules::linear}) {
      DoseOptions exact, fast;
      exact.rules = fast.rules = rules;
      fast.fast = fast_table(source, rules);
      const auto points = around(source);
      INFO(id << (rules == InterpolationRules::s1 ? " s1" : " linear"));
      const auto averaged = dose_at(points, seed_of_kernel(false), source, exact);
      auto by_table = dose_at(points, seed_of_kernel(true), source, fast), by_paper = dose_at(points, seed_of_kernel(true), source, exact);
      CHECK(worst_deviation(dose_at(points, seed_of_kernel(false), source, fast), averaged) < kClaim);
      // The linear rules carry F of some sources down to zero near the axis: percents of nothing are not judged.
      for (std::size_t n = 0; n < points.size(); ++n)
        if (by_paper[n] < 0.3F * averaged[n]) by_table[n] = by_paper[n] = 1.0F;
      CHECK(worst_deviation(by_table, by_paper) < (rules == InterpolationRules::s1 ? kClaim : 2.0 * kClaim));
    }
  }
}

TEST_CASE("fast kernel: the reference it is held to is tg43 itself") {
  const SourceModel source = analytic::shipped();
  DoseOptions fast;
  fast.fast = fast_table(source, InterpolationRules::s1);
  const double gy_per_rate = dose_to_infinity(1.0, source.half_life).value;
  for (const double r_mm : {2.6, 5.0, 10.0, 33.0, 80.0})
    for (const double theta : {0.0, 4.0, 11.0, 45.0, 77.0, 90.0}) {
      const double t = theta * analytic::kPi / 180.0;
      const float d = dose_at<CtFrame>({{{r_mm * std::sin(t), 0.0, r_mm * std::cos(t)}}}, seed_of_kernel(true), source, fast).front();
      CHECK(std::abs(static_cast<double>(d) / (gy_per_rate * dose_rate_2d(source, to_cm(Mm{r_mm}), theta)) - 1.0) < kClaim);
    }
}

TEST_CASE("fast kernel: inside the capsule the rule of the reference, never NaN or infinite") {
  const SourceModel source = analytic::shipped();
  DoseOptions fast;
  fast.fast = fast_table(source, InterpolationRules::s1);
  std::vector<Point<CtFrame>> inside;
  for (int i = 0; i <= 20; ++i)
    for (int j = 0; j <= 20; ++j) inside.push_back({{0.02 * i, 0.0, 2.25 * j / 20.0}});
  CHECK(worst_deviation(dose_at(inside, seed_of_kernel(true), source, fast), dose_at(inside, seed_of_kernel(true), source)) < kClaim);
  CHECK(worst_deviation(dose_at(inside, seed_of_kernel(false), source, fast), dose_at(inside, seed_of_kernel(false), source)) < kClaim);
}

TEST_CASE("fast kernel: several seeds far from the origin, one without axis, dose to date, formalism and cut-off") {
  const Cloud c = cloud_around();
  const SourceModel source = analytic::shipped();
  const auto both = [&](DoseOptions o) {
    const auto exact = dose_at(c.points, c.seeds, source, o);
    o.fast = fast_table(source, o.rules);
    const auto fast = dose_at(c.points, c.seeds, source, o);
    return std::pair{fast, exact};
  };
  DoseOptions o;
  auto [fast, exact] = both(o);
  CHECK(worst_deviation(fast, exact) < kClaim);
  o.formalism = DoseFormalism::point_1d;
  std::tie(fast, exact) = both(o);
  CHECK(worst_deviation(fast, exact) < kClaim);
  o = {};
  o.to_date = Days{30.0};
  std::tie(fast, exact) = both(o);
  CHECK(worst_deviation(fast, exact) < kClaim);
  o = {};
  o.cutoff_mm = 20.0;
  std::tie(fast, exact) = both(o);
  for (std::size_t n = 0; n < fast.size(); ++n)
    CHECK(std::abs(static_cast<double>(fast[n] - exact[n])) <= kClaim * static_cast<double>(exact[n]));
  // The kernel's own reach: beyond 200 mm nothing, within it something.
  o = {};
  o.fast = fast_table(source, o.rules);
  const auto far = dose_at<CtFrame>({{{0.0, 199.0, 0.0}}, {{0.0, 201.0, 0.0}}}, seed_of_kernel(true), source, o);
  CHECK(far[0] > 0.0F);
  CHECK(far[1] == 0.0F);
}

TEST_CASE("fast kernel: bit-identical for any number of threads and any company of points") {
  const Cloud c = cloud_around();
  const SourceModel source = analytic::shipped();
  DoseOptions o;
  o.fast = fast_table(source, o.rules);
  set_thread_count(1);
  const auto one = dose_at(c.points, c.seeds, source, o);
  set_thread_count(2);
  CHECK(dose_at(c.points, c.seeds, source, o) == one);
  set_thread_count(0);
  for (const std::size_t n : {0U, 15U, 16U, 511U, 512U, 1000U})
    CHECK(dose_at<CtFrame>({c.points[n]}, c.seeds, source, o).front() == one[n]);
}

TEST_CASE("fast kernel: every instruction set of this machine gives the same at printed precision") {
  const Cloud c = cloud_around();
  const SourceModel source = analytic::shipped();
  DoseOptions o;
  o.fast = fast_table(source, o.rules);
  const auto best = dose_at(c.points, c.seeds, source, o);
  REQUIRE_FALSE(kernel_targets().empty());
  for (const std::string& target : kernel_targets()) {
    use_kernel_target(target);
    INFO(target);
    // Seven sums and a dozen roundings of 6e-8 each; figures are printed to 1e-3 Gy of about 100 Gy.
    CHECK(worst_deviation(dose_at(c.points, c.seeds, source, o), best) < 5e-6);
  }
  use_kernel_target("");
}
