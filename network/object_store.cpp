// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "network/object_store.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/sha256.h"
#include "io/dicom_dataset.h"
#include "network/dicom_services.h"
#include "network/object_content.h"

namespace seedaudit {
namespace {

namespace fs = std::filesystem;

Error unwritable(const fs::path& path, const std::string& why) {
  return {ErrorCode::output_unwritable, "cannot be written: " + why, path.string(), "Check the disk and the permissions."};
}

Status sync(const fs::path& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
  if (fd < 0) return unwritable(path, std::strerror(errno));
  const int error = ::fsync(fd) == 0 || errno == EINVAL ? 0 : errno;
  ::close(fd);
  if (error != 0) return unwritable(path, std::strerror(error));
  return ok_status();
}

/// The folder and its parents below root, each name synced.
Status make_folder(const fs::path& folder) {
  std::error_code ec;
  if (fs::is_directory(folder, ec)) return ok_status();
  if (Status s = make_folder(folder.parent_path()); !s) return s;
  fs::create_directory(folder, ec);
  if (ec && !fs::is_directory(folder)) return unwritable(folder, ec.message());
  return sync(folder.parent_path(), O_RDONLY | O_DIRECTORY);
}

std::string patient_folder(DcmItem& dataset, const std::string& study) {
  const std::string id = value_of(dataset, {0x0010, 0x0020});
  Sha256 hash;
  hash.add_part(id.empty() ? "study " + study : "patient " + id);
  hash.add_part(value_of(dataset, {0x0010, 0x0021}));
  return "p" + hash.hexadecimal().substr(0, 16);
}

}  // namespace

Status publish_file(const fs::path& temporary, const fs::path& target) {
  if (Status s = make_folder(target.parent_path()); !s) return s;
  if (Status s = sync(temporary, O_RDONLY); !s) return s;
  if (::rename(temporary.c_str(), target.c_str()) != 0) return unwritable(target, std::strerror(errno));
  return sync(target.parent_path(), O_RDONLY | O_DIRECTORY);
}

Result<ObjectStore> ObjectStore::open(const fs::path& root) {
  ObjectStore store;
  std::error_code ec;
  store.root_ = fs::absolute(root, ec);
  for (const char* name : {"received", "incoming"})
    if (Status s = make_folder(store.root_ / name); !s) return s.error();
  for (const auto& left : fs::directory_iterator(store.root_ / "incoming", ec)) fs::remove(left.path(), ec);
  return store;
}

fs::path ObjectStore::new_temporary() {
  return root_ / "incoming" / (std::to_string(::getpid()) + "-" + std::to_string(serial_++) + ".part");
}

Result<std::string> ObjectStore::keep(const fs::path& temporary, const std::string& sop_class_uid, const std::string& sop_instance_uid) {
  struct Gone {
    fs::path path;
    ~Gone() {
      std::error_code ec;
      fs::remove(path, ec);
    }
  } const gone{temporary};
  auto object = open_dicom(temporary.string(), true);
  if (!object) return object.error();
  DcmItem& dataset = *(*object)->getDataset();
  const std::string instance = value_of(dataset, {0x0008, 0x0018});
  const std::string study = value_of(dataset, {0x0020, 0x000D});
  if (!is_uid(instance) || !is_uid(study))
    return Error{ErrorCode::unreadable_file, "the object lacks a valid SOP or Study Instance UID", sop_instance_uid,
                 "Mend it at its source."};
  if (instance != sop_instance_uid || value_of(dataset, {0x0008, 0x0016}) != sop_class_uid)
    return Error{ErrorCode::unreadable_file, "the object is another one than the sender announced", sop_instance_uid, "Mend the sender."};
  const std::string patient = patient_folder(dataset, study);
  const fs::path target = received() / patient / study / (instance + ".dcm");
  std::error_code ec;
  if (fs::exists(target, ec)) {
    const auto there = content_hash(target);
    const auto here = content_hash(temporary);
    if (!here) return here.error();
    if (there && *there == *here) return patient;  // sent again: what is kept already is the same
    return Error{ErrorCode::patient_mismatch, "another object of this SOP Instance UID is kept already; the first stays", instance,
                 "One identifier names two objects: mend it at the source."};
  }
  if (Status s = publish_file(temporary, target); !s) return s.error();
  return patient;
}

}  // namespace seedaudit
