// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "ct_reading.h"
#include "io/csv_seeds.h"
#include "io/dicom_plan.h"
#include "report/dicom_plan_writer.h"
#include "rt_maker.h"

namespace seedaudit::test {
namespace {

using Eigen::Vector3d;

Result<ImplantPlan> plan_of(const PlanSpec& spec, const PlanReadOptions& options = {}) {
  const TemporaryFolder folder;
  write_plan_file(folder / "plan.dcm", spec);
  return read_plan(folder / "plan.dcm", options);
}

ErrorCode plan_code(const Result<ImplantPlan>& plan) { return plan ? ErrorCode::internal : plan.error().code; }

/// Decimal strings of the tests are written with all digits, so positions come back to rounding of a double.
constexpr double kExactMm = 1e-9;

}  // namespace

TEST_CASE("a channel a seed: order, positions, strength, needle and reference date") {
  const auto plan = plan_of(simple_plan(5, {-96.548, 7.166, -132.593}));
  REQUIRE(plan);
  REQUIRE(plan->seeds.size() == 5);
  for (int i = 0; i < 5; ++i) {
    const auto& s = plan->seeds[static_cast<std::size_t>(i)];
    CHECK(s.index == i);
    CHECK((s.center.mm - Vector3d(-96.548 + 10.0 * i, 7.166, -132.593)).norm() < kExactMm);
    CHECK(std::abs(s.strength.value - 1.016) < 1e-12);
    CHECK_FALSE(s.axis);
  }
  CHECK(plan->needle_names.size() == 5);
  CHECK(plan->isotope == "I-125");
  REQUIRE(plan->half_life);
  CHECK(std::abs(plan->half_life->value - 59.4 * 24.0) < 1e-9);
  REQUIRE(plan->strength_reference_date);
  CHECK(to_iso(plan->strength_reference_date->date) == "2025-03-01");
  CHECK(plan->strength_reference_date->time_of_day == std::chrono::hours{12});
  REQUIRE(plan->prescription);
  CHECK(plan->prescription->value == 120.0);
  CHECK(plan->target_roi_number == 1);
  CHECK(plan->target_roi_name == "CTV");
  CHECK(plan->source_model_hint == "ACME");
  CHECK(plan->patient_id == "P1");
  CHECK(plan->warnings.empty());
}

TEST_CASE("a channel a needle: pairs of control points are one seed each, the needle's line is the axis") {
  PlanSpec spec = simple_plan(0);
  ChannelSpec needle;
  needle.applicator = "A7";
  const Vector3d along = Vector3d(1, 2, -2) / 3.0;
  for (int i = 0; i < 4; ++i) {
    const Vector3d p = Vector3d(10, 20, 30) + 5.0 * i * along;
    needle.points.push_back({p, 7404141.8 * i, std::nullopt});
    needle.points.push_back({p, 7404141.8 * (i + 1), std::nullopt});
  }
  needle.total_time = "29616567.2";  // four mean lives
  spec.setups = {{"", {needle, seed_channel(2, {0, 0, 0}, "B1")}}};
  const auto plan = plan_of(spec);
  REQUIRE(plan);
  REQUIRE(plan->seeds.size() == 5);
  CHECK(plan->needle_names == std::vector<std::string>{"A7", "B1"});
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(plan->seeds[i].needle == 0);
    REQUIRE(plan->seeds[i].axis);
    CHECK(angle_deg(*plan->seeds[i].axis, Axis<PlanFrame>{along}) < 1e-4);
  }
  CHECK_FALSE(plan->seeds[4].axis);  // a lone seed has no line
  CHECK(has_warning(plan->warnings, "AXIS_FROM_NEEDLE"));
  CHECK_FALSE(has_warning(plan->warnings, "CHANNEL_TOTAL_TIME"));
}

TEST_CASE("a needle with single control points, rising weights or none, holds a seed at each") {
  for (const bool weighted : {true, false}) {
    PlanSpec spec = simple_plan(0);
    ChannelSpec needle;
    for (int i = 0; i < 3; ++i)
      needle.points.push_back({Vector3d(0, 0, 5.0 * i), weighted ? std::optional<double>(i) : std::nullopt, std::nullopt});
    spec.setups = {{"", {needle}}};
    const auto plan = plan_of(spec);
    REQUIRE(plan);
    CHECK(plan->seeds.size() == 3);
  }
}

