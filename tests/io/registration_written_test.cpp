// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include "io/registration_file.h"
#include "report/dicom_registration_writer.h"
#include "tests/support/temporary_folder.h"

namespace seedaudit {

TEST_CASE("C4-47: A registration written as DICOM is read back as the same transform", "[io]") {
  const seedaudit::test::TemporaryFolder folder;
  Rigid<CtFrame, PlanFrame> ct_from_plan;
  ct_from_plan.iso = Eigen::Translation3d(12.345678, -80.25, 300.5) * Eigen::AngleAxisd(2.1, Eigen::Vector3d(1.0, -2.0, 0.5).normalized());
  DicomHeader header;
  header.study_date.date = std::chrono::sys_days(std::chrono::year(2026) / 3 / 21);
  const auto written = write_registration({ct_from_plan, nullptr}, "1.2.3.4", "1.2.3.5", header, folder / "reg.dcm");
  REQUIRE(written.ok());
  const auto read = read_registration(folder / "reg.dcm", {"1.2.3.4", "1.2.3.5"});
  REQUIRE(read.ok());
  // Decimal strings hold 16 characters: 1e-13 of the rotation, far below a micrometre anywhere in a body.
  CHECK((read->rigid.iso.matrix() - ct_from_plan.iso.matrix()).cwiseAbs().maxCoeff() < 1e-9);
  // Asked the other way round it is the inverse.
  const auto back = read_registration(folder / "reg.dcm", {"1.2.3.5", "1.2.3.4"});
  REQUIRE(back.ok());
  CHECK((back->rigid.iso * ct_from_plan.iso).isApprox(Eigen::Isometry3d::Identity(), 1e-9));
  CHECK_FALSE(read_registration(folder / "reg.dcm", {"1.2.3.4", "9.9"}).ok());
}

namespace {

/// Displacements of up to 8 mm that bend along all axes, on a grid that lies askew in the plan's frame.
Warp<CtFrame, PlanFrame> bent() {
  Warp<CtFrame, PlanFrame> out;
  out.rigid.iso = Eigen::Translation3d(12.345678, -80.25, 300.5) * Eigen::AngleAxisd(2.1, Eigen::Vector3d(1.0, -2.0, 0.5).normalized());
  const Eigen::Matrix3d direction = Eigen::AngleAxisd(0.3, Eigen::Vector3d(0.2, 1.0, -0.4).normalized()).toRotationMatrix();
  const auto grid = GridGeometry<PlanFrame>::make({14, 11, 9}, {6.0, 5.0, 7.5}, {{-30.0, 10.0, 120.0}}, direction).value();
  std::vector<Eigen::Vector3f> mm;
  for (int k = 0; k < 9; ++k)
    for (int j = 0; j < 11; ++j)
      for (int i = 0; i < 14; ++i) {
        const Eigen::Vector3d p = grid.center_of({i, j, k}).mm / 30.0;
        mm.emplace_back(Eigen::Vector3d(5.0 * std::sin(p.y()), 4.0 * std::cos(p.z()), 6.0 * std::sin(p.x())).cast<float>());
      }
  out.field = std::make_shared<const DisplacementField<CtFrame, PlanFrame>>(
      DisplacementField<CtFrame, PlanFrame>::make(grid, std::move(mm)).value());
  return out;
}

/// Points inside the grid, two cells from its border.
std::vector<Point<PlanFrame>> inside() {
  std::vector<Point<PlanFrame>> out;
  const Warp<CtFrame, PlanFrame> map = bent();
  const auto& grid = map.field->grid();
  for (double x = 2.2; x < 11.0; x += 1.3)
    for (double y = 2.4; y < 8.0; y += 1.1)
      for (double z = 2.3; z < 6.0; z += 0.9) out.push_back(grid.point_at({x, y, z}));
  return out;
}

}  // namespace

TEST_CASE("A deformation written as DICOM is read back as the same map", "[io]") {
  const seedaudit::test::TemporaryFolder folder;
  const auto written = write_registration(bent(), "1.2.3.4", "1.2.3.5", {}, folder / "def.dcm");
  REQUIRE(written.ok());
  CHECK(written->sop_class_uid == "1.2.840.10008.5.1.4.1.1.66.3");
  // Device Serial Number and Software Versions are of type 1 in Enhanced General Equipment, which a deformable registration has.
  for (const std::string& tag : {std::string("\x18\x00\x00\x10LO", 6), std::string("\x18\x00\x20\x10LO", 6)})
    CHECK(seedaudit::test::content_of(folder / "def.dcm").find(tag) != std::string::npos);
  const auto read = read_registration(folder / "def.dcm", {"1.2.3.4", "1.2.3.5"});
  REQUIRE(read.ok());
  REQUIRE(read->field);
  // Single precision of vectors, 16 characters of matrices. Beyond the grid too.
  for (auto p : inside()) {
    CHECK(distance_mm(*read * p, bent() * p) < 1e-4);
    p.mm *= 3.0;
    CHECK(distance_mm(*read * p, bent() * p) < 1e-4);
  }
  CHECK_FALSE(read_registration(folder / "def.dcm", {"1.2.3.4", "9.9"}).ok());
  CHECK_FALSE(read_registration(folder / "def.dcm", {"9.9", "1.2.3.5"}).ok());
  CHECK_FALSE(read_registration(folder / "def.dcm").ok());
}

TEST_CASE("The matrix before the deformation is applied first, and the grid stands in the registered frame", "[io]") {
  const seedaudit::test::TemporaryFolder folder;
  REQUIRE(write_registration(bent(), "1.2.3.4", "1.2.3.5", {}, folder / "d.dcm").ok());
  DcmFileFormat file;
  REQUIRE(file.loadFile((folder / "d.dcm").string().c_str()).good());
  REQUIRE(file.loadAllDataIntoMemory().good());  // it is written over below
  DcmItem *entry = nullptr, *matrix = nullptr;
  REQUIRE(file.getDataset()->findAndGetSequenceItem(DCM_DeformableRegistrationSequence, entry, 0).good());
  REQUIRE(entry->findAndGetSequenceItem(DCM_PreDeformationMatrixRegistrationSequence, matrix, 0).good());
  matrix->putAndInsertString(DCM_FrameOfReferenceTransformationMatrix, "1\\0\\0\\5\\0\\1\\0\\-7\\0\\0\\1\\11\\0\\0\\0\\1");
  REQUIRE(file.saveFile((folder / "d.dcm").string().c_str(), EXS_LittleEndianExplicit).good());
  const auto read = read_registration(folder / "d.dcm", {"1.2.3.4", "1.2.3.5"});
  REQUIRE(read.ok());
  const Eigen::Vector3d moved = bent().rigid.iso.linear() * Eigen::Vector3d(5.0, -7.0, 11.0);
  for (const auto& p : inside()) CHECK((((*read) * p).mm - (bent() * p).mm - moved).norm() < 1e-4);
}

TEST_CASE("A deformation of the other direction is inverted", "[io]") {
  const seedaudit::test::TemporaryFolder folder;
  // Registered frame and source change their roles: what was the plan's frame is now the CT's.
  REQUIRE(write_registration(bent(), "1.2.3.5", "1.2.3.4", {}, folder / "def.dcm").ok());
  const auto read = read_registration(folder / "def.dcm", {"1.2.3.4", "1.2.3.5"});
  REQUIRE(read.ok());
  for (const auto& p : inside()) {
    const Point<CtFrame> there = bent() * p;  // in the frame that is now the plan's
    // Inverted on grid points, and trilinear between them: 5 to 7.5 mm cells of a field that bends over 30 mm.
    CHECK((((*read) * Point<PlanFrame>{there.mm}).mm - p.mm).norm() < 0.4);
  }
}

TEST_CASE("A deformable registration that folds, or lacks vectors, or is not rigid underneath, is refused", "[io]") {
  const seedaudit::test::TemporaryFolder folder;
  Warp<CtFrame, PlanFrame> folded = bent();
  std::vector<Eigen::Vector3f> mm = folded.field->vectors_mm();
  mm[500] += Eigen::Vector3f(40.0F, 0.0F, 0.0F);
  folded.field = std::make_shared<const DisplacementField<CtFrame, PlanFrame>>(
      DisplacementField<CtFrame, PlanFrame>::make(folded.field->grid(), mm).value());
  REQUIRE(write_registration(folded, "1.2.3.4", "1.2.3.5", {}, folder / "folds.dcm").ok());
  const RegistrationFrames frames{"1.2.3.4", "1.2.3.5"};
  CHECK(read_registration(folder / "folds.dcm", frames).error().code == ErrorCode::registration_invalid);

  const auto damaged = [&](const std::function<void(DcmItem&)>& change) {
    REQUIRE(write_registration(bent(), "1.2.3.4", "1.2.3.5", {}, folder / "d.dcm").ok());
    DcmFileFormat file;
    REQUIRE(file.loadFile((folder / "d.dcm").string().c_str()).good());
    REQUIRE(file.loadAllDataIntoMemory().good());
    DcmItem* entry = nullptr;
    REQUIRE(file.getDataset()->findAndGetSequenceItem(DCM_DeformableRegistrationSequence, entry, 0).good());
    change(*entry);
    REQUIRE(file.saveFile((folder / "d.dcm").string().c_str(), EXS_LittleEndianExplicit).good());
    const auto read = read_registration(folder / "d.dcm", frames);
    REQUIRE_FALSE(read.ok());
    return read.error().code;
  };
  const auto grid_of = [](DcmItem& entry) {
    DcmItem* grid = nullptr;
    entry.findAndGetSequenceItem(DCM_DeformableRegistrationGridSequence, grid, 0);
    return grid;
  };
  const auto element_of = [&](DcmItem& entry, const DcmTagKey& tag) {
    DcmElement* element = nullptr;
    REQUIRE(grid_of(entry)->findAndGetElement(tag, element).good());
    return element;
  };
  CHECK(damaged([&](DcmItem& e) { element_of(e, DCM_GridDimensions)->putUint32(15, 0); }) == ErrorCode::registration_invalid);
  CHECK(damaged([&](DcmItem& e) { element_of(e, DCM_GridDimensions)->putUint32(4000000000U, 0); }) == ErrorCode::registration_invalid);
  CHECK(damaged([&](DcmItem& e) { element_of(e, DCM_GridResolution)->putFloat64(-1.0, 1); }) == ErrorCode::registration_invalid);
  CHECK(damaged([&](DcmItem& e) { delete grid_of(e)->remove(DCM_VectorGridData); }) == ErrorCode::registration_invalid);
  CHECK(damaged([&](DcmItem& e) {
          DcmItem* matrix = nullptr;
          e.findAndGetSequenceItem(DCM_PostDeformationMatrixRegistrationSequence, matrix, 0);
          matrix->putAndInsertString(DCM_FrameOfReferenceTransformationMatrix, "2\\0\\0\\0\\0\\1\\0\\0\\0\\0\\1\\0\\0\\0\\0\\1");
        }) == ErrorCode::registration_invalid);
}

TEST_CASE("An audit leaves the registration it rests on, and none where there is none to use", "[io]") {
  const seedaudit::test::TemporaryFolder folder;
  CtVolume ct;
  ct.series.frame_of_reference_uid = "1.2.3.5";
  PlanRegistration r;
  r.outcome = {OutcomeKind::low_confidence, ""};
  r.method = "rigid+local+deformable";
  r.ct_from_plan = bent().rigid;
  r.deformation = bent().field;
  REQUIRE(write_audit_registration(r, "1.2.3.4", ct, "1", folder.path()).ok());
  const auto file = folder / "dicom" / "registration.dcm";
  const auto read = read_registration(file, {"1.2.3.4", "1.2.3.5"});
  REQUIRE(read.ok());
  CHECK(distance_mm(*read * inside()[7], bent() * inside()[7]) < 1e-4);
  r.outcome.kind = OutcomeKind::failed;
  REQUIRE(write_audit_registration(r, "1.2.3.4", ct, "1", folder.path()).ok());
  CHECK_FALSE(std::filesystem::exists(file));  // not that of the earlier run either
  r.outcome.kind = OutcomeKind::ok;
  REQUIRE(write_audit_registration(r, "", ct, "1", folder.path()).ok());
  CHECK_FALSE(std::filesystem::exists(file));
}

TEST_CASE("A registration of images without frames of reference is not written", "[io]") {
  const seedaudit::test::TemporaryFolder folder;
  for (const auto& [plan, ct] : {std::pair<std::string, std::string>{"", "1.2"}, {"1.2", ""}, {"1.2", "1.2"}}) {
    const auto written = write_registration({}, plan, ct, {}, folder / "reg.dcm");
    REQUIRE_FALSE(written.ok());
    CHECK(written.error().code == ErrorCode::invalid_option);
  }
}

}  // namespace seedaudit
