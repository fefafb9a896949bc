// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <catch2/catch.hpp>
#include <cmath>

#include "ct_reading.h"
#include "io/dicom_dose.h"
#include "io/dose_planes.h"
#include "rt_maker.h"

namespace seedaudit::test {
namespace {

using Eigen::Vector3d;

Result<DoseGrid<PlanFrame>> read(const DoseSpec& spec) {
  const TemporaryFolder folder;
  write_dose_file(folder / "d.dcm", spec);
  return read_dose(folder / "d.dcm");
}

ErrorCode code_of(const Result<DoseGrid<PlanFrame>>& dose) { return dose ? ErrorCode::internal : dose.error().code; }

/// Dose of the maker's default content at voxel (i, j, k), Gy. Values are whole milligray, exact in float to 1e-6 relative.
double made_gy(int i, int j, int k) { return 0.001 * (1000 * i + 100 * j + 10 * k); }

double worst_difference(const DoseGrid<PlanFrame>& dose) {
  double worst = 0.0;
  const auto n = dose.grid.size();
  for (int k = 0; k < n[2]; ++k)
    for (int j = 0; j < n[1]; ++j)
      for (int i = 0; i < n[0]; ++i)
        worst = std::max(worst, std::abs(made_gy(i, j, k) - static_cast<double>(dose.dose_gy[dose.grid.offset(i, j, k)])));
  return worst;
}

}  // namespace

TEST_CASE("a dose of 32 and of 16 bits, uncompressed, deflated and compressed") {
  for (const auto& [bits, syntax] :
       {std::pair{32, Syntax::explicit_le}, std::pair{32, Syntax::implicit_le}, std::pair{32, Syntax::deflated},
        std::pair{16, Syntax::explicit_le}, std::pair{16, Syntax::explicit_be}, std::pair{16, Syntax::deflated}, std::pair{16, Syntax::rle},
        std::pair{16, Syntax::jpeg_lossless_sv1}, std::pair{16, Syntax::jpeg_ls_lossless}}) {
    DoseSpec spec;
    spec.bits = bits;
    spec.syntax = syntax;
    const auto dose = read(spec);
    CAPTURE(bits, uid_of(syntax));
    REQUIRE(dose);
    CHECK(dose->grid.size() == Index3{5, 4, 3});
    CHECK(worst_difference(*dose) < 1e-5);
    CHECK(dose->frame_of_reference_uid == "1.2.3.3");
    CHECK(dose->description.origin == "ACME");
    CHECK(dose->summation_type == "PLAN");
    CHECK(dose->warnings.empty());
  }
}

TEST_CASE("pitfall 16: 16 unsigned bits are not read as signed") {
  DoseSpec spec;
  spec.bits = 16;
  spec.stored = [](int i, int, int) { return i == 0 ? 65535LL : 40000LL; };
  const auto dose = read(spec);
  REQUIRE(dose);
  CHECK(std::abs(dose->dose_gy[0] - 65.535F) < 1e-4F);
  CHECK(std::abs(dose->dose_gy[1] - 40.0F) < 1e-4F);
}

TEST_CASE("signed values are signed where Pixel Representation says so, and negative dose becomes zero with a warning") {
  for (const int bits : {16, 32}) {
    DoseSpec spec;
    spec.bits = bits;
    spec.is_signed = true;
    spec.stored = [](int i, int, int) { return i == 0 ? -5LL : 500LL; };
    const auto dose = read(spec);
    REQUIRE(dose);
    CHECK(dose->dose_gy[0] == 0.0F);
    CHECK(std::abs(dose->dose_gy[1] - 0.5F) < 1e-6F);
    CHECK(has_warning(dose->warnings, "NEGATIVE_DOSE_CLAMPED"));
  }
}

TEST_CASE("pitfall 17: Dose Grid Scaling is applied, without it the dose is refused, the top of 32 bits does not wrap") {
  DoseSpec spec;
  spec.scaling = "2.5e-07";
  spec.stored = [](int i, int, int) { return i == 0 ? 4294967295LL : 1000LL; };
  const auto dose = read(spec);
  REQUIRE(dose);
  // float holds 24 bits: 6e-8 relative.
  CHECK(std::abs(static_cast<double>(dose->dose_gy[0]) / 1073.74182375 - 1.0) < 1e-7);
  for (const char* scaling : {"", "0", "-1"}) {
    spec.scaling = scaling;
    CHECK(code_of(read(spec)) == ErrorCode::dose_invalid);
  }
}

TEST_CASE("pitfall 18: 32 bits are not read as 16") {
  DoseSpec spec;
  spec.stored = [](int i, int, int) { return 65536LL * (i + 1) + 7; };
  const auto dose = read(spec);
  REQUIRE(dose);
  CHECK(std::abs(dose->dose_gy[4] - 0.001F * (65536 * 5 + 7)) < 1e-2F);
}

TEST_CASE("pitfall 19: Grid Frame Offset Vector in both forms, Slice Thickness is not used") {
  DoseSpec relative;
  const auto a = read(relative);
  DoseSpec absolute;
  absolute.offsets_mm = {30.0, 32.5, 35.0};
  const auto b = read(absolute);
  REQUIRE(a);
  REQUIRE(b);
  for (const auto* dose : {&*a, &*b}) {
    CHECK((dose->grid.origin().mm - Vector3d(-10, -20, 30)).norm() < 1e-9);
    CHECK(std::abs(dose->grid.spacing_mm()[2] - 2.5) < 1e-9);
    CHECK(worst_difference(*dose) < 1e-5);
  }
  SECTION("a vector that is neither form is refused") {
    for (const std::vector<double>& offsets : {std::vector<double>{5.0, 7.5, 10.0}, {0.0, 2.5}, {0.0, 2.5, 2.5}, {0.0, 2.5, 1.0}, {}}) {
      DoseSpec spec;
      spec.offsets_mm = offsets;
      CHECK(code_of(read(spec)) == ErrorCode::dose_invalid);
    }
  }
  SECTION("an absolute vector needs axial planes") {
    DoseSpec spec = absolute;
    spec.orientation = "1\\0\\0\\0\\0\\-1";
    CHECK(code_of(read(spec)) == ErrorCode::dose_invalid);
  }
}

TEST_CASE("descending planes are turned round and every voxel keeps its place") {
  for (const std::vector<double>& offsets : {std::vector<double>{0.0, -2.5, -5.0}, {30.0, 27.5, 25.0}}) {
    DoseSpec spec;
    spec.offsets_mm = offsets;
    const auto dose = read(spec);
    REQUIRE(dose);
    CHECK(has_warning(dose->warnings, "DOSE_PLANES_REVERSED"));
    CHECK(dose->grid.origin().mm.z() == Approx(25.0));
    for (int k = 0; k < 3; ++k)
      CHECK(std::abs(static_cast<double>(dose->dose_gy[dose->grid.offset(1, 2, 2 - k)]) - made_gy(1, 2, k)) < 1e-5);
  }
}

TEST_CASE("head-first prone and other orientations: the place of a voxel follows Image Orientation") {
  DoseSpec spec;
  spec.orientation = "-1\\0\\0\\0\\-1\\0";
  const auto prone = read(spec);
  REQUIRE(prone);
  CHECK(worst_difference(*prone) < 1e-5);
  CHECK((prone->grid.center_of({1, 2, 1}).mm - Vector3d(-10 - 2, -20 - 6, 32.5)).norm() < 1e-9);
  // Feet-first supine: the normal points to the feet; absolute offsets still are patient z.
  spec.orientation = "-1\\0\\0\\0\\1\\0";
  spec.offsets_mm = {30.0, 27.5, 25.0};
  const auto feet = read(spec);
  REQUIRE(feet);
  CHECK((feet->grid.center_of({0, 0, 2}).mm - Vector3d(-10, -20, 25)).norm() < 1e-9);
  CHECK(worst_difference(*feet) < 1e-5);
  spec.orientation.clear();
  const auto none = read(spec);
  REQUIRE(none);
  CHECK(has_warning(none->warnings, "DOSE_ORIENTATION_ASSUMED"));
  spec.orientation = "1\\0\\0\\1\\0\\0";
  CHECK(code_of(read(spec)) == ErrorCode::dose_invalid);
}

TEST_CASE("uneven planes are resampled linearly at the smallest gap, with a warning") {
  DoseSpec spec;
  spec.frames = 4;
  spec.offsets_mm = {0.0, 2.0, 5.0, 7.0};
  // A dose that is linear along the normal comes back exactly.
  spec.stored = [](int, int, int k) { return 1000LL + std::vector<long long>{0, 200, 500, 700}[static_cast<std::size_t>(k)]; };
  const auto dose = read(spec);
  REQUIRE(dose);
  CHECK(has_warning(dose->warnings, "UNEVEN_DOSE_PLANES_RESAMPLED"));
  CHECK(dose->grid.size()[2] == 4);
  CHECK(dose->grid.spacing_mm()[2] == Approx(2.0));
  for (int k = 0; k < 4; ++k) CHECK(std::abs(static_cast<double>(dose->dose_gy[dose->grid.offset(0, 0, k)]) - (1.0 + 0.2 * k)) < 1e-5);
  spec.offsets_mm = {0.0, 0.2, 10.0, 20.0};
  CHECK(code_of(read(spec)) == ErrorCode::dose_invalid);
}

TEST_CASE("planes uneven only by rounding are regular") {
  const auto planes = regular_planes({0.0, 1.6667, 3.3333, 5.0});
  REQUIRE(planes);
  CHECK_FALSE(planes->resampled);
  CHECK(planes->count == 4);
  CHECK(regular_planes({0.0}).error().code == ErrorCode::dose_invalid);
}

TEST_CASE("pitfall 20: a dose without reference to a plan is read") {
  DoseSpec spec;
  spec.plan_uid.clear();
  CHECK(read(spec).ok());
}

TEST_CASE("pitfall 21: row and column spacing are not swapped") {
  DoseSpec spec;
  spec.spacing_i_mm = 1.0;
  spec.spacing_j_mm = 4.0;
  const auto dose = read(spec);
  REQUIRE(dose);
  CHECK((dose->grid.center_of({3, 2, 0}).mm - Vector3d(-10 + 3.0, -20 + 8.0, 30)).norm() < 1e-9);
}

TEST_CASE("relative doses, other dose types and other objects are refused") {
  DoseSpec spec;
  for (const char* units : {"RELATIVE", ""}) {
    spec.units = units;
    CHECK(code_of(read(spec)) == ErrorCode::dose_invalid);
  }
  spec.units = "GY";
  spec.type = "EFFECTIVE";
  CHECK(code_of(read(spec)) == ErrorCode::dose_invalid);
  const TemporaryFolder folder;
  write_plan_file(folder / "p.dcm", simple_plan(1));
  CHECK(code_of(read_dose(folder / "p.dcm")) == ErrorCode::wrong_modality);
  CHECK(code_of(read_dose(folder / "absent.dcm")) == ErrorCode::path_not_found);
  DoseSpec one;
  one.frames = 1;
  one.offsets_mm = {0.0};
  CHECK(code_of(read(one)) == ErrorCode::dose_invalid);
}

TEST_CASE("a dose cut short, or smaller than its header says, is refused") {
  const TemporaryFolder folder;
  write_dose_file(folder / "d.dcm", {});
  const std::string whole = read_bytes(folder / "d.dcm");
  write_bytes(folder / "d.dcm", whole.substr(0, whole.size() - 40));
  CHECK(code_of(read_dose(folder / "d.dcm")) == ErrorCode::truncated_file);
  for (const int bits : {16, 32}) {
    DoseSpec spec;
    spec.bits = bits;
    spec.edit = [](DcmDataset& d) { d.putAndInsertUint16(DCM_Rows, 400); };
    CHECK(code_of(read(spec)) == ErrorCode::truncated_file);
  }
  DoseSpec big_endian;
  big_endian.syntax = Syntax::explicit_be;
  CHECK(code_of(read(big_endian)) == ErrorCode::unsupported_syntax);
}

}  // namespace seedaudit::test
