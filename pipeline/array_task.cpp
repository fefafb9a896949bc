// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/array_task.h"

namespace seedaudit {
namespace {

constexpr int kAttempts = 3;  // a node may fail twice by chance; a case that takes its node down does so each time

Status attempt(const ArrayFolder& folder, const ArrayCase& c, const AttemptLimits& limits, const ArrayCommand& command,
               const std::atomic<bool>& stop) {
  const auto begun = folder.begin(c.case_id);
  if (!begun) return begun.error();
  const auto place = folder.attempt_folder(c.case_id);
  if (!place) return place.error();
  if (*begun > kAttempts) {
    CaseAttempt lost;
    lost.folder = *place;
    lost.started_at = utc_now();
    lost.outcome = ChildOutcome{};
    lost.outcome->end = ChildEnd::lost;
    return folder.put(c, lost);
  }
  const CaseAttempt made = attempt_case(
      *place, [&](const std::filesystem::path& at) { return command(c.case_id, at); }, limits, stop);
  if (made.outcome && made.outcome->end == ChildEnd::stopped) {
    folder.give_back(c.case_id);
    std::error_code ec;
    std::filesystem::remove_all(*place, ec);
    return ok_status();
  }
  return folder.put(c, made);
}

}  // namespace

Status run_array_task(const ArrayFolder& folder, int task, const AttemptLimits& limits, const ArrayCommand& command,
                      const std::atomic<bool>& stop) {
  const auto cases = folder.chunk(task);
  if (!cases) return cases.error();
  for (const ArrayCase& c : *cases) {
    if (!stop && !folder.has_ended(c.case_id))
      if (Status s = attempt(folder, c, limits, command, stop); !s) return s;
    if (stop)
      return Error{ErrorCode::scheduler_failed, "the scheduler ended the task", "task " + std::to_string(task),
                   "Its cases are audited when it is begun again."};
  }
  return ok_status();
}

}  // namespace seedaudit
