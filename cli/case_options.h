// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/implant_case.h"
#include "io/case_request.h"

namespace CLI {
class App;
}

namespace seedaudit {

/// The options that say what the case is; case.json has the same keys.
struct CaseOptions {
  std::string path;
  std::string case_id, postop_ct, preop_ct, plan, structures, postop_structures, dose, seeds, seeds_frame, landmarks, later_ct, later_seeds,
      review, registration, source, implant_date, entry, site, earlier_plan, earlier_seeds, earlier_frame, earlier_date, earlier_source;
  std::vector<std::string> targets;
  std::optional<int> implanted, issued, returned;
  std::optional<double> rx_gy, strength_u, activity_mci, activity_mbq;

  void add_to(CLI::App& command);
  CaseRequest request() const;
  /// Name and value of every option that was given, for the report; file names without their folders, which may name a patient.
  std::vector<std::pair<std::string, std::string>> given() const;
};

/// "case-" and eight hexadecimal digits of a hash over the UIDs of the inputs: stable, and says nothing of the patient.
std::string anonymous_case_id(const ImplantCase& implant);

}  // namespace seedaudit
