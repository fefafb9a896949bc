// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <set>
#include <string>

#include "io/ct_series_reader.h"
#include "io/dicom_dose.h"
#include "io/dicom_index.h"
#include "io/dicom_plan.h"
#include "io/dicom_structures.h"
#include "io/dose_histograms.h"
#include "report/dicom_ct_writer.h"
#include "report/dicom_dose_writer.h"
#include "report/dicom_plan_writer.h"
#include "report/dicom_structures_writer.h"
#include "tests/support/temporary_folder.h"

using namespace seedaudit;
namespace fs = std::filesystem;

namespace {

DicomHeader sample_header() {
  DicomHeader h;
  h.patient = {"P-1", "Li^Hua=\xE6\x9D\x8E^\xE5\x8D\x8E", "19600101", "F", true};
  h.study_date = {*parse_date("2025-03-21"), std::chrono::seconds(37530)};
  h.study_description = "Planning";
  h.study_id = "S1";
  h.series_description = "abdomen";
  h.body_part = "ABDOMEN";
  return h;
}

/// A small volume, rotated about z unless `axial`, with values from far below air to above 12 bit.
template <class F>
Volume<F> sample_volume(bool axial = true) {
  Volume<F> v;
  const Eigen::Matrix3d direction = axial ? Eigen::Matrix3d(Eigen::Matrix3d::Identity())
                                          : Eigen::AngleAxisd(0.2, Eigen::Vector3d(0.3, 0.2, 0.9).normalized()).toRotationMatrix();
  v.grid = GridGeometry<F>::make({24, 18, 5}, {0.7, 0.8, 2.5}, {{-20.123456789, 31.5, -100.3}}, direction).value();
  for (std::size_t i = 0; i < v.grid.voxel_count(); ++i)
    v.hu.push_back(static_cast<std::int16_t>(static_cast<int>(i * 7919 % 5200) - 1100));
  v.acquisition.kernel = "B30f";
  v.acquisition.patient_position = "HFDL";
  v.acquisition.slice_thickness_mm = 3.0;
  v.acquisition.kvp = 110.0;
  v.series.modality = "CT";
  return v;
}

template <class F>
Volume<F> read_back(const fs::path& folder) {
  auto index = index_folder(folder);
  REQUIRE(index);
  auto volume = read_series<F>(index->objects);
  if (!volume) FAIL(volume.error().message());
  return std::move(*volume);
}

std::string element(const fs::path& file, const DcmTagKey& tag) {
  DcmFileFormat object;
  REQUIRE(object.loadFile(file.c_str()).good());
  OFString value;
  object.getDataset()->findAndGetOFStringArray(tag, value, OFTrue);
  return value.c_str();
}

ImplantPlan sample_plan() {
  ImplantPlan p;
  p.label = "SEEDS";
  p.isotope = "I-125";
  p.half_life = to_hours(Days{59.4});
  p.strength_reference_date = DateTime{*parse_date("2025-03-21"), std::chrono::hours(12)};
  p.prescription = Gy{120.0};
  p.target_roi_name = "CTV";
  p.target_roi_number = 2;
  p.active_length_mm = 3.0;
  p.needle_names = {"A", "B"};
  p.frame_of_reference_uid = "1.2.3.4";
  p.referenced_structure_set_uid = "1.2.3.5";
  for (int i = 0; i < 7; ++i) {
    PlannedSeed s;
    s.index = i;
    s.center = {{-12.125 + 5.0 * (i % 4), 3.0 + 8.0 * (i / 4), -90.5}};
    s.axis = Axis<PlanFrame>{{1.0, 0.0, 0.0}};
    s.strength = AirKermaU{1.016};
    s.needle = i / 4;
    p.seeds.push_back(s);
  }
  return p;
}

StructureSet<PlanFrame> sample_structures() {
  StructureSet<PlanFrame> set;
  set.label = "CONTOURS";
  Structure<PlanFrame> target;
  target.number = 2;
  target.name = "\xE8\x82\xBF\xE7\x98\xA4 CTV";
  target.interpreted_type = "CTV";
  for (int k = 1; k < 4; ++k) {
    Contour<PlanFrame> c;
    for (int i = 0; i < 36; ++i)
      c.points.push_back({{-12.0 + 5.0 * std::cos(i * 0.1745), 38.0 + 5.0 * std::sin(i * 0.1745), -100.3 + 2.5 * k}});
    target.contours.push_back(c);
  }
  set.structures.push_back(target);
  Structure<PlanFrame> marker;
  marker.number = 5;
  marker.name = "marker";
  marker.points.push_back({{1.0, -2.0, 3.25}});
  set.structures.push_back(marker);
  return set;
}

}  // namespace

