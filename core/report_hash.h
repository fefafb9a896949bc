// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace seedaudit {

/// SHA-256, hexadecimal, of a report.json with nothing between the braces of its "timing_s": two audits of one input by one program have
/// the same. By hand: sed 's/"timing_s": {[^}]*}/"timing_s": {}/' report.json | sha256sum
/// Within strings a quote is written \", so that no text of the report can pass for the key. Empty of an empty text.
std::string report_hash(std::string_view report_json);

}  // namespace seedaudit
