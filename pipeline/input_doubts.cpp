// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/input_doubts.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace seedaudit {
namespace {

struct DoubtRow {
  std::string_view code;
  Severity severity;  ///< warn asks for review, info is for reading only
};

/// A warning that is not here changes no figure, or its effect is too small to matter. docs/algorithms/status_and_verdict.md lists them.
constexpr std::array kRows{
    // Whose it is.
    DoubtRow{"PATIENT_NAME_DIFFERS", Severity::warn},
    DoubtRow{"PATIENT_UNVERIFIED", Severity::warn},
    DoubtRow{"OTHER_PATIENT_PASSED_OVER", Severity::warn},
    // Units, strength and prescription.
    DoubtRow{"STRENGTH_IMPLAUSIBLE", Severity::warn},
    DoubtRow{"STRENGTH_DIFFERS", Severity::warn},
    DoubtRow{"STRENGTH_UNITS", Severity::warn},
    DoubtRow{"STRENGTHS_MIXED", Severity::info},
    DoubtRow{"TOTAL_KERMA", Severity::warn},
    DoubtRow{"SOURCE_MODELS_DIFFER", Severity::warn},
    DoubtRow{"SOURCE_REFERENCE", Severity::warn},
    DoubtRow{"PRESCRIPTION_IMPLAUSIBLE", Severity::warn},
    DoubtRow{"PRESCRIPTION_CONFLICT", Severity::warn},
    DoubtRow{"PRESCRIPTION_DIFFERS", Severity::info},
    // Dates.
    DoubtRow{"IMPLANT_DATE_UNKNOWN", Severity::warn},
    DoubtRow{"DATES_IMPLAUSIBLE", Severity::warn},
    DoubtRow{"STRENGTH_DATE_FAR", Severity::warn},
    DoubtRow{"STRENGTH_DATE_UNKNOWN", Severity::info},
    DoubtRow{"SCAN_DATE_UNKNOWN", Severity::info},
    DoubtRow{"TREATMENT_RECORDS_SEVERAL", Severity::warn},
    DoubtRow{"RECORD_DATE_DIFFERS", Severity::warn},
    DoubtRow{"TREATMENT_RECORD_PASSED_OVER", Severity::info},
    // What was put in.
    DoubtRow{"RECORD_COUNT_DIFFERS", Severity::warn},
    DoubtRow{"RECORD_ISOTOPE_DIFFERS", Severity::warn},
    // Which object is meant, and in which frame it lies.
    DoubtRow{"PLAN_AMBIGUOUS", Severity::warn},
    DoubtRow{"PLANS_SEVERAL", Severity::info},
    DoubtRow{"POSTOP_SCANS_SEVERAL", Severity::warn},
    DoubtRow{"STRUCTURES_SEVERAL", Severity::warn},
    DoubtRow{"PREOP_ASSUMED", Severity::warn},
    DoubtRow{"POSTOP_IN_PLAN_FRAME", Severity::info},
    DoubtRow{"POSTOP_SHARES_FRAME", Severity::info},
    DoubtRow{"REGION_LEFT_OUT", Severity::info},
    DoubtRow{"PLAN_FRAME_MISSING", Severity::warn},
    DoubtRow{"STRUCTURES_FRAME_MISSING", Severity::warn},
    DoubtRow{"ROI_FRAME_DIFFERS", Severity::warn},
    DoubtRow{"PLAN_OFF_TARGET", Severity::warn},
    DoubtRow{"TARGET_REFERENCE_CONFLICT", Severity::warn},
    DoubtRow{"TARGET_REFERENCE_UNRESOLVED", Severity::warn},
    // Seeds and contours that were read otherwise than they were meant, or not at all.
    DoubtRow{"CHANNEL_TWO_PLACES", Severity::warn},
    DoubtRow{"CHANNEL_EMPTY", Severity::warn},
    DoubtRow{"DEAD_POSITIONS_IGNORED", Severity::info},
    DoubtRow{"CONTOUR_SAYS_POINT", Severity::warn},
    DoubtRow{"CONTOUR_GAP_BRIDGED", Severity::warn},
    DoubtRow{"CONTOUR_GAP_LEFT", Severity::warn},
    DoubtRow{"CONTOUR_TYPE", Severity::info},
    DoubtRow{"CONTOUR_NOT_PLANAR", Severity::info},
    DoubtRow{"STRUCTURE_NOT_MAPPED", Severity::warn},
    DoubtRow{"POSTOP_CONTOUR_ABSENT", Severity::info},
    DoubtRow{"DVH_NOT_STABLE", Severity::warn},
    DoubtRow{"SEEDS_GIVEN", Severity::info},
    DoubtRow{"FEW_ISOLATED_SEEDS", Severity::info},
    DoubtRow{"SEARCH_CUT_SHORT", Severity::warn},
    DoubtRow{"OLD_OR_NEW_UNCLEAR", Severity::warn},
    DoubtRow{"MOSTLY_ALREADY_PREOP", Severity::warn},
    DoubtRow{"ALREADY_PREOP", Severity::info},
    DoubtRow{"EARLIER_NOT_PLACED", Severity::warn},
    DoubtRow{"EARLIER_SEED_NOT_FOUND", Severity::warn},
    DoubtRow{"EARLIER_OR_NEW_UNCLEAR", Severity::warn},
    // Pixels.
    DoubtRow{"MISSING_SLICE_INTERPOLATED", Severity::warn},
    DoubtRow{"SLICE_GAP", Severity::warn},
    DoubtRow{"GANTRY_TILT_UNSEEN", Severity::warn},
    DoubtRow{"DAMAGED_FILE", Severity::warn},
    DoubtRow{"LOSSY_COMPRESSION", Severity::warn},
    DoubtRow{"HU_SCALE_DOUBTFUL", Severity::warn},
    DoubtRow{"RESCALE_ABSENT", Severity::warn},
    DoubtRow{"RESCALE_NOT_HU", Severity::warn},
    DoubtRow{"VOXELS_NOT_FINITE", Severity::warn},
    DoubtRow{"NIFTI_FORMS_DIFFER", Severity::warn},
    DoubtRow{"UNEVEN_SLICES_RESAMPLED", Severity::info},
    DoubtRow{"GANTRY_TILT_RESAMPLED", Severity::info},
    DoubtRow{"SHIFTED_SLICES_RESAMPLED", Severity::info},
};

}  // namespace

std::vector<Flag> doubts_of_input(const Warnings& warnings) {
  std::vector<Flag> flags;
  for (const DoubtRow& row : kRows) {
    const Warning* first = nullptr;
    std::vector<std::string_view> messages;
    for (const Warning& w : warnings) {
      if (w.code != row.code || std::find(messages.begin(), messages.end(), w.message) != messages.end()) continue;
      if (first == nullptr) first = &w;
      messages.push_back(w.message);
    }
    if (first == nullptr) continue;
    std::string message = first->message;
    if (messages.size() > 1) message += " (and " + std::to_string(messages.size() - 1) + " more such warnings)";
    flags.push_back({first->code, row.severity, std::move(message), std::nullopt, std::nullopt});
  }
  return flags;
}

std::vector<std::string> doubts_to_review(const std::vector<Flag>& flags) {
  std::vector<std::string> out;
  for (const DoubtRow& row : kRows)
    if (row.severity == Severity::warn && std::any_of(flags.begin(), flags.end(), [&](const Flag& f) { return f.code == row.code; }))
      out.emplace_back(row.code);
  return out;
}

}  // namespace seedaudit
