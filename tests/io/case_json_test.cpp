// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "io/case_json.h"
#include "rt_maker.h"

namespace seedaudit::test {
namespace {

namespace fs = std::filesystem;

ErrorCode code_of(const std::string& text) {
  const auto request = parse_case_json(text, "/cases/x", "case.json");
  return request ? ErrorCode::internal : request.error().code;
}

}  // namespace

TEST_CASE("case.json: every key, paths relative to the file") {
  const auto r = parse_case_json(R"({"case": "dicom", "case_id": "A1", "postop_ct": "post", "preop_ct": "/abs/pre.nii", "plan": "p.csv",
    "structures": "s.dcm", "postop_structures": "t.dcm", "dose": "d.dcm", "seeds": "seeds.csv", "seeds_frame": "plan",
    "landmarks": "l.csv", "register": "reg.txt", "implanted": 20, "issued": 22, "returned": 2, "rx_gy": 120, "source": "6711", "entry": "1,-2.5, 3", "site": "prostate",
    "activity_mci": 0.8, "implant_date": "2025-03-01", "target": ["A", "B"]})",
                                 "/cases/x", "case.json");
  REQUIRE(r);
  CHECK(r->path == fs::path("/cases/x/dicom"));
  CHECK(*r->case_id == "A1");
  CHECK(*r->postop_ct == fs::path("/cases/x/post"));
  CHECK(*r->preop_ct == fs::path("/abs/pre.nii"));
  CHECK(*r->registration_file() == fs::path("/cases/x/reg.txt"));
  CHECK(r->implanted == 20);
  CHECK(*r->rx_gy == 120.0);
  CHECK(*r->activity_mci == 0.8);
  CHECK(*parse_place(*r->entry) == Eigen::Vector3d(1.0, -2.5, 3.0));
  CHECK(*parse_place(*parse_case_json(R"({"entry": [1, -2.5, 3]})", ".", "case.json")->entry) == Eigen::Vector3d(1.0, -2.5, 3.0));
  CHECK(*r->site == "prostate");
  CHECK(*parse_case_json(R"({"site": "ours.json", "source": "seed.json"})", "/cases/x", "case.json")->site == "/cases/x/ours.json");
  CHECK(*parse_case_json(R"({"site": "ours.json", "source": "seed.json"})", "/cases/x", "case.json")->source == "/cases/x/seed.json");
  CHECK(r->targets == std::vector<std::string>{"A", "B"});
  const auto mode = parse_case_json(R"({"register": "none", "target": "CTV"})", "/cases/x", "case.json");
  REQUIRE(mode);
  CHECK(*mode->registration == "none");
  CHECK_FALSE(mode->registration_file());
  CHECK(mode->targets.size() == 1);
  CHECK(mode->path == fs::path("/cases/x"));
}

TEST_CASE("case.json: an unknown key is an error that names it, as is a wrong type, a repeated key and no JSON") {
  const auto unknown = parse_case_json(R"({"implant_dat": "2025-03-01"})", ".", "case.json");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code == ErrorCode::bad_json);
  CHECK(unknown.error().what.find("implant_dat") != std::string::npos);
  for (const char* text :
       {"{", "[]", R"({"rx_gy": "120"})", R"({"implanted": 2.5})", R"({"implanted": -1})", R"({"plan": 3})", R"({"target": [3]})",
        R"({"entry": [1, 2]})", R"({"entry": [1, 2, "x"]})", R"({"rx_gy": 120, "rx_gy": 130})", ""})
    CHECK(code_of(text) == ErrorCode::bad_json);
}

TEST_CASE("options outside their range are refused with the value") {
  for (const char* text :
       {R"({"rx_gy": 12000})", R"({"strength_u": 0})", R"({"activity_mbq": 29600000})", R"({"strength_u": 1, "activity_mci": 0.8})",
        R"({"issued": 2, "returned": 3})", R"({"implant_date": "01.03.2025"})", R"({"implant_date": "2025-02-30"})",
        R"({"seeds_frame": "ct"})", R"({"target": ""})", R"({"source": ""})", R"({"entry": "1,2"})", R"({"entry": "1,2,x"})",
        R"({"entry": "1,2,3,4"})", R"({"site": ""})"})
    CHECK(code_of(text) == ErrorCode::bad_json);  // a file is input: exit 3, as for a wrong type
  CHECK(parse_case_json(R"({"rx_gy": 12000})", ".", "case.json").error().what.find("12000") != std::string::npos);
}

TEST_CASE("options win over the file, one strength replaces another") {
  const TemporaryFolder folder;
  write_text(folder / "case.json", R"({"rx_gy": 120, "activity_mci": 0.8, "target": "CTV", "implant_date": "2025-03-01"})");
  CaseRequest request;
  request.path = folder / "case.json";
  request.rx_gy = 110.0;
  request.strength_u = 1.1;
  const auto r = resolve_request(request);
  REQUIRE(r);
  CHECK(*r->rx_gy == 110.0);
  CHECK(*r->strength_u == 1.1);
  CHECK_FALSE(r->activity_mci);
  CHECK(r->targets == std::vector<std::string>{"CTV"});
  CHECK(r->implant_date_from_case_file);
  CHECK(fs::equivalent(r->path, folder.path()));

  request.path = folder / "absent.json";
  CHECK(resolve_request(request).error().code == ErrorCode::path_not_found);
  write_text(folder / "a.txt", "x");
  request.path = folder / "a.txt";
  CHECK(resolve_request(request).error().code == ErrorCode::unreadable_file);
  write_text(folder / "case.json", R"({"case": "nowhere"})");
  request.path = folder / "case.json";
  CHECK(resolve_request(request).error().code == ErrorCode::path_not_found);
  request.path.clear();
  CHECK(resolve_request(request).error().code == ErrorCode::invalid_option);
}

}  // namespace seedaudit::test
