// SPDX-FileCopyrightText: 2026 The seedaudit authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "io/case_draft.h"
#include "io/ct_series_reader.h"
#include "io/image_file.h"
#include "io/metal_content.h"
#include "io/scan_visits.h"

namespace seedaudit {
namespace {

/// Fewer bright objects than this are no implant: clips and calcifications make one or two.
constexpr int kFewestSeeds = 3;

Error no_postop(const CaseDraft& draft, const std::string& what) {
  return Error{ErrorCode::no_postop_ct, what, draft.request.path.string(), "add the post-op CT to the folder, or name it with --postop-ct"};
}

std::vector<std::size_t> of_kind(const ObjectPool& pool, const Scan& scan, ObjectKind kind) {
  std::vector<std::size_t> out;
  for (const std::size_t s : scan.series)
    if (pool.catalog[s].kind == kind) out.push_back(s);
  return out;
}

bool after(const std::optional<DateTime>& a, const std::optional<DateTime>& b) { return a && b && a->date > b->date; }

/// What makes a scan a candidate for the post-op one.
struct ScanCandidate {
  std::optional<DateTime> date;
  ReconstructionChoice choice;
  int metal = -1;  ///< small bright objects, once counted
};

Status count_metal(const ObjectPool& pool, ScanCandidate& c) {
  c.metal = 0;
  for (const std::size_t s : c.choice.series) {
    const auto volume = read_series<CtFrame>(pool.index, pool.catalog[s]);
    if (!volume) return volume.error();
    c.metal += count_small_metal(*volume);
  }
  return ok_status();
}

/// Of several scans the one that shows seeds; of several such the latest.
Status settle_by_content(CaseDraft& draft, const ObjectPool& pool, std::vector<ScanCandidate>& candidates, std::string& reason,
                         const Progress& progress) {
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    report_progress(progress, "look for seeds", static_cast<double>(i) / static_cast<double>(candidates.size()));
    if (const Status s = count_metal(pool, candidates[i]); !s) return s;
  }
  std::string counts;
  for (const auto& c : candidates)
    counts += (counts.empty() ? "" : "; ") + describe(pool.catalog[c.choice.series.front()]) + " of " + shown_date(c.date) + ": " +
              std::to_string(c.metal);
  std::vector<ScanCandidate> with;
  for (const auto& c : candidates)
    if (c.metal >= kFewestSeeds) with.push_back(c);
  reason = with.size() == 1 ? "the only scan with seeds"
           : with.empty()   ? "the latest scan; none shows seeds"
                            : "the latest scan with seeds";
  reason += " (small bright objects: " + counts + ")";
  if (with.size() != 1) draft.warn("POSTOP_SCANS_SEVERAL", "the post-op CT was taken as " + reason + "; --postop-ct overrides");
  if (with.empty()) with = candidates;
  std::stable_sort(with.begin(), with.end(), [](const ScanCandidate& a, const ScanCandidate& b) {
    const auto day = [](const ScanCandidate& c) { return c.date ? c.date->date : std::chrono::sys_days::min(); };
    if (day(a) != day(b)) return day(a) > day(b);
    return a.metal > b.metal;
  });
  candidates = {with.front()};
  return ok_status();
}

void take_postop(CaseDraft& draft, const ObjectPool& pool, const ScanCandidate& c, const std::string& reason) {
  for (const std::size_t s : c.choice.series) draft.postop.push_back({&pool, s, ""});
  draft.decide("postop_ct", describe(pool.catalog[c.choice.series.front()]), reason + "; " + c.choice.reason);
  if (!c.choice.left_out.empty())
    draft.warn("REGION_LEFT_OUT",
               "short series of the post-op scan that show what no searched series does were not searched: " + c.choice.left_out);
}

/// The image that an option names: one volume file, or the best series below a path.
Status take_given(CaseDraft& draft, const std::filesystem::path& path, bool postop, const Progress& progress) {
  auto pool = gather_given(draft, path, progress);
  if (!pool) return pool.error();
  const char* role = postop ? "postop_ct" : "preop_ct";
  const std::string named = "named by option or case.json";
  if ((*pool)->index.objects.empty()) {
    const ImageChoice file{nullptr, 0, path.string()};
    draft.decide(role, path.filename().string(), named);
    if (postop)
      draft.postop.push_back(file);
    else
      draft.preop = file;
    return ok_status();
  }
  std::vector<ScanCandidate> candidates;
  bool other_modality = false;
  for (const Scan& scan : (*pool)->scans) {
    auto series = of_kind(**pool, scan, ObjectKind::ct);
    if (series.empty() && !postop) series = of_kind(**pool, scan, ObjectKind::mr);
    other_modality = other_modality || series.empty();
    for (const auto& visit : visits_of((*pool)->catalog, series))
      candidates.push_back({date_of_visit((*pool)->catalog, visit), choose_reconstructions((*pool)->catalog, visit)});
  }
  if (candidates.empty()) {
    const std::string modality = other_modality ? "MR" : (*pool)->index.objects.front().modality;
    return Error{ErrorCode::wrong_modality,
                 std::string(postop ? "the post-op CT" : "the pre-op image") + " is no CT series but " + modality, path.string(),
                 postop ? "seeds are found on CT only" : "give a CT or MR series"};
  }
  if (candidates.size() > 1)
    return Error{ErrorCode::ambiguous_ct,
                 std::to_string(candidates.size()) + " scans of different days or frames of reference lie below the path", path.string(),
                 "name the folder or a file of one series"};
  if (postop) {
    take_postop(draft, **pool, candidates.front(), named);
  } else {
    draft.preop = ImageChoice{*pool, candidates.front().choice.series.front(), ""};
    draft.decide(role, describe(*draft.preop->info()), named + "; " + candidates.front().choice.reason);
  }
  return ok_status();
}

const Scan* plan_scan(const CaseDraft& draft) {
  for (const Scan& scan : draft.pool.scans) {
    if (!draft.plan_frame.empty() && scan.frame_uid == draft.plan_frame) return &scan;
    // Without frames of reference the image is the one the contours were drawn on.
    for (const std::size_t s : scan.series)
      if (scan.frame_uid.empty() && !draft.structures_series_uid.empty() &&
          draft.pool.catalog[s].series_instance_uid == draft.structures_series_uid)
        return &scan;
  }
  return nullptr;
}

/// Image that plan and contours were made on: the series the contours refer to, unless it is an MR beside a CT of the same frame.
Status choose_preop(CaseDraft& draft) {
  const Scan* scan = plan_scan(draft);
  if (!scan) {
    if (!draft.plan_frame.empty())
      draft.warn("PREOP_ABSENT", "the case has no image in the plan's frame of reference: nothing can be registered to the post-op CT");
    return ok_status();
  }
  const auto& catalog = draft.pool.catalog;
  const auto ct = of_kind(draft.pool, *scan, ObjectKind::ct);
  const auto choice = choose_reconstructions(catalog, ct.empty() ? of_kind(draft.pool, *scan, ObjectKind::mr) : ct);
  std::size_t series = choice.series.front();
  std::string reason = "shares the frame of reference of plan or structures; " + choice.reason;
  for (const std::size_t s : scan->series)
    if (catalog[s].series_instance_uid == draft.structures_series_uid && !draft.structures_series_uid.empty() &&
        (catalog[s].kind == ObjectKind::ct || ct.empty())) {
      series = s;
      reason = "the structures were drawn on it";
    }
  draft.preop = ImageChoice{&draft.pool, series, ""};
  draft.decide("preop_ct", describe(catalog[series]), reason);
  return ok_status();
}

bool of_other_patient(const CaseDraft& draft, const SeriesInfo& s) {
  for (const auto& claim : draft.claims)
    if (!claim.id.empty() && !s.patient_id.empty() && s.patient_id != claim.id) return true;
  return false;
}

/// Whether planned seeds lie within the ends of a series, as they do where a scan of the implant was acquired in the plan's frame.
bool shows_planned_seeds(const CaseDraft& draft, const SeriesInfo& s) {
  constexpr double kFarFromScanMm = 10.0;  // a seed this far beyond its ends was not meant to be in it
  if (!draft.implant.plan) return true;
  const auto& seeds = draft.implant.plan->seeds;
  const auto inside = std::count_if(seeds.begin(), seeds.end(), [&](const PlannedSeed& p) {
    return p.center.mm.z() > s.z_low_mm - kFarFromScanMm && p.center.mm.z() < s.z_high_mm + kFarFromScanMm;
  });
  return 2 * inside >= static_cast<std::ptrdiff_t>(seeds.size());
}

/// A study of its own that is undated, or that passes the planned seeds by: whatever frame it names, it is another scan than the plan's.
bool stands_apart(const CaseDraft& draft, const SeriesInfo& s, const SeriesInfo& preop) {
  if (s.study_instance_uid == preop.study_instance_uid) return false;
  return !date_of_series(s) || !date_of_series(preop) || !shows_planned_seeds(draft, s);
}

/// CT series in the plan's own frame of reference that can be the post-op scan: a later one, or the plan's own image, with seeds.
Status choose_in_plan_frame(CaseDraft& draft, const Progress& progress) {
  const Scan* scan = plan_scan(draft);
  if (!scan || !scan->has_ct) return no_postop(draft, "the case has no CT that can be the post-op scan");
  const auto& catalog = draft.pool.catalog;
  std::vector<std::size_t> later, same;
  const SeriesInfo* preop = draft.preop ? draft.preop->info() : nullptr;
  for (const std::size_t s : of_kind(draft.pool, *scan, ObjectKind::ct)) {
    const bool other_study = preop && preop->study_instance_uid != catalog[s].study_instance_uid;
    if (other_study && after(date_of_series(*preop), date_of_series(catalog[s]))) continue;
    const bool is_later = preop && (after(date_of_series(catalog[s]), date_of_series(*preop)) || stands_apart(draft, catalog[s], *preop));
    (is_later ? later : same).push_back(s);
  }
  // A plan made on the post-op scan shows its seeds there; clips or calcifications of a pre-op scan do not reach a third of their number.
  const int needed = std::max(kFewestSeeds, draft.implant.plan ? static_cast<int>(draft.implant.plan->seeds.size()) / 3 : kFewestSeeds);
  std::vector<ScanCandidate> candidates;
  std::string reason = "a later scan in the plan's own frame of reference, and it shows seeds";
  report_progress(progress, "look for seeds", 0.0);
  for (const auto& visit : visits_of(catalog, later)) {
    ScanCandidate c{date_of_visit(catalog, visit), choose_reconstructions(catalog, visit)};
    if (const Status s = count_metal(draft.pool, c); !s) return s;
    if (c.metal >= needed) candidates.push_back(std::move(c));
  }
  if (candidates.size() > 1) {
    if (const Status s = settle_by_content(draft, draft.pool, candidates, reason, progress); !s) return s;
    reason += "; in the plan's own frame of reference";
  }
  if (candidates.empty() && !same.empty()) {
    ScanCandidate c{scan->date, choose_reconstructions(catalog, same)};
    reason = "the scan the plan was made on in the plan's own frame of reference, and it shows seeds";
    if (const Status s = count_metal(draft.pool, c); !s) return s;
    if (c.metal >= needed) candidates.push_back(std::move(c));
  }
  if (!candidates.empty()) {
    const ScanCandidate& c = candidates.front();
    take_postop(draft, draft.pool, c, reason);
    if (draft.preop && draft.preop->pool == &draft.pool &&
        std::find(c.choice.series.begin(), c.choice.series.end(), draft.preop->series) != c.choice.series.end()) {
      draft.preop.reset();
      std::erase_if(draft.implant.decisions, [](const Decision& d) { return d.what == "preop_ct"; });
    }
    return ok_status();
  }
  return no_postop(draft, "the only CT of the case is the one the plan was made on, and it shows no seeds");
}

Status choose_postop(CaseDraft& draft, const Progress& progress) {
  const Scan* planned = plan_scan(draft);
  const std::string preop_series = draft.preop ? draft.preop->series_uid() : std::string();
  std::optional<DateTime> preop_date;
  if (draft.preop && draft.preop->info()) preop_date = date_of_series(*draft.preop->info());
  std::vector<ScanCandidate> candidates;
  std::vector<ScanCandidate> foreign;
  std::string older;
  for (const Scan& scan : draft.pool.scans) {
    const auto ct = of_kind(draft.pool, scan, ObjectKind::ct);
    if (&scan == planned || ct.empty()) continue;
    if (!preop_series.empty() &&
        std::any_of(ct.begin(), ct.end(), [&](std::size_t s) { return draft.pool.catalog[s].series_instance_uid == preop_series; }))
      continue;
    // The later scan is named: it is not the one to be audited.
    if (draft.later && !draft.later->series_uid().empty() && std::any_of(ct.begin(), ct.end(), [&](std::size_t s) {
          return draft.pool.catalog[s].series_instance_uid == draft.later->series_uid();
        }))
      continue;
    for (const auto& visit : visits_of(draft.pool.catalog, ct)) {
      const SeriesInfo& seen = draft.pool.catalog[visit.front()];
      const auto date = date_of_visit(draft.pool.catalog, visit);
      if (after(preop_date, date)) {
        older += (older.empty() ? "" : "; ") + describe(seen) + " of " + shown_date(date);
        continue;
      }
      ScanCandidate c{date, choose_reconstructions(draft.pool.catalog, visit)};
      (of_other_patient(draft, seen) ? foreign : candidates).push_back(std::move(c));
    }
  }
  if (candidates.empty() && !foreign.empty())
    candidates = std::move(foreign);  // check_patient() refuses, naming the files
  else if (!foreign.empty())
    draft.warn("OTHER_PATIENT_PASSED_OVER",
               std::to_string(foreign.size()) + " CT scans in the folder are another patient's and were passed over");
  if (!older.empty()) draft.warn("OLDER_SCAN_PASSED_OVER", "older than the plan's image, so no post-op scan: " + older);
  if (candidates.empty()) {
    if (draft.pool.scans.empty())
      return draft.pool.index.objects.empty() && draft.pool.catalog.empty()
                 ? Status(Error{ErrorCode::empty_folder, "no DICOM object in the folder", draft.request.path.string(),
                                "name the folder that holds the case, or its images with --postop-ct"})
                 : Status(no_postop(draft, "the case has no CT series"));
    if (!planned) {
      const bool mr = std::any_of(draft.pool.scans.begin(), draft.pool.scans.end(), [](const Scan& s) { return !s.has_ct; });
      return no_postop(draft,
                       mr ? "the case has MR but no CT that can be the post-op scan" : "the case has no CT that can be the post-op scan");
    }
    const Status chosen = choose_in_plan_frame(draft, progress);
    if (chosen || older.empty()) return chosen;
    return Error{chosen.error().code, chosen.error().what + "; older than the plan's image, so no post-op scan: " + older,
                 chosen.error().where, "correct the dates, or name the post-op CT with --postop-ct"};
  }
  std::string reason = planned ? "another frame of reference than the plan's, not earlier" : "the only CT scan";
  if (candidates.size() > 1) {
    // Without a plan nothing says which scan is pre-op: the latest with seeds, as with one.
    if (const Status s = settle_by_content(draft, draft.pool, candidates, reason, progress); !s) return s;
  }
  take_postop(draft, draft.pool, candidates.front(), reason);
  return ok_status();
}

/// A plan from a list states no frame of reference: the one scan before the post-op scan is what it was made on.
void guess_preop(CaseDraft& draft) {
  if (draft.preop || !draft.implant.plan || !draft.plan_frame.empty() || !draft.postop.front().info()) return;
  const auto date = date_of_series(*draft.postop.front().info());
  std::vector<const Scan*> earlier;
  for (const Scan& scan : draft.pool.scans)
    if (after(date, scan.date)) earlier.push_back(&scan);
  if (earlier.size() != 1) {
    draft.warn("PREOP_ABSENT", "the plan names no frame of reference and the case has " + std::to_string(earlier.size()) +
                                   " scans before the post-op one; --preop-ct names the one it was made on");
    return;
  }
  const auto ct = of_kind(draft.pool, *earlier.front(), ObjectKind::ct);
  const auto choice = choose_reconstructions(draft.pool.catalog, ct.empty() ? of_kind(draft.pool, *earlier.front(), ObjectKind::mr) : ct);
  draft.preop = ImageChoice{&draft.pool, choice.series.front(), ""};
  draft.plan_frame = draft.preop->frame_uid();
  draft.decide("preop_ct", describe(*draft.preop->info()), "the only scan before the post-op one; the plan names no frame of reference");
  draft.warn("PREOP_ASSUMED", "the plan names no frame of reference; it was taken to be made on the only scan before the post-op one");
}

/// A lone volume file in a case folder without DICOM images is the post-op CT; several cannot be told apart.
Status take_volume_file(CaseDraft& draft) {
  std::vector<std::string> files;
  for (const auto& ignored : draft.pool.index.ignored) {
    const ImageFormat format = image_format_of(ignored.path);
    if (format != ImageFormat::unknown && format != ImageFormat::dicom) files.push_back(ignored.path);
  }
  if (draft.request.preop_ct)
    files.erase(std::remove_if(files.begin(), files.end(),
                               [&](const std::string& f) {
                                 std::error_code problem;
                                 return std::filesystem::equivalent(f, *draft.request.preop_ct, problem);
                               }),
                files.end());
  if (files.size() > 1)
    return Error{ErrorCode::ambiguous_ct, std::to_string(files.size()) + " volume files lie in the folder", draft.request.path.string(),
                 "name them with --postop-ct and --preop-ct"};
  if (files.size() == 1) {
    draft.postop.push_back({nullptr, 0, files.front()});
    draft.decide("postop_ct", std::filesystem::path(files.front()).filename().string(), "the only volume of the case");
  }
  return ok_status();
}

/// One frame of reference for plan and post-op CT means one position of the patient only within a day. On a later day, or where the scan
/// stands apart, a program gave every scan one identifier, or resampled: a registration tells, where there is an image to register.
void settle_shared_frame(CaseDraft& draft) {
  if (const auto frame = draft.postop.front().frame_uid(); frame.empty() || frame != draft.plan_frame) return;
  const SeriesInfo* postop = draft.postop.front().info();
  const SeriesInfo* preop = draft.preop ? draft.preop->info() : nullptr;
  if (draft.request.registration_file()) return;
  if (const auto asked = draft.request.registration.value_or("auto"); preop && (asked == "rigid" || asked == "deformable"))
    return draft.decide("registration", asked, "asked for, although plan and post-op CT name one frame of reference");
  if (postop && preop && (after(date_of_series(*postop), date_of_series(*preop)) || stands_apart(draft, *postop, *preop))) {
    draft.warn("POSTOP_SHARES_FRAME", "the post-op CT of " + shown_date(date_of_series(*postop)) +
                                          " names the frame of reference of the plan's image of " + shown_date(date_of_series(*preop)) +
                                          ": it is not taken on trust, the two were registered");
    return;
  }
  draft.implant.plan_in_postop_frame = true;
  draft.warn("POSTOP_IN_PLAN_FRAME", std::string("the post-op CT ") +
                                         (preop ? "lies in the plan's own frame of reference" : "is the scan that the plan was made on") +
                                         ": positions are compared without registration");
}

}  // namespace

