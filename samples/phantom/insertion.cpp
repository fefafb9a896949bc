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
#include "samples/phantom/fine_projector.h"
#include "samples/phantom/image_projector.h"
#include "samples/phantom/metal_lines.h"
#include "samples/phantom/reconstruction.h"

namespace seedaudit {
namespace {

constexpr double kLowestHu = -1024.0;

Error bad(const std::string& name, double value, const std::string& range) {
  return Error{ErrorCode::invalid_option, name + " = " + std::to_string(value) + " is outside " + range, name,
               "Give a value in " + range + "."};
}

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
  const MetalLines lines_of_metal(spectrum.value(), detector);
  const HuTissue tissue(spectrum.value());
  const FilteredBackprojection backprojection(geometry, options.kernel);

  const auto slices = static_cast<std::size_t>(grid.size()[2]);
  const auto pixels = static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows);
  const double ceiling = std::min(options.saturation_hu, volume.acquisition.saturation_hu.value_or(options.saturation_hu));
  std::mutex mutex;
  std::size_t done = 0;
  parallel_for(slices, [&](std::size_t slice) {
    FineProjector metal(fine, static_cast<double>(slice) * grid.spacing_mm().z(), geometry, lines_of_metal.table());
    if (!metal.empty()) {
      std::int16_t* hu = volume.hu.data() + slice * pixels;
      const ImageProjector background(std::span(hu, pixels), image, tissue);
      const auto along = [&](int view, int bin) {
        return background.along(geometry.position_mm(bin), std::cos(geometry.angle_rad(view)), std::sin(geometry.angle_rad(view)));
      };
      const auto lines = lines_of_metal.of_slice(metal, geometry, along, CounterRandom(seed, stream * 65536 + slice));
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
