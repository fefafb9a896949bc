// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/shell.h"
#include "core/result.h"
#include "io/case_request.h"
#include "io/run_keys.h"
#include "pipeline/audit_options.h"

namespace CLI {
class App;
}

namespace seedaudit {

/// `--config FILE`, of every command that audits or says what an audit would refuse.
void add_config_option(CLI::App& command, std::string& config);

/// The options with what the files state, one after the other. Errors: path_not_found, unreadable_file; bad_json, naming the file, for an
/// unknown key, a value of another type or out of its range.
Result<AuditOptions> configured_options(const std::vector<std::string>& files, AuditOptions options = {});

/// Limits and method options of an audit: defaults, then the site, then the configuration file, then the way to register. The same for
/// `run` and for `check`, which says what `run` would refuse. Errors: invalid_option for a value of the command line; those of the files,
/// bad_json for a site that the case's own case.json names.
/// \param given what the command line says \param resolved the same with what a case.json adds
/// \param config absent or empty: none
Result<AuditOptions> audit_settings(const CaseRequest& given, const CaseRequest& resolved,
                                    const std::optional<std::filesystem::path>& config);

/// What a case.json says of how a command works. Its threads, log level and progress go into `shell` where the command line is silent.
Result<RunKeys> take_run_keys(const std::string& case_path, const CLI::App& command, ShellOptions& shell);

}  // namespace seedaudit
