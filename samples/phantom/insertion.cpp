// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/insertion.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <mutex>
#include <span>
#include <string>

#include "core/parallel.h"
#include "samples/phantom/detector.h"
#include "samples/phantom/fast_exp.h"
#include "samples/phantom/fine_projector.h"
#include "samples/phantom/image_projector.h"
#include "samples/phantom/reconstruction.h"

namespace seedaudit {
namespace {

constexpr double kLowestHu = -1024.0;

Error bad(const std::string& name, double value, const std::string& range) {
  return Error{ErrorCode::invalid_option, name + " = " + std::to_string(value) + " is outside " + range, name,
               "Give a value in " + range + "."};
}

/// Signal of one ray and its variance for one quantum emitted.
struct RaySignal {
  double signal = 0.0;
  double variance = 0.0;
};

/// The beam and the detector: from what attenuates to the water-corrected logarithm.
class LineDifference {
 public:
  LineDifference(const Spectrum& spectrum, const DetectorModel& detector)
      : table_(spectrum), parts_(spectrum), water_(spectrum), detector_(detector) {}
  const AttenuationTable& table() const { return table_; }

  /// Line integral with the metal less that without, mm of water. \param normal a standard normal number
  double of(const WaterBonePath& path, const Energies& transmission, double normal) const {
    const Energies& water = table_.of(Material::water);
    const Energies& bone = table_.of(Material::bone);
    const auto w = static_cast<float>(path.water);
    const auto b = static_cast<float>(path.bone);
    RaySignal without, with;
    for (std::size_t k = 0; k < kEnergyBins; ++k) {
      const float x = parts_.signal[k] * fast_exp(-(w * water[k] + b * bone[k]));
      const float y = x * transmission[k];
      without.signal += static_cast<double>(x);
      without.variance += static_cast<double>(x * parts_.relative_energy[k]);
      with.signal += static_cast<double>(y);
      with.variance += static_cast<double>(y * parts_.relative_energy[k]);
    }
    const double floor = detector_.floor_quanta / detector_.quanta;
    double signal = with.signal;
    if (detector_.noise) {
      // The CT holds the noise of the ray without metal. What the metal adds makes the variance of the corrected line right.
      const double before = sigma_mm(without);
      const double after = sigma_mm(with);
      const double added = std::sqrt(std::max(0.0, after * after - before * before));
      signal += with.signal * added / slope_mm(log_of(with.signal)) * normal;
    }
    return water_.water_mm(log_of(std::max(signal, floor))) - water_.water_mm(log_of(std::max(without.signal, floor)));
  }

 private:
  static double log_of(double signal) { return -std::log(signal); }
  /// Derivative of the water correction: mm of water for a unit of the logarithm.
  double slope_mm(double log_value) const {
    constexpr double kStep = 0.02;
    return (water_.water_mm(log_value + kStep) - water_.water_mm(log_value - kStep)) / (2.0 * kStep);
  }
  /// Standard deviation of the corrected line.
  double sigma_mm(const RaySignal& ray) const {
    const double electronic = detector_.electronic_quanta / detector_.quanta;
    return slope_mm(log_of(ray.signal)) * std::sqrt(ray.variance / detector_.quanta + electronic * electronic) / ray.signal;
  }

