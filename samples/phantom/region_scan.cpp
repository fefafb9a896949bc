// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/region_scan.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <string>

#include "core/parallel.h"
#include "samples/phantom/metal_lines.h"
#include "samples/phantom/reconstruction.h"

namespace seedaudit {
namespace {

struct PlaneWeight {
  std::size_t plane = 0;
  float weight = 0.0F;
};

/// The planes of a slice about z, with weights of sum 1.
std::vector<PlaneWeight> planes_of(const RegionBackground& r, double z, const ScanGeometry& geometry) {
  std::vector<double> weights(static_cast<std::size_t>(r.planes), 0.0);
  const double x = z / r.plane_mm + 0.5 * (r.planes - 1);  // in planes
  if (r.slabs) {
    const double half = 0.5 * std::max(1.0, geometry.slice_thickness_mm / r.plane_mm);
    for (int k = 0; k < r.planes; ++k)
      weights[static_cast<std::size_t>(k)] = std::max(0.0, std::min(x + half, k + 0.5) - std::max(x - half, k - 0.5));
  } else {
    constexpr double kStepMm = 0.25;
    const double width = geometry.slice_thickness_mm + geometry.row_mm;
    for (const auto& s : slice_profile(geometry.slice_thickness_mm, geometry.row_mm, static_cast<int>(std::ceil(width / kStepMm)))) {
      const double at = std::clamp(x + s.offset_mm / r.plane_mm, 0.0, r.planes - 1.0);
      const auto low = static_cast<std::size_t>(std::min(static_cast<int>(at), r.planes - 2));
      weights[low] += s.weight * (1.0 - (at - static_cast<double>(low)));
      weights[low + 1] += s.weight * (at - static_cast<double>(low));
    }
  }
  double sum = 0.0;
  for (const double w : weights) sum += w;
  std::vector<PlaneWeight> out;
  for (std::size_t k = 0; k < weights.size(); ++k)
    if (weights[k] > 0.0) out.push_back({k, static_cast<float>(weights[k] / sum)});
  return out;
}

/// Two noise images turned into a new one: a mean with weights of square sum 1 has their variance and their texture.
struct NoiseMix {
  std::size_t a = 0, b = 0;
  float weight_a = 1.0F, weight_b = 0.0F;
};

NoiseMix draw_mix(const CounterRandom& random, std::size_t images) {
  NoiseMix m;
  m.a = static_cast<std::size_t>(random.uniform(0) * static_cast<double>(images)) % images;
  m.b = (m.a + 1 + static_cast<std::size_t>(random.uniform(1) * static_cast<double>(images - 1)) % (images - 1)) % images;
  const double angle = 2.0 * std::numbers::pi * random.uniform(2);
  m.weight_a = static_cast<float>(std::cos(angle));
  m.weight_b = static_cast<float>(std::sin(angle));
  return m;
}

}  // namespace

Status RegionScanOptions::check() const {
  AcquisitionOptions a;
  a.slice_thickness_mm = slice_thickness_mm;
  a.slice_spacing_mm = slice_spacing_mm;
  a.quanta_per_mm = quanta_per_mm;
  a.views = views;
  a.detector_mm = detector_mm;
  if (auto status = a.check(); !status) return status;
  if (!(length_mm > 0.0) || !std::isfinite(first_slice_mm))
    return Error{ErrorCode::invalid_option, "length_mm = " + std::to_string(length_mm) + " from " + std::to_string(first_slice_mm),
                 "region", ""};
  if (!(saturation_hu >= 1000.0 && saturation_hu <= 32767.0))
    return Error{ErrorCode::invalid_option, "saturation_hu = " + std::to_string(saturation_hu) + " is outside 1000 to 32767", "region", ""};
  return ok_status();
}

Result<CtVolume> scan_region(const RegionBackground& region, const std::vector<FineObject>& objects, const RegionScanOptions& o,
                             std::uint64_t seed) {
  if (auto status = o.check(); !status) return status.error();
  if (!region.has(o.kernel)) return Error{ErrorCode::invalid_option, "the background has another kernel", "region", ""};
  const auto spectrum = make_spectrum(region.kvp);
  if (!spectrum) return spectrum.error();

  ScanGeometry geometry;
  geometry.views = o.views;
  geometry.detector_mm = o.detector_mm;
  geometry.slice_thickness_mm = region.slabs ? std::max(o.slice_thickness_mm, region.plane_mm) : o.slice_thickness_mm;
  const double spacing = region.slabs ? std::max(o.slice_spacing_mm, region.plane_mm) : o.slice_spacing_mm;
  double reach = std::numbers::sqrt2 * region.half_width_mm();
  for (const auto& object : objects) {
    const Shape& hull = object.parts.front().shape;
    reach = std::max(reach, hull.center.head<2>().norm() + extent_mm(hull).norm());
  }
  geometry.bins = 2 * static_cast<int>(std::ceil((reach + 5.0) / o.detector_mm));

  double first = std::max(o.first_slice_mm, -region.half_length_mm());
  if (region.slabs) {
    // The lowest slice holds whole slabs from the one nearest to the height asked for.
    const double lowest = std::round((first + region.half_length_mm()) / region.plane_mm);
    first = -region.half_length_mm() + (lowest - 0.5) * region.plane_mm + 0.5 * geometry.slice_thickness_mm;
  }
  const double last = std::min(o.first_slice_mm + o.length_mm, region.half_length_mm());
  const int slices = static_cast<int>(std::floor((last - first) / spacing)) + 1;
  if (slices < 1) return Error{ErrorCode::invalid_option, "no slice lies in the region", "region", ""};

  CtVolume out;
  auto grid = GridGeometry<CtFrame>::make({region.matrix, region.matrix, slices}, {region.pixel_mm, region.pixel_mm, spacing},
                                          {{-region.half_width_mm(), -region.half_width_mm(), first}}, Eigen::Matrix3d::Identity());
  if (!grid) return grid.error();
  out.grid = std::move(grid).value();
  out.hu.resize(out.grid.voxel_count());

  DetectorModel detector;
  detector.quanta = o.quanta_per_mm * geometry.slice_thickness_mm;
  const MetalLines metal_lines(*spectrum, detector);
  const FilteredBackprojection backprojection(geometry, o.kernel);
  const ImageGeometry image = ImageGeometry::square(region.matrix, region.pixel_mm);
  const auto pixels = static_cast<std::size_t>(region.matrix) * static_cast<std::size_t>(region.matrix);
  const auto& planes = region.hu[static_cast<std::size_t>(o.kernel)];
  const auto& noise = region.noise[static_cast<std::size_t>(o.kernel)];
  const auto noise_scale = static_cast<float>(RegionBackground::kNoiseUnit * std::sqrt(RegionBackground::kNoiseQuanta / detector.quanta));
  parallel_for(static_cast<std::size_t>(slices), [&](std::size_t k) {
    const double z = first + static_cast<double>(k) * spacing;
    std::vector<float> values(pixels, 0.0F);
    for (const auto& p : planes_of(region, z, geometry))
      for (std::size_t i = 0; i < pixels; ++i) values[i] += p.weight * planes[p.plane * pixels + i];
    if (!noise.empty()) {
      const NoiseMix mix = draw_mix(CounterRandom(seed, 2 * 65536 + k), noise.size() / pixels);
      const std::int16_t* a = noise.data() + mix.a * pixels;
      const std::int16_t* b = noise.data() + mix.b * pixels;
      for (std::size_t i = 0; i < pixels; ++i) values[i] += noise_scale * (mix.weight_a * a[i] + mix.weight_b * b[i]);
    }
    FineProjector metal(objects, z, geometry, metal_lines.table());
    if (!metal.empty()) {
      const auto along = [&](int view, int bin) { return region.paths.along(z, geometry.angle_rad(view), geometry.position_mm(bin)); };
      const auto added = backprojection.reconstruct(metal_lines.of_slice(metal, geometry, along, CounterRandom(seed, 65536 + k)), image);
      for (std::size_t i = 0; i < pixels; ++i) values[i] += 1000.0F * added[i];
    }
    for (std::size_t i = 0; i < pixels; ++i)
      out.hu[k * pixels + i] = static_cast<std::int16_t>(std::lround(std::clamp(static_cast<double>(values[i]), -1024.0, o.saturation_hu)));
  });
  out.series.modality = "CT";
  auto& a = out.acquisition;
  a.slice_thickness_mm = geometry.slice_thickness_mm;
  a.kernel = std::string(to_string(o.kernel));
  a.kvp = region.kvp;
  if (o.saturation_hu == 3071.0) a.saturation_hu = o.saturation_hu;
  a.patient_position = "HFS";
  a.image_type = {"ORIGINAL", "PRIMARY", "AXIAL"};
  return out;
}

}  // namespace seedaudit
