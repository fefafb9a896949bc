// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "case_maker.h"
#include "core/parallel.h"
#include "core/strength.h"
#include "ct_reading.h"
#include "io/metal_content.h"
#include "tests/support/paths.h"

namespace seedaudit::test {
namespace {

namespace fs = std::filesystem;

struct Made {
  TempFolder folder;
  CaseRequest request;
  explicit Made(const CaseMaker& maker) {
    maker.write(folder.path());
    request.path = folder.path();
  }
  Result<ImplantCase> read() const { return read_case(request); }
  ErrorCode code() const {
    const auto c = read();
    return c ? ErrorCode::internal : c.error().code;
  }
};

}  // namespace

TEST_CASE("a case is read from its folder alone, and says how") {
  const Made made{CaseMaker()};
  const auto c = made.read();
  REQUIRE(c);
  REQUIRE(c->postop.size() == 1);
  CHECK(c->postop[0].series.frame_of_reference_uid == kPostFrame);
  REQUIRE(c->preop);
  CHECK(c->preop->series.frame_of_reference_uid == kPreFrame);
  REQUIRE(c->plan);
  CHECK(c->plan->seeds.size() == 5);
  REQUIRE(c->structures);
  CHECK_FALSE(c->postop_structures);
  CHECK(c->planning_dose);
  CHECK_FALSE(c->plan_in_postop_frame);
  CHECK(c->targets == std::vector<std::string>{"CTV"});  // the dose reference's, although a PTV is there
  CHECK(c->prescription->value == 120.0);
  CHECK(c->patient_id == "P1");
  CHECK(to_iso(c->strength.implant_date->date) == "2025-03-01");
  CHECK(c->strength.implant_date_source == "plan_strength_reference_date");
  CHECK(c->strength.implant_date_assumed);
  CHECK(c->strength.isotope == "I-125");
  CHECK(c->strength.source_id.empty());
  for (const char* what : {"plan", "structures", "preop_ct", "postop_ct", "dose", "implant_date", "prescription", "target"}) {
    const Decision* d = decision(*c, what);
    CAPTURE(what);
    REQUIRE(d);
    CHECK_FALSE(d->reason.empty());
  }
  CHECK(c->inputs.size() == 5);
  for (const auto& input : c->inputs) {
    CHECK(input.sha.size() == 64);
    CHECK_FALSE(input.uid.empty());
  }
  // One or two threads, the same case.
  set_thread_count(1);
  const auto again = made.read();
  set_thread_count(0);
  REQUIRE(again);
  CHECK(again->postop[0].hu == c->postop[0].hu);
  CHECK(again->inputs[0].sha == c->inputs[0].sha);
}

TEST_CASE("a case without plan, contours or pre-op image is read, and says what is missing") {
  CaseMaker maker;
  maker.with_plan = maker.with_structures = maker.with_dose = maker.with_pre = false;
  const auto c = Made(maker).read();
  REQUIRE(c);
  CHECK_FALSE(c->plan);
  CHECK_FALSE(c->structures);
  CHECK_FALSE(c->preop);
  CHECK(c->targets.empty());
  CHECK(has_warning(c->warnings, "PLAN_ABSENT"));
  CHECK(has_warning(c->warnings, "STRUCTURES_ABSENT"));

  CaseMaker no_preop;
  no_preop.with_pre = no_preop.with_structures = no_preop.with_dose = false;
  const auto d = Made(no_preop).read();
  REQUIRE(d);
  CHECK(d->plan);
  CHECK(has_warning(d->warnings, "PREOP_ABSENT"));
}

TEST_CASE("without a plan the scan with seeds is the post-op one, of several such the latest") {
  CaseMaker maker;
  maker.with_plan = maker.with_structures = maker.with_dose = false;
  maker.pre.study_date = "20250601";  // the later scan shows none
  const auto c = Made(maker).read();
  REQUIRE(c);
  CHECK(c->postop[0].series.frame_of_reference_uid == kPostFrame);
  maker.pre.hu = hu_with_seeds;
  const auto d = Made(maker).read();
  REQUIRE(d);
  CHECK(d->postop[0].series.frame_of_reference_uid == kPreFrame);
  CHECK(has_warning(d->warnings, "POSTOP_SCANS_SEVERAL"));
}

TEST_CASE("of several later scans the one with seeds is taken, and older ones are passed over") {
  CaseMaker maker;
  const Made made(maker);
  CtSpec other = maker.post;
  other.frame_uid = "1.2.3.31";
  other.series_uid = "1.2.3.21";
  other.sop_prefix = "1.2.3.41";
  other.hu = hu_without_seeds;
  other.study_date = "20250501";
  write_ct(made.folder / "later_without_seeds", other);
  other.frame_uid = "1.2.3.32";
  other.series_uid = "1.2.3.22";
  other.sop_prefix = "1.2.3.42";
  other.hu = hu_with_seeds;
  other.study_date = "20240101";
  write_ct(made.folder / "older", other);
  const auto c = made.read();
  REQUIRE(c);
  CHECK(c->postop[0].series.frame_of_reference_uid == kPostFrame);
  CHECK(has_warning(c->warnings, "OLDER_SCAN_PASSED_OVER"));
}

TEST_CASE("of several reconstructions of a scan: original, not metal-reduced, thinnest, soft-tissue kernel") {
  CaseMaker maker;
  maker.post.slices = 20;
  const Made made(maker);
  const auto add = [&](const std::string& name, const std::function<void(CtSpec&)>& change) {
    CtSpec s = maker.post;
    s.series_uid = "1.2.3.20." + std::to_string(name.size()) + std::to_string(static_cast<int>(name[0]));
    s.sop_prefix = s.series_uid + ".1";
    change(s);
    write_ct(made.folder / name, s);
  };
  add("thin_but_mar", [](CtSpec& s) {
    s.description = "ABD 1.25 iMAR";
    s.spacing_k_mm = 1.25;
    s.slices = 40;
  });
  add("thin_but_derived", [](CtSpec& s) {
    s.image_type = "DERIVED\\SECONDARY\\MPR";
    s.spacing_k_mm = 1.25;
    s.slices = 40;
  });
  add("as_thin_but_bone", [](CtSpec& s) { s.kernel = "B70s"; });
  add("thick", [](CtSpec& s) {
    s.spacing_k_mm = 5.0;
    s.slices = 10;
  });
  const auto c = made.read();
  REQUIRE(c);
  REQUIRE(c->postop.size() == 1);
  CHECK(c->postop[0].series.series_instance_uid == "1.2.3.20");
  const std::string reason = decision(*c, "postop_ct")->reason;
  for (const char* why : {"not metal-artefact-reduced", "original", "better kernel", "thinner slices"}) {
    CAPTURE(why);
    CHECK(reason.find(why) != std::string::npos);
  }
}

TEST_CASE("chest and abdomen of one scan are both searched, the one with the implant first") {
  CaseMaker maker;
  maker.post.slices = 20;
  const Made made(maker);
  CtSpec chest = maker.post;
  chest.series_uid = "1.2.3.19";  // sorted before the abdomen
  chest.sop_prefix = "1.2.3.49";
  chest.origin_mm.z() += 45.0;  // shares the last slices
  chest.hu = hu_without_seeds;
  chest.slices = 30;
  write_ct(made.folder / "chest", chest);
  const auto c = made.read();
  REQUIRE(c);
  REQUIRE(c->postop.size() == 2);
  CHECK(c->postop[0].series.series_instance_uid == "1.2.3.20");
  CHECK(c->postop[1].series.series_instance_uid == "1.2.3.19");
}

TEST_CASE("a plan made on the post-op scan itself needs no registration, a lone pre-op CT is no post-op CT") {
  CaseMaker maker;
  maker.with_pre = maker.with_dose = false;
  maker.post.frame_uid = kPreFrame;
  maker.structures.image_series_uid = maker.post.series_uid;
  const auto c = Made(maker).read();
  REQUIRE(c);
  CHECK(c->plan_in_postop_frame);
  CHECK_FALSE(c->preop);
  CHECK(has_warning(c->warnings, "POSTOP_IN_PLAN_FRAME"));

  CaseMaker lone;
  lone.with_post = false;
  const Made made(lone);
  const auto refused = made.read();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::no_postop_ct);
  CHECK(refused.error().hint.find("--postop-ct") != std::string::npos);
}

