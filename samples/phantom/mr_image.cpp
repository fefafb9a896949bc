// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "samples/phantom/mr_image.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "core/parallel.h"
#include "samples/phantom/projector.h"
#include "samples/phantom/random.h"
#include "samples/phantom/scanner.h"

namespace seedaudit {
namespace {

double intensity(const Body& body) {
  const std::string& n = body.name;
  if (n == "skin" || n == "fat") return 900;
  if (n == "muscle" || n == "heart") return 330;
  if (n == "liver") return 520;
  if (n == "tumour") return 380;
  if (n == "vessel") return 260;
  if (n == "spleen") return 400;
  if (n == "kidney" || n == "pancreas") return 450;
  if (n == "stomach" || n == "bowel" || n == "gallbladder" || n == "canal") return 240;
  if (n == "disc") return 300;
  if (n == "bone") return body.tissue.bone > 0.5 ? 60 : 620;  // cortex dark, marrow bright
  if (n == "mesentery") return 350;
  return 20;  // lung, gas, couch
}

struct Prepared {
  const Body* body;
  Eigen::Matrix3d inverse;
  double value;
};

}  // namespace

Result<PreopVolume> mr_image(const Scene& scene, const AcquisitionOptions& options, const Point<PlanFrame>& center, std::uint64_t seed) {
  if (auto status = options.check(); !status) return status.error();
  const Eigen::Matrix3d axes = patient_from_couch(options.position);
  const double pixel = options.field_of_view_mm / options.matrix;
  const int slices = std::max(1, static_cast<int>(std::lround(options.scan_length_mm / options.slice_spacing_mm)));
  const Eigen::Vector3d half(0.5 * (options.matrix - 1) * pixel, 0.5 * (options.matrix - 1) * pixel,
                             0.5 * (slices - 1) * options.slice_spacing_mm);
  auto grid = GridGeometry<PlanFrame>::make({options.matrix, options.matrix, slices}, {pixel, pixel, options.slice_spacing_mm},
                                            Point<PlanFrame>{center.mm - axes * half}, axes);
  if (!grid) return grid.error();
  PreopVolume out;
  out.grid = std::move(grid).value();
  out.hu.resize(out.grid.voxel_count());
  parallel_for(static_cast<std::size_t>(slices), [&](std::size_t slice) {
    const int k = static_cast<int>(slice);
    const double z = out.grid.center_of({0, 0, k}).mm.z();
    const auto profile = slice_profile(options.slice_thickness_mm, 0.6, 3);
    const CounterRandom random(seed, 900000 + slice);
    std::vector<double> sum(static_cast<std::size_t>(options.matrix) * static_cast<std::size_t>(options.matrix), 0.0);
    for (const auto& level : profile) {
      std::vector<Prepared> active;
      for (const auto& body : scene.bodies)
        if (std::abs(z + level.offset_mm - body.shape.center.z()) < half_width_mm(body.shape, Eigen::Vector3d::UnitZ()))
          active.push_back({&body, body.shape.half_axes.inverse(), body.additive ? 4000.0 * body.tissue.water : intensity(body)});
      for (int j = 0; j < options.matrix; ++j)
        for (int i = 0; i < options.matrix; ++i) {
          Eigen::Vector3d p = out.grid.center_of({i, j, k}).mm;
          p.z() += level.offset_mm;
          double value = 0.0;
          double texture = 0.0;
          for (const auto& a : active) {
            const Eigen::Vector3d q = a.inverse * (p - a.body->shape.center);
            const ShapeKind kind = a.body->shape.kind;
            const bool in = kind == ShapeKind::ellipsoid  ? q.squaredNorm() <= 1.0
                            : kind == ShapeKind::cylinder ? q.head<2>().squaredNorm() <= 1.0 && std::abs(q.z()) <= 1.0
                                                          : q.cwiseAbs().maxCoeff() <= 1.0;
            if (!in) continue;
            if (a.body->additive) {
              texture += a.value;
            } else {
              value = a.value;
            }
          }
          sum[static_cast<std::size_t>(j) * static_cast<std::size_t>(options.matrix) + static_cast<std::size_t>(i)] +=
              level.weight * (value + texture);
        }
    }
    for (std::size_t i = 0; i < sum.size(); ++i) {
      const Eigen::Vector3d p = out.grid
                                    .center_of({static_cast<int>(i % static_cast<std::size_t>(options.matrix)),
                                                static_cast<int>(i / static_cast<std::size_t>(options.matrix)), k})
                                    .mm -
                                center.mm;
      const double shading = 1.0 + 0.18 * std::sin(p.x() / 140.0 + 0.6) - 0.14 * std::sin(p.y() / 120.0);
      constexpr double kNoise = 14.0;
      const double a = sum[i] * shading + kNoise * random.normal(2 * i);
      const double b = kNoise * random.normal(2 * i + 1);
      out.hu[slice * sum.size() + i] = static_cast<std::int16_t>(std::lround(std::clamp(std::hypot(a, b), 0.0, 4095.0)));
    }
  });
  out.series.modality = "MR";
  out.acquisition.slice_thickness_mm = options.slice_thickness_mm;
  out.acquisition.patient_position = dicom_patient_position(options.position);
  out.acquisition.image_type = {"ORIGINAL", "PRIMARY", "OTHER"};
  out.acquisition.manufacturer = "seedaudit phantom";
  return out;
}

}  // namespace seedaudit
