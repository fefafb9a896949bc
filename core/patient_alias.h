// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

/// What stands for patients and cases where names, folders and true dates must not: the one rule of every command that has a site's key.
namespace seedaudit {

/// By default nothing is replaced.
struct PatientAlias {
  std::string name;           ///< pseudonym; empty: the patient is not known
  std::chrono::days shift{};  ///< by which every date of the patient moves
};

/// Name by pseudonym_of(), shift by date_shift_of(). Without a Patient ID nobody is named, and dates move by the case's own number of days,
/// so that at least the intervals within the case stay; without either, nothing moves.
PatientAlias alias_of(std::string_view key, std::string_view patient_id, std::string_view case_id);

/// "case-" and 16 hexadecimal characters: a case that only its folder tells from others, whose name may be a patient's.
std::string keyed_case_id(std::string_view key, std::string_view folder);

/// 16 hexadecimal characters that tell one key from another, and help nobody to find it.
std::string key_id_of(std::string_view key);

}  // namespace seedaudit