TEST_CASE("positions without time beside positions with time are no seeds") {
  PlanSpec spec = simple_plan(0);
  ChannelSpec c = seed_channel(1, {0, 0, 0});
  c.points.push_back({Vector3d(0, 0, 5), 7404141.8, std::nullopt});
  c.points.push_back({Vector3d(0, 0, 10), 0.0, std::nullopt});
  c.points.push_back({Vector3d(0, 0, 10), 0.0, std::nullopt});
  spec.setups = {{"", {c}}};
  const auto plan = plan_of(spec);
  REQUIRE(plan);
  CHECK(plan->seeds.size() == 1);
  CHECK(has_warning(plan->warnings, "DEAD_POSITIONS_IGNORED"));
}

TEST_CASE("weights that begin anew at every seed of a needle are seeds all the same") {
  PlanSpec spec = simple_plan(0);
  ChannelSpec c;
  for (int i = 0; i < 3; ++i) {
    c.points.push_back({Vector3d(0, 0, 5.0 * i), 0.0, std::nullopt});
    c.points.push_back({Vector3d(0, 0, 5.0 * i), 100.0, std::nullopt});
  }
  spec.setups = {{"", {c}}};
  const auto plan = plan_of(spec);
  REQUIRE(plan);
  CHECK(plan->seeds.size() == 3);
}

TEST_CASE("all application setups are read, and places repeated across them are counted once") {
  PlanSpec spec = simple_plan(3);
  SetupSpec second;
  second.channels = {seed_channel(1, {0.05, 0, 0}), seed_channel(2, {50, 0, 0}), seed_channel(3, {20.0, 0.15, 0})};
  spec.setups.push_back(second);
  const auto plan = plan_of(spec);
  REQUIRE(plan);
  // 0.05 mm from an earlier seed is the same place, 0.15 mm is not.
  CHECK(plan->seeds.size() == 5);
  CHECK(plan->duplicates_removed == 1);
  CHECK(plan->seeds[3].center.mm.x() == 50.0);
  CHECK(plan->seeds[4].index == 4);
  CHECK(has_warning(plan->warnings, "DUPLICATE_POSITIONS"));
}

TEST_CASE("one applicator name in every setup is no needle unless its seeds lie on a line") {
  PlanSpec spec = simple_plan(0);
  for (const auto& p : {Vector3d(0, 0, 0), Vector3d(10, 0, 0), Vector3d(0, 12, 5)}) spec.setups.push_back({"", {seed_channel(1, p, "N1")}});
  const auto bent = plan_of(spec);
  REQUIRE(bent);
  CHECK(bent->needle_names.size() == 3);
  CHECK_FALSE(bent->seeds[0].axis);

  spec.setups.clear();
  for (const double z : {0.0, 5.0, 10.0}) spec.setups.push_back({"", {seed_channel(1, {1, 2, z}, "N1")}});
  const auto straight = plan_of(spec);
  REQUIRE(straight);
  CHECK(straight->needle_names.size() == 1);
  REQUIRE(straight->seeds[0].axis);
  CHECK(angle_deg(*straight->seeds[0].axis, Axis<PlanFrame>{Vector3d::UnitZ()}) < 1e-4);
}

TEST_CASE("Control Point Orientation goes before the needle's line, a zero vector is none") {
  PlanSpec spec = simple_plan(0);
  ChannelSpec a = seed_channel(1, {0, 0, 0}, "N");
  ChannelSpec b = seed_channel(2, {0, 0, 5}, "N");
  for (auto& cp : a.points) cp.orientation = Vector3d(2, 0, 0);
  for (auto& cp : b.points) cp.orientation = Vector3d(0, 0, 0);
  spec.setups = {{"", {a, b}}};
  const auto plan = plan_of(spec);
  REQUIRE(plan);
  CHECK(angle_deg(*plan->seeds[0].axis, Axis<PlanFrame>{Vector3d::UnitX()}) < 1e-4);
  CHECK(angle_deg(*plan->seeds[1].axis, Axis<PlanFrame>{Vector3d::UnitZ()}) < 1e-4);
}

TEST_CASE("mixed strengths: each channel has its own source's") {
  PlanSpec spec = simple_plan(3);
  SourceSpec weak;
  weak.number = 7;
  weak.strength = "0.635";
  spec.sources.push_back(weak);
  spec.setups[0].channels[1].source = 7;
  const auto plan = plan_of(spec);
  REQUIRE(plan);
  CHECK(plan->seeds[0].strength.value == 1.016);
  CHECK(plan->seeds[1].strength.value == 0.635);

  SECTION("a channel that does not say which is refused, unless the strength is given") {
    spec.setups[0].channels[2].source.reset();
    CHECK(plan_code(plan_of(spec)) == ErrorCode::plan_without_strength);
    CHECK(plan_of(spec, {true, {}}).ok());
  }
  SECTION("different reference dates are brought to the first") {
    spec.sources[1].date = "20250430";  // 60 days later
    const auto dated = plan_of(spec);
    REQUIRE(dated);
    CHECK(std::abs(dated->seeds[1].strength.value - 0.635 * std::exp2(60.0 / 59.4)) < 1e-9);
    CHECK(has_warning(dated->warnings, "REFERENCE_DATES_DIFFER"));
  }
  SECTION("two isotopes are refused") {
    spec.sources[1].isotope = "Pd-103";
    CHECK(plan_code(plan_of(spec)) == ErrorCode::plan_unsupported);
  }
}

