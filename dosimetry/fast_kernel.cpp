// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/fast_kernel.h"

// Highway compiles this file once for every instruction set.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "dosimetry/fast_kernel.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace seedaudit::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr int kFractionBits = 23 - FusedTable::kRowBits;
constexpr float kFractionScale = 1.0F / static_cast<float>(1 << kFractionBits);

/// Row of a squared distance in the table and the place between it and the next.
template <class DI, class V>
HWY_INLINE auto row_of(DI di, V r2, const FusedTable& t, V& fraction) {
  const hn::ScalableTag<float> d;
  const V units = hn::Mul(hn::Sqrt(r2), hn::Set(d, static_cast<float>(1.0 / FusedTable::kUnitCm)));
  const auto bits = hn::Sub(hn::BitCast(di, units), hn::Set(di, t.first_bits));
  const auto inside = hn::Max(hn::Zero(di), hn::Min(bits, hn::Set(di, ((t.rows - 1) << kFractionBits) - 1)));
  fraction = hn::Mul(hn::ConvertTo(d, hn::And(inside, hn::Set(di, (1 << kFractionBits) - 1))), hn::Set(d, kFractionScale));
  return hn::ShiftRight<kFractionBits>(inside);
}

template <class V>
HWY_INLINE V flattening(V r2) {
  const hn::ScalableTag<float> d;
  const V one_more = hn::MulAdd(r2, hn::Set(d, static_cast<float>(FusedTable::kFlatteningPerCm2)), hn::Set(d, 1.0F));
  return hn::Mul(one_more, one_more);
}

/// atan(t) in degrees for t in [0, 1], within 1e-5: the minimax polynomial of Abramowitz and Stegun 4.4.49.
template <class V>
HWY_INLINE V atan_degrees(V t) {
  const hn::ScalableTag<float> d;
  constexpr float k = 57.29577951F;
  const V u = hn::Mul(t, t);
  V p = hn::Set(d, 0.0028662257F * k);
  p = hn::MulAdd(p, u, hn::Set(d, -0.0161657367F * k));
  p = hn::MulAdd(p, u, hn::Set(d, 0.0429096138F * k));
  p = hn::MulAdd(p, u, hn::Set(d, -0.0752896400F * k));
  p = hn::MulAdd(p, u, hn::Set(d, 0.1065626393F * k));
  p = hn::MulAdd(p, u, hn::Set(d, -0.1420889944F * k));
  p = hn::MulAdd(p, u, hn::Set(d, 0.1999355085F * k));
  p = hn::MulAdd(p, u, hn::Set(d, -0.3333314528F * k));
  return hn::Mul(t, hn::MulAdd(p, u, hn::Set(d, k)));
}

void add_line_seed(const FusedTable& t, const KernelSeed& s, const KernelPoints& points, float reach2, float* HWY_RESTRICT sum) {
  const hn::ScalableTag<float> d;
  const hn::RebindToSigned<decltype(d)> di;
  using V = hn::Vec<decltype(d)>;
  const V radius = hn::Set(d, t.capsule_radius_cm), half = hn::Set(d, t.half_capsule_cm);
  const V length2 = hn::Set(d, t.length2_cm2), quarter = hn::Set(d, 0.25F * t.length2_cm2);
  const V ax = hn::Set(d, s.ax), ay = hn::Set(d, s.ay), az = hn::Set(d, s.az), weight = hn::Set(d, s.weight);
  constexpr auto kColumns = FusedTable::kColumns;
  for (std::size_t i = 0; i < points.count; i += hn::Lanes(d)) {
    const V x = hn::Sub(hn::LoadU(d, points.x + i), hn::Set(d, s.x)), y = hn::Sub(hn::LoadU(d, points.y + i), hn::Set(d, s.y)),
            z = hn::Sub(hn::LoadU(d, points.z + i), hn::Set(d, s.z));
    const V dot = hn::MulAdd(x, ax, hn::MulAdd(y, ay, hn::Mul(z, az)));
    // The part across the axis, by difference of vectors: of squares it would cancel near the axis.
    const V px = hn::NegMulAdd(dot, ax, x), py = hn::NegMulAdd(dot, ay, y), pz = hn::NegMulAdd(dot, az, z);
    V away = hn::Sqrt(hn::MulAdd(px, px, hn::MulAdd(py, py, hn::Mul(pz, pz))));
    V along = hn::Abs(dot);
    const V to_wall = hn::Sub(radius, away), to_end = hn::Sub(half, along);
    const auto in_capsule = hn::And(hn::Gt(to_wall, hn::Zero(d)), hn::Gt(to_end, hn::Zero(d)));
    const auto wall_nearer = hn::Le(to_wall, to_end);
    away = hn::IfThenElse(hn::And(in_capsule, wall_nearer), radius, away);
    along = hn::IfThenElse(hn::AndNot(wall_nearer, in_capsule), half, along);
    const V along2 = hn::Mul(along, along);
    const V r2 = hn::MulAdd(away, away, along2);

    V row_fraction;
    const auto row = row_of(di, r2, t, row_fraction);
    const V angle = atan_degrees(hn::Div(hn::Min(away, along), hn::Max(away, along)));
    const V theta = hn::IfThenElse(hn::Lt(away, along), angle, hn::Sub(hn::Set(d, 90.0F), angle));
    const V place = hn::Mul(theta, hn::Set(d, static_cast<float>(FusedTable::kColumnsPerDegree)));
    const auto column = hn::Max(hn::Zero(di), hn::Min(hn::ConvertTo(di, place), hn::Set(di, kColumns - 2)));
    const V column_fraction = hn::Sub(place, hn::ConvertTo(d, column));
    const auto at = hn::Add(hn::Mul(row, hn::Set(di, kColumns)), column);
    const float* base = t.value.data();
    const V v00 = hn::GatherIndex(d, base, at), v01 = hn::GatherIndex(d, base + 1, at);
    const V v10 = hn::GatherIndex(d, base + kColumns, at), v11 = hn::GatherIndex(d, base + kColumns + 1, at);
    const V low = hn::MulAdd(hn::Sub(v01, v00), column_fraction, v00), high = hn::MulAdd(hn::Sub(v11, v10), column_fraction, v10);
    const V product = hn::MulAdd(hn::Sub(high, low), row_fraction, low);
    const V middle = hn::Add(r2, quarter);
    const V ends = hn::Sqrt(hn::NegMulAdd(length2, along2, hn::Mul(middle, middle)));
    const V dose = hn::Mul(weight, hn::Div(product, hn::Mul(ends, flattening(r2))));
    const V kept = hn::IfThenElseZero(hn::Le(r2, hn::Set(d, reach2)), dose);
    hn::StoreU(hn::Add(hn::LoadU(d, sum + i), kept), d, sum + i);
  }
}

