// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/content_hash.h"

#include <catch2/catch.hpp>

#include "dicom_maker.h"

namespace seedaudit::test {

TEST_CASE("content hash: the examples of FIPS 180-4, of text and of files, in any order of the files") {
  // FIPS 180-4, examples published with the standard: one block, two blocks, a million letters.
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  const std::string million(1000000, 'a');
  const std::string digest = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
  CHECK(sha256_hex(million) == digest);

  const TemporaryFolder folder;
  write_bytes(folder / "1", million);
  write_bytes(folder / "2", "abc");
  const std::string one = (folder / "1").string(), two = (folder / "2").string();
  CHECK(*sha256_of_file(one) == digest);
  CHECK(*sha256_of_files({one}) == digest);
  CHECK(*sha256_of_files({one, two}) == *sha256_of_files({two, one}));
  CHECK(*sha256_of_files({one, two}) != *sha256_of_files({one, one}));
  CHECK(sha256_of_files({one, (folder / "3").string()}).error().code == ErrorCode::path_not_found);
}

}  // namespace seedaudit::test
