// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "case_maker.h"
#include "ct_reading.h"
#include "io/metal_content.h"

namespace seedaudit::test {

namespace fs = std::filesystem;

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
  CHECK(decision(*c, "preop_ct") == nullptr);
  CHECK(has_warning(c->warnings, "POSTOP_IN_PLAN_FRAME"));

  CaseMaker lone;
  lone.with_post = false;
  const Made made(lone);
  const auto refused = made.read();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::no_postop_ct);
  CHECK(refused.error().hint.find("--postop-ct") != std::string::npos);
}

TEST_CASE("a scan of a later day in the plan's frame of reference is registered all the same") {
  CaseMaker maker;
  maker.post.frame_uid = kPreFrame;
  const auto c = Made(maker).read();
  REQUIRE(c);
  CHECK(c->postop[0].series.series_instance_uid == maker.post.series_uid);
  REQUIRE(c->preop);
  CHECK_FALSE(c->plan_in_postop_frame);
  CHECK(has_warning(c->warnings, "POSTOP_SHARES_FRAME"));
  CHECK_FALSE(c->postop_structures);

  // On the day of the plan it is what it says: one position of the patient.
  maker.pre.study_date = maker.post.study_date;
  Made same_day{maker};
  same_day.request.postop_ct = same_day.folder / "c";
  const auto trusted = same_day.read();
  REQUIRE(trusted);
  CHECK(trusted->plan_in_postop_frame);
  // Whoever asks for a registration, or brings one, gets it.
  same_day.request.registration = "auto";
  CHECK(same_day.read()->plan_in_postop_frame);
  same_day.request.registration = "rigid";
  CHECK_FALSE(same_day.read()->plan_in_postop_frame);
  std::ofstream(same_day.folder / "registration.txt") << "1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1";
  same_day.request.registration = (same_day.folder / "registration.txt").string();
  const auto given = same_day.read();
  REQUIRE(given);
  CHECK_FALSE(given->plan_in_postop_frame);
  CHECK(given->given_registration);
}

TEST_CASE("an archive that gives every scan one frame of reference does not pass one visit for another") {
  // Day 0 and day 30 of one implant: the later one is taken, not the better reconstruction of a scan that never was.
  CaseMaker maker;
  const auto add_day_30 = [&](const Made& made) {
    CtSpec day30 = maker.post;
    day30.study_uid = "1.2.3.11";
    day30.series_uid = "1.2.3.21";
    day30.sop_prefix = "1.2.3.41";
    day30.study_date = "20250430";
    write_ct(made.folder / "day30", day30);
  };
  for (const std::string& frame : {kPostFrame, kPreFrame}) {
    CAPTURE(frame);
    maker.post.frame_uid = frame;
    const Made made(maker);
    add_day_30(made);
    const auto c = made.read();
    REQUIRE(c);
    REQUIRE(c->postop.size() == 1);
    CHECK(c->postop[0].series.series_instance_uid == "1.2.3.21");
    CHECK(has_warning(c->warnings, "POSTOP_SCANS_SEVERAL"));
    REQUIRE(c->preop);
    CHECK(c->preop->series.series_instance_uid == maker.pre.series_uid);
    CHECK_FALSE(c->plan_in_postop_frame);
  }

  // Without dates the studies tell the two visits apart; which is the later one nobody can say, and that is said.
  maker.post.frame_uid = kPostFrame;
  maker.post.study_date = "";
  {
    const Made made(maker);
    CtSpec other = maker.post;
    other.study_uid = "1.2.3.11";
    other.series_uid = "1.2.3.21";
    other.sop_prefix = "1.2.3.41";
    other.origin_mm.z() += 300.0;
    other.hu = [](const Eigen::Vector3d& p) { return hu_with_seeds(p - Eigen::Vector3d(0.0, 0.0, 300.0)); };
    write_ct(made.folder / "other", other);
    const auto c = made.read();
    REQUIRE(c);
    CHECK(c->postop.size() == 1);
    CHECK(has_warning(c->warnings, "POSTOP_SCANS_SEVERAL"));
  }

  // Dates taken out as well, or all set to one: the study tells, or that the scan lies where no planned seed is.
  maker.post.frame_uid = kPreFrame;
  maker.pre.study_date = maker.post.study_date = "";
  const auto undated = Made(maker).read();
  REQUIRE(undated);
  CHECK(undated->postop[0].series.series_instance_uid == maker.post.series_uid);
  CHECK(undated->preop);
  CHECK_FALSE(undated->plan_in_postop_frame);
  CHECK(has_warning(undated->warnings, "POSTOP_SHARES_FRAME"));

  maker.pre.study_date = maker.post.study_date = "20250401";
  const Eigen::Vector3d away(0.0, 0.0, 300.0);
  maker.post.origin_mm += away;
  maker.post.hu = [away](const Eigen::Vector3d& p) { return hu_with_seeds(p - away); };
  const auto one_date = Made(maker).read();
  REQUIRE(one_date);
  REQUIRE(one_date->postop.size() == 1);
  CHECK(one_date->postop[0].series.series_instance_uid == maker.post.series_uid);
  CHECK(one_date->preop);
  CHECK_FALSE(one_date->plan_in_postop_frame);
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

TEST_CASE("the quick look for metal sees seeds and not bone") {
  CtSpec spec;
  spec.columns = 60;
  spec.rows = 60;
  spec.slices = 20;
  spec.hu = hu_with_seeds;
  const TemporaryFolder folder;
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

TEST_CASE("warnings of a series name its files, not the folders they lie in") {
  CaseMaker maker;
  maker.post.positions_mm = {0.0, 2.5, 5.0, 10.0, 12.5, 15.0, 17.5, 20.0};
  const Made made(maker);
  const auto c = made.read();
  REQUIRE(c);
  const std::string message = message_of(c->postop[0].warnings, "MISSING_SLICE_INTERPOLATED");
  CHECK(message.find("IM") != std::string::npos);
  CHECK(message.find('/') == std::string::npos);
}

}  // namespace seedaudit::test
