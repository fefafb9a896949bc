// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/archive_index.h"

#include <stdlib.h>

#include <algorithm>
#include <functional>
#include <unordered_map>

#include "core/lower_case.h"
#include "core/parallel.h"
#include "io/archive_container.h"
#include "io/audit_output.h"
#include "io/case_draft.h"
#include "io/dicom_header.h"
#include "io/dicom_plan.h"
#include "io/scan_memory.h"

namespace seedaudit {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kBatch = 1024;  // headers in memory at once

bool is_utf8(const std::string& s) {
  for (std::size_t i = 0; i < s.size();) {
    const auto c = static_cast<unsigned char>(s[i]);
    const std::size_t n = c < 0x80 ? 1 : (c >= 0xC2 && c < 0xE0) ? 2 : (c >= 0xE0 && c < 0xF0) ? 3 : (c >= 0xF0 && c < 0xF5) ? 4 : 0;
    if (n == 0 || i + n > s.size()) return false;
    for (std::size_t k = 1; k < n; ++k)
      if ((static_cast<unsigned char>(s[i + k]) & 0xC0U) != 0x80U) return false;
    i += n;
  }
  return true;
}

bool named_as_dicom(const std::string& name) {
  const std::string extension = lower_case(fs::path(name).extension().string());
  return extension == ".dcm" || extension == ".ima";
}

/// What makes two objects share their facts. Objects that are no slices of a series have a row of their own.
std::string shared_key(const IndexedObject& o) {
  if (o.kind != ObjectKind::ct && o.kind != ObjectKind::mr && o.kind != ObjectKind::other_image) return {};
  std::string key;
  const auto add = [&key](const std::string& s) { key += s + '\x1f'; };
  const auto number = [&](const auto& v) { add(v ? std::to_string(*v) : std::string()); };
  const auto vector = [&](const std::optional<Eigen::Vector3d>& v) {
    for (Eigen::Index a = 0; v && a < 3; ++a) key += std::to_string((*v)[a]) + ' ';
    add("");
  };
  const auto day = [&](const std::optional<DateTime>& d) { add(d ? to_iso(d->date) : std::string()); };
  for (const auto& s : {o.sop_class_uid, o.study_instance_uid, o.series_instance_uid, o.frame_of_reference_uid, o.patient_id,
                        o.patient_name, o.modality, o.series_description, o.kernel})
    add(s);
  for (const auto& s : o.image_type) add(s);
  for (const auto& d : {o.study_date, o.series_date, o.acquisition_date}) day(d);
  for (const auto& n : {o.series_number, o.acquisition_number, o.temporal_position, o.echo_number}) number(n);
  for (const auto& n : {o.slice_thickness_mm, o.kvp, o.placement.spacing_i_mm, o.placement.spacing_j_mm}) number(n);
  vector(o.placement.row_direction);
  vector(o.placement.column_direction);
  for (const int n : {o.placement.rows, o.placement.columns, o.placement.frames, o.samples_per_pixel, static_cast<int>(o.lossy_compressed)})
    add(std::to_string(n));
  return key;
}

/// One file whose header is read.
struct HeaderTask {
  std::uint32_t place = 0;
  std::string name;
  std::string path;
  std::optional<FileStamp> stamp;  ///< of a file that is remembered; a member goes with its container
  bool known = false;              ///< from an earlier scan: not opened
  ScannedFile file;

  void run() {
    if (known) return;
    file.scan = scan_header(path);
    if (!file.scan.object || file.scan.object->kind != ObjectKind::rt_plan) return;
    PlanFacts& plan = file.plan.emplace();
    plan.approved = is_approved(path);
    const auto read = read_plan(path);
    if (read)
      plan.strength_date = read->strength_reference_date;
    else
      plan.error = read.error();
  }
};

class Indexer {
 public:
  Indexer(fs::path root, const std::set<fs::path>& passed_over, const Progress& progress, ScanMemory* memory)
      : passed_over_(passed_over), progress_(progress), memory_(memory) {
    index_.root = std::move(root);
  }

