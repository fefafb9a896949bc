// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <catch2/catch.hpp>

#include "ct_reading.h"
#include "io/codestream.h"

using namespace seedaudit;
using namespace seedaudit::test;

namespace {

/// Content that any lossy step would change: neighbouring voxels differ by up to 60 HU.
double busy_hu(const Eigen::Vector3d& p) { return smooth_hu(p) + 30.0 * std::sin(17.0 * p[0]) * std::cos(23.0 * p[1]); }

}  // namespace

TEST_CASE("pitfall 41: every lossless syntax of archives gives the same HU") {
  const Syntax syntax = GENERATE(Syntax::implicit_le, Syntax::explicit_le, Syntax::explicit_be, Syntax::deflated, Syntax::rle,
                                 Syntax::jpeg_lossless, Syntax::jpeg_lossless_sv1, Syntax::jpeg_ls_lossless, Syntax::jpeg2000_lossless);
  struct Kind {
    int bits;
    bool is_signed;
    double intercept;
  };
  for (const Kind kind : {Kind{12, false, -1024.0}, Kind{16, true, 0.0}, Kind{16, false, -1024.0}}) {
    TemporaryFolder dir;
    CtSpec spec;
    spec.slices = 3;
    spec.columns = 33;  // odd sizes find padding mistakes
    spec.rows = 21;
    spec.bits_stored = kind.bits;
    spec.is_signed = kind.is_signed;
    spec.intercept = kind.intercept;
    spec.syntax = syntax;
    spec.hu = busy_hu;
    write_ct(dir.path(), spec);
    const auto v = read_folder(dir.path());
    INFO(uid_of(syntax) << ", " << kind.bits << " bit, signed " << kind.is_signed);
    if (!v.ok()) FAIL(v.error().message());
    CHECK(worst_hu_error(*v, busy_hu) < 0.51);
    CHECK_FALSE(v->acquisition.lossy_compressed);
    CHECK_FALSE(has_warning(v->warnings, "SYNTAX_MISMATCH"));
  }
}

TEST_CASE("pitfall 41: lossy syntaxes are read and flagged") {
  struct Case {
    Syntax syntax;
    int bits;
    double tolerance;  ///< HU: what the coding may change on a smooth image
  };
  // Near-lossless JPEG-LS was asked for an error of 3 at most. The others quantise; on this smooth image a quality of 90 of 100, or 1:8,
  // leaves about one per cent of the range.
  for (const Case c : {Case{Syntax::jpeg_ls_near, 12, 3.51}, Case{Syntax::jpeg_extended, 12, 60.0}, Case{Syntax::jpeg2000_lossy, 12, 60.0},
                       Case{Syntax::jpeg_baseline, 8, 60.0}}) {
    TemporaryFolder dir;
    CtSpec spec;
    spec.slices = 2;
    spec.columns = 64;
    spec.rows = 48;
    spec.spacing_i_mm = 0.3;
    spec.spacing_j_mm = 0.3;
    spec.bits_stored = c.bits;
    if (c.bits == 8) {
      spec.bits_allocated = 8;
      spec.slope = 16.0;
    }
    spec.syntax = c.syntax;
    write_ct(dir.path(), spec);
    const auto v = read_folder(dir.path());
    INFO(uid_of(c.syntax));
    if (!v.ok()) FAIL(v.error().message());
    CHECK(worst_hu_error(*v, smooth_hu) < c.tolerance);
    CHECK(v->acquisition.lossy_compressed);
    CHECK(has_warning(v->warnings, "LOSSY_COMPRESSION"));
  }
}

TEST_CASE("pitfall 41: a code stream that is not what the header declares is decoded as what it is") {
  // The file's meta header is changed to another compressed syntax; UIDs of the same length need no other change.
  struct Case {
    Syntax real;
    const char *from, *to;
  };
  for (const Case c : {Case{Syntax::jpeg_ls_lossless, "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.70"},
                       Case{Syntax::jpeg_lossless_sv1, "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.90"},
                       Case{Syntax::jpeg2000_lossless, "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.50"}}) {
    TemporaryFolder dir;
    CtSpec spec;
    spec.slices = 2;
    spec.syntax = c.real;
    spec.hu = busy_hu;
    spec.spoil = [c](std::string& bytes, int) {
      const auto at = bytes.find(c.from);
      REQUIRE(at != std::string::npos);
      bytes.replace(at, std::string(c.from).size(), c.to);
    };
    write_ct(dir.path(), spec);
    const auto v = read_folder(dir.path());
    INFO(c.from << " declared as " << c.to);
    if (!v.ok()) FAIL(v.error().message());
    CHECK(worst_hu_error(*v, busy_hu) < 0.51);
    CHECK(has_warning(v->warnings, "SYNTAX_MISMATCH"));
  }
}

TEST_CASE("a compressed image of another size than its header says is refused, naming the file") {
  const Syntax syntax = GENERATE(Syntax::jpeg_ls_lossless, Syntax::jpeg_lossless, Syntax::jpeg2000_lossless, Syntax::rle);
  TemporaryFolder dir;
  CtSpec spec;
  spec.slices = 2;
  spec.columns = 32;
  spec.rows = 32;
  spec.syntax = syntax;
  spec.spoil = [](std::string& bytes, int) {
    // (0028,0010) US 2 bytes: 32 -> 40 rows.
    const std::string rows("\x28\x00\x10\x00US\x02\x00\x20\x00", 10);
    const auto at = bytes.find(rows);
    REQUIRE(at != std::string::npos);
    bytes[at + 8] = 40;
  };
  const auto files = write_ct(dir.path(), spec);
  const auto v = read_folder(dir.path());
  REQUIRE_FALSE(v.ok());
  CHECK((v.error().code == ErrorCode::unreadable_file || v.error().code == ErrorCode::truncated_file));
  CHECK(v.error().where.find(dir.path().string()) != std::string::npos);
}

