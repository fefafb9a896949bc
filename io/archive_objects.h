// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "io/archive_index.h"
#include "io/scan_choice.h"
#include "io/series_catalog.h"

namespace seedaudit {

/// The objects of one patient as its cases are made of them: copies taken out, images in series, series in scans. An object is named by its
/// place in `all()`, a series by its place in `catalog()`.
class PatientObjects {
 public:
  /// \param files into ArchiveIndex::files, in the order of paths; the index has to outlive this
  PatientObjects(const ArchiveIndex& archive, const std::vector<std::size_t>& files);

  const std::vector<IndexedObject>& all() const { return index_.objects; }
  const IndexedObject& at(std::size_t object) const { return index_.objects[object]; }
  const std::vector<SeriesInfo>& catalog() const { return catalog_; }
  const std::vector<Scan>& scans() const { return scans_; }
  const std::vector<ArchiveLeftOut>& copies() const { return copies_; }

  const ArchiveFile& file(std::size_t object) const { return archive_.files[index_files_[object]]; }
  const ArchivePlace& place(std::uint32_t place) const { return archive_.places[place]; }
  const std::optional<PlanFacts>& facts(std::size_t plan) const { return archive_.plans[file(plan).shared]; }
  std::vector<std::size_t> of_kind(ObjectKind kind) const;
  /// Of the plan itself, or of the structures it refers to.
  std::string frame_of_plan(std::size_t plan) const;
  /// The path of a different object under the same SOP Instance UID; nullptr: there is none.
  const std::string* clash(std::size_t object) const;

 private:
  bool is_copy(std::size_t a, std::size_t b) const;

  const ArchiveIndex& archive_;
  DicomIndex index_;
  std::vector<std::size_t> index_files_;  ///< of each object, into ArchiveIndex::files
  std::vector<SeriesInfo> catalog_;
  std::vector<Scan> scans_;
  std::map<std::string, std::string> clashes_;  ///< SOP Instance UID of different objects, to the path of the second
  std::vector<ArchiveLeftOut> copies_;
};

}  // namespace seedaudit
