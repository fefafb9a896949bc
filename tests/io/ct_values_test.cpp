// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <catch2/catch.hpp>

#include "ct_reading.h"
#include "io/stack_builder.h"

using namespace seedaudit;
using namespace seedaudit::test;

TEST_CASE("pitfall 39: every slice is rescaled by its own slope and intercept") {
  TemporaryFolder dir;
  CtSpec spec;
  spec.bits_stored = 16;
  spec.rescale = [](int k) { return std::pair(0.25 + 0.25 * (k % 3), -1024.0 - 10.0 * k); };
  write_ct(dir.path(), spec);
  const auto v = read_folder(dir.path());
  REQUIRE(v.ok());
  // Half a stored step of the coarsest slope (0.75) and half a HU of rounding.
  CHECK(worst_hu_error(*v, smooth_hu) < 0.375 + 0.51);
}

TEST_CASE("pitfall 39: signed and unsigned pixels of 8, 12 and 16 bits") {
  struct Case {
    int allocated, stored;
    bool is_signed;
    double slope, intercept;
  };
  for (const Case c : {Case{16, 12, false, 1.0, -1024.0}, Case{16, 16, true, 1.0, 0.0}, Case{16, 12, true, 1.0, 1000.0},
                       Case{16, 16, false, 1.0, -32768.0}, Case{8, 8, false, 16.0, -1000.0}, Case{16, 16, true, 0.5, 100.25}}) {
    TemporaryFolder dir;
    CtSpec spec;
    spec.bits_allocated = c.allocated;
    spec.bits_stored = c.stored;
    spec.is_signed = c.is_signed;
    spec.slope = c.slope;
    spec.intercept = c.intercept;
    write_ct(dir.path(), spec);
    const auto v = read_folder(dir.path());
    INFO(c.stored << " bit, signed " << c.is_signed);
    REQUIRE(v.ok());
    CHECK(worst_hu_error(*v, smooth_hu) < 0.5 * c.slope + 0.51);
  }
}

TEST_CASE("bits beyond Bits Stored are overlay, not HU") {
  TemporaryFolder dir;
  CtSpec spec;
  spec.edit = [](DcmDataset& d, int) {
    Uint16* p = nullptr;
    DcmElement* e = nullptr;
    REQUIRE(d.findAndGetElement(DCM_PixelData, e).good());
    REQUIRE(e->getUint16Array(p).good());
    for (unsigned long i = 0; i < e->getLength() / 2; i += 3) p[i] = static_cast<Uint16>(p[i] | 0x8000U);
    std::vector<Uint16> copy(p, p + e->getLength() / 2);
    REQUIRE(d.putAndInsertUint16Array(DCM_PixelData, copy.data(), static_cast<unsigned long>(copy.size())).good());
  };
  write_ct(dir.path(), spec);
  const auto v = read_folder(dir.path());
  REQUIRE(v.ok());
  CHECK(worst_hu_error(*v, smooth_hu) < 0.51);
}

TEST_CASE("the padding value becomes air, unless it is a value of tissue") {
  TemporaryFolder dir;
  CtSpec spec;
  spec.is_signed = true;
  spec.bits_stored = 16;
  spec.intercept = 0.0;
  SECTION("padding of -2000, written with the other signedness") {
    spec.hu = [](const Eigen::Vector3d& p) { return p[0] < -5.0 ? -2000.0 : 40.0; };
    spec.edit = [](DcmDataset& d, int) { d.putAndInsertUint16(DcmTag(DCM_PixelPaddingValue, EVR_US), static_cast<Uint16>(65536 - 2000)); };
    write_ct(dir.path(), spec);
    const auto v = read_folder(dir.path());
    REQUIRE(v.ok());
    CHECK(v->at(0, 0, 0) == -1024);
    CHECK(v->at(20, 0, 0) == 40);
  }
  SECTION("padding of 0 HU: water stays water") {
    spec.hu = [](const Eigen::Vector3d& p) { return p[0] < -5.0 ? 0.0 : 40.0; };
    spec.edit = [](DcmDataset& d, int) { d.putAndInsertSint16(DcmTag(DCM_PixelPaddingValue, EVR_SS), 0); };
    write_ct(dir.path(), spec);
    const auto v = read_folder(dir.path());
    REQUIRE(v.ok());
    CHECK(v->at(0, 0, 0) == 0);
  }
}

