// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <Eigen/Geometry>
#include <catch2/catch.hpp>

#include <cstring>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "ct_reading.h"
#include "io/image_file.h"
#include "io/volume_file.h"
#include "volume_maker.h"

using namespace seedaudit;
using namespace seedaudit::test;
namespace fs = std::filesystem;

namespace {

// Stored values are whole HU (0.5); places carry the 24 bits of a NIfTI header's floats, some 1e-5 mm, at up to 77 HU/mm.
constexpr double kRounding = 0.51;

struct Pose {
  const char* name;
  Eigen::Matrix3d direction;
};

Eigen::Matrix3d columns(const Eigen::Vector3d& a, const Eigen::Vector3d& b, const Eigen::Vector3d& c) {
  Eigen::Matrix3d m;
  m << a, b, c;
  return m;
}

/// Axes as programs store them: all signs, a permutation, obliques, left- and right-handed.
std::vector<Pose> poses() {
  const Eigen::Matrix3d oblique =
      (Eigen::AngleAxisd(0.3, Eigen::Vector3d::UnitX()) * Eigen::AngleAxisd(-0.4, Eigen::Vector3d::UnitY())).toRotationMatrix();
  const Eigen::Vector3d x = Eigen::Vector3d::UnitX(), y = Eigen::Vector3d::UnitY(), z = Eigen::Vector3d::UnitZ();
  return {{"LPS", columns(x, y, z)},
          {"RAS", columns(-x, -y, z)},
          {"LAS, left-handed", columns(x, -y, z)},
          {"RPS, left-handed", columns(-x, y, z)},
          {"LPI, left-handed", columns(x, y, -z)},
          {"RPI", columns(-x, y, -z)},
          {"PSR, permuted", columns(y, z, -x)},
          {"oblique", oblique},
          {"oblique, left-handed", columns(oblique.col(0), oblique.col(1), -oblique.col(2))}};
}

void check_content(const fs::path& file, const VolumeSpec& spec, double tolerance = kRounding) {
  const auto v = read_volume(file);
  if (!v) FAIL_CHECK(v.error().what);
  REQUIRE(v);
  CHECK(v->grid.direction().determinant() > 0.0);
  CHECK((v->grid.spacing_mm() - spec.spacing_mm).cwiseAbs().maxCoeff() < 1e-5);
  CHECK(v->grid.size()[0] == spec.size[0]);
  CHECK(v->grid.size()[1] == spec.size[1]);
  CHECK(v->grid.size()[2] == spec.size[2]);
  CHECK(worst_hu_error(*v, spec.hu ? spec.hu : smooth_hu) < tolerance);
  // The corners are the corners, in whatever order: the volume covers the same place.
  const Eigen::Vector3d middle = 0.5 * (spec.position_of(0, 0, 0) + spec.position_of(spec.size[0] - 1, spec.size[1] - 1, spec.size[2] - 1));
  const auto n = v->grid.size();
  const Eigen::Vector3d found = 0.5 * (v->grid.center_of({0, 0, 0}).mm + v->grid.center_of({n[0] - 1, n[1] - 1, n[2] - 1}).mm);
  CHECK((found - middle).norm() < 1e-4);
}

ErrorCode code_of(const fs::path& file) {
  const auto v = read_volume(file);
  if (v) return ErrorCode::internal;
  CHECK(v.error().where.find(file.filename().string()) != std::string::npos);
  CHECK_FALSE(v.error().what.empty());
  CHECK_FALSE(v.error().hint.empty());
  return v.error().code;
}

}  // namespace

