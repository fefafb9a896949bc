// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "network/object_store.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <catch2/catch.hpp>

#include "network/object_content.h"
#include "tests/io/dicom_maker.h"

using namespace seedaudit;
using namespace seedaudit::test;
namespace fs = std::filesystem;

namespace {

/// One CT slice in an encoding, changed before it is written.
fs::path slice(const fs::path& folder, const std::string& name, Syntax syntax, const std::function<void(DcmDataset&)>& change = {},
               int bits_stored = 12) {
  CtSpec spec;
  spec.slices = 1;
  spec.bits_stored = bits_stored;
  const std::string plain = write_ct(folder / ("of-" + name), spec).front();
  DcmFileFormat file;
  REQUIRE(file.loadFile(plain.c_str()).good());
  DcmDataset dataset(*file.getDataset());
  REQUIRE(dataset.loadAllDataIntoMemory().good());
  if (change) change(dataset);
  const fs::path out = folder / (name + ".dcm");
  save(dataset, out, syntax, true);
  return out;
}

void change_one_pixel(DcmDataset& dataset) {
  const Uint16* words = nullptr;
  unsigned long count = 0;
  REQUIRE(dataset.findAndGetUint16Array(DCM_PixelData, words, &count).good());
  std::vector<Uint16> pixels(words, words + count);
  pixels[77] = static_cast<Uint16>(pixels[77] ^ 1U);
  REQUIRE(dataset.putAndInsertUint16Array(DCM_PixelData, pixels.data(), count).good());
}

}  // namespace

TEST_CASE("content_hash: an object is the same in every encoding that keeps its pixels, and another one where anything else differs") {
  const TemporaryFolder folder;
  const auto hash = [](const fs::path& file) {
    const auto h = content_hash(file);
    if (!h) FAIL(h.error().message());
    return *h;
  };
  const std::string plain = hash(slice(folder.path(), "plain", Syntax::explicit_le));
  CHECK(plain == hash(slice(folder.path(), "implicit", Syntax::implicit_le)));
  CHECK(plain == hash(slice(folder.path(), "big", Syntax::explicit_be)));
  CHECK(plain == hash(slice(folder.path(), "deflated", Syntax::deflated)));
  CHECK(plain == hash(slice(folder.path(), "rle", Syntax::rle)));
  CHECK(plain == hash(slice(folder.path(), "jpeg", Syntax::jpeg_lossless)));
  CHECK(plain == hash(slice(folder.path(), "jpeg1", Syntax::jpeg_lossless_sv1)));
  CHECK(plain == hash(slice(folder.path(), "ls", Syntax::jpeg_ls_lossless)));
  CHECK(plain == hash(slice(folder.path(), "j2k", Syntax::jpeg2000_lossless)));

  const auto of_other_patient = [](DcmDataset& d) { REQUIRE(d.putAndInsertString(DCM_PatientID, "OTHER").good()); };
  const auto in_a_sequence = [](DcmDataset& d) {
    DcmItem* item = nullptr;
    REQUIRE(d.findOrCreateSequenceItem(DCM_ReferencedImageSequence, item, -2).good());
    REQUIRE(item->putAndInsertString(DCM_ReferencedSOPInstanceUID, "1.2.3").good());
  };
  for (const Syntax s : {Syntax::explicit_le, Syntax::implicit_le, Syntax::rle, Syntax::jpeg_lossless}) {
    CHECK(plain != hash(slice(folder.path(), "pixel", s, change_one_pixel)));
    CHECK(plain != hash(slice(folder.path(), "patient", s, of_other_patient)));
    CHECK(plain != hash(slice(folder.path(), "sequence", s, in_a_sequence)));
  }
  CHECK(plain != hash(slice(folder.path(), "near", Syntax::jpeg_ls_near)));
  CHECK(plain != hash(slice(folder.path(), "lossy", Syntax::jpeg2000_lossy)));
}

TEST_CASE("ObjectStore: an object sent again in another encoding is kept once, as it came first, and another content is refused") {
  const TemporaryFolder folder;
  auto store = ObjectStore::open(folder / "store");
  REQUIRE(store);
  const auto keep = [&](const fs::path& file) {
    DcmFileFormat read;
    REQUIRE(read.loadFile(file.c_str()).good());
    OFString sop_class, instance;
    read.getDataset()->findAndGetOFString(DCM_SOPClassUID, sop_class);
    read.getDataset()->findAndGetOFString(DCM_SOPInstanceUID, instance);
    const fs::path temporary = store->new_temporary();
    fs::copy_file(file, temporary);
    auto kept = store->keep(temporary, sop_class.c_str(), instance.c_str());
    CHECK_FALSE(fs::exists(temporary));
    return kept;
  };
  const auto kept = [&] {
    std::vector<std::string> bytes;
    for (const auto& e : fs::recursive_directory_iterator(store->received()))
      if (e.is_regular_file()) bytes.push_back(content_of(e.path()));
    return bytes;
  };
  const fs::path first = slice(folder.path(), "first", Syntax::jpeg_lossless);
  REQUIRE(keep(first).ok());
  for (const Syntax s : {Syntax::explicit_le, Syntax::implicit_le, Syntax::jpeg_lossless, Syntax::rle})
    CHECK(keep(slice(folder.path(), "again", s)).ok());
  for (const Syntax s : {Syntax::explicit_le, Syntax::jpeg_lossless}) {
    const auto refused = keep(slice(folder.path(), "changed", s, change_one_pixel));
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ErrorCode::patient_mismatch);
  }
  CHECK(kept() == std::vector<std::string>{content_of(first)});
}
