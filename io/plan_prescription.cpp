// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/plan_prescription.h"

#include <cmath>
#include <string>
#include <vector>

#include "core/significant.h"
#include "io/dicom_dataset.h"
#include "io/dicom_tags.h"

namespace seedaudit {
namespace {

constexpr Tag kDoseReferenceSequence{0x300A, 0x0010};
constexpr Tag kDoseReferenceDescription{0x300A, 0x0016};
constexpr Tag kDoseReferenceType{0x300A, 0x0020};
constexpr Tag kTargetPrescriptionDose{0x300A, 0x0026};
constexpr Tag kFractionGroupSequence{0x300A, 0x0070};
constexpr Tag kReferencedBrachySetupSequence{0x300C, 0x000A};
constexpr Tag kBrachySetupDose{0x300A, 0x00A4};

bool same_dose(double a, double b) { return std::abs(a - b) <= 0.01 * std::max(a, b); }

struct DoseReference {
  std::optional<double> dose_gy;
  std::optional<int> roi_number;
  std::string name;
  bool is_target = false;
};

std::vector<DoseReference> target_references(DcmItem& dataset, const TextDecoder& decoder) {
  std::vector<DoseReference> all;
  for (DcmItem* item : items_of(dataset, kDoseReferenceSequence)) {
    DoseReference r;
    if (const auto dose = number_of(*item, kTargetPrescriptionDose); dose && *dose > 0.0) r.dose_gy = *dose;
    r.roi_number = integer_of(*item, kReferencedRoiNumber);
    r.name = decoder.text(*item, kDoseReferenceDescription);
    const std::string type = value_of(*item, kDoseReferenceType);
    if (type == "ORGAN_AT_RISK") continue;
    r.is_target = type == "TARGET" || r.dose_gy.has_value();
    if (r.is_target) all.push_back(std::move(r));
  }
  return all;
}

/// Doses that the fraction groups give their application setups.
std::vector<double> setup_doses(DcmItem& dataset) {
  std::vector<double> doses;
  for (DcmItem* group : items_of(dataset, kFractionGroupSequence))
    for (DcmItem* setup : items_of(*group, kReferencedBrachySetupSequence))
      if (const auto dose = number_of(*setup, kBrachySetupDose); dose && *dose > 0.0) doses.push_back(*dose);
  return doses;
}

bool all_same(const std::vector<double>& doses) {
  for (const double d : doses)
    if (!same_dose(d, doses.front())) return false;
  return !doses.empty();
}

}  // namespace

void read_prescription(DcmItem& dataset, const TextDecoder& decoder, ImplantPlan& plan) {
  const std::vector<DoseReference> references = target_references(dataset, decoder);
  // The target is the first dose reference that prescribes; one that only names a target follows.
  const DoseReference* target = nullptr;
  for (const auto& r : references)
    if (r.dose_gy && !target) target = &r;
  if (!target && !references.empty()) target = &references.front();
  if (target) {
    plan.target_roi_number = target->roi_number;
    plan.target_roi_name = target->name;
    if (target->dose_gy) plan.prescription = Gy{*target->dose_gy};
  }
  if (target)
    for (const auto& r : references)
      if (&r == target || (r.dose_gy && plan.prescription && same_dose(*r.dose_gy, plan.prescription->value)))
        plan.targets.push_back({r.roi_number, r.name});
  for (const auto& r : references)
    if (plan.prescription && r.dose_gy && !same_dose(*r.dose_gy, plan.prescription->value)) {
      plan.warnings.push_back({"PRESCRIPTION_CONFLICT", "the plan prescribes " + significant(plan.prescription->value, 6) + " Gy to \"" +
                                                            plan.target_roi_name + "\" and " + significant(*r.dose_gy, 6) + " Gy to \"" +
                                                            r.name + "\"; the first is used"});
      break;
    }

  const std::vector<double> doses = setup_doses(dataset);
  if (all_same(doses)) {
    if (!plan.prescription)
      plan.prescription = Gy{doses.front()};
    else if (!same_dose(doses.front(), plan.prescription->value))
      plan.warnings.push_back({"PRESCRIPTION_CONFLICT", "the dose reference prescribes " + significant(plan.prescription->value, 6) +
                                                            " Gy, the application setup dose is " + significant(doses.front(), 6) +
                                                            " Gy; the dose reference is used"});
  } else if (!doses.empty() && !plan.prescription) {
    plan.warnings.push_back({"PRESCRIPTION_CONFLICT",
                             "the application setups state different doses and no dose reference prescribes; "
                             "the plan has no prescription"});
  }
  if (plan.prescription && (plan.prescription->value < 20.0 || plan.prescription->value > 400.0))
    plan.warnings.push_back({"PRESCRIPTION_IMPLAUSIBLE", "the plan prescribes " + significant(plan.prescription->value, 6) +
                                                             " Gy, outside 20 to 400 Gy for a permanent implant (cGy in place of Gy?)"});
}

}  // namespace seedaudit