TEST_CASE("NIfTI: every voxel at its place in LPS, whatever the stored axes, by sform, by qform, in both versions") {
  for (const auto& pose : poses())
    for (const bool version2 : {false, true})
      for (const auto& [sform, qform] : {std::pair{1, 1}, std::pair{1, 0}, std::pair{2, 0}, std::pair{0, 1}}) {
        INFO(pose.name << ", version " << (version2 ? 2 : 1) << ", sform code " << sform << ", qform code " << qform);
        TemporaryFolder dir;
        VolumeSpec spec;
        spec.direction = pose.direction;
        NiftiForm form;
        form.sform_code = sform;
        form.qform_code = qform;
        form.version2 = version2;
        write_bytes(dir / "v.nii", nifti_bytes(spec, form));
        check_content(dir / "v.nii", spec);
      }
}

TEST_CASE("a volume stored by its columns or sagittal planes comes out with k along its slices, each voxel at its place") {
  const Eigen::Matrix3d lps = Eigen::Matrix3d::Identity();
  const Eigen::Matrix3d oblique = Eigen::AngleAxisd(0.3, Eigen::Vector3d(1, 2, 3).normalized()).toRotationMatrix();
  for (const Eigen::Matrix3d& axes : {lps, oblique})
    for (const int slices : {0, 1, 2})
      for (const double hand : {1.0, -1.0}) {
        INFO("slices along stored axis " << slices << ", hand " << hand);
        VolumeSpec spec;
        spec.size = {7, 6, 5};
        spec.spacing_mm = Eigen::Vector3d::Constant(0.8);
        spec.spacing_mm[slices] = 2.5;
        for (int a = 0; a < 3; ++a) spec.direction.col(a) = axes.col((a - slices + 5) % 3);
        spec.direction.col(0) *= hand;
        const TemporaryFolder dir;
        write_bytes(dir / "v.nii", nifti_bytes(spec));
        write_bytes(dir / "v.nrrd", nrrd_bytes(spec));
        write_bytes(dir / "v.mha", meta_bytes(spec));
        for (const char* name : {"v.nii", "v.nrrd", "v.mha"}) {
          const auto v = read_volume(dir / name);
          REQUIRE(v);
          CHECK(std::abs(v->grid.spacing_mm()[2] - 2.5) < 1e-5);
          CHECK(v->grid.size()[2] == spec.size[static_cast<std::size_t>(slices)]);
          CHECK(std::abs(std::abs(v->grid.direction().col(2).dot(axes.col(2))) - 1.0) < 1e-6);
          CHECK(v->grid.direction().determinant() > 0.0);
          CHECK(worst_hu_error(*v, smooth_hu) < kRounding);
        }
      }
  // Cubes have no slices: then k is nearest to head-foot.
  VolumeSpec cubes;
  cubes.spacing_mm = Eigen::Vector3d::Constant(0.8);
  cubes.direction = columns(Eigen::Vector3d::UnitZ(), Eigen::Vector3d::UnitX(), Eigen::Vector3d::UnitY());
  const TemporaryFolder dir;
  write_bytes(dir / "v.nrrd", nrrd_bytes(cubes));
  const auto v = read_volume(dir / "v.nrrd");
  REQUIRE(v);
  CHECK(v->grid.size()[2] == 7);
  CHECK(std::abs(v->grid.direction()(2, 2)) > 0.999);
  CHECK(worst_hu_error(*v, smooth_hu) < kRounding);
}

TEST_CASE("a post-op CT exported without its rescale intercept is refused, a pre-op image and a cutout of the body are not") {
  const TemporaryFolder dir;
  VolumeSpec spec;
  spec.size = {20, 20, 10};
  spec.type = VoxelType::uint16;
  // Half air, half soft tissue; stored values are HU + 1024.
  spec.hu = [](const Eigen::Vector3d& p) { return p.x() < -2.0 ? 24.0 : 1070.0; };
  write_bytes(dir / "stored.nrrd", nrrd_bytes(spec));
  const auto stored = read_volume_as<CtFrame>(dir / "stored.nrrd");
  REQUIRE_FALSE(stored);
  CHECK(stored.error().code == ErrorCode::wrong_modality);
  CHECK(stored.error().what.find("no HU") != std::string::npos);
  CHECK(read_volume_as<PlanFrame>(dir / "stored.nrrd"));  // MR is allowed there
  spec.type = VoxelType::int16;
  spec.hu = [](const Eigen::Vector3d& p) { return p.x() < -2.0 ? -100.0 : p.y() < -15.0 ? 1100.0 : 40.0; };  // fat, bone, tissue
  spec.spacing_mm = {0.8, 0.8, 2.5};
  spec.origin_mm = {-10.0, -16.0, 30.0};
  write_bytes(dir / "cutout.nrrd", nrrd_bytes(spec));
  CHECK(read_volume_as<CtFrame>(dir / "cutout.nrrd"));
}

