// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/implant_case.h"
#include "core/seed.h"

/// What ties a review to the audit it was made on: times and wording may differ between two runs, these may not.
namespace seedaudit {

/// SHA-256 over role and content hash (UID where there is none) of the inputs, whatever their order; 64 hexadecimal digits.
std::string inputs_sha256(const std::vector<InputObject>& inputs);

/// SHA-256 over role and UID of the inputs (series of images, else SOP instance), content hash of what has none, whatever their order;
/// 64 hexadecimal digits. Stays when an archive writes the same objects anew, in another transfer syntax for instance.
std::string input_uids_sha256(const std::vector<InputObject>& inputs);

/// SHA-256 over id and centre (to 0.01 mm) of each seed and the count interval; 64 hexadecimal digits.
std::string findings_sha256(const Detection& detection);

}  // namespace seedaudit
