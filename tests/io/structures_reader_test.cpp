// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "ct_reading.h"
#include "io/dicom_structures.h"
#include "rt_maker.h"

namespace seedaudit::test {
namespace {

using Eigen::Vector3d;

Result<StructureSet<PlanFrame>> read(const StructuresSpec& spec) {
  const TemporaryFolder folder;
  write_structures_file(folder / "s.dcm", spec);
  return read_structures(folder / "s.dcm");
}

StructuresSpec with(std::vector<RoiSpec> rois) {
  StructuresSpec spec;
  spec.rois = std::move(rois);
  return spec;
}

}  // namespace

TEST_CASE("contours, types and frame of reference of a structure set") {
  const auto set = read(with({box_roi(2, "CTV", "CTV", {1, 2, 3}, 10.0), box_roi(5, "LIVER", "ORGAN", {0, 0, 0}, 5.0)}));
  REQUIRE(set);
  REQUIRE(set->structures.size() == 2);
  CHECK(set->structures[0].number == 2);
  CHECK(set->structures[0].interpreted_type == "CTV");
  CHECK(set->structures[0].contours.size() == 9);
  const Box<PlanFrame> box = bounding_box(set->structures[0]);
  CHECK((box.low_mm - Vector3d(-9, -8, -7)).norm() < 1e-9);
  CHECK((box.high_mm - Vector3d(11, 12, 13)).norm() < 1e-9);
  CHECK(set->frame_of_reference_uid == "1.2.3.3");
  CHECK(set->referenced_series_uid == "1.2.3.2");
  CHECK(set->find("LIVER") != nullptr);
  CHECK(set->warnings.empty());
  const TemporaryFolder folder;
  write_structures_file(folder / "s.dcm", with({box_roi(2, "CTV", "CTV", {1, 2, 3}, 10.0)}));
  CHECK(read_structures<CtFrame>(folder / "s.dcm").ok());
}

TEST_CASE("pitfall 23: an inner contour of one plane stays a contour of its own, for XOR") {
  RoiSpec ring;
  ring.contours = {square({0, 0, 0}, 10.0), square({0, 0, 0}, 4.0)};
  ring.contours[1].type = "CLOSEDPLANAR_XOR";
  const auto set = read(with({ring}));
  REQUIRE(set);
  CHECK(set->structures[0].contours.size() == 2);
}

TEST_CASE("pitfall 24: a keyhole contour keeps its points, the repeated ones too") {
  RoiSpec keyhole;
  ContourSpec c;
  c.points = {{-10, -10, 0}, {10, -10, 0}, {10, 10, 0}, {-10, 10, 0}, {-10, 0, 0}, {-4, 0, 0},
              {-4, 4, 0},    {4, 4, 0},    {4, -4, 0},  {-4, -4, 0},  {-4, 0, 0},  {-10, 0, 0}};
  keyhole.contours = {c};
  const auto set = read(with({keyhole}));
  REQUIRE(set);
  CHECK(set->structures[0].contours[0].points.size() == 12);
}

TEST_CASE("pitfall 25: a contour smaller than a pixel stays, and costs no other") {
  RoiSpec roi = box_roi(1, "GTV", "GTV", {0, 0, 0}, 5.0);
  roi.contours.push_back(square({20, 0, 0}, 0.06));
  const auto set = read(with({roi}));
  REQUIRE(set);
  CHECK(set->structures[0].contours.size() == 6);
  CHECK((set->structures[0].contours.back().points[2].mm - Vector3d(20.06, 0.06, 0)).norm() < 1e-9);
}

TEST_CASE("pitfall 26: a contour off the image planes keeps its own plane") {
  RoiSpec roi;
  roi.contours = {square({0, 0, -102.134}, 5.0)};
  const auto set = read(with({roi}));
  REQUIRE(set);
  CHECK(set->structures[0].contours[0].points[0].mm.z() == -102.134);
}

TEST_CASE("pitfall 27: planes written with rounded decimals are read as written") {
  RoiSpec roi;
  for (const double z : {0.0, 2.4991, 4.9983, 7.4974}) roi.contours.push_back(square({0, 0, z}, 5.0));
  const auto set = read(with({roi}));
  REQUIRE(set);
  CHECK(set->structures[0].contours[2].points[0].mm.z() == 4.9983);
}

TEST_CASE("pitfall 28: ROIs without contours, observations without ROI and POINT ROIs first") {
  RoiSpec point;
  point.number = 9;
  point.name = "ISO";
  point.type = "MARKER";
  ContourSpec p;
  p.type = "POINT";
  p.points = {{1, 2, 3}};
  point.contours = {p};
  RoiSpec unlisted = box_roi(4, "PTV", "PTV", {0, 0, 0}, 5.0);
  unlisted.in_contour_sequence = false;
  StructuresSpec spec = with({point, unlisted, box_roi(2, "CTV", "CTV", {0, 0, 0}, 5.0)});
  spec.edit = [](DcmDataset& d) {
    DcmItem* observation = nullptr;
    d.findOrCreateSequenceItem(DCM_RTROIObservationsSequence, observation, -2);
    observation->putAndInsertString(DCM_ReferencedROINumber, "77");
    observation->putAndInsertString(DCM_RTROIInterpretedType, "GTV");
    DcmItem* contours = nullptr;
    d.findOrCreateSequenceItem(DCM_ROIContourSequence, contours, -2);
    contours->putAndInsertString(DCM_ReferencedROINumber, "78");
    DcmItem* contour = nullptr;
    contours->findOrCreateSequenceItem(DCM_ContourSequence, contour, -2);
    contour->putAndInsertString(DCM_ContourData, "0\\0\\0");
  };
  const auto set = read(spec);
  REQUIRE(set);
  REQUIRE(set->structures.size() == 3);
  CHECK(set->structures[0].points.size() == 1);
  CHECK(set->structures[0].contours.empty());
  CHECK(set->structures[1].contours.empty());
  CHECK(set->structures[2].name == "CTV");
  CHECK(set->structures[2].contours.size() == 5);  // by number, not by place in the list
  CHECK(message_of(set->warnings, "ROI_WITHOUT_CONTOURS").find("PTV") != std::string::npos);
  CHECK(has_warning(set->warnings, "OBSERVATION_WITHOUT_ROI"));
  CHECK(has_warning(set->warnings, "ORPHAN_CONTOURS"));
}

TEST_CASE("pitfall 29: contour points are points, not voxels: nothing is shifted by half a voxel") {
  RoiSpec roi;
  roi.contours = {square({0.375, 0.375, 0}, 10.125)};
  const auto set = read(with({roi}));
  REQUIRE(set);
  CHECK((set->structures[0].contours[0].points[0].mm - Vector3d(-9.75, -9.75, 0)).norm() < 1e-12);
}

TEST_CASE("pitfall 30: oblique contours stay in three dimensions") {
  RoiSpec roi;
  ContourSpec c;
  const Vector3d u = Vector3d(1, 0, 1).normalized();
  const Vector3d v = Vector3d::UnitY();
  for (const auto& [a, b] : {std::pair{-5.0, -5.0}, std::pair{5.0, -5.0}, std::pair{5.0, 5.0}, std::pair{-5.0, 5.0}})
    c.points.push_back(a * u + b * v);
  roi.contours = {c};
  const auto set = read(with({roi}));
  REQUIRE(set);
  CHECK((set->structures[0].contours[0].points[1].mm - (5.0 * u - 5.0 * v)).norm() < 1e-9);
  CHECK_FALSE(has_warning(set->warnings, "CONTOUR_NOT_PLANAR"));
}

TEST_CASE("pitfall 31: contours far outside any image are read like others") {
  const auto set = read(with({box_roi(1, "CTV", "CTV", {1500, -900, 2000}, 5.0)}));
  REQUIRE(set);
  CHECK(set->structures[0].contours.size() == 5);
}

TEST_CASE("pitfall 34: Referenced Study Sequence and references to images may be absent") {
  StructuresSpec spec = with({box_roi(1, "CTV", "CTV", {0, 0, 0}, 5.0)});
  spec.image_series_uid.clear();
  const auto set = read(spec);
  REQUIRE(set);
  CHECK(set->frame_of_reference_uid == "1.2.3.3");
  CHECK(set->referenced_series_uid.empty());
  spec.frame_uid.clear();
  const auto frameless = read(spec);
  REQUIRE(frameless);
  CHECK(has_warning(frameless->warnings, "STRUCTURES_FRAME_MISSING"));
}

TEST_CASE("names in UTF-8 and GB18030 are UTF-8, undeclared bytes too") {
  const std::string utf8 = "靶区";
  const std::string gb18030 = "\xB0\xD0\xC7\xF8";
  for (const auto& [set_name, bytes] :
       {std::pair<std::string, std::string>{"ISO_IR 192", utf8}, {"GB18030", gb18030}, {"GBK", gb18030}, {"", gb18030}, {"", utf8}}) {
    StructuresSpec spec = with({box_roi(1, bytes, "CTV", {0, 0, 0}, 5.0)});
    spec.character_set = set_name;
    const auto set = read(spec);
    REQUIRE(set);
    CAPTURE(set_name);
    CHECK(set->structures[0].name == utf8);
  }
}

TEST_CASE("curves that enclose nothing are left out and named") {
  RoiSpec roi = box_roi(1, "CTV", "CTV", {0, 0, 0}, 5.0);
  ContourSpec two;
  two.points = {{0, 0, 40}, {1, 0, 40}};
  ContourSpec empty;
  ContourSpec open = square({0, 0, 50}, 5.0);
  open.type = "OPEN_PLANAR";
  ContourSpec closed_open = square({0, 0, 55}, 5.0);
  closed_open.type = "OPEN_PLANAR";
  closed_open.points.push_back(closed_open.points.front());
  ContourSpec bent = square({0, 0, 60}, 5.0);
  bent.points[0].z() += 3.0;
  for (const auto& c : {two, empty, open, closed_open, bent}) roi.contours.push_back(c);
  const auto set = read(with({roi}));
  REQUIRE(set);
  CHECK(set->structures[0].contours.size() == 7);  // 5 of the box, the closed open one, the bent one
  CHECK(set->structures[0].contours[5].points.size() == 4);
  CHECK(message_of(set->warnings, "CONTOUR_DROPPED").find("2 contours of \"CTV\"") == 0);
  CHECK(has_warning(set->warnings, "CONTOUR_TYPE"));
  CHECK(has_warning(set->warnings, "CONTOUR_NOT_PLANAR"));
}

TEST_CASE("a curve whose type says that it is a point is left out of the structure, and said") {
  RoiSpec roi = box_roi(1, "CTV", "CTV", {0, 0, 0}, 5.0);
  roi.contours[0].type = "POINT";
  const auto set = read(with({roi}));
  REQUIRE(set);
  CHECK(set->structures[0].contours.size() == 4);
  CHECK(message_of(set->warnings, "CONTOUR_SAYS_POINT").find("1 contours of \"CTV\"") == 0);
  RoiSpec seed;
  ContourSpec point;
  point.points = {{1, 2, 3}};
  point.type = "POINT";
  seed.contours = {point};
  CHECK_FALSE(has_warning(read(with({seed}))->warnings, "CONTOUR_SAYS_POINT"));
}

TEST_CASE("a contour that cannot be read is refused, not dropped") {
  for (const char* data : {"0\\0\\0\\1\\1", "0\\0\\zero", "0\\0\\nan"}) {
    RoiSpec roi = box_roi(1, "CTV", "CTV", {0, 0, 0}, 5.0);
    roi.contours[2].data = data;
    const auto set = read(with({roi}));
    REQUIRE_FALSE(set);
    CHECK(set.error().code == ErrorCode::structures_invalid);
    CHECK(set.error().what.find("contour 3 of \"CTV\"") != std::string::npos);
  }
  RoiSpec cut = box_roi(1, "CTV", "CTV", {0, 0, 0}, 5.0);
  cut.contours[0].stated_points = 9;
  CHECK(read(with({cut})).error().code == ErrorCode::structures_invalid);
}

TEST_CASE("ROIs of another frame of reference are left out by name, repeated numbers are refused, repeated names said") {
  RoiSpec foreign = box_roi(3, "MR lesion", "GTV", {0, 0, 0}, 5.0);
  foreign.frame_uid = "1.2.3.99";
  const auto set = read(with({box_roi(1, "CTV", "CTV", {0, 0, 0}, 5.0), box_roi(2, "CTV", "PTV", {0, 0, 0}, 5.0), foreign}));
  REQUIRE(set);
  CHECK(set->find("MR lesion")->contours.empty());
  CHECK(message_of(set->warnings, "ROI_FRAME_DIFFERS").find("MR lesion") != std::string::npos);
  CHECK(has_warning(set->warnings, "ROI_NAME_REPEATED"));
  CHECK(set->structures[0].name == "CTV (ROI 1)");
  CHECK(set->structures[1].name == "CTV (ROI 2)");
  RoiSpec undrawn = box_roi(2, "CTV", "CTV", {0, 0, 0}, 5.0);
  undrawn.contours.clear();
  CHECK(read(with({box_roi(1, "CTV", "CTV", {0, 0, 0}, 5.0), undrawn}))->structures[0].name == "CTV");

  CHECK(read(with({box_roi(1, "A", "", {0, 0, 0}, 5.0), box_roi(1, "B", "", {0, 0, 0}, 5.0)})).error().code ==
        ErrorCode::structures_invalid);
  CHECK(read(with({})).error().code == ErrorCode::structures_invalid);
}

TEST_CASE("what is no RTSTRUCT is refused by what it is") {
  const TemporaryFolder folder;
  write_plan_file(folder / "p.dcm", simple_plan(1));
  CHECK(read_structures(folder / "p.dcm").error().code == ErrorCode::wrong_modality);
  CHECK(read_structures(folder / "absent.dcm").error().code == ErrorCode::path_not_found);
  write_structures_file(folder / "s.dcm", with({box_roi(1, "CTV", "CTV", {0, 0, 0}, 5.0)}));
  const std::string whole = read_bytes(folder / "s.dcm");
  write_bytes(folder / "s.dcm", whole.substr(0, whole.size() / 2));
  CHECK(read_structures(folder / "s.dcm").error().code == ErrorCode::truncated_file);
}

}  // namespace seedaudit::test
