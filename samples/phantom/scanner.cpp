// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/scanner.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <mutex>
#include <string>

#include "core/parallel.h"
#include "samples/phantom/detector.h"
#include "samples/phantom/projector.h"
#include "samples/phantom/reconstruction.h"

namespace seedaudit {

Eigen::Matrix3d patient_from_couch(BodyPosition position) {
  Eigen::Matrix3d m;
  switch (position) {
    case BodyPosition::supine:
      m << 1, 0, 0, 0, 1, 0, 0, 0, 1;
      break;
    case BodyPosition::prone:
      m << -1, 0, 0, 0, -1, 0, 0, 0, 1;
      break;
    case BodyPosition::left_lateral:
      m << 0, 1, 0, -1, 0, 0, 0, 0, 1;
      break;  // left side down
    case BodyPosition::right_lateral:
      m << 0, -1, 0, 1, 0, 0, 0, 0, 1;
      break;  // right side down
  }
  return m;
}

std::string dicom_patient_position(BodyPosition position) {
  switch (position) {
    case BodyPosition::supine:
      return "HFS";
    case BodyPosition::prone:
      return "HFP";
    case BodyPosition::left_lateral:
      return "HFDL";
    case BodyPosition::right_lateral:
      return "HFDR";
  }
  return "HFS";
}

template <class F>
Result<Volume<F>> scan(const Scene& scene, const AcquisitionOptions& options, const Point<F>& center, std::uint64_t seed,
                       std::uint64_t stream, const Progress& progress) {
  if (auto status = options.check(); !status) return status.error();
  auto spectrum = make_spectrum(options.kvp);
  if (!spectrum) return spectrum.error();

  const Eigen::Matrix3d axes = patient_from_couch(options.position_mistagged ? BodyPosition::supine : options.position);
  const double pixel = options.field_of_view_mm / options.matrix;
  const int slices = std::max(1, static_cast<int>(std::lround(options.scan_length_mm / options.slice_spacing_mm)));
  const Eigen::Vector3d half(0.5 * (options.matrix - 1) * pixel, 0.5 * (options.matrix - 1) * pixel,
                             0.5 * (slices - 1) * options.slice_spacing_mm);
  auto grid = GridGeometry<F>::make({options.matrix, options.matrix, slices}, {pixel, pixel, options.slice_spacing_mm},
                                    Point<F>{center.mm - axes * half}, axes);
  if (!grid) return grid.error();

  Eigen::Isometry3d couch_from_patient = Eigen::Isometry3d::Identity();
  couch_from_patient.linear() = axes.transpose();
  couch_from_patient.translation() = -(axes.transpose() * center.mm);
  const Scene placed = transformed(couch_from_patient, scene);

  // The detector sees everything that lies in the gantry: a truncated body would be an artefact of its own.
  const double reach = reach_mm(placed);
  ScanGeometry geometry;
  geometry.views = options.views;
  geometry.detector_mm = options.detector_mm;
  geometry.bins = 2 * static_cast<int>(std::ceil((1.05 * reach + 5.0) / options.detector_mm));
  geometry.slice_thickness_mm = options.slice_thickness_mm;

  DetectorModel detector;
  detector.quanta = options.quanta_per_mm * options.slice_thickness_mm;
  const WaterCorrection water(spectrum.value());
  const FilteredBackprojection backprojection(geometry, options.kernel);
  const ImageGeometry image = ImageGeometry::square(options.matrix, pixel);

  Volume<F> out;
  out.grid = std::move(grid).value();
  out.hu.resize(out.grid.voxel_count());
  std::mutex mutex;
  int done = 0;
  parallel_for(static_cast<std::size_t>(slices), [&](std::size_t k) {
    const double z = (static_cast<double>(k) - 0.5 * (slices - 1)) * options.slice_spacing_mm;
    const SliceSignal signal = project_slice(placed, z, geometry, spectrum.value());
    const auto lines = detect(signal, detector, water, CounterRandom(seed, stream * 65536 + k));
    const auto values = backprojection.reconstruct(lines, image);
    std::int16_t* slice = out.hu.data() + out.grid.offset(0, 0, static_cast<int>(k));
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double hu = std::isnan(values[i]) ? -1024.0 : 1000.0 * (static_cast<double>(values[i]) - 1.0);
      slice[i] = static_cast<std::int16_t>(std::lround(std::clamp(hu, -1024.0, 3071.0)));
    }
    const std::lock_guard lock(mutex);
    report_progress(progress, "scan", static_cast<double>(++done) / slices);
  });

  out.series.modality = "CT";
  auto& a = out.acquisition;
  a.slice_thickness_mm = options.slice_thickness_mm;
  a.kernel = options.kernel == ReconstructionKernel::soft ? "SOFT" : options.kernel == ReconstructionKernel::medium ? "MEDIUM" : "SHARP";
  a.kvp = options.kvp;
  a.saturation_hu = 3071.0;
  a.patient_position = dicom_patient_position(options.position_mistagged ? BodyPosition::supine : options.position);
  a.image_type = {"ORIGINAL", "PRIMARY", "AXIAL"};
  a.manufacturer = "seedaudit phantom";
  return out;
}

template Result<Volume<CtFrame>> scan(const Scene&, const AcquisitionOptions&, const Point<CtFrame>&, std::uint64_t, std::uint64_t,
                                      const Progress&);
template Result<Volume<PlanFrame>> scan(const Scene&, const AcquisitionOptions&, const Point<PlanFrame>&, std::uint64_t, std::uint64_t,
                                        const Progress&);

}  // namespace seedaudit