TEST_CASE("a CT series is read back voxel by voxel in every transfer syntax") {
  const test::TemporaryFolder folder;
  const auto volume = sample_volume<CtFrame>();
  int n = 0;
  for (const auto syntax : {DicomSyntax::explicit_little_endian, DicomSyntax::implicit_little_endian, DicomSyntax::deflated,
                            DicomSyntax::rle, DicomSyntax::jpeg_lossless, DicomSyntax::jpeg_ls_lossless}) {
    for (const auto storage : {CtStorage::unsigned_12_bit, CtStorage::signed_16_bit}) {
      CtWriteOptions options;
      options.syntax = syntax;
      options.storage = storage;
      const fs::path where = folder / std::to_string(n++);
      const auto written = write_ct_series(volume, sample_header(), where, options);
      REQUIRE(written);
      CHECK(written->slices.size() == 5);
      const auto back = read_back<CtFrame>(where);
      INFO("syntax " << static_cast<int>(syntax) << ", storage " << static_cast<int>(storage));
      REQUIRE(back.hu.size() == volume.hu.size());
      int different = 0;
      for (std::size_t i = 0; i < volume.hu.size(); ++i) {
        const int expected = storage == CtStorage::unsigned_12_bit ? std::clamp(static_cast<int>(volume.hu[i]), -1024, 3071)
                                                                   : static_cast<int>(volume.hu[i]);
        if (back.hu[i] != expected) ++different;
      }
      CHECK(different == 0);
    }
  }
}

TEST_CASE("grid, identity and acquisition of a CT series survive, also for an oblique grid") {
  for (const bool axial : {true, false}) {
    const test::TemporaryFolder folder;
    const auto volume = sample_volume<PlanFrame>(axial);
    const auto written = write_ct_series(volume, sample_header(), folder.path());
    REQUIRE(written);
    const auto back = read_back<PlanFrame>(folder.path());
    CHECK(back.grid.size() == volume.grid.size());
    // Decimal Strings of 16 characters hold these coordinates to 1e-12 mm; the normal is recomputed from two written directions.
    CHECK((back.grid.center_of({0, 0, 0}).mm - volume.grid.center_of({0, 0, 0}).mm).norm() < 1e-9);
    CHECK((back.grid.center_of({23, 17, 4}).mm - volume.grid.center_of({23, 17, 4}).mm).norm() < 1e-6);
    CHECK(back.series.series_instance_uid == written->series_instance_uid);
    CHECK(back.series.frame_of_reference_uid == written->frame_of_reference_uid);
    CHECK(back.series.patient_id == "P-1");
    CHECK(back.acquisition.patient_position == "HFDL");
    CHECK(back.acquisition.kernel == "B30f");
    CHECK(back.acquisition.slice_thickness_mm == 3.0);
    CHECK(back.acquisition.kvp == 110.0);
  }
}

TEST_CASE("an MR volume is written as MR without rescale") {
  const test::TemporaryFolder folder;
  auto volume = sample_volume<PlanFrame>();
  volume.series.modality = "MR";
  for (auto& v : volume.hu) v = static_cast<std::int16_t>(std::abs(v));
  const auto written = write_ct_series(volume, sample_header(), folder.path());
  REQUIRE(written);
  CHECK(element(written->slices[0].path, DCM_Modality) == "MR");
  CHECK(element(written->slices[0].path, DCM_RescaleSlope).empty());
  const auto back = read_back<PlanFrame>(folder.path());
  CHECK(back.hu == volume.hu);
}

