// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/archive_manifest.h"

#include "core/case_dates.h"

namespace seedaudit {

void take_alias(ArchiveCase& archive_case, const PatientAlias& alias) {
  archive_case.patient = alias.name;
  if (alias.shift.count() == 0) return;
  if (!archive_case.request_file.empty()) archive_case.implant_date.reset();
  const auto move = [&](std::optional<DateTime>& date) {
    if (date) date->date += alias.shift;
  };
  move(archive_case.implant_date);
  move(archive_case.scan_date);
  for (ArchiveInput& i : archive_case.inputs) move(i.date);
  for (Warning& n : archive_case.notes) n.message = with_shifted_dates(n.message, alias.shift);
  if (!archive_case.refusal) return;
  archive_case.refusal->what = with_shifted_dates(archive_case.refusal->what, alias.shift);
  archive_case.refusal->hint = with_shifted_dates(archive_case.refusal->hint, alias.shift);
}

}  // namespace seedaudit
