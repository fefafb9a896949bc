// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/dicom_registration_writer.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <cstdint>
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

void write_type(ItemWriter& registration) {
  ItemWriter type = registration.add_item(DCM_RegistrationTypeCodeSequence);
  type.text(DCM_CodeValue, "125024");
  type.text(DCM_CodingSchemeDesignator, "DCM");
  type.text(DCM_CodeMeaning, "Image Content-based Alignment");
}

void write_matrix(ItemWriter& item, const DcmTagKey& sequence, const Eigen::Isometry3d& iso) {
  ItemWriter matrix = item.add_item(sequence);
  matrix.text(DCM_FrameOfReferenceTransformationMatrixType, "RIGID");
  matrix.decimals(DCM_FrameOfReferenceTransformationMatrix, row_major(iso));
}

void write_frame(ItemWriter& item, const std::string& frame_uid, const Eigen::Isometry3d& registered_from_frame) {
  ItemWriter entry = item.add_item(DCM_RegistrationSequence);
  entry.text(DCM_FrameOfReferenceUID, frame_uid);
  ItemWriter registration = entry.add_item(DCM_MatrixRegistrationSequence);
  write_type(registration);
  write_matrix(registration, DCM_MatrixSequence, registered_from_frame);
}

/// X_ct = M_post (X_plan + d(X_plan)): the displacements, which are along the axes of the CT, are turned back into the plan's frame.
void write_deformation(ItemWriter& item, const std::string& ct_frame_uid, const Warp<CtFrame, PlanFrame>& ct_from_plan) {
  ItemWriter entry = item.add_item(DCM_DeformableRegistrationSequence);
  entry.text(DCM_SourceFrameOfReferenceUID, ct_frame_uid);
  write_type(entry);
  write_matrix(entry, DCM_PreDeformationMatrixRegistrationSequence, Eigen::Isometry3d::Identity());
  write_matrix(entry, DCM_PostDeformationMatrixRegistrationSequence, ct_from_plan.rigid.iso);
  ItemWriter grid = entry.add_item(DCM_DeformableRegistrationGridSequence);
  const auto& g = ct_from_plan.field->grid();
  grid.decimals(DCM_ImagePositionPatient, g.origin().mm);
  const Eigen::Matrix3d& d = g.direction();
  grid.decimals(DCM_ImageOrientationPatient, std::vector<double>{d(0, 0), d(1, 0), d(2, 0), d(0, 1), d(1, 1), d(2, 1)});
  grid.unsigned_longs(DCM_GridDimensions, {static_cast<std::uint32_t>(g.size()[0]), static_cast<std::uint32_t>(g.size()[1]),
                                           static_cast<std::uint32_t>(g.size()[2])});
  grid.doubles(DCM_GridResolution, {g.spacing_mm()[0], g.spacing_mm()[1], g.spacing_mm()[2]});
  const Eigen::Matrix3f back = ct_from_plan.rigid.iso.linear().transpose().cast<float>();
  std::vector<float> vectors;
  vectors.reserve(3 * ct_from_plan.field->vectors_mm().size());
  for (const auto& u : ct_from_plan.field->vectors_mm()) {
    const Eigen::Vector3f v = back * u;
    vectors.insert(vectors.end(), {v[0], v[1], v[2]});
  }
  grid.floats(DCM_VectorGridData, vectors);
}

}  // namespace

Result<WrittenInstance> write_registration(const Warp<CtFrame, PlanFrame>& ct_from_plan, const std::string& plan_frame_uid,
                                           const std::string& ct_frame_uid, const DicomHeader& header, const std::filesystem::path& file) {
  const auto bad = [](std::string what) {
    return Error{ErrorCode::invalid_option, std::move(what), "",
                 "A DICOM registration connects two frames of reference: use DICOM images."};
  };
  if (plan_frame_uid.empty() || ct_frame_uid.empty()) return bad("the frames of reference of both images are not known");
  if (plan_frame_uid == ct_frame_uid) return bad("both images have one frame of reference");
  DicomHeader named = header;
  const bool deformable = ct_from_plan.field != nullptr;
  // The matrices of a Spatial Registration lead into the registered frame, the vectors of a deformable one out of it.
  named.frame_of_reference_uid = deformable ? plan_frame_uid : ct_frame_uid;
  std::string content = plan_frame_uid;
  for (const double v : row_major(ct_from_plan.rigid.iso)) content += "\\" + decimal_string(v);
  if (deformable) {
    const auto& mm = ct_from_plan.field->vectors_mm();
    content.append(reinterpret_cast<const char*>(mm.data()), mm.size() * sizeof(mm.front()));
  }
  const ObjectIdentity identity = identify(named, "REG", named.frame_of_reference_uid, content);
  WrittenInstance out{deformable ? UID_DeformableSpatialRegistrationStorage : UID_SpatialRegistrationStorage,
                      stable_uid({"REG", identity.series_instance_uid, content}), file.string()};
  const Status written = write_object(file, DicomSyntax::explicit_little_endian, [&](ItemWriter& item) {
    write_common(item, named, identity, "REG", out.sop_class_uid, out.sop_instance_uid);
    item.text(DCM_Laterality, "");  // type 2C of the General Series
    item.date(DCM_ContentDate, DCM_ContentTime, named.content_date.value_or(named.study_date));
    item.integer(DCM_InstanceNumber, 1);
    item.text(DCM_ContentLabel, "REGISTRATION");
    item.text(DCM_ContentDescription, deformable ? "Pre-op to post-op, deformed" : "Pre-op to post-op, rigid at the target");
    item.text(DCM_ContentCreatorName, "");
    if (deformable) {
      // Enhanced General Equipment (PS3.3 C.7.5.2) wants a serial number: a program's is its version.
      item.text(DCM_DeviceSerialNumber, named.software_version.empty() ? "unknown" : named.software_version);
      if (named.software_version.empty()) item.text(DCM_SoftwareVersions, "unknown");
      write_deformation(item, ct_frame_uid, ct_from_plan);
    } else {
      write_frame(item, ct_frame_uid, Eigen::Isometry3d::Identity());
      write_frame(item, plan_frame_uid, ct_from_plan.rigid.iso);
    }
  });
  if (!written) return written.error();
  return out;
}

DicomHeader registration_header(const SeriesIdentity& ct, const Acquisition& acquisition, const std::string& software_version) {
  DicomHeader header;
  header.patient.id = ct.patient_id;
  header.patient.name = ct.patient_name;
  header.study_instance_uid = ct.study_instance_uid;
  header.study_date = acquisition.study_date.value_or(DateTime{});
  header.software_version = software_version;
  return header;
}

Status write_audit_registration(const PlanRegistration& registration, const std::string& plan_frame_uid, const CtVolume& postop,
                                const std::string& software_version, const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "dicom" / "registration.dcm";
  const std::string& ct_frame_uid = postop.series.frame_of_reference_uid;
  std::error_code problem;
  const bool connects = !plan_frame_uid.empty() && !ct_frame_uid.empty() && plan_frame_uid != ct_frame_uid;
  if (!registration.outcome.usable() || registration.method == "same_frame" || !connects) {
    std::filesystem::remove(file, problem);
    return ok_status();
  }
  std::filesystem::create_directories(file.parent_path(), problem);
  if (problem)
    return Error{ErrorCode::output_unwritable, "cannot make the folder dicom: " + problem.message(), file.parent_path().string(), ""};
  const auto written = write_registration(registration.warp(), plan_frame_uid, ct_frame_uid,
                                          registration_header(postop.series, postop.acquisition, software_version), file);
  if (!written) return written.error();
  return ok_status();
}

}  // namespace seedaudit
