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

}  // namespace seedaudit