TEST_CASE("NIfTI: voxel types, byte orders, compression, and names that say nothing") {
  for (const VoxelType type : {VoxelType::int16, VoxelType::uint16, VoxelType::int32, VoxelType::float32, VoxelType::float64})
    for (const bool big_endian : {false, true}) {
      TemporaryFolder dir;
      VolumeSpec spec;
      spec.type = type;
      spec.big_endian = big_endian;
      if (type == VoxelType::uint16) spec.hu = [](const Eigen::Vector3d& p) { return 0.5 * (smooth_hu(p) + 1000.0); };
      const std::string bytes = nifti_bytes(spec);
      INFO("type " << static_cast<int>(type) << (big_endian ? ", big-endian" : ""));
      for (const char* name : {"v.nii", "volume", "CT.IMG.dat"}) {
        write_bytes(dir / name, bytes);
        check_content(dir / name, spec);
      }
      for (const char* name : {"v.nii.gz", "packed", "old.nii"}) {
        write_bytes(dir / name, gzip(bytes));
        check_content(dir / name, spec);
      }
    }
}

TEST_CASE("pitfall 39: scl_slope and scl_inter of a NIfTI are applied, to bytes as well") {
  for (const VoxelType type : {VoxelType::uint8, VoxelType::int16, VoxelType::float32}) {
    TemporaryFolder dir;
    VolumeSpec spec;
    spec.type = type;
    spec.slope = 12.5;
    spec.intercept = -1000.0;
    NiftiForm form;
    form.write_scaling = true;
    write_bytes(dir / "v.nii.gz", gzip(nifti_bytes(spec, form)));
    // Stored integers are half a step of 12.5 HU off at most.
    check_content(dir / "v.nii.gz", spec, type == VoxelType::float32 ? kRounding : 0.5 * 12.5 + kRounding);
  }
}

TEST_CASE("NIfTI: lengths in metres and micrometres become millimetres") {
  for (const auto& [units, scale] : {std::pair{1, 1e-3}, std::pair{3, 1e3}, std::pair{0, 1.0}}) {
    TemporaryFolder dir;
    VolumeSpec spec;
    NiftiForm form;
    form.units = units;
    form.length_scale = scale;
    write_bytes(dir / "v.nii", nifti_bytes(spec, form));
    check_content(dir / "v.nii", spec);
  }
}

TEST_CASE("NIfTI: a file that does not say where the patient's sides are is refused") {
  TemporaryFolder dir;
  NiftiForm form;
  form.sform_code = form.qform_code = 0;
  write_bytes(dir / "v.nii", nifti_bytes(VolumeSpec{}, form));
  CHECK(code_of(dir / "v.nii") == ErrorCode::inconsistent_geometry);
}

TEST_CASE("NIfTI: sform and qform that contradict each other are said") {
  TemporaryFolder dir;
  VolumeSpec spec;
  NiftiForm form;
  form.sform = Eigen::Matrix4d::Identity();
  form.sform->diagonal() << -0.8, -0.7, 2.5, 1.0;
  form.sform->topRightCorner<3, 1>() = Eigen::Vector3d(10.0, 20.0, 35.0);  // 5 mm above the qform's place
  write_bytes(dir / "v.nii", nifti_bytes(spec, form));
  const auto v = read_volume(dir / "v.nii");
  REQUIRE(v);
  CHECK(has_warning(v->warnings, "NIFTI_FORMS_DIFFER"));
  CHECK(message_of(v->warnings, "NIFTI_FORMS_DIFFER").find("5.00 mm") != std::string::npos);
}

