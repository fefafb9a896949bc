// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "report/dicom_output.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "io/audit_output.h"
#include "io/dicom_dose.h"
#include "io/dicom_plan.h"
#include "io/dicom_structures.h"
#include "tests/report/sample_audit.h"
#include "tests/support/temporary_folder.h"

using namespace seedaudit;
namespace fs = std::filesystem;

namespace {

/// A scan, a target of flat contours and a dose with a hot spot beyond the cap.
struct Sample {
  CtVolume volume;
  CaseAudit audit = test::full_audit();
  DoseGrid<CtFrame> dose;
  DicomOutputInput input;

  Sample() {
    volume.grid = GridGeometry<CtFrame>::make({20, 20, 10}, {2.0, 2.0, 3.0}, {{-20.0, 0.0, -120.0}}, Eigen::Matrix3d::Identity()).value();
    volume.hu.assign(volume.grid.voxel_count(), 40);
    volume.series.patient_id = test::kPatientId;
    volume.series.patient_name = test::kPatientName;
    volume.series.study_instance_uid = "1.2.3.4";
    volume.series.series_instance_uid = "1.2.3.4.5";
    volume.series.frame_of_reference_uid = "1.2.3.4.6";
    for (int k = 0; k < 10; ++k) volume.series.sop_instance_uids.push_back("1.2.3.4.5." + std::to_string(k + 1));
    volume.acquisition.study_date = DateTime{*parse_date("2025-04-21"), std::nullopt};
    dose.grid = GridGeometry<CtFrame>::make({30, 30, 30}, {1, 1, 1}, {{-20.0, 5.0, -115.0}}, Eigen::Matrix3d::Identity()).value();
    for (std::size_t i = 0; i < dose.grid.voxel_count(); ++i) dose.dose_gy.push_back(static_cast<float>(i % 900) + 0.37F);
    dose.dose_gy[77] = 1e5F;
    input.audit = &audit;
    input.postop = &volume;
    Structure<CtFrame> target;
    target.name = "CTV, boost";
    target.interpreted_type = "CTV";
    for (int k = 0; k < 3; ++k) {
      Contour<CtFrame> c;
      for (int i = 0; i < 24; ++i)
        c.points.push_back({{-5.0 + 8.0 * std::cos(i * 0.2618), 20.0 + 8.0 * std::sin(i * 0.2618), -105.0 + 3.0 * k}});
      target.contours.push_back(c);
    }
    input.targets.push_back(target);
    Structure<CtFrame> organ = target;
    organ.name = "duodenum";
    organ.interpreted_type = "ORGAN";
    input.organs.push_back(organ);
    Structure<CtFrame> drawn_anew = target;
    drawn_anew.contours.pop_back();
    input.targets_on_slices.push_back(drawn_anew);
    input.cold_outlines.push_back({0, "", "", {target.contours[1]}, {}});
    input.dose = &dose;
    input.strengths = {AirKermaU{1.0}, AirKermaU{1.1}, AirKermaU{0.9}};
    input.pdf = "%PDF-1.5 sample";
  }
};

}  // namespace

TEST_CASE("the DICOM objects of an audit are read back to the same numbers") {
  const Sample sample;
  const test::TemporaryFolder folder;
  const Status done = write_dicom_output(sample.input, folder.path());
  if (!done) FAIL(done.error().message());

  const auto dose = read_dose<CtFrame>(folder / "dicom" / "dose.dcm");
  if (!dose) FAIL(dose.error().message());
  REQUIRE(dose->dose_gy.size() == sample.dose.dose_gy.size());
  // Half a step of 16 bits over the cap of ten prescriptions, and the rounding of the scaling to ten digits.
  const float cap = static_cast<float>(kDoseCapInPrescriptions * 120.0), half_step = cap / 65535.0F * 0.51F;
  float worst = 0.0F;
  for (std::size_t i = 0; i < dose->dose_gy.size(); ++i)
    worst = std::max(worst, std::abs(dose->dose_gy[i] - std::min(cap, sample.dose.dose_gy[i])));
  CHECK(worst <= half_step);
  CHECK(dose->frame_of_reference_uid == "1.2.3.4.6");

  const auto plan = read_plan(folder / "dicom" / "plan.dcm");
  if (!plan) FAIL(plan.error().message());
  REQUIRE(plan->seeds.size() == 3);
  for (std::size_t n = 0; n < 3; ++n) {
    // A Decimal String of 16 characters holds these to better than 1e-9.
    CHECK((plan->seeds[n].center.mm - sample.audit.seeds[n].seed.pose.center.mm).norm() < 1e-9);
    CHECK(plan->seeds[n].strength.value == Approx(sample.input.strengths[n].value).epsilon(1e-9));
  }
  CHECK(plan->isotope == "I-125");

  const auto set = read_structures<CtFrame>(folder / "dicom" / "structures.dcm");
  if (!set) FAIL(set.error().message());
  const auto* target = set->find("CTV, boost");
  REQUIRE(target != nullptr);
  REQUIRE(target->contours.size() == 3);
  CHECK((target->contours[1].points[5].mm - sample.input.targets[0].contours[1].points[5].mm).norm() < 1e-3);  // written to 0.1 um
  const auto* organ = set->find("duodenum");
  REQUIRE(organ != nullptr);
  CHECK(organ->interpreted_type == "ORGAN");
  const auto* drawn_anew = set->find("on slices: CTV, boost");
  REQUIRE(drawn_anew != nullptr);
  CHECK(drawn_anew->interpreted_type == "CTV");
  CHECK(drawn_anew->contours.size() == 2);
  CHECK(set->structures.front().name == "CTV, boost");  // the one that the plan and the histograms refer to stays the first
  const auto* cold = set->find("cold 1: 80 Gy in 0.40 cc");
  REQUIRE(cold != nullptr);
  CHECK(cold->interpreted_type == "DOSE_REGION");
  REQUIRE(cold->contours.size() == 1);
  CHECK((cold->contours[0].points[2].mm - sample.input.cold_outlines[0].contours[0].points[2].mm).norm() < 1e-3);
  const auto* coldest = set->find("coldest 1: 80 Gy in 0.40 cc");
  REQUIRE(coldest != nullptr);
  CHECK(coldest->contours.empty());
  REQUIRE(coldest->points.size() == 1);
  const auto* seed = set->find("seed 3 migrated");
  REQUIRE(seed != nullptr);
  REQUIRE(seed->points.size() == 1);
  CHECK((seed->points[0].mm - sample.audit.seeds[2].seed.pose.center.mm).norm() < 1e-3);
}

