// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/result.h"

class DcmSCU;

namespace seedaudit {

/// What studies are wanted; an empty field asks for nothing, and one at least must be given.
struct StudyQuery {
  std::string patient_id;
  std::string date;         ///< YYYYMMDD, or a range YYYYMMDD-YYYYMMDD with either end left out
  std::string description;  ///< of the study: * and ? stand for any text and any character

  /// Errors: invalid_option.
  Status check() const;
};

/// C-FIND at study level (Study Root) over an association. \param context its presentation context \param where the peer, for messages
/// \return Study Instance UIDs. Errors: peer_failed.
Result<std::vector<std::string>> find_studies(DcmSCU& scu, unsigned char context, const StudyQuery& query, const std::string& where);

}  // namespace seedaudit
