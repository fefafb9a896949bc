// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/follow_seeds.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>

#include "registration/point_alignment.h"
#include "samples/phantom/random.h"
#include "tests/pipeline/small_case.h"

namespace seedaudit {
namespace {

using Eigen::Vector3d;

/// 24 seeds: six needles of four, 10 mm apart, seeds 7.5 mm apart, each strayed by a millimetre or two.
Detection followed_implant() {
  Detection d;
  std::uint32_t state = 7;
  const auto stray = [&] {
    state = state * 1664525U + 1013904223U;
    return 3.0 * (static_cast<double>(state >> 8) / 16777216.0 - 0.5);
  };
  for (int n = 0; n < 24; ++n) {
    DetectedSeed s;
    s.id = n + 1;
    s.pose.center = {{10.0 * (n / 4 % 3) + stray(), 10.0 * (n / 12) + stray(), 7.5 * (n % 4) + stray()}};
    d.seeds.push_back(s);
  }
  d.count = {24, 24, 24};
  d.outcome = {OutcomeKind::ok, ""};
  return d;
}

/// Shrunk by `scale`, turned by 8 degrees, and moved by (12, -20, 35) mm.
Vector3d carried(const Vector3d& p, double scale) {
  return scale * (Eigen::AngleAxisd(0.14, Vector3d(0.2, 0.4, 1.0).normalized()) * p) + Vector3d(12.0, -20.0, 35.0);
}

Detection later_of(const Detection& first, double scale) {
  Detection d = first;
  for (std::size_t n = 0; n < d.seeds.size(); ++n) {
    d.seeds[n].pose.center.mm = carried(d.seeds[n].pose.center.mm, scale);
    d.seeds[n].pose.center.mm += 0.3 * Vector3d(std::sin(3.0 * static_cast<double>(n)), std::cos(5.0 * static_cast<double>(n)),
                                                std::sin(7.0 * static_cast<double>(n)));
  }
  // Another order: nothing may rest on it.
  std::reverse(d.seeds.begin(), d.seeds.end());
  return d;
}

std::vector<CtVolume> wide_ct() {
  CtVolume ct = test::water_body(4.0, 80, 80);
  for (int k = 0; k < ct.grid.size()[2]; ++k)
    for (int j = 0; j < ct.grid.size()[1]; ++j)
      for (int i = 0; i < ct.grid.size()[0]; ++i)
        if ((ct.grid.center_of({i, j, k}).mm - Vector3d(-60.0, 0.0, 100.0)).norm() < 40.0) ct.hu[ct.grid.offset(i, j, k)] = -800;
  return {ct};
}

FollowUp follow(const Detection& first, const Detection& later, const std::vector<CtVolume>& ct) {
  FollowInput in;
  in.first = &first;
  in.later = &later;
  in.later_ct = &ct;
  return follow_seeds(in, {});
}

}  // namespace

TEST_CASE("An implant that shrank and moved as a whole: every seed stayed, and the shrinkage is told", "[pipeline]") {
  const Detection first = followed_implant();
  const auto ct = wide_ct();
  for (const double scale : {1.0, 0.94, 0.85}) {
    const FollowUp f = follow(first, later_of(first, scale), ct);
    REQUIRE(f.outcome.kind == OutcomeKind::ok);
    CHECK(f.seed_count == 24);
    CHECK(f.pairs == 24);
    REQUIRE(f.scale);
    // Scatter of 0.3 mm over an implant of 20 mm radius: half a percent.
    CHECK(std::abs(*f.scale - scale) < 0.01);
    CHECK(std::abs(*f.shrinkage_pct - 100.0 * (1.0 - std::pow(scale, 3))) < 3.0);
    CHECK(*f.residual_rms_mm < 0.7);
    CHECK(f.only_later.empty());
    for (std::size_t n = 0; n < f.seeds.size(); ++n) {
      CHECK(f.seeds[n].status == FollowStatus::stayed);
      REQUIRE(f.seeds[n].center);
      CHECK((f.seeds[n].center->mm - carried(first.seeds[n].pose.center.mm, scale)).norm() < 0.6);
    }
    const Point<LaterFrame> middle = f.motion * Point<CtFrame>{{10.0, 5.0, 11.0}};
    CHECK((middle.mm - carried({10.0, 5.0, 11.0}, scale)).norm() < 1.0);
  }
}

TEST_CASE("Seeds that left alone are told from those that followed, also where some are lost and others appear", "[pipeline]") {
  const Detection first = followed_implant();
  const auto ct = wide_ct();
  Detection later = later_of(first, 0.92);
  const auto of = [&](int id) -> DetectedSeed& {
    return *std::find_if(later.seeds.begin(), later.seeds.end(), [&](const auto& s) { return s.id == id; });
  };
  of(3).pose.center.mm = {-60.0, 0.0, 100.0};  // lung
  of(9).pose.center.mm += Vector3d(0.0, 25.0, 0.0);
  of(20).pose.center.mm += Vector3d(4.0, 0.0, 0.0);
  FollowUp f = follow(first, later, ct);
  REQUIRE(f.outcome.usable());
  for (const auto& s : f.seeds) {
    const FollowStatus expected = s.seed == 3 ? FollowStatus::embolised : s.seed == 9 ? FollowStatus::migrated : FollowStatus::stayed;
    CHECK(s.status == expected);
  }
  CHECK(f.seeds[2].region == "lung");
  CHECK(*f.seeds[8].residual_mm == Approx(25.0).margin(1.5));
  CHECK(*f.seeds[19].residual_mm == Approx(4.0).margin(1.0));

  later.seeds.erase(std::find_if(later.seeds.begin(), later.seeds.end(), [](const auto& s) { return s.id == 3; }));
  f = follow(first, later, ct);
  CHECK(f.seeds[2].status == FollowStatus::not_found);
  CHECK_FALSE(f.seeds[2].center);
  REQUIRE(f.seeds[2].expected);
  // Without an image nobody knows whether its place was looked at.
  CHECK(follow(first, later, {}).seeds[2].status == FollowStatus::undetermined);

  DetectedSeed another;
  another.pose.center = {{80.0, 60.0, -40.0}};
  later.seeds.push_back(another);
  another.pose.center = {{90.0, 60.0, -40.0}};
  later.seeds.push_back(another);
  f = follow(first, later, ct);
  CHECK(f.only_later.size() == 1);
}

TEST_CASE("What the first scan knew to be a clip is no seed of the later one", "[pipeline]") {
  Detection first = followed_implant();
  const auto ct = wide_ct();
  Detection later = later_of(first, 0.95);
  first.rejected.push_back({{{40.0, 10.0, 5.0}}, "clip", 10.0, 3000.0});
  DetectedSeed clip;
  clip.id = 99;
  clip.pose.center = {carried({40.0, 10.0, 5.0}, 0.95)};
  later.seeds.push_back(clip);
  later.count = {25, 25, 26};
  const FollowUp f = follow(first, later, ct);
  CHECK(f.seed_count == 24);
  CHECK(f.interval.low == 24);
  CHECK(f.interval.high == 25);
  CHECK(f.only_later.empty());
}

TEST_CASE("What cannot be followed says so: no seeds, too few, or two different implants", "[pipeline]") {
  const Detection first = followed_implant();
  const auto ct = wide_ct();
  CHECK(follow(first, {}, ct).outcome.kind == OutcomeKind::failed);
  CHECK(follow({}, first, ct).outcome.kind == OutcomeKind::failed);
  Detection few = later_of(first, 1.0);
  few.seeds.resize(2);
  FollowUp f = follow(first, few, ct);
  CHECK(f.outcome.kind == OutcomeKind::failed);
  CHECK_FALSE(f.scale);
  for (const auto& s : f.seeds) CHECK(s.status == FollowStatus::undetermined);
  // Another implant: seeds at random in the same space.
  Detection other;
  RandomStream random(5, 9);
  for (int n = 0; n < 24; ++n) {
    DetectedSeed s;
    s.id = n + 1;
    s.pose.center = {{random.uniform(-60.0, 60.0), random.uniform(-60.0, 60.0), random.uniform(-60.0, 60.0)}};
    other.seeds.push_back(s);
  }
  CHECK(follow(first, other, ct).outcome.kind != OutcomeKind::ok);
}

TEST_CASE("A common motion with scale is exact for exact points, and needs six of them for the scale", "[registration]") {
  std::vector<Point<CtFrame>> from;
  std::vector<Point<LaterFrame>> to;
  for (int n = 0; n < 9; ++n) {
    from.push_back({{7.0 * (n % 3), 11.0 * (n / 3), 2.0 * n}});
    to.push_back({carried(from.back().mm, 0.9)});
  }
  auto m = fit_scaled(from, to);
  CHECK(m.scale_determined);
  CHECK(m.scale == Approx(0.9).epsilon(1e-9));
  CHECK(m.residual_rms_mm < 1e-9);
  CHECK(((m * Point<CtFrame>{{1.0, 2.0, 3.0}}).mm - carried({1.0, 2.0, 3.0}, 0.9)).norm() < 1e-9);
  to[4].mm += Vector3d(60.0, 0.0, 0.0);  // a stray has no say
  CHECK(fit_scaled(from, to).scale == Approx(0.9).epsilon(1e-9));
  from.resize(4);
  to.resize(4);
  m = fit_scaled(from, to);
  CHECK_FALSE(m.scale_determined);
  CHECK(m.scale == 1.0);
  CHECK(fit_scaled({}, {}).used == 0);
}

}  // namespace seedaudit