TEST_CASE("post-op structures are those in the post-op frame of reference") {
  CaseMaker maker;
  const Made made(maker);
  StructuresSpec post = maker.structures;
  post.sop_uid = "1.2.9.20";
  post.frame_uid = kPostFrame;
  post.image_series_uid = maker.post.series_uid;
  post.rois = {box_roi(1, "CTV", "CTV", {0, -12, 38}, 5.0)};
  write_structures_file(made.folder / "post_rs", post);
  const auto c = made.read();
  REQUIRE(c);
  REQUIRE(c->structures);
  CHECK(c->structures->structures.size() == 3);
  REQUIRE(c->postop_structures);
  CHECK(c->postop_structures->structures.size() == 1);
}

TEST_CASE("pre-op MR is allowed, MR as post-op CT is refused") {
  CaseMaker maker;
  maker.pre.modality = "MR";
  maker.pre.edit = [](DcmDataset& d, int) { d.putAndInsertString(DCM_SOPClassUID, UID_MRImageStorage); };
  Made made(maker);
  const auto c = made.read();
  REQUIRE(c);
  REQUIRE(c->preop);
  CHECK(c->preop->series.modality == "MR");
  made.request.postop_ct = made.folder / "b";
  CHECK(made.code() == ErrorCode::wrong_modality);
  made.request.postop_ct = made.folder / "a";
  CHECK(made.code() == ErrorCode::wrong_modality);
  CaseMaker mr_only;
  mr_only.with_post = false;
  mr_only.pre = maker.pre;
  CHECK(Made(mr_only).code() == ErrorCode::no_postop_ct);
}

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

