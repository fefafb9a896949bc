// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"

/// Where the elements of a DICOM file lie, found by walking tags and lengths alone. Nothing is allocated by a length that a file declares:
/// a length that goes beyond the file is found here, before DCMTK sees it.
namespace seedaudit {

struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

struct DicomLayout {
  std::uint64_t file_size = 0;
  bool preamble = false;            ///< 128 bytes and "DICM"
  std::string transfer_syntax_uid;  ///< as declared, or inferred where there is no meta header
  bool deflated = false;            ///< the data set is one zlib stream; its elements were not walked
  bool big_endian = false;
  bool pixel_data = false;
  bool encapsulated = false;
  ByteRange native;                  ///< value of uncompressed Pixel Data, cut at the end of the file
  std::vector<ByteRange> fragments;  ///< of compressed Pixel Data, without the offset table
  std::vector<std::uint32_t> offset_table;
  /// Set where the file ends before its declared end; the elements up to there were walked.
  std::optional<Error> truncated;
};

/// nullopt: not a DICOM file. Errors: path_not_found, unreadable_file (DICOM, but its structure is broken).
Result<std::optional<DicomLayout>> read_dicom_layout(const std::string& path);

}  // namespace seedaudit
