// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/progress.h"
#include "core/result.h"
#include "report/identity_filter.h"

namespace CLI {
class App;
}

/// What every subcommand shares (docs/command-line.md).
namespace seedaudit {

/// Exit statuses that scripts may rely on.
namespace exit_code {
inline constexpr int kOk = 0;
inline constexpr int kUsage = 2;
inline constexpr int kRefused = 3;
inline constexpr int kFailed = 4;
inline constexpr int kUnwritable = 5;
inline constexpr int kFlagged = 10;
}  // namespace exit_code

/// The exit status of a command that ended with this error.
int exit_code_of(const Error& error);
/// One message on stderr: what, where, and what to do. \return its exit status
int fail(const Error& error);

/// Options that every long command has.
struct ShellOptions {
  int threads = 0;  ///< 0: all cores
  bool no_progress = false;
  std::string log_level = "warn";
};

/// Refuses an empty value, as an unset variable of a script leaves it, in place of taking it for an option that was not given.
std::string not_empty(const std::string& value);

/// Adds --threads, --no-progress and --log-level.
void add_shell_options(CLI::App& command, ShellOptions& options);
/// Sets threads (ours and ITK's) and the log level. Once, before the work.
Status apply(const ShellOptions& options);

/// Lines on stderr at the levels debug, info, warn and error; never the patient's name, which a description or file name may hold.
void log_debug(const std::string& line);
void log_info(const std::string& line);
void log_warn(const std::string& line);
/// At the level info: a report carries them.
void log_warnings(const Warnings& warnings, const IdentityFilter& filter);
/// At the level warn: of a command whose result has no place for them.
void show_warnings(const Warnings& warnings, const IdentityFilter& filter);

/// A bar on a terminal, a line a stage elsewhere, nothing when switched off. On stderr.
class ProgressDisplay {
 public:
  explicit ProgressDisplay(const ShellOptions& options);
  ~ProgressDisplay();
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;
  Progress callback();
  /// Ends the bar, so that what is printed next starts on a line of its own.
  void finish();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// An output folder that is made, and proved writable, before the long work, and taken away again if nothing came to lie in it.
class OutputFolder {
 public:
  static Result<OutputFolder> make(const std::filesystem::path& folder);
  const std::filesystem::path& path() const { return path_; }
  /// Removes the folders that make() created, and empty ones in them, as far as no file came to lie there.
  void discard();

 private:
  std::filesystem::path path_;
  std::vector<std::filesystem::path> created_;  ///< innermost first
};

/// Proves that a file can be written at `path` without leaving anything behind.
Status check_writable(const std::filesystem::path& path);
/// Writes the text to the file, whole or not at all, or to stdout where there is no path.
Status write_text(const std::optional<std::filesystem::path>& path, const std::string& text);

/// A number with a point for the decimal sign, whatever the locale.
std::string text_of(double value, int decimals);

}  // namespace seedaudit
