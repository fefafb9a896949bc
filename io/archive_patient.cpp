// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/archive_patient.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <limits>
#include <set>

#include "core/sha256.h"

namespace seedaudit {
namespace {

using Day = std::chrono::sys_days;

/// Days after the implant that count as its first and its thirtieth day (AAPM TG-137: one month, give or take a week, for I-125).
constexpr int kLastOfDay0 = 3, kFirstOfDay30 = 23, kLastOfDay30 = 37;

std::optional<Day> day_of(const std::optional<DateTime>& date) { return date ? std::optional(date->date) : std::nullopt; }

/// One plan with the images of its own frame of reference, and the scans that came after it.
struct Implant {
  std::optional<std::size_t> plan;                 ///< into DicomIndex::objects
  std::string frame;                               ///< of plan and pre-op image
  std::optional<DateTime> date;                    ///< of implantation
  bool date_recorded = false;                      ///< by a treatment record
  std::optional<Day> from;                         ///< of the pre-op image, else of the implant: no post-op scan is older
  std::vector<std::size_t> preop;                  ///< into the catalogue
  std::map<Day, std::vector<std::size_t>> postop;  ///< CT series of each day, into the catalogue
  std::optional<Error> refusal;
  Warnings notes;
};

class PatientSorter {
 public:
  PatientSorter(const ArchiveIndex& archive, const PatientGroup& group) : archive_(archive) {
    std::map<std::string, std::size_t> first;
    for (const std::size_t f : group.files) {
      IndexedObject o = archive.object(f);
      const auto [it, is_new] = first.try_emplace(o.sop_instance_uid, index_.objects.size());
      if (!is_new && !o.sop_instance_uid.empty() && is_copy(f, index_files_[it->second])) {
        leave_out(o.path, "duplicate", "UID, series and place are those of " + index_.objects[it->second].path);
        continue;
      }
      if (!is_new && !o.sop_instance_uid.empty()) clashes_.insert({o.sop_instance_uid, o.path});
      index_files_.push_back(f);
      index_.objects.push_back(std::move(o));
    }
    catalog_ = catalog_series(index_);
    scans_ = group_scans(catalog_);
    used_.assign(index_.objects.size(), 0);
  }

  PatientCases run() {
    find_implants();
    assign_scans();
    for (const Implant& implant : implants_) make_cases(implant);
    if (implants_.empty()) make_case_without_plan();
    name_the_rest();
    return std::move(out_);
  }

 private:
  static std::string uid_key(const IndexedObject& o) { return o.sop_instance_uid.empty() ? o.path : o.sop_instance_uid; }

  bool is_copy(std::size_t a, std::size_t b) const {
    const ArchiveFile &x = archive_.files[a], &y = archive_.files[b];
    const IndexedObject &p = archive_.shared[x.shared], &q = archive_.shared[y.shared];
    return p.kind == q.kind && p.series_instance_uid == q.series_instance_uid && p.patient_id == q.patient_id &&
           x.position_mm == y.position_mm && p.file_size == q.file_size && (x.damage == nullptr) == (y.damage == nullptr);
  }

  void leave_out(std::string path, std::string reason, std::string detail) {
    out_.left_out.push_back({std::move(path), std::move(reason), std::move(detail)});
  }

  std::vector<std::size_t> of_kind(ObjectKind kind) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < index_.objects.size(); ++i)
      if (index_.objects[i].kind == kind) found.push_back(i);
    return found;
  }

  const std::optional<PlanFacts>& facts(std::size_t object) const { return archive_.plans[archive_.files[index_files_[object]].shared]; }

  std::string frame_of_plan(std::size_t plan) const {
    const IndexedObject& o = index_.objects[plan];
    if (!o.frame_of_reference_uid.empty()) return o.frame_of_reference_uid;
    for (const IndexedObject& s : index_.objects)
      if (s.kind == ObjectKind::rt_structures && !s.sop_instance_uid.empty() && s.sop_instance_uid == o.referenced_structure_set_uid)
        return s.frame_of_reference_uid;
    return {};
  }

  bool is_referenced(const IndexedObject& plan) const {
    return std::any_of(index_.objects.begin(), index_.objects.end(), [&](const IndexedObject& o) {
      return !plan.sop_instance_uid.empty() && o.referenced_plan_uid == plan.sop_instance_uid;
    });
  }