TEST_CASE("the same values give the same UIDs and bytes, other voxels give others") {
  const test::TemporaryFolder folder;
  auto volume = sample_volume<CtFrame>();
  const auto first = write_ct_series(volume, sample_header(), folder / "a");
  const auto second = write_ct_series(volume, sample_header(), folder / "b");
  volume.hu[7] = static_cast<std::int16_t>(volume.hu[7] + 1);
  const auto third = write_ct_series(volume, sample_header(), folder / "c");
  REQUIRE((first && second && third));
  CHECK(first->slices[2].sop_instance_uid == second->slices[2].sop_instance_uid);
  CHECK(test::content_of(first->slices[2].path) == test::content_of(second->slices[2].path));
  CHECK(first->series_instance_uid != third->series_instance_uid);
  CHECK(first->study_instance_uid == third->study_instance_uid);
}

TEST_CASE("UIDs lie under 2.25, are valid and differ by the boundaries of their parts") {
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const std::string uid = stable_uid({"x", std::to_string(i)});
    CHECK(uid.rfind("2.25.", 0) == 0);
    CHECK(uid.size() <= 44);
    CHECK(uid[5] != '0');
    seen.insert(uid);
  }
  CHECK(seen.size() == 200);
  CHECK(stable_uid({"ab", "c"}) != stable_uid({"a", "bc"}));
  CHECK(stable_uid({"ab", "c"}) == stable_uid({"ab", "c"}));
}

TEST_CASE("decimal strings have at most 16 characters and keep what fits") {
  CHECK(decimal_string(0.0) == "0");
  CHECK(decimal_string(-0.0) == "0");
  CHECK(decimal_string(2.5) == "2.5");
  for (const double v : {-182.81970000000001, 1.0 / 3.0, -1e-7 / 3.0, 7404141.812345678, -0.70710678118654752, 1e300 / 7.0}) {
    const std::string text = decimal_string(v);
    INFO(text);
    CHECK(text.size() <= 16);
    // Sixteen characters leave at least nine digits after sign, point and exponent.
    CHECK(std::abs(std::stod(text) - v) <= 1e-8 * std::abs(v));
  }
}

TEST_CASE("a plan is read back from every layout: places, axes, strengths, needles") {
  const ImplantPlan plan = sample_plan();
  for (const auto layout : {PlanLayout::channel_per_seed, PlanLayout::channel_per_needle, PlanLayout::setup_per_seed}) {
    const test::TemporaryFolder folder;
    PlanWriteOptions options;
    options.layout = layout;
    const auto written = write_plan(plan, sample_header(), folder / "plan.dcm", options);
    REQUIRE(written);
    const auto back = read_plan(folder / "plan.dcm");
    if (!back) FAIL(back.error().message());
    INFO("layout " << static_cast<int>(layout));
    REQUIRE(back->seeds.size() == plan.seeds.size());
    for (std::size_t i = 0; i < plan.seeds.size(); ++i) {
      CHECK((back->seeds[i].center.mm - plan.seeds[i].center.mm).norm() < 1e-9);
      REQUIRE(back->seeds[i].axis);
      // Control Point Orientation is a 32 bit float: 1e-5 degrees.
      CHECK(angle_deg(*back->seeds[i].axis, *plan.seeds[i].axis) < 0.01);
      CHECK(back->seeds[i].strength.value == 1.016);
    }
    CHECK(back->isotope == "I-125");
    REQUIRE(back->half_life);
    CHECK(std::abs(back->half_life->value - 59.4 * 24.0) < 1e-9);
    REQUIRE(back->prescription);
    CHECK(back->prescription->value == 120.0);
    CHECK(back->target_roi_number == 2);
    REQUIRE(back->strength_reference_date);
    CHECK(back->strength_reference_date->date == plan.strength_reference_date->date);
    CHECK(back->frame_of_reference_uid == "1.2.3.4");
    CHECK(back->sop_instance_uid == written->sop_instance_uid);
    CHECK(back->warnings.empty());  // channel times are what a permanent plan shall state
  }
}