TEST_CASE("NIfTI: sheared axes are refused") {
  TemporaryFolder dir;
  NiftiForm form;
  form.qform_code = 0;
  form.sform = Eigen::Matrix4d::Identity();
  (*form.sform)(0, 1) = 0.3;
  write_bytes(dir / "v.nii", nifti_bytes(VolumeSpec{}, form));
  CHECK(code_of(dir / "v.nii") == ErrorCode::inconsistent_geometry);
}

TEST_CASE("time series, colours and pictures are no volume") {
  TemporaryFolder dir;
  NiftiForm form;
  form.volumes = 3;
  write_bytes(dir / "series.nii", nifti_bytes(VolumeSpec{}, form));
  CHECK(code_of(dir / "series.nii") == ErrorCode::wrong_modality);
  std::string colour = nifti_bytes(VolumeSpec{});
  colour[70] = '\x80';  // DT_RGB24
  colour[71] = '\0';
  colour[72] = 24;
  colour += std::string(1000, '\0');
  write_bytes(dir / "colour.nii", colour);
  CHECK(code_of(dir / "colour.nii") == ErrorCode::wrong_modality);
  VolumeSpec spec;
  std::string header = nrrd_bytes(spec);
  write_bytes(dir / "vectors.nrrd",
              "NRRD0004\ntype: short\ndimension: 4\nspace: left-posterior-superior\nsizes: 3 4 4 4\nspace directions: none (1,0,0) (0,1,0) "
              "(0,0,1)\nkinds: vector domain domain domain\nendian: little\nencoding: raw\nspace origin: (0,0,0)\n\n" +
                  std::string(3 * 64 * 2, '\0'));
  CHECK(code_of(dir / "vectors.nrrd") == ErrorCode::wrong_modality);
  std::string meta = meta_bytes(spec);
  meta.replace(meta.find("ElementType"), 0, "ElementNumberOfChannels = 3\n");
  meta += std::string(3 * 7 * 6 * 5 * 2, '\0');
  write_bytes(dir / "vectors.mha", meta);
  CHECK(code_of(dir / "vectors.mha") == ErrorCode::wrong_modality);
}

TEST_CASE("NRRD: every voxel at its place, from LPS and RAS space, with the data inside or beside") {
  for (const auto& pose : poses())
    for (const char* space : {"left-posterior-superior", "right-anterior-superior"}) {
      INFO(pose.name << " in " << space);
      TemporaryFolder dir;
      VolumeSpec spec;
      spec.direction = pose.direction;
      write_bytes(dir / "v.nrrd", nrrd_bytes(spec, space));
      check_content(dir / "v.nrrd", spec);
      write_bytes(dir / "v.nhdr", nrrd_bytes(spec, space, "v.raw"));
      write_bytes(dir / "v.raw", voxel_bytes(spec));
      check_content(dir / "v.nhdr", spec);
    }
}

TEST_CASE("NRRD: types, byte order and a name that says nothing") {
  for (const VoxelType type : {VoxelType::int16, VoxelType::int32, VoxelType::float32, VoxelType::float64})
    for (const bool big_endian : {false, true}) {
      TemporaryFolder dir;
      VolumeSpec spec;
      spec.type = type;
      spec.big_endian = big_endian;
      write_bytes(dir / "ct", nrrd_bytes(spec));
      check_content(dir / "ct", spec);
    }
}

