// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/archive_patient.h"

#include <algorithm>
#include <chrono>
#include <set>

#include "core/sha256.h"
#include "io/archive_implants.h"

namespace seedaudit {
namespace {

using Day = std::chrono::sys_days;

/// Days after the implant that count as its first and its thirtieth day (AAPM TG-137: one month, give or take a week, for I-125).
constexpr int kLastOfDay0 = 3, kFirstOfDay30 = 23, kLastOfDay30 = 37;

class CaseMaker {
 public:
  CaseMaker(const ArchiveIndex& archive, const PatientGroup& group)
      : objects_(archive, group.files), found_(find_implants(objects_)), used_(objects_.all().size(), 0) {
    out_.left_out = objects_.copies();
    out_.left_out.insert(out_.left_out.end(), found_.left_out.begin(), found_.left_out.end());
    for (const std::size_t p : found_.other_plans) used_[p] = 1;
    for (const std::size_t p : found_.ambiguous_plans) used_[p] = 2;
  }

  PatientCases operator()() {
    for (const Implant& implant : found_.implants) make_cases(implant);
    if (found_.implants.empty()) make_case_without_plan();
    name_the_rest();
    return std::move(out_);
  }

 private:
  static std::string uid_key(const IndexedObject& o) { return o.sop_instance_uid.empty() ? o.path : o.sop_instance_uid; }

  void leave_out(std::string path, std::string reason, std::string detail) {
    out_.left_out.push_back({std::move(path), std::move(reason), std::move(detail)});
  }

  /// One input for each folder that holds files of the object list.
  void add_input(ArchiveCase& c, const std::string& role, const std::string& uid, const std::vector<std::size_t>& objects,
                 const std::optional<DateTime>& date, const std::string& description) {
    std::map<std::uint32_t, std::vector<std::string>> by_place;
    for (const std::size_t o : objects) {
      const ArchiveFile& f = objects_.file(o);
      by_place[f.place].push_back(f.name);
      if (f.damage && !c.refusal) c.refusal = *f.damage;
      if (const std::string* clash = objects_.clash(o); clash != nullptr && !c.refusal)
        c.refusal = Error{ErrorCode::inconsistent_geometry, "two different objects have one SOP Instance UID",
                          objects_.at(o).path + " and " + *clash, "remove the one that does not belong here, or export both again"};
      used_[o] = 1;
    }
    for (auto& [place, names] : by_place) {
      const ArchivePlace& p = objects_.place(place);
      std::sort(names.begin(), names.end());
      if (static_cast<int>(names.size()) == p.files) names.clear();
      c.inputs.push_back({role, uid, p.container, p.folder, std::move(names), date, description});
    }
  }

  void add_series(ArchiveCase& c, const std::string& role, std::size_t s) {
    const SeriesInfo& info = objects_.catalog()[s];
    claims_.insert(info.patient_id);
    add_input(c, role, info.series_instance_uid, info.objects, date_of_series(info), info.description);
  }

  void add_object(ArchiveCase& c, const std::string& role, std::size_t o) {
    const IndexedObject& object = objects_.at(o);
    claims_.insert(object.patient_id);
    add_input(c, role, uid_key(object), {o}, object.object_date, object.label);
  }

  void add_structures(ArchiveCase& c, const std::string& role, const std::set<std::string>& frames, const std::set<std::string>& series) {
    for (const std::size_t o : objects_.of_kind(ObjectKind::rt_structures)) {
      const IndexedObject& s = objects_.at(o);
      const bool drawn = std::any_of(s.referenced_series_uids.begin(), s.referenced_series_uids.end(),
                                     [&](const std::string& u) { return series.contains(u); });
      if ((!s.frame_of_reference_uid.empty() && frames.contains(s.frame_of_reference_uid)) || drawn) add_object(c, role, o);
    }
  }