void add_averaged_seed(const FusedTable& t, const KernelSeed& s, const KernelPoints& points, float reach2, float* HWY_RESTRICT sum) {
  const hn::ScalableTag<float> d;
  const hn::RebindToSigned<decltype(d)> di;
  using V = hn::Vec<decltype(d)>;
  const V least = hn::Set(d, t.capsule_radius_cm * t.capsule_radius_cm), quarter = hn::Set(d, 0.25F * t.length2_cm2);
  const V weight = hn::Set(d, s.weight);
  for (std::size_t i = 0; i < points.count; i += hn::Lanes(d)) {
    const V x = hn::Sub(hn::LoadU(d, points.x + i), hn::Set(d, s.x)), y = hn::Sub(hn::LoadU(d, points.y + i), hn::Set(d, s.y)),
            z = hn::Sub(hn::LoadU(d, points.z + i), hn::Set(d, s.z));
    const V r2 = hn::Max(least, hn::MulAdd(x, x, hn::MulAdd(y, y, hn::Mul(z, z))));
    V fraction;
    const auto row = row_of(di, r2, t, fraction);
    const V v0 = hn::GatherIndex(d, t.value_1d.data(), row), v1 = hn::GatherIndex(d, t.value_1d.data() + 1, row);
    const V dose = hn::Mul(weight, hn::Div(hn::MulAdd(hn::Sub(v1, v0), fraction, v0), hn::Mul(hn::Add(r2, quarter), flattening(r2))));
    const V kept = hn::IfThenElseZero(hn::Le(r2, hn::Set(d, reach2)), dose);
    hn::StoreU(hn::Add(hn::LoadU(d, sum + i), kept), d, sum + i);
  }
}

void add_seeds(const FusedTable& t, const KernelSeed* seeds, std::size_t count, const KernelPoints& points, float reach2, float* sum) {
  for (std::size_t n = 0; n < count; ++n) (seeds[n].has_axis ? add_line_seed : add_averaged_seed)(t, seeds[n], points, reach2, sum);
}

}  // namespace seedaudit::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <cassert>

namespace seedaudit {

HWY_EXPORT(add_seeds);

void add_dose(const FusedTable& table, const std::vector<KernelSeed>& seeds, const KernelPoints& points, float reach_cm, float* sum) {
  assert(points.count % kKernelPad == 0);
  const float reach = std::min(reach_cm, static_cast<float>(FusedTable::kReachMm / 10.0));
  HWY_DYNAMIC_DISPATCH(add_seeds)(table, seeds.data(), seeds.size(), points, reach * reach, sum);
}

std::vector<std::string> kernel_targets() {
  std::vector<std::string> names;
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) names.emplace_back(hwy::TargetName(target));
  return names;
}

void use_kernel_target(const std::string& name) {
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().DeInit();
  if (name.empty()) return;
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets())
    if (name == hwy::TargetName(target)) hwy::SetSupportedTargetsForTest(target);
  hwy::GetChosenTarget().DeInit();
}

}  // namespace seedaudit
#endif
