// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "core/parallel.h"
#include "ct_reading.h"

using namespace seedaudit;
using namespace seedaudit::test;
namespace fs = std::filesystem;

namespace {

CtSpec small_ct() {
  CtSpec s;
  s.columns = s.rows = 8;
  s.slices = 4;
  return s;
}

std::vector<std::string> paths_of(const DicomIndex& index) {
  std::vector<std::string> out;
  for (const auto& o : index.objects) out.push_back(o.path);
  return out;
}

std::string reason_of(const DicomIndex& index, const std::string& name) {
  for (const auto& f : index.ignored)
    if (fs::path(f.path).filename() == name) return f.reason;
  return {};
}

}  // namespace

TEST_CASE("an absent path and a folder without files are one clear error each") {
  TemporaryFolder dir;
  const auto absent = index_folder(dir / "nowhere");
  REQUIRE_FALSE(absent);
  CHECK(absent.error().code == ErrorCode::path_not_found);
  CHECK(absent.error().where == (dir / "nowhere").string());
  fs::create_directories(dir / "a/b/c");
  const auto empty = index_folder(dir.path());
  REQUIRE_FALSE(empty);
  CHECK(empty.error().code == ErrorCode::empty_folder);
  CHECK(empty.error().where == dir.path().string());
  CHECK_FALSE(empty.error().hint.empty());
}

TEST_CASE("what is no DICOM is told apart from DICOM by content, not by name") {
  TemporaryFolder dir;
  const auto files = write_ct(dir / "scan", small_ct());
  fs::rename(files[0], dir / "scan/report.pdf");
  fs::rename(files[1], dir / "scan/no extension, with blanks");
  fs::create_directories(dir / "deep/er");
  fs::rename(files[2], dir / "deep/er/王小东.txt");
  write_bytes(dir / "notes.dcm", "This is a text with the name of an image.");
  write_bytes(dir / "empty.dcm", "");
  write_bytes(dir / "page.html", "<html><body>" + std::string(4000, 'x') + "</body></html>");
  write_bytes(dir / "zeros.bin", std::string(5000, '\0'));
  const auto index = index_folder(dir.path());
  REQUIRE(index);
  CHECK(index->objects.size() == 4);
  CHECK(index->unreadable.empty());
  CHECK(index->ignored.size() == 4);
  CHECK(reason_of(*index, "notes.dcm") == "not DICOM");
  CHECK(reason_of(*index, "empty.dcm") == "empty file");
  CHECK(reason_of(*index, "page.html") == "not DICOM");
  CHECK(reason_of(*index, "zeros.bin") == "not DICOM");
}

TEST_CASE("a data set without preamble and meta header is DICOM, in every uncompressed syntax") {
  for (const Syntax syntax : {Syntax::implicit_le, Syntax::explicit_le, Syntax::explicit_be}) {
    TemporaryFolder dir;
    CtSpec spec = small_ct();
    spec.syntax = syntax;
    spec.meta_header = false;
    write_ct(dir.path(), spec);
    const auto index = index_folder(dir.path());
    REQUIRE(index);
    REQUIRE(index->objects.size() == 4);
    CHECK(index->objects.front().kind == ObjectKind::ct);
    CHECK(index->objects.front().transfer_syntax_uid == uid_of(syntax));
    const auto v = read_folder(dir.path());
    REQUIRE(v);
    // Whole HU are stored, and positions to ten digits.
    CHECK(worst_hu_error(*v, smooth_hu) < 0.51);
  }
}

TEST_CASE("a DICOMDIR is no object") {
  TemporaryFolder dir;
  write_ct(dir.path(), small_ct());
  DcmDataset d;
  d.putAndInsertString(DCM_SOPClassUID, UID_MediaStorageDirectoryStorage);
  d.putAndInsertString(DCM_SOPInstanceUID, "1.2.3.99");
  d.putAndInsertString(DCM_FileSetID, "DISC");
  save(d, dir / "DICOMDIR");
  const auto index = index_folder(dir.path());
  REQUIRE(index);
  CHECK(index->objects.size() == 4);
  CHECK(reason_of(*index, "DICOMDIR") == "DICOMDIR");
}

