// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <catch2/catch.hpp>

#include "case_maker.h"
#include "ct_reading.h"

namespace seedaudit::test {

namespace fs = std::filesystem;

TEST_CASE("objects of different patients are refused by file, a stray patient's scan is passed over") {
  CaseMaker maker;
  maker.post.patient_id = "P2";
  const auto c = Made(maker).read();
  REQUIRE_FALSE(c);
  CHECK(c.error().code == ErrorCode::patient_mismatch);
  CHECK(c.error().what.find("P2") == std::string::npos);  // a message names files, not patients
  CaseMaker plan_of_other;
  plan_of_other.plan.patient_id = "P3";
  CHECK(Made(plan_of_other).code() == ErrorCode::patient_mismatch);

  CaseMaker good;
  const Made made(good);
  CtSpec stray = good.post;
  stray.patient_id = "P2";
  stray.frame_uid = "1.2.3.77";
  stray.series_uid = "1.2.3.78";
  stray.sop_prefix = "1.2.3.79";
  stray.study_date = "20251001";
  write_ct(made.folder / "stray", stray);
  const auto d = made.read();
  REQUIRE(d);
  CHECK(d->postop[0].series.series_instance_uid == "1.2.3.20");
  CHECK(has_warning(d->warnings, "OTHER_PATIENT_PASSED_OVER"));
}

TEST_CASE("plans of different patients in one folder are refused, one of them named is taken") {
  CaseMaker maker;
  Made made(maker);
  PlanSpec foreign = maker.plan;
  foreign.sop_uid = "1.2.9.60";
  foreign.patient_id = "P2";
  write_plan_file(made.folder / "a" / "0", foreign);
  const auto refused = made.read();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::patient_mismatch);
  CHECK(refused.error().hint.find("--plan") != std::string::npos);
  made.request.plan = made.folder / "a" / "1";
  CHECK(made.read());
}

TEST_CASE("RTSTRUCT or RTDOSE outside the frame of reference of its image is refused") {
  CaseMaker structures;
  structures.structures.frame_uid = "1.2.3.99";
  CHECK(Made(structures).code() == ErrorCode::frame_mismatch);
  CaseMaker dose;
  dose.dose.frame_uid = "1.2.3.99";
  CHECK(Made(dose).code() == ErrorCode::frame_mismatch);
  dose.dose.plan_uid.clear();
  CHECK(Made(dose).code() == ErrorCode::frame_mismatch);
  CaseMaker referred;
  referred.plan.structure_set_uid = "1.2.9.2";
  referred.plan.frame_uid = "1.2.3.99";
  CHECK(Made(referred).code() == ErrorCode::frame_mismatch);
  Made given{CaseMaker()};
  given.request.preop_ct = given.folder / "c";
  CHECK(given.code() == ErrorCode::frame_mismatch);
  Made post{CaseMaker()};
  post.request.postop_structures = post.folder / "a" / "2";
  CHECK(post.code() == ErrorCode::frame_mismatch);
}

TEST_CASE("pitfall 33: RTSTRUCT and RTDOSE that share the series UID of the CT do not disturb it") {
  CaseMaker maker;
  maker.structures.series_uid = maker.pre.series_uid;
  maker.dose.edit = [](DcmDataset& d) { d.putAndInsertString(DCM_SeriesInstanceUID, "1.2.3.2"); };
  const auto c = Made(maker).read();
  REQUIRE(c);
  CHECK(c->preop->grid.size()[2] == 8);
  CHECK(c->planning_dose);
}

TEST_CASE("bad input: empty folder, no such folder, no DICOM, truncated, not DICOM, gap") {
  const TemporaryFolder folder;
  CaseRequest request;
  request.path = folder.path();
  CHECK(read_case(request).error().code == ErrorCode::empty_folder);
  write_text(folder / "notes.txt", "no images here");
  CHECK(read_case(request).error().code == ErrorCode::empty_folder);
  request.path = folder / "absent";
  CHECK(read_case(request).error().code == ErrorCode::path_not_found);

  const Made cut{CaseMaker()};
  const fs::path slice = fs::directory_iterator(cut.folder / "c")->path();
  const std::string whole = read_bytes(slice);
  write_bytes(slice, whole.substr(0, whole.size() / 2));
  CHECK(cut.code() == ErrorCode::truncated_file);
  CHECK(cut.read().error().where.find(slice.filename().string()) != std::string::npos);
  write_bytes(slice, whole.substr(0, 300));
  CHECK(cut.code() == ErrorCode::truncated_file);

  const Made other{CaseMaker()};
  write_text(other.folder / "scan.dcm", std::string(5000, 'x'));
  CHECK(other.code() == ErrorCode::unreadable_file);
  write_text(other.folder / "scan.dcm", "");
  CHECK(other.code() == ErrorCode::truncated_file);
}

