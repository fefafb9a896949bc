// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/source_model.h"

/// Seed models: dosimetry/sources/*.json, embedded at build time; a site's own file goes through parse_source and is held to the same
/// checks (docs/algorithms/sources.md).
namespace seedaudit {

/// Ids of the shipped models in alphabetical order, e.g. "amersham-6711".
std::vector<std::string> source_ids();

/// A shipped model by id, or by model name where exactly one has it ("6711"); case, spaces, dots and hyphens do not matter.
/// A surrogate comes back with the constant and tables of the model it names, and with surrogate_of set.
/// Error unknown_source lists the ids.
Result<SourceModel> find_source(std::string_view id_or_model);

/// A source file's text, validated: finite positive values, radii and angles strictly ascending, F complete over 0..90 degrees,
/// g_L(1 cm) = 1 within 1e-3, F(r, 90) = 1 within 1e-3, unknown keys refused.
/// \param origin file name for messages
/// Error source_invalid (or bad_json) quotes the offending value.
Result<SourceModel> parse_source(std::string_view json, std::string_view origin);

/// Ids of the shipped models whose model name, alias or id stands as a word in a free text such as a plan's source description; the longer
/// name wins where one holds another, and names under four characters count only beside their maker's. Empty: none; several: ambiguous.
std::vector<std::string> source_ids_named_in(std::string_view text);

/// Checksum over all shipped files, hexadecimal: for the report's provenance.
std::string source_library_checksum();

}  // namespace seedaudit