TEST_CASE("the saturation level is what the series can store, or where its voxels pile up") {
  TemporaryFolder dir;
  CtSpec spec;
  SECTION("12 bits and -1024: 3071") {
    write_ct(dir.path(), spec);
    const auto v = read_folder(dir.path());
    REQUIRE(v.ok());
    CHECK(v->acquisition.saturation_hu == 3071.0);
  }
  SECTION("16 bits, but clipped at 3071 by the scanner") {
    spec.bits_stored = 16;
    spec.is_signed = true;
    spec.intercept = 0.0;
    spec.hu = [](const Eigen::Vector3d& p) {
      return std::min(3071.0, 40.0 + 9000.0 * std::exp(-0.1 * (p - Eigen::Vector3d(-1.0, -13.0, 38.0)).squaredNorm()));
    };
    write_ct(dir.path(), spec);
    const auto v = read_folder(dir.path());
    REQUIRE(v.ok());
    CHECK(v->acquisition.saturation_hu == 3071.0);
  }
  SECTION("16 bits, metal not clipped") {
    spec.bits_stored = 16;
    spec.is_signed = true;
    spec.intercept = 0.0;
    spec.hu = [](const Eigen::Vector3d& p) {
      return 40.0 + 9000.0 * std::exp(-0.1 * (p - Eigen::Vector3d(-1.1, -13.3, 38.2)).squaredNorm());
    };
    write_ct(dir.path(), spec);
    const auto v = read_folder(dir.path());
    REQUIRE(v.ok());
    CHECK(v->acquisition.saturation_hu == 32767.0);
  }
}

TEST_CASE("a clip level is a pile-up at the top, not a single peak nor a bright plateau of the body") {
  std::vector<std::int16_t> hu(10000, 40);
  CHECK_FALSE(clip_level(hu));
  for (int i = 0; i < 50; ++i) hu[static_cast<std::size_t>(i)] = static_cast<std::int16_t>(1600 + 20 * i);
  CHECK_FALSE(clip_level(hu));
  for (int i = 100; i < 120; ++i) hu[static_cast<std::size_t>(i)] = 3071;
  CHECK(clip_level(hu) == 3071);
  CHECK_FALSE(clip_level({}));
}

TEST_CASE("HU beyond 16 bits are clamped and said") {
  TemporaryFolder dir;
  CtSpec spec;
  spec.bits_stored = 16;
  spec.slope = 4.0;
  spec.hu = [](const Eigen::Vector3d& p) { return p[0] > 0.0 ? 60000.0 : 0.0; };
  write_ct(dir.path(), spec);
  const auto v = read_folder(dir.path());
  REQUIRE(v.ok());
  CHECK(has_warning(v->warnings, "HU_CLAMPED"));
  CHECK(v->at(23, 0, 0) == 32767);
}

TEST_CASE("missing or odd rescale is said, a slope of zero and a Modality LUT are refused") {
  TemporaryFolder dir;
  CtSpec spec;
  const int what = GENERATE(0, 1, 2, 3);
  spec.edit = [what](DcmDataset& d, int) {
    if (what == 0 || what == 3) {
      d.findAndDeleteElement(DCM_RescaleSlope);
      d.findAndDeleteElement(DCM_RescaleIntercept);
    }
    if (what == 1) d.putAndInsertString(DCM_RescaleType, "US");
    if (what == 2) d.putAndInsertString(DCM_RescaleSlope, "0");
    if (what == 3) {
      DcmItem* item = nullptr;
      d.findOrCreateSequenceItem(DCM_ModalityLUTSequence, item, 0);
    }
  };
  write_ct(dir.path(), spec);
  const auto v = read_folder(dir.path());
  if (what <= 1) {
    REQUIRE(v.ok());
    CHECK(has_warning(v->warnings, what == 0 ? "RESCALE_ABSENT" : "RESCALE_NOT_HU"));
  } else {
    REQUIRE_FALSE(v.ok());
    CHECK(v.error().code == (what == 2 ? ErrorCode::unreadable_file : ErrorCode::unsupported_syntax));
  }
}