TEST_CASE("a reference to a source that is not there is said, where there is only one") {
  PlanSpec spec = simple_plan(2);
  spec.setups[0].channels[0].source = 9;
  const auto plan = plan_of(spec);
  REQUIRE(plan);
  CHECK(plan->seeds[0].strength.value == 1.016);
  CHECK(has_warning(plan->warnings, "SOURCE_REFERENCE"));
}

TEST_CASE("a plan without strength is refused, also with zero, and readable where a strength is given") {
  for (const char* strength : {"", "0"}) {
    PlanSpec spec = simple_plan(2);
    spec.sources[0].strength = strength;
    const auto plan = plan_of(spec);
    REQUIRE_FALSE(plan);
    CHECK(plan.error().code == ErrorCode::plan_without_strength);
    CHECK(plan.error().hint.find("--strength-u") != std::string::npos);
    const auto given = plan_of(spec, {true, {}});
    REQUIRE(given);
    CHECK(given->seeds[0].strength.value == 0.0);
  }
  PlanSpec none = simple_plan(2);
  none.sources.clear();
  CHECK(plan_code(plan_of(none)) == ErrorCode::plan_without_strength);
}

TEST_CASE("Channel Total Time: k mean lives within half a percent, k = 1 or the seeds of the channel") {
  struct Row {
    const char* seconds;
    bool accepted;
  };
  // Mean life of I-125 with 59.4 d is 7 404 142 s.
  for (const auto& [seconds, accepted] : {Row{"7404142", true}, Row{"7440000", true}, Row{"7445000", false}, Row{"14808284", true},
                                          Row{"22212426", false}, Row{"100", false}, Row{"85.7", false}, Row{"", true}}) {
    PlanSpec spec = simple_plan(0);
    ChannelSpec needle;
    for (int i = 0; i < 2; ++i)
      for (int e = 0; e < 2; ++e) needle.points.push_back({Vector3d(0, 0, 5.0 * i), double(i + e), std::nullopt});
    needle.total_time = seconds;
    spec.setups = {{"", {needle}}};
    const auto plan = plan_of(spec);
    REQUIRE(plan);
    CAPTURE(seconds);
    CHECK(has_warning(plan->warnings, "CHANNEL_TOTAL_TIME") == !accepted);
  }
}

TEST_CASE("Total Reference Air Kerma that fits another number of seeds is a warning") {
  // 5 seeds x 1.016 U x 2056.706 h = 10448.1 uGy
  for (const auto& [kerma, warned] :
       {std::pair{"10448.1", false}, std::pair{"12537.7", true}, std::pair{"0", false}, std::pair{"", false}}) {
    PlanSpec spec = simple_plan(5);
    spec.setups[0].total_kerma = kerma;
    const auto plan = plan_of(spec);
    REQUIRE(plan);
    CHECK(has_warning(plan->warnings, "TOTAL_KERMA") == warned);
  }
}

TEST_CASE("strengths no seed has are named with the unit they look like") {
  struct Row {
    const char* strength;
    bool warned;
    const char* names;
  };
  for (const auto& [strength, warned, names] : {Row{"0.8", false, ""}, Row{"1.016", false, ""}, Row{"29.6", true, "MBq"},
                                                Row{"0.0008", true, "mCi"}, Row{"29600000", true, "Bq"}}) {
    PlanSpec spec = simple_plan(1);
    spec.sources[0].strength = strength;
    const auto plan = plan_of(spec);
    REQUIRE(plan);
    CAPTURE(strength);
    CHECK(has_warning(plan->warnings, "STRENGTH_IMPLAUSIBLE") == warned);
    CHECK(message_of(plan->warnings, "STRENGTH_IMPLAUSIBLE").find(names) != std::string::npos);
  }
}

