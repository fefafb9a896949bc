// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <functional>
#include <nlohmann/json.hpp>

#include "io/manifest_file.h"
#include "report/manifest_json.h"
#include "tests/support/schema_check.h"

using namespace seedaudit;
using Json = nlohmann::json;

namespace {

ArchiveManifest sample() {
  ArchiveManifest m;
  m.root = "/archive";
  m.pseudonyms = m.dates_shifted = true;
  m.key_id = "0123456789abcdef";
  ArchiveCase c;
  c.case_id = "case-1";
  c.patient = "P-\"1\"";
  c.implant = "implant-1";
  c.phase = "day_30";
  c.implant_date = DateTime{*parse_date("2025-03-01"), std::chrono::seconds{3661}};
  c.scan_date = DateTime{*parse_date("2025-04-01"), std::nullopt};
  c.days_since_implant = 31;
  c.inputs.push_back({"postop_ct", "1.2.3", "a.zip", "in/b", {"1", "\xe8\x82\x9d.dcm"}, c.scan_date, "ABD"});
  c.notes.push_back({"PREOP_ABSENT", "no image"});
  m.cases.push_back(c);
  ArchiveCase refused;
  refused.case_id = "case-2";
  refused.request_file = "p/case.json";
  refused.refusal = Error{ErrorCode::bad_json, "what", "where", "hint"};
  m.cases.push_back(refused);
  m.left_out.push_back({"x/y", "not_dicom", "detail"});
  return m;
}

}  // namespace

TEST_CASE("manifest: what is written is read back, every field") {
  const std::string text = manifest_json(sample());
  test::check_against_schema("manifest-1.0.schema.json", text);
  test::check_against_schema("manifest-1.0.schema.json", manifest_json({}));
  const auto read = parse_manifest(text, "manifest.json");
  REQUIRE(read);
  // Equal text means equal fields: the writer leaves none out.
  CHECK(manifest_json(*read) == text);
  const ArchiveCase& c = read->cases.at(0);
  CHECK(c.patient == "P-\"1\"");
  CHECK(c.implant_date->time_of_day == std::chrono::seconds{3661});
  CHECK_FALSE(c.scan_date->time_of_day);
  CHECK(c.days_since_implant == 31);
  CHECK(c.inputs.at(0).container == "a.zip");
  CHECK(c.inputs.at(0).files.at(1) == "\xe8\x82\x9d.dcm");
  CHECK(read->cases.at(1).refusal->code == ErrorCode::bad_json);
  CHECK(read->pseudonyms);
  CHECK(read->dates_shifted);
  CHECK(read->key_id == "0123456789abcdef");
  CHECK(read->left_out.at(0).reason == "not_dicom");
}

TEST_CASE("manifest: what does not fit is refused, naming it") {
  const Json good = Json::parse(manifest_json(sample()));
  const std::vector<std::pair<std::string, std::function<void(Json&)>>> spoilt{
      {"not known", [](Json& j) { j["more"] = 1; }},
      {"not known", [](Json& j) { j["cases"][0]["more"] = 1; }},
      {"missing", [](Json& j) { j["cases"][0].erase("phase"); }},
      {"schema_version", [](Json& j) { j["schema_version"] = "2.0"; }},
      {"must be text", [](Json& j) { j["cases"][0]["patient"] = 4; }},
      {"is no date", [](Json& j) { j["cases"][0]["scan_date"] = "2025-02-30"; }},
      {"leads out", [](Json& j) { j["cases"][0]["inputs"][0]["folder"] = "../x"; }},
      {"leads out", [](Json& j) { j["cases"][0]["inputs"][0]["container"] = "/etc/x"; }},
      {"no file name", [](Json& j) { j["cases"][0]["inputs"][0]["files"][0] = "a/b"; }},
      {"leads out", [](Json& j) { j["cases"][0]["inputs"][0]["files"][0] = ".."; }},
      {"no role", [](Json& j) { j["cases"][0]["inputs"][0]["role"] = "x"; }},
      {"no error", [](Json& j) { j["cases"][1]["refusal"]["code"] = "x"; }},
      {"twice", [](Json& j) { j["cases"][1]["case_id"] = "case-1"; }},
      {"is neither", [](Json& j) { j["identity"] = "none"; }},
      {"without pseudonyms", [](Json& j) { j["identity"] = "keep"; }},
      {"\"key_id\" goes with", [](Json& j) { j["key_id"] = nullptr; }},
      {"is no name", [](Json& j) { j["cases"][1]["case_id"] = "a/b"; }},
  };
  for (const auto& [what, spoil] : spoilt) {
    Json json = good;
    spoil(json);
    const auto read = parse_manifest(json.dump(), "m.json");
    INFO(what);
    REQUIRE_FALSE(read);
    CHECK(read.error().code == ErrorCode::bad_json);
    CHECK(read.error().where == "m.json");
    CHECK(read.error().what.find(what) != std::string::npos);
  }
  CHECK(parse_manifest("{", "m.json").error().code == ErrorCode::bad_json);
  CHECK(read_manifest("/nowhere/m.json").error().code == ErrorCode::path_not_found);
}
