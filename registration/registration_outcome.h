// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/result.h"
#include "registration/registration_evidence.h"

/// Internal to registration: from evidence to an outcome.
namespace seedaudit {

/// The table of docs/algorithms/registration.md: the first row that fits.
Outcome judge(const Evidence& evidence, const RegistrationOptions& options);

}  // namespace seedaudit
