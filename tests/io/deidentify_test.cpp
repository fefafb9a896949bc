// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <fstream>
#include <set>

#include "case_maker.h"
#include "core/date_shift.h"
#include "core/pseudonym.h"
#include "io/deidentify_case.h"
#include "io/dicom_layout.h"
#include "io/identity_search.h"
#include "tests/support/temporary_folder.h"

using namespace seedaudit;
using namespace seedaudit::test;
namespace fs = std::filesystem;

namespace {

const std::string kKey(64, 'a');

DeidentifyOptions options() {
  DeidentifyOptions o;
  o.key = kKey;
  o.source_words = {"amersham-6711", "ACME"};
  return o;
}

Result<DeidentifiedCase> share(const fs::path& input, const fs::path& output, const DeidentifyOptions& o = options()) {
  const WriteFile write = [&](const fs::path& name, const std::string& bytes) -> Status {
    fs::create_directories((output / name).parent_path());
    std::ofstream(output / name, std::ios::binary) << bytes;
    return ok_status();
  };
  return deidentify_case(input, o, output, write);
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& e : fs::recursive_directory_iterator(folder))
    if (e.is_regular_file()) files.push_back(e.path());
  std::sort(files.begin(), files.end());
  return files;
}

/// Identity in every place that it is found in, and in some where it should not be.
void plant(DcmDataset& d) {
  const auto put = [&](const DcmTagKey& tag, const char* value) { REQUIRE(d.putAndInsertString(tag, value).good()); };
  put(DCM_SpecificCharacterSet, "GB18030");
  put(DCM_PatientName, "Wang^Xiaoming=\xCD\xF5^\xD0\xA1\xC3\xF7");  // 王小明
  put(DCM_OtherPatientNames, "Ouyang^Xiaoming");
  put(DCM_PatientBirthDate, "19550412");
  put(DCM_PatientAge, "069Y");
  put(DCM_PatientAddress, "Changan Avenue 77");
  put(DCM_PatientComments, "brother of Zhao Gang");
  put(DCM_RETIRED_OtherPatientIDs, "ID77777");
  put(DCM_AccessionNumber, "ACC998877");
  put(DCM_InstitutionName, "Heping Hospital");
  put(DCM_ReferringPhysicianName, "Sun^Meiling");
  put(DCM_OperatorsName, "Operatrix^Olga");
  put(DCM_StationName, "CTROOM5X");
  put(DCM_StudyID, "ST5544");
  put(DCM_DeviceSerialNumber, "SN12345678");
  put(DCM_SeriesDescription, "ABD Wang Xiaoming");
  put(DCM_StudyDescription, "Wang, day 30");
  put(DCM_ProtocolName, "sunmeiling special");
  put(DCM_ImageComments, "Ouyang");
  put(DCM_StudyDate, "20250301");
  put(DcmTagKey(0x0040, 0x0244), "20250302");  // performed procedure step
  DcmItem* request = nullptr;
  REQUIRE(d.findOrCreateSequenceItem(DCM_RequestAttributesSequence, request, -2).good());
  request->putAndInsertString(DCM_RequestedProcedureID, "RP556677");
  DcmItem* reference = nullptr;
  REQUIRE(d.findOrCreateSequenceItem(DCM_ReferencedImageSequence, reference, -2).good());
  reference->putAndInsertString(DCM_ReferencedSOPClassUID, UID_CTImageStorage);
  reference->putAndInsertString(DCM_ReferencedSOPInstanceUID, "1.2.777.888");
  reference->putAndInsertString(DCM_PatientName, "Wang^Xiaoming");
  DcmItem* deep = nullptr;
  REQUIRE(reference->findOrCreateSequenceItem(DCM_ReferencedSOPSequence, deep, -2).good());
  deep->putAndInsertString(DCM_InstitutionName, "Heping Hospital");
  // Private attributes, an overlay and a curve.
  d.putAndInsertString(DcmTag(0x0029, 0x0010, EVR_LO), "WANG SECRETS");
  d.putAndInsertString(DcmTag(0x0029, 0x1001, EVR_LO), "Wang Xiaoming");
  const Uint8 overlay[8] = {'W', 'a', 'n', 'g', 'X', 'i', 'a', 'o'};
  d.putAndInsertUint8Array(DcmTag(0x6000, 0x3000, EVR_OB), overlay, 8);
  d.putAndInsertString(DcmTag(0x6000, 0x0022, EVR_LO), "Wang Xiaoming");
  d.putAndInsertString(DcmTag(0x5000, 0x2500, EVR_LO), "Wang Xiaoming");
}

