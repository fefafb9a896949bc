// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "core/result.h"

namespace seedaudit {

/// Received objects on disk: ROOT/received/<patient>/<study UID>/<SOP instance UID>.dcm; <patient> is a hash of Patient ID and its issuer,
/// so that the studies of one patient make one case and no folder bears a name. What is on its way lies in ROOT/incoming.
class ObjectStore {
 public:
  /// Makes the folders and removes what a killed server left in ROOT/incoming. Errors: output_unwritable.
  static Result<ObjectStore> open(const std::filesystem::path& root);

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path received() const { return root_ / "received"; }
  /// A name for an object on its way, of this process alone.
  std::filesystem::path new_temporary();

  /// Gives a complete file its place: read, synced, renamed, its folder synced. After that a crash loses nothing. The file is gone from its
  /// temporary name whatever happens. \return the <patient> folder's name
  /// Errors: as open_dicom, and unreadable_file where UIDs are missing, no UIDs, or not the announced ones; patient_mismatch where an
  /// object of the same identifier and other content (content_hash) is there already; output_unwritable. The same content again, in
  /// whatever encoding, is a success and what is there stays.
  Result<std::string> keep(const std::filesystem::path& temporary, const std::string& sop_class_uid, const std::string& sop_instance_uid);

 private:
  std::filesystem::path root_;
  unsigned serial_ = 0;
};

/// Renames a complete file to its name: synced before, its folder synced after. Errors: output_unwritable.
Status publish_file(const std::filesystem::path& temporary, const std::filesystem::path& target);

}  // namespace seedaudit