  ArchiveIndex run() {
    std::set<fs::path> visited;
    std::vector<std::string> pending{""}, linked;
    while (!pending.empty() || !linked.empty()) {
      if (pending.empty()) {
        std::sort(linked.begin(), linked.end(), std::greater<>());
        pending.push_back(std::move(linked.back()));
        linked.pop_back();
      }
      const std::string folder = std::move(pending.back());
      pending.pop_back();
      std::error_code problem;
      const fs::path real = fs::canonical(index_.root / folder, problem);
      if (problem || !visited.insert(real).second) continue;
      enter(folder, pending, linked);
    }
    flush();
    return std::move(index_);
  }

 private:
  void leave_out(std::string path, std::string reason, std::string detail) {
    index_.left_out.push_back({std::move(path), std::move(reason), std::move(detail)});
  }

  void enter(const std::string& folder, std::vector<std::string>& pending, std::vector<std::string>& linked) {
    const fs::path here = index_.root / folder;
    std::error_code problem;
    if (fs::exists(here / "case.json", problem)) {
      index_.requests.push_back((fs::path(folder) / "case.json").string());
      return;
    }
    if (fs::exists(here / "report.json", problem) && fs::exists(here / "seeds.csv", problem)) {
      leave_out(folder, "audit_output", "the output of an earlier audit");
      return;
    }
    const auto place = add_place("", folder);
    std::vector<std::string> files, folders;
    fs::directory_iterator it(here, problem);
    for (; !problem && it != fs::directory_iterator(); it.increment(problem)) {
      const std::string name = it->path().filename().string();
      const std::string path = (fs::path(folder) / name).string();
      if (!is_utf8(name)) {
        suspect(place, "name_not_utf8", {ErrorCode::unreadable_file, "a file name that is no UTF-8", printable(path), "rename it"});
        continue;
      }
      std::error_code type_error, link_error;
      const auto status = it->status(type_error);
      const bool link = it->is_symlink(link_error);
      if (type_error || !fs::exists(status))
        leave_out(path, "broken_link", "a link to nothing");
      else if (fs::is_directory(status))
        (link ? linked : folders).push_back(path);
      else if (fs::is_regular_file(status) && !passed_over_.contains(here / name))
        files.push_back(name);
    }
    if (problem)
      suspect(place, "unreadable_folder",
              {ErrorCode::unreadable_file, "folder cannot be listed: " + problem.message(), folder, "check its permissions"});
    std::sort(files.begin(), files.end());
    std::sort(folders.begin(), folders.end(), std::greater<>());
    pending.insert(pending.end(), folders.begin(), folders.end());
    index_.places[place].files = static_cast<int>(files.size());
    for (auto& name : files) {
      const fs::path path = here / name;
      const std::string relative = (fs::path(folder) / name).string();
      const auto stamp = memory_ != nullptr ? stamp_of(path) : std::nullopt;
      auto known = stamp ? memory_->find(relative, *stamp) : std::nullopt;
      if (known && known->container) {
        enter_known_container(place, relative, *stamp, *known->container);
      } else if (!known && is_container(path)) {
        enter_container(place, relative, stamp);
      } else {
        tasks_.push_back({place, std::move(name), path.string(), stamp, known.has_value(), known ? std::move(known->file) : ScannedFile{}});
        if (tasks_.size() >= kBatch) flush();
      }
    }
  }

  using Places = std::unordered_map<std::string, std::uint32_t>;  ///< of the folders inside one container

