// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/review_file.h"

#include <catch2/catch.hpp>

using namespace seedaudit;

namespace {

std::string review_with(const std::string& actions, const std::string& more = "") {
  return R"({"schema_version":"1.0","case_id":"case-1","inputs_sha256":")" + std::string(64, 'a') + R"(","findings_sha256":")" +
         std::string(64, '0') + R"(","reviewer":"A. Physicist","date":"2026-04-02",)" + more + R"("actions":[)" + actions + "]}";
}

void check_refused(const std::string& text, const std::string& word) {
  const auto r = parse_review(text, "review.json");
  INFO(text);
  REQUIRE_FALSE(r.ok());
  CHECK(r.error().code == ErrorCode::review_invalid);
  CHECK(r.error().where == "review.json");
  INFO(r.error().what);
  CHECK(r.error().what.find(word) != std::string::npos);
}

}  // namespace

TEST_CASE("review.json: every action of the format is read") {
  const auto r = parse_review(review_with(R"({"action":"reject","seed":7,"reason":"clip"},
      {"action":"add","center_mm":[1,2,3],"direction":[0,0,-2]},
      {"action":"move","seed":3,"center_mm":[9.8,-31.2,80.0],"reason":"brighter half"},
      {"action":"confirm_count","count":20},{"action":"comment","text":"bent","seed":12})"),
                              "review.json");
  REQUIRE(r.ok());
  REQUIRE(r->actions.size() == 5);
  CHECK(r->actions[0].seed == 7);
  CHECK(r->actions[0].text == "clip");
  // An axis has no sign.
  CHECK(r->actions[1].direction->unit == Eigen::Vector3d(0, 0, 1));
  CHECK_FALSE(r->actions[2].direction);
  CHECK(r->actions[3].count == 20);
  CHECK(r->actions[4].text == "bent");
  CHECK(r->sha256.size() == 64);
}

TEST_CASE("review.json: what the format does not say is refused, naming the entry") {
  check_refused("", "not JSON");
  check_refused("[]", "one object");
  check_refused(review_with("", R"("colour":1,)"), "colour");
  check_refused(review_with("", R"("case_id":"case-2",)"), "case_id\" is there twice");
  check_refused(review_with(R"({"action":"dance"})"), "actions[0]: action \"dance\"");
  check_refused(review_with(R"({"action":"comment","text":"a"},{"action":"reject","seed":7})"), "actions[1]: no key \"reason\"");
  check_refused(review_with(R"({"action":"reject","seed":0,"reason":"x"})"), "\"seed\" must be a whole number");
  check_refused(review_with(R"({"action":"reject","seed":1.5,"reason":"x"})"), "\"seed\" must be a whole number");
  check_refused(review_with(R"({"action":"reject","seed":1,"reason":" "})"), "\"reason\" is empty");
  check_refused(review_with(R"({"action":"reject","seed":1,"reason":"x","center_mm":[0,0,0]})"), "center_mm");
  check_refused(review_with(R"({"action":"add","center_mm":[0,0]})"), "three numbers");
  check_refused(review_with(R"({"action":"add","center_mm":[0,0,NaN]})"), "not JSON");
  check_refused(review_with(R"({"action":"add","center_mm":[0,0,1e999]})"), "not JSON");
  check_refused(review_with(R"({"action":"add","center_mm":[0,0,1e300]})"), "outside every scan");
  check_refused(review_with(R"({"action":"add","center_mm":[0,0,0],"direction":[0,0,0]})"), "no direction");
  check_refused(review_with(R"({"action":"confirm_count","count":2},{"action":"confirm_count","count":3})"), "confirmed already");
  check_refused(review_with(R"({"action":"comment","text":"a","seed":99999999999999999999})"), "whole number");
  check_refused(review_with(R"({"action":"comment","text":")" + std::string(2001, 'x') + R"("})"), "2001 bytes");
  check_refused(review_with("3"), "actions[0]: is no object");
}
