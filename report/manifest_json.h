// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/archive_manifest.h"

namespace seedaudit {

/// manifest.json (docs/archive.md), schema_version "1.0". io/manifest_file.h reads it. The same manifest gives the same bytes.
std::string manifest_json(const ArchiveManifest& manifest);

}  // namespace seedaudit