TEST_CASE("cut pixel data are refused as truncated, whatever the syntax") {
  const Syntax syntax = GENERATE(Syntax::implicit_le, Syntax::explicit_le, Syntax::explicit_be, Syntax::rle, Syntax::jpeg_lossless,
                                 Syntax::jpeg_ls_lossless, Syntax::jpeg2000_lossless, Syntax::jpeg_extended);
  TemporaryFolder dir;
  CtSpec spec;
  spec.slices = 4;
  spec.syntax = syntax;
  spec.hu = busy_hu;
  spec.spoil = [](std::string& bytes, int k) {
    if (k == 2) bytes.resize(bytes.size() - 150);
  };
  const auto files = write_ct(dir.path(), spec);
  auto index = index_folder(dir.path());
  REQUIRE(index.ok());
  INFO(uid_of(syntax));
  CHECK(index->objects.size() == 4);  // it keeps its place: a hole would be a missing slice
  REQUIRE(index->unreadable.size() == 1);
  CHECK(index->unreadable.front().code == ErrorCode::truncated_file);
  const auto v = read_folder(dir.path());
  REQUIRE_FALSE(v.ok());
  CHECK(v.error().code == ErrorCode::truncated_file);
  CHECK(v.error().where == files[2]);
}

TEST_CASE("a deflated file that is cut is refused") {
  TemporaryFolder dir;
  CtSpec spec;
  spec.slices = 3;
  spec.syntax = Syntax::deflated;
  spec.hu = busy_hu;
  spec.spoil = [](std::string& bytes, int) { bytes.resize(bytes.size() * 2 / 3); };
  write_ct(dir.path(), spec);
  const auto v = read_folder(dir.path());
  REQUIRE_FALSE(v.ok());
  CHECK((v.error().code == ErrorCode::truncated_file || v.error().code == ErrorCode::unreadable_file));
}

TEST_CASE("a code stream that lost its end but kept its frame is refused") {
  // Padding in place of the tail: lengths agree, the end marker is gone.
  const Syntax syntax = GENERATE(Syntax::jpeg_lossless, Syntax::jpeg_ls_lossless, Syntax::jpeg2000_lossless);
  TemporaryFolder dir;
  CtSpec spec;
  spec.slices = 2;
  spec.syntax = syntax;
  spec.hu = busy_hu;
  spec.spoil = [](std::string& bytes, int) { std::fill(bytes.end() - 8 - 120, bytes.end() - 8, '\0'); };
  write_ct(dir.path(), spec);
  const auto v = read_folder(dir.path());
  REQUIRE_FALSE(v.ok());
  CHECK(v.error().code == ErrorCode::truncated_file);
}

TEST_CASE("a transfer syntax that no decoder reads is refused by name") {
  TemporaryFolder dir;
  CtSpec spec;
  spec.slices = 2;
  spec.syntax = Syntax::jpeg_ls_lossless;
  spec.spoil = [](std::string& bytes, int) {
    // MPEG-4, and a stream that is not JPEG.
    const auto at = bytes.find("1.2.840.10008.1.2.4.80");
    REQUIRE(at != std::string::npos);
    bytes.replace(at, 22, "1.2.840.10008.1.2.4.99");
    const auto stream = bytes.find("\xFF\xD8\xFF");
    REQUIRE(stream != std::string::npos);
    bytes.replace(stream, 3, "XYZ");
  };
  write_ct(dir.path(), spec);
  const auto v = read_folder(dir.path());
  REQUIRE_FALSE(v.ok());
  CHECK(v.error().code == ErrorCode::unsupported_syntax);
  CHECK(v.error().what.find("1.2.840.10008.1.2.4.99") != std::string::npos);
}

TEST_CASE("an enhanced CT is read from compressed frames as well") {
  const Syntax syntax = GENERATE(Syntax::rle, Syntax::jpeg_ls_lossless, Syntax::jpeg_lossless_sv1, Syntax::deflated, Syntax::explicit_be);
  TemporaryFolder dir;
  CtSpec spec;
  spec.slices = 5;
  spec.hu = busy_hu;
  spec.syntax = syntax;
  write_enhanced_ct(dir / "e", spec);
  const auto v = read_folder(dir.path());
  INFO(uid_of(syntax));
  if (!v.ok()) FAIL(v.error().message());
  CHECK(worst_hu_error(*v, busy_hu) < 0.51);
}

TEST_CASE("markers of code streams") {
  CHECK(inspect_codestream({}, "1.2.840.10008.1.2.4.70").kind == Codestream::unknown);
  CHECK(inspect_codestream({1, 2, 3, 4}, "1.2.840.10008.1.2.5").kind == Codestream::rle);
  CHECK(inspect_codestream({0xFF, 0xD8, 0xFF, 0xC3, 0x00}, "1.2.840.10008.1.2.4.70").kind == Codestream::unknown);
  const auto ls = inspect_codestream(
      {0xFF, 0xD8, 0xFF, 0xF7, 0x00, 0x0B, 12, 0x00, 0x10, 0x00, 0x20, 1, 1, 0x11, 0, 0xFF, 0xDA, 0x00, 0x08, 1, 1, 0, 2, 0, 0, 0xFF, 0xD9},
      "1.2.840.10008.1.2.4.80");
  CHECK(ls.kind == Codestream::jpeg_ls);
  CHECK(ls.rows == 16);
  CHECK(ls.columns == 32);
  CHECK(ls.precision == 12);
  CHECK(ls.lossy);
  CHECK(ls.complete);
}