TEST_CASE("links: loops end, a folder reached twice is read once and by its own name, links to nothing are named") {
  TemporaryFolder dir, elsewhere;
  const auto files = write_ct(dir / "m scan", small_ct());
  write_ct(elsewhere / "more", [] {
    auto s = small_ct();
    s.series_uid = "1.2.3.77";
    s.sop_prefix = "1.2.3.78";
    return s;
  }());
  fs::create_directory_symlink(dir.path(), dir / "m scan/up");            // a loop
  fs::create_directory_symlink(dir / "m scan", dir / "a second way in");  // sorts before and after the real name
  fs::create_directory_symlink(dir / "m scan", dir / "z third way in");
  fs::create_directory_symlink(elsewhere / "more", dir / "outside");
  fs::create_symlink(dir / "itself", dir / "itself");
  fs::create_symlink(dir / "gone.dcm", dir / "lost.dcm");
  const auto index = index_folder(dir.path());
  REQUIRE(index);
  REQUIRE(index->objects.size() == 8);
  CHECK(std::count_if(index->objects.begin(), index->objects.end(),
                      [&](const IndexedObject& o) { return fs::path(o.path).parent_path() == dir / "m scan"; }) == 4);
  CHECK(std::count_if(index->objects.begin(), index->objects.end(),
                      [&](const IndexedObject& o) { return fs::path(o.path).parent_path() == dir / "outside"; }) == 4);
  CHECK(reason_of(*index, "lost.dcm") == "link to nothing");
  CHECK(reason_of(*index, "itself") == "link to nothing");
}

TEST_CASE("a folder that holds nothing but links to nothing has files, and none of them is there") {
  TemporaryFolder dir;
  fs::create_symlink(dir / "gone", dir / "IM1");
  const auto index = index_folder(dir.path());
  REQUIRE(index);
  CHECK(index->objects.empty());
  CHECK(index->ignored.size() == 1);
}

TEST_CASE("one file is an index of one object, a link to a file is followed") {
  TemporaryFolder dir;
  const auto files = write_ct(dir / "scan", small_ct());
  fs::create_symlink(files[0], dir / "link");
  const auto direct = index_folder(files[0]);
  const auto linked = index_folder(dir / "link");
  REQUIRE(direct);
  REQUIRE(linked);
  CHECK(paths_of(*direct) == std::vector<std::string>{files[0]});
  REQUIRE(linked->objects.size() == 1);
  CHECK(linked->objects.front().sop_instance_uid == direct->objects.front().sop_instance_uid);
}

TEST_CASE("a file cut anywhere is named, never an object that looks whole") {
  TemporaryFolder dir;
  CtSpec spec = small_ct();
  spec.slices = 1;
  const std::string whole = read_bytes(write_ct(dir / "whole", spec).front());
  const auto first = index_folder(dir / "whole");
  REQUIRE(first);
  const IndexedObject& sound = first->objects.front();
  // Every 7th length: within preamble, meta header, elements, and pixel data. What is cut within its preamble bears no sign of DICOM.
  fs::create_directories(dir / "cut");
  for (std::size_t n = 1; n < whole.size(); n += 7) {
    const fs::path file = dir / "cut/f";
    write_bytes(file, whole.substr(0, n));
    const auto index = index_folder(dir / "cut");
    INFO("cut after " << n << " of " << whole.size() << " bytes");
    REQUIRE(index);
    if (n < 132) {
      CHECK(index->objects.empty());
      CHECK(index->ignored.size() + index->unreadable.size() == 1);
      continue;
    }
    REQUIRE(index->unreadable.size() == 1);
    CHECK(index->unreadable.front().where == file.string());
    CHECK((index->unreadable.front().code == ErrorCode::truncated_file || index->unreadable.front().code == ErrorCode::unreadable_file));
    for (const auto& o : index->objects) {
      CHECK(o.damage);
      CHECK(o.sop_instance_uid == sound.sop_instance_uid);
    }
  }
}

TEST_CASE("a length that a file declares beyond its end is refused before anything is allocated") {
  TemporaryFolder dir;
  CtSpec spec = small_ct();
  spec.slices = 1;
  spec.spoil = [](std::string& bytes, int) {
    // Patient's Name (0010,0010) becomes 64 kB long in a file of 1 kB.
    const auto at = bytes.find(std::string("\x10\0\x10\0PN", 6));
    REQUIRE(at != std::string::npos);
    bytes[at + 6] = '\xFE';
    bytes[at + 7] = '\xFF';
  };
  const auto files = write_ct(dir.path(), spec);
  const auto index = index_folder(dir.path());
  REQUIRE(index);
  CHECK(index->objects.empty());
  REQUIRE(index->unreadable.size() == 1);
  CHECK(index->unreadable.front().code == ErrorCode::truncated_file);
  CHECK(index->unreadable.front().what.find("(0010,0010)") != std::string::npos);
}