  /// The order of io/case_plan.cpp among plans of one frame of reference: referenced, approved, latest. > 0: a goes before b.
  int compare_plans(std::size_t a, std::size_t b) const {
    const auto order = [](auto x, auto y) { return x > y ? 1 : x < y ? -1 : 0; };
    const IndexedObject &p = index_.objects[a], &q = index_.objects[b];
    if (const int c = order(is_referenced(p), is_referenced(q)); c != 0) return c;
    if (const int c = order(facts(a) && facts(a)->approved, facts(b) && facts(b)->approved); c != 0) return c;
    const auto time = [](const IndexedObject& o) {
      return o.object_date ? (o.object_date->date.time_since_epoch() + o.object_date->time_of_day.value_or(std::chrono::seconds{0})).count()
                           : std::numeric_limits<std::int64_t>::min();
    };
    return order(time(p), time(q));
  }

  void find_implants() {
    std::map<std::string, std::vector<std::size_t>> by_frame;
    std::vector<std::size_t> passed_over;
    for (const std::size_t p : of_kind(ObjectKind::rt_plan)) {
      const auto& f = facts(p);
      if (f && f->error && f->error->code == ErrorCode::plan_unsupported)
        passed_over.push_back(p);
      else
        by_frame[frame_of_plan(p)].push_back(p);
    }
    for (const std::size_t p : passed_over) {
      leave_out(index_.objects[p].path, "plan_unsupported", facts(p)->error->what);
      used_[p] = 1;
    }
    for (auto& [frame, plans] : by_frame) {
      std::size_t best = plans.front();
      for (const std::size_t p : plans)
        if (compare_plans(p, best) > 0) best = p;
      Implant implant;
      implant.plan = best;
      implant.frame = frame;
      for (const std::size_t p : plans)
        if (p != best && compare_plans(best, p) == 0) {
          implant.refusal = Error{ErrorCode::plan_unsupported, "two plans of one frame of reference that nothing tells apart",
                                  index_.objects[best].path + " and " + index_.objects[p].path,
                                  "audit it with `seedaudit run --plan`, naming the one that was carried out"};
          used_[p] = 2;
        } else if (p != best) {
          leave_out(index_.objects[p].path, "other_plan", "another plan of the implant goes before: " + index_.objects[best].path);
          used_[p] = 1;
        }
      if (plans.size() > 1 && !implant.refusal)
        implant.notes.push_back(
            {"PLANS_SEVERAL",
             "of " + std::to_string(plans.size()) +
                 " plans of this frame of reference one was chosen: a dose or record refers to it, it is approved, or it is the latest"});
      if (facts(best) && facts(best)->error) {
        implant.refusal = facts(best)->error;
        implant.refusal->where = index_.objects[best].path;
      }
      date_implant(implant);
      implants_.push_back(std::move(implant));
    }
  }

  void date_implant(Implant& implant) {
    const IndexedObject& plan = index_.objects[*implant.plan];
    for (const std::size_t r : of_kind(ObjectKind::treatment_record)) {
      const IndexedObject& record = index_.objects[r];
      if (!record.referenced_plan_uid.empty() && record.referenced_plan_uid != plan.sop_instance_uid) continue;
      if (record.object_date && (!implant.date_recorded || record.object_date->date < implant.date->date)) {
        implant.date = record.object_date;
        implant.date_recorded = true;
      }
    }
    if (!implant.date && facts(*implant.plan)) implant.date = facts(*implant.plan)->strength_date;
    // Of the images in the plan's frame the oldest day is the pre-op image's; later ones in the same frame can be post-op scans.
    std::optional<Day> oldest;
    for (const Scan& scan : scans_)
      if (!implant.frame.empty() && scan.frame_uid == implant.frame)
        for (const std::size_t s : scan.series) {
          const auto day = day_of(date_of_series(catalog_[s]));
          if (day && (!oldest || *day < *oldest)) oldest = day;
        }
    implant.from = oldest ? oldest : day_of(implant.date);
    for (const Scan& scan : scans_)
      if (!implant.frame.empty() && scan.frame_uid == implant.frame)
        for (const std::size_t s : scan.series) {
          const auto day = day_of(date_of_series(catalog_[s]));
          if (day && oldest && *day > *oldest && catalog_[s].kind == ObjectKind::ct)
            implant.postop[*day].push_back(s);
          else
            implant.preop.push_back(s);
        }
  }

