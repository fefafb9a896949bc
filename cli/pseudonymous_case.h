// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "core/implant_case.h"
#include "core/result.h"

namespace seedaudit {

/// What stands in a report in place of the patient and of true dates; by default nothing does.
struct PatientAlias {
  std::string name;
  std::chrono::days shift{};
};

/// The patient's alias under the site's key (made if absent); moves all dates of the case by its shift. Errors: those of the key file, and
/// invalid_option where the case names no patient.
Result<PatientAlias> take_alias(ImplantCase& implant, const std::filesystem::path& key_file);

}  // namespace seedaudit