TEST_CASE("an MR series keeps its intensities") {
  TemporaryFolder dir;
  CtSpec spec;
  spec.modality = "MR";
  spec.intercept = 0.0;
  spec.hu = [](const Eigen::Vector3d& p) { return 500.0 + 10.0 * p[0]; };
  write_ct(dir.path(), spec);
  const auto v = read_folder(dir.path());
  REQUIRE(v.ok());
  CHECK(v->series.modality == "MR");
  CHECK_FALSE(v->acquisition.saturation_hu);
  CHECK(worst_hu_error(*v, spec.hu) < 0.51);
}

TEST_CASE("what is no CT or MR image is refused as a series") {
  TemporaryFolder dir;
  CtSpec spec;
  SECTION("another modality") {
    spec.edit = [](DcmDataset& d, int) {
      d.putAndInsertString(DCM_SOPClassUID, UID_PositronEmissionTomographyImageStorage);
      d.putAndInsertString(DCM_Modality, "PT");
    };
  }
  SECTION("a secondary capture that calls itself CT") {
    spec.edit = [](DcmDataset& d, int) { d.putAndInsertString(DCM_SOPClassUID, UID_SecondaryCaptureImageStorage); };
  }
  SECTION("a colour picture") {
    spec.edit = [](DcmDataset& d, int) { d.putAndInsertUint16(DCM_SamplesPerPixel, 3); };
    spec.columns = 8;
  }
  SECTION("a localizer alone") { spec.image_type = "ORIGINAL\\PRIMARY\\LOCALIZER"; }
  write_ct(dir.path(), spec);
  auto index = index_folder(dir.path());
  REQUIRE(index.ok());
  REQUIRE_FALSE(index->objects.empty());
  for (auto& o : index->objects) o.damage.reset();
  const auto v = read_series<CtFrame>(index->objects);
  REQUIRE_FALSE(v.ok());
  CHECK(v.error().code == ErrorCode::wrong_modality);
}

TEST_CASE("contradictory pixel attributes are refused, naming them") {
  TemporaryFolder dir;
  CtSpec spec;
  const int what = GENERATE(0, 1, 2);
  spec.edit = [what](DcmDataset& d, int) {
    if (what == 0) d.putAndInsertUint16(DCM_BitsStored, 17);
    if (what == 1) d.putAndInsertUint16(DCM_HighBit, 5);
    if (what == 2) d.putAndInsertUint16(DCM_BitsAllocated, 12);
  };
  write_ct(dir.path(), spec);
  auto index = index_folder(dir.path());
  REQUIRE(index.ok());
  const auto v = read_series<CtFrame>(index->objects);
  REQUIRE_FALSE(v.ok());
  CHECK(v.error().code == ErrorCode::unreadable_file);
  CHECK(v.error().what.find("Bits") != std::string::npos);
}

TEST_CASE("metal artefact reduction is recognised word by word") {
  for (const char* yes : {"ABD 1.25 MAR", "Abdomen O-MAR", "OMAR 3mm", "iMAR abdomen", "SEMAR", "Smart-MAR", "SmartMAR", "B30f MAR 1.25",
                          "METAL ARTIFACT REDUCTION"})
    CHECK(names_metal_artefact_reduction(yes));
  for (const char* no : {"PRIMARY", "Bone marrow", "ABD 12 MAR 2024", "Mar 2024", "SUMMARY", "no MAR", "NON-MAR 1.25", "", "MARKER"})
    CHECK_FALSE(names_metal_artefact_reduction(no));
}
