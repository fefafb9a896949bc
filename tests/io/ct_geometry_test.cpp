// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <Eigen/Geometry>
#include <catch2/catch.hpp>

#include "core/parallel.h"
#include "ct_reading.h"

using namespace seedaudit;
using namespace seedaudit::test;

// Where slices are not interpolated, the only error is rounding to whole HU (0.5) and of positions to 10 digits.
constexpr double kRounding = 0.51;

TEST_CASE("a plain axial series becomes a volume with every voxel at its place") {
  TemporaryFolder dir;
  const CtSpec spec;
  write_ct(dir.path(), spec);
  const auto v = read_folder(dir.path());
  REQUIRE(v.ok());
  CHECK(v->grid.size() == Index3{spec.columns, spec.rows, spec.slices});
  CHECK((v->grid.spacing_mm() - Eigen::Vector3d(0.8, 0.7, 2.5)).norm() < 1e-9);
  CHECK((v->grid.origin().mm - spec.origin_mm).norm() < 1e-9);
  CHECK(worst_hu_error(*v, smooth_hu) < kRounding);
  CHECK(v->warnings.empty());
  CHECK(v->series.modality == "CT");
  CHECK(v->series.frame_of_reference_uid == spec.frame_uid);
  REQUIRE(v->series.sop_instance_uids.size() == 8);
  CHECK(v->series.sop_instance_uids.front() == "1.2.3.4.1");
  CHECK(v->series.sop_instance_uids.back() == "1.2.3.4.8");
  CHECK(v->acquisition.patient_position == "HFS");
  CHECK(v->acquisition.kernel == "B30f");
}

TEST_CASE("pitfall 21: unequal row and column spacing are not swapped") {
  TemporaryFolder dir;
  CtSpec spec;
  spec.spacing_i_mm = 0.5;
  spec.spacing_j_mm = 1.5;
  write_ct(dir.path(), spec);
  const auto v = read_folder(dir.path());
  REQUIRE(v.ok());
  CHECK(v->grid.spacing_mm()[0] == Approx(0.5));
  CHECK(v->grid.spacing_mm()[1] == Approx(1.5));
  CHECK(worst_hu_error(*v, smooth_hu) < kRounding);
}

TEST_CASE("pitfall 37: slices are ordered by position, never by instance number, slice location or file name") {
  // The maker shuffles instance numbers, negates slice locations, and counts file names backwards.
  TemporaryFolder dir;
  CtSpec spec;
  spec.slices = 11;
  write_ct(dir.path(), spec);
  const auto v = read_folder(dir.path());
  REQUIRE(v.ok());
  CHECK(worst_hu_error(*v, smooth_hu) < kRounding);
}

TEST_CASE("pitfall 42: prone, decubitus, feet first and oblique series come out where the patient is") {
  struct Pose {
    const char* name;
    Eigen::Vector3d row, column;
  };
  const Eigen::Matrix3d oblique =
      (Eigen::AngleAxisd(0.3, Eigen::Vector3d::UnitX()) * Eigen::AngleAxisd(-0.4, Eigen::Vector3d::UnitY())).toRotationMatrix();
  const std::vector<Pose> poses{{"HFP", {-1, 0, 0}, {0, -1, 0}},
                                {"HFDL", {0, -1, 0}, {1, 0, 0}},
                                {"HFDR", {0, 1, 0}, {-1, 0, 0}},
                                {"FFS", {-1, 0, 0}, {0, 1, 0}},
                                {"FFP", {1, 0, 0}, {0, -1, 0}},
                                {"coronal", {1, 0, 0}, {0, 0, -1}},
                                {"oblique", oblique.col(0), oblique.col(1)}};
  for (const auto& pose : poses) {
    TemporaryFolder dir;
    CtSpec spec;
    spec.row_direction = pose.row;
    spec.column_direction = pose.column;
    write_ct(dir.path(), spec);
    const auto v = read_folder(dir.path());
    INFO(pose.name);
    REQUIRE(v.ok());
    CHECK(v->grid.direction().determinant() > 0.0);
    CHECK(worst_hu_error(*v, smooth_hu) < kRounding);
    CHECK((v->grid.direction().col(0) - pose.row).norm() < 1e-6);
  }
}