  /// Members are unpacked one after the other to a temporary file, read, and removed.
  void enter_container(std::uint32_t outer, const std::string& container, const std::optional<FileStamp>& stamp) {
    std::string pattern = (fs::temp_directory_path() / "seedaudit-scan-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
      suspect(outer, "unreadable",
              {ErrorCode::archive_unreadable, "no temporary folder can be made to unpack it", container, "check the disk"});
      return;
    }
    const fs::path temporary = pattern;
    Places places;
    const Status walked = walk_container(index_.root / container, [&](const ContainerMember& member) -> Status {
      HeaderTask task;
      task.path = (temporary / "member").string();
      ScannedMember scanned{member.name, member.safe && is_utf8(member.name), {}};
      if (scanned.safe) {
        if (const Status s = member.extract(task.path); !s) return s;
        task.run();
        scanned.file = std::move(task.file);
      }
      ++index_.headers_read;
      if (stamp) memory_->note_member(scanned);
      take_member(container, std::move(scanned), places);
      return ok_status();
    });
    const std::optional<Error> error = walked ? std::nullopt : std::optional(walked.error());
    if (stamp) memory_->note_container(container, *stamp, error);
    if (error) end_container(outer, container, *error, places);
    std::error_code ignored;
    fs::remove_all(temporary, ignored);
  }

  void enter_known_container(std::uint32_t outer, const std::string& container, const FileStamp& stamp, ScannedContainer& known) {
    Places places;
    for (ScannedMember& member : known.members) {
      ++index_.headers_known;
      memory_->note_member(member);
      take_member(container, std::move(member), places);
    }
    memory_->note_container(container, stamp, known.error);
    if (known.error) end_container(outer, container, *known.error, places);
  }

  void take_member(const std::string& container, ScannedMember member, Places& places) {
    if (!member.safe) {
      leave_out(container + "!" + printable(member.name), "unsafe_name", "a member whose name leads out of the archive, or is no UTF-8");
      return;
    }
    const fs::path inside(member.name);
    const std::string folder = inside.parent_path().string();
    const auto [at, is_new] = places.try_emplace(folder, 0);
    if (is_new) at->second = add_place(container, folder);
    ++index_.places[at->second].files;
    HeaderTask task;
    task.place = at->second;
    task.name = inside.filename().string();
    task.file = std::move(member.file);
    take(task);
  }

  /// One whose end could not be read.
  void end_container(std::uint32_t outer, const std::string& container, Error error, const Places& places) {
    error.where = container;
    // One compressed file that is no tar, such as a NIfTI volume, lacks nothing.
    const std::string name = fs::path(container).filename().string();
    const bool named_as_container =
        name.find(".tar") != std::string::npos || name.ends_with(".tgz") || name.ends_with(".zip") || named_as_dicom(name);
    if (places.empty() && !named_as_container) {
      leave_out(container, "not_dicom", error.what);
      return;
    }
    suspect(places.empty() ? outer : places.begin()->second, "archive_unreadable", std::move(error));
    // Which folders inside lack members is not known.
    for (const auto& [folder, place] : places) index_.suspects.push_back({place, index_.suspects.back().error});
  }

  static std::string printable(const std::string& path) {
    std::string out;
    for (const char c : path) out += static_cast<unsigned char>(c) < 0x80 ? c : '?';
    return out;
  }

  std::uint32_t add_place(const std::string& container, const std::string& folder) {
    index_.places.push_back({container, folder, 0});
    return static_cast<std::uint32_t>(index_.places.size() - 1);
  }

  void suspect(std::uint32_t place, const std::string& reason, Error error) {
    leave_out(error.where, reason, error.what);
    index_.suspects.push_back({place, std::move(error)});
  }

  void flush() {
    parallel_for(tasks_.size(), [this](std::size_t i) { tasks_[i].run(); });
    for (HeaderTask& task : tasks_) {
      ++(task.known ? index_.headers_known : index_.headers_read);
      if (task.stamp) memory_->note((fs::path(index_.places[task.place].folder) / task.name).string(), *task.stamp, task.file);
      take(task);
    }
    read_ += tasks_.size();
    tasks_.clear();
    // How many there are is not known before the walk's end.
    report_progress(progress_, "read headers", static_cast<double>(read_) / static_cast<double>(read_ + 10 * kBatch));
  }

