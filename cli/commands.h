// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace CLI {
class App;
}

/// Each adds one subcommand; when it is parsed, its callback runs it and sets the exit status.
namespace seedaudit {

void add_run(CLI::App& app, int& exit_status);
void add_check(CLI::App& app, int& exit_status);
void add_detect(CLI::App& app, int& exit_status);
void add_register(CLI::App& app, int& exit_status);
void add_dose(CLI::App& app, int& exit_status);
void add_dvh(CLI::App& app, int& exit_status);
void add_phantom(CLI::App& app, int& exit_status);
void add_scan(CLI::App& app, int& exit_status);
void add_sources(CLI::App& app, int& exit_status);
void add_receive(CLI::App& app, int& exit_status);
void add_push(CLI::App& app, int& exit_status);
void add_batch(CLI::App& app, int& exit_status);
void add_batch_task(CLI::App& app, int& exit_status);
void add_cohort(CLI::App& app, int& exit_status);
void add_pull(CLI::App& app, int& exit_status);
/// Last, so that it knows the others.
void add_help(CLI::App& app, int& exit_status);
void add_deidentify(CLI::App& app, int& exit_status);

}  // namespace seedaudit
