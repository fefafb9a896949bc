// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/case_attempt.h"

#include <array>
#include <ctime>
#include <limits>
#include <map>
#include <sstream>

namespace seedaudit {
namespace {

constexpr int kUnwritable = 5;  // as `run` exits
constexpr std::array<const char*, 5> kEnds{"exited", "signalled", "time_limit", "stopped", "lost"};

std::string one_line(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '\\' ? std::string("\\\\") : c == '\n' ? std::string("\\n") : std::string(1, c);
  return out;
}

std::string as_it_was(const std::string& line) {
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '\\' || i + 1 == line.size()) {
      out += line[i];
    } else {
      ++i;
      out += line[i] == 'n' ? '\n' : line[i];
    }
  }
  return out;
}

template <class Number>
bool read_number(const std::map<std::string, std::string>& fields, const char* name, Number& value) {
  const auto field = fields.find(name);
  if (field == fields.end()) return false;
  std::istringstream in(field->second);
  in.imbue(std::locale::classic());
  return (in >> value) && in.peek() == std::istringstream::traits_type::eof();
}

std::optional<ErrorCode> error_code_of(const std::string& name) {
  for (int i = 0; i <= static_cast<int>(ErrorCode::internal); ++i)
    if (to_string(static_cast<ErrorCode>(i)) == name) return static_cast<ErrorCode>(i);
  return {};
}

}  // namespace

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text.data();
}

bool ends_batch(const Error& error) {
  return error.code == ErrorCode::output_unwritable || error.code == ErrorCode::store_unavailable || error.code == ErrorCode::internal;
}

bool ends_batch(const CaseAttempt& attempt) {
  if (attempt.error) return ends_batch(*attempt.error);
  return attempt.outcome && attempt.outcome->end == ChildEnd::exited && attempt.outcome->exit_status == kUnwritable;
}

CaseAttempt attempt_case(const std::filesystem::path& folder, const AttemptCommand& command, const AttemptLimits& limits,
                         const std::atomic<bool>& stop) {
  CaseAttempt attempt;
  attempt.folder = folder;
  attempt.started_at = utc_now();
  const auto arguments = command(folder);
  if (!arguments) {
    attempt.error = arguments.error();
    return attempt;
  }
  const auto outcome = run_child({*arguments, folder / "log", folder / "process", limits.time, limits.memory}, stop);
  if (outcome)
    attempt.outcome = *outcome;
  else
    attempt.error = outcome.error();
  return attempt;
}

std::string attempt_text(const CaseAttempt& attempt) {
  std::ostringstream out;
  out.imbue(std::locale::classic());
  out.precision(std::numeric_limits<double>::max_digits10);
  out << "started_at " << attempt.started_at << '\n';
  if (attempt.outcome) {
    const ChildOutcome& o = *attempt.outcome;
    out << "end " << kEnds.at(static_cast<std::size_t>(o.end)) << "\nexit_status " << o.exit_status << "\nsignal " << o.signal
        << "\npeak_memory " << o.peak_memory << "\nelapsed_s " << o.elapsed.count() << '\n';
  }
  if (attempt.error)
    out << "error " << to_string(attempt.error->code) << "\nwhat " << one_line(attempt.error->what) << "\nwhere "
        << one_line(attempt.error->where) << "\nhint " << one_line(attempt.error->hint) << '\n';
  out << "whole\n";
  return out.str();
}

Result<CaseAttempt> parse_attempt(std::string_view text) {
  const Error damaged{ErrorCode::bad_json, "the note on how a case ended is damaged", "", "The case is audited again."};
  std::map<std::string, std::string> fields;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    const auto blank = line.find(' ');
    fields[line.substr(0, blank)] = blank == std::string::npos ? std::string() : as_it_was(line.substr(blank + 1));
  }
  if (fields.count("whole") == 0 || text.empty() || text.back() != '\n') return damaged;
  CaseAttempt attempt;
  attempt.started_at = fields["started_at"];
  if (fields.count("end") > 0) {
    ChildOutcome o;
    std::size_t end = 0;
    while (end < kEnds.size() && fields["end"] != kEnds.at(end)) ++end;
    double elapsed_s = 0.0;
    if (end == kEnds.size() || !read_number(fields, "exit_status", o.exit_status) || !read_number(fields, "signal", o.signal) ||
        !read_number(fields, "peak_memory", o.peak_memory) || !read_number(fields, "elapsed_s", elapsed_s))
      return damaged;
    o.end = static_cast<ChildEnd>(end);
    o.elapsed = std::chrono::duration<double>(elapsed_s);
    attempt.outcome = o;
  }
  if (fields.count("error") > 0) {
    const auto code = error_code_of(fields["error"]);
    if (!code) return damaged;
    attempt.error = Error{*code, fields["what"], fields["where"], fields["hint"]};
  }
  if (attempt.outcome.has_value() == attempt.error.has_value()) return damaged;
  return attempt;
}

}  // namespace seedaudit
