// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "bench/detection/random_case.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "samples/phantom/random.h"

namespace seedaudit::bench {
namespace {

constexpr std::array<double, 6> kThicknessMm{0.6, 1.0, 1.25, 2.5, 3.0, 5.0};
constexpr std::array<const char*, 4> kKinds{"none", "lipiodol", "metal", "both"};

/// Seeds keep off the border of the image and the ends of the region.
Eigen::Vector3d box_of(int matrix, double pixel_mm) {
  const double half = 0.5 * (matrix - 1) * pixel_mm - 6.0;
  return {half, half, 52.0};
}

DistractorOptions draw_distractors(const std::string& kind, RandomStream& random) {
  DistractorOptions d;
  if (kind == "lipiodol" || kind == "both") d.lipiodol_deposits = 2 + random.index(6);
  if (kind == "metal" || kind == "both") {
    d.clips = random.index(4);
    d.coils = random.index(2);
    d.stents = random.uniform() < 0.3 ? 1 : 0;
    d.calcifications = 1 + random.index(4);
    d.fiducials = random.uniform() < 0.2 ? 1 : 0;
  }
  return d;
}

}  // namespace

RegionOptions patient_region(int patient) {
  constexpr std::array<double, kPatients> kPixelMm{0.70, 0.78, 0.85, 0.90};
  RegionOptions o;
  o.pixel_mm = kPixelMm[static_cast<std::size_t>(patient)];
  return o;
}

CaseDraw draw_case(int number) {
  CaseDraw c;
  c.number = number;
  c.seed = 0xDE7EC7 + static_cast<std::uint64_t>(number);
  RandomStream random(c.seed, 92);
  c.patient = random.index(kPatients);
  c.distractor_kind = kKinds[static_cast<std::size_t>(number) / kThicknessMm.size() % kKinds.size()];

  // Log-uniform: as many cases of 5 to 12 seeds as of 50 to 119.
  c.implant.seeds = std::clamp(static_cast<int>(std::lround(5.0 * std::exp(random.uniform() * std::log(119.0 / 5.0)))), 5, 119);
  c.implant.cc_per_seed = random.uniform(0.5, 1.5);
  c.implant.clustered_fraction = random.uniform(0.1, 0.9);
  c.implant.stray = random.uniform() < 0.2;
  c.implant.half_box_mm = box_of(patient_region(c.patient).matrix, patient_region(c.patient).pixel_mm);

  auto& s = c.scan;
  s.slice_thickness_mm = kThicknessMm[static_cast<std::size_t>(number) % kThicknessMm.size()];
  s.slice_spacing_mm = s.slice_thickness_mm * (random.uniform() < 0.2 ? 0.8 : 1.0);
  const double kernel = random.uniform();
  s.kernel = kernel < 0.3 ? ReconstructionKernel::soft : kernel < 0.75 ? ReconstructionKernel::medium : ReconstructionKernel::sharp;
  // A factor of three in noise between the cleanest and the worst.
  s.quanta_per_mm = 1.0e6 * std::pow(3.0, random.uniform(-1.0, 1.0));
  if (random.uniform() < 0.15) s.saturation_hu = 16000.0;
  c.distractors = draw_distractors(c.distractor_kind, random);
  return c;
}

void fit_to_ct(CaseDraw& draw, const RegionBackground& region) {
  draw.implant.half_box_mm = box_of(region.matrix, region.pixel_mm);
  draw.scan.saturation_hu = 3071.0;
  for (const auto kernel : {ReconstructionKernel::soft, ReconstructionKernel::medium, ReconstructionKernel::sharp})
    if (region.has(kernel)) draw.scan.kernel = kernel;
}

Result<RandomCase> make_case(const CaseDraw& draw, const RegionBackground& region) {
  const SeedGeometry geometry;
  auto placement = random_implant(draw.implant, geometry, draw.seed);
  if (!placement) return placement.error();
  RandomCase out{draw, std::move(placement).value(), {}, {}, {}};
  out.distractors = region_distractors(region, out.truth.seeds, geometry, draw.distractors, draw.seed);
  constexpr double kNearMm = 4.0;
  double low = 1e9, high = -1e9;
  for (const auto& s : out.truth.seeds) {
    out.lipiodol_mg_per_ml.push_back(lipiodol_mg_per_ml(out.distractors, s.center, kNearMm));
    low = std::min(low, s.center.z());
    high = std::max(high, s.center.z());
  }
  // Slices begin anywhere; no seed is cut by the end of the scan.
  RandomStream random(draw.seed, 93);
  constexpr double kMarginMm = 12.0;
  RegionScanOptions scan = draw.scan;
  scan.first_slice_mm = std::max(low - kMarginMm, -region.half_length_mm()) - random.uniform() * scan.slice_spacing_mm;
  scan.length_mm = high + kMarginMm - scan.first_slice_mm;
  auto ct = scan_region(region, metal_of(region, out.truth.seeds, out.distractors, geometry), scan, draw.seed);
  if (!ct) return ct.error();
  out.ct = std::move(ct).value();
  return out;
}

}  // namespace seedaudit::bench