TEST_CASE("pitfall 40: decimal strings longer than 16 characters are read in full") {
  TemporaryFolder dir;
  CtSpec spec;
  spec.edit = [&spec](DcmDataset& d, int k) {
    char b[128];
    const Eigen::Vector3d p = spec.position_of(0, 0, k);
    std::snprintf(b, sizeof b, "%.20f\\%.20f\\%.20f", p[0], p[1], p[2]);
    d.putAndInsertString(DCM_ImagePositionPatient, b);
    d.putAndInsertString(DCM_PixelSpacing, "0.70000000000000000000\\0.80000000000000000000");
  };
  write_ct(dir.path(), spec);
  const auto v = read_folder(dir.path());
  REQUIRE(v.ok());
  CHECK(worst_hu_error(*v, smooth_hu) < kRounding);
}

TEST_CASE("pitfall 35: uneven slice spacing is resampled to the finest, and said") {
  TemporaryFolder dir;
  CtSpec spec;
  spec.positions_mm = {0.0, 2.0, 4.0, 6.0, 9.0, 12.0, 15.0, 18.0};
  spec.thickness_mm = 3.0;  // what lies between the wider slices was imaged
  spec.hu = [](const Eigen::Vector3d& p) { return 300.0 + 7.0 * p[0] - 5.0 * p[1] + 11.0 * p[2]; };
  write_ct(dir.path(), spec);
  const auto v = read_folder(dir.path());
  REQUIRE(v.ok());
  CHECK(has_warning(v->warnings, "UNEVEN_SLICES_RESAMPLED"));
  CHECK(message_of(v->warnings, "UNEVEN_SLICES_RESAMPLED").find("from 2.00 to 3.00 mm") != std::string::npos);
  CHECK(v->grid.spacing_mm()[2] == Approx(2.0));
  CHECK(v->grid.size()[2] == 10);
  // Linear interpolation is exact on a linear image; source and result are each rounded.
  CHECK(worst_hu_error(*v, spec.hu) < 1.01);
}

TEST_CASE("pitfall 35: rounding of positions is not uneven spacing") {
  // Positions with one decimal of a true spacing of 0.625 mm: gaps of 0.6 and 0.7.
  TemporaryFolder dir;
  CtSpec spec;
  spec.slices = 16;
  spec.spacing_k_mm = 0.625;
  spec.edit = [&spec](DcmDataset& d, int k) {
    char b[128];
    const Eigen::Vector3d p = spec.position_of(0, 0, k);
    std::snprintf(b, sizeof b, "%.1f\\%.1f\\%.1f", p[0], p[1], p[2]);
    d.putAndInsertString(DCM_ImagePositionPatient, b);
  };
  write_ct(dir.path(), spec);
  const auto v = read_folder(dir.path());
  REQUIRE(v.ok());
  CHECK(v->warnings.empty());
  CHECK(v->grid.size()[2] == 16);
  // Half of the last decimal at either end over 15 gaps.
  CHECK(v->grid.spacing_mm()[2] == Approx(0.625).margin(0.1 / 15));
}

TEST_CASE("pitfall 35: one missing thin slice is interpolated and named") {
  TemporaryFolder dir;
  CtSpec spec;
  spec.slices = 12;
  spec.spacing_k_mm = 1.0;
  spec.hu = [](const Eigen::Vector3d& p) { return 300.0 + 7.0 * p[0] - 5.0 * p[1] + 11.0 * p[2]; };
  const auto files = write_ct(dir.path(), spec);
  std::filesystem::remove(files[5]);
  const auto v = read_folder(dir.path());
  REQUIRE(v.ok());
  CHECK(v->grid.size()[2] == 12);
  CHECK(has_warning(v->warnings, "MISSING_SLICE_INTERPOLATED"));
  CHECK(message_of(v->warnings, "MISSING_SLICE_INTERPOLATED").find(std::filesystem::path(files[4]).filename().string()) !=
        std::string::npos);
  CHECK(worst_hu_error(*v, spec.hu) < 1.01);
}