/// By another way than the program's own check: every byte of every file.
const std::vector<std::string>& planted() {
  static const std::vector<std::string> texts{"Wang",    "wang",     "WANG",     "Xiaoming", "Ouyang",   "\xCD\xF5", "\xD0\xA1\xC3\xF7",
                                              "王",      "小明",     "19550412", "Changan",  "Zhao",     "ID77777",  "ACC99",
                                              "Heping",  "Meiling",  "meiling",  "Olga",     "CTROOM",   "ST5544",   "SN12345",
                                              "069Y",    "RP556677", "20250301", "20250302", "20250401", "20250228", "1.2.777",
                                              "1.2.3.1", "1.2.9.",   "1.2.3.4",  "Test^",    "SECRETS",  "PID-4711", "4711"};
  return texts;
}

CaseMaker planted_case() {
  CaseMaker maker;
  const auto id = [](DcmDataset& d) { d.putAndInsertString(DCM_PatientID, "PID-4711"); };
  const auto all = [id](DcmDataset& d) {
    plant(d);
    id(d);
  };
  maker.pre.edit = [all](DcmDataset& d, int) { all(d); };
  maker.post.edit = [all](DcmDataset& d, int) {
    all(d);
    d.putAndInsertString(DCM_StudyDate, "20250401");
  };
  maker.plan.edit = [all](DcmDataset& d) {
    all(d);
    d.putAndInsertString(DCM_ReviewerName, "Sun^Meiling");
    d.putAndInsertString(DCM_RTPlanName, "Wang plan");
    d.putAndInsertString(DCM_RTPlanLabel, "Wang 1");
  };
  maker.structures.rois = {box_roi(1, "CTV Wang", "CTV", {0, -12, 38}, 5.0), box_roi(2, "LIVER", "ORGAN", {0, -12, 38}, 9.0)};
  maker.structures.edit = [all](DcmDataset& d) {
    all(d);
    d.putAndInsertString(DCM_SpecificCharacterSet, "ISO_IR 192");
    d.putAndInsertString(DCM_PatientName, "Wang^Xiaoming=王^小明");
  };
  maker.plan.references = {{std::nullopt, "CTV Wang", "120", "TARGET"}};
  maker.dose.edit = all;
  return maker;
}

/// One element of a file, as text.
std::string element(const fs::path& file, const DcmTagKey& tag) {
  DcmFileFormat f;
  REQUIRE(f.loadFile(file.c_str()).good());
  OFString s;
  f.getDataset()->findAndGetOFStringArray(tag, s, OFTrue);
  return s.c_str();
}

}  // namespace

