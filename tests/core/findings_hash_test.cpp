// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/findings_hash.h"

#include <catch2/catch.hpp>

using namespace seedaudit;

namespace {

InputObject input(const std::string& role, const std::string& uid, const std::string& sha) {
  InputObject o;
  o.role = role;
  o.uid = uid;
  o.sha = sha;
  return o;
}

}  // namespace

TEST_CASE("inputs: their UIDs name a case whatever their bytes, their bytes tie a review to what was seen") {
  const std::vector<InputObject> inputs{input("postop_ct", "1.2.3", "aa"), input("plan", "1.2.4", "bb"), input("seeds", "seeds.csv", "cc")};
  const std::vector<InputObject> written_anew{input("seeds", "list.csv", "cc"), input("plan", "1.2.4", "bb"),
                                              input("postop_ct", "1.2.3", "a0")};
  CHECK(input_uids_sha256(inputs) == input_uids_sha256(written_anew));
  CHECK(inputs_sha256(inputs) != inputs_sha256(written_anew));
  CHECK(input_uids_sha256(inputs).size() == 64);

  auto other_scan = inputs, other_list = inputs, other_role = inputs;
  other_scan[0].uid = "1.2.5";
  other_list[2].sha = "c0";  // a list has no UID, and its name is no case's own
  other_role[0].role = "preop_ct";
  for (const auto& other : {other_scan, other_list, other_role}) CHECK(input_uids_sha256(inputs) != input_uids_sha256(other));
}