TEST_CASE("a half-life in other units than days is said and not used") {
  for (const char* half_life : {"1425.6", "5132160", "0.1626"}) {
    PlanSpec spec = simple_plan(1);
    spec.sources[0].half_life = half_life;
    const auto plan = plan_of(spec);
    REQUIRE(plan);
    CHECK(has_warning(plan->warnings, "HALF_LIFE_IMPLAUSIBLE"));
    CHECK_FALSE(plan->half_life);
    // The mean life of the isotope is still known, so the channel's time is judged by it.
    CHECK_FALSE(has_warning(plan->warnings, "CHANNEL_TOTAL_TIME"));
  }
}

TEST_CASE("prescription: dose reference, else application setup dose, a conflict is said") {
  PlanSpec spec = simple_plan(1);
  spec.setup_dose = "110";
  const auto both = plan_of(spec);
  REQUIRE(both);
  CHECK(both->prescription->value == 120.0);
  CHECK(has_warning(both->warnings, "PRESCRIPTION_CONFLICT"));

  spec.references.clear();
  const auto setup_only = plan_of(spec);
  REQUIRE(setup_only);
  CHECK(setup_only->prescription->value == 110.0);

  spec.setup_dose.clear();
  const auto none = plan_of(spec);
  REQUIRE(none);
  CHECK_FALSE(none->prescription);

  spec.references = {
      {4, "LIVER", "", "ORGAN_AT_RISK"}, {2, "CTV a", "120", "TARGET"}, {3, "CTV b", "120", "TARGET"}, {5, "GTV", "140", "TARGET"}};
  const auto lesions = plan_of(spec);
  REQUIRE(lesions);
  CHECK(lesions->target_roi_name == "CTV a");
  REQUIRE(lesions->targets.size() == 2);
  CHECK(lesions->targets[1].name == "CTV b");
  CHECK(has_warning(lesions->warnings, "PRESCRIPTION_CONFLICT"));

  spec.references = {{1, "CTV", "12000", "TARGET"}};
  const auto centigray = plan_of(spec);
  REQUIRE(centigray);
  CHECK(has_warning(centigray->warnings, "PRESCRIPTION_IMPLAUSIBLE"));
}

TEST_CASE("plans that are no permanent implant are refused") {
  for (const auto& [technique, type] :
       {std::pair{"INTERSTITIAL", "HDR"}, std::pair{"INTERSTITIAL", "LDR"}, std::pair{"PERMANENT", "HDR"}, std::pair{"", ""}}) {
    PlanSpec spec = simple_plan(2);
    spec.technique = technique;
    spec.type = type;
    CHECK(plan_code(plan_of(spec)) == ErrorCode::plan_unsupported);
  }
}

TEST_CASE("what is no RTPLAN is refused by what it is") {
  const TemporaryFolder folder;
  write_structures_file(folder / "s.dcm", {});
  CHECK(plan_code(read_plan(folder / "s.dcm")) == ErrorCode::wrong_modality);
  CHECK(plan_code(read_plan(folder / "absent.dcm")) == ErrorCode::path_not_found);
  write_bytes(folder / "text.dcm", std::string(400, 'x'));
  CHECK(plan_code(read_plan(folder / "text.dcm")) == ErrorCode::unreadable_file);
  write_plan_file(folder / "p.dcm", simple_plan(3));
  const std::string whole = read_bytes(folder / "p.dcm");
  write_bytes(folder / "p.dcm", whole.substr(0, whole.size() * 2 / 3));
  CHECK(plan_code(read_plan(folder / "p.dcm")) == ErrorCode::truncated_file);
}

TEST_CASE("pitfall 44: Beams and Fraction Scheme modules are not needed") {
  PlanSpec spec = simple_plan(2);
  spec.setup_dose.clear();  // no Fraction Group Sequence at all
  CHECK(plan_of(spec).ok());
}