TEST_CASE("the target: option, dose reference, then PTV before CTV before GTV, absent and tied targets list the names") {
  Made made{CaseMaker()};
  made.request.targets = {"ptv"};
  CHECK(made.read()->targets == std::vector<std::string>{"PTV"});
  made.request.targets = {"CTV", "PTV"};
  CHECK(made.read()->targets.size() == 2);
  made.request.targets = {"LUNG"};
  const auto absent = made.read();
  REQUIRE_FALSE(absent);
  CHECK(absent.error().code == ErrorCode::target_not_found);
  for (const char* name : {"CTV", "PTV", "LIVER"}) CHECK(absent.error().what.find(name) != std::string::npos);

  CaseMaker no_reference;
  no_reference.plan.references = {{std::nullopt, "", "120", "TARGET"}};
  CHECK(Made(no_reference).read()->targets == std::vector<std::string>{"PTV"});
  no_reference.structures.rois.push_back(box_roi(4, "PTV 2", "PTV", {0, 0, 38}, 5.0));
  no_reference.structures.rois[1].name = "PTV 1";
  const auto tied = Made(no_reference).read();
  REQUIRE_FALSE(tied);
  CHECK(tied.error().code == ErrorCode::target_ambiguous);
  CHECK(tied.error().what.find("PTV 2") != std::string::npos);
}

TEST_CASE("the implant date: option, case.json, treatment record, reference date") {
  CaseMaker maker;
  Made made(maker);
  write_record_file(made.folder / "record", {});
  auto c = made.read();
  REQUIRE(c);
  CHECK(to_iso(c->strength.implant_date->date) == "2025-03-05");
  CHECK(c->strength.implant_date_source == "treatment_record");
  CHECK_FALSE(c->strength.implant_date_assumed);
  made.request.implant_date = "2025-03-09";
  c = made.read();
  CHECK(to_iso(c->strength.implant_date->date) == "2025-03-09");
  CHECK(c->strength.implant_date_source == "option");

  made.request.implant_date = "2025-04-02";  // the day after the scan
  CHECK(made.code() == ErrorCode::date_implausible);
  made.request.implant_date = "2023-03-01";
  CHECK(has_warning(made.read()->warnings, "STRENGTH_DATE_FAR"));

  write_text(made.folder / "case.json", R"({"implant_date": "2025-03-07"})");
  made.request.implant_date.reset();
  made.request.path = made.folder / "case.json";
  c = made.read();
  REQUIRE(c);
  CHECK(c->strength.implant_date_source == "case.json");
  CHECK(to_iso(c->strength.implant_date->date) == "2025-03-07");

  CaseMaker undated;
  undated.plan.sources[0].date.clear();
  const auto none = Made(undated).read();
  REQUIRE(none);
  CHECK_FALSE(none->strength.implant_date);  // a CT date is never taken for it
}

TEST_CASE("a treatment record counts its positions, issued less returned is implanted") {
  Made made{CaseMaker()};
  RecordSpec record;
  record.delivered = {{0, 0, 0}, {5, 0, 0}, {5, 0, 0}, {10, 0, 0}};
  write_record_file(made.folder / "record", record);
  CHECK(made.read()->records.implanted == 3);
  made.request.implanted = 4;
  CHECK(made.read()->records.implanted == 4);
  fs::remove(made.folder / "record");
  made.request.implanted.reset();
  made.request.issued = 10;
  made.request.returned = 4;
  CHECK(made.read()->records.implanted == 6);
}

