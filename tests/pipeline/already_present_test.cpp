// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/already_present.h"

using namespace seedaudit;

namespace {

/// A blurred line of 3 mm in tissue: HU mm^3 of mass, spread over the slices it crosses.
struct Thing {
  Eigen::Vector3d center_mm;
  double mass = 60000.0;
  Eigen::Vector3d axis = Eigen::Vector3d::UnitX();
};

template <class F>
Volume<F> scan_with(const std::vector<Thing>& things, double slice_mm, double beyond_x_hu = 50.0) {
  Volume<F> v;
  const int slices = static_cast<int>(std::lround(80.0 / slice_mm));
  v.grid = GridGeometry<F>::make({80, 80, slices}, {1.0, 1.0, slice_mm}, Point<F>{{-40.0, -40.0, -40.0 + 0.5 * slice_mm}},
                                 Eigen::Matrix3d::Identity())
               .value();
  v.series.modality = "CT";
  v.hu.resize(v.grid.voxel_count());
  constexpr double kBlur = 0.8;
  for (int k = 0; k < slices; ++k)
    for (int j = 0; j < 80; ++j)
      for (int i = 0; i < 80; ++i) {
        const Eigen::Vector3d p = v.grid.center_of({i, j, k}).mm;
        double hu = p[0] > 12.0 ? beyond_x_hu : 50.0;
        for (const Thing& t : things)
          for (int n = -3; n <= 3; ++n) {
            const Eigen::Vector3d d = p - t.center_mm - 0.5 * n * t.axis;
            if (d.norm() > 8.0 + slice_mm) continue;
            const double plane = std::exp(-0.5 * (d[0] * d[0] + d[1] * d[1]) / (kBlur * kBlur)) / (2.0 * 3.14159265358979 * kBlur * kBlur);
            const auto below = [&](double z) { return 0.5 * (1.0 + std::erf(z / (std::sqrt(2.0) * 0.4))); };
            hu += t.mass / 7.0 * plane * (below(d[2] + 0.5 * slice_mm) - below(d[2] - 0.5 * slice_mm)) / slice_mm;
          }
        v.hu[v.grid.offset(i, j, k)] = static_cast<std::int16_t>(std::lround(std::min(hu, 3071.0)));
      }
  return v;
}

Detection found(const std::vector<Thing>& things) {
  Detection d;
  for (const Thing& t : things) {
    DetectedSeed s;
    s.id = static_cast<int>(d.seeds.size()) + 1;
    s.pose = {{t.center_mm}, {t.axis}};
    s.confidence = 0.99;
    s.cluster_id = s.id;
    s.excess_mass_hu_mm3 = t.mass;
    d.seeds.push_back(s);
    d.clusters.push_back({s.id, {1, 1, 1}, {s.id}});
  }
  d.count = {static_cast<int>(things.size()), static_cast<int>(things.size()), static_cast<int>(things.size())};
  d.learned_from = 5;
  d.outcome = {OutcomeKind::ok, "as made"};
  return d;
}

PlanRegistration shifted_by(const Eigen::Vector3d& mm, OutcomeKind kind = OutcomeKind::ok) {
  PlanRegistration r;
  r.outcome = {kind, "as made"};
  r.ct_from_plan.iso.translate(mm);
  return r;
}

/// Audits `after` against `before`, the pre-op scan lying as registered but for `off`; returns what stays.
Detection left_of(const std::vector<Thing>& after, const std::vector<Thing>& before, const Eigen::Vector3d& off = {0, 0, 0},
                  double preop_slice_mm = 5.0, OutcomeKind kind = OutcomeKind::ok) {
  std::vector<CtVolume> post;
  post.push_back(scan_with<CtFrame>(after, 2.5));
  const PreopVolume pre = scan_with<PlanFrame>(before, preop_slice_mm);
  Detection d = found(after);
  set_aside_what_was_there(post, pre, shifted_by(off, kind), {}, d);
  return d;
}

}  // namespace

TEST_CASE("What the pre-op scan shows at the same place is set aside with its reason") {
  const Thing clip{{10, 0, 1}}, seed{{-12, 5, 3}};
  const Detection d = left_of({clip, seed}, {clip});
  REQUIRE(d.seeds.size() == 1);
  CHECK(d.seeds.front().id == 1);
  CHECK(d.seeds.front().pose.center.mm == seed.center_mm);
  REQUIRE(d.rejected.size() == 1);
  CHECK(d.rejected.front().reason == "already_preop");
  CHECK(d.rejected.front().center.mm == clip.center_mm);
  CHECK(d.count.best == 1);
  CHECK(d.count.low == 1);
  CHECK(d.count.high == 1);
  CHECK(d.clusters.size() == 1);
  CHECK(d.outcome.kind == OutcomeKind::ok);
}

TEST_CASE("What is set aside is said, and half of everything asks for a look", "[heavy]") {
  const auto code = [](const Detection& d) { return d.warnings.empty() ? std::string() : d.warnings.back().code; };
  const Thing clip{{10, 0, 1}}, one{{-12, 5, 3}}, two{{-12, -12, 10}};
  CHECK(code(left_of({clip, one, two}, {clip})) == "ALREADY_PREOP");
  CHECK(code(left_of({clip, one}, {clip})) == "MOSTLY_ALREADY_PREOP");
  CHECK(code(left_of({one, two}, {})).empty());
}

