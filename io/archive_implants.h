// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/archive_objects.h"

namespace seedaudit {

/// One plan with the images of its own frame of reference, and the scans that came after it.
struct Implant {
  std::optional<std::size_t> plan;                                   ///< into the patient's objects
  std::string frame;                                                 ///< of plan and pre-op image
  std::optional<DateTime> date;                                      ///< of implantation
  bool date_recorded = false;                                        ///< by a treatment record
  std::optional<std::chrono::sys_days> from;                         ///< of the pre-op image, else of the implant: no post-op scan is older
  std::vector<std::size_t> preop;                                    ///< into the catalogue
  std::map<std::chrono::sys_days, std::vector<std::size_t>> postop;  ///< CT series of each day, into the catalogue
  std::optional<Error> refusal;
  Warnings notes;
};

/// The implants of one patient, in the order of their first days, and what belongs to none of them.
struct PatientImplants {
  std::vector<Implant> implants;
  std::vector<ArchiveLeftOut> left_out;
  std::vector<std::size_t> other_plans;                                ///< named in left_out
  std::vector<std::size_t> ambiguous_plans;                            ///< named by the refusal of an implant
  std::map<std::size_t, std::pair<std::string, std::string>> reasons;  ///< why a series is part of no implant: reason and detail
};

/// By the rules of docs/archive.md, "Finding the cases".
PatientImplants find_implants(const PatientObjects& objects);

/// Of a date that may not be known.
std::optional<std::chrono::sys_days> day_of(const std::optional<DateTime>& date);

}  // namespace seedaudit
