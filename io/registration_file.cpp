// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/registration_file.h"

#include <algorithm>
#include <optional>
#include <sstream>
#include <vector>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <nlohmann/json.hpp>

#include "io/deformable_registration.h"
#include "io/dicom_dataset.h"
#include "io/dicom_layout.h"
#include "io/dicom_tags.h"
#include "io/rigid_matrix.h"
#include "io/text_file.h"

namespace seedaudit {
namespace {

using Json = nlohmann::json;
using PlanToCt = Warp<CtFrame, PlanFrame>;

constexpr Tag kRegistrationSequence{0x0070, 0x0308};
constexpr Tag kMatrixRegistrationSequence{0x0070, 0x0309};
constexpr Tag kMatrixSequence{0x0070, 0x030A};

/// Matrix from a frame to the registered coordinate system; identity for the system's own frame.
Result<Eigen::Isometry3d> registered_from(DcmItem& dataset, const std::string& frame_uid, const std::string& path) {
  for (DcmItem* item : items_of(dataset, kRegistrationSequence)) {
    if (value_of(*item, kFrameOfReferenceUid) != frame_uid) continue;
    std::vector<DcmItem*> matrices;
    for (DcmItem* registration : items_of(*item, kMatrixRegistrationSequence))
      for (DcmItem* matrix : items_of(*registration, kMatrixSequence)) matrices.push_back(matrix);
    if (matrices.size() != 1)
      return registration_invalid(path,
                                  "the registration of a frame of reference has " + std::to_string(matrices.size()) + " matrices, not one");
    return rigid_matrix(numbers_of(*matrices.front(), kTransformationMatrix), path);
  }
  if (value_of(dataset, kFrameOfReferenceUid) == frame_uid) return Eigen::Isometry3d::Identity();
  return registration_invalid(path, "does not register the frame of reference " + frame_uid);
}

Result<PlanToCt> read_dicom_registration(const std::string& path, const RegistrationFrames& frames) {
  const auto file = open_dicom(path, true);
  if (!file) return file.error();
  DcmItem& dataset = *(*file)->getDataset();
  if (is_deformable_registration(dataset)) return read_deformable_registration(dataset, path, frames);
  if (items_of(dataset, kRegistrationSequence).empty()) return registration_invalid(path, "is no spatial registration");
  if (frames.plan_frame_uid.empty() || frames.ct_frame_uid.empty())
    return registration_invalid(path, "the frames of reference of plan and post-op CT are not both known, so its direction is not");
  const auto from_plan = registered_from(dataset, frames.plan_frame_uid, path);
  if (!from_plan) return from_plan.error();
  const auto from_ct = registered_from(dataset, frames.ct_frame_uid, path);
  if (!from_ct) return from_ct.error();
  return PlanToCt{{from_ct->inverse(Eigen::Isometry) * *from_plan}, nullptr};
}

Result<PlanToCt> read_json_registration(const std::string& text, const std::string& path) {
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::exception& e) {
    return Error{ErrorCode::bad_json, std::string("not JSON: ") + e.what(), path, ""};
  }
  const Json* object = &json;
  if (json.is_object() && json.contains("registration") && json["registration"].is_object()) object = &json["registration"];
  if (!object->is_object()) return registration_invalid(path, "holds no object with a matrix");
  if (object->contains("outcome") && (*object)["outcome"].is_string() &&
      ((*object)["outcome"] == "failed" || (*object)["outcome"] == "not_run"))
    return registration_invalid(path, "is a registration whose outcome is " + (*object)["outcome"].get<std::string>());
  for (const char* key : {"postop_from_preop", "fixed_from_moving"}) {
    if (!object->contains(key) || !(*object)[key].is_array()) continue;
    std::vector<double> numbers;
    for (const auto& n : (*object)[key]) {
      if (!n.is_number()) return registration_invalid(path, std::string(key) + " holds something that is no number");
      numbers.push_back(n.get<double>());
    }
    const auto iso = rigid_matrix(numbers, path);
    if (!iso) return iso.error();
    return PlanToCt{{*iso}, nullptr};
  }
  return registration_invalid(path, "has neither postop_from_preop nor fixed_from_moving");
}

}  // namespace

Result<PlanToCt> read_registration(const std::filesystem::path& file_path, const RegistrationFrames& frames) {
  const std::string path = file_path.string();
  std::error_code problem;
  if (!std::filesystem::exists(file_path, problem))
    return Error{ErrorCode::path_not_found, "no such registration file, nor a way to register of that name", path,
                 "name a file, or one of auto, rigid, deformable, none"};
  const auto layout = read_dicom_layout(path);
  if (layout && layout->has_value()) return read_dicom_registration(path, frames);
  const auto content = read_text_file(file_path, "registration file");
  if (!content) return content.error();
  std::string text = *content;
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first != std::string::npos && text[first] == '{') return read_json_registration(text, path);
  std::replace(text.begin(), text.end(), ',', ' ');
  std::istringstream words(text);
  std::vector<double> numbers;
  for (std::string word; words >> word;) {
    const auto number = parse_decimal(word);
    if (!number) return registration_invalid(path, "holds \"" + word.substr(0, 40) + "\", which is no number");
    numbers.push_back(*number);
  }
  const auto iso = rigid_matrix(numbers, path);
  if (!iso) return iso.error();
  return PlanToCt{{*iso}, nullptr};
}

}  // namespace seedaudit
