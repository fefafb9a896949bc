// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

/// The SOP classes and transfer syntaxes this program speaks (docs/dicom-conformance.md).
namespace seedaudit {

/// Storage SOP classes that are received and fetched: what an audit reads or writes, and what lies beside it in a study.
const std::vector<const char*>& storage_classes();

/// Transfer syntaxes without compression, the preferred first.
const std::vector<const char*>& plain_syntaxes();

/// Compressed transfer syntaxes that io decodes, and deflated.
const std::vector<const char*>& compressed_syntaxes();

/// Images, which archives keep compressed.
bool is_image_class(const std::string& sop_class_uid);

/// 1 to 64 digits and dots: what may become a file name.
bool is_uid(const std::string& text);

}  // namespace seedaudit