TEST_CASE("NRRD: in a space that the library misplaces, or in none, it is not known where the patient's sides are") {
  TemporaryFolder dir;
  write_bytes(dir / "v.nrrd", nrrd_bytes(VolumeSpec{}, ""));
  CHECK(code_of(dir / "v.nrrd") == ErrorCode::inconsistent_geometry);
  write_bytes(dir / "las.nrrd", nrrd_bytes(VolumeSpec{}, "left-anterior-superior"));
  CHECK(code_of(dir / "las.nrrd") == ErrorCode::inconsistent_geometry);
  write_bytes(dir / "w.nrrd", nrrd_bytes(VolumeSpec{}, "3D-right-handed"));
  CHECK(code_of(dir / "w.nrrd") == ErrorCode::inconsistent_geometry);
}

TEST_CASE("MetaImage: every voxel at its place, with the data inside or in a file beside") {
  for (const auto& pose : poses()) {
    INFO(pose.name);
    TemporaryFolder dir;
    VolumeSpec spec;
    spec.direction = pose.direction;
    write_bytes(dir / "v.mha", meta_bytes(spec));
    check_content(dir / "v.mha", spec);
    write_bytes(dir / "v.mhd", meta_bytes(spec, "v.raw"));
    write_bytes(dir / "v.raw", voxel_bytes(spec));
    check_content(dir / "v.mhd", spec);
  }
  for (const VoxelType type : {VoxelType::int32, VoxelType::float32, VoxelType::float64})
    for (const bool big_endian : {false, true}) {
      TemporaryFolder dir;
      VolumeSpec spec;
      spec.type = type;
      spec.big_endian = big_endian;
      write_bytes(dir / "no name", meta_bytes(spec));
      check_content(dir / "no name", spec);
      write_bytes(dir / "header", meta_bytes(spec, "voxels.raw"));
      write_bytes(dir / "voxels.raw", voxel_bytes(spec));
      check_content(dir / "header", spec);
    }
}

TEST_CASE("a volume cut short is refused, in every format") {
  VolumeSpec spec;
  spec.size = {40, 30, 20};
  NiftiForm version2;
  version2.version2 = true;
  const std::vector<std::pair<std::string, std::string>> files{{"v.nii", nifti_bytes(spec)},
                                                               {"v2.nii", nifti_bytes(spec, version2)},
                                                               {"v.nii.gz", gzip(nifti_bytes(spec))},
                                                               {"v.nrrd", nrrd_bytes(spec)},
                                                               {"v.mha", meta_bytes(spec)}};
  for (const auto& [name, bytes] : files)
    for (const std::size_t cut : {std::size_t{1}, std::size_t{100}, bytes.size() / 2, bytes.size() - 400}) {
      TemporaryFolder dir;
      write_bytes(dir / name, bytes.substr(0, bytes.size() - cut));
      INFO(name << " without its last " << cut << " of " << bytes.size() << " bytes");
      // The last eight bytes of a gzip stream are its checksum: without a part of them nothing of the volume is missing, yet it is cut.
      const ErrorCode code = code_of(dir / name);
      CHECK((code == ErrorCode::truncated_file || code == ErrorCode::unreadable_file));
    }
}

TEST_CASE("a header whose data file is missing or too short is refused") {
  TemporaryFolder dir;
  VolumeSpec spec;
  write_bytes(dir / "a.mhd", meta_bytes(spec, "gone.raw"));
  CHECK((code_of(dir / "a.mhd") == ErrorCode::unreadable_file || code_of(dir / "a.mhd") == ErrorCode::path_not_found));
  write_bytes(dir / "b.mhd", meta_bytes(spec, "short.raw"));
  write_bytes(dir / "short.raw", voxel_bytes(spec).substr(0, 100));
  CHECK(code_of(dir / "b.mhd") == ErrorCode::truncated_file);
  write_bytes(dir / "c.nhdr", nrrd_bytes(spec, "left-posterior-superior", "gone.raw"));
  CHECK((code_of(dir / "c.nhdr") == ErrorCode::unreadable_file || code_of(dir / "c.nhdr") == ErrorCode::path_not_found));
  write_bytes(dir / "d.nhdr", nrrd_bytes(spec, "left-posterior-superior", "short.raw"));
  CHECK((code_of(dir / "d.nhdr") == ErrorCode::truncated_file || code_of(dir / "d.nhdr") == ErrorCode::unreadable_file));
}

