// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/patient_alias.h"
#include "io/archive_index.h"

/// Which objects of an archive make a case (docs/archive.md): by the rules with which read_case() tells the images of one folder apart,
/// from headers alone.
namespace seedaudit {

/// How a patient is named in the manifest, and by how much its dates move there. Patient ID may be empty.
using PatientAliases = std::function<PatientAlias(const std::string& patient_id, const std::string& case_id)>;

/// The cases of the archive, each file in one of them, shared by cases of one implant, or left out with a reason.
ArchiveManifest find_cases(const ArchiveIndex& index, const PatientAliases& aliases);

}  // namespace seedaudit
