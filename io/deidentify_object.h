// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "core/result.h"
#include "io/clean_text.h"

class DcmDataset;

namespace seedaudit {

/// What the objects of one patient have in common.
struct Confidentiality {
  std::string key;            ///< of pseudonyms, UIDs and tokens
  std::chrono::days shift{};  ///< of every date
  bool dates_kept = false;    ///< the site shares true dates: `shift` is zero, and the objects say so
};

/// One DICOM object by the Basic Application Level Confidentiality Profile (PS3.15 Annex E) with the options for modified dates and for
/// cleaned descriptors and structured content: attributes that confidentiality_table.h does not name are gone, at every depth. Pixel data
/// stay byte for byte, in their transfer syntax. \return the bytes of the new file
/// Errors: those of open_dicom, unsupported_syntax (cannot be written again), unreadable_file (annotation burned into the pixels).
Result<std::string> deidentified_object(const std::string& path, const Confidentiality& confidentiality, const TextCleaner& cleaner);

}  // namespace seedaudit
