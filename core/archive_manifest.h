// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/date.h"
#include "core/patient_alias.h"
#include "core/result.h"

/// What an archive holds and how it belongs together, from headers alone: the in-memory form of manifest.json (docs/archive.md).
namespace seedaudit {

/// The files of one series, or one RT object, in one place.
struct ArchiveInput {
  std::string role;       ///< preop, postop_ct, plan, structures, postop_structures, dose, treatment_record
  std::string uid;        ///< Series Instance UID of images, SOP Instance UID of the others
  std::string container;  ///< zip or tar that holds the files, relative to the archive's root; empty: plain files
  std::string folder;     ///< relative to the root, or inside the container; empty: the root itself
  /// File names in `folder`. Empty: every file that lies in it, because nothing else does.
  std::vector<std::string> files;
  std::optional<DateTime> date;
  std::string description;
};

/// One audit to be done: one post-implant scan of one implant, with what was planned.
struct ArchiveCase {
  std::string case_id;       ///< stable: from the UIDs of the inputs, says nothing of the patient
  std::string patient;       ///< keyed pseudonym, or the patient's id where the site keeps identities
  std::string implant;       ///< cases of one implant (day 0 and day 30) share it, supplementary implants do not
  std::string phase;         ///< day_0, day_30, other; empty: no implant date
  std::string request_file;  ///< a case.json that says all, relative to the root; the inputs are empty then
  std::optional<DateTime> implant_date, scan_date;
  std::optional<int> days_since_implant;
  std::vector<ArchiveInput> inputs;
  std::optional<Error> refusal;  ///< why it cannot be audited: it keeps its row
  Warnings notes;                ///< what was chosen among several, what is missing
};

/// Puts the alias in the place of the patient, and moves every date of the case, those in its texts among them; a path stays, for the file
/// has to be found. A case.json says whose it is only when it is read, and its dates move by the patient's days then: where dates move, the
/// date known of it so far is dropped.
void take_alias(ArchiveCase& archive_case, const PatientAlias& alias);

/// A file, folder or series that is part of no case.
struct ArchiveLeftOut {
  std::string path;    ///< relative to the root; inside a container: "container!path"
  std::string reason;  ///< stable: not_dicom, unreadable, truncated, duplicate, localizer, other_modality, no_postop_ct, ...
  std::string detail;
};

struct ArchiveManifest {
  std::string root;                      ///< absolute folder of the archive
  bool pseudonyms = false;               ///< `patient` is a keyed pseudonym; else the Patient ID
  bool dates_shifted = false;            ///< dates have moved, each patient's by one number of days of its own (core/date_shift.h)
  std::string key_id;                    ///< tells the key of the pseudonyms from others, and no more; empty without pseudonyms
  std::vector<ArchiveCase> cases;        ///< in order of case_id
  std::vector<ArchiveLeftOut> left_out;  ///< in order of path
};

}  // namespace seedaudit