TEST_CASE("pitfall 35: a gap that could hide a seed is refused, naming the slices beside it") {
  for (const int gap : {1, 2}) {
    TemporaryFolder dir;
    CtSpec spec;
    spec.slices = 12;
    spec.spacing_k_mm = gap == 1 ? 5.0 : 2.5;  // one slice of 5 mm, or two of 2.5 mm
    const auto files = write_ct(dir.path(), spec);
    for (int g = 0; g < gap; ++g) std::filesystem::remove(files[static_cast<std::size_t>(5 + g)]);
    const auto v = read_folder(dir.path());
    REQUIRE_FALSE(v.ok());
    CHECK(v.error().code == ErrorCode::missing_slices);
    CHECK(v.error().where.find(files[4]) != std::string::npos);
    CHECK(v.error().where.find(files[static_cast<std::size_t>(5 + gap)]) != std::string::npos);
  }
}

TEST_CASE("slices with unimaged space between them are read, and the space is said") {
  TemporaryFolder dir;
  CtSpec spec;
  spec.spacing_k_mm = 5.0;
  spec.thickness_mm = 2.0;
  write_ct(dir.path(), spec);
  const auto v = read_folder(dir.path());
  REQUIRE(v.ok());
  CHECK(has_warning(v->warnings, "SLICE_GAP"));
}

TEST_CASE("pitfall 36: a tilted gantry gives a rectangular volume with everything at its true place") {
  for (const double tilt_deg : {18.5, -18.5, 5.0}) {
    for (const int slices : {2, 9}) {
      TemporaryFolder dir;
      CtSpec spec;
      spec.slices = slices;
      // The planes lean about x; the table moves along z, so each slice is displaced in its own plane.
      const double a = tilt_deg * 3.14159265358979323846 / 180.0;
      spec.column_direction = Eigen::Vector3d(0.0, std::cos(a), -std::sin(a));
      const Eigen::Vector3d normal = spec.row_direction.cross(spec.column_direction);
      spec.shear_mm_per_mm = Eigen::Vector3d::UnitZ() / normal.z() - normal;
      spec.hu = [](const Eigen::Vector3d& p) { return 300.0 + 7.0 * p[0] - 5.0 * p[1] + 11.0 * p[2]; };
      write_ct(dir.path(), spec);
      const auto v = read_folder(dir.path());
      INFO(tilt_deg << " degrees, " << slices << " slices");
      REQUIRE(v.ok());
      CHECK(has_warning(v->warnings, "GANTRY_TILT_RESAMPLED"));
      // Inside the scanned parallelepiped a linear image must be reproduced; elsewhere the volume is air.
      double worst = 0.0;
      int inside = 0;
      for (int k = 0; k < v->grid.size()[2]; ++k)
        for (int j = 0; j < v->grid.size()[1]; ++j)
          for (int i = 0; i < v->grid.size()[0]; ++i) {
            const Eigen::Vector3d p = v->grid.center_of({i, j, k}).mm - spec.origin_mm;
            const double t = normal.dot(p);
            const Eigen::Vector3d q = p - spec.shear_mm_per_mm * t;
            const double x = q.dot(spec.row_direction) / spec.spacing_i_mm, y = q.dot(spec.column_direction) / spec.spacing_j_mm;
            if (x < 1e-6 || y < 1e-6 || x > spec.columns - 1.000001 || y > spec.rows - 1.000001) continue;
            ++inside;
            worst = std::max(worst, std::abs(spec.hu(p + spec.origin_mm) - v->at(i, j, k)));
          }
      CHECK(inside > spec.columns * (spec.rows - 2) * slices * 9 / 10);
      CHECK(worst < 1.02);
    }
  }
}

