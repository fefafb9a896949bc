// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/audit_settings.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <utility>

#include "io/case_file.h"
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

/// A file is input, not usage: what stands in it and cannot be meant is refused like any other file, by its name.
Error in_file(const Error& error, const std::string& file) { return {ErrorCode::bad_json, error.what, file, error.hint}; }

}  // namespace

void add_config_option(CLI::App& command, std::string& config) {
  command
      .add_option("--config", config,
                  "JSON file of limits and method options; keys as in provenance.options of a report. An unknown key is refused")
      ->check(not_empty);
}

Result<AuditOptions> configured_options(const std::vector<std::string>& files, AuditOptions options) {
  std::string named;
  for (const std::string& file : files) {
    const auto config = read_config(file);
    if (!config) return config.error();
    for (const auto& [key, value] : *config)
      if (Status s = set_option(options, key, value); !s) return in_file(s.error(), file);
    named += (named.empty() ? "" : " and ") + file;
  }
  if (Status s = options.check(); !s) return named.empty() ? s.error() : in_file(s.error(), named);
  return options;
}

Result<AuditOptions> audit_settings(const CaseRequest& given, const CaseRequest& request,
                                    const std::optional<std::filesystem::path>& config_file) {
  AuditOptions defaults;
  std::vector<std::string> files;
  if (request.site && std::filesystem::path(*request.site).extension() == ".json")
    files.push_back(*request.site);
  else if (request.site)
    if (Status s = set_option(defaults, "limits.site", *request.site); !s)
      return given.site ? s.error() : in_file(s.error(), case_file_of(given.path).value_or(given.path).string());
  if (config_file && !config_file->empty()) files.push_back(config_file->string());
  auto options = configured_options(files, std::move(defaults));
  if (!options) return options;
  const auto mode = registration_mode(request, options->registration_mode);
  if (!mode) return mode.error();
  options->registration_mode = *mode;
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
