// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/region_background.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <mutex>
#include <string>

#include "core/parallel.h"
#include "samples/phantom/anatomy.h"
#include "samples/phantom/metal_lines.h"
#include "samples/phantom/projector.h"
#include "samples/phantom/reconstruction.h"
#include "samples/phantom/scanner.h"

namespace seedaudit {
namespace {

Error bad_region(const std::string& what) { return {ErrorCode::invalid_option, what, "region", ""}; }

std::int16_t stored(double v) { return static_cast<std::int16_t>(std::lround(std::clamp(v, -32768.0, 32767.0))); }

/// Noise images: rays of the region's middle height with independent noise.
void make_noise(RegionBackground& region, const RegionOptions& o, ScanGeometry geometry, const Spectrum& spectrum, std::uint64_t patient) {
  DetectorModel detector;
  detector.quanta = RegionBackground::kNoiseQuanta;
  const MetalLines rays(spectrum, detector);
  const ImageGeometry image = ImageGeometry::square(region.matrix, region.pixel_mm);
  std::vector<float> sigma(static_cast<std::size_t>(geometry.views) * static_cast<std::size_t>(geometry.bins));
  for (int v = 0; v < geometry.views; ++v)
    for (int b = 0; b < geometry.bins; ++b)
      sigma[static_cast<std::size_t>(v) * static_cast<std::size_t>(geometry.bins) + static_cast<std::size_t>(b)] =
          static_cast<float>(rays.sigma_mm(region.paths.along(0.0, geometry.angle_rad(v), geometry.position_mm(b))));
  const auto pixels = static_cast<std::size_t>(region.matrix) * static_cast<std::size_t>(region.matrix);
  for (std::size_t kernel = 0; kernel < kKernels; ++kernel) {
    const FilteredBackprojection filter(geometry, static_cast<ReconstructionKernel>(kernel));
    region.noise[kernel].resize(pixels * static_cast<std::size_t>(o.noise_images));
    parallel_for(static_cast<std::size_t>(o.noise_images), [&](std::size_t n) {
      const CounterRandom random(patient, 1000 + kernel * 1000 + n);
      std::vector<float> lines(sigma.size());
      for (std::size_t r = 0; r < lines.size(); ++r) lines[r] = sigma[r] * static_cast<float>(random.normal(r));
      const auto values = filter.reconstruct(lines, image);
      for (std::size_t i = 0; i < pixels; ++i)
        region.noise[kernel][n * pixels + i] = stored(1000.0 * static_cast<double>(values[i]) / RegionBackground::kNoiseUnit);
    });
  }
}

}  // namespace

double RegionBackground::hu_at(const Eigen::Vector3d& p) const {
  const auto index = [](double mm, double step, int n) { return static_cast<int>(std::lround(mm / step + 0.5 * (n - 1))); };
  const int i = index(p.x(), pixel_mm, matrix);
  const int j = index(p.y(), pixel_mm, matrix);
  const int k = index(p.z(), plane_mm, planes);
  if (i < 0 || j < 0 || k < 0 || i >= matrix || j >= matrix || k >= planes) return -1000.0;
  const auto it = std::find_if(hu.begin(), hu.end(), [](const auto& v) { return !v.empty(); });
  const auto n = static_cast<std::size_t>(matrix);
  return (*it)[(static_cast<std::size_t>(k) * n + static_cast<std::size_t>(j)) * n + static_cast<std::size_t>(i)];
}

Status RegionOptions::check() const {
  if (matrix < 32 || matrix > 512) return bad_region("matrix = " + std::to_string(matrix) + " is outside 32 to 512");
  if (!(pixel_mm >= 0.3 && pixel_mm <= 3.0)) return bad_region("pixel_mm = " + std::to_string(pixel_mm) + " is outside 0.3 to 3");
  if (!(plane_mm >= 0.5 && plane_mm <= 5.0)) return bad_region("plane_mm = " + std::to_string(plane_mm) + " is outside 0.5 to 5");
  if (!(length_mm >= 2.0 * plane_mm && length_mm <= 300.0))
    return bad_region("length_mm = " + std::to_string(length_mm) + " is too short or above 300");
  if (noise_images < 2 || noise_images > 500) return bad_region("noise_images = " + std::to_string(noise_images) + " is outside 2 to 500");
  AcquisitionOptions a;
  a.views = views;
  a.detector_mm = detector_mm;
  return a.check();
}

Result<RegionBackground> simulate_region(const RegionOptions& o, std::uint64_t patient, const Progress& progress) {
  if (auto status = o.check(); !status) return status.error();
  auto scenario = find_scenario("clean-1mm");
  if (!scenario) return scenario.error();
  const Anatomy anatomy = build_anatomy(*scenario, patient, -Eigen::Vector3d::UnitY());
  Scene scene = anatomy.scene;
  scene.bodies.insert(scene.bodies.begin(), couch_top(anatomy, Eigen::Vector3d::UnitY()));
  Eigen::Isometry3d region_from_body = Eigen::Isometry3d::Identity();
  region_from_body.translation() = -anatomy.target.center;
  scene = transformed(region_from_body, scene);

  RegionBackground out;
  out.matrix = o.matrix;
  out.pixel_mm = o.pixel_mm;
  out.plane_mm = o.plane_mm;
  out.planes = static_cast<int>(std::lround(o.length_mm / o.plane_mm));
  const auto spectrum = make_spectrum(out.kvp);
  if (!spectrum) return spectrum.error();

  // The whole body, coarse, for what rays meet outside the region.
  const double reach = reach_mm(scene);
  constexpr double kStepMm = 10.0;
  AcquisitionOptions coarse;
  coarse.field_of_view_mm = 2.0 * reach;
  coarse.matrix = static_cast<int>(reach);
  coarse.slice_thickness_mm = 5.0;
  coarse.slice_spacing_mm = kStepMm;
  coarse.scan_length_mm = o.length_mm + 2.0 * kStepMm;
  coarse.quanta_per_mm = 1e9;
  coarse.kernel = ReconstructionKernel::soft;
  const auto body = scan<CtFrame>(scene, coarse, {Eigen::Vector3d::Zero()}, patient, 1);
  if (!body) return body.error();
  out.paths = project_paths(*body, HuTissue(*spectrum), {Eigen::Vector3d::Zero()}, reach, out.half_length_mm(), kStepMm);

  ScanGeometry geometry;
  geometry.views = o.views;
  geometry.detector_mm = o.detector_mm;
  geometry.bins = 2 * static_cast<int>(std::ceil((1.05 * reach + 5.0) / o.detector_mm));
  geometry.slice_thickness_mm = o.plane_mm;
  DetectorModel detector;
  detector.noise = false;
  const WaterCorrection water(*spectrum);
  const FilteredBackprojection soft(geometry, ReconstructionKernel::soft), medium(geometry, ReconstructionKernel::medium),
      sharp(geometry, ReconstructionKernel::sharp);
  const std::array<const FilteredBackprojection*, kKernels> filters{&soft, &medium, &sharp};
  const ImageGeometry image = ImageGeometry::square(o.matrix, o.pixel_mm);
  const auto pixels = static_cast<std::size_t>(o.matrix) * static_cast<std::size_t>(o.matrix);
  for (auto& h : out.hu) h.resize(pixels * static_cast<std::size_t>(out.planes));
  std::mutex mutex;
  int done = 0;
  parallel_for(static_cast<std::size_t>(out.planes), [&](std::size_t k) {
    const double z = static_cast<double>(k) * out.plane_mm - out.half_length_mm();
    const auto lines = detect(project_slice(scene, z, geometry, *spectrum), detector, water, CounterRandom(patient, k));
    for (std::size_t kernel = 0; kernel < kKernels; ++kernel) {
      const auto values = filters[kernel]->reconstruct(lines, image);
      for (std::size_t i = 0; i < pixels; ++i) out.hu[kernel][k * pixels + i] = stored(1000.0 * (static_cast<double>(values[i]) - 1.0));
    }
    const std::lock_guard lock(mutex);
    report_progress(progress, "background", static_cast<double>(++done) / out.planes);
  });
  make_noise(out, o, geometry, *spectrum, patient);
  return out;
}

Result<RegionBackground> region_of(const CtVolume& ct, const Point<CtFrame>& center, int matrix, double length_mm,
                                   ReconstructionKernel kernel) {
  constexpr double kTolerance = 1e-3;
  const auto& s = ct.grid.spacing_mm();
  if (!((ct.grid.direction() - Eigen::Matrix3d::Identity()).cwiseAbs().maxCoeff() < kTolerance) || std::abs(s.x() - s.y()) > kTolerance)
    return Error{ErrorCode::inconsistent_geometry, "rows and columns must be square and along the patient's axes", ct.series.path, ""};
  RegionBackground out;
  out.matrix = matrix;
  out.pixel_mm = s.x();
  out.plane_mm = s.z();
  out.planes = static_cast<int>(std::lround(length_mm / s.z()));
  out.kvp = ct.acquisition.kvp.value_or(120.0);
  out.slabs = true;
  // Voxels stay as they are: the middle of the region is the middle of a block of them.
  const Eigen::Vector3d index = ct.grid.index_of(center);
  Index3 first{};
  const Index3 size{matrix, matrix, out.planes};
  Eigen::Vector3d middle;
  for (std::size_t a = 0; a < 3; ++a) {
    first[a] = static_cast<int>(std::lround(index[static_cast<Eigen::Index>(a)] - 0.5 * (size[a] - 1)));
    if (first[a] < 0 || first[a] + size[a] > ct.grid.size()[a]) return bad_region("the region reaches beyond the CT");
    middle[static_cast<Eigen::Index>(a)] = first[a] + 0.5 * (size[a] - 1);
  }
  auto& hu = out.hu[static_cast<std::size_t>(kernel)];
  for (int k = 0; k < size[2]; ++k)
    for (int j = 0; j < size[1]; ++j)
      for (int i = 0; i < size[0]; ++i) hu.push_back(ct.at(first[0] + i, first[1] + j, first[2] + k));
  const auto spectrum = make_spectrum(out.kvp);
  if (!spectrum) return spectrum.error();
  constexpr double kStepMm = 10.0;
  const double reach = 0.75 * ct.grid.size()[0] * s.x();
  out.paths = project_paths(ct, HuTissue(*spectrum), ct.grid.point_at(middle), reach, out.half_length_mm(), kStepMm);
  return out;
}

}  // namespace seedaudit