TEST_CASE("kinds: by SOP class, and by modality where the class is missing or private") {
  TemporaryFolder dir;
  const auto write = [&](const char* name, const char* sop_class, const char* modality, bool pixels) {
    DcmDataset d;
    d.putAndInsertString(DCM_SOPClassUID, sop_class);
    d.putAndInsertString(DCM_SOPInstanceUID, (std::string("1.2.9.") + std::to_string(std::hash<std::string>{}(name) % 100000)).c_str());
    d.putAndInsertString(DCM_Modality, modality);
    if (pixels) {
      d.putAndInsertUint16(DCM_Rows, 2);
      d.putAndInsertUint16(DCM_Columns, 2);
      d.putAndInsertUint16(DCM_BitsAllocated, 16);
      const std::vector<Uint16> grey(4);
      d.putAndInsertUint16Array(DCM_PixelData, grey.data(), 4);
    }
    save(d, dir / name);
  };
  write("01", UID_CTImageStorage, "CT", true);
  write("02", UID_MRImageStorage, "MR", true);
  write("03", UID_SecondaryCaptureImageStorage, "CT", true);  // a screenshot that says CT
  write("04", UID_RTPlanStorage, "RTPLAN", false);
  write("05", UID_RTStructureSetStorage, "RTSTRUCT", false);
  write("06", UID_RTDoseStorage, "RTDOSE", true);
  write("07", UID_RTBrachyTreatmentRecordStorage, "RTRECORD", false);
  write("08", UID_SpatialRegistrationStorage, "REG", false);
  write("09", "1.2.276.0.7230010.3.1.0.1", "CT", true);  // a private class
  write("10", "1.2.276.0.7230010.3.1.0.1", "RTPLAN", false);
  write("11", UID_PositronEmissionTomographyImageStorage, "PT", true);
  write("12", UID_BasicTextSRStorage, "SR", false);
  const auto index = index_folder(dir.path());
  REQUIRE(index);
  REQUIRE(index->objects.size() == 12);
  using K = ObjectKind;
  const std::vector<K> expected{K::ct,           K::mr, K::other_image, K::rt_plan,     K::rt_structures, K::rt_dose, K::treatment_record,
                                K::registration, K::ct, K::rt_plan,     K::other_image, K::other};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    INFO(index->objects[i].path);
    CHECK(to_string(index->objects[i].kind) == to_string(expected[i]));
  }
}

TEST_CASE("pitfall 38: a localizer in the folder or in the series itself is left out of the volume") {
  for (const bool own_series : {true, false}) {
    TemporaryFolder dir;
    CtSpec spec = small_ct();
    write_ct(dir / "axial", spec);
    CtSpec scout = spec;
    scout.slices = 1;
    scout.row_direction = Eigen::Vector3d::UnitX();
    scout.column_direction = -Eigen::Vector3d::UnitZ();
    scout.image_type = "ORIGINAL\\PRIMARY\\LOCALIZER";
    scout.sop_prefix = "1.2.3.50";
    if (own_series) scout.series_uid = "1.2.3.51";
    write_ct(dir / "scout", scout);
    const auto index = index_folder(dir.path());
    REQUIRE(index);
    CHECK(index->objects.size() == 5);
    int volumes = 0, localizers = 0;
    for (const auto& s : catalog_series(*index)) {
      localizers += s.localizer ? 1 : 0;
      if (s.localizer) continue;
      ++volumes;
      const auto v = read_series<CtFrame>(*index, s);
      REQUIRE(v);
      CHECK(v->grid.size()[2] == spec.slices);
    }
    CHECK(volumes == 1);
    CHECK(localizers == 1);
  }
}

TEST_CASE("pitfall 38: two reconstructions under one series UID become two stacks, each whole") {
  TemporaryFolder dir;
  CtSpec soft = small_ct();
  write_ct(dir / "a", soft);
  CtSpec sharp = soft;
  sharp.kernel = "B70f";
  sharp.sop_prefix = "1.2.3.60";
  sharp.hu = [](const Eigen::Vector3d& p) { return smooth_hu(p) + 17.0; };
  write_ct(dir / "b", sharp);
  const auto index = index_folder(dir.path());
  REQUIRE(index);
  const auto series = catalog_series(*index);
  REQUIRE(series.size() == 2);
  for (const auto& s : series) {
    CHECK(s.slices == 4);
    CHECK(s.part.find("kernel") != std::string::npos);
    const auto v = read_series<CtFrame>(*index, s);
    REQUIRE(v);
    CHECK(worst_hu_error(*v, s.kernel == "B30f" ? smooth_hu : sharp.hu) < 0.51);
  }
}

