// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "core/pseudonym.h"

using namespace seedaudit;

// RFC 4231, test cases 2 and 6 (a key longer than a block).
TEST_CASE("HMAC-SHA256 gives the published values") {
  CHECK(hmac_sha256("Jefe", "what do ya want for nothing?") == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First") ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("a pseudonym depends on key and patient, and says nothing of a patient without id") {
  CHECK(pseudonym_of("a", "4711") == pseudonym_of("a", "4711"));
  CHECK(pseudonym_of("a", "4711") != pseudonym_of("b", "4711"));
  CHECK(pseudonym_of("a", "4711") != pseudonym_of("a", "4712"));
  CHECK(pseudonym_of("a", "4711").size() == 18);
  CHECK(pseudonym_of("a", "").empty());
}

TEST_CASE("a keyed UID is a valid UID, stable under its key, and leaves the standard's own alone") {
  const std::string uid = keyed_uid("a", "1.2.3.4");
  CHECK(uid == keyed_uid("a", "1.2.3.4"));
  CHECK(uid != keyed_uid("b", "1.2.3.4"));
  CHECK(uid != keyed_uid("a", "1.2.3.5"));
  CHECK(uid.substr(0, 5) == "2.25.");
  CHECK(uid.size() <= 64);
  CHECK(uid.find_first_not_of("0123456789.") == std::string::npos);
  CHECK(uid[5] != '0');
  CHECK(keyed_uid("a", "1.2.840.10008.1.2.1") == "1.2.840.10008.1.2.1");
  CHECK(keyed_uid("a", "").empty());
}