TEST_CASE("An old object is known although rigid registration misses it by 3 mm") {
  const Thing clip{{10, 0, 1}};
  CHECK(left_of({clip}, {clip}, {2.0, 2.0, 1.0}).seeds.empty());
}

TEST_CASE("An old object that a deformation carries 9 mm is known by the deformation, and not without") {
  const Thing clip{{-10.0, 3.0, 2.0}};
  const std::vector<Thing> after{clip, {{-10.0, -20.0, 2.0}}}, before{{{-19.0, 3.0, 2.0}}};
  std::vector<CtVolume> post;
  post.push_back(scan_with<CtFrame>(after, 2.5));
  const auto pre = scan_with<PlanFrame>(before, 2.5);
  // 9 mm at the clip, bending over the image.
  const auto grid =
      GridGeometry<PlanFrame>::make({11, 11, 11}, {8.0, 8.0, 8.0}, {{-40.0, -40.0, -40.0}}, Eigen::Matrix3d::Identity()).value();
  std::vector<Eigen::Vector3f> mm;
  for (std::size_t n = 0; n < grid.voxel_count(); ++n) {
    const Point<PlanFrame> p = grid.center_of({static_cast<int>(n % 11), static_cast<int>(n / 11 % 11), static_cast<int>(n / 121)});
    mm.emplace_back(static_cast<float>(9.0 - 0.05 * (p.mm.x() + 19.0)), 0.0F, 0.0F);
  }
  PlanRegistration r = shifted_by({0, 0, 0});
  Detection rigid = found(after);
  set_aside_what_was_there(post, pre, r, {}, rigid);
  CHECK(rigid.seeds.size() == 2);
  r.deformation = std::make_shared<const DisplacementField<CtFrame, PlanFrame>>(
      DisplacementField<CtFrame, PlanFrame>::make(grid, std::move(mm)).value());
  Detection deformed = found(after);
  set_aside_what_was_there(post, pre, r, {}, deformed);
  REQUIRE(deformed.seeds.size() == 1);
  CHECK(deformed.seeds.front().pose.center.mm.y() == -20.0);
}

TEST_CASE("A new seed beside an old object stays", "[heavy]") {
  const Thing clip{{8, 0, 1}}, beside{{3.5, 0, 1}, 60000.0, Eigen::Vector3d::UnitY()};
  for (const Eigen::Vector3d& off : {Eigen::Vector3d(0, 0, 0), Eigen::Vector3d(-1.5, 0, 0), Eigen::Vector3d(1.5, 0, 0)}) {
    const Detection d = left_of({clip, beside}, {clip}, off);
    REQUIRE(d.seeds.size() == 1);
    CHECK(d.seeds.front().pose.center.mm == beside.center_mm);
  }
}

TEST_CASE("A seed put into a fainter droplet stays, and so does one in tissue") {
  const Thing seed{{0, 0, 0}}, droplet{{0.5, 0.5, 0.5}, 25000.0};
  std::vector<CtVolume> post;
  post.push_back(scan_with<CtFrame>({seed, droplet}, 2.5));
  Detection d = found({seed});
  set_aside_what_was_there(post, scan_with<PlanFrame>({droplet}, 5.0), shifted_by({0, 0, 0}), {}, d);
  CHECK(d.seeds.size() == 1);
  CHECK(left_of({seed}, {}).seeds.size() == 1);
}

TEST_CASE("Lung that was liver before the implant makes no seed old") {
  const Thing seed{{11, 0, 0}};
  std::vector<CtVolume> post;
  post.push_back(scan_with<CtFrame>({seed}, 2.5, -800.0));
  Detection d = found({seed});
  set_aside_what_was_there(post, scan_with<PlanFrame>({}, 5.0, 50.0), shifted_by({0, 0, 0}), {}, d);
  CHECK(d.seeds.size() == 1);
}

TEST_CASE("What is between old and new stays a seed and is warned of") {
  const Thing seed{{0, 0, 0}}, half{{0, 0, 0}, 30000.0};
  const Detection d = left_of({seed}, {half}, {0, 0, 0}, 2.5);
  CHECK(d.seeds.size() == 1);
  CHECK(std::any_of(d.warnings.begin(), d.warnings.end(), [](const Warning& w) { return w.code == "OLD_OR_NEW_UNCLEAR"; }));
}

TEST_CASE("Without a good registration, a CT or coverage nothing is set aside") {
  const Thing clip{{10, 0, 1}};
  CHECK(left_of({clip}, {clip}, {0, 0, 0}, 5.0, OutcomeKind::low_confidence).seeds.size() == 1);
  CHECK(left_of({clip}, {clip}, {0, 0, 0}, 5.0, OutcomeKind::failed).seeds.size() == 1);
  CHECK(left_of({clip}, {clip}, {500.0, 0, 0}).seeds.size() == 1);
  std::vector<CtVolume> post;
  post.push_back(scan_with<CtFrame>({clip}, 2.5));
  PreopVolume mr = scan_with<PlanFrame>({clip}, 5.0);
  mr.series.modality = "MR";
  Detection d = found({clip});
  set_aside_what_was_there(post, mr, shifted_by({0, 0, 0}), {}, d);
  CHECK(d.seeds.size() == 1);
}