TEST_CASE("the same file twice in a folder is counted once, and said") {
  TemporaryFolder dir;
  const auto files = write_ct(dir / "scan", small_ct());
  fs::create_directories(dir / "copy");
  for (const auto& f : files) fs::copy_file(f, dir / "copy" / fs::path(f).filename());
  const auto v = read_folder(dir.path());
  REQUIRE(v);
  CHECK(v->grid.size()[2] == 4);
  CHECK(has_warning(v->warnings, "DUPLICATE_SLICE_DROPPED"));
  CHECK(worst_hu_error(*v, smooth_hu) < 0.51);
}

TEST_CASE("pitfall 43: hundreds of files, broken ones among them, give the same index for one thread and for several") {
  TemporaryFolder dir;
  for (int series = 0; series < 6; ++series) {
    CtSpec spec = small_ct();
    spec.slices = 40;
    spec.series_uid = "1.2.4." + std::to_string(series);
    spec.sop_prefix = "1.2.5." + std::to_string(series);
    spec.spoil = [series](std::string& bytes, int k) {
      if (series == 3 && k % 10 == 0) bytes.resize(bytes.size() - 40);
      if (series == 4 && k % 10 == 0) bytes.resize(400);
      if (series == 5 && k % 10 == 0) bytes.assign("rubbish");
    };
    write_ct(dir / ("s" + std::to_string(series)), spec);
  }
  const int before = thread_count();
  set_thread_count(1);
  const auto one = index_folder(dir.path());
  set_thread_count(2);
  const auto two = index_folder(dir.path());
  set_thread_count(before);
  REQUIRE(one);
  REQUIRE(two);
  CHECK(one->objects.size() == 240 - 8);
  CHECK(one->unreadable.size() == 8);
  CHECK(one->ignored.size() == 4);
  CHECK(paths_of(*one) == paths_of(*two));
  REQUIRE(two->unreadable.size() == one->unreadable.size());
  for (std::size_t i = 0; i < one->unreadable.size(); ++i) CHECK(one->unreadable[i].where == two->unreadable[i].where);
  const auto a = catalog_series(*one), b = catalog_series(*two);
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) CHECK(a[i].objects == b[i].objects);
}

TEST_CASE("RT objects carry what ties them to images and to each other") {
  TemporaryFolder dir;
  CtSpec ct = small_ct();
  ct.edit = [](DcmDataset& d, int) {
    // A series of another kind may refer to images as well.
    d.putAndInsertString(DCM_StudyDescription, "after implant");
  };
  write_ct(dir.path(), ct);
  const auto index = index_folder(dir.path());
  REQUIRE(index);
  const auto& o = index->objects.front();
  CHECK(o.study_description == "after implant");
  CHECK(o.frame_of_reference_uid == ct.frame_uid);
  REQUIRE(o.study_date);
  CHECK(to_iso(o.study_date->date) == "2025-03-01");
  REQUIRE(o.kvp);
  CHECK(*o.kvp == 120.0);
  CHECK(o.placement.columns == 8);
  REQUIRE(o.placement.spacing_i_mm);
  CHECK(*o.placement.spacing_i_mm == Approx(0.8));
  CHECK(*o.placement.spacing_j_mm == Approx(0.7));
}

TEST_CASE("header values that cannot be meant count as absent") {
  TemporaryFolder dir;
  CtSpec spec = small_ct();
  spec.slices = 1;
  spec.edit = [](DcmDataset& d, int) {
    d.putAndInsertString(DCM_SliceThickness, "0");
    d.putAndInsertString(DCM_KVP, "about 120");
    d.putAndInsertString(DCM_StudyDate, "20251399");
    d.putAndInsertString(DCM_PixelSpacing, "0\\0.7");
    d.putAndInsertString(DCM_ImageOrientationPatient, "1\\0\\0\\1\\0\\0");
    d.putAndInsertString(DCM_ImagePositionPatient, "1\\2");
  };
  write_ct(dir.path(), spec);
  const auto index = index_folder(dir.path());
  REQUIRE(index);
  const auto& o = index->objects.front();
  CHECK_FALSE(o.slice_thickness_mm);
  CHECK_FALSE(o.kvp);
  CHECK_FALSE(o.study_date);
  CHECK_FALSE(o.placement.spacing_i_mm);
  CHECK_FALSE(o.placement.row_direction);
  CHECK_FALSE(o.placement.position_mm);
}