TEST_CASE("seeds of different strength keep theirs") {
  const test::TemporaryFolder folder;
  ImplantPlan plan = sample_plan();
  plan.seeds[3].strength = AirKermaU{0.762};
  REQUIRE(write_plan(plan, sample_header(), folder / "plan.dcm"));
  const auto back = read_plan(folder / "plan.dcm");
  REQUIRE(back);
  CHECK(back->seeds[3].strength.value == 0.762);
  CHECK(back->seeds[2].strength.value == 1.016);
}

TEST_CASE("a plan that lacks what the standard requires is not written") {
  const test::TemporaryFolder folder;
  const auto refused = [&](ImplantPlan plan) {
    const auto done = write_plan(plan, sample_header(), folder / "plan.dcm");
    return !done && done.error().code == ErrorCode::invalid_option;
  };
  ImplantPlan plan = sample_plan();
  plan.seeds.clear();
  CHECK(refused(plan));
  plan = sample_plan();
  plan.half_life.reset();
  CHECK(refused(plan));
  plan = sample_plan();
  plan.isotope.clear();
  CHECK(refused(plan));
  plan = sample_plan();
  plan.seeds[0].strength = AirKermaU{0.0};
  CHECK(refused(plan));
  CHECK(!fs::exists(folder / "plan.dcm"));
}

TEST_CASE("plans without positions or strength can be written for tests and are refused or incomplete when read") {
  const test::TemporaryFolder folder;
  PlanWriteOptions options;
  options.write_positions = false;
  REQUIRE(write_plan(sample_plan(), sample_header(), folder / "a.dcm", options));
  const auto back = read_plan(folder / "a.dcm");
  REQUIRE(!back);
  CHECK(back.error().code == ErrorCode::plan_without_positions);
}

TEST_CASE("structures are read back with names, types, contours and points, and refer to their slices") {
  const test::TemporaryFolder folder;
  const auto volume = sample_volume<PlanFrame>();
  const auto images = write_ct_series(volume, sample_header(), folder / "ct");
  REQUIRE(images);
  const auto set = sample_structures();
  const auto written = write_structures(set, volume.grid, *images, sample_header(), folder / "rs.dcm");
  REQUIRE(written);
  const auto back = read_structures<PlanFrame>(folder / "rs.dcm");
  if (!back) FAIL(back.error().message());
  REQUIRE(back->structures.size() == 2);
  CHECK(back->structures[0].name == set.structures[0].name);
  CHECK(back->structures[0].interpreted_type == "CTV");
  CHECK(back->structures[0].number == 2);
  REQUIRE(back->structures[0].contours.size() == 3);
  for (std::size_t c = 0; c < 3; ++c)
    for (std::size_t i = 0; i < 36; ++i)  // written to 1e-4 mm
      CHECK((back->structures[0].contours[c].points[i].mm - set.structures[0].contours[c].points[i].mm).cwiseAbs().maxCoeff() < 0.51e-4);
  REQUIRE(back->structures[1].points.size() == 1);
  CHECK(back->frame_of_reference_uid == images->frame_of_reference_uid);
  CHECK(back->referenced_series_uid == images->series_instance_uid);

  DcmFileFormat object;
  REQUIRE(object.loadFile((folder / "rs.dcm").c_str()).good());
  DcmItem* roi = nullptr;
  DcmItem* contour = nullptr;
  DcmItem* image = nullptr;
  REQUIRE(object.getDataset()->findAndGetSequenceItem(DCM_ROIContourSequence, roi).good());
  REQUIRE(roi->findAndGetSequenceItem(DCM_ContourSequence, contour).good());
  REQUIRE(contour->findAndGetSequenceItem(DCM_ContourImageSequence, image).good());
  OFString uid;
  image->findAndGetOFString(DCM_ReferencedSOPInstanceUID, uid);
  CHECK(images->slices[1].sop_instance_uid == uid.c_str());
}