  void make_cases(const Implant& implant) {
    if (implant.postop.empty()) {
      ArchiveCase c = started(implant);
      // A plan made on the post-op scan itself: whether it shows seeds is seen when it is read.
      const bool can_be_postop = std::any_of(implant.preop.begin(), implant.preop.end(), [&](std::size_t s) {
        const auto day = day_of(date_of_series(objects_.catalog()[s]));
        return objects_.catalog()[s].kind == ObjectKind::ct && (!day || !implant.date || *day >= implant.date->date);
      });
      if (can_be_postop) {
        c.notes.push_back({"POSTOP_UNPROVEN", "the only CT is the one the plan was made on; the audit refuses it if it shows no seeds"});
        for (const std::size_t s : implant.preop) c.scan_date = c.scan_date ? c.scan_date : date_of_series(objects_.catalog()[s]);
      } else if (!c.refusal) {
        c.refusal = Error{ErrorCode::no_postop_ct, "the archive has no CT of this patient that can be the post-op scan",
                          objects_.at(*implant.plan).path, "add the post-op CT to the archive"};
      }
      finish(std::move(c), implant);
      return;
    }
    for (const auto& [day, series] : implant.postop) {
      ArchiveCase c = started(implant);
      std::set<std::string> frames, uids;
      for (const std::size_t s : series) {
        add_series(c, "postop_ct", s);
        frames.insert(objects_.catalog()[s].frame_of_reference_uid);
        uids.insert(objects_.catalog()[s].series_instance_uid);
      }
      frames.erase(implant.frame);
      add_structures(c, "postop_structures", frames, uids);
      c.scan_date = date_of_series(objects_.catalog()[series.front()]);
      if (frames.size() > 1)
        c.notes.push_back({"POSTOP_SCANS_SEVERAL", "several CT scans of one day; the audit takes the one that shows seeds"});
      if (!c.refusal && implant.date && c.scan_date && implant.date->date > c.scan_date->date)
        c.refusal =
            Error{ErrorCode::date_implausible, "the implant date " + to_iso(implant.date->date) + " lies after the scan of " + to_iso(day),
                  objects_.at(*implant.plan).path, "audit it with `seedaudit run --implant-date`"};
      finish(std::move(c), implant);
    }
  }

  ArchiveCase started(const Implant& implant) {
    ArchiveCase c;
    claims_.clear();
    c.refusal = implant.refusal;
    c.notes = implant.notes;
    c.implant_date = implant.date;
    add_object(c, "plan", *implant.plan);
    std::set<std::string> uids;
    for (const std::size_t s : implant.preop) {
      add_series(c, "preop", s);
      uids.insert(objects_.catalog()[s].series_instance_uid);
    }
    if (implant.preop.empty()) c.notes.push_back({"PREOP_ABSENT", "no image in the plan's frame of reference"});
    add_structures(c, "structures", {implant.frame}, uids);
    const std::string& plan_uid = objects_.at(*implant.plan).sop_instance_uid;
    for (const std::size_t o : objects_.of_kind(ObjectKind::rt_dose)) {
      const IndexedObject& d = objects_.at(o);
      if (d.referenced_plan_uid == plan_uid || (d.referenced_plan_uid.empty() && d.frame_of_reference_uid == implant.frame))
        add_object(c, "dose", o);
    }
    for (const std::size_t o : objects_.of_kind(ObjectKind::treatment_record))
      if (objects_.at(o).referenced_plan_uid.empty() || objects_.at(o).referenced_plan_uid == plan_uid)
        add_object(c, "treatment_record", o);
    return c;
  }