  AttenuationTable table_;
  DetectedParts parts_;
  WaterCorrection water_;
  DetectorModel detector_;
};

/// The objects in the coordinates of the scanner: x along columns, y along rows, z across slices, origin in the middle of slice 0.
std::vector<FineObject> in_scanner(const std::vector<FineObject>& objects, const GridGeometry<CtFrame>& grid) {
  const Eigen::Vector3d middle = grid.point_at({0.5 * (grid.size()[0] - 1), 0.5 * (grid.size()[1] - 1), 0.0}).mm;
  Eigen::Isometry3d scanner_from_patient = Eigen::Isometry3d::Identity();
  scanner_from_patient.linear() = grid.direction().transpose();
  scanner_from_patient.translation() = -(grid.direction().transpose() * middle);
  Scene scene;
  scene.fine = objects;
  return transformed(scanner_from_patient, scene).fine;
}

}  // namespace

Status InsertionOptions::check() const {
  AcquisitionOptions a;
  a.kvp = kvp;
  a.quanta_per_mm = quanta_per_mm;
  a.views = views;
  a.detector_mm = detector_mm;
  if (slice_thickness_mm) a.slice_thickness_mm = *slice_thickness_mm;
  if (auto status = a.check(); !status) return status;
  if (!(saturation_hu >= 1000.0 && saturation_hu <= 32767.0)) return bad("saturation_hu", saturation_hu, "1000 to 32767");
  return ok_status();
}

Result<CtVolume> insert_objects(CtVolume volume, const std::vector<FineObject>& objects, const InsertionOptions& options,
                                std::uint64_t seed, std::uint64_t stream, const Progress& progress) {
  if (auto status = options.check(); !status) return status.error();
  if (volume.series.modality == "MR")
    return Error{ErrorCode::wrong_modality, "metal can be put into CT only, this is MR", volume.series.path, "Give a CT."};
  const auto& grid = volume.grid;
  const int columns = grid.size()[0];
  const int rows = grid.size()[1];
  if (columns < 2 || rows < 2)
    return Error{ErrorCode::inconsistent_geometry, "the image has " + std::to_string(columns) + " x " + std::to_string(rows) + " pixels",
                 volume.series.path, "Give a CT volume."};
  constexpr double kAcross = 0.9;  // 26 degrees of gantry tilt
  if (!(std::abs(grid.direction()(2, 2)) > kAcross))
    return Error{ErrorCode::inconsistent_geometry, "the slices do not lie across the body, so they are not as a scanner makes them",
                 volume.series.path, "Give an axial CT."};
  const auto spectrum = make_spectrum(volume.acquisition.kvp.value_or(options.kvp));
  if (!spectrum) return spectrum.error();
  if (objects.empty()) return volume;

  ScanGeometry geometry;
  geometry.views = options.views;
  geometry.detector_mm = options.detector_mm;
  geometry.slice_thickness_mm = volume.acquisition.slice_thickness_mm.value_or(options.slice_thickness_mm.value_or(grid.spacing_mm().z()));
  if (!(geometry.slice_thickness_mm >= 0.3 && geometry.slice_thickness_mm <= 10.0))
    return bad("slice thickness of the CT", geometry.slice_thickness_mm, "0.3 to 10");
  const auto fine = in_scanner(objects, grid);
  const ImageGeometry image{columns, rows, grid.spacing_mm().x(), grid.spacing_mm().y()};
  // The detector covers the corners of the image and every object: what lies beside the image still throws its streaks into it.
  double reach = std::hypot(image.x_mm(0), image.y_mm(0));
  for (const auto& object : fine) {
    const Shape& hull = object.parts.front().shape;
    reach = std::max(reach, hull.center.head<2>().norm() + extent_mm(hull).norm());
  }
  geometry.bins = 2 * static_cast<int>(std::ceil((reach + 5.0) / options.detector_mm));

  DetectorModel detector;
  detector.quanta = options.quanta_per_mm * geometry.slice_thickness_mm;
  detector.noise = options.noise;
  const LineDifference difference(spectrum.value(), detector);
  const HuTissue tissue(spectrum.value());
  const FilteredBackprojection backprojection(geometry, options.kernel);
  const auto profile = fine_profile(geometry);

  const auto slices = static_cast<std::size_t>(grid.size()[2]);
  const auto pixels = static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows);
  const double ceiling = std::min(options.saturation_hu, volume.acquisition.saturation_hu.value_or(options.saturation_hu));
  std::mutex mutex;
  std::size_t done = 0;
  parallel_for(slices, [&](std::size_t slice) {
    FineProjector metal(fine, static_cast<double>(slice) * grid.spacing_mm().z(), geometry, difference.table());
    if (!metal.empty()) {
      std::int16_t* hu = volume.hu.data() + slice * pixels;
      const ImageProjector background(std::span(hu, pixels), image, tissue);
      const CounterRandom random(seed, stream * 65536 + slice);
      std::vector<float> lines(static_cast<std::size_t>(geometry.views) * static_cast<std::size_t>(geometry.bins), 0.0F);
      for (int view = 0; view < geometry.views; ++view) {
        const double cosine = std::cos(geometry.angle_rad(view));
        const double sine = std::sin(geometry.angle_rad(view));
        metal.aim(cosine, sine);
        for (int bin = 0; bin < geometry.bins; ++bin) {
          if (!metal.meets(bin)) continue;
          const auto ray = static_cast<std::size_t>(view) * static_cast<std::size_t>(geometry.bins) + static_cast<std::size_t>(bin);
          const auto path = background.along(geometry.position_mm(bin), cosine, sine);
          lines[ray] = static_cast<float>(difference.of(path, metal.transmission(bin, profile, 1.0), random.normal(ray)));
        }
      }
      const auto added = backprojection.reconstruct(lines, image);
      for (std::size_t i = 0; i < pixels; ++i) {
        const double old = hu[i];
        if (old < kLowestHu || !std::isfinite(added[i])) continue;
        const double high = std::max(old, ceiling);
        hu[i] = static_cast<std::int16_t>(std::lround(std::clamp(old + 1000.0 * static_cast<double>(added[i]), kLowestHu, high)));
      }
    }
    const std::lock_guard lock(mutex);
    report_progress(progress, "insert", static_cast<double>(++done) / static_cast<double>(slices));
  });
  volume.acquisition.saturation_hu = ceiling;
  return volume;
}

}  // namespace seedaudit