TEST_CASE("a contour longer than an explicit value can be is written whole", "[heavy]") {
  const test::TemporaryFolder folder;
  const auto volume = sample_volume<PlanFrame>();
  const auto images = write_ct_series(volume, sample_header(), folder / "ct");
  REQUIRE(images);
  auto set = sample_structures();
  auto& points = set.structures[0].contours[0].points;
  points.clear();
  for (int i = 0; i < 6000; ++i)
    points.push_back({{-112.0 + 5.0 * std::cos(i * 6.2831853 / 6000), 138.0 + 5.0 * std::sin(i * 6.2831853 / 6000), -97.8}});
  REQUIRE(write_structures(set, volume.grid, *images, sample_header(), folder / "rs.dcm"));
  const auto back = read_structures<PlanFrame>(folder / "rs.dcm");
  REQUIRE(back);
  CHECK(back->structures[0].contours[0].points.size() == 6000);
}

TEST_CASE("structures without images, or contours of two points, are not written") {
  const test::TemporaryFolder folder;
  const auto volume = sample_volume<PlanFrame>();
  auto set = sample_structures();
  CHECK(write_structures(set, volume.grid, WrittenSeries{}, sample_header(), folder / "rs.dcm").error().code == ErrorCode::invalid_option);
  const auto images = write_ct_series(volume, sample_header(), folder / "ct");
  REQUIRE(images);
  set.structures[0].contours[0].points.resize(2);
  CHECK(write_structures(set, volume.grid, *images, sample_header(), folder / "rs.dcm").error().code == ErrorCode::invalid_option);
}

TEST_CASE("a dose is read back within half a step, at 16 and 32 bits, with relative and absolute offsets") {
  DoseGrid<PlanFrame> dose;
  dose.grid = GridGeometry<PlanFrame>::make({11, 9, 6}, {1.0, 1.5, 2.0}, {{-5.5, 4.0, -90.0}}, Eigen::Matrix3d::Identity()).value();
  for (std::size_t i = 0; i < dose.grid.voxel_count(); ++i) dose.dose_gy.push_back(static_cast<float>(i % 97) * 3.7F);
  dose.dose_gy[100] = 8123.4F;  // beside a seed
  dose.frame_of_reference_uid = "1.2.3.4";
  for (const int bits : {16, 32}) {
    for (const bool absolute : {false, true}) {
      const test::TemporaryFolder folder;
      DoseWriteOptions options;
      options.bits = bits;
      options.absolute_frame_offsets = absolute;
      options.referenced_plan_uid = "1.2.3.9";
      REQUIRE(write_dose(dose, sample_header(), folder / "dose.dcm", options));
      const auto back = read_dose<PlanFrame>(folder / "dose.dcm");
      if (!back) FAIL(back.error().message());
      const double step = 8123.4 / (bits == 16 ? 65535.0 : 4294967295.0);
      double worst = 0.0;
      for (std::size_t i = 0; i < dose.dose_gy.size(); ++i)
        worst = std::max(worst, std::abs(static_cast<double>(back->dose_gy[i]) - static_cast<double>(dose.dose_gy[i])));
      // Half a step of the stored number, and the rounding of the float it is read into.
      CHECK(worst < 0.51 * step + 1e-7 * 8123.4);
      CHECK((back->grid.origin().mm - dose.grid.origin().mm).norm() < 1e-9);
      CHECK((back->grid.spacing_mm() - dose.grid.spacing_mm()).norm() < 1e-9);
      CHECK(back->frame_of_reference_uid == "1.2.3.4");
    }
  }
}

