// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "core/result.h"

namespace seedaudit {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_option:
      return "invalid_option";
    case ErrorCode::path_not_found:
      return "path_not_found";
    case ErrorCode::empty_folder:
      return "empty_folder";
    case ErrorCode::unreadable_file:
      return "unreadable_file";
    case ErrorCode::truncated_file:
      return "truncated_file";
    case ErrorCode::unsupported_syntax:
      return "unsupported_syntax";
    case ErrorCode::wrong_modality:
      return "wrong_modality";
    case ErrorCode::no_postop_ct:
      return "no_postop_ct";
    case ErrorCode::ambiguous_ct:
      return "ambiguous_ct";
    case ErrorCode::inconsistent_geometry:
      return "inconsistent_geometry";
    case ErrorCode::missing_slices:
      return "missing_slices";
    case ErrorCode::plan_unsupported:
      return "plan_unsupported";
    case ErrorCode::plan_without_strength:
      return "plan_without_strength";
    case ErrorCode::plan_without_positions:
      return "plan_without_positions";
    case ErrorCode::plan_without_isotope:
      return "plan_without_isotope";
    case ErrorCode::unknown_source:
      return "unknown_source";
    case ErrorCode::source_invalid:
      return "source_invalid";
    case ErrorCode::target_not_found:
      return "target_not_found";
    case ErrorCode::target_ambiguous:
      return "target_ambiguous";
    case ErrorCode::structures_invalid:
      return "structures_invalid";
    case ErrorCode::dose_invalid:
      return "dose_invalid";
    case ErrorCode::patient_mismatch:
      return "patient_mismatch";
    case ErrorCode::frame_mismatch:
      return "frame_mismatch";
    case ErrorCode::bad_json:
      return "bad_json";
    case ErrorCode::bad_csv:
      return "bad_csv";
    case ErrorCode::bad_scenario:
      return "bad_scenario";
    case ErrorCode::prescription_missing:
      return "prescription_missing";
    case ErrorCode::date_implausible:
      return "date_implausible";
    case ErrorCode::registration_invalid:
      return "registration_invalid";
    case ErrorCode::output_unwritable:
      return "output_unwritable";
    case ErrorCode::archive_unreadable:
      return "archive_unreadable";
    case ErrorCode::store_unavailable:
      return "store_unavailable";
    case ErrorCode::scheduler_failed:
      return "scheduler_failed";
    case ErrorCode::peer_failed:
      return "peer_failed";
    case ErrorCode::review_invalid:
      return "review_invalid";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

std::string Error::message() const {
  std::string m = what;
  if (!where.empty()) m += " (" + where + ")";
  m += ".";
  if (!hint.empty()) m += " " + hint;
  return m;
}

std::string_view to_string(OutcomeKind kind) {
  switch (kind) {
    case OutcomeKind::not_run:
      return "not_run";
    case OutcomeKind::ok:
      return "ok";
    case OutcomeKind::low_confidence:
      return "low_confidence";
    case OutcomeKind::failed:
      return "failed";
  }
  return "not_run";
}

}  // namespace seedaudit