TEST_CASE("headers that cannot be meant are refused and allocate nothing") {
  TemporaryFolder dir;
  std::string huge = nifti_bytes(VolumeSpec{});
  for (const std::size_t at : {42U, 44U, 46U}) {
    huge[at] = '\xFF';
    huge[at + 1] = '\x7F';
  }
  write_bytes(dir / "huge.nii", huge);
  CHECK(code_of(dir / "huge.nii") == ErrorCode::unreadable_file);
  std::string flat = nifti_bytes(VolumeSpec{});
  std::memset(&flat[80], 0, 12);  // pixdim 0
  write_bytes(dir / "flat.nii", flat);
  const auto v = read_volume(dir / "flat.nii");
  CHECK((!v || v->grid.spacing_mm().minCoeff() > 0.0));
  write_bytes(dir / "rubbish.nrrd", "NRRD0004\nand nothing that follows makes sense\n\n\n");
  CHECK(code_of(dir / "rubbish.nrrd") == ErrorCode::unreadable_file);
  write_bytes(dir / "rubbish.mha", "ObjectType = Image\nNDims = 3\nDimSize = 4 4\nElementDataFile = LOCAL\n");
  CHECK(code_of(dir / "rubbish.mha") == ErrorCode::unreadable_file);
  write_bytes(dir / "text.txt", "A text.");
  CHECK(code_of(dir / "text.txt") == ErrorCode::unreadable_file);
  write_bytes(dir / "text.gz", gzip("A text that was compressed."));
  CHECK(code_of(dir / "text.gz") == ErrorCode::unreadable_file);
  write_bytes(dir / "empty.nii", "");
  CHECK(code_of(dir / "empty.nii") == ErrorCode::unreadable_file);
  CHECK(code_of(dir / "absent.nii") == ErrorCode::path_not_found);
}

TEST_CASE("values beyond 16 bits and values that are no numbers are counted and said") {
  TemporaryFolder dir;
  VolumeSpec spec;
  spec.type = VoxelType::float32;
  spec.hu = [](const Eigen::Vector3d& p) {
    if (p[2] > 39.0) return p[0] < -9.0 ? std::numeric_limits<double>::quiet_NaN() : 1e6;
    return 40.0;
  };
  write_bytes(dir / "v.nii", nifti_bytes(spec));
  const auto v = read_volume(dir / "v.nii");
  REQUIRE(v);
  CHECK(message_of(v->warnings, "HU_CLAMPED").starts_with("30 voxels"));
  CHECK(message_of(v->warnings, "VOXELS_NOT_FINITE").starts_with("12 voxels"));
  CHECK(v->at(3, 0, 4) == 32767);
  CHECK(v->at(0, 0, 4) == -1024);
  CHECK(v->at(0, 0, 0) == 40);
}

TEST_CASE("a folder with one volume file is that volume, with several it is ambiguous, DICOM goes first") {
  TemporaryFolder dir;
  VolumeSpec spec;
  write_bytes(dir / "scan.nii.gz", gzip(nifti_bytes(spec)));
  write_bytes(dir / "notes.txt", "no volume");
  write_bytes(dir / "table.csv.gz", gzip("x_mm,y_mm,z_mm\n1,2,3\n"));
  CHECK(read_volume(dir.path()).ok());
  write_bytes(dir / "other.mha", meta_bytes(spec));
  const auto two = read_volume(dir.path());
  REQUIRE_FALSE(two);
  CHECK(two.error().code == ErrorCode::ambiguous_ct);
  write_ct(dir / "dicom", CtSpec{});
  const auto dicom = read_volume(dir.path());
  REQUIRE(dicom);
  CHECK(dicom->grid.size()[0] == CtSpec{}.columns);
}

