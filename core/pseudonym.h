// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

/// Names for patients that only the holder of the site's key can connect with the patient.
namespace seedaudit {

/// HMAC-SHA256 (RFC 2104, FIPS 198-1) in hexadecimal, 64 characters.
std::string hmac_sha256(std::string_view key, std::string_view message);

/// "P-" and 16 hexadecimal characters of the HMAC of the patient's id: the same patient has the same name wherever the key is the same;
/// two of a million patients share one with a chance of 3e-8. An empty id stays empty.
std::string pseudonym_of(std::string_view key, std::string_view patient_id);

/// A UID in place of another, the same wherever the key is the same: 2.25 and the first 128 bits of the HMAC as a decimal number
/// (ISO/IEC 9834-8 form). UIDs that DICOM itself defines (1.2.840.10008...) and an empty one stay.
std::string keyed_uid(std::string_view key, std::string_view uid);

}  // namespace seedaudit
