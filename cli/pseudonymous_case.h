// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/implant_case.h"
#include "core/patient_alias.h"
#include "core/result.h"

namespace seedaudit {

/// The patient's alias under the site's key (made if absent). \param shift_dates moves all dates of the case by the alias's shift; else the
/// shift is none. \param case_id as it was given: where the case names no patient, its dates move by the case's own shift.
/// Errors: those of the key file, and invalid_option where neither names anything.
Result<PatientAlias> take_alias(ImplantCase& implant, const std::filesystem::path& key_file, bool shift_dates,
                                const std::optional<std::string>& case_id);

}  // namespace seedaudit