  void take(HeaderTask& task) {
    const ArchivePlace& place = index_.places[task.place];
    const std::string path = (place.container.empty() ? "" : place.container + "!") + (fs::path(place.folder) / task.name).string();
    HeaderScan& scan = task.file.scan;
    if (!scan.ignored.empty()) {
      const bool lost = scan.ignored != "DICOMDIR" && named_as_dicom(task.name);
      const std::string reason = scan.ignored == "DICOMDIR" ? "dicomdir" : scan.ignored == "empty file" ? "empty" : "not_dicom";
      if (lost)
        suspect(task.place, reason,
                {scan.ignored == "empty file" ? ErrorCode::truncated_file : ErrorCode::unreadable_file,
                 scan.ignored == "empty file" ? "the file is empty" : "the file is not DICOM although its name says so", path,
                 "transfer it again, or remove it from the folder"});
      else
        leave_out(path, reason, "");
      return;
    }
    if (!scan.object) {
      Error error = scan.error.value_or(Error{});
      error.where = path;
      const std::string reason = error.code == ErrorCode::truncated_file ? "truncated" : "unreadable";
      suspect(task.place, reason, std::move(error));
      return;
    }
    IndexedObject& o = *scan.object;
    if (is_audit_result(o)) {
      leave_out(path, "audit_output", "a result of an earlier audit");
      return;
    }
    ArchiveFile file;
    file.place = task.place;
    file.name = task.name;
    file.sop_instance_uid = std::move(o.sop_instance_uid);
    if (o.placement.position_mm) {
      file.has_position = true;
      for (std::size_t a = 0; a < 3; ++a) file.position_mm[a] = (*o.placement.position_mm)[static_cast<Eigen::Index>(a)];
    }
    if (o.damage) {
      o.damage->where = path;
      file.damage = std::make_unique<Error>(*o.damage);
    }
    file.shared = share(std::move(o), std::move(task.file.plan));
    index_.files.push_back(std::move(file));
  }

  std::uint32_t share(IndexedObject o, std::optional<PlanFacts> plan) {
    const std::string key = shared_key(o);
    if (!key.empty())
      if (const auto known = shared_.find(std::hash<std::string>{}(key)); known != shared_.end() && known->second.first == key)
        return known->second.second;
    o.path.clear();
    o.sop_instance_uid.clear();
    o.placement.position_mm.reset();
    o.damage.reset();
    o.referenced_image_uids = {};  // the series they belong to is named as well
    index_.shared.push_back(std::move(o));
    index_.plans.push_back(std::move(plan));
    const auto row = static_cast<std::uint32_t>(index_.shared.size() - 1);
    if (!key.empty()) shared_[std::hash<std::string>{}(key)] = {key, row};
    return row;
  }

  ArchiveIndex index_;
  const std::set<fs::path>& passed_over_;
  const Progress& progress_;
  ScanMemory* memory_;
  std::vector<HeaderTask> tasks_;
  std::unordered_map<std::size_t, std::pair<std::string, std::uint32_t>> shared_;
  std::size_t read_ = 0;
};

}  // namespace

std::string ArchiveIndex::path_of(std::size_t file) const {
  const ArchivePlace& place = places[files[file].place];
  return (place.container.empty() ? "" : place.container + "!") + (fs::path(place.folder) / files[file].name).string();
}

IndexedObject ArchiveIndex::object(std::size_t file) const {
  const ArchiveFile& f = files[file];
  IndexedObject o = shared[f.shared];
  o.path = path_of(file);
  o.sop_instance_uid = f.sop_instance_uid;
  if (f.has_position) o.placement.position_mm = Eigen::Vector3d(f.position_mm[0], f.position_mm[1], f.position_mm[2]);
  if (f.damage) o.damage = *f.damage;
  return o;
}

Result<ArchiveIndex> index_archive(const fs::path& root, const std::set<fs::path>& passed_over, const Progress& progress,
                                   ScanMemory* memory) {
  std::error_code problem;
  const fs::path real = fs::canonical(root, problem);
  if (problem) return Error{ErrorCode::path_not_found, "no such folder", root.string(), "check the spelling of the path"};
  if (!fs::is_directory(real, problem))
    return Error{ErrorCode::unreadable_file, "the archive is no folder", root.string(), "name a folder"};
  ArchiveIndex index = Indexer(real, passed_over, progress, memory).run();
  report_progress(progress, "read headers", 1.0);
  return index;
}

}  // namespace seedaudit