Status choose_images(CaseDraft& draft, const Progress& progress) {
  if (draft.request.preop_ct) {
    if (const Status s = take_given(draft, *draft.request.preop_ct, false, progress); !s) return s;
    const std::string frame = draft.preop->frame_uid();
    if (!frame.empty() && !draft.plan_frame.empty() && frame != draft.plan_frame)
      return Error{ErrorCode::frame_mismatch, "the pre-op image has another frame of reference than plan and structures",
                   draft.request.preop_ct->string(), "give the image the plan was made on"};
    if (draft.plan_frame.empty()) draft.plan_frame = frame;
  } else if (const Status s = choose_preop(draft); !s) {
    return s;
  }
  if (draft.request.postop_ct) {
    if (const Status s = take_given(draft, *draft.request.postop_ct, true, progress); !s) return s;
    if (draft.preop && !draft.preop->series_uid().empty() && draft.preop->series_uid() == draft.postop.front().series_uid())
      draft.preop.reset();
  } else {
    if (draft.pool.scans.empty())
      if (const Status s = take_volume_file(draft); !s) return s;
    if (draft.postop.empty())
      if (const Status s = choose_postop(draft, progress); !s) return s;
  }
  guess_preop(draft);
  settle_shared_frame(draft);
  const std::string frame = draft.postop.front().frame_uid();
  if (const SeriesInfo* info = draft.postop.front().info(); info && frame.empty())
    draft.warn("FRAME_MISSING", "the post-op CT names no frame of reference; it was taken to differ from the plan's");
  for (const auto& image : draft.postop)
    if (const SeriesInfo* info = image.info())
      draft.claims.push_back({"postop_ct", image.pool->index.objects[info->objects.front()].path, info->patient_id, info->patient_name});
  if (draft.preop && draft.preop->info()) {
    const SeriesInfo* info = draft.preop->info();
    draft.claims.push_back(
        {"preop_ct", draft.preop->pool->index.objects[info->objects.front()].path, info->patient_id, info->patient_name});
  }
  return ok_status();
}

}  // namespace seedaudit
