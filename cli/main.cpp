// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>

#include "cli/commands.h"
#include "cli/shell.h"
#include "cli/version.h"

int main(int argc, char** argv) {
  using namespace seedaudit;
  // A full disk (file size limit) and a closed pipe are told by the failing write, not by a signal that leaves temporaries behind.
  std::signal(SIGXFSZ, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);

  CLI::App app{"seedaudit: what a permanent seed implant became, from its post-implant CT. Not a medical device."};
  app.set_version_flag("--version", std::string("seedaudit ") + program_version() + " (" + program_commit() + ")");
  app.require_subcommand(1);
  app.footer(
      "Examples:\n"
      "  seedaudit check patient_folder                        what it holds and what would be decided\n"
      "  seedaudit run patient_folder -o audit --implanted 20  the whole audit\n"
      "  seedaudit run patient_folder --review review.json     again, with a person's corrections\n"
      "  seedaudit detect ct_folder -o seeds.json              seeds of one CT\n"
      "Exit: 0 done, 2 usage, 3 input refused, 4 a stage failed, 5 output not written, 10 "
      "flag raised.");
  int exit_status = exit_code::kOk;
  add_run(app, exit_status);
  add_check(app, exit_status);
  add_detect(app, exit_status);
  add_register(app, exit_status);
  add_dose(app, exit_status);
  add_dvh(app, exit_status);
  add_phantom(app, exit_status);
  add_scan(app, exit_status);
  add_sources(app, exit_status);
  add_receive(app, exit_status);
  add_push(app, exit_status);
  add_batch(app, exit_status);
  add_batch_task(app, exit_status);
  add_cohort(app, exit_status);
  add_pull(app, exit_status);
  add_help(app, exit_status);
  add_deidentify(app, exit_status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::RequiredError& e) {
    // A word that is no command would otherwise be told as a missing one.
    if (argc > 1 && argv[1][0] != '-' && app.get_subcommands().empty())
      std::fprintf(stderr, "seedaudit: there is no command \"%s\". `seedaudit --help` lists them.\n", argv[1]);
    else
      app.exit(e);
    return exit_code::kUsage;
  } catch (const CLI::ParseError& e) {
    const int code = app.exit(e);
    return code == 0 ? exit_code::kOk : exit_code::kUsage;
  } catch (const std::bad_alloc&) {
    return fail({ErrorCode::internal, "not enough memory", "", "Free memory, or leave out image series that are not needed."});
  } catch (const std::exception& e) {
    return fail({ErrorCode::internal, std::string("internal error: ") + e.what(), "", "Please report it."});
  }
  return exit_status;
}
