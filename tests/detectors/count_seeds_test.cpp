// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "detectors/count_seeds.h"

#include <catch2/catch.hpp>
#include <initializer_list>
#include <string>

namespace seedaudit::test {
namespace {

Detection found(int sure, std::initializer_list<double> doubted = {}, std::initializer_list<double> possible = {}) {
  Detection d;
  for (int n = 0; n < sure; ++n) d.seeds.emplace_back().confidence = 0.99;
  for (const double c : doubted) d.seeds.emplace_back().confidence = c;
  for (const double c : possible) d.possible.emplace_back().confidence = c;
  count_seeds(d);
  return d;
}

}  // namespace

TEST_CASE("A count of sure seeds is sure, and each doubt takes from its chance") {
  const Detection sure = found(20);
  CHECK(sure.count.low == 20);
  CHECK(sure.count.high == 20);
  CHECK(sure.count_chance > 0.999);
  const Detection doubted = found(19, {0.9}), possible = found(20, {}, {0.1}), both = found(19, {0.9}, {0.1});
  CHECK(doubted.count.low == 19);
  CHECK(possible.count.high == 21);
  // Log odds that are off together draw the chances a little towards a half.
  for (const Detection& d : {doubted, possible}) {
    CHECK(d.count_chance > 0.87);
    CHECK(d.count_chance < 0.9);
  }
  CHECK(both.count_chance < doubted.count_chance);
  // One that is none and one more that is one make the same count; what is off together makes that rarer than chance.
  CHECK(both.count_chance > 0.78);
  CHECK(both.count_chance < 0.9 * 0.9 + 0.1 * 0.1);
}

TEST_CASE("A count that is wrong as likely as not is for a person to look at") {
  CHECK(found(20, {0.93}, {0.06}).count_chance > kSureCount);
  CHECK(found(20, {0.7}, {0.3}).count_chance < kSureCount);
  CHECK(found(20, {}, {0.2, 0.2, 0.2}).count_chance < kSureCount);
}

TEST_CASE("A search that no audit judges is of low confidence where its count is likely another") {
  Detection sure = found(20), unsure = found(20, {0.7}, {0.3});
  for (Detection* d : {&sure, &unsure}) {
    d->learned_from = 20;
    conclude(*d);
    CHECK(d->outcome.kind == OutcomeKind::ok);  // the audit has a row of its own for the chance
  }
  CHECK(outcome_alone(sure).kind == OutcomeKind::ok);
  const Outcome said = outcome_alone(unsure);
  CHECK(said.kind == OutcomeKind::low_confidence);
  CHECK(said.why.find("another seed count than 21") != std::string::npos);
  CHECK(outcome_alone(unsure, 0.0).kind == OutcomeKind::ok);
  // What the search itself doubts comes first.
  unsure.doubt = "the scan moved";
  conclude(unsure);
  CHECK(outcome_alone(unsure).why == "the scan moved");
}

TEST_CASE("A seed that the search left open is hardly there where slices show the ends of cores, and may be where they do not") {
  const auto left_open = [](double slice_mm) {
    Detection d = found(20);
    d.further = 2;
    d.further_chance = further_chance(slice_mm, 3.0);
    count_seeds(d);
    return d;
  };
  CHECK(left_open(1.25).count_chance > 0.95);
  CHECK(left_open(1.25).count.high == 21);
  CHECK(left_open(2.5).count_chance < kSureCount);
  CHECK(left_open(5.0).count.high == 22);
}

TEST_CASE("Where chances say nothing, no count is sure that could be another") {
  Detection d = found(10);
  d.more = 1;
  count_seeds(d);
  CHECK(d.count.high == 11);
  CHECK(d.count_chance == 0.0);
  Detection alike = found(10, {0.6});
  alike.all_alike = true;
  count_seeds(alike);
  CHECK(alike.count.low == 10);
  CHECK(alike.count_chance == 0.0);
}

}  // namespace seedaudit::test