TEST_CASE("a capped dose keeps its resolution below the cap") {
  DoseGrid<PlanFrame> dose;
  dose.grid = GridGeometry<PlanFrame>::make({4, 4, 4}, {1, 1, 1}, {}, Eigen::Matrix3d::Identity()).value();
  dose.dose_gy.assign(64, 100.0F);
  dose.dose_gy[0] = 1e6F;
  const test::TemporaryFolder folder;
  DoseWriteOptions options;
  options.bits = 16;
  options.cap_gy = 1200.0;
  REQUIRE(write_dose(dose, sample_header(), folder / "dose.dcm", options));
  const auto back = read_dose<PlanFrame>(folder / "dose.dcm");
  REQUIRE(back);
  CHECK(std::abs(static_cast<double>(back->dose_gy[0]) - 1200.0) < 0.01);
  CHECK(std::abs(static_cast<double>(back->dose_gy[5]) - 100.0) < 0.01);  // one step is 1200/65535 = 0.018 Gy
}

TEST_CASE("histograms stored with a dose read back as the same curves") {
  DoseGrid<PlanFrame> dose;
  dose.grid = GridGeometry<PlanFrame>::make({4, 4, 4}, {1, 1, 1}, {}, Eigen::Matrix3d::Identity()).value();
  dose.dose_gy.assign(64, 100.0F);
  HistogramStatement cc, percent;
  cc.roi_number = 3;
  cc.volume_cc = 12.5;
  cc.minimum_gy = 41.5;
  cc.maximum_gy = 980.0;
  cc.mean_gy = 210.25;
  percent.roi_number = 5;
  DoseWriteOptions options;
  options.referenced_structure_set_uid = "1.2.77";
  options.histograms.push_back(PlanningHistogram::make({0, 50, 120, 480}, {100, 97.5, 80, 12}, cc).value());  // cut at 480 Gy
  options.histograms.push_back(PlanningHistogram::make({10, 50, 90}, {100, 40, 0}, percent).value());
  const test::TemporaryFolder folder;
  REQUIRE(write_dose(dose, sample_header(), folder / "dose.dcm", options));
  const auto back = read_dose_histograms(folder / "dose.dcm");
  REQUIRE(back);
  CHECK(back->warnings.empty());
  CHECK(back->structure_set_uid == "1.2.77");
  REQUIRE(back->histograms.size() == 2);
  for (std::size_t n = 0; n < 2; ++n) {
    const PlanningHistogram &was = options.histograms[n], &is = back->histograms[n];
    CHECK(is.statement().roi_number == was.statement().roi_number);
    CHECK(is.statement().volume_cc == was.statement().volume_cc);
    CHECK(is.statement().mean_gy == was.statement().mean_gy);
    for (double gy = 0.0; gy < 600.0; gy += 7.3) {
      CAPTURE(n, gy);
      CHECK(is.volume_pct_at(Gy{gy}).has_value() == was.volume_pct_at(Gy{gy}).has_value());
      // Decimal strings of 16 characters.
      if (const auto v = was.volume_pct_at(Gy{gy})) CHECK(*is.volume_pct_at(Gy{gy}) == Approx(*v).margin(1e-9));
    }
  }
}

TEST_CASE("options outside their range are refused with the value") {
  DoseWriteOptions dose;
  dose.bits = 8;
  CHECK(dose.check().error().what.find('8') != std::string::npos);
  PlanWriteOptions plan;
  plan.active_diameter_mm = -1.0;
  CHECK(!plan.check());
  CtWriteOptions ct;
  ct.default_kvp = 0.0;
  CHECK(!ct.check());
}

TEST_CASE("a series that cannot be written leaves no slices") {
  const test::TemporaryFolder folder;
  fs::create_directories(folder / "IM0003.dcm");  // a folder where a slice would go
  const auto done = write_ct_series(sample_volume<CtFrame>(), sample_header(), folder.path());
  REQUIRE(!done);
  CHECK(done.error().code == ErrorCode::output_unwritable);
  CHECK(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()) == 1);
}
