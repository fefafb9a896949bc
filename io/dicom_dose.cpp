// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/dicom_dose.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include "io/dicom_dataset.h"
#include "io/dicom_tags.h"
#include "io/dose_pixels.h"
#include "io/dose_planes.h"

namespace seedaudit {
namespace {

constexpr Tag kManufacturer{0x0008, 0x0070};
constexpr Tag kPixelSpacing{0x0028, 0x0030};
constexpr Tag kDoseType{0x3004, 0x0004};
constexpr Tag kSummationType{0x3004, 0x000A};
constexpr Tag kOffsets{0x3004, 0x000C};
constexpr Tag kScaling{0x3004, 0x000E};

struct DoseHeader {
  Eigen::Vector3d position_mm = Eigen::Vector3d::Zero();
  Eigen::Vector3d row = Eigen::Vector3d::UnitX();
  Eigen::Vector3d column = Eigen::Vector3d::UnitY();
  double spacing_i_mm = 0.0;
  double spacing_j_mm = 0.0;
  double scaling_gy = 0.0;
  Warnings warnings;
};

Error bad(const std::string& path, std::string what) {
  return Error{ErrorCode::dose_invalid, std::move(what), path, "export the dose again, or audit without it"};
}

Status check_meaning(DcmItem& dataset, const std::string& path) {
  const std::string modality = value_of(dataset, kModality);
  if (value_of(dataset, kSopClassUid) != kRtDoseStorage && modality != "RTDOSE")
    return Error{ErrorCode::wrong_modality, "not an RT Dose but " + (modality.empty() ? "an object without modality" : modality), path,
                 "give the RTDOSE file"};
  const std::string units = value_of(dataset, kDoseUnits);
  if (units != "GY") return bad(path, "Dose Units is " + (units.empty() ? "absent" : units) + ", only GY can be compared");
  const std::string type = value_of(dataset, kDoseType);
  if (!type.empty() && type != "PHYSICAL") return bad(path, "Dose Type is " + type + ", only PHYSICAL can be compared");
  return ok_status();
}

Result<DoseHeader> read_header(DcmItem& dataset, const std::string& path) {
  DoseHeader h;
  const auto position = numbers_of(dataset, kImagePosition);
  if (position.size() != 3) return bad(path, "no Image Position (Patient)");
  h.position_mm = Eigen::Vector3d(position[0], position[1], position[2]);
  const auto orientation = numbers_of(dataset, kImageOrientation);
  if (orientation.size() == 6) {
    h.row = Eigen::Vector3d(orientation[0], orientation[1], orientation[2]);
    h.column = Eigen::Vector3d(orientation[3], orientation[4], orientation[5]);
    if (!(std::abs(h.row.norm() - 1.0) < 1e-3) || !(std::abs(h.column.norm() - 1.0) < 1e-3) || !(std::abs(h.row.dot(h.column)) < 1e-3))
      return bad(path, "Image Orientation (Patient) is not orthonormal");
    // Directions are written with few digits; made exactly orthonormal, keeping the row.
    h.row.normalize();
    h.column = (h.column - h.column.dot(h.row) * h.row).normalized();
  } else {
    h.warnings.push_back({"DOSE_ORIENTATION_ASSUMED", "the dose has no Image Orientation (Patient); axial planes are assumed"});
  }
  const auto spacing = numbers_of(dataset, kPixelSpacing);
  if (spacing.size() != 2 || !(spacing[0] > 0.0) || !(spacing[1] > 0.0)) return bad(path, "no Pixel Spacing");
  h.spacing_j_mm = spacing[0];  // between rows comes first in DICOM
  h.spacing_i_mm = spacing[1];
  const auto scaling = number_of(dataset, kScaling);
  if (!scaling || !(*scaling > 0.0)) return bad(path, "no positive Dose Grid Scaling");
  h.scaling_gy = *scaling;
  return h;
}

}  // namespace

template <class F>
Result<DoseGrid<F>> read_dose(const std::filesystem::path& file_path) {
  const std::string path = file_path.string();
  const auto file = open_dicom(path, true);
  if (!file) return file.error();
  DcmItem& dataset = *(*file)->getDataset();
  if (const Status meaning = check_meaning(dataset, path); !meaning) return meaning.error();
  auto header = read_header(dataset, path);
  if (!header) return header.error();
  const auto pixels = read_dose_pixels(dataset, path);
  if (!pixels) return pixels.error();
  const int frames = static_cast<int>(pixels->frames.size());
  const Eigen::Vector3d normal = header->row.cross(header->column);
  if (frames < 2) return bad(path, "the dose has a single plane, which is no volume");
  const auto located = dose_planes(numbers_of(dataset, kOffsets), frames, header->position_mm, normal);
  if (!located) return bad(path, located.error().what);
  const auto planes = regular_planes(located->along_normal_mm);
  if (!planes) return bad(path, planes.error().what);

  DoseGrid<F> dose;
  Eigen::Matrix3d direction;
  direction << header->row, header->column, normal;
  auto grid = GridGeometry<F>::make({pixels->columns, pixels->rows, planes->count},
                                    {header->spacing_i_mm, header->spacing_j_mm, planes->spacing_mm},
                                    Point<F>{header->position_mm + planes->first_mm * normal}, direction);
  if (!grid) return bad(path, grid.error().what);
  dose.grid = std::move(grid).value();
  const std::size_t plane = static_cast<std::size_t>(pixels->columns) * static_cast<std::size_t>(pixels->rows);
  dose.dose_gy.resize(dose.grid.voxel_count());
  std::size_t negative = 0;
  for (std::size_t k = 0; k < planes->planes.size(); ++k) {
    const auto& blend = planes->planes[k];
    const auto a = static_cast<std::size_t>(blend.a);
    const auto b = static_cast<std::size_t>(blend.b);
    for (std::size_t v = 0; v < plane; ++v) {
      const double stored = (1.0 - blend.weight) * pixels->value(a, v) + blend.weight * pixels->value(b, v);
      if (stored < 0.0) ++negative;
      dose.dose_gy[k * plane + v] = static_cast<float>(std::max(0.0, stored) * header->scaling_gy);
    }
  }

  const TextDecoder decoder(dataset);
  dose.warnings = std::move(header->warnings);
  dose.description.origin = decoder.text(dataset, kManufacturer);
  dose.frame_of_reference_uid = value_of(dataset, kFrameOfReferenceUid);
  dose.patient_id = decoder.text(dataset, kPatientId);
  dose.sop_instance_uid = value_of(dataset, kSopInstanceUid);
  dose.summation_type = value_of(dataset, kSummationType);
  dose.path = path;
  if (dose.frame_of_reference_uid.empty())
    dose.warnings.push_back({"DOSE_FRAME_MISSING", "the dose names no frame of reference; that of the plan is assumed"});
  if (planes->reversed) dose.warnings.push_back({"DOSE_PLANES_REVERSED", "the dose planes run against the normal; they were turned round"});
  if (planes->resampled)
    dose.warnings.push_back({"UNEVEN_DOSE_PLANES_RESAMPLED", "the dose planes are unevenly spaced; interpolated linearly at " +
                                                                 std::to_string(planes->spacing_mm) + " mm"});
  if (negative > 0)
    dose.warnings.push_back({"NEGATIVE_DOSE_CLAMPED", std::to_string(negative) + " voxels hold a negative dose and were set to zero"});
  return dose;
}

template Result<DoseGrid<PlanFrame>> read_dose<PlanFrame>(const std::filesystem::path&);
template Result<DoseGrid<CtFrame>> read_dose<CtFrame>(const std::filesystem::path&);

}  // namespace seedaudit
