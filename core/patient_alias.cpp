// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/patient_alias.h"

#include "core/date_shift.h"
#include "core/pseudonym.h"

namespace seedaudit {
namespace {

constexpr std::size_t kDigits = 16;

// What is hashed besides a Patient ID is told apart by what it begins with.
std::string keyed(std::string_view key, const char* of, std::string_view text) {
  return hmac_sha256(key, std::string(of) + std::string(text)).substr(0, kDigits);
}

}  // namespace

PatientAlias alias_of(std::string_view key, std::string_view patient_id, std::string_view case_id) {
  const std::string moved_as = !patient_id.empty() ? std::string(patient_id)
                               : case_id.empty()   ? std::string()
                                                   : "case:" + std::string(case_id);
  return {pseudonym_of(key, patient_id), date_shift_of(key, moved_as)};
}

std::string keyed_case_id(std::string_view key, std::string_view folder) { return "case-" + keyed(key, "folder:", folder); }

std::string key_id_of(std::string_view key) { return keyed(key, "key", {}); }

}  // namespace seedaudit
