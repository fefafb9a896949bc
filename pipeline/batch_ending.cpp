// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/batch_ending.h"

#include <signal.h>

#include <cstring>
#include <sstream>

namespace seedaudit {
namespace {

// As `run` exits (docs/command-line.md).
constexpr int kUsage = 2;
constexpr int kRefused = 3;

bool out_of_memory(const std::string& said) {
  // As this program says it, the language, the image library, the operating system.
  for (const char* words : {"not enough memory", "bad_alloc", "ailed to allocate memory", "Cannot allocate memory"})
    if (said.find(words) != std::string::npos) return true;
  return false;
}

void fail_row(CaseRow& row, const char* cause, const std::string& reason) {
  row.status = "failed";
  row.cause = cause;
  row.reason = reason;
}

}  // namespace

std::string last_message(const std::string& said) {
  constexpr const char* kPrefix = "seedaudit: ";
  std::istringstream lines(said);
  std::string message;
  for (std::string line; std::getline(lines, line);)
    if (line.rfind(kPrefix, 0) == 0) message = line.substr(std::strlen(kPrefix));
  for (char& c : message)
    if (static_cast<unsigned char>(c) < 0x20U) c = ' ';
  return message;
}

void describe_ending(CaseRow& row, const ChildOutcome& outcome, const std::string& said, std::chrono::seconds time_limit) {
  const std::string message = last_message(said);
  switch (outcome.end) {
    case ChildEnd::time_limit:
      return fail_row(row, "time_limit", "stopped at the time limit of " + std::to_string(time_limit.count()) + " s");
    case ChildEnd::stopped:
      return fail_row(row, "no_report", "stopped with the batch");
    case ChildEnd::lost:
      return fail_row(row, "signal", "lost three times together with its task on the cluster, which was killed or whose node failed");
    case ChildEnd::signalled:
      if (out_of_memory(said)) return fail_row(row, "memory_limit", "ran out of memory");
      if (outcome.signal == SIGKILL)
        return fail_row(row, "signal", "killed from outside (signal 9), as the system does when memory runs out");
      return fail_row(row, "signal",
                      "crashed: signal " + std::to_string(outcome.signal) + " (" + std::string(strsignal(outcome.signal)) + ")");
    case ChildEnd::exited:
      break;
  }
  // A file that could not be read for want of memory is not at fault.
  if (out_of_memory(message)) return fail_row(row, "memory_limit", "ran out of memory");
  if (outcome.exit_status == kRefused || outcome.exit_status == kUsage) {
    row.status = "refused";
    row.cause.clear();
    row.reason = message.empty() ? "refused without a word" : message;
    return;
  }
  if (out_of_memory(said)) return fail_row(row, "memory_limit", "ran out of memory");
  fail_row(row, "no_report",
           message.empty() ? "ended with status " + std::to_string(outcome.exit_status) + " and without a report" : message);
}

}  // namespace seedaudit