TEST_CASE("deidentify: of a case full of identity not a byte of it is left, and it reads as the same case") {
  const TemporaryFolder folder;
  const CaseMaker maker = planted_case();
  maker.write(folder / "Wang_4711");
  const auto done = share(folder / "Wang_4711", folder / "out");
  INFO((done ? std::string() : done.error().message()));
  REQUIRE(done.ok());
  CHECK(done->objects == 8 + 8 + 3);
  CHECK(done->patient == pseudonym_of(kKey, "PID-4711"));
  for (const fs::path& file : files_in(folder / "out")) {
    const std::string bytes = content_of(file);
    for (const std::string& text : planted()) {
      INFO(file << " holds " << text);
      CHECK(bytes.find(text) == std::string::npos);
      CHECK(file.lexically_relative(folder / "out").string().find(text) == std::string::npos);
    }
  }

  const auto before = read_folder_case(folder / "Wang_4711"), after = read_folder_case(folder / "out");
  INFO((after ? std::string() : after.error().message()));
  REQUIRE(before.ok());
  REQUIRE(after.ok());
  REQUIRE(after->plan);
  REQUIRE(after->plan->seeds.size() == before->plan->seeds.size());
  for (std::size_t i = 0; i < before->plan->seeds.size(); ++i) {
    CHECK(after->plan->seeds[i].center.mm == before->plan->seeds[i].center.mm);
    CHECK(after->plan->seeds[i].strength.value == before->plan->seeds[i].strength.value);
  }
  CHECK(after->plan->isotope == before->plan->isotope);
  CHECK(after->plan->prescription->value == before->plan->prescription->value);
  CHECK(after->plan->source_model_hint == before->plan->source_model_hint);
  CHECK(after->postop.front().hu == before->postop.front().hu);
  REQUIRE(after->preop);
  CHECK(after->preop->hu == before->preop->hu);
  // The target is still the one that the plan's dose reference names.
  REQUIRE(before->targets == std::vector<std::string>{"CTV Wang"});
  REQUIRE(after->targets.size() == 1);
  CHECK(after->targets.front().substr(0, 5) == "CTV x");
  CHECK(after->patient_id == done->patient);

  // One shift for every date: the distances are those of the input.
  const auto shift = date_shift_of(kKey, "PID-4711");
  CHECK(after->plan->strength_reference_date->date == before->plan->strength_reference_date->date + shift);
  CHECK(after->plan->strength_reference_date->time_of_day == before->plan->strength_reference_date->time_of_day);
  CHECK(after->postop.front().acquisition.study_date->date == before->postop.front().acquisition.study_date->date + shift);
}

TEST_CASE("deidentify: every object says how it was made, and equal inputs under one key give equal bytes") {
  const TemporaryFolder folder;
  planted_case().write(folder / "in");
  REQUIRE(share(folder / "in", folder / "a").ok());
  REQUIRE(share(folder / "in", folder / "b").ok());
  const auto a = files_in(folder / "a"), b = files_in(folder / "b");
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    CHECK(content_of(a[i]) == content_of(b[i]));
    CHECK(element(a[i], DCM_PatientIdentityRemoved) == "YES");
    CHECK(element(a[i], DCM_LongitudinalTemporalInformationModified) == "MODIFIED");
    CHECK(element(a[i], DCM_PatientName) == pseudonym_of(kKey, "PID-4711"));
    CHECK(content_of(a[i]).substr(0, 128) == std::string(128, '\0'));
    for (const char* code : {"113100", "113104", "113105", "113107"}) CHECK(content_of(a[i]).find(code) != std::string::npos);
  }
  DeidentifyOptions other = options();
  other.key = std::string(64, 'b');
  REQUIRE(share(folder / "in", folder / "c", other).ok());
  CHECK(element(files_in(folder / "c").front(), DCM_SOPInstanceUID) != element(a.front(), DCM_SOPInstanceUID));
}

TEST_CASE("deidentify: dates that are kept are all kept but the birth date, and the objects say so") {
  const TemporaryFolder folder;
  planted_case().write(folder / "in");
  DeidentifyOptions o = options();
  o.keep_dates = true;
  REQUIRE(share(folder / "in", folder / "out", o).ok());
  for (const fs::path& file : files_in(folder / "out")) {
    CHECK(content_of(file).find("19550412") == std::string::npos);
    CHECK(content_of(file).find("113106") != std::string::npos);
    CHECK(element(file, DCM_LongitudinalTemporalInformationModified) == "UNMODIFIED");
    CHECK(element(file, DCM_StudyDate).substr(0, 4) == "2025");
  }
}