TEST_CASE("a DICOM file stands for its series") {
  TemporaryFolder dir;
  const CtSpec spec;
  const auto files = write_ct(dir.path(), spec);
  CtSpec other = spec;
  other.series_uid = "1.2.3.88";
  other.sop_prefix = "1.2.3.89";
  other.file_prefix = "other";
  other.slices = 5;
  write_ct(dir.path(), other);
  const auto v = read_volume(files[3]);
  REQUIRE(v);
  CHECK(v->grid.size()[2] == spec.slices);
  CHECK(v->series.series_instance_uid == spec.series_uid);
}

TEST_CASE("a damaged file beside a series could be one of its slices: it is never passed over in silence") {
  TemporaryFolder dir;
  const auto files = write_ct(dir.path(), CtSpec{});
  const std::string last = read_bytes(files.back());
  write_bytes(files.back(), last.substr(0, 300));
  const auto v = read_volume(dir.path());
  REQUIRE_FALSE(v);
  CHECK(v.error().code == ErrorCode::truncated_file);
  CHECK(v.error().where == files.back());
  // Cut within its pixels it is known to be a slice.
  write_bytes(files.back(), last.substr(0, last.size() - 100));
  const auto w = read_volume(dir.path());
  REQUIRE_FALSE(w);
  CHECK(w.error().code == ErrorCode::truncated_file);
  // An empty file that calls itself DICOM.
  write_bytes(files.back(), last);
  write_bytes(dir / "IM0.dcm", "");
  const auto e = read_volume(dir.path());
  REQUIRE_FALSE(e);
  CHECK(e.error().code == ErrorCode::truncated_file);
  // Named by one of its files, the series is the files beside it: the broken one may be its last slice.
  fs::remove(dir / "IM0.dcm");
  CHECK(read_volume(files.front()).ok());
  write_bytes(dir / "broken", last.substr(0, 300));
  const auto one = read_volume(files.front());
  REQUIRE_FALSE(one);
  CHECK(one.error().where == (dir / "broken").string());
}

TEST_CASE("of several reconstructions the best is read and the choice is said, equal ones are ambiguous") {
  TemporaryFolder dir;
  CtSpec thick;
  write_ct(dir / "thick", thick);
  CtSpec thin = thick;
  thin.series_uid = "1.2.3.61";
  thin.sop_prefix = "1.2.3.62";
  thin.spacing_k_mm = 1.25;
  thin.slices = 15;
  write_ct(dir / "thin", thin);
  CtSpec reduced = thin;
  reduced.series_uid = "1.2.3.63";
  reduced.sop_prefix = "1.2.3.64";
  reduced.description = "ABD 1.25 iMAR";
  write_ct(dir / "mar", reduced);
  const auto v = read_volume(dir.path());
  REQUIRE(v);
  CHECK(v->series.series_instance_uid == thin.series_uid);
  CHECK(has_warning(v->warnings, "SERIES_CHOSEN"));
  CtSpec twin = thin;
  twin.series_uid = "1.2.3.65";
  twin.sop_prefix = "1.2.3.66";
  write_ct(dir / "twin", twin);
  const auto tie = read_volume(dir.path());
  REQUIRE_FALSE(tie);
  CHECK(tie.error().code == ErrorCode::ambiguous_ct);
  CtSpec stranger = thick;
  stranger.patient_id = "P2";
  stranger.series_uid = "1.2.3.67";
  stranger.sop_prefix = "1.2.3.68";
  write_ct(dir / "stranger", stranger);
  const auto mixed = read_volume(dir.path());
  REQUIRE_FALSE(mixed);
  CHECK(mixed.error().code == ErrorCode::patient_mismatch);
}