  /// Names and phases; the patient must be one.
  void finish(ArchiveCase c, const std::optional<Implant>& implant) {
    claims_.erase("");
    if (claims_.size() > 1 && !c.refusal)
      c.refusal =
          Error{ErrorCode::patient_mismatch, "its objects are of " + std::to_string(claims_.size()) + " patients (Patient ID differs)",
                c.inputs.empty() ? "" : c.inputs.front().folder, "find out whose they are; export them again"};
    Sha256 hash, implant_hash;
    std::set<std::string> parts;
    for (const auto& i : c.inputs) parts.insert(i.role + " " + i.uid);
    for (const auto& p : parts) hash.add_part(p);
    c.case_id = "case-" + hash.hexadecimal().substr(0, 16);
    if (implant && implant->plan) {
      implant_hash.add_part(uid_key(objects_.at(*implant->plan)));
      c.implant = "implant-" + implant_hash.hexadecimal().substr(0, 16);
    } else {
      c.implant = "implant-" + c.case_id.substr(5);
    }
    if (c.implant_date && c.scan_date) {
      const int days = static_cast<int>((c.scan_date->date - c.implant_date->date).count());
      c.days_since_implant = days;
      c.phase = days >= 0 && days <= kLastOfDay0 ? "day_0" : days >= kFirstOfDay30 && days <= kLastOfDay30 ? "day_30" : "other";
    }
    out_.patients.push_back(claims_.empty() ? std::string() : *claims_.begin());
    out_.cases.push_back(std::move(c));
  }

  /// Without a plan nothing says which scan is which: all go into one case, and the audit takes the latest that shows seeds.
  void make_case_without_plan() {
    ArchiveCase c;
    claims_.clear();
    std::vector<std::pair<std::optional<Day>, std::size_t>> series;
    for (const Scan& scan : objects_.scans())
      for (const std::size_t s : scan.series)
        if (objects_.catalog()[s].kind == ObjectKind::ct) series.emplace_back(day_of(date_of_series(objects_.catalog()[s])), s);
    if (series.empty()) return;
    std::sort(series.begin(), series.end());
    std::set<std::string> frames, uids;
    for (const auto& [day, s] : series) {
      add_series(c, "postop_ct", s);
      c.scan_date = date_of_series(objects_.catalog()[s]);
      frames.insert(objects_.catalog()[s].frame_of_reference_uid);
      uids.insert(objects_.catalog()[s].series_instance_uid);
    }
    add_structures(c, "structures", frames, uids);
    for (const std::size_t o : objects_.of_kind(ObjectKind::treatment_record)) {
      add_object(c, "treatment_record", o);
      if (const auto& d = objects_.at(o).object_date; d && (!c.implant_date || d->date < c.implant_date->date)) c.implant_date = d;
    }
    c.notes.push_back({"PLAN_ABSENT", "no plan of a permanent implant: nothing is compared with one"});
    if (series.size() > 1) c.notes.push_back({"POSTOP_SCANS_SEVERAL", "which scan shows seeds is seen when they are read"});
    finish(std::move(c), std::nullopt);
  }

  /// Everything that no case took: a series as one row.
  void name_the_rest() {
    for (std::size_t s = 0; s < objects_.catalog().size(); ++s) {
      const SeriesInfo& info = objects_.catalog()[s];
      std::size_t left = 0;
      for (const std::size_t o : info.objects)
        if (used_[o] == 0) {
          ++left;
          used_[o] = 1;
        }
      if (left == 0) continue;
      const std::string path = objects_.at(info.objects.front()).path;
      const std::string detail = std::to_string(left) + " files of series " + info.series_instance_uid;
      if (const auto known = found_.reasons.find(s); known != found_.reasons.end())
        leave_out(path, known->second.first, known->second.second + ": " + detail);
      else if (info.localizer)
        leave_out(path, "localizer", detail);
      else if (!info.has_placement)
        leave_out(path, "no_placement", detail);
      else
        leave_out(path, info.kind == ObjectKind::ct ? "no_case" : "other_modality", detail + ", " + info.modality);
    }
    for (std::size_t o = 0; o < objects_.all().size(); ++o)
      if (used_[o] != 1)
        leave_out(objects_.at(o).path, used_[o] == 2 ? "ambiguous_plan" : "no_case", std::string(to_string(objects_.at(o).kind)));
  }

  PatientObjects objects_;
  PatientImplants found_;
  std::vector<int> used_;  ///< of each object: 0 not yet, 1 has its place, 2 is named by a refusal
  std::set<std::string> claims_;
  PatientCases out_;
};

}  // namespace

PatientCases cases_of_patient(const ArchiveIndex& index, const PatientGroup& group) { return CaseMaker(index, group)(); }

}  // namespace seedaudit
