// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "dosimetry/source_library.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "dosimetry/tg43.h"
#include "tests/support/paths.h"

using namespace seedaudit;

namespace {

std::string file_text(const std::string& id) {
  std::ifstream in(test::source_folder() / "dosimetry" / "sources" / (id + ".json"));
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

/// The 6711 file with one piece of text replaced: what a site's mistake looks like.
std::string edited(const std::string& from, const std::string& to) {
  std::string text = file_text("amersham-6711");
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

void refused_source(const std::string& text, const std::string& quoted) {
  const auto s = parse_source(text, "site.json");
  INFO(quoted);
  REQUIRE_FALSE(s.ok());
  CHECK(s.error().code == ErrorCode::source_invalid);
  CHECK(s.error().message().find(quoted) != std::string::npos);
  CHECK(s.error().where == "site.json");
}

}  // namespace

TEST_CASE("every shipped source parses, is cited, and is what its file says") {
  const auto ids = source_ids();
  CHECK(ids.size() == 23);
  int with_tables = 0;
  std::set<std::string> checksums;
  for (const auto& id : ids) {
    CAPTURE(id);
    const auto s = find_source(id);
    REQUIRE(s.ok());
    CHECK(s->id == id);
    CHECK(!s->citation.empty());
    CHECK(s->citation.find("Med Phys") != std::string::npos);
    CHECK(s->citation.find("github") == std::string::npos);
    CHECK(checksums.insert(s->checksum).second);
    CHECK(parse_source(file_text(id), id)->checksum == s->checksum);
    with_tables += s->surrogate_of.empty() ? 1 : 0;
    CHECK(s->valid_from < s->valid_to);
    // Data that are not confirmed consensus explain themselves where there is something to explain.
    if (s->status == SourceDataStatus::author_data) CHECK(!s->note.empty());
  }
  CHECK(with_tables == 21);
}

TEST_CASE("a source is found by id, by unique model name, and whatever the spelling") {
  CHECK(find_source("amersham-6711")->id == "amersham-6711");
  CHECK(find_source("6711")->id == "amersham-6711");
  CHECK(find_source("cs1 REV2")->id == "isoray-cs-1-rev2");
  CHECK(find_source("SH-125")->id == "mbi-sl-125-sh-125");
  const auto missing = find_source("9999");
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.error().code == ErrorCode::unknown_source);
  CHECK(missing.error().hint.find("amersham-6711") != std::string::npos);
  CHECK_FALSE(find_source("").ok());
}

TEST_CASE("a surrogate takes constant and tables whole from the model it names, and says so") {
  const auto s = find_source("ciae-6711");
  REQUIRE(s.ok());
  CHECK(s->surrogate_of == "amersham-6711");
  CHECK(s->dose_rate_constant == 0.965);
  CHECK(s->radial.g == find_source("6711")->radial.g);
  CHECK(!s->note.empty());
  // A published constant alone is no dataset: it must not be mixed with the surrogate's tables.
  std::string mixed = file_text("gms-bt-125-1");
  mixed.replace(mixed.find("\"isotope\""), 9, "\"dose_rate_constant\": 0.959, \"isotope\"");
  refused_source(mixed, "dose_rate_constant");
  std::string nowhere = file_text("gms-bt-125-1");
  nowhere.replace(nowhere.find("\"amersham-6711\""), 15, "\"nobody-1\"");
  refused_source(nowhere, "nobody-1");
}

TEST_CASE("models named in free text: the longer name wins, short numbers need their maker") {
  using Ids = std::vector<std::string>;
  CHECK(source_ids_named_in("Amersham OncoSeed 6711 I-125") == Ids{"amersham-6711"});
  CHECK(source_ids_named_in("CIAE-6711") == Ids{"ciae-6711"});
  CHECK(source_ids_named_in("dose 200 Gy").empty());
  CHECK(source_ids_named_in("Theragenics 200") == Ids{"theragenics-200"});
  CHECK(source_ids_named_in("source 67110").empty());
  CHECK(source_ids_named_in("").empty());
  CHECK(source_ids_named_in("6711 or 6702").size() == 2);
}

TEST_CASE("confirmed oddities of published tables are kept, not smoothed") {
  CHECK(radial_dose_function(*find_source("6711"), Cm{4.0}) == Approx(0.496).epsilon(1e-12));
  CHECK(radial_dose_function(*find_source("IAI-125A"), Cm{8.0}) == Approx(0.165).epsilon(1e-12));
  CHECK(radial_dose_function(*find_source("6702"), Cm{6.0}) == Approx(0.322).epsilon(1e-12));
  CHECK(find_source("2301")->active_length.value == Approx(0.40));
  CHECK(find_source("130.002")->status == SourceDataStatus::author_data);
  CHECK(find_source("130.002")->note.find("3.40 mm") != std::string::npos);
}

TEST_CASE("a value missing from F because it lies in the capsule takes the nearest radius at its angle") {
  const auto s = find_source("CS-1 Rev2");
  CHECK(anisotropy_function(*s, Cm{0.1}, 0.0) == Approx(0.622).epsilon(1e-12));
  CHECK(anisotropy_function(*s, Cm{0.1}, 90.0) == Approx(1.0).epsilon(1e-12));
}

TEST_CASE("capsules: given dimensions are used, assumed ones are marked and longer than the active length") {
  const auto known = find_source("6711");
  CHECK_FALSE(known->capsule_is_assumed);
  CHECK(known->capsule_length.value == 4.5);
  for (const auto& id : source_ids()) {
    const auto s = find_source(id);
    CAPTURE(id);
    CHECK(s->capsule_length > to_mm(s->active_length));
  }
  CHECK(find_source("2335")->capsule_is_assumed);
}

TEST_CASE("phi_an is computed from F where a file gives none") {
  const std::string text = file_text("amersham-6711");
  const auto at = text.find(",\n  \"anisotropy_factor\"");
  REQUIRE(at != std::string::npos);
  const auto s = parse_source(text.substr(0, at) + "\n}\n", "site.json");
  REQUIRE(s.ok());
  CHECK(s->anisotropy_factor_is_computed);
  CHECK(std::abs(anisotropy_factor(*s, Cm{1.0}) - 0.944) < 3e-3);
}

TEST_CASE("a source file that breaks a rule is refused with the value quoted") {
  REQUIRE(parse_source(file_text("amersham-6711"), "site.json").ok());
  refused_source(edited("0.15, 0.25", "0.25, 0.15"), "not ascending");
  refused_source(edited("\"g_L\":  [1.055", "\"g_L\":  [-1.055"), "-1.055");
  refused_source(edited("1.042, 1.0, 0.908", "1.042, 1.01, 0.908"), "1.01");
  refused_source(edited("[1.0, 1.0, 1.0, 1.0, 1.0, 1.0]", "[1.0, 1.0, 0.9, 1.0, 1.0, 1.0]"), "0.9");
  refused_source(edited("[0.4, 0.429, 0.497, 0.535, 0.561, 0.587]", "[0.4, 0.429]"), "5 degrees");
  refused_source(edited("\"theta_deg\": 90.0", "\"theta_deg\": 85.0"), "0 to 90");
  refused_source(edited("\"dose_rate_constant\": 0.965", "\"dose_rate_constant\": 96.5"), "96.5");
  refused_source(edited("\"half_life_days\": 59.4", "\"half_life_days\": \"59.4\""), "59.4");
  refused_source(edited("\"active_length_mm\": 3.0", "\"active_length_mm\": 4.6"), "4.6 mm");
  refused_source(edited("\"status\": \"consensus_confirmed\"", "\"status\": \"fine\""), "fine");
  refused_source(edited("\"dataset\"", "\"datasett\""), "dataset");
  refused_source(edited("\"isotope\": \"I-125\",", "\"isotope\": \"I-125\", \"surprise\": 1,"), "surprise");
  refused_source(edited("seedaudit-source-1", "seedaudit-source-9"), "seedaudit-source-9");
  refused_source(edited("\"valid_range_cm\": [0.1, 10.0]", "\"valid_range_cm\": [0.1, 20.0]"), "valid_range_cm");
  refused_source(edited("0.109, 0.0803", "0.109, 0.2"), "do not fall");
}

TEST_CASE("text that is no JSON, or gives a key twice, is refused as such") {
  for (const std::string& text : {std::string("{"), std::string(), edited("\"name\"", "\"id\": \"x\", \"name\"")}) {
    const auto s = parse_source(text, "site.json");
    REQUIRE_FALSE(s.ok());
    CHECK(s.error().code == ErrorCode::bad_json);
  }
}
