// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cassert>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

/// Three kinds of trouble, three forms: our bug is an assertion, bad input is a Result with an Error, honest doubt is an Outcome.
namespace seedaudit {

/// Every code has a test that provokes it (tests/io, tests/report, tests/cli).
enum class ErrorCode {
  invalid_option,          ///< an option outside its range, or an unknown key
  path_not_found,          ///< no such file or folder
  empty_folder,            ///< no readable DICOM object or volume file
  unreadable_file,         ///< not the format it claims to be
  truncated_file,          ///< ends before its declared length
  unsupported_syntax,      ///< a transfer syntax no decoder here reads
  wrong_modality,          ///< e.g. an MR given as post-op CT
  no_postop_ct,            ///< nothing in the case can be the post-op CT
  ambiguous_ct,            ///< several series fit equally well
  inconsistent_geometry,   ///< slices that make no single regular volume, and no sound repair
  missing_slices,          ///< a gap too large to repair
  plan_unsupported,        ///< not a permanent implant
  plan_without_strength,   ///< no air-kerma strength, and none given
  plan_without_positions,  ///< no Control Point 3D Position
  plan_without_isotope,    ///< neither source model nor isotope
  unknown_source,          ///< no such source model
  source_invalid,          ///< a source file that fails validation
  target_not_found,        ///< named target absent
  target_ambiguous,        ///< several targets of one rank
  structures_invalid,      ///< RTSTRUCT that cannot be interpreted
  dose_invalid,            ///< RTDOSE that cannot be interpreted
  patient_mismatch,        ///< objects of different patients
  frame_mismatch,          ///< RTSTRUCT/RTDOSE not in the frame of its image
  bad_json,
  bad_csv,
  bad_scenario,          ///< phantom scenario unknown or malformed
  prescription_missing,  ///< no prescription dose in the plan and none given
  date_implausible,      ///< implant after the scan, reference date far off
  registration_invalid,  ///< a registration file that is no rigid transform
  output_unwritable,     ///< folder cannot be made or written, disk full
  archive_unreadable,    ///< a zip, tar or DICOMDIR that cannot be walked
  store_unavailable,     ///< the database of a batch cannot be opened, read or written
  scheduler_failed,      ///< the cluster's scheduler refuses or loses a job
  peer_failed,           ///< a DICOM peer that cannot be reached, refuses or aborts
  review_invalid,        ///< a review that does not fit the audit it is applied to
  internal
};

std::string_view to_string(ErrorCode code);

/// Bad input: what is wrong, where (file, instance, row), and what the user can do.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string what;
  std::string where;
  std::string hint;

  /// "what (where). hint" in one line.
  std::string message() const;
};

/// A value, or the reason there is none. Reading value() of a failed result is a bug.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : v_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : v_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return v_.index() == 0; }
  explicit operator bool() const { return ok(); }

  const T& value() const& {
    assert(ok());
    return std::get<0>(v_);
  }
  T& value() & {
    assert(ok());
    return std::get<0>(v_);
  }
  T&& value() && {
    assert(ok());
    return std::get<0>(std::move(v_));
  }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const Error& error() const {
    assert(!ok());
    return std::get<1>(v_);
  }

 private:
  std::variant<T, Error> v_;
};

struct Unit {};
using Status = Result<Unit>;
inline Status ok_status() { return Status{Unit{}}; }

/// Something a reader of the report must know although the number is given. The code is stable, the message is for people.
struct Warning {
  std::string code;
  std::string message;
};
using Warnings = std::vector<Warning>;

/// Whether a result may be used, and why. A default-constructed one says that it never ran.
enum class OutcomeKind { not_run, ok, low_confidence, failed };
std::string_view to_string(OutcomeKind kind);

struct Outcome {
  OutcomeKind kind = OutcomeKind::not_run;
  std::string why = "never ran";
  bool usable() const { return kind == OutcomeKind::ok || kind == OutcomeKind::low_confidence; }
};

}  // namespace seedaudit