TEST_CASE("the same audit makes the same DICOM bytes, and without identity the patient is in none") {
  Sample sample;
  const test::TemporaryFolder one, two;
  REQUIRE(write_dicom_output(sample.input, one.path()));
  REQUIRE(write_dicom_output(sample.input, two.path()));
  const auto names = {"dose.dcm", "plan.dcm", "structures.dcm", "measurements.dcm", "report.dcm"};
  for (const char* name : names) {
    const std::string bytes = test::content_of(one / "dicom" / name);
    CHECK(bytes == test::content_of(two / "dicom" / name));
    CHECK(bytes.find(test::kPatientId) != std::string::npos);
  }
  sample.input.keep_identity = false;
  sample.input.pseudonym = "P-0007";
  REQUIRE(write_dicom_output(sample.input, one.path()));
  for (const char* name : names) {
    const std::string bytes = test::content_of(one / "dicom" / name);
    CHECK(bytes.find(test::kPatientId) == std::string::npos);
    CHECK(bytes.find("Mingyuan") == std::string::npos);
    CHECK(bytes.find("P-0007") != std::string::npos);
  }
}

TEST_CASE("what an audit wrote is told from inputs by its own words, wherever it comes to lie") {
  Sample sample;
  const test::TemporaryFolder folder;
  for (const bool keep : {true, false}) {
    sample.input.keep_identity = keep;
    REQUIRE(write_dicom_output(sample.input, folder.path()));
    const auto index = index_folder(folder / "dicom");
    REQUIRE(index);
    CHECK(index->objects.size() == 5);
    for (const IndexedObject& o : index->objects) CHECK(is_audit_result(o));
  }
  IndexedObject simulated;  // its plan is an input
  simulated.manufacturer = "seedaudit";
  simulated.series_description = "plan";
  CHECK_FALSE(is_audit_result(simulated));
}

TEST_CASE("a dose without histograms names no structure set, which the module of histograms would ask for") {
  Sample sample;
  const test::TemporaryFolder folder;
  const auto names_set = [&] {
    REQUIRE(write_dicom_output(sample.input, folder.path()));
    DcmFileFormat file;
    REQUIRE(file.loadFile((folder / "dicom" / "dose.dcm").c_str()).good());
    CHECK(file.getDataset()->tagExists(DCM_DVHSequence) == file.getDataset()->tagExists(DCM_ReferencedStructureSetSequence));
    return file.getDataset()->tagExists(DCM_ReferencedStructureSetSequence) == OFTrue;
  };
  CHECK(names_set());
  sample.input.targets.clear();
  sample.input.organs.clear();
  CHECK_FALSE(names_set());
}

TEST_CASE("32 bits store the dose in finer steps, without dose or strength no dose and no plan is left from an earlier run") {
  Sample sample;
  const test::TemporaryFolder folder;
  sample.input.dose_bits = 32;
  REQUIRE(write_dicom_output(sample.input, folder.path()));
  const auto dose = read_dose<CtFrame>(folder / "dicom" / "dose.dcm");
  REQUIRE(dose);
  CHECK(std::abs(dose->dose_gy[5] - sample.dose.dose_gy[5]) < 1e-5F);  // a float of 5 Gy holds no more
  sample.input.dose = nullptr;
  sample.input.strengths.clear();
  sample.input.pdf.clear();
  REQUIRE(write_dicom_output(sample.input, folder.path()));
  for (const char* name : {"dose.dcm", "plan.dcm", "report.dcm"}) CHECK_FALSE(fs::exists(folder / "dicom" / name));
  CHECK(fs::exists(folder / "dicom" / "structures.dcm"));
}