TEST_CASE("pitfall 36: a tilt that is stated and that no slice shows is said") {
  // An exporter that writes axial orientation whatever the gantry did leaves a sheared volume and this one attribute.
  const auto read_stated = [](const char* tilt, double lean_deg) {
    TemporaryFolder dir;
    CtSpec spec;
    const double a = lean_deg * 3.14159265358979323846 / 180.0;
    spec.column_direction = Eigen::Vector3d(0.0, std::cos(a), -std::sin(a));
    spec.edit = [tilt](DcmDataset& d, int) { d.putAndInsertString(DCM_GantryDetectorTilt, tilt); };
    write_ct(dir.path(), spec);
    return read_folder(dir.path());
  };
  for (const char* tilt : {"12.5", "-7"}) {
    const auto v = read_stated(tilt, 0.0);
    REQUIRE(v.ok());
    CHECK(message_of(v->warnings, "GANTRY_TILT_UNSEEN").find(std::string(tilt)) != std::string::npos);
  }
  // None, rounding of none, and a tilt that the orientation shows.
  for (const auto& [tilt, lean_deg] : {std::pair{"0", 0.0}, std::pair{"0.5", 0.0}, std::pair{"", 0.0}, std::pair{"12.5", 12.5}}) {
    const auto v = read_stated(tilt, lean_deg);
    REQUIRE(v.ok());
    CHECK_FALSE(has_warning(v->warnings, "GANTRY_TILT_UNSEEN"));
  }
}

TEST_CASE("a slice displaced in its plane without any tilt is put back") {
  TemporaryFolder dir;
  CtSpec spec;
  spec.edit = [&spec](DcmDataset& d, int k) {
    if (k < 4) return;
    const Eigen::Vector3d p = spec.position_of(0, 0, k) + Eigen::Vector3d(1.6, 0.0, 0.0);  // two pixels
    char b[128];
    std::snprintf(b, sizeof b, "%.6f\\%.6f\\%.6f", p[0], p[1], p[2]);
    d.putAndInsertString(DCM_ImagePositionPatient, b);
  };
  write_ct(dir.path(), spec);
  const auto v = read_folder(dir.path());
  REQUIRE(v.ok());
  CHECK(has_warning(v->warnings, "SHIFTED_SLICES_RESAMPLED"));
  CHECK(v->grid.size()[0] == spec.columns + 2);
  // Slice 6 holds what the maker drew two pixels to the right.
  CHECK(std::abs(v->at(12, 9, 6) - smooth_hu(spec.position_of(10, 9, 6))) < kRounding);
  CHECK(std::abs(v->at(12, 9, 2) - smooth_hu(spec.position_of(12, 9, 2))) < kRounding);
  CHECK(v->at(0, 9, 6) == -1024);
}

TEST_CASE("pitfall 38: identical duplicates are dropped, different ones refused") {
  TemporaryFolder dir;
  CtSpec spec;
  write_ct(dir / "a", spec);
  SECTION("copied file") {
    std::filesystem::copy_file(dir / "a/IM998", dir / "a/copy");
    const auto v = read_folder(dir.path());
    REQUIRE(v.ok());
    CHECK(has_warning(v->warnings, "DUPLICATE_SLICE_DROPPED"));
    CHECK(v->grid.size()[2] == spec.slices);
    CHECK(worst_hu_error(*v, smooth_hu) < kRounding);
  }
  SECTION("second reconstruction that nothing tells apart") {
    spec.sop_prefix = "1.2.3.9";
    spec.hu = [](const Eigen::Vector3d& p) { return smooth_hu(p) + 30.0; };
    write_ct(dir / "b", spec);
    const auto v = read_folder(dir.path());
    REQUIRE_FALSE(v.ok());
    CHECK(v.error().code == ErrorCode::ambiguous_ct);
    CHECK(v.error().where.find("IM") != std::string::npos);
  }
}

