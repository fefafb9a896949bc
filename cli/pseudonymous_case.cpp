// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/pseudonymous_case.h"

#include "core/case_dates.h"
#include "io/key_file.h"

namespace seedaudit {

Result<PatientAlias> take_alias(ImplantCase& implant, const std::filesystem::path& key_file, bool shift_dates,
                                const std::optional<std::string>& case_id) {
  if (implant.patient_id.empty() && !case_id)
    return Error{ErrorCode::invalid_option, "the case states no Patient ID that a pseudonym could stand for", "",
                 "use --identity none, or give the case a name with --case-id"};
  const auto key = read_or_make_key_file(key_file);
  if (!key) return key.error();
  PatientAlias alias = alias_of(*key, implant.patient_id, case_id.value_or(""));
  if (!shift_dates) alias.shift = {};
  seedaudit::shift_dates(implant, alias.shift);
  return alias;
}

}  // namespace seedaudit
