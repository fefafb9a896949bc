// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/outcomes_file.h"

#include <catch2/catch.hpp>

#include "core/pseudonym.h"
#include "tests/support/says.h"

using namespace seedaudit;
using seedaudit::test::says;

namespace {

Error refused(const std::string& text) {
  const auto table = parse_outcomes(text, "o.csv");
  INFO(text);
  REQUIRE_FALSE(table);
  CHECK(table.error().code == ErrorCode::bad_csv);
  return table.error();
}

}  // namespace

TEST_CASE("outcomes: a whole file in any order of columns, with what was not recorded") {
  const auto table = parse_outcomes(
      "age;Response;event;end;start;case_id;ctcae_pain;stage;vital_date;vital_status\n"
      "61.5;CR;progression;2021-03-01;2020-03-01;a;2;II;2022-01-01;dead\n"
      ";;censored;2020-03-01;2020-03-01;b;;;;\n"
      "70;NE;death;2020-05-01;2020-03-01;c;0;I;2020-05-01;dead\n",
      "o.csv");
  REQUIRE(table);
  CHECK(!table->keyed_by_patient);
  CHECK(table->complications == std::vector<std::string>{"pain"});
  REQUIRE(table->covariates.size() == 2);
  CHECK(table->covariates[0].numeric);
  CHECK(!table->covariates[1].numeric);
  REQUIRE(table->rows.size() == 3);
  const OutcomeRow &a = table->rows[0], &b = table->rows[1];
  CHECK(a.line == 2);
  CHECK((a.end - a.start).count() == 365);
  CHECK(a.event == OutcomeEvent::progression);
  CHECK(a.response == TumourResponse::complete);
  CHECK(a.dead);
  CHECK(*a.grades[0] == 2);
  CHECK(*a.covariates[0].number == 61.5);
  CHECK(a.covariates[1].word == "II");
  CHECK(!b.response);
  CHECK(!b.grades[0]);
  CHECK(!b.covariates[0].number);
  CHECK(b.covariates[1].word.empty());
  CHECK(!b.vital_date);
}

TEST_CASE("outcomes: what is wrong is named by line and column, and nothing is guessed") {
  const std::string head = "case_id,start,end,event";
  const struct {
    std::string text, where, what;
  } bad[] = {
      {head + "\na,2020-01-01,01/02/2020,censored\n", "line 2", "column end"},
      {head + "\na,20200101,2020-02-01,censored\n", "line 2", "column start"},
      {head + "\na,2020-02-30,2020-03-01,censored\n", "line 2", "column start"},
      {head + "\na,2020-01-01,2019-12-31,censored\n", "line 2", "before the start"},
      {head + "\na,2020-01-01,2020-02-01,progresion\n", "line 2", "column event"},
      {head + "\na,2020-01-01,2020-02-01,\n", "line 2", "column event"},
      {head + "\na,2020-01-01,2020-02-01,censored\n\na,2020-01-01,2020-02-01,censored\n", "line 4", "line 2"},
      {head + "\n,2020-01-01,2020-02-01,censored\n", "line 2", "column case_id"},
      {head + ",response\na,2020-01-01,2020-02-01,censored,complete\n", "line 2", "column response"},
      {head + ",ctcae_pain\na,2020-01-01,2020-02-01,censored,6\n", "line 2", "column ctcae_pain"},
      {head + ",age\na,2020-01-01,2020-02-01,censored,60\nb,2020-01-01,2020-02-01,censored,n/a\n", "line 3", "column age"},
      {head + ",vital_date,vital_status\na,2020-01-01,2020-02-01,censored,2020-01-15,dead\n", "line 2", "column vital_date"},
      {head + ",vital_date,vital_status\na,2020-01-01,2020-02-01,death,2020-03-01,dead\n", "line 2", "column event"},
      {head + ",vital_date,vital_status\na,2020-01-01,2020-02-01,death,2020-02-01,alive\n", "line 2", "column event"},
      {head + ",vital_date,vital_status\na,2020-01-01,2020-02-01,censored,2020-02-01,\n", "line 2", "column vital_status"},
      {head + ",vital_date,vital_status,ctcae_pain\na,2020-01-01,2020-02-01,censored,2020-02-01,alive,5\n", "line 2", "grade 5"},
      {head + ",vital_date\na,2020-01-01,2020-02-01,censored,2020-02-01\n", "o.csv", "come together"},
      {"start,end,event\n2020-01-01,2020-02-01,censored\n", "o.csv", "0 of the columns"},
      {"patient,case_id,start,end,event\nP,a,2020-01-01,2020-02-01,censored\n", "o.csv", "2 of the columns"},
      {"case_id,start,event\na,2020-01-01,censored\n", "o.csv", "no column end"},
      {head + "\n", "o.csv", "no row"},
  };
  for (const auto& b : bad) {
    const Error e = refused(b.text);
    INFO(b.text << e.message());
    CHECK(says(e.where, b.where));
    CHECK(says(e.what, b.what));
  }
  CHECK(parse_outcomes(head + ",\na,2020-01-01,2020-02-01,censored,x\n", "o.csv").error().code == ErrorCode::bad_csv);
  CHECK(read_outcomes("/no/such.csv").error().code == ErrorCode::path_not_found);
}

TEST_CASE("outcomes: patient ids become pseudonyms under the site's key and are not kept") {
  const std::string text = "patient_id,start,end,event\nMRN 12,2020-01-01,2020-02-01,censored\n";
  CHECK(says(refused(text).what, "key"));
  const auto table = parse_outcomes(text, "o.csv", "secret");
  REQUIRE(table);
  CHECK(table->keyed_by_patient);
  CHECK(table->rows[0].key == pseudonym_of("secret", "MRN 12"));
  // The message on a second row of one patient does not name it either.
  const auto twice = parse_outcomes(text + "MRN 12,2020-01-01,2020-02-01,censored\n", "o.csv", "secret");
  REQUIRE_FALSE(twice);
  CHECK(!says(twice.error().message(), "MRN"));
}