TEST_CASE("slices of different patients, matrices or frames are not stacked") {
  TemporaryFolder dir;
  CtSpec spec;
  auto a = write_ct(dir / "a", spec);
  SECTION("patients") {
    spec.patient_id = "P2";
    spec.origin_mm.z() += 20.0;
    write_ct(dir / "b", spec);
    auto index = index_folder(dir.path());
    REQUIRE(index.ok());
    CHECK(catalog_series(*index).size() == 2);
    const auto v = read_series<CtFrame>(index->objects);
    REQUIRE_FALSE(v.ok());
    CHECK(v.error().code == ErrorCode::patient_mismatch);
  }
  SECTION("matrix, spacing, orientation, frame") {
    const int what = GENERATE(0, 1, 2, 3);
    spec.origin_mm.z() += 20.0;
    if (what == 0) spec.columns = 26;
    if (what == 1) spec.spacing_i_mm = 0.9;
    if (what == 2) spec.row_direction = -spec.row_direction;
    if (what == 3) spec.frame_uid = "1.2.3.33";
    write_ct(dir / "b", spec);
    auto index = index_folder(dir.path());
    REQUIRE(index.ok());
    CHECK(catalog_series(*index).size() == 2);
    const auto v = read_series<CtFrame>(index->objects);
    REQUIRE_FALSE(v.ok());
    CHECK(v.error().code == ErrorCode::inconsistent_geometry);
  }
}

TEST_CASE("slices without position, orientation or spacing are refused") {
  const auto key = GENERATE(DCM_ImagePositionPatient, DCM_ImageOrientationPatient, DCM_PixelSpacing);
  const auto* value = GENERATE("", "0\\0", "1\\0\\0\\1\\0\\0", "nan\\0\\0");
  TemporaryFolder dir;
  CtSpec spec;
  spec.edit = [&](DcmDataset& d, int) { d.putAndInsertString(key, value); };
  write_ct(dir.path(), spec);
  auto index = index_folder(dir.path());
  REQUIRE(index.ok());
  const auto v = read_series<CtFrame>(index->objects);
  REQUIRE_FALSE(v.ok());
  CHECK(v.error().code == ErrorCode::inconsistent_geometry);
}

TEST_CASE("an enhanced multi-frame CT is read by the place of each frame") {
  TemporaryFolder dir;
  CtSpec spec;
  spec.rescale = [](int k) { return std::pair(1.0, -1000.0 - k); };
  write_enhanced_ct(dir / "e", spec);
  const auto v = read_folder(dir.path());
  REQUIRE(v.ok());
  CHECK(v->grid.size()[2] == spec.slices);
  CHECK(worst_hu_error(*v, smooth_hu) < kRounding);
}

TEST_CASE("a multi-frame image without places for its frames is refused") {
  TemporaryFolder dir;
  CtSpec spec;
  spec.edit = [](DcmDataset& d, int) { d.findAndDeleteElement(DCM_PerFrameFunctionalGroupsSequence); };
  write_enhanced_ct(dir / "e", spec);
  const auto v = read_folder(dir.path());
  REQUIRE_FALSE(v.ok());
  CHECK(v.error().code == ErrorCode::inconsistent_geometry);
}

TEST_CASE("a series whose slices each name their own frame of reference stays one, its frame unknown") {
  TemporaryFolder dir;
  CtSpec spec;
  spec.edit = [](DcmDataset& d, int k) { d.putAndInsertString(DCM_FrameOfReferenceUID, ("1.9." + std::to_string(k + 1)).c_str()); };
  write_ct(dir.path(), spec);
  const auto v = read_folder(dir.path());
  REQUIRE(v.ok());
  CHECK(has_warning(v->warnings, "FRAME_OF_REFERENCE_UNKNOWN"));
  CHECK(v->series.frame_of_reference_uid.empty());
}

TEST_CASE("reading gives the same volume for one thread and for several") {
  TemporaryFolder dir;
  CtSpec spec;
  spec.positions_mm = {0.0, 2.0, 4.0, 6.0, 9.0, 12.0, 15.0, 18.0};
  spec.thickness_mm = 3.0;
  spec.shear_mm_per_mm = Eigen::Vector3d(0.1, 0.2, 0.0);
  write_ct(dir.path(), spec);
  set_thread_count(1);
  const auto one = read_folder(dir.path());
  set_thread_count(3);
  const auto again = read_folder(dir.path());
  set_thread_count(0);
  REQUIRE(one.ok());
  REQUIRE(again.ok());
  CHECK(one->hu == again->hu);
}
