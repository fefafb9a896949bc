// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/patient_alias.h"

#include <catch2/catch.hpp>

#include "core/archive_manifest.h"
#include "core/date_shift.h"
#include "core/pseudonym.h"

using namespace seedaudit;

namespace {

const std::string kKey(64, 'a'), kOther(64, 'b');

ArchiveCase dated_case() {
  ArchiveCase c;
  c.case_id = "case-1";
  c.patient = "PAT-1";
  c.implant_date = DateTime{*parse_date("2025-03-01"), std::chrono::seconds{36000}};
  c.scan_date = DateTime{*parse_date("2025-04-01"), std::nullopt};
  c.days_since_implant = 31;
  c.inputs.push_back({"postop_ct", "1.2.3", "", "2025-04-01/ct", {}, c.scan_date, ""});
  c.refusal = Error{ErrorCode::date_implausible, "the scan of 2025-04-01 is too late", "2025-04-01/ct", "not 2025-03-01"};
  c.notes.push_back({"NOTE", "of 2025-03-01"});
  return c;
}

}  // namespace

TEST_CASE("alias: the patient's name and shift are those of every other command, a case without a patient moves by its own") {
  const PatientAlias alias = alias_of(kKey, "PAT-1", "case-1");
  CHECK(alias.name == pseudonym_of(kKey, "PAT-1"));
  CHECK(alias.shift == date_shift_of(kKey, "PAT-1"));
  CHECK(alias_of(kKey, "PAT-1", "case-2").shift == alias.shift);
  CHECK(alias_of(kOther, "PAT-1", "case-1").name != alias.name);
  const PatientAlias nobody = alias_of(kKey, "", "case-1");
  CHECK(nobody.name.empty());
  CHECK(nobody.shift.count() != 0);
  CHECK(nobody.shift == alias_of(kKey, "", "case-1").shift);
  CHECK(nobody.shift != alias_of(kKey, "", "case-2").shift);
  CHECK(alias_of(kKey, "", "").shift.count() == 0);
}

TEST_CASE("alias: names of cases and of keys depend on the key, and do not tell a patient's") {
  CHECK(keyed_case_id(kKey, "Meier").size() == 5 + 16);
  CHECK(keyed_case_id(kKey, "Meier") == keyed_case_id(kKey, "Meier"));
  CHECK(keyed_case_id(kKey, "Meier") != keyed_case_id(kOther, "Meier"));
  CHECK(keyed_case_id(kKey, "Meier").substr(5) != pseudonym_of(kKey, "Meier").substr(2));
  CHECK(key_id_of(kKey) != key_id_of(kOther));
  CHECK(kKey.find(key_id_of(kKey)) == std::string::npos);
}

TEST_CASE("alias: every date of a manifest's case moves by one number of days, paths stay") {
  ArchiveCase c = dated_case();
  take_alias(c, {"P-1", std::chrono::days{-400}});
  CHECK(c.patient == "P-1");
  CHECK(to_iso(c.implant_date->date) == "2024-01-26");
  CHECK(c.implant_date->time_of_day == std::chrono::seconds{36000});
  CHECK(to_iso(c.scan_date->date) == "2024-02-26");
  CHECK(c.inputs[0].date->date == c.scan_date->date);
  CHECK(c.inputs[0].folder == "2025-04-01/ct");
  CHECK(c.refusal->what == "the scan of 2024-02-26 is too late");
  CHECK(c.refusal->hint == "not 2024-01-26");
  CHECK(c.refusal->where == "2025-04-01/ct");
  CHECK(c.notes[0].message == "of 2024-01-26");
  ArchiveCase request = dated_case();
  request.request_file = "p/case.json";
  take_alias(request, {"", std::chrono::days{-400}});
  CHECK_FALSE(request.implant_date);
  ArchiveCase kept = dated_case();
  take_alias(kept, {"P-1", {}});
  CHECK(to_iso(kept.scan_date->date) == "2025-04-01");
}
