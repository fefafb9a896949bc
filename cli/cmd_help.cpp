// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/shell.h"
#include "cli/version.h"

namespace seedaudit {
namespace {

/// Every long option with its dashes, then the short ones.
std::vector<std::string> names_of(const CLI::Option& option) {
  std::vector<std::string> out;
  for (const std::string& name : option.get_lnames()) out.push_back("--" + name);
  for (const std::string& name : option.get_snames()) out.push_back("-" + name);
  return out;
}

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  // One without a group is for programs, as in --help.
  return app.get_subcommands([](const CLI::App* command) { return !command->get_name().empty() && !command->get_group().empty(); });
}

/// Text for troff: its own characters escaped, and no line that begins with a request.
std::string troff(const std::string& text) {
  std::string out;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
    line_start = c == '\n';
  }
  return out;
}

std::string man_options(const CLI::App& app) {
  std::string out;
  for (const CLI::Option* option : app.get_options()) {
    std::string heading;
    for (const std::string& name : names_of(*option)) heading += (heading.empty() ? "" : ", ") + name;
    if (heading.empty()) heading = option->get_name(true);
    if (option->get_type_size() != 0 && !names_of(*option).empty()) heading += " " + option->get_type_name();
    out += ".TP\n.B " + troff(heading) + "\n" + troff(option->get_description()) + "\n";
  }
  return out;
}

std::string man_page(const CLI::App& app) {
  std::string out = ".TH SEEDAUDIT 1 \"\" \"seedaudit " + troff(program_version()) + "\" \"User Commands\"\n";
  out += ".SH NAME\nseedaudit \\- audit of permanent seed implants\n";
  out += ".SH SYNOPSIS\n.B seedaudit\n.I COMMAND\n[options]\n";
  out += ".SH DESCRIPTION\n" + troff(app.get_description()) + "\n";
  out += ".SH OPTIONS\n" + man_options(app) + ".SH COMMANDS\n";
  for (const CLI::App* command : commands_of(app)) {
    out += ".SS " + troff(command->get_name()) + "\n" + troff(command->get_description()) + "\n" + man_options(*command);
    if (!command->get_footer().empty()) out += ".PP\n.nf\n" + troff(command->get_footer()) + "\n.fi\n";
  }
  return out + ".SH NOTES\n.nf\n" + troff(app.get_footer()) + "\n.fi\n";
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& w : words) out += (out.empty() ? "" : " ") + w;
  return out;
}

std::string command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : commands_of(app)) names.push_back(command->get_name());
  return joined(names);
}

std::string option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : names_of(*option)) names.push_back(name);
  return joined(names);
}

/// The options of the command that stands in $command, by both shells' `case`.
std::string options_by_command(const CLI::App& app) {
  std::string out = "  case \"$command\" in\n";
  for (const CLI::App* command : commands_of(app)) out += "    " + command->get_name() + ") words=\"" + option_names(*command) + "\" ;;\n";
  return out + "    *) words=\"" + option_names(app) + "\" ;;\n  esac\n";
}

std::string bash_completion(const CLI::App& app) {
  return "# bash completion of seedaudit\n_seedaudit() {\n  local current=\"${COMP_WORDS[COMP_CWORD]}\" command=\"${COMP_WORDS[1]}\" "
         "words\n"
         "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    COMPREPLY=($(compgen -W \"" +
         command_names(app) + " " + option_names(app) + "\" -- \"$current\"))\n    return\n  fi\n" + options_by_command(app) +
         "  case \"$current\" in\n    -*) COMPREPLY=($(compgen -W \"$words\" -- \"$current\")) ;;\n    *) COMPREPLY=() ;;\n  esac\n}\n"
         "complete -o default -F _seedaudit seedaudit\n";
}

std::string zsh_completion(const CLI::App& app) {
  return "#compdef seedaudit\n_seedaudit() {\n  local command=\"${words[2]}\" current=\"${words[CURRENT]}\"\n"
         "  if (( CURRENT == 2 )); then\n    compadd -- " +
         command_names(app) + "\n    return\n  fi\n  local words\n" + options_by_command(app) +
         "  if [[ \"$current\" == -* ]]; then\n    compadd -- ${=words}\n  else\n    _files\n  fi\n}\n_seedaudit \"$@\"\n";
}

struct HelpOptions {
  bool man = false;
  std::string completion;
};

int print_help(const CLI::App& app, const HelpOptions& options) {
  const std::string text = options.man                    ? man_page(app)
                           : options.completion == "bash" ? bash_completion(app)
                           : options.completion == "zsh"  ? zsh_completion(app)
                                                          : app.get_formatter()->make_help(&app, "seedaudit", CLI::AppFormatMode::Normal);
  if (Status s = write_text({}, text); !s) return fail(s.error());
  return exit_code::kOk;
}

}  // namespace

void add_help(CLI::App& app, int& exit_status) {
  auto* command = app.add_subcommand("help", "Print this help, the manual page, or a shell's completion");
  auto options = std::make_shared<HelpOptions>();
  auto* man = command->add_flag("--man", options->man, "The manual page, for `man -l -`");
  command->add_option("--completion", options->completion, "Completion of commands and options for this shell")
      ->check(CLI::IsMember({"bash", "zsh"}))
      ->excludes(man);
  command->footer("Example: source <(seedaudit help --completion bash)");
  command->callback([&app, options, &exit_status] { exit_status = print_help(app, *options); });
}

}  // namespace seedaudit
