// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/audit_options.h"

#include <string>

namespace seedaudit {

std::string_view to_string(RegistrationMode v) {
  switch (v) {
    case RegistrationMode::automatic:
      return "auto";
    case RegistrationMode::rigid:
      return "rigid";
    case RegistrationMode::deformable:
      return "deformable";
    case RegistrationMode::none:
      return "none";
  }
  return "auto";
}

Status MatchOptions::check() const {
  if (gate_mm >= 1.0 && gate_mm <= 200.0) return ok_status();
  return Error{ErrorCode::invalid_option, "matching gate_mm is " + std::to_string(gate_mm), "", "Give a value from 1 to 200."};
}

Status AuditOptions::check() const {
  for (Status status : {detector.check(), registration.check(), matching.check(), dvh.check(), isodose.check(), radiobiology.check(),
                        uncertainty.check(), supplement.check(), limits.check()})
    if (!status) return status;
  return ok_status();
}

}  // namespace seedaudit