TEST_CASE("pitfall 45: a plan without Control Point 3D Position is refused with what to do, or completed by a seed list") {
  PlanSpec spec = simple_plan(2);
  for (auto& c : spec.setups[0].channels)
    for (auto& cp : c.points) cp.position_mm.reset();
  const auto plan = plan_of(spec);
  REQUIRE_FALSE(plan);
  CHECK(plan.error().code == ErrorCode::plan_without_positions);
  CHECK(plan.error().hint.find("x_mm,y_mm,z_mm") != std::string::npos);

  const TemporaryFolder folder;
  write_text(folder / "seeds.csv", "x_mm,y_mm,z_mm,needle\n1,2,3,A\n1,2,8,A\n");
  const auto list = read_seed_plan(folder / "seeds.csv");
  REQUIRE(list);
  const auto completed = plan_of(spec, {false, *list});
  REQUIRE(completed);
  REQUIRE(completed->seeds.size() == 2);
  CHECK(completed->seeds[1].center.mm == Vector3d(1, 2, 8));
  CHECK(completed->seeds[1].strength.value == 1.016);  // the plan's
  CHECK(has_warning(completed->warnings, "POSITIONS_FROM_LIST"));
  CHECK(completed->prescription->value == 120.0);

  SECTION("one channel without a place is enough: a plan is whole or refused") {
    spec.setups[0].channels[0].points[0].position_mm = Vector3d(1, 1, 1);
    CHECK(plan_code(plan_of(spec)) == ErrorCode::plan_without_positions);
  }
  SECTION("a second control point may leave out what has not changed") {
    for (auto& c : spec.setups[0].channels) c.points[0].position_mm = Vector3d(c.number, 1, 1);
    const auto inherited = plan_of(spec);
    REQUIRE(inherited);
    CHECK(inherited->seeds.size() == 2);
  }
  SECTION("no channel at all") {
    spec.setups.clear();
    CHECK(plan_code(plan_of(spec)) == ErrorCode::plan_without_positions);
  }
}

TEST_CASE("pitfall 46: optional elements may be absent") {
  PlanSpec spec = simple_plan(2);
  spec.references.clear();
  spec.date.clear();
  spec.edit = [](DcmDataset& d) {
    for (const auto& tag : {DCM_RTPlanLabel, DCM_PatientName, DCM_StudyDate, DCM_SeriesInstanceUID, DCM_Manufacturer})
      d.findAndDeleteElement(tag);
  };
  spec.sources[0].date.clear();
  spec.sources[0].half_life.clear();
  const auto plan = plan_of(spec);
  REQUIRE(plan);
  CHECK(plan->seeds.size() == 2);
  CHECK_FALSE(plan->strength_reference_date);
  CHECK_FALSE(plan->half_life);

  spec.frame_uid.clear();
  const auto frameless = plan_of(spec);
  REQUIRE(frameless);
  CHECK(has_warning(frameless->warnings, "PLAN_FRAME_MISSING"));
}

TEST_CASE("pitfall 48: model, manufacturer and description are kept as written for the source library to judge") {
  PlanSpec spec = simple_plan(1);
  spec.sources[0].model = "6711";
  spec.sources[0].manufacturer = "Amersham";
  const auto plan = plan_of(spec);
  REQUIRE(plan);
  CHECK(plan->source_model_hint == "6711; Amersham");
}

TEST_CASE("plans of our own writer come back in every layout") {
  ImplantPlan plan;
  plan.isotope = "I-125";
  plan.half_life = to_hours(Days{59.4});
  plan.strength_reference_date = DateTime{*parse_date("2025-03-01"), std::nullopt};
  plan.prescription = Gy{120};
  plan.target_roi_name = "CTV";
  plan.target_roi_number = 1;
  plan.frame_of_reference_uid = "1.2.3";
  plan.needle_names = {"N1", "N2"};
  for (int i = 0; i < 6; ++i) {
    PlannedSeed s;
    s.index = i;
    s.center.mm = Vector3d(5.0 * (i % 3), 10.0 * (i / 3), -40.25);
    s.axis = Axis<PlanFrame>{Vector3d::UnitX()};
    s.strength = AirKermaU{1.016};
    s.needle = i / 3;
    plan.seeds.push_back(s);
  }
  DicomHeader header;
  header.patient.id = "P9";
  header.study_date = *plan.strength_reference_date;
  for (const PlanLayout layout : {PlanLayout::channel_per_seed, PlanLayout::channel_per_needle, PlanLayout::setup_per_seed}) {
    const TemporaryFolder folder;
    PlanWriteOptions options;
    options.layout = layout;
    REQUIRE(write_plan(plan, header, folder / "plan.dcm", options));
    const auto back = read_plan(folder / "plan.dcm");
    REQUIRE(back);
    REQUIRE(back->seeds.size() == 6);
    for (std::size_t i = 0; i < 6; ++i) {
      CHECK((back->seeds[i].center.mm - plan.seeds[i].center.mm).norm() < 1e-6);
      CHECK(std::abs(back->seeds[i].strength.value - 1.016) < 1e-9);
      CHECK(angle_deg(*back->seeds[i].axis, *plan.seeds[i].axis) < 1e-3);
    }
    CHECK_FALSE(has_warning(back->warnings, "CHANNEL_TOTAL_TIME"));
    CHECK_FALSE(has_warning(back->warnings, "TOTAL_KERMA"));
  }
}

}  // namespace seedaudit::test
