// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "io/dicom_dataset.h"

/// What becomes of each attribute of a DICOM object that is shared: a list of what stays, everything else goes (docs/deidentify.md; the
/// actions are those of DICOM PS3.15 Annex E, Table E.1-1).
namespace seedaudit {

enum class AttributeAction {
  remove,
  empty,            ///< Z: zero length, for attributes that their module asks for
  keep,             ///< numbers and code strings
  keep_pixels,      ///< as they are, compressed or not
  clean,            ///< C: a descriptor; TextCleaner::clean
  clean_technical,  ///< C: of a source or a kernel; TextCleaner::clean_technical
  keep_code,        ///< Code Value and its scheme
  replace_uid,      ///< U
  shift_date,       ///< C of the option for modified dates: DA and DT
  keep_time,        ///< TM: days move, times of day stay
  pseudonym,        ///< Patient ID and Patient's Name
  recurse           ///< a sequence: the same for each attribute of each item
};

/// \param vr value representation by the standard's dictionary, two letters
AttributeAction action_for(Tag tag, std::string_view vr);

/// Objects that an audit reads or writes and that this table was made for; all others are left out of a shared case.
bool is_shared_class(std::string_view sop_class_uid);
/// Enhanced objects, whose equipment module has no empty attributes.
bool is_enhanced_image(std::string_view sop_class_uid);

/// Attributes whose value names a patient, a person, an institution or a request, besides all of VR PN, AE, UI and DA.
bool is_identifier(Tag tag);

}  // namespace seedaudit
