// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <functional>
#include <set>

#include "case_maker.h"
#include "core/parallel.h"
#include "core/strength.h"
#include "ct_reading.h"
#include "tests/support/paths.h"

namespace seedaudit::test {

namespace fs = std::filesystem;

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

TEST_CASE("of two structures of one name the target is the one that the plan means by number") {
  CaseMaker maker;
  maker.structures.rois[1].name = "CTV";  // ROI 2, larger; the plan means ROI 1
  Made made(maker);
  const auto c = made.read();
  REQUIRE(c);
  REQUIRE(c->targets == std::vector<std::string>{"CTV (ROI 1)"});
  CHECK(c->structures->find("CTV (ROI 1)")->number == 1);
  made.request.targets = {"CTV"};
  CHECK(made.code() == ErrorCode::target_ambiguous);
  made.request.targets = {"CTV (ROI 2)"};
  CHECK(made.read()->targets == std::vector<std::string>{"CTV (ROI 2)"});
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

namespace {

/// A treatment record with a Recorded Source Sequence of one source; empty text: absent.
struct RecordWithSource {
  RecordSpec record;
  std::string isotope = "I-125", strength = "1.016", date = "20250301";

  void write(const fs::path& file) const {
    write_record_file(file, record);
    DcmFileFormat made;
    REQUIRE(made.loadFile(file.c_str()).good());
    DcmItem* item = nullptr;
    REQUIRE(made.getDataset()->findOrCreateSequenceItem(DCM_RecordedSourceSequence, item, -2).good());
    for (const auto& [tag, text] :
         {std::pair{DCM_SourceIsotopeName, isotope}, std::pair{DCM_ReferenceAirKermaRate, strength},
          std::pair{DCM_SourceStrengthReferenceDate, date}, std::pair{DCM_SourceStrengthReferenceTime, std::string("120000")}})
      if (!text.empty()) REQUIRE(item->putAndInsertString(tag, text.c_str()).good());
    REQUIRE(made.saveFile(file.c_str(), EXS_LittleEndianExplicit).good());
  }
};

}  // namespace

TEST_CASE("a treatment record that contradicts the plan, or what was given, is told, and so are counts that contradict each other") {
  const auto codes = [](const RecordWithSource& record, const std::function<void(CaseRequest&)>& ask = {}) {
    Made made{CaseMaker()};
    record.write(made.folder / "record");
    if (ask) ask(made.request);
    const auto c = made.read();
    REQUIRE(c);
    std::set<std::string> out;
    for (const Warning& w : c->warnings)
      if (w.code.find("RECORD") != std::string::npos || w.code == "STRENGTH_DIFFERS") out.insert(w.code);
    return out;
  };
  using Codes = std::set<std::string>;
  // The plan: 5 seeds of I-125, 1.016 U on 2025-03-01. A record that agrees says nothing, whatever day its strength is of.
  RecordWithSource agrees;
  agrees.record.delivered = {{0, 0, 0}, {5, 0, 0}, {10, 0, 0}, {15, 0, 0}, {20, 0, 0}};
  CHECK(codes(agrees) == Codes{});
  agrees.strength = "2.032";  // twice as strong a half-life before
  agrees.date = "20250101";   // 59 days, half-life 59.4
  CHECK(codes(agrees) == Codes{});
  CHECK(codes(agrees, [](CaseRequest& r) { r.implant_date = "2025-03-05"; }) == Codes{});  // the record's own

  RecordWithSource other = agrees;
  other.date = "20250301";
  CHECK(codes(other) == Codes{"STRENGTH_DIFFERS"});
  other.isotope = "Pd-103";
  CHECK(codes(other) == Codes{"RECORD_ISOTOPE_DIFFERS"});
  CHECK(codes(agrees, [](CaseRequest& r) { r.implant_date = "2025-03-06"; }) == Codes{"RECORD_DATE_DIFFERS"});
  CHECK(codes(agrees, [](CaseRequest& r) { r.implanted = 6; }) == Codes{"RECORD_COUNT_DIFFERS"});
  const auto issued = [](CaseRequest& r) {
    r.issued = 8;
    r.returned = 2;
  };
  CHECK(codes(agrees, issued) == Codes{"RECORD_COUNT_DIFFERS"});
  RecordWithSource silent;
  CHECK(codes(silent, [](CaseRequest& r) { r.implanted = 6, r.issued = 5; }) == Codes{"RECORD_COUNT_DIFFERS"});
  CHECK(codes(silent, [](CaseRequest& r) { r.implanted = 5, r.issued = 8, r.returned = 2; }) == Codes{"RECORD_COUNT_DIFFERS"});
  CHECK(codes(silent, [](CaseRequest& r) { r.implanted = 5, r.issued = 8; }) == Codes{});
  agrees.record.plan_uid = "1.2.9.77";
  CHECK(codes(agrees) == Codes{"TREATMENT_RECORD_PASSED_OVER"});
}

TEST_CASE("a case.json in the folder speaks for it, unnamed, and the report says so") {
  Made made{CaseMaker()};
  write_text(made.folder / "case.json", R"({"implant_date": "2025-03-07", "rx_gy": 110})");
  made.request.rx_gy = 115.0;
  const auto c = made.read();
  REQUIRE(c);
  CHECK(c->strength.implant_date_source == "case.json");
  CHECK(to_iso(c->strength.implant_date->date) == "2025-03-07");
  CHECK(c->prescription->value == 115.0);  // an option goes before it
  REQUIRE(decision(*c, "case_file"));
  CHECK(decision(*c, "case_file")->choice == "case.json");
  made.request.path = made.folder / "case.json";
  CHECK_FALSE(decision(*made.read(), "case_file"));
  write_text(made.folder / "case.json", R"({"implant_dat": "2025-03-07"})");
  made.request.path = made.folder.path();
  CHECK(made.code() == ErrorCode::bad_json);
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
  CHECK_FALSE(has_warning(c->warnings, "PATIENT_UNVERIFIED"));  // a list states no patient
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
  const auto fitted = made.read();
  REQUIRE(fitted);
  CHECK_FALSE(fitted->given_registration);
  REQUIRE(fitted->registration_landmarks.size() == 1);
  CHECK(fitted->registration_landmarks[0].preop.mm == Eigen::Vector3d(1, 2, 3));
  write_text(made.folder / "points.csv", "moving_x_mm,moving_y_mm,moving_z_mm,fixed_x_mm,fixed_y_mm\n1,2,3,4,5\n");
  CHECK(made.code() == ErrorCode::bad_csv);
}

TEST_CASE("a later CT is the one that is named: it is followed into, not audited") {
  Made made{CaseMaker()};
  CaseMaker other;
  CtSpec later = other.post;
  later.study_uid = "1.2.3.11";
  later.series_uid = "1.2.3.21";
  later.frame_uid = "1.2.3.31";
  later.sop_prefix = "1.2.3.41";
  later.study_date = "20250501";
  write_ct(made.folder / "d", later);
  // Without a word the latest scan with seeds is the post-op one.
  auto c = made.read();
  REQUIRE(c);
  CHECK(c->postop.front().series.series_instance_uid == "1.2.3.21");
  CHECK_FALSE(c->later_ct);
  made.request.later_ct = made.folder / "d";
  write_text(made.folder / "later.csv", "x_mm,y_mm,z_mm\n1,2,3\n4,5,6\n1,2,3.01\n");
  made.request.later_seeds = made.folder / "later.csv";
  c = made.read();
  REQUIRE(c);
  CHECK(c->postop.front().series.series_instance_uid == "1.2.3.20");
  CHECK_FALSE(has_warning(c->warnings, "POSTOP_SCANS_SEVERAL"));
  REQUIRE(c->later_ct);
  CHECK(c->later_ct->series.series_instance_uid == "1.2.3.21");
  REQUIRE(c->later_seeds);
  CHECK(c->later_seeds->size() == 2);  // a place repeated within 0.1 mm is one seed
  CHECK(decision(*c, "later_ct") != nullptr);
  // The other way round, and the same scan twice.
  made.request.postop_ct = made.folder / "d";
  made.request.later_ct = made.folder / "c";
  CHECK(made.code() == ErrorCode::date_implausible);
  made.request.later_ct = made.folder / "d";
  CHECK(made.code() == ErrorCode::invalid_option);
  made.request.postop_ct.reset();
  made.request.later_ct = made.folder / "a";
  CHECK(made.code() == ErrorCode::wrong_modality);
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
