// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/pseudonymous_case.h"

#include "core/case_dates.h"
#include "core/date_shift.h"
#include "core/pseudonym.h"
#include "io/key_file.h"

namespace seedaudit {

Result<PatientAlias> take_alias(ImplantCase& implant, const std::filesystem::path& key_file) {
  if (implant.patient_id.empty())
    return Error{ErrorCode::invalid_option, "the case states no Patient ID that a pseudonym could stand for", "", "use --identity none"};
  const auto key = read_or_make_key_file(key_file);
  if (!key) return key.error();
  PatientAlias alias{pseudonym_of(*key, implant.patient_id), date_shift_of(*key, implant.patient_id)};
  shift_dates(implant, alias.shift);
  return alias;
}

}  // namespace seedaudit
