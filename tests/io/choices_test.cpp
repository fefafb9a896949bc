// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "io/plan_channel.h"
#include "io/registration_file.h"
#include "io/scan_choice.h"
#include "io/target_choice.h"
#include "rt_maker.h"

namespace seedaudit::test {
namespace {

using Eigen::Vector3d;

NamedRoi roi(int number, const std::string& name, const std::string& type = "", bool drawn = true) { return {number, name, type, drawn}; }

SeriesInfo series(int number, double low_mm, double high_mm, double thickness_mm) {
  SeriesInfo s;
  s.kind = ObjectKind::ct;
  s.series_number = number;
  s.slice_thickness_mm = s.slice_spacing_mm = thickness_mm;
  s.low_mm = s.z_low_mm = low_mm;
  s.high_mm = s.z_high_mm = high_mm;
  s.slices = static_cast<int>((high_mm - low_mm) / thickness_mm) + 1;
  s.kernel = "B30f";
  s.has_placement = true;
  s.frame_of_reference_uid = "1";
  return s;
}

void write_registration(const std::filesystem::path& file, const std::string& own_frame, const std::string& moving_frame,
                        const std::string& matrix, int copies = 1) {
  DcmDataset d;
  d.putAndInsertString(DCM_SOPClassUID, UID_SpatialRegistrationStorage);
  d.putAndInsertString(DCM_SOPInstanceUID, "1.2.9.8");
  d.putAndInsertString(DCM_Modality, "REG");
  d.putAndInsertString(DCM_FrameOfReferenceUID, own_frame.c_str());
  DcmItem* item = nullptr;
  d.findOrCreateSequenceItem(DCM_RegistrationSequence, item, -2);
  item->putAndInsertString(DCM_FrameOfReferenceUID, moving_frame.c_str());
  DcmItem* registration = nullptr;
  item->findOrCreateSequenceItem(DCM_MatrixRegistrationSequence, registration, -2);
  for (int i = 0; i < copies; ++i) {
    DcmItem* m = nullptr;
    registration->findOrCreateSequenceItem(DCM_MatrixSequence, m, -2);
    m->putAndInsertString(DCM_FrameOfReferenceTransformationMatrix, matrix.c_str());
  }
  save(d, file);
}

}  // namespace

TEST_CASE("target words: type before name, numbers allowed, helpers are none") {
  for (const char* name : {"PTV", "ptv1", "PTV_2", "PTV 120Gy", "计划靶区"}) CHECK(target_rank(roi(1, name)) == 1);
  for (const char* name : {"CTV", "ctv-a", "临床靶区"}) CHECK(target_rank(roi(1, name)) == 2);
  CHECK(target_rank(roi(1, "GTV")) == 3);
  for (const char* name : {"靶区", "肿瘤", "肿瘤1", "Tumor", "target"}) CHECK(target_rank(roi(1, name)) == 4);
  CHECK(target_rank(roi(1, "lesion", "CTV")) == 2);
  CHECK(target_rank(roi(1, "PTV", "GTV")) == 3);
  for (const char* name : {"PTV-ring", "ring PTV", "LIVER", "LIVER-GTV", "ptvopt", ""}) CHECK_FALSE(target_rank(roi(1, name)));
  CHECK_FALSE(target_rank(roi(1, "PTV", "ORGAN")));
}

TEST_CASE("the dose reference goes by number in its own structure set, else by name, a conflict is said") {
  const std::vector<NamedRoi> rois{roi(1, "GTV", "GTV"), roi(2, "CTV", "CTV"), roi(3, "PTV", "PTV")};
  const auto by_number = choose_targets(rois, {}, {{2, ""}}, true, "s");
  REQUIRE(by_number);
  CHECK(by_number->names == std::vector<std::string>{"CTV"});
  const auto by_name = choose_targets(rois, {}, {{2, "gtv"}}, false, "s");
  CHECK(by_name->names == std::vector<std::string>{"GTV"});
  const auto conflict = choose_targets(rois, {}, {{2, "GTV"}}, true, "s");
  CHECK(conflict->names == std::vector<std::string>{"CTV"});
  CHECK(conflict->warnings.size() == 1);
  const auto unresolved = choose_targets(rois, {}, {{9, "tumour"}}, true, "s");
  CHECK(unresolved->names == std::vector<std::string>{"PTV"});
  CHECK(unresolved->warnings.size() == 1);
  const auto lesions = choose_targets(rois, {}, {{1, ""}, {2, ""}}, true, "s");
  CHECK(lesions->names.size() == 2);
  // A target that was never drawn is none.
  const auto undrawn = choose_targets({roi(2, "CTV", "CTV", false), roi(3, "GTV", "GTV")}, {}, {{2, "CTV"}}, true, "s");
  CHECK(undrawn->names == std::vector<std::string>{"GTV"});
  CHECK(choose_targets({roi(2, "CTV", "CTV", false)}, {"CTV"}, {}, true, "s").error().code == ErrorCode::target_not_found);
  CHECK(choose_targets({roi(1, "LIVER", "ORGAN")}, {}, {}, true, "s").error().code == ErrorCode::target_not_found);
  CHECK(choose_targets({roi(1, "CTV"), roi(2, "CTV")}, {"CTV"}, {}, true, "s").error().code == ErrorCode::target_ambiguous);
  // Of several the plainly called one is taken, and that there are others is said: they may be lesions of their own.
  const auto plain = choose_targets({roi(1, "CTV a", "CTV"), roi(2, "CTV", "CTV")}, {}, {}, true, "s");
  CHECK(plain->names == std::vector<std::string>{"CTV"});
  CHECK(plain->reason.find("the only") == std::string::npos);
  REQUIRE(plain->warnings.size() == 1);
  CHECK(plain->warnings.front().code == "TARGET_SEVERAL");
  CHECK(plain->warnings.front().message.find("\"CTV a\"") != std::string::npos);
}

TEST_CASE("structures of one name are told apart by number, and a name that fits several is refused") {
  const std::vector<NamedRoi> twins{roi(2, "CTV (ROI 2)", "CTV"), roi(5, "CTV (ROI 5)", "CTV"), roi(3, "PTV", "PTV")};
  CHECK(choose_targets(twins, {}, {{5, "CTV"}}, true, "s")->names == std::vector<std::string>{"CTV (ROI 5)"});
  CHECK(choose_targets(twins, {"CTV (ROI 2)"}, {}, true, "s")->names == std::vector<std::string>{"CTV (ROI 2)"});
  for (const auto& tied : {choose_targets(twins, {"ctv"}, {}, true, "s"), choose_targets(twins, {}, {{5, "CTV"}}, false, "s")}) {
    REQUIRE_FALSE(tied);
    CHECK(tied.error().code == ErrorCode::target_ambiguous);
    CHECK(tied.error().what.find("CTV (ROI 5)") != std::string::npos);
  }
  // Of two of one name the drawn one is meant.
  CHECK(choose_targets({roi(2, "CTV", "CTV", false), roi(5, "CTV", "CTV")}, {}, {{9, "CTV"}}, false, "s")->names ==
        std::vector<std::string>{"CTV"});
  CHECK(target_rank(roi(2, "GTV (ROI 2)")) == 3);
}

TEST_CASE("kernels by sharpness") {
  for (const char* k : {"B30f", "B40s", "Br40d", "I31f\\3", "STANDARD", "SOFT", "FC08", "FC18", "FC68"}) CHECK(kernel_class(k) == 0);
  for (const char* k : {"", "A", "C", "YA"}) CHECK(kernel_class(k) == 1);
  for (const char* k : {"B70s", "Br60f", "LUNG", "BONE", "BONEPLUS", "EDGE", "FC51", "FC30"}) CHECK(kernel_class(k) == 2);
  for (const char* k : {"B10s", "B20f", "SMOOTH"}) CHECK(kernel_class(k) == 3);
}

TEST_CASE("reconstructions: thinnest wins over the same region, a few slices do not stand for a body region") {
  std::vector<SeriesInfo> catalog{series(1, 0, 200, 5.0), series(2, 0, 200, 1.25), series(3, 90, 100, 0.6), series(4, 180, 480, 5.0)};
  const auto choice = choose_reconstructions(catalog, {0, 1, 2, 3});
  CHECK(choice.series == std::vector<std::size_t>{1, 3});
  CHECK(choice.reason.find("series 3") != std::string::npos);
  CHECK(choice.left_out.empty());
  // Too short to be searched, and nothing else shows it: said.
  catalog.push_back(series(5, 500, 520, 2.5));
  CHECK(choose_reconstructions(catalog, {0, 1, 2, 3, 4}).left_out.find("series 5") == 0);
  catalog[3].metal_artefact_reduced = true;
  CHECK(choose_reconstructions(catalog, {0, 1, 2, 3}).series == std::vector<std::size_t>{1});
  // The order of the catalogue does not matter.
  CHECK(choose_reconstructions(catalog, {3, 2, 1, 0}).series == std::vector<std::size_t>{1});
  // Only a reduced series: better than none.
  CHECK(choose_reconstructions(catalog, {3}).series == std::vector<std::size_t>{3});
}

TEST_CASE("scans are frames of reference, series without one stand alone, localizers are left out") {
  std::vector<SeriesInfo> catalog{series(1, 0, 100, 5.0), series(2, 0, 100, 5.0), series(3, 0, 100, 5.0), series(4, 0, 100, 5.0)};
  catalog[1].frame_of_reference_uid.clear();
  catalog[2].frame_of_reference_uid.clear();
  catalog[3].localizer = true;
  const auto scans = group_scans(catalog);
  REQUIRE(scans.size() == 3);
  CHECK(scans[0].series == std::vector<std::size_t>{0});
}

TEST_CASE("two control points closer than a seed is long are said to be two seeds") {
  const auto ends = seeds_of_channel({{Vector3d(0, 0, 0), std::nullopt, 0.0}, {Vector3d(0, 0, 4.5), std::nullopt, 100.0}});
  CHECK(ends.seeds.size() == 2);
  CHECK(ends.two_ends);
  const auto apart = seeds_of_channel({{Vector3d(0, 0, 0), std::nullopt, 0.0}, {Vector3d(0, 0, 5.0), std::nullopt, 100.0}});
  CHECK_FALSE(apart.two_ends);
  CHECK(seeds_of_channel({{std::nullopt, std::nullopt, 0.0}}).without_position);
}

TEST_CASE("a line through points") {
  CHECK_FALSE(line_through({Vector3d(1, 2, 3)}));
  CHECK_FALSE(line_through({Vector3d(1, 2, 3), Vector3d(1, 2, 3)}));
  const auto line = line_through({Vector3d(0, 0, 0), Vector3d(0, 0, -5), Vector3d(0, 0, -10)});
  REQUIRE(line);
  CHECK((line->direction - Vector3d::UnitZ()).norm() < 1e-12);  // sign fixed
  CHECK(line->largest_distance_mm < 1e-9);
}

TEST_CASE("a registration as text, JSON and DICOM maps pre-op into post-op") {
  const TemporaryFolder folder;
  const std::string rows = "0 -1 0 5\n1 0 0 6\n0 0 1 7\n";
  const auto maps = [&](const Result<Warp<CtFrame, PlanFrame>>& r) {
    REQUIRE(r);
    CHECK(((*r * Point<PlanFrame>{{1, 2, 3}}).mm - Vector3d(3, 7, 10)).norm() < 1e-9);
  };
  write_text(folder / "a.txt", rows);
  maps(read_registration(folder / "a.txt"));
  write_text(folder / "b.txt", "0,-1,0,5,1,0,0,6,0,0,1,7,0,0,0,1");
  maps(read_registration(folder / "b.txt"));
  write_text(folder / "c.json", R"({"fixed_from_moving": [0,-1,0,5, 1,0,0,6, 0,0,1,7, 0,0,0,1], "outcome": "ok"})");
  maps(read_registration(folder / "c.json"));
  write_text(folder / "d.json", R"({"registration": {"outcome": "ok", "postop_from_preop": [0,-1,0,5, 1,0,0,6, 0,0,1,7, 0,0,0,1]}})");
  maps(read_registration(folder / "d.json"));
  // The registered system is the post-op frame, then the pre-op frame with the inverse matrix.
  write_registration(folder / "e.dcm", "1.7", "1.6", "0\\-1\\0\\5\\1\\0\\0\\6\\0\\0\\1\\7\\0\\0\\0\\1");
  maps(read_registration(folder / "e.dcm", {"1.6", "1.7"}));
  write_registration(folder / "f.dcm", "1.6", "1.7", "0\\1\\0\\-6\\-1\\0\\0\\5\\0\\0\\1\\-7\\0\\0\\0\\1");
  maps(read_registration(folder / "f.dcm", {"1.6", "1.7"}));
}

TEST_CASE("what is no rigid registration of these two images is refused") {
  const TemporaryFolder folder;
  const auto code = [&](const std::string& text) {
    write_text(folder / "r.txt", text);
    return read_registration(folder / "r.txt").error().code;
  };
  CHECK(code("1 0 0 0  0 1 0 0  0 0 1.2 0") == ErrorCode::registration_invalid);
  CHECK(code("1 0 0 0  0 1 0 0  0 0 -1 0") == ErrorCode::registration_invalid);
  CHECK(code("1 0 0 0  0 1 0 0  0 0 1 0  0 0 0.5 1") == ErrorCode::registration_invalid);
  CHECK(code("1 2 3") == ErrorCode::registration_invalid);
  CHECK(code("1 0 0 x  0 1 0 0  0 0 1 0") == ErrorCode::registration_invalid);
  CHECK(code("{") == ErrorCode::bad_json);
  CHECK(code(R"({"other": 1})") == ErrorCode::registration_invalid);
  CHECK(code(R"({"outcome": "failed", "postop_from_preop": [1,0,0,0,0,1,0,0,0,0,1,0]})") == ErrorCode::registration_invalid);
  CHECK(read_registration(folder / "absent").error().code == ErrorCode::path_not_found);
  CHECK(read_registration(folder.path()).error().code == ErrorCode::unreadable_file);
  const std::string identity = "1\\0\\0\\0\\0\\1\\0\\0\\0\\0\\1\\0\\0\\0\\0\\1";
  write_registration(folder / "r.dcm", "1.7", "1.6", identity);
  CHECK(read_registration(folder / "r.dcm").error().code == ErrorCode::registration_invalid);  // direction not known
  CHECK(read_registration(folder / "r.dcm", {"1.5", "1.7"}).error().code == ErrorCode::registration_invalid);
  write_registration(folder / "two.dcm", "1.7", "1.6", identity, 2);
  CHECK(read_registration(folder / "two.dcm", {"1.6", "1.7"}).error().code == ErrorCode::registration_invalid);
}

}  // namespace seedaudit::test