TEST_CASE("results of an earlier audit that came back with the patient are no input") {
  const Made made{CaseMaker()};
  const auto alone = made.read();
  REQUIRE(alone);
  // As pulled from an archive: no report beside it, and by all the rules for plans the best (approved, latest, refers to the scan's frame).
  const fs::path plan = made.folder / "from-archive.dcm";
  PlanSpec as_found = CaseMaker().plan;
  as_found.sop_uid = "1.2.9.50";
  write_plan_file(plan, as_found);
  const auto with = [&](const char* maker, const char* series) {
    DcmFileFormat file;
    REQUIRE(file.loadFile(plan.c_str()).good());
    file.getDataset()->putAndInsertString(DCM_Manufacturer, maker);
    file.getDataset()->putAndInsertString(DCM_SeriesDescription, series);
    file.getDataset()->putAndInsertString(DCM_RTPlanDate, "20250601");
    REQUIRE(file.saveFile(plan.c_str(), EXS_LittleEndianExplicit).good());
    return made.read();
  };
  const auto result = with("seedaudit", "seedaudit");
  REQUIRE(result);
  CHECK(has_warning(result->warnings, "EARLIER_RESULTS_IGNORED"));
  CHECK_FALSE(has_warning(result->warnings, "PLANS_SEVERAL"));
  REQUIRE(result->inputs.size() == alone->inputs.size());
  for (std::size_t n = 0; n < alone->inputs.size(); ++n) CHECK(result->inputs[n].sha == alone->inputs[n].sha);
  const auto input = with("ACME", "seedaudit");
  REQUIRE(input);
  CHECK(has_warning(input->warnings, "PLANS_SEVERAL"));
  CHECK_FALSE(has_warning(input->warnings, "EARLIER_RESULTS_IGNORED"));
}

TEST_CASE("what an earlier audit wrote into the case folder is no input") {
  CaseMaker maker;
  const Made made(maker);
  PlanSpec as_found = maker.plan;
  as_found.sop_uid = "1.2.9.50";
  as_found.frame_uid = kPostFrame;
  fs::create_directories(made.folder / "out" / "dicom");
  write_text(made.folder / "out" / "report.json", "{}");
  write_text(made.folder / "out" / "seeds.csv", "x");
  write_plan_file(made.folder / "out" / "dicom" / "plan.dcm", as_found);
  const auto c = made.read();
  REQUIRE(c);
  CHECK(has_warning(c->warnings, "EARLIER_OUTPUT_IGNORED"));
  CHECK_FALSE(has_warning(c->warnings, "PLANS_SEVERAL"));

  // Written into the case folder itself, it does not take the case with it.
  write_text(made.folder / "report.json", "{}");
  write_text(made.folder / "seeds.csv", "x");
  CHECK(made.read());
  CaseRequest with_slash;
  with_slash.path = made.folder.path() / "";
  CHECK(read_case(with_slash));
}

TEST_CASE("bad input: a damaged slice that no longer fits its series is refused, not left out") {
  CaseMaker maker;
  // The last slice: left out, the scan would only be shorter.
  maker.post.edit = [&](DcmDataset& d, int slice) {
    if (slice == maker.post.slices - 1) d.putAndInsertUint16(DCM_Rows, 4000);
  };
  const Made made(maker);
  CHECK(made.code() == ErrorCode::truncated_file);
}

TEST_CASE("bad input: a later scan with an earlier date is named where no post-op CT is left") {
  CaseMaker maker;
  maker.post.study_date = "20240101";
  maker.post.description = "POSTOP ABD";
  const auto c = Made(maker).read();
  REQUIRE_FALSE(c);
  CHECK(c.error().code == ErrorCode::no_postop_ct);
  CHECK(c.error().what.find("POSTOP ABD") != std::string::npos);
  CHECK(c.error().what.find("2024-01-01") != std::string::npos);
}

TEST_CASE("bad input: a plan named as a folder is refused") {
  Made made{CaseMaker()};
  made.request.plan = made.folder / "a";
  CHECK(made.code() == ErrorCode::unreadable_file);
}

}  // namespace seedaudit::test