TEST_CASE("deidentify: pixel data stay byte for byte, compressed or not") {
  for (const Syntax syntax : {Syntax::implicit_le, Syntax::explicit_le, Syntax::rle, Syntax::jpeg_ls_lossless, Syntax::jpeg_lossless_sv1}) {
    const TemporaryFolder folder;
    CtSpec spec;
    spec.slices = 2;
    spec.syntax = syntax;
    const auto paths = write_ct(folder / "in", spec);
    const auto done = share(folder / "in", folder / "out");
    INFO(uid_of(syntax) << (done ? std::string() : done.error().message()));
    REQUIRE(done.ok());
    std::set<std::string> before, after;
    const auto pixels = [](const std::string& file) {
      const auto layout = read_dicom_layout(file);
      REQUIRE(layout.ok());
      const DicomLayout& l = **layout;
      CHECK(l.pixel_data);
      const std::string bytes = content_of(file);
      std::string all = l.transfer_syntax_uid + bytes.substr(l.native.offset, l.native.length);
      for (const ByteRange& f : l.fragments) all += bytes.substr(f.offset, f.length);
      return all;
    };
    for (const auto& p : paths) before.insert(pixels(p));
    for (const auto& p : files_in(folder / "out")) after.insert(pixels(p.string()));
    CHECK(before == after);
  }
}

TEST_CASE("deidentify: annotation in pixels and a second patient are refused, documents and captures are left out with a reason") {
  const TemporaryFolder folder;
  CtSpec spec;
  spec.slices = 2;
  spec.edit = [](DcmDataset& d, int) { d.putAndInsertString(DCM_BurnedInAnnotation, "YES"); };
  write_ct(folder / "burned", spec);
  const auto burned = share(folder / "burned", folder / "out1");
  REQUIRE(!burned.ok());
  CHECK(burned.error().code == ErrorCode::unreadable_file);
  CHECK(burned.error().what.find("burned") != std::string::npos);

  spec.edit = nullptr;
  write_ct(folder / "two" / "a", spec);
  spec.patient_id = "P2";
  spec.series_uid = "1.2.3.9";
  spec.sop_prefix = "1.2.3.99";
  write_ct(folder / "two" / "b", spec);
  const auto two = share(folder / "two", folder / "out2");
  REQUIRE(!two.ok());
  CHECK(two.error().code == ErrorCode::patient_mismatch);

  write_ct(folder / "mixed" / "ct", spec);
  for (const char* sop : {UID_EncapsulatedPDFStorage, UID_SecondaryCaptureImageStorage, UID_RTImageStorage}) {
    DcmDataset d;
    d.putAndInsertString(DCM_SOPClassUID, sop);
    d.putAndInsertString(DCM_SOPInstanceUID, (std::string("1.2.55.") + std::to_string(std::string(sop).size())).c_str());
    d.putAndInsertString(DCM_PatientName, "Test^Patient");
    save(d, folder / "mixed" / (std::string("other") + sop));
  }
  const auto mixed = share(folder / "mixed", folder / "out3");
  REQUIRE(mixed.ok());
  CHECK(mixed->objects == 2);
  CHECK(mixed->left_out.size() == 3);
  for (const auto& f : mixed->left_out) CHECK(!f.reason.empty());
  CHECK(files_in(folder / "out3").size() == 2);

  fs::create_directories(folder / "empty");
  const auto none = share(folder / "empty", folder / "out4");
  REQUIRE(!none.ok());
  CHECK(none.error().code == ErrorCode::empty_folder);
}

