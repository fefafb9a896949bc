// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "io/archive_index.h"

/// The objects of one patient, or of several whose objects refer to each other, and the cases they make.
namespace seedaudit {

struct PatientGroup {
  std::vector<std::size_t> files;  ///< into ArchiveIndex::files, in the order of paths
};

/// What became of one object: the case it belongs to is in `cases`, else the reason why it was left out.
struct PatientCases {
  std::vector<ArchiveCase> cases;     ///< without patient
  std::vector<std::string> patients;  ///< Patient ID of each case
  std::vector<ArchiveLeftOut> left_out;
};

PatientCases cases_of_patient(const ArchiveIndex& index, const PatientGroup& group);

}  // namespace seedaudit