TEST_CASE("a strength option stays as stated until the source model is known") {
  Made made{CaseMaker()};
  made.request.activity_mbq = 29.6;
  auto c = made.read();
  REQUIRE(c);
  REQUIRE(c->strength.stated_per_seed);
  CHECK(c->strength.stated_per_seed->unit == StrengthUnit::mbq);
  CHECK_FALSE(c->strength.per_seed);
  REQUIRE(resolve_strengths(*c, 1.270));
  // 29.6 MBq = 0.8 mCi = 1.016 U
  CHECK(std::abs(c->strength.per_seed->value - 1.016) < 1e-12);
  CHECK(std::abs(c->plan->seeds[4].strength.value - 1.016) < 1e-12);
  CHECK(resolve_strengths(*c, 0.0).error().code == ErrorCode::invalid_option);

  CaseMaker weak;
  weak.plan.sources[0].strength.clear();
  CHECK(Made(weak).code() == ErrorCode::plan_without_strength);
  Made given(weak);
  given.request.strength_u = 0.9;
  auto d = given.read();
  REQUIRE(d);
  REQUIRE(resolve_strengths(*d, 1.270));
  CHECK(d->plan->seeds[0].strength.value == 0.9);
}

TEST_CASE("a seed list completes a plan without positions, is the plan where there is none, else holds seeds found") {
  const std::string csv = "x_mm,y_mm,z_mm,activity_mci\n-8,-13,38,0.8\n0,-13,38,0.8\n0.04,-13,38,0.8\n";
  CaseMaker without_positions;
  for (auto& c : without_positions.plan.setups[0].channels)
    for (auto& cp : c.points) cp.position_mm.reset();
  Made completed(without_positions);
  CHECK(completed.code() == ErrorCode::plan_without_positions);
  write_text(completed.folder / "seeds.csv", csv);
  completed.request.seeds = completed.folder / "seeds.csv";
  auto c = completed.read();
  REQUIRE(c);
  CHECK(c->plan->seeds.size() == 2);
  CHECK_FALSE(c->given_seeds);
  CHECK(c->prescription->value == 120.0);
  REQUIRE(resolve_strengths(*c, 1.270));
  CHECK(std::abs(c->plan->seeds[0].strength.value - 1.016) < 1e-12);

  CaseMaker no_plan;
  no_plan.with_plan = no_plan.with_dose = false;
  Made listed(no_plan);
  write_text(listed.folder / "seeds.csv", csv);
  listed.request.seeds = listed.folder / "seeds.csv";
  const auto d = listed.read();
  REQUIRE(d);
  REQUIRE(d->plan);
  CHECK(d->plan->seeds.size() == 2);
  CHECK(d->plan->duplicates_removed == 1);
  CHECK(decision(*d, "seeds")->choice.find("planned") == 0);
  CHECK(d->preop);

  Made found{CaseMaker()};
  write_text(found.folder / "seeds.csv", csv);
  found.request.seeds = found.folder / "seeds.csv";
  const auto e = found.read();
  REQUIRE(e);
  CHECK(e->plan->seeds.size() == 5);
  REQUIRE(e->given_seeds);
  CHECK(e->given_seeds->size() == 2);
  CHECK(has_warning(e->warnings, "DUPLICATE_POSITIONS"));
  found.request.seeds_frame = "plan";
  CHECK(found.code() == ErrorCode::invalid_option);
}

TEST_CASE("a plan given as CSV states no frame of reference, the scan before the post-op one is taken, with a warning") {
  CaseMaker maker;
  maker.with_plan = maker.with_structures = maker.with_dose = false;
  Made made(maker);
  write_text(made.folder / "plan.csv", "x_mm,y_mm,z_mm,strength_u\n-8,-13,38,1.0\n");
  made.request.plan = made.folder / "plan.csv";
  const auto c = made.read();
  REQUIRE(c);
  CHECK(c->preop);
  CHECK(c->postop[0].series.frame_of_reference_uid == kPostFrame);
  CHECK(has_warning(c->warnings, "PREOP_ASSUMED"));
}

