// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/audit_report.h"

#include <algorithm>

namespace seedaudit {

std::string_view to_string(AuditStatus v) {
  switch (v) {
    case AuditStatus::ok:
      return "ok";
    case AuditStatus::review:
      return "review";
    case AuditStatus::failed:
      return "failed";
  }
  return "failed";
}

std::string_view to_string(Severity v) {
  switch (v) {
    case Severity::info:
      return "info";
    case Severity::warn:
      return "warn";
    case Severity::action:
      return "action";
  }
  return "action";
}

std::string_view to_string(Verdict v) {
  switch (v) {
    case Verdict::not_assessed:
      return "not_assessed";
    case Verdict::green:
      return "green";
    case Verdict::amber:
      return "amber";
    case Verdict::red:
      return "red";
    case Verdict::urgent:
      return "urgent";
  }
  return "urgent";
}

std::string_view to_string(SeedStatus v) {
  switch (v) {
    case SeedStatus::placed:
      return "placed";
    case SeedStatus::displaced:
      return "displaced";
    case SeedStatus::misplaced:
      return "misplaced";
    case SeedStatus::migrated:
      return "migrated";
    case SeedStatus::embolised:
      return "embolised";
    case SeedStatus::unmatched:
      return "unmatched";
    case SeedStatus::undetermined:
      return "undetermined";
  }
  return "undetermined";
}

std::string_view to_string(FollowStatus v) {
  switch (v) {
    case FollowStatus::stayed:
      return "stayed";
    case FollowStatus::migrated:
      return "migrated";
    case FollowStatus::embolised:
      return "embolised";
    case FollowStatus::not_found:
      return "not_found";
    case FollowStatus::undetermined:
      return "undetermined";
  }
  return "undetermined";
}

std::string_view to_string(MissingStatus v) {
  switch (v) {
    case MissingStatus::lost:
      return "lost";
    case MissingStatus::not_found:
      return "not_found";
    case MissingStatus::undetermined:
      return "undetermined";
  }
  return "undetermined";
}

std::string_view to_string(StructureRole v) {
  switch (v) {
    case StructureRole::target:
      return "target";
    case StructureRole::oar:
      return "oar";
  }
  return "oar";
}

std::string_view to_string(ContourOrigin v) {
  switch (v) {
    case ContourOrigin::mapped:
      return "mapped";
    case ContourOrigin::postop:
      return "postop";
  }
  return "postop";
}

Status RadiobiologyParameters::check() const {
  const auto bad = [](const char* name, double value, const char* range) {
    return Error{ErrorCode::invalid_option, std::string(name) + " is " + std::to_string(value) + ", must be " + range, "", ""};
  };
  if (!(alpha_per_gy > 0.0)) return bad("alpha_per_gy", alpha_per_gy, "above 0");
  if (!(alpha_beta_gy > 0.0)) return bad("alpha_beta_gy", alpha_beta_gy, "above 0");
  if (!(repair_half_time_h > 0.0)) return bad("repair_half_time_h", repair_half_time_h, "above 0");
  if (!(doubling_time_days > 0.0)) return bad("doubling_time_days", doubling_time_days, "above 0");
  if (!(geud_exponent < 0.0)) return bad("geud_exponent", geud_exponent, "below 0");
  return ok_status();
}

std::vector<const StructureAudit*> judged_targets(const DoseAudit& dose) {
  std::vector<const StructureAudit*> targets;
  for (const StructureAudit& s : dose.structures) {
    if (s.role != StructureRole::target) continue;
    const bool superseded =
        s.contour == ContourOrigin::mapped && std::any_of(dose.structures.begin(), dose.structures.end(), [&](const StructureAudit& o) {
          return o.role == StructureRole::target && o.name == s.name && o.contour == ContourOrigin::postop;
        });
    if (!superseded) targets.push_back(&s);
  }
  return targets;
}

}  // namespace seedaudit
