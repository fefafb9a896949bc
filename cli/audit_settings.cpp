// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/audit_settings.h"

#include <CLI/CLI.hpp>
#include <filesystem>

#include "io/config_file.h"
#include "pipeline/options_used.h"

namespace seedaudit {
namespace {

Result<RegistrationMode> registration_mode(const CaseRequest& request, RegistrationMode configured) {
  if (!request.registration || request.registration_file()) return configured;
  for (const RegistrationMode mode :
       {RegistrationMode::automatic, RegistrationMode::rigid, RegistrationMode::deformable, RegistrationMode::none})
    if (*request.registration == to_string(mode)) return mode;
  return Error{ErrorCode::invalid_option, "registration \"" + *request.registration + "\" is not offered", "",
               "Choose auto, rigid, deformable, none or a file."};
}

}  // namespace

Result<AuditOptions> audit_settings(const CaseRequest& request, const std::optional<std::filesystem::path>& config_file) {
  AuditOptions options;
  const auto apply_file = [&](const std::string& file) -> Status {
    const auto config = read_config(file);
    if (!config) return config.error();
    for (const auto& [key, value] : *config)
      if (Status s = set_option(options, key, value); !s) return Error{s.error().code, s.error().what, file, s.error().hint};
    return ok_status();
  };
  if (request.site) {
    const bool file = std::filesystem::path(*request.site).extension() == ".json";
    if (Status s = file ? apply_file(*request.site) : set_option(options, "limits.site", *request.site); !s) return s.error();
  }
  if (config_file)
    if (Status s = apply_file(config_file->string()); !s) return s.error();
  const auto mode = registration_mode(request, options.registration_mode);
  if (!mode) return mode.error();
  options.registration_mode = *mode;
  if (Status s = options.check(); !s) return s.error();
  return options;
}

Result<RunKeys> take_run_keys(const std::string& case_path, const CLI::App& command, ShellOptions& shell) {
  auto keys = read_run_keys(case_path);
  if (!keys) return keys;
  if (keys->threads && command.count("--threads") == 0) shell.threads = *keys->threads;
  if (keys->log_level && command.count("--log-level") == 0) shell.log_level = *keys->log_level;
  shell.no_progress |= keys->no_progress;
  return keys;
}

}  // namespace seedaudit