TEST_CASE(
    "deidentify: a case.json is carried along with new paths, moved dates and cleaned names, and its lists with known columns alone") {
  const TemporaryFolder folder;
  planted_case().write(folder / "in");
  write_text(folder / "in" / "Wang seeds.txt", "# Wang Xiaoming\nx_mm,y_mm,z_mm,needle,comment\n1,2,3,Wang 1,brother\n4,5,6,N2,x\n");
  write_text(folder / "in" / "case.json", R"({"case": ".", "case_id": "wang-4711", "postop_ct": "c", "plan": "a/1", "structures": "a/2",
    "seeds": "Wang seeds.txt", "seeds_frame": "postop", "target": "ctv wang", "implant_date": "2025-03-02", "implanted": 5, "source": "6711"})");
  const auto done = share(folder / "in" / "case.json", folder / "out");
  INFO((done ? std::string() : done.error().message()));
  REQUIRE(done.ok());
  CHECK(done->side_files == 2);
  for (const fs::path& file : files_in(folder / "out"))
    for (const std::string& text : planted()) {
      INFO(file << " holds " << text);
      CHECK(content_of(file).find(text) == std::string::npos);
    }
  CaseRequest before, after;
  before.path = folder / "in" / "case.json";
  after.path = folder / "out" / "case.json";
  const auto a = read_case(before), b = read_case(after);
  INFO((a ? std::string() : a.error().message()) << (b ? std::string() : b.error().message()));
  REQUIRE(a.ok());
  REQUIRE(b.ok());
  CHECK(b->strength.implant_date->date - b->postop.front().acquisition.study_date->date ==
        a->strength.implant_date->date - a->postop.front().acquisition.study_date->date);
  CHECK(b->targets.size() == 1);
  std::string list;
  for (const fs::path& file : files_in(folder / "out"))
    if (file.extension() == ".csv") list = content_of(file);
  CHECK(list.substr(0, list.find('\n')) == "x_mm,y_mm,z_mm,needle");
  CHECK(list.find("4,5,6,\"N2\"") != std::string::npos);
}

TEST_CASE("deidentify: of a structured report measurements and codes stay, persons go, texts are cleaned, and nobody has verified it") {
  const TemporaryFolder folder;
  DcmDataset d;
  const auto put = [](DcmItem& item, const DcmTagKey& tag, const char* value) { REQUIRE(item.putAndInsertString(tag, value).good()); };
  put(d, DCM_SpecificCharacterSet, "GB18030");
  put(d, DCM_SOPClassUID, UID_ComprehensiveSRStorage);
  put(d, DCM_SOPInstanceUID, "1.2.3.4");
  put(d, DCM_Modality, "SR");
  put(d, DCM_PatientName, "Wang^Xiaoming");
  put(d, DCM_PatientID, "PID-4711");
  put(d, DCM_VerificationFlag, "VERIFIED");
  const auto content = [&](const char* type) -> DcmItem& {
    DcmItem* item = nullptr;
    REQUIRE(d.findOrCreateSequenceItem(DCM_ContentSequence, item, -2).good());
    put(*item, DCM_ValueType, type);
    return *item;
  };
  const auto code = [&](DcmItem& item, const char* value, const char* scheme, const char* meaning) {
    DcmItem* c = nullptr;
    REQUIRE(item.findOrCreateSequenceItem(DCM_ConceptNameCodeSequence, c, -2).good());
    put(*c, DCM_CodeValue, value);
    put(*c, DCM_CodingSchemeDesignator, scheme);
    put(*c, DCM_CodeMeaning, meaning);
  };
  DcmItem& person = content("PNAME");
  code(person, "121008", "DCM", "Person Observer Name");
  put(person, DCM_PersonName, "Sun^Meiling");
  DcmItem& text = content("TEXT");
  code(text, "99A", "99LOCAL", "said by Sun");
  put(text, DCM_TextValue, "Tumor of Wang in liver");
  DcmItem& number = content("NUM");
  code(number, "112039", "DCM", "Tracking Identifier");
  DcmItem* measured = nullptr;
  REQUIRE(number.findOrCreateSequenceItem(DCM_MeasuredValueSequence, measured, -2).good());
  put(*measured, DCM_NumericValue, "127.25");
  put(d, DCM_ContentLabel, "WANG_LABEL");
  fs::create_directories(folder / "in");
  save(d, folder / "in" / "sr");
  const auto done = share(folder / "in", folder / "out");
  INFO((done ? std::string() : done.error().message()));
  REQUIRE(done.ok());
  const fs::path out = files_in(folder / "out").front();
  const std::string bytes = content_of(out);
  for (const char* word : {"Wang", "WANG", "Sun", "Meiling", "PNAME", "said by", "PID-4711"}) CHECK(bytes.find(word) == std::string::npos);
  for (const char* word : {"127.25", "112039", "Tracking Identifier", "Tumor", "99LOCAL", "UNVERIFIED", "LABEL"})
    CHECK(bytes.find(word) != std::string::npos);
}

