// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/shell.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "core/parallel.h"
#include "report/atomic_file.h"

namespace seedaudit {
namespace {

constexpr int kBarWidth = 30;

/// Standard output is whole or the command failed: a full disk behind a redirection must not look like success.
Status write_stdout(const std::string& text) {
  const bool whole = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (whole) return ok_status();
  return Error{ErrorCode::output_unwritable, "standard output cannot be written", "", "Check the disk or the receiving program."};
}

}  // namespace

int exit_code_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::invalid_option:
    case ErrorCode::bad_scenario:
      return exit_code::kUsage;
    case ErrorCode::output_unwritable:
    case ErrorCode::store_unavailable:
      return exit_code::kUnwritable;
    case ErrorCode::scheduler_failed:
    case ErrorCode::peer_failed:
    case ErrorCode::internal:
      return exit_code::kFailed;
    default:
      return exit_code::kRefused;
  }
}

int fail(const Error& error) {
  std::fprintf(stderr, "seedaudit: %s\n", error.message().c_str());
  return exit_code_of(error);
}

std::string not_empty(const std::string& value) { return value.empty() ? "the value is empty" : std::string(); }

void add_shell_options(CLI::App& command, ShellOptions& options) {
  command.add_option("--threads", options.threads, "Threads at most; 0 = all cores. The result does not depend on it")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
  command.add_flag("--no-progress", options.no_progress, "Show no progress");
  command.add_option("--log-level", options.log_level, "What is logged on stderr: debug, info, warn, error or off")
      ->check(CLI::IsMember({"debug", "info", "warn", "error", "off"}))
      ->capture_default_str();
}

Status apply(const ShellOptions& options) {
  set_thread_count(options.threads);
  // ITK reads it when its thread pool is first used, which is after this.
  if (options.threads > 0) setenv("ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS", std::to_string(options.threads).c_str(), 1);
  auto logger = spdlog::get("seedaudit");
  if (!logger) logger = spdlog::stderr_color_mt("seedaudit");
  logger->set_pattern("%^%l%$: %v");
  logger->set_level(spdlog::level::from_str(options.log_level));
  spdlog::set_default_logger(logger);
  return ok_status();
}

void log_debug(const std::string& line) { spdlog::debug("{}", line); }
void log_info(const std::string& line) { spdlog::info("{}", line); }
void log_warn(const std::string& line) { spdlog::warn("{}", line); }
void log_warnings(const Warnings& warnings, const IdentityFilter& filter) {
  for (const Warning& w : warnings) log_info(w.code + ": " + filter(w.message));
}

void show_warnings(const Warnings& warnings, const IdentityFilter& filter) {
  for (const Warning& w : warnings) log_warn(w.code + ": " + filter(w.message));
}

struct ProgressDisplay::State {
  bool on = false;
  bool terminal = false;
  bool line_open = false;
  std::string stage;
  int shown_pct = -1;

  void show(std::string_view name, double fraction) {
    if (!on) return;
    const int pct = static_cast<int>(std::lround(100.0 * std::clamp(fraction, 0.0, 1.0)));
    const bool new_stage = stage != name;
    if (terminal) {
      if (!new_stage && pct == shown_pct) return;
      const int filled = pct * kBarWidth / 100;
      std::fprintf(stderr, "\r\033[K[%s%s] %3d %% %.*s", std::string(static_cast<std::size_t>(filled), '#').c_str(),
                   std::string(static_cast<std::size_t>(kBarWidth - filled), '.').c_str(), pct, static_cast<int>(name.size()), name.data());
      std::fflush(stderr);
      line_open = true;
    } else if (new_stage) {
      std::fprintf(stderr, "seedaudit: %.*s ...\n", static_cast<int>(name.size()), name.data());
    }
    stage = name;
    shown_pct = pct;
  }

  void finish() {
    if (line_open) std::fprintf(stderr, "\r\033[K");
    line_open = false;
    stage.clear();
  }
};

ProgressDisplay::ProgressDisplay(const ShellOptions& options) : state_(std::make_shared<State>()) {
  state_->on = !options.no_progress;
  state_->terminal = isatty(STDERR_FILENO) != 0;
}

ProgressDisplay::~ProgressDisplay() { finish(); }

Progress ProgressDisplay::callback() {
  return [state = state_](std::string_view stage, double fraction) { state->show(stage, fraction); };
}

void ProgressDisplay::finish() { state_->finish(); }

Result<OutputFolder> OutputFolder::make(const std::filesystem::path& folder) {
  namespace fs = std::filesystem;
  OutputFolder out;
  out.path_ = folder;
  std::error_code ec;
  for (fs::path p = fs::absolute(folder, ec).lexically_normal(); !p.empty() && !fs::exists(p, ec); p = p.parent_path()) {
    if (p.has_filename()) out.created_.push_back(p);
    if (p == p.root_path()) break;
  }
  if (Status s = ensure_writable_folder(folder); !s) {
    out.discard();
    return s.error();
  }
  return out;
}

void OutputFolder::discard() {
  namespace fs = std::filesystem;
  std::error_code ec;
  if (!created_.empty()) {
    std::vector<fs::path> inside;
    for (fs::recursive_directory_iterator it(created_.front(), ec), end; !ec && it != end; it.increment(ec))
      if (it->is_directory()) inside.push_back(it->path());
    created_.insert(created_.begin(), inside.rbegin(), inside.rend());
  }
  for (const auto& p : created_) fs::remove(p, ec);  // removes empty folders only
  created_.clear();
}

Status check_writable(const std::filesystem::path& path) {
  std::error_code ec;
  if (std::filesystem::is_directory(path, ec))
    return Error{ErrorCode::output_unwritable, "is a folder, not a file", path.string(), "Name a file."};
  const auto parent = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  if (!std::filesystem::is_directory(parent, ec))
    return Error{ErrorCode::output_unwritable, "no such folder", parent.string(), "Make it, or name another place."};
  if (access(parent.c_str(), W_OK) != 0 && access(path.c_str(), W_OK) != 0)
    return Error{ErrorCode::output_unwritable, "cannot be written", path.string(), "Check the permissions, or name another place."};
  return ok_status();
}

Status write_text(const std::optional<std::filesystem::path>& path, const std::string& text) {
  return path ? write_file_atomically(*path, text) : write_stdout(text);
}

std::string text_of(double value, int decimals) {
  std::array<char, 400> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, decimals);
  return error == std::errc() ? std::string(buffer.data(), end) : std::string();
}

}  // namespace seedaudit
