// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/result.h"
#include "pipeline/audit_options.h"

/// Names of the options, once: the report's "options used", the configuration file and --help all come from this list.
namespace seedaudit {

/// Every option with its value, by its configuration key ("limits.margin_mm").
std::map<std::string, std::string> options_used(const AuditOptions& options);

/// Sets one option by its configuration key. Errors: invalid_option for an unknown key (naming the nearest known one) or a value that is no
/// number; ranges are judged by AuditOptions::check().
Status set_option(AuditOptions& options, const std::string& key, const std::string& value);

std::vector<std::string> option_keys();

}  // namespace seedaudit