TEST_CASE("the search for identifiers finds each kind in each place, and takes no known word or coordinate for one") {
  const TemporaryFolder folder;
  DcmDataset source;
  plant(source);
  source.putAndInsertString(DCM_SOPClassUID, UID_CTImageStorage);
  source.putAndInsertString(DCM_SOPInstanceUID, "1.2.3.4.5");
  source.putAndInsertString(DCM_PatientID, "1234");
  save(source, folder / "source");
  const TextCleaner cleaner("key", {});
  IdentitySearch search(cleaner, std::chrono::days{-1000});
  REQUIRE(search.learn((folder / "source").string()).ok());

  const auto leaks = [&](const DcmTag& tag, const std::string& value) {
    DcmDataset d;
    d.putAndInsertString(DCM_SOPClassUID, UID_CTImageStorage);
    d.putAndInsertString(DCM_SOPInstanceUID, "2.25.77");
    DcmItem* item = nullptr;
    REQUIRE(d.findOrCreateSequenceItem(DCM_ReferencedImageSequence, item, -2).good());
    REQUIRE(item->putAndInsertString(tag, value.c_str()).good());
    save(d, folder / "suspect");
    return !search.search_object((folder / "suspect").string()).ok();
  };
  for (const char* text : {"Wang", "seeds of WANG, day 1", "wang^xiaoming", "\xCD\xF5", "王", "x小明y", "ACC998877", "heping hospital",
                           "Sun", "CTROOM5X", "1234", "ID77777"})
    CHECK(leaks(DCM_SeriesDescription, text));
  CHECK(leaks(DCM_ReferencedSOPInstanceUID, "1.2.3.4.5"));
  CHECK(leaks(DCM_ReferencedSOPInstanceUID, "1.2.777.888"));
  CHECK(leaks(DCM_StudyDate, "20250301"));
  CHECK(leaks(DCM_AcquisitionDateTime, "20250301120000"));
  CHECK(leaks(DCM_PatientBirthDate, "19550412"));
  CHECK(leaks(DCM_ContourData, "1\\19550412\\2"));
  for (const char* text : {"liver", "Sunday", "spline", "x12345", "plan 123"}) CHECK_FALSE(leaks(DCM_SeriesDescription, text));
  CHECK_FALSE(leaks(DCM_ContourData, "1234\\-12.1234\\0.20250301"));
  CHECK_FALSE(leaks(DCM_ReferencedSOPInstanceUID, "1.2.3.4.56"));
  CHECK_FALSE(leaks(DCM_StudyDate, "20220604"));
  CHECK(!search.search_text("{\"date\": \"2025-03-01\"}", "case.json").ok());
  CHECK(search.search_text("{\"date\": \"2022-03-01\"}", "case.json").ok());
  CHECK(!search.search_text("uid 1.2.777.888,", "list").ok());

  // Bytes that no parser shows: a preamble, and something between pixels.
  std::string bytes = content_of(folder / "suspect");
  bytes.replace(10, 4, "Wang");
  write_bytes(folder / "preamble", bytes);
  CHECK(!search.search_object((folder / "preamble").string()).ok());
  CtSpec spec;
  spec.slices = 1;
  spec.patient_id = spec.patient_name = "";
  spec.study_uid = "2.25.1";
  spec.series_uid = "2.25.2";
  spec.frame_uid = "2.25.3";
  spec.sop_prefix = "2.25.4";
  spec.study_date = "20200101";
  spec.edit = [](DcmDataset& d, int) { delete d.remove(DCM_PatientName); };
  const auto clean = write_ct(folder / "clean", spec);
  INFO(search.search_object(clean.front()).ok());
  CHECK(search.search_object(clean.front()).ok());
  spec.spoil = [](std::string& b, int) { b.replace(b.size() - 20, 13, "Wang^Xiaoming"); };
  const auto stamped = write_ct(folder / "stamped", spec);
  CHECK(!search.search_object(stamped.front()).ok());
}
