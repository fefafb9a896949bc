// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/archive_objects.h"

namespace seedaudit {

PatientObjects::PatientObjects(const ArchiveIndex& archive, const std::vector<std::size_t>& files) : archive_(archive) {
  std::map<std::string, std::size_t> first;
  for (const std::size_t f : files) {
    IndexedObject o = archive_.object(f);
    const auto [it, is_new] = first.try_emplace(o.sop_instance_uid, index_.objects.size());
    if (!is_new && !o.sop_instance_uid.empty() && is_copy(f, index_files_[it->second])) {
      copies_.push_back({o.path, "duplicate", "UID, series and place are those of " + index_.objects[it->second].path});
      continue;
    }
    if (!is_new && !o.sop_instance_uid.empty()) clashes_.insert({o.sop_instance_uid, o.path});
    index_files_.push_back(f);
    index_.objects.push_back(std::move(o));
  }
  catalog_ = catalog_series(index_);
  scans_ = group_scans(catalog_);
}

bool PatientObjects::is_copy(std::size_t a, std::size_t b) const {
  const ArchiveFile &x = archive_.files[a], &y = archive_.files[b];
  const IndexedObject &p = archive_.shared[x.shared], &q = archive_.shared[y.shared];
  return p.kind == q.kind && p.series_instance_uid == q.series_instance_uid && p.patient_id == q.patient_id &&
         x.position_mm == y.position_mm && p.file_size == q.file_size && (x.damage == nullptr) == (y.damage == nullptr);
}

std::vector<std::size_t> PatientObjects::of_kind(ObjectKind kind) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < index_.objects.size(); ++i)
    if (index_.objects[i].kind == kind) found.push_back(i);
  return found;
}

std::string PatientObjects::frame_of_plan(std::size_t plan) const {
  const IndexedObject& o = index_.objects[plan];
  if (!o.frame_of_reference_uid.empty()) return o.frame_of_reference_uid;
  for (const IndexedObject& s : index_.objects)
    if (s.kind == ObjectKind::rt_structures && !s.sop_instance_uid.empty() && s.sop_instance_uid == o.referenced_structure_set_uid)
      return s.frame_of_reference_uid;
  return {};
}

const std::string* PatientObjects::clash(std::size_t object) const {
  const auto at = clashes_.find(index_.objects[object].sop_instance_uid);
  return at == clashes_.end() ? nullptr : &at->second;
}

}  // namespace seedaudit
