// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "dicom_maker.h"
#include "io/dicom_dataset.h"
#include "io/dicom_index.h"

using namespace seedaudit;
using namespace seedaudit::test;

namespace {

struct Row {
  std::string what;
  std::string declared;  ///< Specific Character Set; empty: absent
  std::string stored;    ///< bytes of Patient's Name
  std::string name;      ///< as UTF-8
};

/// The names of the examples in DICOM PS3.5 Annexes H to K, and what archives make of them.
const std::vector<Row>& rows() {
  static const std::vector<Row> kRows{
      {"ASCII", "", "Smith^John", "Smith^John"},
      {"Latin-1", "ISO_IR 100", "Buc^J\xE9r\xF4me", "Buc^J\xC3\xA9r\xC3\xB4me"},
      {"Latin-2", "ISO_IR 101", "Wa\xB3\xEAsa", "Wałęsa"},
      {"Cyrillic", "ISO_IR 144", "\xBB\xEE\xDA", "Люк"},
      {"Greek", "ISO_IR 126", "\xC4\xE9\xEF\xED", "Διον"},
      {"UTF-8", "ISO_IR 192", "Wang^XiaoDong=王^小东", "Wang^XiaoDong=王^小东"},
      {"UTF-8, spelled otherwise", "UTF-8", "王^小东", "王^小东"},
      {"GB18030", "GB18030", "Wang^XiaoDong=\xCD\xF5^\xD0\xA1\xB6\xAB", "Wang^XiaoDong=王^小东"},
      {"GB18030 by its common short name", "GB2312", "\xCD\xF5^\xD0\xA1\xB6\xAB", "王^小东"},
      {"GBK, with a character beyond GB2312", "GBK", "\xD6\xEC^\xE9\x46\xBB\xF9", "朱^镕基"},
      {"four bytes of GB18030", "GB18030", "\xCD\xF5^\x81\x39\xEF\x30", "王^㐁"},
      {"Chinese code extension", "\\ISO 2022 IR 58", "Zhang^XiaoDong=\x1B$)A\xD5\xC5^\x1B$)A\xD0\xA1\xB6\xAB=", "Zhang^XiaoDong=张^小东="},
      {"Korean code extension", "\\ISO 2022 IR 149", "Hong^Gildong=\x1B$)C\xFB\xF3^\x1B$)C\xD1\xCE\xD4\xD7", "Hong^Gildong=洪^吉洞"},
      {"UTF-8 undeclared", "", "王^小东", "王^小东"},
      {"GBK undeclared", "", "\xCD\xF5^\xD0\xA1\xB6\xAB", "王^小东"},
      {"Latin-1 undeclared", "", "M\xFCller^J\xF6rg", "Müller^Jörg"},
      {"UTF-8 declared as Latin-1", "ISO_IR 100", "王^小东", "王^小东"},
      {"GBK declared as Latin-1", "ISO_IR 100", "Wang^XiaoDong=\xCD\xF5^\xD0\xA1\xB6\xAB", "Wang^XiaoDong=王^小东"},
      {"GBK declared as UTF-8", "ISO_IR 192", "\xCD\xF5^\xD0\xA1\xB6\xAB", "王^小东"},
      {"two neighbouring umlauts in Latin-1 are no Chinese", "ISO_IR 100", "M\xF6\xDFmer", "Mößmer"},
      {"a set that does not exist", "ISO_IR 999", "\xCD\xF5^\xD0\xA1\xB6\xAB", "王^小东"},
  };
  return kRows;
}

}  // namespace

TEST_CASE("names of every character set that archives declare, forget or declare wrongly become UTF-8") {
  TemporaryFolder dir;
  std::size_t n = 0;
  for (const Row& row : rows()) {
    CtSpec spec;
    spec.columns = spec.rows = 4;
    spec.slices = 1;
    spec.edit = [&row](DcmDataset& d, int) {
      if (!row.declared.empty()) d.putAndInsertString(DCM_SpecificCharacterSet, row.declared.c_str());
      d.putAndInsertString(DCM_PatientName, row.stored.c_str());
    };
    char prefix[16];
    std::snprintf(prefix, sizeof prefix, "f%03zu-", n++);
    spec.file_prefix = prefix;
    write_ct(dir.path(), spec);
  }
  const auto index = index_folder(dir.path());
  REQUIRE(index);
  REQUIRE(index->objects.size() == rows().size());
  for (std::size_t i = 0; i < rows().size(); ++i) {
    INFO(rows()[i].what);
    CHECK(index->objects[i].patient_name == rows()[i].name);
  }
}

TEST_CASE("bytes of no character set still become text") {
  const TextDecoder none(std::vector<std::string>{});
  const std::string odd = none.decode("A\xFF\xFE\x80z");
  CHECK(odd.front() == 'A');
  CHECK(odd.back() == 'z');
  CHECK(none.decode("  padded \0") == "padded");
  CHECK(none.decode("").empty());
}