  /// Each CT scan of another frame goes to the last implant before it.
  void assign_scans() {
    std::stable_sort(implants_.begin(), implants_.end(), [](const Implant& a, const Implant& b) { return a.from < b.from; });
    for (const Scan& scan : scans_) {
      if (!scan.has_ct) continue;
      if (std::any_of(implants_.begin(), implants_.end(), [&](const Implant& i) { return !i.frame.empty() && i.frame == scan.frame_uid; }))
        continue;
      for (const std::size_t s : scan.series) {
        if (catalog_[s].kind != ObjectKind::ct) continue;
        const auto day = day_of(date_of_series(catalog_[s]));
        Implant* owner = nullptr;
        for (Implant& i : implants_)
          if (!day || !i.from || *day >= (i.date_recorded ? std::max(*i.from, i.date->date) : *i.from)) owner = &i;
        if (owner != nullptr)
          owner->postop[day.value_or(Day{})].push_back(s);
        else if (!implants_.empty())
          set_reason(s, "before_plan", "a CT older than the plan's image or the implant");
      }
    }
    // The image on which a supplementary implant was planned shows the seeds of the one before.
    for (std::size_t k = 1; k < implants_.size(); ++k) {
      Implant& before = implants_[k - 1];
      if (!implants_[k].from || !before.from || !(*implants_[k].from > *before.from)) continue;
      for (const std::size_t s : implants_[k].preop)
        if (catalog_[s].kind == ObjectKind::ct) before.postop[*implants_[k].from].push_back(s);
      implants_[k].notes.push_back(
          {"SUPPLEMENTARY_IMPLANT", "seeds of an earlier implant of this patient can be in the scan; --earlier-plan names its plan"});
    }
  }

  void set_reason(std::size_t series, const std::string& reason, const std::string& detail) { reasons_[series] = {reason, detail}; }

  /// One input for each folder that holds files of the object list.
  void add_input(ArchiveCase& c, const std::string& role, const std::string& uid, const std::vector<std::size_t>& objects,
                 const std::optional<DateTime>& date, const std::string& description) {
    std::map<std::uint32_t, std::vector<std::string>> by_place;
    for (const std::size_t o : objects) {
      const ArchiveFile& f = archive_.files[index_files_[o]];
      by_place[f.place].push_back(f.name);
      if (f.damage && !c.refusal) c.refusal = *f.damage;
      if (clashes_.contains(index_.objects[o].sop_instance_uid) && !c.refusal)
        c.refusal = Error{ErrorCode::inconsistent_geometry, "two different objects have one SOP Instance UID",
                          index_.objects[o].path + " and " + clashes_.at(index_.objects[o].sop_instance_uid),
                          "remove the one that does not belong here, or export both again"};
      used_[o] = 1;
    }
    for (auto& [place, names] : by_place) {
      const ArchivePlace& p = archive_.places[place];
      std::sort(names.begin(), names.end());
      if (static_cast<int>(names.size()) == p.files) names.clear();
      c.inputs.push_back({role, uid, p.container, p.folder, std::move(names), date, description});
    }
  }

  void add_series(ArchiveCase& c, const std::string& role, std::size_t s) {
    const SeriesInfo& info = catalog_[s];
    claims_.insert(info.patient_id);
    add_input(c, role, info.series_instance_uid, info.objects, date_of_series(info), info.description);
  }

  void add_object(ArchiveCase& c, const std::string& role, std::size_t o) {
    const IndexedObject& object = index_.objects[o];
    claims_.insert(object.patient_id);
    add_input(c, role, uid_key(object), {o}, object.object_date, object.label);
  }

