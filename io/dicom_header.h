// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "io/dicom_index.h"

namespace seedaudit {

/// What one file is. Exactly one of: ignored says why it is no DICOM object; error alone: DICOM, but unusable; object, with error where its
/// pixel data are damaged.
struct HeaderScan {
  std::string ignored;
  std::optional<Error> error;
  std::optional<IndexedObject> object;
};

/// Reads one file's header (no pixel data). Never fails: the outcome is in the value.
HeaderScan scan_header(const std::string& path);

}  // namespace seedaudit
