// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/deformable_registration.h"

#include <cmath>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include "io/dicom_dataset.h"
#include "io/dicom_tags.h"
#include "io/rigid_matrix.h"

namespace seedaudit {
namespace {

constexpr Tag kDeformableSequence{0x0064, 0x0002};
constexpr Tag kSourceFrame{0x0064, 0x0003};
constexpr Tag kGridSequence{0x0064, 0x0005};
constexpr Tag kGridDimensions{0x0064, 0x0007};
constexpr Tag kGridResolution{0x0064, 0x0008};
constexpr Tag kPreMatrixSequence{0x0064, 0x000F};
constexpr Tag kPostMatrixSequence{0x0064, 0x0010};
const DcmTagKey kVectors(0x0064, 0x0009);

constexpr double kMostPoints = 1e8;  ///< 1.2 GB of vectors: no registration needs more, a damaged header may claim it

Result<Eigen::Isometry3d> matrix_of(DcmItem& item, Tag sequence, const std::string& path) {
  const auto matrices = items_of(item, sequence);
  if (matrices.empty()) return Eigen::Isometry3d::Identity();
  if (matrices.size() != 1) return registration_invalid(path, "has several matrices where one belongs");
  return rigid_matrix(numbers_of(*matrices.front(), kTransformationMatrix), path);
}

/// Grid and vectors as they stand, carried through the matrices: a warp from the registered frame into the source frame.
template <class Source, class Registered>
Result<Warp<Source, Registered>> warp_of(DcmItem& item, const std::string& path) {
  const auto before = matrix_of(item, kPreMatrixSequence, path);
  if (!before) return before.error();
  const auto after = matrix_of(item, kPostMatrixSequence, path);
  if (!after) return after.error();
  Warp<Source, Registered> out;
  out.rigid.iso = *after * *before;
  const auto grids = items_of(item, kGridSequence);
  if (grids.empty()) return out;
  if (grids.size() != 1) return registration_invalid(path, "has several deformation grids where one belongs");
  DcmItem& grid = *grids.front();

  const auto size = numbers_of(grid, kGridDimensions), spacing = numbers_of(grid, kGridResolution);
  const auto position = numbers_of(grid, kImagePosition), orientation = numbers_of(grid, kImageOrientation);
  if (size.size() != 3 || spacing.size() != 3 || position.size() != 3 || orientation.size() != 6)
    return registration_invalid(path, "states no whole deformation grid");
  if (!(size[0] * size[1] * size[2] <= kMostPoints) || !(size[0] >= 1.0 && size[1] >= 1.0 && size[2] >= 1.0))
    return registration_invalid(path, "states a deformation grid of impossible size");
  Eigen::Matrix3d direction;
  direction.col(0) = Eigen::Vector3d(orientation[0], orientation[1], orientation[2]);
  direction.col(1) = Eigen::Vector3d(orientation[3], orientation[4], orientation[5]);
  direction.col(2) = direction.col(0).cross(direction.col(1));
  const auto geometry =
      GridGeometry<Registered>::make({static_cast<int>(size[0]), static_cast<int>(size[1]), static_cast<int>(size[2])},
                                     {spacing[0], spacing[1], spacing[2]}, {{position[0], position[1], position[2]}}, direction);
  if (!geometry) return registration_invalid(path, "states a deformation grid that is none: " + geometry.error().what);

  const Float32* values = nullptr;
  unsigned long count = 0;
  if (grid.findAndGetFloat32Array(kVectors, values, &count).bad() || values == nullptr || count != 3 * geometry->voxel_count())
    return registration_invalid(path, "does not hold one vector for each point of its grid");
  std::vector<Eigen::Vector3f> mm;
  mm.reserve(geometry->voxel_count());
  const Eigen::Matrix3f turn = after->linear().cast<float>();
  for (std::size_t n = 0; n < geometry->voxel_count(); ++n)
    mm.emplace_back(turn * Eigen::Vector3f(values[3 * n], values[3 * n + 1], values[3 * n + 2]));
  auto field = DisplacementField<Source, Registered>::make(*geometry, std::move(mm));
  if (!field) return registration_invalid(path, field.error().what);
  out.field = std::make_shared<const DisplacementField<Source, Registered>>(std::move(field).value());
  if (!(jacobian_range(out).min > 0.0)) return registration_invalid(path, "is a map that folds");
  return out;
}

}  // namespace

bool is_deformable_registration(DcmItem& dataset) { return !items_of(dataset, kDeformableSequence).empty(); }

Result<Warp<CtFrame, PlanFrame>> read_deformable_registration(DcmItem& dataset, const std::string& path, const RegistrationFrames& frames) {
  if (frames.plan_frame_uid.empty() || frames.ct_frame_uid.empty())
    return registration_invalid(path, "the frames of reference of plan and post-op CT are not both known, so its direction is not");
  const std::string registered = value_of(dataset, kFrameOfReferenceUid);
  const bool from_plan = registered == frames.plan_frame_uid;
  if (!from_plan && registered != frames.ct_frame_uid)
    return registration_invalid(path, "registers into neither of the two frames of reference");
  DcmItem* found = nullptr;
  for (DcmItem* item : items_of(dataset, kDeformableSequence)) {
    if (value_of(*item, kSourceFrame) != (from_plan ? frames.ct_frame_uid : frames.plan_frame_uid)) continue;
    if (found != nullptr) return registration_invalid(path, "registers one frame of reference twice");
    found = item;
  }
  if (found == nullptr) return registration_invalid(path, "does not connect plan and post-op CT");
  if (from_plan) return warp_of<CtFrame, PlanFrame>(*found, path);
  const auto plan_from_ct = warp_of<PlanFrame, CtFrame>(*found, path);
  if (!plan_from_ct) return plan_from_ct.error();
  auto inverted = inverse(*plan_from_ct);
  if (!inverted) return registration_invalid(path, inverted.error().what);
  return inverted;
}

}  // namespace seedaudit