  void add_structures(ArchiveCase& c, const std::string& role, const std::set<std::string>& frames, const std::set<std::string>& series) {
    for (const std::size_t o : of_kind(ObjectKind::rt_structures)) {
      const IndexedObject& s = index_.objects[o];
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
        const auto day = day_of(date_of_series(catalog_[s]));
        return catalog_[s].kind == ObjectKind::ct && (!day || !implant.date || *day >= implant.date->date);
      });
      if (can_be_postop) {
        c.notes.push_back({"POSTOP_UNPROVEN", "the only CT is the one the plan was made on; the audit refuses it if it shows no seeds"});
        for (const std::size_t s : implant.preop) c.scan_date = c.scan_date ? c.scan_date : date_of_series(catalog_[s]);
      } else if (!c.refusal) {
        c.refusal = Error{ErrorCode::no_postop_ct, "the archive has no CT of this patient that can be the post-op scan",
                          index_.objects[*implant.plan].path, "add the post-op CT to the archive"};
      }
      finish(std::move(c), implant);
      return;
    }
    for (const auto& [day, series] : implant.postop) {
      ArchiveCase c = started(implant);
      std::set<std::string> frames, uids;
      for (const std::size_t s : series) {
        add_series(c, "postop_ct", s);
        frames.insert(catalog_[s].frame_of_reference_uid);
        uids.insert(catalog_[s].series_instance_uid);
      }
      frames.erase(implant.frame);
      add_structures(c, "postop_structures", frames, uids);
      c.scan_date = date_of_series(catalog_[series.front()]);
      if (frames.size() > 1)
        c.notes.push_back({"POSTOP_SCANS_SEVERAL", "several CT scans of one day; the audit takes the one that shows seeds"});
      if (!c.refusal && implant.date && c.scan_date && implant.date->date > c.scan_date->date)
        c.refusal =
            Error{ErrorCode::date_implausible, "the implant date " + to_iso(implant.date->date) + " lies after the scan of " + to_iso(day),
                  index_.objects[*implant.plan].path, "audit it with `seedaudit run --implant-date`"};
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
      uids.insert(catalog_[s].series_instance_uid);
    }
    if (implant.preop.empty()) c.notes.push_back({"PREOP_ABSENT", "no image in the plan's frame of reference"});
    add_structures(c, "structures", {implant.frame}, uids);
    const std::string& plan_uid = index_.objects[*implant.plan].sop_instance_uid;
    for (const std::size_t o : of_kind(ObjectKind::rt_dose)) {
      const IndexedObject& d = index_.objects[o];
      if (d.referenced_plan_uid == plan_uid || (d.referenced_plan_uid.empty() && d.frame_of_reference_uid == implant.frame))
        add_object(c, "dose", o);
    }
    for (const std::size_t o : of_kind(ObjectKind::treatment_record))
      if (index_.objects[o].referenced_plan_uid.empty() || index_.objects[o].referenced_plan_uid == plan_uid)
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
      implant_hash.add_part(uid_key(index_.objects[*implant->plan]));
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
    for (const Scan& scan : scans_)
      for (const std::size_t s : scan.series)
        if (catalog_[s].kind == ObjectKind::ct) series.emplace_back(day_of(date_of_series(catalog_[s])), s);
    if (series.empty()) return;
    std::sort(series.begin(), series.end());
    std::set<std::string> frames, uids;
    for (const auto& [day, s] : series) {
      add_series(c, "postop_ct", s);
      c.scan_date = date_of_series(catalog_[s]);
      frames.insert(catalog_[s].frame_of_reference_uid);
      uids.insert(catalog_[s].series_instance_uid);
    }
    add_structures(c, "structures", frames, uids);
    for (const std::size_t o : of_kind(ObjectKind::treatment_record)) {
      add_object(c, "treatment_record", o);
      if (const auto& d = index_.objects[o].object_date; d && (!c.implant_date || d->date < c.implant_date->date)) c.implant_date = d;
    }
    c.notes.push_back({"PLAN_ABSENT", "no plan of a permanent implant: nothing is compared with one"});
    if (series.size() > 1) c.notes.push_back({"POSTOP_SCANS_SEVERAL", "which scan shows seeds is seen when they are read"});
    finish(std::move(c), std::nullopt);
  }

  /// Everything that no case took: a series as one row.
  void name_the_rest() {
    for (std::size_t s = 0; s < catalog_.size(); ++s) {
      const SeriesInfo& info = catalog_[s];
      std::size_t left = 0;
      for (const std::size_t o : info.objects)
        if (used_[o] == 0) {
          ++left;
          used_[o] = 1;
        }
      if (left == 0) continue;
      const std::string path = index_.objects[info.objects.front()].path;
      const std::string detail = std::to_string(left) + " files of series " + info.series_instance_uid;
      if (const auto known = reasons_.find(s); known != reasons_.end())
        leave_out(path, known->second.first, known->second.second + ": " + detail);
      else if (info.localizer)
        leave_out(path, "localizer", detail);
      else if (!info.has_placement)
        leave_out(path, "no_placement", detail);
      else
        leave_out(path, info.kind == ObjectKind::ct ? "no_case" : "other_modality", detail + ", " + info.modality);
    }
    for (std::size_t o = 0; o < index_.objects.size(); ++o)
      if (used_[o] != 1)
        leave_out(index_.objects[o].path, used_[o] == 2 ? "ambiguous_plan" : "no_case", std::string(to_string(index_.objects[o].kind)));
  }

  const ArchiveIndex& archive_;
  DicomIndex index_;
  std::vector<std::size_t> index_files_;  ///< of each object, into ArchiveIndex::files
  std::vector<SeriesInfo> catalog_;
  std::vector<Scan> scans_;
  std::vector<Implant> implants_;
  std::vector<int> used_;                       ///< of each object: 0 not yet, 1 has its place, 2 is named by a refusal
  std::map<std::string, std::string> clashes_;  ///< SOP Instance UID of different objects, to the path of the second
  std::map<std::size_t, std::pair<std::string, std::string>> reasons_;
  std::set<std::string> claims_;
  PatientCases out_;
};

}  // namespace

PatientCases cases_of_patient(const ArchiveIndex& index, const PatientGroup& group) { return PatientSorter(index, group).run(); }

}  // namespace seedaudit
