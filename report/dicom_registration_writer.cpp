// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/dicom_registration_writer.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <string>
#include <vector>

#include "report/dicom_ct_writer.h"
#include "report/dicom_object.h"

namespace seedaudit {
namespace {

std::vector<double> row_major(const Eigen::Isometry3d& iso) {
  std::vector<double> out;
  for (int r = 0; r < 4; ++r)
    for (int c = 0; c < 4; ++c) out.push_back(iso.matrix()(r, c));
  return out;
}

void write_frame(ItemWriter& item, const std::string& frame_uid, const Eigen::Isometry3d& registered_from_frame) {
  ItemWriter entry = item.add_item(DCM_RegistrationSequence);
  entry.text(DCM_FrameOfReferenceUID, frame_uid);
  ItemWriter registration = entry.add_item(DCM_MatrixRegistrationSequence);
  ItemWriter type = registration.add_item(DCM_RegistrationTypeCodeSequence);
  type.text(DCM_CodeValue, "125024");
  type.text(DCM_CodingSchemeDesignator, "DCM");
  type.text(DCM_CodeMeaning, "Image Content-based Alignment");
  ItemWriter matrix = registration.add_item(DCM_MatrixSequence);
  matrix.text(DCM_FrameOfReferenceTransformationMatrixType, "RIGID");
  matrix.decimals(DCM_FrameOfReferenceTransformationMatrix, row_major(registered_from_frame));
}

}  // namespace

Result<WrittenInstance> write_registration(const Rigid<CtFrame, PlanFrame>& ct_from_plan, const std::string& plan_frame_uid,
                                           const std::string& ct_frame_uid, const DicomHeader& header, const std::filesystem::path& file) {
  const auto bad = [](std::string what) {
    return Error{ErrorCode::invalid_option, std::move(what), "",
                 "A DICOM registration connects two frames of reference: use DICOM images."};
  };
  if (plan_frame_uid.empty() || ct_frame_uid.empty()) return bad("the frames of reference of both images are not known");
  if (plan_frame_uid == ct_frame_uid) return bad("both images have one frame of reference");
  DicomHeader named = header;
  named.frame_of_reference_uid = ct_frame_uid;
  std::string content = plan_frame_uid;
  for (const double v : row_major(ct_from_plan.iso)) content += "\\" + decimal_string(v);
  const ObjectIdentity identity = identify(named, "REG", ct_frame_uid, content);
  WrittenInstance out{UID_SpatialRegistrationStorage, stable_uid({"REG", identity.series_instance_uid, content}), file.string()};
  const Status written = write_object(file, DicomSyntax::explicit_little_endian, [&](ItemWriter& item) {
    write_common(item, named, identity, "REG", out.sop_class_uid, out.sop_instance_uid);
    item.date(DCM_ContentDate, DCM_ContentTime, named.content_date.value_or(named.study_date));
    item.integer(DCM_InstanceNumber, 1);
    item.text(DCM_ContentLabel, "REGISTRATION");
    item.text(DCM_ContentDescription, "Pre-op to post-op, rigid at the target");
    item.text(DCM_ContentCreatorName, "");
    write_frame(item, ct_frame_uid, Eigen::Isometry3d::Identity());
    write_frame(item, plan_frame_uid, ct_from_plan.iso);
  });
  if (!written) return written.error();
  return out;
}

}  // namespace seedaudit