TEST_CASE("of several plans: before the implant, approved, latest, external beam is passed over") {
  CaseMaker maker;
  const Made made(maker);
  PlanSpec post_plan = maker.plan;  // the planning system's own evaluation on the post-op scan
  post_plan.sop_uid = "1.2.9.11";
  post_plan.frame_uid = kPostFrame;
  post_plan.date = "20250402";
  write_plan_file(made.folder / "x", post_plan);
  PlanSpec revised = maker.plan;
  revised.sop_uid = "1.2.9.12";
  revised.date = "20250302";
  revised.setups[0].channels.pop_back();
  write_plan_file(made.folder / "y", revised);
  PlanSpec beam = maker.plan;
  beam.sop_uid = "1.2.9.13";
  beam.technique.clear();
  beam.type.clear();
  write_plan_file(made.folder / "z", beam);
  fs::remove(made.folder / "a" / "3");  // the dose would speak for the first plan
  auto c = made.read();
  REQUIRE(c);
  CHECK(c->plan->sop_instance_uid == "1.2.9.12");
  CHECK(has_warning(c->warnings, "PLANS_SEVERAL"));
  CHECK(has_warning(c->warnings, "PLAN_PASSED_OVER"));
  PlanSpec approved = maker.plan;
  approved.approval = "APPROVED";
  write_plan_file(made.folder / "a" / "1", approved);
  c = made.read();
  REQUIRE(c);
  CHECK(c->plan->sop_instance_uid == "1.2.9.1");
}

TEST_CASE("bad input: empty folder, no such folder, no DICOM, truncated, not DICOM, gap") {
  const TempFolder folder;
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
}

TEST_CASE("landmarks and a registration file become part of the case") {
  Made made{CaseMaker()};
  write_text(made.folder / "points.csv", "moving_x_mm,moving_y_mm,moving_z_mm,fixed_x_mm,fixed_y_mm,fixed_z_mm\n1,2,3,4,5,6\n");
  write_text(made.folder / "reg.txt", "1 0 0 5\n0 1 0 6\n0 0 1 7\n0 0 0 1\n");
  made.request.landmarks = made.folder / "points.csv";
  made.request.registration = (made.folder / "reg.txt").string();
  const auto c = made.read();
  REQUIRE(c);
  REQUIRE(c->landmarks.size() == 1);
  CHECK(c->landmarks[0].postop.mm == Eigen::Vector3d(4, 5, 6));
  REQUIRE(c->given_registration);
  CHECK(((*c->given_registration * Point<PlanFrame>{{1, 1, 1}}).mm - Eigen::Vector3d(6, 7, 8)).norm() < 1e-12);
  made.request.registration = (made.folder / "points.csv").string();
  CHECK(made.code() == ErrorCode::registration_invalid);
}

TEST_CASE("the quick look for metal sees seeds and not bone") {
  CtSpec spec;
  spec.columns = 60;
  spec.rows = 60;
  spec.slices = 20;
  spec.hu = hu_with_seeds;
  const TempFolder folder;
  write_ct(folder / "seeds", spec);
  CHECK(count_small_metal(*read_folder(folder / "seeds")) == 5);
  // Cortical bone: a thick bright shell with brighter specks.
  spec.hu = [](const Eigen::Vector3d& p) {
    const double r = (p - Eigen::Vector3d(12, 0, 55)).norm();
    if (r > 14.0) return 40.0;
    return r > 4.0 && std::fmod(std::abs(p.x()), 4.0) < 1.0 ? 1200.0 : 700.0;
  };
  write_ct(folder / "bone", spec);
  CHECK(count_small_metal(*read_folder(folder / "bone")) < 3);
}

TEST_CASE("the simulated cases of an independent maker are recognised from the folder alone", "[heavy]") {
  struct Row {
    const char* name;
    std::size_t seeds;
    double rx_gy;
    const char* date;
    bool postop_structures;
    int slices;
  };
  const fs::path cases = test::shared_folder() / "cases";
  if (!fs::exists(cases)) {
    WARN(cases.string() + " absent: not tested");
    return;
  }
  for (const auto& row :
       {Row{"c1_mixed_2p5mm", 22, 120.0, "2025-03-21", true, 59}, Row{"c2_lateral_5mm", 18, 120.0, "2025-03-22", false, 37},
        Row{"c3_thin_undercovered", 16, 110.0, "2025-03-23", false, 69}}) {
    CAPTURE(row.name);
    const auto c = read_folder_case(cases / row.name);
    REQUIRE(c);
    CHECK(c->case_id == row.name);
    CHECK(c->plan->seeds.size() == row.seeds);
    CHECK(c->prescription->value == row.rx_gy);
    CHECK(to_iso(c->strength.implant_date->date) == row.date);
    CHECK(c->strength.implant_date_assumed);
    CHECK(c->targets == std::vector<std::string>{"CTV"});
    CHECK(c->postop_structures.has_value() == row.postop_structures);
    CHECK(c->postop.size() == 1);
    CHECK(c->postop[0].grid.size()[2] == row.slices);
    CHECK(c->preop->grid.size()[2] == 37);
    CHECK(c->planning_dose);
    CHECK_FALSE(c->plan_in_postop_frame);
  }
}

}  // namespace seedaudit::test
