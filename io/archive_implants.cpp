// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include "io/archive_implants.h"

#include <algorithm>
#include <limits>

namespace seedaudit {
namespace {

using Day = std::chrono::sys_days;

class ImplantFinder {
 public:
  explicit ImplantFinder(const PatientObjects& objects) : objects_(objects) {}

  PatientImplants operator()() {
    find();
    assign_scans();
    return std::move(out_);
  }

 private:
  bool is_referenced(const IndexedObject& plan) const {
    return std::any_of(objects_.all().begin(), objects_.all().end(), [&](const IndexedObject& o) {
      return !plan.sop_instance_uid.empty() && o.referenced_plan_uid == plan.sop_instance_uid;
    });
  }

  /// The order of io/case_plan.cpp among plans of one frame of reference: referenced, approved, latest. > 0: a goes before b.
  int compare_plans(std::size_t a, std::size_t b) const {
    const auto order = [](auto x, auto y) { return x > y ? 1 : x < y ? -1 : 0; };
    const IndexedObject &p = objects_.at(a), &q = objects_.at(b);
    if (const int c = order(is_referenced(p), is_referenced(q)); c != 0) return c;
    if (const int c = order(objects_.facts(a) && objects_.facts(a)->approved, objects_.facts(b) && objects_.facts(b)->approved); c != 0)
      return c;
    const auto time = [](const IndexedObject& o) {
      return o.object_date ? (o.object_date->date.time_since_epoch() + o.object_date->time_of_day.value_or(std::chrono::seconds{0})).count()
                           : std::numeric_limits<std::int64_t>::min();
    };
    return order(time(p), time(q));
  }

  void find() {
    std::map<std::string, std::vector<std::size_t>> by_frame;
    std::vector<std::size_t> passed_over;
    for (const std::size_t p : objects_.of_kind(ObjectKind::rt_plan)) {
      const auto& f = objects_.facts(p);
      if (f && f->error && f->error->code == ErrorCode::plan_unsupported)
        passed_over.push_back(p);
      else
        by_frame[objects_.frame_of_plan(p)].push_back(p);
    }
    for (const std::size_t p : passed_over) {
      out_.left_out.push_back({objects_.at(p).path, "plan_unsupported", objects_.facts(p)->error->what});
      out_.other_plans.push_back(p);
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
                                  objects_.at(best).path + " and " + objects_.at(p).path,
                                  "audit it with `seedaudit run --plan`, naming the one that was carried out"};
          out_.ambiguous_plans.push_back(p);
        } else if (p != best) {
          out_.left_out.push_back(
              {objects_.at(p).path, "other_plan", "another plan of the implant goes before: " + objects_.at(best).path});
          out_.other_plans.push_back(p);
        }
      if (plans.size() > 1 && !implant.refusal)
        implant.notes.push_back(
            {"PLANS_SEVERAL",
             "of " + std::to_string(plans.size()) +
                 " plans of this frame of reference one was chosen: a dose or record refers to it, it is approved, or it is the latest"});
      if (objects_.facts(best) && objects_.facts(best)->error) {
        implant.refusal = objects_.facts(best)->error;
        implant.refusal->where = objects_.at(best).path;
      }
      date_implant(implant);
      out_.implants.push_back(std::move(implant));
    }
  }

  void date_implant(Implant& implant) {
    const IndexedObject& plan = objects_.at(*implant.plan);
    for (const std::size_t r : objects_.of_kind(ObjectKind::treatment_record)) {
      const IndexedObject& record = objects_.at(r);
      if (!record.referenced_plan_uid.empty() && record.referenced_plan_uid != plan.sop_instance_uid) continue;
      if (record.object_date && (!implant.date_recorded || record.object_date->date < implant.date->date)) {
        implant.date = record.object_date;
        implant.date_recorded = true;
      }
    }
    if (!implant.date && objects_.facts(*implant.plan)) implant.date = objects_.facts(*implant.plan)->strength_date;
    // Of the images in the plan's frame the oldest day is the pre-op image's; later ones in the same frame can be post-op scans.
    std::optional<Day> oldest;
    for (const Scan& scan : objects_.scans())
      if (!implant.frame.empty() && scan.frame_uid == implant.frame)
        for (const std::size_t s : scan.series) {
          const auto day = day_of(date_of_series(objects_.catalog()[s]));
          if (day && (!oldest || *day < *oldest)) oldest = day;
        }
    implant.from = oldest ? oldest : day_of(implant.date);
    for (const Scan& scan : objects_.scans())
      if (!implant.frame.empty() && scan.frame_uid == implant.frame)
        for (const std::size_t s : scan.series) {
          const auto day = day_of(date_of_series(objects_.catalog()[s]));
          if (day && oldest && *day > *oldest && objects_.catalog()[s].kind == ObjectKind::ct)
            implant.postop[*day].push_back(s);
          else
            implant.preop.push_back(s);
        }
  }

  /// Each CT scan of another frame goes to the last implant before it.
  void assign_scans() {
    std::stable_sort(out_.implants.begin(), out_.implants.end(), [](const Implant& a, const Implant& b) { return a.from < b.from; });
    for (const Scan& scan : objects_.scans()) {
      if (!scan.has_ct) continue;
      if (std::any_of(out_.implants.begin(), out_.implants.end(),
                      [&](const Implant& i) { return !i.frame.empty() && i.frame == scan.frame_uid; }))
        continue;
      for (const std::size_t s : scan.series) {
        if (objects_.catalog()[s].kind != ObjectKind::ct) continue;
        const auto day = day_of(date_of_series(objects_.catalog()[s]));
        Implant* owner = nullptr;
        for (Implant& i : out_.implants)
          if (!day || !i.from || *day >= (i.date_recorded ? std::max(*i.from, i.date->date) : *i.from)) owner = &i;
        if (owner != nullptr)
          owner->postop[day.value_or(Day{})].push_back(s);
        else if (!out_.implants.empty())
          out_.reasons[s] = {"before_plan", "a CT older than the plan's image or the implant"};
      }
    }
    // The image on which a supplementary implant was planned shows the seeds of the one before.
    for (std::size_t k = 1; k < out_.implants.size(); ++k) {
      Implant& before = out_.implants[k - 1];
      if (!out_.implants[k].from || !before.from || !(*out_.implants[k].from > *before.from)) continue;
      for (const std::size_t s : out_.implants[k].preop)
        if (objects_.catalog()[s].kind == ObjectKind::ct) before.postop[*out_.implants[k].from].push_back(s);
      out_.implants[k].notes.push_back(
          {"SUPPLEMENTARY_IMPLANT", "seeds of an earlier implant of this patient can be in the scan; --earlier-plan names its plan"});
    }
  }

  const PatientObjects& objects_;
  PatientImplants out_;
};

}  // namespace

std::optional<std::chrono::sys_days> day_of(const std::optional<DateTime>& date) { return date ? std::optional(date->date) : std::nullopt; }

PatientImplants find_implants(const PatientObjects& objects) { return ImplantFinder(objects)(); }

}  // namespace seedaudit
